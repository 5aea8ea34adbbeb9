//! Visits to a shop, the same in every run: who asked for what and when, and the sessions that it makes.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

/// One request, as the server saw it.
#[derive(Clone)]
pub(crate) struct Hit {
    /// Seconds since 1970: what the coarsest format can say.
    pub(crate) at: i64,
    /// Of one visitor alone, so that formats without agents tell visitors apart as well.
    pub(crate) address: String,
    pub(crate) agent: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) query: &'static str,
    pub(crate) status: u16,
    pub(crate) referrer: &'static str,
    /// How long the server took, in milliseconds.
    pub(crate) load: u64,
}

impl Hit {
    pub(crate) fn time(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.at, 0).expect("a time")
    }

    /// As `format` has it; `%b` and its like are English.
    pub(crate) fn stamp(&self, format: &str) -> String {
        self.time().format(format).to_string()
    }

    /// `24/Nov/2026:14:00:00 +0000`.
    pub(crate) fn clf_time(&self) -> String {
        self.stamp("%d/%b/%Y:%H:%M:%S +0000")
    }

    /// `2026-11-24T14:00:00Z`.
    pub(crate) fn iso_time(&self) -> String {
        self.stamp("%Y-%m-%dT%H:%M:%SZ")
    }

    /// Path and query.
    pub(crate) fn target(&self) -> String {
        if self.query.is_empty() { self.path.to_owned() } else { format!("{}?{}", self.path, self.query) }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://shop.example{}", self.target())
    }

    pub(crate) fn request(&self) -> String {
        format!("{} {} HTTP/1.1", self.method, self.target())
    }

    pub(crate) fn referrer_or_dash(&self) -> &'static str {
        if self.referrer.is_empty() { "-" } else { self.referrer }
    }

    /// The load time in seconds, to the millisecond.
    pub(crate) fn seconds(&self) -> String {
        format!("{}.{:03}", self.load / 1000, self.load % 1000)
    }

    pub(crate) fn is_page(&self) -> bool {
        self.method == "GET" && self.status == 200 && !self.path.contains('.')
    }

    fn is_file(&self) -> bool {
        self.path == "/files/guide.pdf"
    }
}

/// One session, as `report --sessions` has it: start and end in seconds, pageviews and actions, entry and exit, channel
/// and source.
pub(crate) type Session = (i64, i64, u64, u64, String, String, String, String);

/// All hits in the order of time, and the visits that they are of.
pub(crate) struct Traffic {
    pub(crate) hits: Vec<Hit>,
    visits: Vec<Visit>,
}

struct Visit {
    hits: Vec<Hit>,
    arrival: &'static Arrival,
}

/// How a visit comes: by which link, and what that makes of it.
struct Arrival {
    referrer: &'static str,
    query: &'static str,
    /// Channel and source.
    known: [&'static str; 2],
    /// The same where referrers are not logged.
    without_referrer: [&'static str; 2],
}

const DIRECT: [&str; 2] = ["Direct", "Direct / None"];
const PAID: [&str; 2] = ["Paid Search", "Google"];
const LETTER: [&str; 2] = ["Email", "newsletter"];

const ARRIVALS: [Arrival; 5] = [
    Arrival { referrer: "", query: "", known: DIRECT, without_referrer: DIRECT },
    Arrival {
        referrer: "https://www.google.com/",
        query: "",
        known: ["Organic Search", "Google"],
        without_referrer: DIRECT,
    },
    Arrival {
        referrer: "https://news.example/today",
        query: "",
        known: ["Referral", "news.example"],
        without_referrer: DIRECT,
    },
    Arrival { referrer: "https://www.google.com/", query: "gclid=x", known: PAID, without_referrer: PAID },
    Arrival {
        referrer: "",
        query: "utm_source=newsletter&utm_medium=email",
        known: LETTER,
        without_referrer: LETTER,
    },
];

const PAGES: [(&str, &str); 6] = [
    ("/", "https://shop.example/"),
    ("/pricing", "https://shop.example/pricing"),
    ("/docs/install", "https://shop.example/docs/install"),
    ("/blog/spring", "https://shop.example/blog/spring"),
    ("/products/tulips", "https://shop.example/products/tulips"),
    ("/about", "https://shop.example/about"),
];

const AGENTS: [&str; 4] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 \
     Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
];

/// 2026-11-24 00:00:00 UTC.
const START: i64 = 1_795_478_400;
/// A visitor's next visit begins at least so long after the one before: more than a gap of 30 minutes.
const BETWEEN: u64 = 2 * 3600;

/// So many visits.
pub(crate) fn traffic(visits: usize) -> Traffic {
    let mut dice = Dice(7);
    let mut all = Vec::new();
    while all.len() < visits {
        let visitor = Visitor::of(all.len(), &mut dice);
        let mut at = START + seconds(dice.below(3 * 86_400));
        for _ in 0..=dice.below(3) {
            let visit = visitor.visit(at, &mut dice);
            at = visit.hits.last().map_or(at, |hit| hit.at) + seconds(BETWEEN + dice.below(40_000));
            all.push(visit);
        }
    }
    all.truncate(visits);
    let mut hits: Vec<_> = all.iter().flat_map(|visit| visit.hits.iter().cloned()).collect();
    hits.sort_by_key(|hit| hit.at);
    Traffic { hits, visits: all }
}

struct Visitor {
    address: String,
    agent: &'static str,
}

impl Visitor {
    fn of(number: usize, dice: &mut Dice) -> Visitor {
        let [.., a, b, c] = number.to_be_bytes();
        Visitor { address: format!("{}.{b}.{c}.7", 20 + a), agent: dice.one(&AGENTS) }
    }

    fn visit(&self, start: i64, dice: &mut Dice) -> Visit {
        let arrival = dice.one(&ARRIVALS);
        let mut visit = Visit { hits: Vec::new(), arrival };
        let (mut at, mut from) = (start, arrival.referrer);
        for nth in 0..=dice.below(4) {
            let &(path, url) = dice.one(&PAGES);
            let query = if nth == 0 { arrival.query } else { "" };
            visit.hits.push(Hit { query, ..self.ask("GET", path, 200, from, at, dice) });
            from = url;
            visit.hits.extend(self.beside(at, from, dice));
            at += 1 + seconds(dice.below(900));
        }
        visit
    }

    /// What is asked for beside a page: what it consists of, what is missing, a form, a file.
    fn beside(&self, at: i64, from: &'static str, dice: &mut Dice) -> Vec<Hit> {
        let one = match dice.below(6) {
            0 | 1 => ("GET", "/style.css", 200),
            2 => ("GET", "/gone", 404),
            3 => ("GET", "/old", 302),
            4 => ("POST", "/contact", 200),
            _ => ("GET", "/files/guide.pdf", 200),
        };
        let (method, path, status) = one;
        vec![self.ask(method, path, status, from, at, dice)]
    }

    fn ask(
        &self,
        method: &'static str,
        path: &'static str,
        status: u16,
        referrer: &'static str,
        at: i64,
        dice: &mut Dice,
    ) -> Hit {
        // Most are fast, some are slow, as on any server.
        let load = 3 + dice.below(40) * dice.below(40);
        let (address, agent) = (self.address.clone(), self.agent);
        Hit { at, address, agent, method, path, query: "", status, referrer, load }
    }
}

fn seconds(number: u64) -> i64 {
    i64::try_from(number).expect("few")
}

/// Numbers that look random and are the same in every run (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn one<'a, T: ?Sized>(&mut self, of: &'a [impl std::borrow::Borrow<T>]) -> &'a T {
        let nth = self.below(of.len() as u64);
        of[usize::try_from(nth).expect("few")].borrow()
    }
}

impl Traffic {
    /// The sessions that the visits make, in order.
    pub(crate) fn sessions(&self, with_referrers: bool) -> Vec<Session> {
        let mut all: Vec<_> = self.visits.iter().map(|visit| visit.session(with_referrers)).collect();
        all.sort();
        all
    }

    /// How long pages took on average, in seconds.
    pub(crate) fn loads(&self) -> BTreeMap<&str, f64> {
        let mut sums: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for hit in self.hits.iter().filter(|hit| hit.is_page()) {
            let (sum, count) = sums.entry(hit.path).or_default();
            (*sum, *count) = (*sum + hit.load, *count + 1);
        }
        sums.into_iter().map(|(path, (sum, count))| (path, sum as f64 / count as f64 / 1000.0)).collect()
    }
}

impl Visit {
    fn session(&self, with_referrers: bool) -> Session {
        let arrival = if with_referrers { self.arrival.known } else { self.arrival.without_referrer };
        let pages = || self.hits.iter().filter(|hit| hit.is_page());
        let forms = self.hits.iter().filter(|hit| hit.method == "POST").count();
        // A file that is fetched again is no further action.
        let files = usize::from(self.hits.iter().any(Hit::is_file));
        let events = || self.hits.iter().filter(|hit| hit.is_page() || hit.is_file() || hit.method == "POST");
        let [first, last] = [events().next(), events().next_back()].map(|hit| hit.expect("an event").at);
        let [entry, exit] = [pages().next(), pages().next_back()].map(|hit| hit.expect("a page").path);
        let [entry, exit, channel, source] = [entry, exit, arrival[0], arrival[1]].map(str::to_owned);
        (first, last, pages().count() as u64, (forms + files) as u64, entry, exit, channel, source)
    }
}
