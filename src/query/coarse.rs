//! Coarse figures: under `--privacy strict` counts of sessions are multiples of five, and times are closed 5-minute marks
//! (R11). Whoever asks again and again, with one more filter or a minute later, learns of no single visitor from the
//! difference.
//!
//! Every field of a view is named here, so that adding one forces a decision.

mod analyses;
mod closeups;
mod findings;
mod series;
mod tables;
mod traffic;

use crate::query::question::{Question, Window};
use crate::query::view::{
    AnalysisView, BotCounts, BounceRates, Closeup, Count, Durations, Finding, Intake, Rate, SMALL_GROUPS,
    Series, Taken, Totals, View,
};
use crate::time::{Millis, Span};

/// Counts are floored to multiples of this (R11).
const COUNTS: u64 = 5;

/// Times are floored to multiples of this (R11).
pub const MARK: Span = Span::minutes(5);

/// The closed mark of an instant.
#[must_use]
pub fn mark(at: Millis) -> Millis {
    at.floor_to(MARK)
}

fn floor(count: &mut u64) {
    *count -= *count % COUNTS;
}

/// The size of an answer tells which page it was.
fn floor_bytes(bytes: &mut u64) {
    const MIB: u64 = 1 << 20;
    *bytes -= *bytes % MIB;
}

fn floor_all<'a>(counts: impl IntoIterator<Item = &'a mut u64>) {
    counts.into_iter().for_each(floor);
}

fn floor_count(count: &mut Count) {
    match count {
        Count::Exact(count) | Count::About(count) => floor(count),
    }
}

fn floor_rate(Rate { bounced, of }: &mut Rate) {
    *bounced = (*bounced / COUNTS as f64).floor() * COUNTS as f64;
    floor(of);
}

/// Shares of what is not told with them are told in tenths.
fn round_share(share: &mut f64) {
    *share = (*share * 10.0).round() / 10.0;
}

/// An estimate hangs on how each of those before went on: it is told in tenths, and of few not at all.
fn estimate(rate: Rate) -> Rate {
    const ENOUGH: u64 = 50;
    match rate.share() {
        Some(mut share) if rate.of >= ENOUGH => {
            round_share(&mut share);
            let of = rate.of - rate.of % COUNTS;
            Rate { bounced: share * of as f64, of }
        }
        _ => Rate::default(),
    }
}

fn floor_time(at: &mut Millis) {
    *at = mark(*at);
}

/// A percentile of fewer than five would be the time of one of them.
fn of_enough(measured: u64, spans: &mut [&mut Span]) {
    if measured < COUNTS {
        for span in spans {
            **span = Span::ZERO;
        }
    }
}

impl View {
    /// Makes all figures coarse; `question` is what this is the answer to.
    pub fn coarsen(&mut self, question: &Question) {
        let View {
            now,
            clock: _,
            from,
            to,
            kept_from,
            bounce_rule: _,
            totals,
            bounce: BounceRates { settled, settled_before, now: rate_now },
            durations,
            series,
            tables,
            // Single visitors are not listed at all.
            sessions,
            closeup,
            analyses,
            findings,
            faults,
            traffic,
            intake,
        } = self;
        [&mut *now, &mut *from, to].into_iter().for_each(floor_time);
        kept_from.iter_mut().for_each(floor_time);
        totals.coarsen();
        if question.window == Window::All {
            // Otherwise it is when the first of those came that are asked about.
            *from = kept_from.unwrap_or(if totals.sessions == 0 { *now } else { *from });
        }
        [settled, settled_before].into_iter().for_each(floor_rate);
        *rate_now = estimate(*rate_now);
        durations.coarsen();
        series.iter_mut().for_each(Series::coarsen);
        if let Some(series) = series.as_mut().filter(|_| question.window == Window::All) {
            series.begin_with_enough(*now);
        }
        tables.iter_mut().zip(&question.tables).for_each(|(table, ask)| table.coarsen(*ask));
        *sessions = None;
        closeup.iter_mut().for_each(Closeup::coarsen);
        analyses.iter_mut().for_each(AnalysisView::coarsen);
        if !question.filter.is_empty() {
            // Whether a handful of sessions stands out is decided by one of them.
            findings.clear();
        }
        findings.iter_mut().chain(faults).for_each(Finding::coarsen);
        if let Some(traffic) = traffic {
            traffic.coarsen();
        }
        intake.coarsen();
    }
}

impl Intake {
    /// Lines are counted as sessions are: what is told of them together is a count of hits.
    fn coarsen(&mut self) {
        let Intake {
            inputs,
            lines,
            bytes: _,
            hits,
            malformed,
            malformed_by_reason,
            malformed_examples,
            doubts: _,
            late,
            ahead,
            consentless,
            overflow: _,
            folded: _,
            evicted: _,
            closed_early: _,
            kinds,
            own_hosts: _,
            own_hosts_from: _,
            memory: _,
        } = self;
        floor_all(inputs.iter_mut().map(|input| &mut input.lines));
        floor_all([lines, hits, malformed, late, ahead, consentless]);
        floor_all(malformed_by_reason.iter_mut().map(|(_, lines)| lines));
        floor_all(kinds);
        malformed_examples.clear();
    }
}

impl Totals {
    fn coarsen(&mut self) {
        let Totals {
            sessions,
            started,
            active,
            active_before,
            open,
            closed,
            with_pageview,
            pageviews,
            actions,
            visitors,
            bots,
        } = self;
        floor_all([
            sessions,
            started,
            active,
            active_before,
            open,
            closed,
            with_pageview,
            pageviews,
            actions,
        ]);
        floor_count(visitors);
        let BotCounts { agent, no_agent, robots_txt, rate, spam, ai } = bots;
        floor_all([agent, no_agent, robots_txt, rate, spam]);
        floor_all(ai.iter_mut().flat_map(|Taken { sessions, pageviews }| [sessions, pageviews]));
    }
}

impl Durations {
    fn coarsen(&mut self) {
        let Durations { measured, unmeasured, sum, max, p50, p90, p99, histogram } = self;
        floor_all([&mut *measured, unmeasured]);
        floor_all(histogram);
        // The sum and the longest tell of single visits.
        *sum = Span(p50.0.saturating_mul(*measured));
        *max = *p90;
        *p99 = *p90;
        of_enough(*measured, &mut [sum, max, p50, p90, p99]);
    }
}

/// The row of small groups is the last one.
fn is_small(name: &str) -> bool {
    name == SMALL_GROUPS
}

/// The largest first, and the row of small groups last.
fn largest_first<T>(rows: &mut [T], of: impl Fn(&T) -> (u64, &str)) {
    rows.sort_by(|a, b| {
        let ((a, name), (b, other)) = (of(a), of(b));
        (is_small(name), b, name).cmp(&(is_small(other), a, other))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::question::{Grouping, TableAsk};
    use crate::query::view::{Point, Table, TableRow};

    #[test]
    fn r11_counts_are_multiples_of_five_and_times_are_marks() {
        let ask = TableAsk::largest(Grouping::Source, 10);
        let question = Question { tables: vec![ask], ..Question::default() };
        let row = TableRow { sessions: 9, count: 13, p50: Some(Span(7)), ..TableRow::default() };
        let few = TableRow { sessions: 4, count: 4, p50: Some(Span(7)), ..TableRow::default() };
        let mut view = View {
            now: Millis(601_000),
            totals: Totals { sessions: 1_209, visitors: Count::Exact(4), ..Totals::default() },
            bounce: BounceRates { settled: Rate { bounced: 7.0, of: 24 }, ..BounceRates::default() },
            tables: vec![Table { rows: vec![row, few], ..Table::default() }],
            ..View::default()
        };
        view.coarsen(&question);
        assert_eq!((view.now, view.totals.sessions), (Millis(600_000), 1_205));
        assert_eq!(view.totals.visitors, Count::Exact(0));
        assert_eq!(view.bounce.settled, Rate { bounced: 5.0, of: 20 });
        let rows: Vec<_> = view.tables[0].rows.iter().map(|row| (row.sessions, row.count, row.p50)).collect();
        assert_eq!(rows, [(5, 10, None)]);
        let once = view.clone();
        view.coarsen(&question);
        assert_eq!(view, once, "once is enough");
    }

    #[test]
    fn r11_buckets_are_five_minutes_at_least() {
        let started = |started| Point { started, ..Point::default() };
        let mut series = Series {
            bucket: Span::minutes(1),
            from: Millis(240_000),
            points: (1..=8).map(started).collect(),
            before: vec![],
        };
        series.coarsen();
        assert_eq!((series.bucket, series.from), (MARK, Millis(0)));
        // 1; 2 + 3 + 4 + 5 + 6 = 20; 7 + 8 = 15.
        assert_eq!(series.points.iter().map(|point| point.started).collect::<Vec<_>>(), [0, 20, 15]);
    }
}
