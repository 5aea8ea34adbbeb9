//! Which paths are wanted (R13), and the filter that stands for a row of them.

use crate::query::event_filter::EventFilter;
use crate::query::filter::{Term, Way, WayStep};
use crate::query::view::PathStep;

/// What came before and after the first time that a session did something.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PathsAsk {
    /// What it did.
    pub start: PathStart,
    /// The way that is chosen before the start, the nearest step first.
    pub before: Vec<PathStep>,
    /// The way that is chosen after it, the nearest step first.
    pub after: Vec<PathStep>,
    /// Whether page groups stand for their pages.
    pub folded: bool,
}

/// Where paths begin.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum PathStart {
    /// Where sessions begin.
    #[default]
    Entry,
    /// Where sessions end; those that are active have not.
    Exit,
    /// A page, which stands for itself even where groups stand for their pages.
    Page(String),
    /// A page group.
    Group(String),
    /// An action.
    Action(String),
    /// Any event that matches.
    Event(EventFilter),
}

/// A side of the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PathSide {
    /// What came before it.
    Before,
    /// What came after it.
    After,
}

impl PathsAsk {
    /// The filter for the sessions of a row: the step that they took `column` steps beyond the nearest one. `None` where
    /// the filter has no word for them: where the start is an event, or pages are folded and no group is named.
    #[must_use]
    pub fn term(&self, side: PathSide, column: usize, step: &PathStep) -> Option<Term> {
        let chosen = match side {
            PathSide::Before => &self.before,
            PathSide::After => &self.after,
        };
        let chosen = chosen.iter().map(WayStep::from).chain(std::iter::repeat(WayStep::Any));
        let mut steps = vec![self.start_step()?];
        steps.extend(chosen.take(column));
        steps.push(step.into());
        let names_a_group = steps.iter().any(|step| matches!(step, WayStep::Group(_)));
        if self.folded && steps.contains(&WayStep::Any) && !names_a_group {
            return None;
        }
        Some(Term::way(match side {
            PathSide::After => Way::from_first(steps, 0),
            PathSide::Before => {
                steps.reverse();
                Way::from_first(steps, column + 1)
            }
        }))
    }

    fn start_step(&self) -> Option<WayStep> {
        Some(match &self.start {
            PathStart::Entry => WayStep::Entered,
            PathStart::Exit => WayStep::Left,
            PathStart::Page(page) => (&PathStep::Page(page.clone())).into(),
            PathStart::Group(group) => (&PathStep::Group(group.clone())).into(),
            PathStart::Action(action) => (&PathStep::Action(action.clone())).into(),
            PathStart::Event(_) => return None,
        })
    }
}

/// The most frequent ways over three pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WholePathsAsk {
    /// How many rows at most.
    pub rows: usize,
    /// Whether page groups stand for their pages.
    pub folded: bool,
}

impl WholePathsAsk {
    /// The filter for the sessions that went a whole path.
    #[must_use]
    pub fn term(steps: &[PathStep]) -> Term {
        Term::way(Way::anywhere(steps.iter().map(WayStep::from).collect()))
    }
}

/// The two steps after the pages that most sessions viewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextStepsAsk {
    /// How many pages.
    pub pages: usize,
}
