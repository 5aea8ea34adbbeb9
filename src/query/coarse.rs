//! Coarse figures: under `--privacy strict` counts of sessions are multiples of five, and times are closed 5-minute marks
//! (R11). Whoever asks again and again, with one more filter or a minute later, learns of no single visitor from the
//! difference.
//!
//! Every field of a view is named here, so that adding one forces a decision.

use std::cmp::Ordering;

use crate::time::{Millis, Span};

use super::question::{Order, Question, TableAsk, TableSort, Window};
use super::view::*;

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
        spans.iter_mut().for_each(|span| **span = Span::ZERO);
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
        if question.window == Window::All {
            series.iter_mut().for_each(|series| series.begin_with_enough(*now));
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
        traffic.iter_mut().for_each(|traffic| traffic.coarsen());
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
        inputs.iter_mut().for_each(|input| floor(&mut input.lines));
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
        ai.iter_mut().for_each(|Taken { sessions, pageviews }| floor_all([sessions, pageviews]));
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

impl Series {
    /// Buckets are as long as a mark, at least.
    fn coarsen(&mut self) {
        let Series { bucket, from, points, before } = self;
        if *bucket < MARK && *bucket > Span::ZERO {
            let length = *bucket;
            let start = mark(*from);
            let place = |index: usize| {
                let at = *from + Span(length.0.saturating_mul(index as u64));
                usize::try_from(at.since(start).0 / MARK.0).unwrap_or(usize::MAX)
            };
            *points = gathered(points, place, |whole: &mut Point, part| {
                whole.started += part.started;
                whole.closed += part.closed;
                whole.bounced += part.bounced;
            });
            *before = gathered(before, place, |whole: &mut u64, part| *whole += part);
            (*bucket, *from) = (MARK, start);
        }
        for Point { started, closed, bounced } in points {
            floor_all([started, closed, bounced]);
        }
        floor_all(before);
    }
}

impl Series {
    /// A series over everything begins with the first session: here with the first bucket that has enough of them.
    fn begin_with_enough(&mut self, now: Millis) {
        let is_none = |point: &Point| *point == Point::default();
        let none = self.points.iter().take_while(|point| is_none(point)).count();
        self.points.drain(..none);
        self.from += Span(self.bucket.0.saturating_mul(none as u64));
        if self.points.is_empty() {
            *self = Series { bucket: MARK, from: now, ..Series::default() };
        }
    }
}

/// Puts points together that have the same place.
fn gathered<T: Default>(points: &[T], place: impl Fn(usize) -> usize, add: impl Fn(&mut T, &T)) -> Vec<T> {
    let mut whole: Vec<T> = Vec::new();
    for (index, point) in points.iter().enumerate() {
        let place = place(index);
        if whole.len() <= place {
            whole.resize_with(place + 1, T::default);
        }
        add(&mut whole[place], point);
    }
    whole
}

impl Table {
    fn coarsen(&mut self, ask: TableAsk) {
        let Table { grouping: _, rows, total_rows, largest, sum } = self;
        rows.iter_mut().for_each(TableRow::coarsen);
        // That there is a small group at all tells of somebody.
        let gone = rows.extract_if(.., |row| row.sessions == 0 && row.count == 0).count();
        *total_rows = total_rows.saturating_sub(gone as u64);
        rows.sort_by(|a, b| in_order(a, b, ask));
        floor_all([largest, sum]);
    }
}

/// Rows of equal coarse figures stand in the order of their names: by exact figures, one more would show in the order.
fn in_order(a: &TableRow, b: &TableRow, ask: TableAsk) -> Ordering {
    let rate = |row: &TableRow| row.bounce().share().unwrap_or(-1.0);
    let load = |row: &TableRow| row.loads.map(|loads| loads.p75);
    let by_figure = match ask.sort {
        TableSort::Count => a.count.cmp(&b.count),
        TableSort::BounceRate => rate(a).total_cmp(&rate(b)),
        TableSort::Pageviews => a.pageviews.cmp(&b.pageviews),
        TableSort::Entries => a.entries.cmp(&b.entries),
        TableSort::Exits => a.exits.cmp(&b.exits),
        TableSort::Time => a.p50.cmp(&b.p50),
        TableSort::Load => load(a).cmp(&load(b)),
        TableSort::Name => b.key.cmp(&a.key),
    };
    let by_figure = match ask.order {
        Order::Descending => by_figure.reverse(),
        Order::Ascending => by_figure,
    };
    is_small(&a.key).cmp(&is_small(&b.key)).then(by_figure).then_with(|| a.key.cmp(&b.key))
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

impl TableRow {
    fn coarsen(&mut self) {
        let TableRow {
            key: _,
            channel: _,
            count,
            sessions,
            settled,
            bounced,
            pageviews,
            entries,
            exits,
            p50,
            load,
            loads,
        } = self;
        // How many of the sessions have a duration is not known here: it may be the only one.
        (*p50, *load) = (None, None);
        if *sessions < COUNTS {
            *loads = None;
        }
        floor_all([count, sessions, settled, bounced, pageviews, entries, exits]);
        if let Some(PageLoads { measured, p50, p75, p95, slow }) = loads {
            *p95 = *p75;
            of_enough(*measured, &mut [p50, p75, p95]);
            floor_all([measured, slow]);
        }
    }
}

impl Closeup {
    fn coarsen(&mut self) {
        match self {
            Closeup::Page(page) => page.coarsen(),
            Closeup::Action(ActionCloseup { action: _, channels, pages }) => {
                for Conversion { channel: _, sessions, converted } in &mut *channels {
                    floor_all([sessions, converted]);
                }
                channels.retain(|row| row.sessions > 0);
                largest_first(channels, |row| (row.sessions, &row.channel));
                for PageShare { page: _, count, sessions, views } in &mut *pages {
                    floor_all([count, sessions, views]);
                }
                pages.retain(|row| row.sessions > 0);
                largest_first(pages, |row| (row.count, &row.page));
            }
            Closeup::Changes(ChangesCloseup { bots }) => {
                bots.iter_mut().for_each(|BotRow { name: _, reason: _, sessions }| floor(sessions));
                bots.retain(|row| row.sessions > 0);
                largest_first(bots, |row| (row.sessions, &row.name));
            }
        }
    }
}

impl PageCloseup {
    fn coarsen(&mut self) {
        let PageCloseup {
            page: _,
            views,
            sessions,
            entries,
            exits,
            settled,
            bounced,
            errors,
            stays,
            loads,
            before,
            after,
        } = self;
        floor_all([views, sessions, entries, exits, settled, bounced, errors]);
        let Stays { measured, p50, p90 } = stays;
        of_enough(*measured, &mut [p50, p90]);
        floor(measured);
        let Loads { measured, p50, p90, histogram } = loads;
        of_enough(*measured, &mut [p50, p90]);
        floor(measured);
        floor_all(histogram);
        [before, after].into_iter().for_each(coarsen_flow);
    }
}

/// That there is a small group at all tells of somebody: the same below.
fn coarsen_flow(rows: &mut Vec<FlowRow>) {
    for FlowRow { step: _, count, sessions } in &mut *rows {
        floor_all([count, sessions]);
    }
    rows.retain(|row| row.sessions > 0);
    rows.sort_by(|a, b| (b.count, &a.step).cmp(&(a.count, &b.step)));
}

impl AnalysisView {
    fn coarsen(&mut self) {
        match self {
            AnalysisView::Goals(goals) => goals.coarsen(),
            AnalysisView::EventMatches(matches) => {
                for row in &mut matches.rows {
                    floor_all([&mut row.sessions, &mut row.events]);
                    row.examples.iter_mut().for_each(|example| floor(&mut example.sessions));
                }
            }
            AnalysisView::Funnel(funnel) => funnel.coarsen(),
            AnalysisView::Experiment(experiment) => experiment.coarsen(),
            AnalysisView::Paths(paths) => paths.coarsen(),
            AnalysisView::WholePaths(WholePathsView { sessions, rows, other, beyond }) => {
                floor_all([sessions, beyond]);
                other.coarsen();
                rows.iter_mut().for_each(|row| floor(&mut row.sessions));
                rows.sort_by(|a, b| (b.sessions, &a.steps).cmp(&(a.sessions, &b.steps)));
            }
            AnalysisView::NextSteps(NextStepsView { pages, beyond }) => {
                floor(beyond);
                for NextSteps { page: _, sessions, after } in &mut *pages {
                    floor(sessions);
                    after.iter_mut().for_each(PathColumn::coarsen);
                }
                largest_first(pages, |row| (row.sessions, &row.page));
            }
            AnalysisView::Slowness(SlownessView { rows, unmeasured, has_goals: _ }) => {
                floor(unmeasured);
                for SlownessRow { sessions, bounced, reached } in rows {
                    floor_all([sessions, bounced, reached]);
                }
            }
            AnalysisView::Returning(ReturningView { by: _, cohorts, unlisted, known_before, beyond }) => {
                floor_all([unlisted, known_before, beyond]);
                for Cohort { from: _, new, back } in &mut *cohorts {
                    floor(new);
                    floor_all(back.iter_mut().flatten());
                }
                cohorts.retain(|cohort| cohort.new > 0);
            }
        }
    }
}

impl GoalsView {
    fn coarsen(&mut self) {
        let GoalsView { seen, rows, detail } = self;
        floor(seen);
        for GoalRow { goal: _, sessions, events, value, currency: _ } in rows {
            // A sum of few values is the value of one.
            *value = value.filter(|_| *sessions >= COUNTS);
            floor_all([sessions, events]);
        }
        for GoalSegment { name: _, sessions, reached, events, value } in
            detail.iter_mut().flat_map(|detail| &mut detail.rows)
        {
            if *reached < COUNTS {
                *value = 0.0;
            }
            floor_all([sessions, reached, events]);
        }
        if let Some(detail) = detail {
            detail.rows.retain(|row| row.sessions > 0);
            largest_first(&mut detail.rows, |row| (row.sessions, &row.name));
        }
    }
}

impl FunnelView {
    fn coarsen(&mut self) {
        let FunnelView {
            funnel: _,
            unit: _,
            order: _,
            entry: _,
            within: _,
            settled,
            open,
            excluded,
            converted,
            converting_now,
            before,
            one_of: _,
            steps,
            breakdown,
        } = self;
        floor_all([&mut *settled, open, excluded, converted]);
        *converting_now = (*converting_now / COUNTS as f64).floor() * COUNTS as f64;
        if let Some(FunnelBefore { settled, converted, is_sure: _ }) = before {
            floor_all([settled, converted]);
        }
        let mut previous = None;
        for step in steps {
            step.coarsen(*settled, previous);
            previous = if step.optional { previous } else { Some(step.reached) };
        }
        for FunnelSegment { name: _, entered, converted, is_sure: _ } in &mut *breakdown {
            floor_all([entered, converted]);
        }
        breakdown.retain(|row| row.entered > 0);
        largest_first(breakdown, |row| (row.entered, &row.name));
    }
}

impl FunnelStepRow {
    /// Rates are made from the coarse counts.
    fn coarsen(&mut self, first: u64, previous: Option<u64>) {
        let FunnelStepRow {
            name: _,
            optional: _,
            reached,
            of_first,
            of_previous,
            dropped,
            to_next_p50,
            to_next_p90,
            instead,
            elsewhere,
            reached_before,
            is_sure: _,
        } = self;
        if *reached < COUNTS {
            (*to_next_p50, *to_next_p90) = (None, None);
        }
        floor_all([&mut *reached, dropped, elsewhere, reached_before]);
        let share = |of: u64| (of > 0).then(|| *reached as f64 / of as f64);
        *of_first = of_first.and_then(|_| share(first));
        *of_previous = of_previous.and_then(|_| previous.and_then(share));
        coarsen_flow(instead);
    }
}

impl ExperimentView {
    fn coarsen(&mut self) {
        let ExperimentView {
            name: _,
            unit: _,
            goal: _,
            alpha: _,
            expect: _,
            run_for: _,
            since,
            now,
            mixed,
            unlisted,
            beyond,
            split: _,
            variants,
            guards: _,
            verdict,
        } = self;
        since.iter_mut().for_each(floor_time);
        floor_time(now);
        floor_all([mixed, unlisted, beyond]);
        for VariantRow { variant: _, control: _, units, converted, comparison: _, called, guard } in variants
        {
            if *units < COUNTS {
                *guard = GuardFigures::default();
            }
            floor_all([units, converted]);
            called.iter_mut().for_each(floor_time);
        }
        match verdict {
            Verdict::Mismatch { units, .. } => floor_all(units.iter_mut().map(|(_, units)| units)),
            Verdict::TooFew { converted, failed, .. } => floor_all([converted, failed]),
            Verdict::Nobody
            | Verdict::OneVariant { .. }
            | Verdict::NoDifference { .. }
            | Verdict::Differs { .. } => {}
        }
    }
}

impl PathsView {
    fn coarsen(&mut self) {
        let PathsView {
            sessions,
            exits,
            still_here,
            followed,
            loads,
            load_p75,
            is_dead_end: _,
            before,
            after,
        } = self;
        of_enough(*loads, &mut [load_p75]);
        floor_all([sessions, exits, still_here, followed, loads]);
        before.iter_mut().chain(after).for_each(PathColumn::coarsen);
    }
}

impl PathColumn {
    fn coarsen(&mut self) {
        let PathColumn { sessions, rows, other } = self;
        floor(sessions);
        other.coarsen();
        rows.iter_mut().for_each(|row| floor(&mut row.sessions));
        rows.retain(|row| row.sessions > 0);
        rows.sort_by(|a, b| (b.sessions, &a.step).cmp(&(a.sessions, &b.step)));
    }
}

impl PathOther {
    fn coarsen(&mut self) {
        let PathOther { rows, sessions } = self;
        floor(sessions);
        // How many small groups there are tells of somebody.
        *rows = if *sessions == 0 { 0 } else { *rows - *rows % COUNTS };
    }
}

impl TrafficView {
    fn coarsen(&mut self) {
        let TrafficView { from, to, totals, series, failures, clients, paths, folded, left_out: _ } = self;
        [from, to].into_iter().for_each(floor_time);
        totals.coarsen();
        series.coarsen();
        for row in &mut *failures {
            let FailureRow {
                method: _,
                path: _,
                status: _,
                kind: _,
                hits,
                clients,
                first,
                last,
                linked_from,
                over,
            } = row;
            floor(hits);
            floor_count(clients);
            [first, last].into_iter().for_each(floor_time);
            floor_all(linked_from.iter_mut().map(|(_, hits)| hits));
            linked_from.retain(|(_, hits)| *hits > 0);
            largest_first(linked_from, |(page, hits)| (*hits, page));
            floor_all(over);
        }
        failures.retain(|row| row.clients.value() > 0);
        largest_first(failures, |row| (row.hits, &row.path));
        clients.clear();
        // Whose paths they are is not known, and a path of one visitor tells of that one.
        paths.clear();
        let FoldedHits { clients, paths, failures } = folded;
        floor_all([clients, paths, failures]);
    }
}

impl TrafficTotals {
    fn coarsen(&mut self) {
        let TrafficTotals {
            hits,
            bytes,
            by_kind,
            by_status,
            by_method,
            failures,
            client_left,
            load_p50,
            load_p75,
            load_p95,
            peak,
        } = self;
        if *hits < COUNTS {
            (*load_p50, *load_p75, *load_p95) = (None, None, None);
        }
        floor_bytes(bytes);
        floor_all([hits, failures, client_left]);
        floor_all(by_kind);
        floor_all(by_status.iter_mut().map(|(_, hits)| hits));
        by_status.retain(|(_, hits)| *hits > 0);
        floor_all(by_method.iter_mut().map(|(_, hits)| hits));
        by_method.retain(|(_, hits)| *hits > 0);
        largest_first(by_method, |(method, hits)| (*hits, method));
        peak.iter_mut().for_each(floor);
    }
}

impl TrafficSeries {
    fn coarsen(&mut self) {
        let TrafficSeries { bucket, points } = self;
        let start = points.first().map_or(Millis::MIN, |point| mark(point.from));
        if *bucket < MARK {
            let froms: Vec<Millis> = points.iter().map(|point| point.from).collect();
            let place = |index: usize| usize::try_from(froms[index].since(start).0 / MARK.0).unwrap_or(0);
            *points = gathered(points, place, |whole: &mut TrafficPoint, part| {
                whole.hits += part.hits;
                whole.failures += part.failures;
                whole.bytes += part.bytes;
                whole.by_class.iter_mut().zip(part.by_class).for_each(|(whole, part)| *whole += part);
                // The slowest tenth of a longer bucket is not known from those of shorter ones.
                whole.load_p95 = None;
            });
            let starts = (0_u64..).map(|index| start + Span(MARK.0 * index));
            points.iter_mut().zip(starts).for_each(|(point, start)| point.from = start);
            *bucket = MARK;
        }
        for TrafficPoint { from: _, hits, by_class, failures, bytes, load_p95 } in points {
            if *hits < COUNTS {
                *load_p95 = None;
            }
            floor_bytes(bytes);
            floor_all([hits, failures]);
            floor_all(by_class);
        }
    }
}

impl Finding {
    fn coarsen(&mut self) {
        let Finding { what, basis } = self;
        what.coarsen();
        if let Basis::Test(Significance { z, threshold, tests, against: _, since }) = basis {
            floor_time(since);
            // An exact score tells the counts that it was made from.
            (*z, *threshold) = (z.floor(), (*threshold * 10.0).round() / 10.0);
            *tests -= *tests % 5;
        }
    }
}

impl Anomaly {
    fn coarsen(&mut self) {
        match self {
            Anomaly::Silence { since, lasted: _, bound: _ } => floor_time(since),
            Anomaly::Outage { failed, of, people, since } => {
                floor_all([failed, of, people]);
                floor_time(since);
            }
            Anomaly::Failing { failure, calm: _ } | Anomaly::Broken { failure, from: _ } => {
                let PathFailure { method: _, path: _, status: _, hits, people, since } = failure;
                floor_all([hits, people]);
                floor_time(since);
            }
            Anomaly::OnlyFails { clients, hits, method: _, path: _, status: _, since } => {
                floor_all([clients, hits]);
                floor_time(since);
            }
            Anomaly::Client { network: _, hits, of } | Anomaly::Crawlers { name: _, hits, of } => {
                floor_all([hits, of]);
            }
            Anomaly::Errors { page: _, errors, sessions, before } => {
                floor_all([errors, sessions]);
                before.iter_mut().for_each(floor);
            }
            Anomaly::Slower { page: _, typical: _, before: _, views } => floor(views),
            Anomaly::Bounces { page: _, here, elsewhere } => {
                [here, elsewhere].into_iter().for_each(floor_rate)
            }
            Anomaly::NoAssets { sessions, of, before } => {
                floor_all([sessions, of]);
                before.iter_mut().for_each(round_share);
            }
            Anomaly::Traffic { sessions, before } => floor_all([sessions, before]),
            Anomaly::Source { source: _, sessions, before, share, share_before } => {
                floor_all([sessions, before]);
                [share, share_before].into_iter().for_each(round_share);
            }
            Anomaly::Step { funnel: _, step: _, name: _, rate, before, of } => {
                floor(of);
                [rate, before].into_iter().for_each(round_share);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::question::Grouping;

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
