//! The answers on the screen. Each part has its own rate of updates, so that it can be read and takes few bytes over
//! SSH: sessions change with every answer; figures, tables and the order of lists follow more slowly.

use std::hash::Hash;
use std::ops::Range;
use std::sync::Arc;

use hashbrown::HashMap;

use crate::query::question::Grouping;
use crate::query::view::{
    AnalysisView, Closeup, Finding, GoalsView, PathsView, Rate, ReturningView, SessionRow, SlownessView,
    Table, TableRow, TrafficView, View, WholePathsView,
};
use crate::time::{Millis, Span};

use super::stage::{Stage, stage};
use super::throughput::ReadSoFar;
use super::when::{AGE_STEP, age};
use super::widgets::rounded;

/// The headline numbers change at most this often.
const FIGURES_EVERY: Span = Span::seconds(1);

/// The cells of tables change at most this often.
const TABLES_EVERY: Span = Span::seconds(3);

/// Lists are re-sorted at most this often: an order that changes with every line cannot be read, and costs more bytes
/// than everything else.
const RESORT_EVERY: Span = Span::seconds(10);

/// A row on the screen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RowOnScreen<R> {
    /// The row as last answered.
    pub(crate) row: R,
    /// Whether it is no longer in the answer: it fades, and is removed with the next re-sort.
    pub(crate) gone: bool,
}

/// What is on the screen.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    latest: Dated,
    figures: Dated,
    tables: Dated,
    order: Dated,
    sessions: Vec<RowOnScreen<Arc<SessionRow>>>,
    table_rows: Arc<Vec<Vec<RowOnScreen<TableRow>>>>,
}

/// An answer, and when it was put on the screen.
#[derive(Debug, Clone)]
struct Dated {
    view: Arc<View>,
    at: Millis,
}

impl Dated {
    /// The newer answer, if it is due.
    fn renewed(&self, newer: &Dated, every: Span) -> Dated {
        if self.is_due(newer, newer.at, every) { newer.clone() } else { self.clone() }
    }

    /// Whether the newer answer is due.
    fn is_due(&self, newer: &Dated, wall: Millis, every: Span) -> bool {
        wall.since(self.at) >= every && !self.is(newer)
    }

    fn is(&self, other: &Dated) -> bool {
        Arc::ptr_eq(&self.view, &other.view)
    }
}

impl Shown {
    /// An answer to a new question, in its own order.
    pub(crate) fn new(view: Arc<View>, wall: Millis) -> Shown {
        let latest = Dated { view, at: wall };
        let view = &latest.view;
        let sessions = view.sessions.iter().flat_map(|list| in_order(&list.rows)).collect();
        let table_rows = Arc::new(view.tables.iter().map(|table| in_order(&table.rows)).collect());
        let (figures, tables, order) = (latest.clone(), latest.clone(), latest.clone());
        Shown { latest, figures, tables, order, sessions, table_rows }
    }

    /// A newer answer to the same question: sessions change at once, everything else at its rate. With a re-sort,
    /// while loading and when that ends, everything changes at once.
    pub(crate) fn renewed(&self, view: Arc<View>, wall: Millis) -> Shown {
        let due = wall.since(self.order.at) >= RESORT_EVERY;
        let loads = matches!(stage(&view), Stage::Loading(_));
        if due || loads || stage(&view) != self.stage() {
            return Shown::new(view, wall);
        }
        let latest = Dated { view, at: wall };
        let tables = self.tables.renewed(&latest, TABLES_EVERY);
        Shown {
            figures: self.figures.renewed(&latest, FIGURES_EVERY),
            order: self.order.clone(),
            sessions: self.steady_sessions(&latest.view),
            table_rows: self.steady_tables(&tables),
            tables,
            latest,
        }
    }

    /// The screen with those parts updated that were held back and are due now; `None` if none is.
    pub(crate) fn caught_up(&self, wall: Millis) -> Option<Shown> {
        let parts =
            [(&self.figures, FIGURES_EVERY), (&self.tables, TABLES_EVERY), (&self.order, RESORT_EVERY)];
        let any_due = parts.iter().any(|(part, every)| part.is_due(&self.latest, wall, *every));
        any_due.then(|| self.renewed(Arc::clone(&self.latest.view), wall))
    }

    fn steady_sessions(&self, view: &View) -> Vec<RowOnScreen<Arc<SessionRow>>> {
        let (fresh, total) = view.sessions.as_ref().map_or((&[][..], 0), |list| (&list.rows[..], list.total));
        steady(&self.sessions, fresh, Missing::from(fresh.len(), total), |row| row.session)
    }

    fn steady_tables(&self, newer: &Dated) -> Arc<Vec<Vec<RowOnScreen<TableRow>>>> {
        if self.tables.is(newer) {
            return Arc::clone(&self.table_rows);
        }
        let tables = self.table_rows.iter().zip(&newer.view.tables);
        let steady = |(held, table): (&Vec<_>, &Table)| {
            let missing = Missing::from(table.rows.len(), table.total_rows);
            steady(held, &table.rows, missing, |row| row.key.clone())
        };
        Arc::new(tables.map(steady).collect())
    }

    /// The answer whose figures are shown.
    pub(crate) fn view(&self) -> &View {
        &self.figures.view
    }

    /// The instant that ages refer to; it moves in steps, so that ages change seldom.
    pub(crate) fn now(&self) -> Millis {
        self.latest.view.now.floor_to(AGE_STEP)
    }

    /// How far the log's clock was behind this machine's when it answered.
    pub(crate) fn lag(&self) -> Span {
        self.figures.at.since(self.figures.view.now)
    }

    /// The time of the latest answer.
    pub(crate) fn answered_at(&self) -> Millis {
        self.latest.at
    }

    /// The amount read by the latest answer.
    pub(crate) fn amount(&self) -> ReadSoFar {
        ReadSoFar::of(&self.latest.view.intake)
    }

    /// The list of sessions.
    pub(crate) fn sessions(&self) -> &[RowOnScreen<Arc<SessionRow>>] {
        &self.sessions
    }

    /// A table and its rows; `None` if it was not asked for.
    pub(crate) fn table(&self, grouping: Grouping) -> Option<(&Table, &[RowOnScreen<TableRow>])> {
        let tables = &self.tables.view.tables;
        let index = tables.iter().position(|table| table.grouping == Some(grouping))?;
        Some((&tables[index], self.table_rows.get(index)?))
    }

    /// The close-up, if one was asked for.
    pub(crate) fn closeup(&self) -> Option<&Closeup> {
        self.tables.view.closeup.as_ref()
    }

    /// The goals, where they were asked for.
    pub(crate) fn goals(&self) -> Option<&GoalsView> {
        self.analyses().iter().find_map(|analysis| match analysis {
            AnalysisView::Goals(goals) => Some(goals),
            _ => None,
        })
    }

    /// The paths from the start that is explored.
    pub(crate) fn paths(&self) -> Option<&PathsView> {
        self.analyses().iter().find_map(|analysis| match analysis {
            AnalysisView::Paths(paths) => Some(paths),
            _ => None,
        })
    }

    /// What slowness does, where it was asked for.
    pub(crate) fn slowness(&self) -> Option<&SlownessView> {
        self.analyses().iter().find_map(|analysis| match analysis {
            AnalysisView::Slowness(slowness) => Some(slowness),
            _ => None,
        })
    }

    /// Who came back, where it was asked for.
    pub(crate) fn returning(&self) -> Option<&ReturningView> {
        self.analyses().iter().find_map(|analysis| match analysis {
            AnalysisView::Returning(returning) => Some(returning),
            _ => None,
        })
    }

    /// The whole paths, where they were asked for.
    pub(crate) fn whole_paths(&self) -> Option<&WholePathsView> {
        self.analyses().iter().find_map(|analysis| match analysis {
            AnalysisView::WholePaths(paths) => Some(paths),
            _ => None,
        })
    }

    /// The analyses that were asked for.
    pub(crate) fn analyses(&self) -> &[AnalysisView] {
        &self.tables.view.analyses
    }

    /// The trouble of the whole site.
    pub(crate) fn faults(&self) -> &[Finding] {
        &self.tables.view.faults
    }

    /// What stands out.
    pub(crate) fn findings(&self) -> &[Finding] {
        &self.tables.view.findings
    }

    /// All hits, where they were asked for.
    pub(crate) fn traffic(&self) -> Option<&TrafficView> {
        self.tables.view.traffic.as_deref()
    }

    /// The stage of the inputs.
    pub(crate) fn stage(&self) -> Stage {
        stage(&self.figures.view)
    }

    /// Whether the screen would look the same with the other answers; only the sessions in `seen` are visible.
    pub(crate) fn looks_like(&self, other: &Shown, seen: &Range<usize>) -> bool {
        (self.figures.is(&other.figures) || same_figures(&self.figures.view, &other.figures.view))
            && (Arc::ptr_eq(&self.table_rows, &other.table_rows) || self.table_rows == other.table_rows)
            && self.closeup() == other.closeup()
            && self.analyses() == other.analyses()
            && self.findings() == other.findings()
            && self.faults() == other.faults()
            && self.traffic() == other.traffic()
            && self.sessions.is_empty() == other.sessions.is_empty()
            && self.in_sight(seen) == other.in_sight(seen)
            && self.ages(seen) == other.ages(seen)
    }

    fn in_sight(&self, seen: &Range<usize>) -> &[RowOnScreen<Arc<SessionRow>>] {
        let end = seen.end.min(self.sessions.len());
        self.sessions.get(seen.start..end).unwrap_or_default()
    }

    /// The ages of the visible sessions, as displayed.
    fn ages(&self, seen: &Range<usize>) -> Vec<(String, String)> {
        let ages = |row: &SessionRow| (age(self.now(), row.start), age(self.now(), row.end));
        self.in_sight(seen).iter().map(|held| ages(&held.row)).collect()
    }
}

/// Whether the headline numbers of two answers look the same.
fn same_figures(a: &View, b: &View) -> bool {
    let minute = Span::minutes(1);
    a.now.floor_to(minute) == b.now.floor_to(minute)
        && (a.totals, &a.durations, &a.series) == (b.totals, &b.durations, &b.series)
        && [a.bounce.settled, a.bounce.settled_before] == [b.bounce.settled, b.bounce.settled_before]
        && per_mille(a.bounce.now) == per_mille(b.bounce.now)
        && a.intake == b.intake
}

/// The estimate changes all the time, but the screen shows only one decimal.
fn per_mille(rate: Rate) -> Option<u64> {
    rate.share().map(|share| rounded(share * 1000.0))
}

fn in_order<R: Clone>(rows: &[R]) -> Vec<RowOnScreen<R>> {
    rows.iter().map(|row| RowOnScreen { row: row.clone(), gone: false }).collect()
}

/// What a row's absence from a newer answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    /// The answer has all rows: the row is gone.
    IsGone,
    /// The answer has only the best rows: the row may still exist.
    IsUnknown,
}

impl Missing {
    fn from(rows: usize, total: u64) -> Missing {
        if rows as u64 >= total { Missing::IsGone } else { Missing::IsUnknown }
    }
}

/// The fresh rows in the previous order. New ones come last; missing ones stay where they are.
fn steady<R: Clone, K: Hash + Eq>(
    held: &[RowOnScreen<R>],
    fresh: &[R],
    missing: Missing,
    key: impl Fn(&R) -> K,
) -> Vec<RowOnScreen<R>> {
    let mut unplaced: HashMap<K, usize> =
        fresh.iter().enumerate().map(|(index, row)| (key(row), index)).collect();
    let mut rows: Vec<_> = held
        .iter()
        .map(|old| match unplaced.remove(&key(&old.row)) {
            Some(index) => RowOnScreen { row: fresh[index].clone(), gone: false },
            None => RowOnScreen { row: old.row.clone(), gone: old.gone || missing == Missing::IsGone },
        })
        .collect();
    let mut new: Vec<_> = unplaced.into_values().collect();
    new.sort_unstable();
    rows.extend(new.into_iter().map(|index| RowOnScreen { row: fresh[index].clone(), gone: false }));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::view::Totals;

    fn held(names: &[(&str, bool)]) -> Vec<RowOnScreen<String>> {
        names.iter().map(|(name, gone)| RowOnScreen { row: (*name).to_owned(), gone: *gone }).collect()
    }

    #[test]
    fn between_re_sorts_rows_keep_their_lines() {
        let before = held(&[("a", false), ("b", false), ("c", false)]);
        let fresh = ["d", "c", "a"].map(str::to_owned);
        let expected = held(&[("a", false), ("b", true), ("c", false), ("d", false)]);
        assert_eq!(steady(&before, &fresh, Missing::IsGone, Clone::clone), expected);
    }

    #[test]
    fn a_row_is_not_gone_because_others_are_better() {
        let before = held(&[("a", false), ("b", false)]);
        let expected = held(&[("a", false), ("b", false), ("c", false)]);
        assert_eq!(steady(&before, &["c".to_owned()], Missing::IsUnknown, Clone::clone), expected);
    }

    #[test]
    fn figures_tables_and_order_each_move_on_at_their_beat() {
        let view = |active, key: &str| {
            let rows = vec![TableRow { key: key.to_owned(), ..TableRow::default() }];
            let tables = vec![Table { rows, total_rows: 1, ..Table::default() }];
            let totals = Totals { active, ..Totals::default() };
            Arc::new(View { totals, tables, ..View::default() })
        };
        let figures = |shown: &Shown| (shown.view().totals.active, shown.table_rows[0].len());
        let first = Shown::new(view(1, "a"), Millis(0));
        let soon = first.renewed(view(2, "b"), Millis(500));
        assert_eq!(figures(&soon), (1, 1), "too soon for anything");
        let later = soon.caught_up(Millis(1_000)).expect("it is behind");
        assert_eq!(figures(&later), (2, 1), "the figures are due");
        let later = later.caught_up(Millis(3_000)).expect("its tables are behind");
        assert_eq!(figures(&later), (2, 2), "the new row stands below the one that is gone");
        let resorted = later.caught_up(Millis(10_000)).expect("its order is behind");
        assert_eq!(figures(&resorted), (2, 1));
        assert!(resorted.caught_up(Millis(99_000)).is_none(), "at rest");
    }

    #[test]
    fn a_row_that_comes_back_is_no_longer_gone() {
        let before = held(&[("a", true)]);
        assert_eq!(steady(&before, &["a".to_owned()], Missing::IsGone, Clone::clone), held(&[("a", false)]));
    }
}
