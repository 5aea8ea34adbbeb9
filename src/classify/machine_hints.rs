//! Finds requests that pages make by themselves and that the table of machines lacks; `dwell check` proposes a rule for
//! them.
//!
//! Nearly every browser sends such a request right after a page, with the page as referrer, and nobody navigates on
//! from it.

use std::collections::{HashMap, HashSet};

use super::asset_hints::{AT_ONCE, HintRow, page_before};
use super::kind::Kind;
use super::visitor::Visitor;
use crate::time::Millis;

/// Requests that look automatic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineHint {
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// All such requests.
    pub requests: u64,
    /// Visitors who sent one right after a page.
    pub visitors: u64,
    /// Visitors whose browsers load assets.
    pub of: u64,
}

/// At least this many visitors must have sent it right after a page: fewer may be chance.
const ENOUGH_VISITORS: usize = 10;
/// Of the visitors whose browsers load assets, at least this percentage must have sent it right after a page.
const NEARLY_ALL: usize = 80;

/// The requests with one method and path.
#[derive(Default)]
struct RequestStats {
    all: usize,
    at_once: usize,
    visitors: HashSet<Visitor>,
}

/// Requests that nearly every browser sends right after a page, the most frequent first.
#[must_use]
pub fn machine_hints(mut rows: Vec<HintRow>) -> Vec<MachineHint> {
    // Servers log a request when it is answered, so lines may be out of order by a second.
    rows.sort_by_key(|row| row.time);
    let loading = rows.iter().filter(|row| page_before(row).is_some());
    let browsers: HashSet<Visitor> = loading.filter_map(|row| row.visitor).collect();
    let referred: HashSet<_> = rows.iter().filter_map(page_before).collect();
    let found = requests(&rows).into_iter();
    let found = found.filter(|((_, path), one)| one.are_machines(browsers.len()) && !referred.contains(path));
    let mut hints: Vec<_> = found.map(|(name, one)| one.hint(name, browsers.len())).collect();
    hints.sort_by(|one, other| other.requests.cmp(&one.requests).then(one.path.cmp(&other.path)));
    hints
}

/// The pageviews and actions, by method and path.
fn requests<'a>(rows: &[HintRow<'a>]) -> HashMap<(&'a [u8], &'a [u8]), RequestStats> {
    let mut loads: HashMap<(Visitor, &[u8]), Millis> = HashMap::new();
    let mut requests: HashMap<(&[u8], &[u8]), RequestStats> = HashMap::new();
    for row in rows.iter().filter(|row| matches!(row.kind, Kind::Pageview | Kind::Action)) {
        let one = requests.entry((row.method, row.path)).or_default();
        one.all += 1;
        let Some(visitor) = row.visitor else { continue };
        let load = page_before(row).and_then(|page| loads.get(&(visitor, page)));
        if load.is_some_and(|&load| row.time.since(load) <= AT_ONCE) {
            one.at_once += 1;
            one.visitors.insert(visitor);
        }
        if row.kind == Kind::Pageview {
            loads.insert((visitor, row.path), row.time);
        }
    }
    requests
}

impl RequestStats {
    fn are_machines(&self, browsers: usize) -> bool {
        let visitors = self.visitors.len();
        visitors >= ENOUGH_VISITORS
            && visitors * 100 >= browsers * NEARLY_ALL
            && self.at_once * 100 >= self.all * NEARLY_ALL
    }

    fn hint(&self, (method, path): (&[u8], &[u8]), browsers: usize) -> MachineHint {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let [requests, visitors, of] = [self.all, self.visitors.len(), browsers].map(|count| count as u64);
        MachineHint { method: text(method), path: text(path), requests, visitors, of }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = "https://shop.example";

    /// Rows written as `second visitor kind method path referrer`, where `-` is no referrer.
    fn hints(lines: &[String]) -> Vec<MachineHint> {
        let rows = lines.iter().map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            let [second, visitor, kind, method, path, referrer] = words[..] else { panic!("{line}") };
            HintRow {
                time: Millis(second.parse::<i64>().unwrap() * 1000),
                visitor: visitor.parse().ok().map(Visitor),
                kind: Kind::named(kind).unwrap(),
                method: method.as_bytes(),
                path: path.as_bytes(),
                referrer: referrer.as_bytes(),
            }
        });
        machine_hints(rows.collect())
    }

    /// So many visitors look at a page, their browsers load its style, and so long after it send a request.
    fn visits(visitors: u32, seconds: u32, kind: &str, request: &str) -> Vec<String> {
        let visit = |visitor: u32| {
            let start = visitor * 60;
            [
                format!("{start} {visitor} pageview GET /p/{visitor} -"),
                format!("{start} {visitor} asset GET /style.css {SHOP}/p/{visitor}"),
                format!("{} {visitor} {kind} {request} {SHOP}/p/{visitor}", start + seconds),
            ]
        };
        (0..visitors).flat_map(visit).collect()
    }

    #[test]
    fn what_nearly_every_browser_sends_right_after_a_page_is_the_pages_own() {
        for (kind, method) in [("action", "POST"), ("pageview", "GET")] {
            let log = visits(20, 1, kind, &format!("{method} /beacon"));
            let hint = MachineHint {
                method: method.to_owned(),
                path: "/beacon".to_owned(),
                requests: 20,
                visitors: 20,
                of: 20,
            };
            assert_eq!(hints(&log), [hint]);
        }
    }

    #[test]
    fn what_comes_later_or_from_few_or_leads_on_is_no_hint() {
        assert_eq!(hints(&visits(20, 9, "action", "POST /login")), [], "later");
        assert_eq!(hints(&visits(5, 1, "action", "POST /beacon")), [], "few visitors");
        let mut some = visits(30, 1, "asset", "GET /script.js");
        some.extend(visits(12, 1, "action", "POST /beacon"));
        assert_eq!(hints(&some), [], "not nearly all");
        let mut onward = visits(20, 1, "pageview", "GET /next");
        onward.push(format!("5 1 asset GET /next.css {SHOP}/next"));
        assert_eq!(hints(&onward), [], "people go on from it");
    }
}
