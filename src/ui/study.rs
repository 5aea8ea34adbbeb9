//! What is open in place of the goals: one funnel or one experiment.

use super::pane::Pane;

/// A funnel or an experiment, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Study {
    /// A funnel (R13).
    Funnel(String),
    /// An experiment (R14).
    Experiment(String),
}

impl Study {
    /// As the breadcrumb shows it.
    pub(crate) fn crumb(&self) -> String {
        match self {
            Study::Funnel(name) => format!("funnel {name}"),
            Study::Experiment(name) => format!("experiment {name}"),
        }
    }

    /// The pane that has the focus when it opens.
    pub(crate) fn first_focus(&self) -> Pane {
        match self {
            Study::Funnel(_) => Pane::FunnelSteps,
            Study::Experiment(_) => Pane::Variants,
        }
    }
}
