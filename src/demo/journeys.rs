//! Paths through the site: what people do next, how long they read, and when they leave.

use super::site::PageKind::{
    self, Account, Article, Blog, Cart, Category, Checkout, Company, Docs, Downloads, Feature, Home, Landing,
    Login, Pricing, Product, Search, Signup, Thanks, Welcome,
};

/// A visitor's next step.
#[derive(Debug, Clone, Copy)]
pub(super) enum Move {
    See(PageKind),
    Send(Form),
    Download,
}

/// A submitted form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    AddToCart,
    SignIn,
    SignUp,
    Order,
    Subscribe,
    Ask,
}

use Form::{AddToCart, Ask, Order, SignIn, SignUp, Subscribe};
use Move::{Download, See, Send};

/// The server's response to a form.
pub(super) struct Receipt {
    pub(super) path: &'static str,
    pub(super) status: u16,
    /// The page that it redirects to.
    pub(super) leads_to: Option<PageKind>,
}

impl Form {
    /// The form's target, and the response on success.
    pub(super) fn receipt(self) -> Receipt {
        let (path, status, leads_to) = match self {
            AddToCart => ("/cart", 303, Some(Cart)),
            SignIn => ("/login", 302, Some(Account)),
            SignUp => ("/signup", 303, Some(Welcome)),
            Order => ("/checkout", 303, Some(Thanks)),
            Subscribe => ("/newsletter", 200, None),
            Ask => ("/contact", 303, Some(Company)),
        };
        Receipt { path, status, leads_to }
    }

    /// How often the form is filled in wrongly, and the response to that.
    pub(super) fn refusal(self) -> Option<(f64, u16)> {
        match self {
            SignIn => Some((0.12, 401)),
            SignUp => Some((0.08, 422)),
            AddToCart | Order | Subscribe | Ask => None,
        }
    }

    /// Whether it leaves its sender with an open account.
    pub(super) fn signs_in(self) -> bool {
        matches!(self, SignIn | SignUp)
    }
}

/// Weighted next steps after a page of this kind, for visitors who stay.
pub(super) fn moves_from(kind: PageKind) -> &'static [(u32, Move)] {
    match kind {
        Home => &[
            (28, See(Category)),
            (18, See(Pricing)),
            (16, See(Feature)),
            (12, See(Product)),
            (9, See(Search)),
            (8, See(Docs)),
            (6, See(Login)),
            (5, See(Blog)),
            (3, See(Company)),
            (1, Send(Subscribe)),
        ],
        Pricing => {
            &[(30, See(Feature)), (25, See(Docs)), (20, See(Login)), (15, See(Product)), (10, See(Home))]
        }
        Feature => &[(35, See(Pricing)), (30, See(Feature)), (20, See(Docs)), (15, See(Category))],
        Company => &[(45, See(Home)), (30, See(Company)), (15, See(Category)), (10, Send(Ask))],
        Docs => &[(72, See(Docs)), (8, See(Search)), (8, See(Downloads)), (7, See(Home)), (5, Download)],
        Blog => &[(80, See(Article)), (12, See(Home)), (8, See(Category))],
        Article => &[
            (34, See(Article)),
            (22, See(Home)),
            (18, See(Product)),
            (12, See(Blog)),
            (9, See(Docs)),
            (5, Send(Subscribe)),
        ],
        Category => &[(74, See(Product)), (18, See(Category)), (8, See(Search))],
        Product => &[
            (46, See(Product)),
            (20, See(Category)),
            (13, Send(AddToCart)),
            (12, See(Docs)),
            (6, See(Search)),
            (3, Download),
        ],
        Search => &[(50, See(Product)), (25, See(Docs)), (15, See(Search)), (10, See(Article))],
        Landing => &[
            (32, See(Product)),
            (26, See(Pricing)),
            (16, See(Feature)),
            (14, See(Category)),
            (8, Send(AddToCart)),
            (4, Send(Subscribe)),
        ],
        Cart => &[(62, See(Checkout)), (22, See(Product)), (16, See(Category))],
        Checkout => &[(74, Send(Order)), (16, See(Cart)), (10, See(Company))],
        Thanks => &[(60, See(Account)), (40, See(Home))],
        Login => &[(85, Send(SignIn)), (15, See(Home))],
        Signup => &[(78, Send(SignUp)), (12, See(Pricing)), (10, See(Company))],
        Welcome => &[(70, See(Account)), (30, See(Docs))],
        Account => &[(60, See(Account)), (16, See(Docs)), (14, See(Product)), (10, See(Home))],
        Downloads => &[(70, Download), (30, See(Docs))],
    }
}

/// Probability of leaving after a page of this kind, unless it was the first.
pub(super) fn leave_chance(kind: PageKind) -> f64 {
    match kind {
        Thanks => 0.6,
        Article | Company => 0.38,
        Docs | Account => 0.3,
        Cart | Checkout | Login | Signup => 0.12,
        Search | Category => 0.18,
        _ => 0.25,
    }
}

/// Median reading time of a page of this kind in seconds.
pub(super) fn reading_seconds(kind: PageKind) -> f64 {
    match kind {
        Article => 105.0,
        Docs => 80.0,
        Checkout | Signup => 70.0,
        Pricing | Landing => 52.0,
        Product | Account | Feature => 46.0,
        Company | Downloads | Thanks | Welcome => 34.0,
        Home | Cart => 26.0,
        Blog | Category | Login => 20.0,
        Search => 14.0,
    }
}
