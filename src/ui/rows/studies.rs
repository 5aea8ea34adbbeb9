//! The rows of funnels and experiments.

use crate::query::filter::{Term, TextField};
use crate::query::view::{AnalysisView, ExperimentView, FlowStep, FunnelSegment, FunnelView, VariantRow};

use super::{PaneRows, Picked, picked_by};
use crate::ui::shown::Shown;

/// Where some of those went who dropped at a step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InsteadRow<'a> {
    /// The page, the action, or that they left; `None` for all further ones together.
    pub(crate) step: Option<&'a FlowStep>,
    /// How many.
    pub(crate) count: u64,
}

impl<'a> PaneRows<'a> {
    fn analyses(self) -> &'a [AnalysisView] {
        self.shown.map_or(&[], Shown::analyses)
    }

    /// The funnels, in the order in which they are defined.
    pub(crate) fn funnels(self) -> Vec<&'a FunnelView> {
        let funnel = |analysis: &'a AnalysisView| match analysis {
            AnalysisView::Funnel(funnel) => Some(funnel),
            _ => None,
        };
        self.analyses().iter().filter_map(funnel).collect()
    }

    /// The experiments, in the order in which they are defined.
    pub(crate) fn experiments(self) -> Vec<&'a ExperimentView> {
        let experiment = |analysis: &'a AnalysisView| match analysis {
            AnalysisView::Experiment(experiment) => Some(&**experiment),
            _ => None,
        };
        self.analyses().iter().filter_map(experiment).collect()
    }

    /// The funnel that is open: the only one that is asked for then.
    pub(crate) fn funnel(self) -> Option<&'a FunnelView> {
        self.funnels().into_iter().next()
    }

    /// The experiment that is open.
    pub(crate) fn experiment(self) -> Option<&'a ExperimentView> {
        self.experiments().into_iter().next()
    }

    /// Where those went who dropped at the step under the cursor.
    pub(crate) fn instead(self) -> Vec<InsteadRow<'a>> {
        let Some(step) = self.funnel().and_then(|funnel| funnel.steps.get(self.step)) else {
            return Vec::new();
        };
        let went = step.instead.iter().map(|row| InsteadRow { step: Some(&row.step), count: row.count });
        let elsewhere = InsteadRow { step: None, count: step.elsewhere };
        went.chain((step.elsewhere > 0).then_some(elsewhere)).collect()
    }

    /// How the funnel goes by channel, source, page, …
    pub(crate) fn funnel_segments(self) -> &'a [FunnelSegment] {
        self.funnel().map_or(&[], |funnel| &funnel.breakdown)
    }

    /// The variants of the experiment that is open.
    pub(crate) fn variants(self) -> &'a [VariantRow] {
        self.experiment().map_or(&[], |experiment| &experiment.variants)
    }

    /// Those that reached a step, counted from 0, of the funnel that is open.
    pub(super) fn picked_funnel_step(self, line: usize) -> Option<Picked> {
        let funnel = self.funnel()?;
        funnel.steps.get(line)?;
        Some(Picked::Fact(
            step_term(TextField::Reached, &funnel.funnel, line),
            funnel.steps[line].name.clone(),
        ))
    }

    /// Those that dropped at the step under the cursor.
    pub(crate) fn dropped(self) -> Option<Term> {
        let funnel = self.funnel()?;
        funnel.steps.get(self.step).filter(|step| step.dropped > 0)?;
        Some(step_term(TextField::Dropped, &funnel.funnel, self.step))
    }

    pub(super) fn picked_instead(self, line: usize) -> Option<Picked> {
        match self.instead().get(line)?.step? {
            FlowStep::Page(page) => Some(Picked::Value(TextField::Page, page.clone())),
            FlowStep::Action(action) => Some(Picked::Value(TextField::Action, action.clone())),
            // They are those who dropped.
            FlowStep::Left | FlowStep::StillHere | FlowStep::Source(_) => {
                Some(Picked::Fact(self.dropped()?, String::new()))
            }
        }
    }

    pub(super) fn picked_funnel_segment(self, line: usize) -> Option<Picked> {
        picked_by(self.breakdown, &self.funnel_segments().get(line)?.name)
    }

    pub(super) fn picked_variant(self, line: usize) -> Option<Picked> {
        Some(Picked::Value(TextField::Variant, self.variants().get(line)?.variant.clone()))
    }
}

/// `reached:checkout/2`: the filter counts steps from 1.
fn step_term(field: TextField, funnel: &str, line: usize) -> Term {
    Term::exactly(field, &format!("{funnel}/{}", line + 1))
}
