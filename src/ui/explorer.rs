//! The paths explorer (R13): its columns from the left to the right, and how the chosen way changes.
//!
//! What is asked is a `PathsAsk`, and so is the place: a start, and the way that is chosen to both sides of it.

use crate::query::analysis::ask::{PathSide, PathStart, PathsAsk};
use crate::query::definitions::PageGroup;
use crate::query::view::{PATH_COLUMNS, PathStep};

use super::pane::Pane;

/// The explorer's place, and what the answer on the screen is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Explored<'a> {
    /// The start and the way that are looked at.
    pub(crate) place: &'a PathsAsk,
    /// Those of the answer.
    pub(crate) answered: Option<&'a PathsAsk>,
}

impl Explored<'_> {
    /// Whether the answer has the start.
    pub(crate) fn knows_start(&self) -> bool {
        let of = |ask: &PathsAsk| (ask.start.clone(), ask.folded);
        self.answered.is_some_and(|answered| of(answered) == of(self.place))
    }

    /// Whether the answer has a column: of the same start, after the same way.
    pub(crate) fn knows(&self, side: PathSide, nth: usize) -> bool {
        let earlier = |ask| chosen(ask, side).iter().take(nth).collect::<Vec<_>>();
        self.knows_start() && self.answered.is_some_and(|answered| earlier(answered) == earlier(self.place))
    }

    /// Whether the answer has the whole way.
    pub(crate) fn knows_way(&self) -> bool {
        self.answered == Some(self.place)
    }
}

/// The way that is chosen to a side, the nearest step first.
pub(crate) fn chosen(ask: &PathsAsk, side: PathSide) -> &[PathStep] {
    match side {
        PathSide::Before => &ask.before,
        PathSide::After => &ask.after,
    }
}

/// How many columns there are to a side: one beyond the chosen way, and two after the start at least. Nothing comes
/// before an entry and after an exit.
pub(crate) fn columns(ask: &PathsAsk, side: PathSide) -> usize {
    let least = match (&ask.start, side) {
        (PathStart::Entry, PathSide::Before) | (PathStart::Exit, PathSide::After) => return 0,
        (_, PathSide::Before) => 1,
        (_, PathSide::After) => 2,
    };
    (chosen(ask, side).len() + 1).clamp(least, PATH_COLUMNS)
}

/// All columns with the start between them, from the left to the right.
pub(crate) fn panes(ask: &PathsAsk) -> Vec<Pane> {
    let of = |side| move |nth| Pane::PathColumn(side, nth);
    let before = (0..columns(ask, PathSide::Before)).rev().map(of(PathSide::Before));
    let after = (0..columns(ask, PathSide::After)).map(of(PathSide::After));
    before.chain([Pane::PathStart]).chain(after).collect()
}

/// The columns that are shown where there is room for so many: the focused one with what is chosen beyond it, and
/// otherwise the start with its neighbours.
pub(crate) fn in_sight(ask: &PathsAsk, focus: Pane, room: usize) -> Vec<Pane> {
    let panes = panes(ask);
    let room = room.clamp(1, panes.len());
    let start = columns(ask, PathSide::Before);
    let focus = panes.iter().position(|pane| *pane == focus).unwrap_or_else(|| end_of_way(ask));
    // What comes beyond a column is of interest once one of its rows is chosen.
    let beyond = match panes[focus] {
        Pane::PathColumn(PathSide::Before, nth) if nth < ask.before.len() => focus.saturating_sub(1),
        Pane::PathColumn(PathSide::After, nth) if nth < ask.after.len() => (focus + 1).min(panes.len() - 1),
        _ => focus,
    };
    let first = start.saturating_sub(1).min(panes.len() - room);
    let first = first.min(beyond).max((beyond + 1).saturating_sub(room));
    panes[first..first + room].to_vec()
}

/// Where the chosen way ends, among all columns.
fn end_of_way(ask: &PathsAsk) -> usize {
    let start = columns(ask, PathSide::Before);
    if ask.after.is_empty() { start.saturating_sub(ask.before.len()) } else { start + ask.after.len() }
}

/// The column that has the focus when the explorer opens.
pub(crate) fn first_focus(ask: &PathsAsk) -> Pane {
    let side = if ask.start == PathStart::Exit { PathSide::Before } else { PathSide::After };
    let nth = chosen(ask, side).len().min(columns(ask, side).saturating_sub(1));
    Pane::PathColumn(side, nth)
}

/// The place with a step chosen in a column. What was chosen beyond it stays only where the step is the same.
pub(crate) fn with_step(ask: &PathsAsk, side: PathSide, nth: usize, step: &PathStep) -> PathsAsk {
    if chosen(ask, side).get(nth) == Some(step) {
        return ask.clone();
    }
    let mut way: Vec<_> = chosen(ask, side).iter().take(nth).cloned().collect();
    way.push(step.clone());
    match side {
        PathSide::Before => PathsAsk { before: way, ..ask.clone() },
        PathSide::After => PathsAsk { after: way, ..ask.clone() },
    }
}

/// Where paths begin that begin with a step; `None` for those who are still here, which nobody did.
pub(crate) fn start_at(step: &PathStep) -> Option<PathStart> {
    Some(match step {
        PathStep::Entered => PathStart::Entry,
        PathStep::Left => PathStart::Exit,
        PathStep::Page(page) => PathStart::Page(page.clone()),
        PathStep::Group(group) => PathStart::Group(group.clone()),
        PathStep::Action(action) => PathStart::Action(action.clone()),
        PathStep::StillHere => return None,
    })
}

/// The place with page groups in place of their pages, or the other way round: as much of the way as has a meaning there.
pub(crate) fn turned(ask: &PathsAsk, groups: &[PageGroup]) -> PathsAsk {
    let way = |steps: &[PathStep]| if ask.folded { unfolded(steps) } else { folded(steps, groups) };
    PathsAsk {
        start: ask.start.clone(),
        before: way(&ask.before),
        after: way(&ask.after),
        folded: !ask.folded,
    }
}

fn folded(steps: &[PathStep], groups: &[PageGroup]) -> Vec<PathStep> {
    let group =
        |page: &str| groups.iter().find(|group| group.paths.iter().any(|path| path.matches_page(page)));
    let mut steps: Vec<_> = steps
        .iter()
        .map(|step| match step {
            PathStep::Page(page) => {
                group(page).map_or_else(|| step.clone(), |group| PathStep::Group(group.name.clone()))
            }
            _ => step.clone(),
        })
        .collect();
    steps.dedup();
    steps
}

/// A group does not say which of its pages was meant.
fn unfolded(steps: &[PathStep]) -> Vec<PathStep> {
    steps.iter().take_while(|step| !matches!(step, PathStep::Group(_))).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::glob::Glob;

    fn page(text: &str) -> PathStep {
        PathStep::Page(text.to_owned())
    }

    fn at_pricing(before: &[&str], after: &[&str]) -> PathsAsk {
        let way = |pages: &[&str]| pages.iter().map(|text| page(text)).collect();
        let (before, after) = (way(before), way(after));
        PathsAsk { start: PathStart::Page("/pricing".to_owned()), before, after, folded: false }
    }

    fn names(panes: Vec<Pane>) -> Vec<&'static str> {
        panes.into_iter().map(Pane::name).collect()
    }

    #[test]
    fn r13_there_is_one_column_beyond_the_chosen_way_and_five_at_most() {
        let columns = |ask: &PathsAsk| [PathSide::Before, PathSide::After].map(|side| columns(ask, side));
        assert_eq!(columns(&at_pricing(&[], &[])), [1, 2]);
        assert_eq!(columns(&at_pricing(&["/"], &["/a", "/b"])), [2, 3]);
        assert_eq!(columns(&at_pricing(&[], &["/a", "/b", "/c", "/d", "/e"])), [1, 5]);
        assert_eq!(columns(&PathsAsk::default()), [0, 2], "nothing comes before an entry");
        assert_eq!(columns(&PathsAsk { start: PathStart::Exit, ..PathsAsk::default() }), [1, 0]);
    }

    #[test]
    fn the_focused_column_and_the_one_beyond_it_are_in_sight() {
        let ask = at_pricing(&[], &["/a", "/b", "/c"]);
        let shown = |focus, room| names(in_sight(&ask, focus, room));
        let after = |nth| Pane::PathColumn(PathSide::After, nth);
        assert_eq!(shown(Pane::PathStart, 3), ["1 before", "start", "1 after"]);
        assert_eq!(shown(after(0), 3), ["start", "1 after", "2 after"]);
        assert_eq!(shown(after(2), 3), ["2 after", "3 after", "4 after"]);
        assert_eq!(shown(after(3), 3), ["2 after", "3 after", "4 after"]);
        assert_eq!(names(in_sight(&at_pricing(&[], &[]), after(0), 3)), ["1 before", "start", "1 after"]);
        assert_eq!(shown(Pane::WholePaths, 4), ["1 after", "2 after", "3 after", "4 after"]);
        assert_eq!(shown(after(3), 9).len(), 6);
    }

    #[test]
    fn another_step_leaves_out_what_was_chosen_beyond_it() {
        let ask = at_pricing(&[], &["/a", "/b"]);
        assert_eq!(with_step(&ask, PathSide::After, 0, &page("/a")), ask);
        assert_eq!(with_step(&ask, PathSide::After, 0, &page("/c")), at_pricing(&[], &["/c"]));
        assert_eq!(with_step(&ask, PathSide::Before, 0, &page("/")), at_pricing(&["/"], &["/a", "/b"]));
    }

    #[test]
    fn groups_stand_for_the_pages_of_the_way_and_back_it_is_as_long_as_it_has_none() {
        let docs = PageGroup { name: "docs".to_owned(), paths: vec![Glob::new("/docs/*")] };
        let ask = at_pricing(&[], &["/a", "/docs/x", "/docs/y", "/b"]);
        let folded = turned(&ask, std::slice::from_ref(&docs));
        assert_eq!(folded.after, [page("/a"), PathStep::Group("docs".to_owned()), page("/b")]);
        assert_eq!(turned(&folded, &[docs]), at_pricing(&[], &["/a"]));
    }
}
