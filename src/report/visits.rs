//! What waiting does, who came back, and whole paths, as all faces of a report list them (R13).

use crate::query::analysis::ask::{Analysis, ReturningAsk, ReturningBy, WholePathsAsk};
use crate::query::view::{
    AnalysisView, PathStep, ReturningView, SLOWNESS_BOUNDS, SlownessRow, SlownessView, View, WholePathsView,
};
use crate::time::Span;

/// Who came back, of the latest hours, days or weeks: a year of weeks fits.
pub(super) const RETURNING: Analysis =
    Analysis::Returning(ReturningAsk { by: ReturningBy::Fitting, rows: 60 });
/// The most frequent whole paths, as many as other tables have rows.
pub(super) const WHOLE_PATHS: Analysis =
    Analysis::WholePaths(WholePathsAsk { rows: super::ROWS, folded: false });

/// Bounces and goals by how long the first page took.
pub(super) fn slowness(view: &View) -> Option<&SlownessView> {
    view.analyses.iter().find_map(|analysis| match analysis {
        AnalysisView::Slowness(slowness) => Some(slowness),
        _ => None,
    })
}

/// Who came back.
pub(super) fn returning(view: &View) -> Option<&ReturningView> {
    view.analyses.iter().find_map(|analysis| match analysis {
        AnalysisView::Returning(returning) => Some(returning),
        _ => None,
    })
}

/// The most frequent whole paths.
pub(super) fn whole_paths(view: &View) -> Option<&WholePathsView> {
    view.analyses.iter().find_map(|analysis| match analysis {
        AnalysisView::WholePaths(paths) => Some(paths),
        _ => None,
    })
}

/// Sessions whose first page took more than the first span, and at most the second one, where there is a bound.
pub(super) fn waits(slowness: &SlownessView) -> impl Iterator<Item = (Span, Option<Span>, &SlownessRow)> {
    let most = SLOWNESS_BOUNDS.into_iter().skip(1).map(Some).chain([None]);
    SLOWNESS_BOUNDS.into_iter().zip(most).zip(&slowness.rows).map(|((over, most), row)| (over, most, row))
}

/// How many sessions say how long their first page took.
pub(super) fn measured(slowness: &SlownessView) -> u64 {
    slowness.rows.iter().map(|row| row.sessions).sum()
}

/// The page or page group of a whole path's step.
pub(super) fn page_of(step: &PathStep) -> &str {
    match step {
        PathStep::Page(name) | PathStep::Group(name) | PathStep::Action(name) => name,
        PathStep::Entered | PathStep::Left | PathStep::StillHere => "",
    }
}
