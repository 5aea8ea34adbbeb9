//! Makes the view of a merged partial.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::classify::arrival::Brings;
use crate::classify::traffic::{client_left, is_failure};
use crate::query::question::{SmallGroups, TrafficAsk};
use crate::query::series::finest;
use crate::query::view::{
    ClientRow, FailureRow, KIND_NAMES, LeftOut, PathHits, SMALL_GROUPS, TrafficPoint, TrafficSeries,
    TrafficTotals, TrafficView,
};
use crate::store::dictionaries::Dictionaries;
use crate::time::{Millis, Span};
use crate::traffic::{Link, LoadTimes};

use super::partial::{
    AgentsSeen, ClientCounts, FailureCounts, FailureRowKey, PathCounts, Rows, TrafficPartial,
};
use super::points::Points;

/// Pages and sources shown as what led to a failure.
const LINKS: usize = 3;
/// Groups of fewer clients are folded under `strict` (R11).
const LEAST: u64 = 5;
/// What a failure is called that has no request, such as one with a bad first line.
const NO_REQUEST: &str = "(no request)";
const VARIOUS: &str = "(various)";

/// The view of a partial.
#[must_use]
pub fn traffic_view(
    partial: &TrafficPartial,
    ask: TrafficAsk,
    small_groups: SmallGroups,
    left_out: &LeftOut,
    known: &Dictionaries,
) -> TrafficView {
    let (from, to) = partial.span.unwrap_or_default();
    let mut view = TrafficView {
        from,
        to,
        totals: totals(partial),
        series: series(&partial.points, ask.buckets, (from, to)),
        failures: largest(partial.failures.iter().map(|(key, row)| failure(*key, row, known)), |row| {
            row.hits
        }),
        clients: Vec::new(),
        paths: largest(
            leading(&partial.paths, ask.rows, |row| row.count.hits)
                .map(|(&id, row)| path(known.paths.text(id).into(), row)),
            |row| row.hits,
        ),
        folded: partial.folded,
        left_out: left_out.clone(),
    };
    if ask.clients {
        let rows = leading(&partial.clients, ask.rows, |row| row.count.hits);
        view.clients =
            largest(rows.map(|(&address, row)| client(known.address(address).into(), row, known)), |row| {
                row.hits
            });
    }
    if small_groups == SmallGroups::Folded {
        fold_small_groups(&mut view);
    }
    view.failures.truncate(ask.rows);
    view.clients.truncate(ask.rows);
    view.paths.truncate(ask.rows);
    view
}

/// The rows with the most hits: as many as are wanted, and those with as many as the last of these. Only they are named.
fn leading<Key, Row>(
    rows: &Rows<Key, Row>,
    most: usize,
    hits: impl Fn(&Row) -> u64,
) -> impl Iterator<Item = (&Key, &Row)> {
    let mut all: Vec<u64> = rows.values().map(&hits).collect();
    let least = if all.len() > most {
        let at = all.len() - most.max(1);
        *all.select_nth_unstable(at).1
    } else {
        0
    };
    rows.iter().filter(move |(_, row)| hits(row) >= least)
}

/// Rows in the order of their hits; ties go by what they are about.
fn largest<Row: Named>(rows: impl Iterator<Item = Row>, hits: impl Fn(&Row) -> u64) -> Vec<Row> {
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by(|one, other| (Reverse(hits(one)), one.name()).cmp(&(Reverse(hits(other)), other.name())));
    rows
}

/// What rows with the same number of hits are ordered by.
trait Named {
    fn name(&self) -> (&str, &str, u16, &str);
}

impl Named for FailureRow {
    fn name(&self) -> (&str, &str, u16, &str) {
        (&self.path, self.method, self.status, self.kind)
    }
}

impl Named for ClientRow {
    fn name(&self) -> (&str, &str, u16, &str) {
        (&self.network, "", 0, "")
    }
}

impl Named for PathHits {
    fn name(&self) -> (&str, &str, u16, &str) {
        (&self.path, "", 0, "")
    }
}

fn totals(partial: &TrafficPartial) -> TrafficTotals {
    let mut totals = TrafficTotals {
        load_p50: at(&partial.loads, 0.5),
        load_p75: at(&partial.loads, 0.75),
        load_p95: at(&partial.loads, 0.95),
        peak: partial.peak.is_known.then_some(partial.peak.hits),
        ..TrafficTotals::default()
    };
    let (mut by_status, mut by_method) = (BTreeMap::new(), BTreeMap::new());
    for (&(kind, status, method), count) in &partial.by_class {
        totals.hits += count.hits;
        totals.bytes += count.bytes;
        totals.by_kind[kind as usize] += count.hits;
        totals.failures += if is_failure(status) { count.hits } else { 0 };
        totals.client_left += if client_left(status) { count.hits } else { 0 };
        *by_status.entry(status).or_insert(0) += count.hits;
        *by_method.entry(method.name()).or_insert(0) += count.hits;
    }
    totals.by_status = by_status.into_iter().collect();
    totals.by_method = by_method.into_iter().collect();
    totals.by_method.sort_by_key(|(_, hits)| Reverse(*hits));
    totals
}

fn at(loads: &LoadTimes, share: f64) -> Option<Span> {
    loads.at(share).map(|load| Span(load.into()))
}

/// The series with at most so many buckets.
fn series(points: &Points, most: usize, (from, to): (Millis, Millis)) -> TrafficSeries {
    if to <= from || most == 0 {
        return TrafficSeries::default();
    }
    let mut points = points.clone();
    let bucket = finest((to - Span(1)).since(from), most, points.length);
    points.widen_to(bucket);
    let first = from.floor_to(bucket);
    let count = (to - Span(1)).floor_to(bucket).since(first).0 / bucket.0 + 1;
    let point = |index: u64| {
        let from = first + Span(bucket.0 * index);
        let none = TrafficPoint { from, ..TrafficPoint::default() };
        points.points.get(&from).map_or(none, |counts| TrafficPoint {
            from,
            hits: counts.count.hits,
            by_class: counts.by_class,
            failures: counts.failures,
            bytes: counts.count.bytes,
            load_p95: at(&counts.loads, 0.95),
        })
    };
    TrafficSeries { bucket, points: (0..count).map(point).collect() }
}

fn failure(key: FailureRowKey, row: &FailureCounts, known: &Dictionaries) -> FailureRow {
    let path = known.paths.text(key.path);
    FailureRow {
        method: key.method.name(),
        path: if path.is_empty() { NO_REQUEST.to_owned() } else { path.into() },
        status: key.status,
        kind: KIND_NAMES[key.kind as usize],
        hits: row.hits,
        clients: row.people.count(),
        first: row.first,
        last: row.last,
        linked_from: links(row, known),
        over: row.over.clone(),
    }
}

fn links(row: &FailureCounts, known: &Dictionaries) -> Vec<(String, u64)> {
    let mut by_name = BTreeMap::new();
    for (&link, &hits) in &row.links {
        if let Some(name) = link_name(link, known) {
            *by_name.entry(name).or_insert(0) += hits;
        }
    }
    let mut links: Vec<_> = by_name.into_iter().collect();
    links.sort_by_key(|(_, hits)| Reverse(*hits));
    links.truncate(LINKS);
    links
}

/// The page of the site itself that led to a failure, or the source; `None` if the log does not say.
fn link_name(link: Link, known: &Dictionaries) -> Option<String> {
    let facts = known.arrival(link.arrival);
    match link.path {
        Some(path) if facts.resumed => Some(known.paths.text(path).into()),
        _ if facts.resumed || facts.brings == Brings::Nothing => None,
        _ => Some(known.sources.text(facts.source).into()),
    }
}

fn client(network: String, row: &ClientCounts, known: &Dictionaries) -> ClientRow {
    let agent = match row.agents {
        AgentsSeen::None => String::new(),
        AgentsSeen::Various { .. } => VARIOUS.to_owned(),
        AgentsSeen::One(label) => match label.bot {
            Some(bot) => known.agent_tables.bot_name(bot).to_owned(),
            None => known.agent_tables.browser_name(label.browser).to_owned(),
        },
    };
    ClientRow {
        network,
        agent,
        bot: row.agents.are_bots(),
        hits: row.count.hits,
        failures: row.failures,
        pageviews: row.pageviews,
        bytes: row.count.bytes,
        peak: row.busiest().is_known.then_some(row.busiest().hits),
    }
}

fn path(path: String, row: &PathCounts) -> PathHits {
    let loads = row.loads.as_deref();
    PathHits {
        path,
        hits: row.count.hits,
        bytes: row.count.bytes,
        timed: loads.map_or(0, LoadTimes::count),
        load_p50: loads.and_then(|loads| at(loads, 0.5)),
        load_p95: loads.and_then(|loads| at(loads, 0.95)),
    }
}

/// Folds what few clients met into one row each, and names no page that led few there.
fn fold_small_groups(view: &mut TrafficView) {
    let small: Vec<_> = view.failures.extract_if(.., |row| row.clients.value() < LEAST).collect();
    for row in &mut view.failures {
        row.linked_from.retain(|(_, hits)| *hits >= LEAST);
    }
    if let Some(first) = small.first() {
        view.failures.push(FailureRow {
            method: "",
            path: SMALL_GROUPS.to_owned(),
            status: 0,
            kind: "",
            hits: small.iter().map(|row| row.hits).sum(),
            clients: first.clients,
            first: view.from,
            last: view.to,
            linked_from: Vec::new(),
            over: Vec::new(),
        });
    }
    // How many clients asked for a path is not kept, so that none can be shown.
    view.paths.clear();
}
