//! The site map: some 300 pages of a shop with documentation, blog and account, the same for every seed.

use std::ops::Range;

use super::chance::{Deck, Dice};
use super::slugs;

/// The site's origin, for referrers.
pub(super) const ORIGIN: &str = "https://www.example.com";

/// The kind of a page: determines reading time and next steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageKind {
    Home,
    Pricing,
    Feature,
    Company,
    Docs,
    Blog,
    Article,
    Category,
    Product,
    Search,
    Landing,
    Cart,
    Checkout,
    Thanks,
    Login,
    Account,
    Downloads,
    Signup,
    Welcome,
}

/// All kinds, in discriminant order.
const KINDS: [PageKind; 19] = [
    PageKind::Home,
    PageKind::Pricing,
    PageKind::Feature,
    PageKind::Company,
    PageKind::Docs,
    PageKind::Blog,
    PageKind::Article,
    PageKind::Category,
    PageKind::Product,
    PageKind::Search,
    PageKind::Landing,
    PageKind::Cart,
    PageKind::Checkout,
    PageKind::Thanks,
    PageKind::Login,
    PageKind::Account,
    PageKind::Downloads,
    PageKind::Signup,
    PageKind::Welcome,
];

/// Index into the site map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PageNumber(usize);

/// A page of the site.
pub(super) struct Page {
    pub(super) path: String,
    pub(super) kind: PageKind,
    /// Response size.
    pub(super) bytes: u32,
    /// An image used by this page only.
    pub(super) image: Option<String>,
    /// Pages that this one mostly links to: products of its category, pages of its section.
    near: Range<usize>,
}

/// All pages.
pub(super) struct Site {
    pages: Vec<Page>,
    by_kind: Vec<Deck<PageNumber>>,
}

impl Site {
    /// Builds the site map.
    pub(super) fn build() -> Site {
        let mut pages = Vec::new();
        add_single_pages(&mut pages);
        add_products(&mut pages);
        add_docs(&mut pages);
        add_articles(&mut pages);
        let by_kind = KINDS.iter().map(|kind| by_popularity(&pages, *kind)).collect();
        Site { pages, by_kind }
    }

    /// The page at this index.
    pub(super) fn page(&self, number: PageNumber) -> &Page {
        &self.pages[number.0]
    }

    /// Draws a page of a kind by popularity.
    pub(super) fn popular(&self, kind: PageKind, dice: &mut Dice) -> PageNumber {
        *self.by_kind[kind as usize].draw(dice)
    }

    /// Draws a page of a kind as the next one: mostly a linked one.
    pub(super) fn next(&self, from: PageNumber, kind: PageKind, dice: &mut Dice) -> PageNumber {
        let near = self.page(from).near.clone();
        let neighbours = self.pages.get(near.clone()).unwrap_or_default();
        let leads_there = neighbours.first().is_some_and(|page| page.kind == kind);
        if !leads_there || dice.chance(0.25) {
            return self.popular(kind, dice);
        }
        PageNumber(near.start + dice.below(neighbours.len()))
    }

    /// Draws any public page, uniformly, as crawlers do.
    pub(super) fn any(&self, dice: &mut Dice) -> &Page {
        loop {
            let page = dice.pick(&self.pages);
            if !page.kind.is_private() {
                return page;
            }
        }
    }

    #[cfg(test)]
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.pages.iter().map(|page| page.path.as_str())
    }
}

impl PageKind {
    fn is_private(self) -> bool {
        use PageKind::{Account, Cart, Checkout, Thanks, Welcome};
        matches!(self, Account | Cart | Checkout | Thanks | Welcome)
    }
}

/// The pages of a kind with Zipf-distributed popularity, in an order unrelated to the site map.
fn by_popularity(pages: &[Page], kind: PageKind) -> Deck<PageNumber> {
    let numbers: Vec<usize> = (0..pages.len()).filter(|number| pages[*number].kind == kind).collect();
    let rank = |place: usize| (place * 7 % numbers.len()) as f64;
    numbers
        .iter()
        .enumerate()
        .map(|(place, number)| ((rank(place) + 1.5).powf(-0.85), PageNumber(*number)))
        .collect()
}

fn add_single_pages(pages: &mut Vec<Page>) {
    for (path, kind) in [
        ("/", PageKind::Home),
        ("/pricing", PageKind::Pricing),
        ("/search", PageKind::Search),
        ("/cart", PageKind::Cart),
        ("/checkout", PageKind::Checkout),
        ("/checkout/thanks", PageKind::Thanks),
        ("/login", PageKind::Login),
        ("/signup", PageKind::Signup),
        ("/welcome", PageKind::Welcome),
        ("/downloads", PageKind::Downloads),
        ("/account", PageKind::Account),
        ("/account/orders", PageKind::Account),
        ("/account/devices", PageKind::Account),
        ("/account/settings", PageKind::Account),
    ] {
        pages.push(page(path.to_owned(), kind, 0..0));
    }
    pages.extend(slugs::COMPANY.iter().map(|path| page((*path).to_owned(), PageKind::Company, 0..0)));
    pages.extend(
        slugs::FEATURES.iter().map(|slug| page(format!("/features/{slug}"), PageKind::Feature, 0..0)),
    );
    pages.extend(slugs::LANDINGS.iter().map(|slug| page(format!("/lp/{slug}"), PageKind::Landing, 0..0)));
}

fn add_products(pages: &mut Vec<Page>) {
    pages.push(page("/products".to_owned(), PageKind::Category, 0..0));
    for (category, noun) in slugs::CATEGORIES {
        let first = pages.len() + 1;
        let near = first..first + slugs::MODELS.len();
        pages.push(page(format!("/products/{category}"), PageKind::Category, near.clone()));
        for model in slugs::MODELS {
            let mut product =
                page(format!("/products/{category}/{model}-{noun}"), PageKind::Product, near.clone());
            product.image = Some(format!("/images/products/{model}-{noun}-960.webp"));
            pages.push(product);
        }
    }
}

fn add_docs(pages: &mut Vec<Page>) {
    for (section, topics) in slugs::DOCS {
        let first = pages.len() + 1;
        let near = first..first + topics.len();
        pages.push(page(format!("/docs/{section}"), PageKind::Docs, near.clone()));
        for topic in topics {
            let mut docs = page(format!("/docs/{section}/{topic}"), PageKind::Docs, near.clone());
            docs.image = Some(format!("/images/docs/{section}-{topic}.svg"));
            pages.push(docs);
        }
    }
}

fn add_articles(pages: &mut Vec<Page>) {
    let first = pages.len() + 1;
    let near = first..first + slugs::ARTICLES.len();
    pages.push(page("/blog".to_owned(), PageKind::Blog, near));
    for slug in slugs::ARTICLES {
        let mut article = page(format!("/blog/{slug}"), PageKind::Article, 0..0);
        article.image = Some(format!("/images/blog/{slug}.avif"));
        pages.push(article);
    }
}

fn page(path: String, kind: PageKind, near: Range<usize>) -> Page {
    let bytes = 7_800 + path.bytes().fold(0, |sum: u32, byte| (sum * 31 + u32::from(byte)) % 24_000);
    Page { path, kind, bytes, image: None, near }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_has_a_few_hundred_pages_and_no_path_twice() {
        let site = Site::build();
        let mut paths: Vec<&str> = site.paths().collect();
        let all = paths.len();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), all);
        assert!((200..=400).contains(&all), "{all}");
    }

    #[test]
    fn kinds_are_found_by_their_number() {
        for (number, kind) in KINDS.into_iter().enumerate() {
            assert_eq!(kind as usize, number);
        }
    }

    #[test]
    fn a_category_leads_mostly_to_its_own_products() {
        let site = Site::build();
        let mut dice = Dice::new(1);
        let category = PageNumber(site.paths().position(|path| path == "/products/probes").unwrap());
        let own = (0..1000)
            .map(|_| site.next(category, PageKind::Product, &mut dice))
            .filter(|product| site.page(*product).path.starts_with("/products/probes/"))
            .count();
        assert!(own > 700, "{own}");
    }
}
