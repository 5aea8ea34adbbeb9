//! Tables: rows of a partial, named, sorted and limited to the number asked for.

use std::cmp::Ordering;

use hashbrown::HashMap;

use crate::classify::channel::Channel;
use crate::store::dictionaries::Dictionaries;
use crate::time::Span;

use super::counts::{Counts, LoadCounts, TablePartial};
use super::names::{compare_names, row_name};
use super::question::{Grouping, Order, SmallGroups, TableAsk, TableSort};
use super::rank::best_of;
use super::row_key::RowKey;
use super::view::{PageLoads, Table, TableRow};

/// The table that was asked for.
pub(super) fn table(
    known: &Dictionaries,
    ask: &TableAsk,
    partial: &TablePartial,
    small_groups: SmallGroups,
) -> Table {
    let (by_source, channels) = match ask.grouping {
        Grouping::Source => (Some(by_source(partial)), channels_of_sources(partial)),
        _ => (None, HashMap::new()),
    };
    let partial = by_source.as_ref().unwrap_or(partial);
    let folded = small_groups.folded(partial);
    let partial = folded.as_ref().unwrap_or(partial);
    let time = |key: RowKey| match ask.sort {
        TableSort::Time => partial.times.median(key.number()),
        TableSort::Load => partial.load_times.at_hundredths(key.number(), 75),
        _ => None,
    };
    let mut rows = candidates(partial, time);
    let total_rows = rows.len() as u64;
    let largest = rows.iter().map(|row| row.counts.count).max().unwrap_or(0);
    let sum = rows.iter().map(|row| row.counts.count).sum();
    // Always the last row, whatever the order, and never dropped.
    let small: Vec<_> = rows.extract_if(.., |row| row.key == RowKey::SmallGroups).collect();
    rows = best_of(rows, ask.rows, |a, b| compare(known, ask, a, b));
    rows.extend(small);
    let name = |row: Candidate| {
        let channel = channels.get(&row.key).map_or("", |(channel, _)| channel.name());
        let p50 = partial.times.median(row.key.number());
        let load = partial.loads.get(&row.key.number()).copied().and_then(LoadCounts::mean);
        let name = row_name(known, row.key);
        let named = table_row(name.into_owned(), channel, row.counts);
        TableRow { p50, load, loads: page_loads(partial, row.key.number()), ..named }
    };
    Table {
        grouping: Some(ask.grouping),
        rows: rows.into_iter().map(name).collect(),
        total_rows,
        largest,
        sum,
    }
}

/// A row that may be among the best.
struct Candidate<'a> {
    key: RowKey,
    counts: &'a Counts,
    /// The time by which it is ranked.
    time: Option<Span>,
}

/// Rows with a count in the window; those that only settled in it have nothing to show.
fn candidates(partial: &TablePartial, time: impl Fn(RowKey) -> Option<Span>) -> Vec<Candidate<'_>> {
    let counting = partial.rows.iter().filter(|(_, counts)| counts.count > 0);
    counting.map(|(key, counts)| Candidate { key: *key, counts, time: time(*key) }).collect()
}

fn page_loads(partial: &TablePartial, row: u32) -> Option<PageLoads> {
    let LoadCounts { count, slow, .. } = partial.loads.get(&row).copied().filter(|loads| loads.count > 0)?;
    let at = |hundredths| partial.load_times.at_hundredths(row, hundredths).unwrap_or_default();
    Some(PageLoads { measured: count, p50: at(50), p75: at(75), p95: at(95), slow })
}

fn table_row(key: String, channel: &str, counts: &Counts) -> TableRow {
    TableRow {
        key,
        channel: channel.to_owned(),
        count: counts.count,
        sessions: counts.sessions,
        settled: counts.settled,
        bounced: counts.bounced,
        pageviews: counts.pageviews,
        entries: counts.entries,
        exits: counts.exits,
        ..TableRow::default()
    }
}

/// The better row first; ties are sorted by name, so that rows stay in place.
fn compare(known: &Dictionaries, ask: &TableAsk, a: &Candidate, b: &Candidate) -> Ordering {
    let names = || compare_names(known, a.key, b.key);
    let by = match ask.sort {
        TableSort::Count => a.counts.count.cmp(&b.counts.count),
        TableSort::BounceRate => a.counts.bounce_rate().total_cmp(&b.counts.bounce_rate()),
        TableSort::Pageviews => a.counts.pageviews.cmp(&b.counts.pageviews),
        TableSort::Entries => a.counts.entries.cmp(&b.counts.entries),
        TableSort::Exits => a.counts.exits.cmp(&b.counts.exits),
        TableSort::Time | TableSort::Load => a.time.cmp(&b.time),
        TableSort::Name => names(),
    };
    let by = if ask.order == Order::Descending { by.reverse() } else { by };
    by.then_with(names)
}

/// Merges the channels of each source.
fn by_source(partial: &TablePartial) -> TablePartial {
    // Its rows are no longer those of the counter.
    TablePartial { grouping: None, ..partial.regrouped(RowKey::whatever_the_channel) }
}

/// The most frequent channel of each source, with its sessions.
fn channels_of_sources(partial: &TablePartial) -> HashMap<RowKey, (Channel, u64)> {
    let mut channels: HashMap<RowKey, (Channel, u64)> = HashMap::new();
    for (key, counts) in &partial.rows {
        let RowKey::SourceByChannel(_, channel) = *key else { continue };
        let best = channels.entry(key.whatever_the_channel()).or_insert((channel, counts.count));
        if (counts.count, channel as u32) > (best.1, best.0 as u32) {
            *best = (channel, counts.count);
        }
    }
    channels
}
