//! Goals, funnels, experiments, paths.

use super::closeups::coarsen_flow;
use super::{COUNTS, floor, floor_all, floor_time, largest_first, of_enough};
use crate::query::view::{
    AnalysisView, Cohort, ExperimentView, FunnelBefore, FunnelSegment, FunnelStepRow, FunnelView, GoalRow,
    GoalSegment, GoalsView, GuardFigures, NextSteps, NextStepsView, PathColumn, PathOther, PathsView,
    ReturningView, SlownessRow, SlownessView, VariantRow, Verdict, WholePathsView,
};

impl AnalysisView {
    pub(super) fn coarsen(&mut self) {
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
                floor_all(rows.iter_mut().map(|row| &mut row.sessions));
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
    pub(super) fn coarsen(&mut self) {
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
    pub(super) fn coarsen(&mut self) {
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
    pub(super) fn coarsen(&mut self, first: u64, previous: Option<u64>) {
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
    pub(super) fn coarsen(&mut self) {
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
    pub(super) fn coarsen(&mut self) {
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
    pub(super) fn coarsen(&mut self) {
        let PathColumn { sessions, rows, other } = self;
        floor(sessions);
        other.coarsen();
        floor_all(rows.iter_mut().map(|row| &mut row.sessions));
        rows.retain(|row| row.sessions > 0);
        rows.sort_by(|a, b| (b.sessions, &a.step).cmp(&(a.sessions, &b.step)));
    }
}

impl PathOther {
    pub(super) fn coarsen(&mut self) {
        let PathOther { rows, sessions } = self;
        floor(sessions);
        // How many small groups there are tells of somebody.
        *rows = if *sessions == 0 { 0 } else { *rows - *rows % COUNTS };
    }
}
