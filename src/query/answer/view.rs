//! Makes the view of a merged partial.

use super::CachedQuestion;
use crate::query::analysis::{Analyzer, Scanned};
use crate::query::counts::{Bounces, DurationCounts};
use crate::query::estimate::rate_now;
use crate::query::findings::{FindingScan, find};
use crate::query::moment::{Frame, Moment};
use crate::query::partial::Partial;
use crate::query::prepared::PreparedQuestion;
use crate::query::question::SmallGroups;
use crate::query::series::series;
use crate::query::spread::Spread;
use crate::query::table::table;
use crate::query::view::{AnalysisView, BounceRates, Durations, Intake, Rate, SessionList, Totals, View};
use crate::store::dictionaries::Dictionaries;
use crate::time::Span;

impl CachedQuestion {
    pub(super) fn view(
        &mut self,
        whole: &Partial,
        known: &Dictionaries,
        moment: Moment,
        intake: Intake,
    ) -> View {
        let PreparedQuestion { question, analyzers, bucket, .. } = &self.prepared;
        let frame = Frame::new(question.window, &moment);
        let series = question.series.zip(*bucket);
        let series = series.map(|(ask, bucket)| self::series(ask, bucket, &frame, whole));
        let best = whole.members.best.clone().into_rows();
        let tables = question.tables.iter().zip(&whole.tables);
        let analyses = analyses(
            analyzers,
            whole,
            question.small_groups,
            Scanned { known, moment: &moment, frame: &frame },
        );
        let (series_found, analyses_found) = (series.as_ref(), &analyses[..]);
        let scan = FindingScan {
            question,
            whole,
            known,
            frame: &frame,
            series: series_found,
            analyses: analyses_found,
        };
        View {
            now: moment.now,
            clock: moment.clock,
            from: frame.begins(whole.members.first.unwrap_or(moment.now)),
            to: frame.to,
            kept_from: None,
            bounce_rule: question.bounce,
            totals: totals(whole),
            bounce: bounce_rates(whole, moment),
            durations: durations(&whole.figures.durations, &whole.spreads.durations, whole.members.longest),
            findings: find(&scan),
            series,
            sessions: question.sessions.map(|_| SessionList {
                total: whole.members.listed,
                rows: self.listed.renew(&best, known, &moment, &question.definitions),
            }),
            tables: tables.map(|(ask, partial)| table(known, ask, partial, question.small_groups)).collect(),
            closeup: question.closeup.as_ref().map(|ask| {
                let mut closeup = whole.closeup.view(ask, known);
                question.small_groups.fold_closeup(&mut closeup);
                closeup
            }),
            analyses,
            faults: Vec::new(),
            traffic: None,
            intake,
        }
    }
}

fn analyses(
    analyzers: &[Analyzer],
    whole: &Partial,
    small_groups: SmallGroups,
    scanned: Scanned,
) -> Vec<AnalysisView> {
    let views = analyzers.iter().zip(&whole.analyses).map(|(analyzer, partial)| {
        let mut view = analyzer.view(partial, scanned);
        small_groups.fold_analysis(&mut view);
        view
    });
    views.collect()
}

fn totals(whole: &Partial) -> Totals {
    Totals {
        sessions: whole.figures.sessions,
        started: whole.figures.new,
        active: whole.figures.active,
        active_before: whole.figures.active_before,
        open: whole.figures.open,
        closed: whole.figures.closed,
        with_pageview: whole.figures.with_pageview,
        pageviews: whole.figures.pageviews,
        actions: whole.figures.actions,
        visitors: whole.members.visitors.count(),
        bots: whole.figures.bots,
    }
}

fn bounce_rates(whole: &Partial, moment: Moment) -> BounceRates {
    let rate = |bounces: Bounces| Rate { bounced: bounces.bounced as f64, of: bounces.of };
    BounceRates {
        settled: rate(whole.figures.settled),
        settled_before: rate(whole.figures.settled_before),
        now: rate_now(&whole.figures.started, &whole.spreads.second_after, moment.now),
    }
}

fn durations(counts: &DurationCounts, spread: &Spread, longest: Span) -> Durations {
    let percentiles = spread.percentiles();
    // Three digits may round up past the longest.
    let at = |share| percentiles.at(share).min(longest);
    Durations {
        measured: counts.measured,
        unmeasured: counts.unmeasured,
        sum: counts.sum,
        max: longest,
        p50: at(0.5),
        p90: at(0.9),
        p99: at(0.99),
        histogram: counts.histogram,
    }
}
