//! Small groups: under `--privacy strict` those of fewer than five sessions are one row (R11).

use hashbrown::HashSet;

use super::counts::{Counts, TablePartial};
use super::question::SmallGroups;
use super::row_key::RowKey;
use super::view::{
    AnalysisView, BotRow, Closeup, Conversion, ExperimentView, FlowRow, FlowStep, FunnelSegment, GoalSegment,
    PageShare, PathColumn, SMALL_GROUPS, VariantRow,
};

/// The least number of sessions for a row of its own (R11).
const ENOUGH: u64 = 5;

impl SmallGroups {
    /// Whether a group with this many sessions is folded.
    pub(super) fn folds(self, sessions: u64) -> bool {
        self == SmallGroups::Folded && sessions < ENOUGH
    }

    /// A table with its small groups folded; `None` if nothing changes.
    pub(super) fn folded(self, table: &TablePartial) -> Option<TablePartial> {
        // Groups that only settled in the window have no row anyway.
        let is_small = |counts: &Counts| counts.count > 0 && self.folds(counts.sessions);
        let small = table.rows.iter().filter(|(_, counts)| is_small(counts));
        let small: HashSet<RowKey> = small.map(|(key, _)| *key).collect();
        (!small.is_empty())
            .then(|| table.regrouped(|key| if small.contains(&key) { RowKey::SmallGroups } else { key }))
    }

    /// Folds the small groups of a close-up.
    pub(super) fn fold_closeup(self, closeup: &mut Closeup) {
        match closeup {
            Closeup::Page(page) => {
                self.fold(&mut page.before);
                self.fold(&mut page.after);
            }
            Closeup::Action(action) => {
                self.fold(&mut action.channels);
                self.fold(&mut action.pages);
            }
            Closeup::Changes(changes) => self.fold(&mut changes.bots),
        }
    }

    /// Folds the small groups of an analysis.
    pub(super) fn fold_analysis(self, analysis: &mut AnalysisView) {
        match analysis {
            AnalysisView::Goals(goals) => {
                goals.detail.iter_mut().for_each(|detail| self.fold(&mut detail.rows));
            }
            AnalysisView::EventMatches(matches) => {
                let rows = matches.rows.iter_mut();
                rows.for_each(|row| row.examples.retain(|one| !self.folds(one.sessions)));
            }
            AnalysisView::Funnel(funnel) => {
                self.fold(&mut funnel.breakdown);
                funnel.steps.iter_mut().for_each(|step| self.fold(&mut step.instead));
            }
            AnalysisView::Experiment(experiment) => self.fold_experiment(experiment),
            AnalysisView::Paths(paths) => {
                paths.before.iter_mut().chain(&mut paths.after).for_each(|column| self.fold_column(column));
            }
            AnalysisView::WholePaths(paths) => {
                let small = paths.rows.extract_if(.., |row| self.folds(row.sessions));
                small.for_each(|row| paths.other.add(row.sessions));
            }
            AnalysisView::NextSteps(next) => {
                let columns = next.pages.iter_mut().flat_map(|page| &mut page.after);
                columns.for_each(|column| self.fold_column(column));
                next.pages.retain(|page| !self.folds(page.sessions));
            }
            // Its rows are none that anyone belongs to by name.
            AnalysisView::Slowness(_) => {}
            AnalysisView::Returning(returning) => {
                let small = returning.cohorts.extract_if(.., |cohort| self.folds(cohort.new));
                returning.unlisted += small.map(|cohort| cohort.new).sum::<u64>();
            }
        }
    }

    /// Small variants are one row, and no sentence names one of them. The control stays, as what is compared with.
    fn fold_experiment(self, experiment: &mut ExperimentView) {
        let small = experiment.variants.iter().filter(|row| !row.control && self.folds(row.units));
        let small: HashSet<String> = small.map(|row| row.variant.clone()).collect();
        if small.is_empty() {
            return;
        }
        let is_small = experiment.variants.iter().map(|row| small.contains(&row.variant));
        let shares = is_small.zip(experiment.split.expected.iter().copied());
        let (folded, mut shown): (Vec<_>, Vec<_>) = shares.partition(|(is_small, _)| *is_small);
        shown.push((true, folded.iter().map(|(_, share)| share).sum()));
        experiment.split.expected = shown.into_iter().map(|(_, share)| share).collect();
        experiment.verdict.forget_names(|name| small.contains(name));
        let control = experiment.variants.remove(0);
        self.fold(&mut experiment.variants);
        experiment.variants.insert(0, control);
    }

    /// The small rows of a column are among those that it does not list.
    fn fold_column(self, column: &mut PathColumn) {
        let PathColumn { rows, other, .. } = column;
        let small = rows.extract_if(.., |row| row.step.is_event() && self.folds(row.sessions));
        small.for_each(|row| other.add(row.sessions));
    }

    /// Folds the small groups of each kind into one row, after the others.
    fn fold<G: Group>(self, groups: &mut Vec<G>) {
        let small: Vec<G> = groups.extract_if(.., |group| self.folds(group.sessions())).collect();
        let shown = groups.len();
        for group in small.into_iter().map(Group::without_name) {
            match groups[shown..].iter_mut().find(|folded| folded.is_of_the_kind_of(&group)) {
                Some(folded) => folded.take_in(&group),
                None => groups.push(group),
            }
        }
    }
}

/// A row of a close-up.
trait Group: Sized {
    /// How many sessions it is about.
    fn sessions(&self) -> u64;
    /// The row without its name.
    fn without_name(self) -> Self;
    /// Whether the two fold into the same row. Most groups have only one kind.
    fn is_of_the_kind_of(&self, _: &Self) -> bool {
        true
    }
    /// Adds another row's counts.
    fn take_in(&mut self, other: &Self);
}

impl Group for FlowRow {
    fn sessions(&self) -> u64 {
        self.sessions
    }

    fn without_name(self) -> FlowRow {
        let name = || SMALL_GROUPS.to_owned();
        let step = match self.step {
            FlowStep::Source(_) => FlowStep::Source(name()),
            FlowStep::Page(_) => FlowStep::Page(name()),
            FlowStep::Action(_) => FlowStep::Action(name()),
            unnamed @ (FlowStep::Left | FlowStep::StillHere) => unnamed,
        };
        FlowRow { step, ..self }
    }

    fn is_of_the_kind_of(&self, other: &FlowRow) -> bool {
        self.step == other.step
    }

    fn take_in(&mut self, other: &FlowRow) {
        self.count += other.count;
        self.sessions += other.sessions;
    }
}

impl Group for GoalSegment {
    fn sessions(&self) -> u64 {
        self.sessions
    }

    fn without_name(self) -> GoalSegment {
        GoalSegment { name: SMALL_GROUPS.to_owned(), ..self }
    }

    fn take_in(&mut self, other: &GoalSegment) {
        self.sessions += other.sessions;
        self.reached += other.reached;
        self.events += other.events;
        self.value += other.value;
    }
}

impl Group for FunnelSegment {
    fn sessions(&self) -> u64 {
        self.entered
    }

    /// Of a mixture nothing is sure.
    fn without_name(self) -> FunnelSegment {
        FunnelSegment { name: SMALL_GROUPS.to_owned(), is_sure: false, ..self }
    }

    fn take_in(&mut self, other: &FunnelSegment) {
        self.entered += other.entered;
        self.converted += other.converted;
    }
}

impl Group for VariantRow {
    fn sessions(&self) -> u64 {
        self.units
    }

    /// What compares it or tells of its few sessions goes with its name.
    fn without_name(self) -> VariantRow {
        let VariantRow { units, converted, .. } = self;
        VariantRow { variant: SMALL_GROUPS.to_owned(), units, converted, ..VariantRow::default() }
    }

    fn take_in(&mut self, other: &VariantRow) {
        self.units += other.units;
        self.converted += other.converted;
    }
}

impl Group for Conversion {
    fn sessions(&self) -> u64 {
        self.sessions
    }

    fn without_name(self) -> Conversion {
        Conversion { channel: SMALL_GROUPS.to_owned(), ..self }
    }

    fn take_in(&mut self, other: &Conversion) {
        self.sessions += other.sessions;
        self.converted += other.converted;
    }
}

impl Group for PageShare {
    fn sessions(&self) -> u64 {
        self.sessions
    }

    fn without_name(self) -> PageShare {
        PageShare { page: SMALL_GROUPS.to_owned(), ..self }
    }

    fn take_in(&mut self, other: &PageShare) {
        self.count += other.count;
        self.sessions += other.sessions;
        self.views += other.views;
    }
}

impl Group for BotRow {
    fn sessions(&self) -> u64 {
        self.sessions
    }

    /// The reason is kept: it is not a name.
    fn without_name(self) -> BotRow {
        let name = if self.name.is_empty() { String::new() } else { SMALL_GROUPS.to_owned() };
        BotRow { name, ..self }
    }

    fn is_of_the_kind_of(&self, other: &BotRow) -> bool {
        (&self.name, &self.reason) == (&other.name, &other.reason)
    }

    fn take_in(&mut self, other: &BotRow) {
        self.sessions += other.sessions;
    }
}
