//! Traffic once more (design.md R12): every hit is looked at for every figure. Nothing of dwell's own counting is used.

use std::collections::{BTreeMap, BTreeSet};

use dwell::glob::Glob;
use dwell::query::filter::{BotTest, Filter, Term, Test, TextField};
use dwell::query::view::{Count, TrafficView};
use dwell::time::{Millis, Span};

use super::arrivals::arrival;
use super::{Deed, Hit, Rules, host, kept_address, site, visitor, watermark};

/// The hits of a window, widened to whole slots.
pub struct Requests<'a> {
    /// All hits of its slots, with the slot's start.
    all: Vec<(Millis, Span, &'a Hit)>,
    filter: &'a Filter,
    rules: Rules,
}

/// What terms speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    Class,
    Path,
    Client,
    Nothing,
}

/// What a row of failures says: status, kind, hits, clients, first, last, and what led to it.
pub type Failure = (u64, u64, Millis, Millis, BTreeSet<(String, u64)>);

/// Hits, failures, pageviews, bytes, and the hits of the busiest 10 s.
pub type Client = (u64, u64, u64, u64, Option<u64>);

const TEN: Span = Span::seconds(10);
const MINUTE: Span = Span::minutes(1);

impl<'a> Requests<'a> {
    /// Slots are of 10 s for an hour before the newest hit, and as long as hits may still fall into them; then of a minute.
    pub fn new(
        hits: &'a [Hit],
        inputs: u16,
        filter: &'a Filter,
        window: Option<Span>,
        rules: Rules,
    ) -> Requests<'a> {
        let newest = hits.iter().map(|hit| hit.time).max().expect("hits");
        let complete = watermark(hits, inputs) - rules.lateness;
        let fine_from = (newest - Span::hours(1)).min(complete).floor_to(MINUTE);
        let from = window.map_or(Millis::MIN, |window| newest - window);
        let slot = |hit: &'a Hit| {
            let length = if hit.time < fine_from { MINUTE } else { TEN };
            (hit.time.floor_to(length), length, hit)
        };
        let all = hits.iter().map(slot).filter(|(start, length, _)| *start + *length > from);
        Requests { all: all.collect(), filter, rules }
    }

    fn having(&self, about: &'a [About]) -> impl Iterator<Item = (Millis, Span, &'a Hit)> {
        let holds = move |hit: &Hit| self.filter.terms().iter().all(|term| self.holds(term, hit, about));
        self.all.iter().copied().filter(move |(_, _, hit)| holds(hit))
    }

    fn holds(&self, term: &Term, hit: &Hit, said: &[About]) -> bool {
        !said.contains(&about(&term.test)) || self.is_so(&term.test, hit) != term.negated
    }

    fn is_so(&self, test: &Test, hit: &Hit) -> bool {
        let is_bot = hit.agent.contains("Googlebot");
        match test {
            Test::Bot(BotTest::Any) => true,
            Test::Bot(BotTest::No) => !is_bot,
            Test::Bot(_) => is_bot,
            Test::Text(TextField::Path, globs) => globs.iter().any(|glob| glob.matches(hit.path())),
            Test::Text(field, globs) => {
                let any = |text: &str| globs.iter().any(|glob: &Glob| glob.matches_ignoring_case(text));
                match field {
                    TextField::Host => any(&host(hit.host)),
                    TextField::Kind => any(kind(hit)),
                    TextField::Method => any(if hit.deed == Deed::Submit { "POST" } else { hit.method() }),
                    TextField::Status => any(&hit.status().to_string()) || any(class(hit)),
                    TextField::Address => any(&kept_address(hit.address, self.rules.addresses)),
                    _ => any(if is_bot { "Googlebot" } else { "" }),
                }
            }
            _ => true,
        }
    }

    /// The terms that a table leaves out.
    fn left_out(&self, said: &[About]) -> Vec<String> {
        let terms = self.filter.terms().iter();
        terms.filter(|term| !said.contains(&about(&term.test))).map(ToString::to_string).collect()
    }

    /// Holds a view against all of this.
    pub fn check(&self, view: &TrafficView) {
        self.check_totals(view);
        self.check_series(view);
        self.check_failures(view);
        self.check_clients(view);
        self.check_paths(view);
    }

    fn check_totals(&self, view: &TrafficView) {
        let about = [About::Class];
        let hits: Vec<_> = self.having(&about).collect();
        let totals = &view.totals;
        assert_eq!(totals.hits, hits.len() as u64);
        assert_eq!(totals.bytes, 512 * totals.hits);
        let by_kind = dwell::query::view::KIND_NAMES
            .map(|name| hits.iter().filter(|(_, _, hit)| kind(hit) == name).count() as u64);
        assert_eq!(totals.by_kind, by_kind);
        let by_status: BTreeMap<u16, u64> = counted(hits.iter().map(|(_, _, hit)| hit.status()));
        assert_eq!(totals.by_status.iter().copied().collect::<BTreeMap<_, _>>(), by_status);
        let by_method: BTreeMap<&str, u64> = counted(hits.iter().map(|(_, _, hit)| hit.method()));
        assert_eq!(totals.by_method.iter().copied().collect::<BTreeMap<_, _>>(), by_method);
        assert_eq!(totals.failures, failing(&hits));
        let loads: Vec<u64> = hits.iter().filter_map(|(_, _, hit)| hit.load()).collect();
        let percentiles = [totals.load_p50, totals.load_p95].map(|load| load.map(|load| load.0));
        assert_eq!(percentiles, [50, 95].map(|hundredths| percentile(&loads, hundredths)));
        let by_ten = counted(hits.iter().map(|(start, _, _)| *start));
        let is_known = self.all.iter().all(|(_, length, _)| *length == TEN);
        assert_eq!(totals.peak, is_known.then(|| by_ten.into_values().max().unwrap_or(0)));
        assert_eq!(view.left_out.totals, self.left_out(&about));
    }

    fn check_series(&self, view: &TrafficView) {
        let (from, to) = (view.from, view.to);
        assert_eq!(Some(from), self.all.iter().map(|(start, ..)| *start).min());
        assert_eq!(Some(to), self.all.iter().map(|(start, length, _)| *start + *length).max());
        let hits: Vec<_> = self.having(&[About::Class]).collect();
        let mut next = from.floor_to(view.series.bucket);
        for point in &view.series.points {
            assert_eq!(point.from, next);
            next = point.from + view.series.bucket;
            let within = hits.iter().filter(|(start, ..)| *start >= point.from && *start < next);
            let within: Vec<_> = within.copied().collect();
            assert_eq!((point.hits, point.failures), (within.len() as u64, failing(&within)));
            let loads: Vec<u64> = within.iter().filter_map(|(_, _, hit)| hit.load()).collect();
            assert_eq!(point.load_p95.map(|load| load.0), percentile(&loads, 95));
        }
        assert!(next >= to, "the series ends at {next:?}");
    }

    fn check_failures(&self, view: &TrafficView) {
        let about = [About::Class, About::Path, About::Client];
        let mut rows: BTreeMap<(&str, &str, u16, &str), Vec<&Hit>> = BTreeMap::new();
        for (_, _, hit) in self.having(&about).filter(|(_, _, hit)| hit.status() >= 400) {
            rows.entry((hit.method(), hit.path(), hit.status(), kind(hit))).or_default().push(hit);
        }
        let found = view.failures.iter().map(|row| {
            let clients = match row.clients {
                Count::Exact(clients) => clients,
                Count::About(_) => panic!("there are few clients"),
            };
            let links = row.linked_from.iter().cloned().collect();
            let key = (row.method, row.path.as_str(), row.status, row.kind);
            (key, (row.hits, clients, row.first, row.last, links))
        });
        let expected = rows.into_iter().map(|(key, hits)| (key, failure(&hits)));
        let (found, expected): (BTreeMap<_, Failure>, BTreeMap<_, Failure>) =
            (found.collect(), expected.collect());
        assert_eq!(found, expected);
        assert_eq!(view.left_out.failures, self.left_out(&about));
    }

    fn check_clients(&self, view: &TrafficView) {
        let about = [About::Class, About::Client];
        let mut rows: BTreeMap<String, Vec<(Millis, Span, &Hit)>> = BTreeMap::new();
        for one in self.having(&about) {
            rows.entry(kept_address(one.2.address, self.rules.addresses)).or_default().push(one);
        }
        let is_filtered = self.left_out(&about).len() < self.filter.terms().len();
        let expected = rows.into_iter().map(|(network, hits)| {
            let pageviews = hits.iter().filter(|(_, _, hit)| kind(hit) == "pageview").count() as u64;
            let peak =
                peak(&hits).filter(|_| !is_filtered || hits.iter().all(|(_, length, _)| *length == TEN));
            let count = hits.len() as u64;
            (network, (count, failing(&hits), pageviews, 512 * count, peak))
        });
        let found = view
            .clients
            .iter()
            .map(|row| (row.network.clone(), (row.hits, row.failures, row.pageviews, row.bytes, row.peak)));
        let (found, expected): (BTreeMap<_, Client>, BTreeMap<_, Client>) =
            (found.collect(), expected.collect());
        assert_eq!(found, expected);
        assert_eq!(view.left_out.clients, self.left_out(&about));
    }

    fn check_paths(&self, view: &TrafficView) {
        let about = [About::Class, About::Path];
        let mut rows: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        let mut hits: BTreeMap<&str, u64> = BTreeMap::new();
        // Of assets only robots.txt counts by its path.
        for (_, _, hit) in self.having(&about).filter(|(_, _, hit)| hit.deed != Deed::Asset) {
            rows.entry(hit.path()).or_default().extend(hit.load());
            *hits.entry(hit.path()).or_default() += 1;
        }
        let found = view.paths.iter().map(|row| {
            assert_eq!(row.bytes, 512 * row.hits);
            (row.path.as_str(), (row.hits, row.timed, row.load_p95.map(|load| load.0)))
        });
        let expected = rows
            .into_iter()
            .map(|(path, loads)| (path, (hits[path], loads.len() as u64, percentile(&loads, 95))));
        let (found, expected): (BTreeMap<_, _>, BTreeMap<_, _>) = (found.collect(), expected.collect());
        assert_eq!(found, expected);
        assert_eq!(view.left_out.paths, self.left_out(&about));
    }
}

/// The hits of the busiest 10 s.
fn peak(hits: &[(Millis, Span, &Hit)]) -> Option<u64> {
    counted(hits.iter().map(|(_, _, hit)| hit.time.floor_to(TEN))).into_values().max()
}

fn counted<Key: Ord>(keys: impl Iterator<Item = Key>) -> BTreeMap<Key, u64> {
    let mut counts = BTreeMap::new();
    keys.for_each(|key| *counts.entry(key).or_default() += 1);
    counts
}

fn failing(hits: &[(Millis, Span, &Hit)]) -> u64 {
    hits.iter().filter(|(_, _, hit)| hit.status() >= 400).count() as u64
}

/// The least load time that so many hundredths do not exceed, of which seven bits are kept.
fn percentile(loads: &[u64], hundredths: usize) -> Option<u64> {
    let mut sorted = loads.to_vec();
    sorted.sort_unstable();
    let load = *sorted.get((sorted.len() * hundredths).div_ceil(100).max(1) - 1)?;
    let mut unit = 1;
    while load / unit >= 128 {
        unit *= 2;
    }
    Some(load / unit * unit)
}

fn failure(hits: &[&Hit]) -> Failure {
    let clients: BTreeSet<_> = hits.iter().map(|hit| visitor(hit)).collect();
    let times = || hits.iter().map(|hit| hit.time);
    let links = counted(hits.iter().filter_map(|hit| link(hit)));
    let mut links: Vec<_> = links.into_iter().collect();
    // Three are shown; of equal ones the first by name.
    links.sort_by_key(|(_, hits)| std::cmp::Reverse(*hits));
    links.truncate(3);
    let (first, last) = (times().min().expect("hits"), times().max().expect("hits"));
    (hits.len() as u64, clients.len() as u64, first, last, links.into_iter().collect())
}

/// What led to a hit: a tag, a page of the hit's own site, or a source.
fn link(hit: &Hit) -> Option<String> {
    let arrived = arrival(hit, &[]);
    if !arrived.resumed {
        return (arrived.source != "Direct / None").then_some(arrived.source);
    }
    let address = hit.referrer.split_once("://")?.1;
    let (named, path) = address.split_at(address.find('/')?);
    (site(named) == site(hit.host)).then(|| path.to_owned())
}

fn about(test: &Test) -> About {
    match test {
        Test::Bot(BotTest::Yes | BotTest::No | BotTest::Any | BotTest::Agent)
        | Test::Text(TextField::Host | TextField::Kind | TextField::Status | TextField::Method, _) => {
            About::Class
        }
        Test::Text(TextField::Path, _) => About::Path,
        Test::Text(TextField::Address | TextField::Agent, _) => About::Client,
        _ => About::Nothing,
    }
}

/// R2, for what these hits may be.
fn kind(hit: &Hit) -> &'static str {
    match hit.deed {
        Deed::View => "pageview",
        Deed::Submit | Deed::Download => "action",
        Deed::Fail => "error",
        Deed::Move => "redirect",
        Deed::RobotsTxt | Deed::Asset => "asset",
        Deed::Api => "api",
        Deed::Head | Deed::Prefetch => "other",
    }
}

fn class(hit: &Hit) -> &'static str {
    match hit.status() / 100 {
        2 => "2xx",
        3 => "3xx",
        _ => "4xx",
    }
}
