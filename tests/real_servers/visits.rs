//! What visitors do, and the sessions that it makes.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// One visitor.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) from: &'static str,
    pub(crate) agent: &'static str,
    /// What the proxy before the server says of its clients.
    pub(crate) forwarded: &'static str,
    /// The client that it says so of.
    client: &'static str,
    pub(crate) asks: Vec<Ask>,
    session: Expected,
}

/// What is told of a visitor's session, besides what follows from the requests.
#[derive(Clone, Copy)]
struct Expected {
    channel: &'static str,
    source: &'static str,
    bot: Option<&'static str>,
}

/// One request, and the status of its answer.
#[derive(Clone)]
pub(crate) struct Ask {
    pub(crate) method: &'static str,
    pub(crate) target: &'static str,
    pub(crate) referrer: &'static str,
    pub(crate) status: u16,
    kind: &'static str,
}

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";
const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Version/18.6 Mobile/15E148 \
    Safari/604.1";
const ODD: &str =
    r#"Mozilla/5.0 (X11; "quoted" | {braced} \ slashed; rv:150.0) Gecko/20100101 Firefox/150.0"#;
const CRAWLER: &str = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

macro_rules! ten {
    ($text:expr) => {
        concat!($text, $text, $text, $text, $text, $text, $text, $text, $text, $text)
    };
}

/// Longer than what servers cut lines at unless told otherwise.
const LONG: &str = concat!("/catalogue/", ten!(ten!("bulbs-and-tubers/")), "end");

fn page(target: &'static str, referrer: &'static str) -> Ask {
    Ask { method: "GET", target, referrer, status: 200, kind: "pageview" }
}

fn other(target: &'static str, status: u16, kind: &'static str) -> Ask {
    Ask { method: "GET", target, referrer: "http://shop.example/", status, kind }
}

fn visit(
    from: &'static str,
    agent: &'static str,
    asks: Vec<Ask>,
    [channel, source]: [&'static str; 2],
) -> Visit {
    let session = Expected { channel, source, bot: None };
    Visit { from, agent, forwarded: "", client: "", asks, session }
}

const DIRECT: [&str; 2] = ["Direct", "Direct / None"];

/// All of them.
pub(crate) fn everyone() -> Vec<Visit> {
    shop().into_iter().chain(proxied()).collect()
}

/// Visitors who are told apart by address and user agent, as every format has them.
fn shop() -> Vec<Visit> {
    let form = Ask { method: "POST", ..other("/contact", 200, "action") };
    let searching = vec![
        page("/", "https://www.google.com/"),
        other("/style.css", 200, "asset"),
        other("/missing/page", 404, "error"),
        page("/pricing", "http://shop.example/"),
        other("/old", 302, "redirect"),
        page("/pricing?plan=a", "http://shop.example/pricing"),
    ];
    let lettered = vec![page("/landing?utm_source=newsletter&utm_medium=email", "")];
    let busy = vec![page("/docs", ""), form, other("/files/guide.pdf", 200, "action")];
    let odd = vec![
        page("/caf%C3%A9", r#"https://news.example/say "hi" | {so}"#),
        page("/two%20words%22", "http://shop.example/caf%C3%A9"),
        page(LONG, "http://shop.example/"),
    ];
    let trying = vec![other("/wp-login.php", 404, "error")];
    let crawling = vec![other("/robots.txt", 200, "asset"), page("/", "")];
    vec![
        visit("127.0.0.2", FIREFOX, searching, ["Organic Search", "Google"]),
        visit("127.0.0.2", PHONE, lettered, ["Email", "newsletter"]),
        visit("127.0.0.3", FIREFOX, busy, DIRECT),
        visit("127.0.0.4", ODD, odd, ["Referral", "news.example"]),
        visit("127.0.0.5", PHONE, trying, DIRECT),
        bot("agent", visit("127.0.0.6", CRAWLER, crawling, DIRECT)),
        bot("no agent", visit("127.0.0.7", "", vec![page("/", "")], DIRECT)),
    ]
}

fn bot(reason: &'static str, visit: Visit) -> Visit {
    Visit { session: Expected { bot: Some(reason), ..visit.session }, ..visit }
}

/// Visitors behind one proxy, who are told apart by what it says. What a client claims before that counts for nothing.
fn proxied() -> Vec<Visit> {
    let one = |forwarded, client| Visit {
        forwarded,
        client,
        ..visit("127.0.0.9", FIREFOX, vec![page("/shared", "")], DIRECT)
    };
    vec![
        one("203.0.113.1", "203.0.113.1"),
        one("203.0.113.1, 203.0.113.2", "203.0.113.2"),
        one("203.0.113.3, 10.0.0.1", "203.0.113.3"),
        one("203.0.113.3", "203.0.113.3"),
    ]
}

/// The same visits, as a format has them that does not say what proxies say.
pub(crate) fn without_proxies(visits: &[Visit]) -> Vec<Visit> {
    visits.iter().cloned().map(|visit| Visit { client: "", ..visit }).collect()
}

/// The same visits, as a format has them that does not say who asked: visitors are told apart by address, and bots only
/// by what they ask for.
pub(crate) fn without_agents(visits: &[Visit]) -> Vec<Visit> {
    let blind = |visit: Visit| {
        let asks_for_robots = visit.asks.iter().any(|ask| ask.target == "/robots.txt");
        let bot = asks_for_robots.then_some("robots.txt");
        Visit { agent: "", session: Expected { bot, ..visit.session }, ..visit }
    };
    without_referrers(visits).into_iter().map(blind).collect()
}

/// The same visits, as a format has them that does not say where they came from.
pub(crate) fn without_referrers(visits: &[Visit]) -> Vec<Visit> {
    let tagged = |visit: &Visit| visit.asks.iter().any(|ask| ask.target.contains("utm_source"));
    visits.iter().cloned().map(|visit| if tagged(&visit) { visit } else { direct(visit) }).collect()
}

/// The same visits, as a format has them that leaves queries out.
pub(crate) fn without_queries(visits: &[Visit]) -> Vec<Visit> {
    let is_tag = |visit: &Visit| visit.asks.iter().any(|ask| ask.target.contains("utm_source"));
    visits.iter().cloned().map(|visit| if is_tag(&visit) { direct(visit) } else { visit }).collect()
}

fn direct(visit: Visit) -> Visit {
    let [channel, source] = DIRECT;
    Visit { session: Expected { channel, source, ..visit.session }, ..visit }
}

/// The files of a server that serves nothing else: what is asked for and found. One in a folder makes its name without a
/// slash a redirect.
pub(crate) fn files(visits: &[Visit]) -> Vec<String> {
    let found = visits.iter().flat_map(|visit| &visit.asks).filter(|ask| ask.status == 200);
    let paths = found.map(|ask| decoded(ask.target.split('?').next().unwrap_or_default()));
    let index = |path: String| if path == "/" { "/index.html".to_owned() } else { path };
    paths.map(index).chain(["/old/index.html".to_owned()]).collect()
}

fn decoded(path: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let [first, behind @ ..] = rest {
        let escape = behind.get(..2).filter(|_| *first == b'%');
        let byte = escape.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = &behind[if byte.is_some() { 2 } else { 0 }..];
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// How many lines they make.
pub(crate) fn lines_of(visits: &[Visit]) -> usize {
    visits.iter().map(|visit| visit.asks.len()).sum()
}

/// How many hits of each kind they make, with so many of nobody.
pub(crate) fn kinds(visits: &[Visit], silent: usize) -> Value {
    let all = ["pageview", "action", "asset", "api", "error", "redirect", "other"];
    let asks = || visits.iter().flat_map(|visit| &visit.asks);
    let of_nobody = |kind: &str| if kind == "other" { silent } else { 0 };
    let count = |kind: &str| asks().filter(|ask| ask.kind == kind).count() + of_nobody(kind);
    all.into_iter().map(|kind| (kind.to_owned(), json!(count(kind)))).collect()
}

/// The sessions that they make, sorted as texts: one of each visitor with a page or an action.
pub(crate) fn sessions(visits: &[Visit]) -> Vec<Value> {
    let mut visitors: BTreeMap<_, (Expected, Vec<&Ask>)> = BTreeMap::new();
    for visit in visits {
        // How the first of a visitor's visits came is how the session did.
        let visitor = visitors.entry((visit.from, visit.agent, visit.client));
        visitor.or_insert_with(|| (visit.session, Vec::new())).1.extend(&visit.asks);
    }
    let mut rows: Vec<_> =
        visitors.into_values().filter_map(|(expected, asks)| row(expected, &asks)).collect();
    rows.sort_by_key(Value::to_string);
    rows
}

fn row(expected: Expected, asks: &[&Ask]) -> Option<Value> {
    let of = |kind: &'static str| asks.iter().filter(move |ask| ask.kind == kind);
    let (pageviews, actions) = (of("pageview").count(), of("action").count());
    let mut pages = of("pageview").map(|ask| ask.target.split('?').next().unwrap_or_default());
    let entry = pages.next()?;
    let exit = pages.next_back().unwrap_or(entry);
    Some(json!({
        "pageviews": pageviews, "actions": actions, "bounced": pageviews == 1 && actions == 0,
        "entry": entry, "exit": exit, "channel": expected.channel, "source": expected.source, "bot": expected.bot,
    }))
}
