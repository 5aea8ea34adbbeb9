//! Comparison of an answer with that of an earlier time (design.md R17): what differs, and whether it is sure (R15).

use crate::time::{Millis, Span};

use super::question::Grouping;
use super::significance::{
    ENOUGH, LEAST_DISPERSION, at_least, at_most, is_a_quarter_off, of_proportions, threshold,
};
use super::view::{AnalysisView, FailureRow, FunnelView, GoalRow, GoalsView, Rate, TableRow, View, rounded};

/// With what time a window is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompareWith {
    /// The window of the same length before it.
    Before,
    /// 24 hours earlier.
    Yesterday,
    /// Seven days earlier: the same time of the same weekday.
    LastWeek,
}

impl CompareWith {
    /// All of them, the nearest first.
    pub const ALL: [CompareWith; 3] = [CompareWith::Before, CompareWith::Yesterday, CompareWith::LastWeek];

    /// How much earlier the other window lies; `None` where the two would overlap.
    #[must_use]
    pub fn behind(self, window: Span) -> Option<Span> {
        let behind = match self {
            CompareWith::Before => window,
            CompareWith::Yesterday => Span::hours(24),
            CompareWith::LastWeek => Span::hours(7 * 24),
        };
        (behind >= window).then_some(behind)
    }

    /// As a sentence has it.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            CompareWith::Before => "before",
            CompareWith::Yesterday => "yesterday",
            CompareWith::LastWeek => "last week",
        }
    }
}

/// Two answers to the same question, over windows of the same length.
#[derive(Debug, Clone, Copy)]
pub struct Comparison<'a> {
    now: &'a View,
    earlier: &'a View,
    /// The least standard score of what is sure.
    threshold: f64,
}

/// A figure of the earlier time beside that of now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// What it was.
    pub before: f64,
    /// Whether the two differ by more than chance, and by enough to matter (R15).
    pub is_sure: bool,
}

/// The row of a table as it was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RowBefore<'a> {
    /// As it was.
    Was(&'a TableRow),
    /// There was none.
    None,
    /// The answer has the largest rows only, and it is not one of them.
    Unknown,
}

/// Part of the window may be missing at its start, as long as it is no more than a twentieth.
const SLACK: u64 = 20;

impl<'a> Comparison<'a> {
    /// Compares two answers.
    #[must_use]
    pub fn new(now: &'a View, earlier: &'a View) -> Comparison<'a> {
        Comparison { now, earlier, threshold: threshold(FIGURES + rows(now)) }
    }

    /// The answer of the earlier time.
    #[must_use]
    pub fn earlier(&self) -> &'a View {
        self.earlier
    }

    /// Whether the earlier window is kept: nothing is compared with a time that was not read.
    #[must_use]
    pub fn is_known(&self) -> bool {
        let length = self.earlier.to.since(self.earlier.from);
        let latest = self.earlier.from + Span(length.0 / SLACK);
        self.earlier.kept_from.is_some_and(|from| from <= latest)
    }

    /// The earlier window: its first instant and its last.
    #[must_use]
    pub fn period(&self) -> (Millis, Millis) {
        (self.earlier.from, self.earlier.to)
    }

    /// How many sessions or people there were, counted by `of`.
    #[must_use]
    pub fn people(&self, of: impl Fn(&View) -> u64) -> Difference {
        self.people_of(of(self.now), of(self.earlier))
    }

    /// The same of a part of them. Hits and pageviews are no people: they come in bursts, so of those nothing is sure.
    #[must_use]
    pub fn people_of(&self, now: u64, before: u64) -> Difference {
        let sum = now + before;
        let z = at_least(now, sum, 0.5).max(at_most(now, sum, 0.5)) / LEAST_DISPERSION.sqrt();
        let is_sure = sum >= ENOUGH && z >= self.threshold && is_a_quarter_off(now as f64, before as f64);
        Difference { before: before as f64, is_sure }
    }

    /// How many of so many: shares before and now; `None` where there was nothing to have a share of.
    #[must_use]
    pub fn share(&self, now: (u64, u64), before: (u64, u64)) -> Option<Difference> {
        let ((part, whole), (part_before, whole_before)) = (now, before);
        if whole == 0 || whole_before == 0 {
            return None;
        }
        let share = |part: u64, whole: u64| part as f64 / whole as f64;
        let (share_now, share_before) = (share(part, whole), share(part_before, whole_before));
        let matters = (share_now - share_before).abs() >= POINTS || is_a_quarter_off(share_now, share_before);
        let enough = whole >= ENOUGH && whole_before >= ENOUGH;
        let is_sure = enough && matters && of_proportions(now, before) >= self.threshold;
        Some(Difference { before: share_before, is_sure })
    }

    /// The settled bounce rate.
    #[must_use]
    pub fn bounce(&self) -> Option<Difference> {
        self.rate(self.now.bounce.settled, self.earlier.bounce.settled)
    }

    /// A settled bounce rate: its counts are whole sessions.
    #[must_use]
    pub fn rate(&self, now: Rate, before: Rate) -> Option<Difference> {
        self.share((rounded(now.bounced), now.of), (rounded(before.bounced), before.of))
    }

    /// A row of a table as it was.
    #[must_use]
    pub fn row(&self, grouping: Grouping, key: &str) -> RowBefore<'a> {
        let table = self.earlier.tables.iter().find(|table| table.grouping == Some(grouping));
        let Some(table) = table else { return RowBefore::Unknown };
        match table.rows.iter().find(|row| row.key == key) {
            Some(row) => RowBefore::Was(row),
            None if table.rows.len() as u64 >= table.total_rows => RowBefore::None,
            None => RowBefore::Unknown,
        }
    }

    /// The goals as they were.
    #[must_use]
    pub fn goal(&self, name: &str) -> Option<(&'a GoalsView, &'a GoalRow)> {
        self.earlier.analyses.iter().find_map(|analysis| match analysis {
            AnalysisView::Goals(goals) => Some((goals, goals.rows.iter().find(|goal| goal.goal == name)?)),
            _ => None,
        })
    }

    /// A funnel as it was.
    #[must_use]
    pub fn funnel(&self, name: &str) -> Option<&'a FunnelView> {
        self.earlier.analyses.iter().find_map(|analysis| match analysis {
            AnalysisView::Funnel(funnel) if funnel.funnel == name => Some(funnel),
            _ => None,
        })
    }

    /// How many people met the same failure then; `None` where that is not known.
    #[must_use]
    pub fn people_of_failure(&self, row: &FailureRow) -> Option<u64> {
        let traffic = self.earlier.traffic.as_ref()?;
        let is_it = |other: &&FailureRow| {
            (other.status, other.method, &other.path) == (row.status, row.method, &row.path)
        };
        let listed: u64 = traffic.failures.iter().map(|other| other.hits).sum();
        match traffic.failures.iter().find(is_it) {
            Some(was) => Some(was.clients.value()),
            None => (listed == traffic.totals.failures).then_some(0),
        }
    }
}

/// A share matters that is ten points off (R15).
const POINTS: f64 = 0.1;
/// The figures that stand beside tables, each of which could be told as different.
const FIGURES: usize = 6;

/// The rows that could be told as different.
fn rows(view: &View) -> usize {
    let analyses = view.analyses.iter().map(|analysis| match analysis {
        AnalysisView::Goals(goals) => goals.rows.len(),
        AnalysisView::Funnel(funnel) => funnel.steps.len(),
        _ => 0,
    });
    let failures = view.traffic.iter().map(|traffic| traffic.failures.len());
    view.tables.iter().map(|table| table.rows.len()).chain(analyses).chain(failures).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::view::{Table, Totals};

    fn view(from: i64, kept_from: Option<i64>, rows: &[(&str, u64)], total_rows: u64) -> View {
        let row = |(key, sessions): &(&str, u64)| TableRow {
            key: (*key).to_owned(),
            sessions: *sessions,
            ..TableRow::default()
        };
        let table = Table {
            grouping: Some(Grouping::Source),
            rows: rows.iter().map(row).collect(),
            total_rows,
            ..Table::default()
        };
        View {
            from: Millis(from),
            to: Millis(from + 1_000),
            kept_from: kept_from.map(Millis),
            tables: vec![table],
            totals: Totals { sessions: rows.iter().map(|(_, sessions)| sessions).sum(), ..Totals::default() },
            ..View::default()
        }
    }

    #[test]
    fn r17_windows_that_overlap_are_not_compared() {
        let (hour, day, days) = (Span::hours(1), Span::hours(24), Span::hours(72));
        assert_eq!(CompareWith::Before.behind(days), Some(days));
        assert_eq!(CompareWith::Yesterday.behind(day), Some(day));
        assert_eq!(CompareWith::Yesterday.behind(days), None);
        assert_eq!(CompareWith::LastWeek.behind(hour), Some(Span::hours(168)));
    }

    #[test]
    fn r15_nothing_is_compared_with_a_time_that_was_not_read() {
        let now = view(1_000, Some(0), &[], 0);
        for (kept_from, known) in [(Some(0), true), (Some(50), true), (Some(51), false), (None, false)] {
            assert_eq!(Comparison::new(&now, &view(0, kept_from, &[], 0)).is_known(), known, "{kept_from:?}");
        }
    }

    /// 90 against 60 is 2.4 standard errors, less for clusters 2.0; 900 against 600 is 7.7 and 6.3.
    #[test]
    fn r15_a_difference_is_sure_beyond_chance_only_and_where_it_matters() {
        let (now, before) = (view(0, Some(0), &[], 0), view(0, Some(0), &[], 0));
        let compared = Comparison::new(&now, &before);
        assert!(!compared.people_of(90, 60).is_sure);
        assert!(compared.people_of(900, 600).is_sure && compared.people_of(600, 900).is_sure);
        assert!(!compared.people_of(110_000, 100_000).is_sure, "a tenth does not matter");
        assert!(compared.people_of(80, 0).is_sure, "something new");
        assert_eq!(compared.people_of(0, 0), Difference { before: 0.0, is_sure: false });
    }

    #[test]
    fn r15_shares_are_compared_by_those_that_they_are_of() {
        let (now, before) = (view(0, Some(0), &[], 0), view(0, Some(0), &[], 0));
        let sure = |a, b| Comparison::new(&now, &before).share(a, b).map(|difference| difference.is_sure);
        assert_eq!(sure((500, 1_000), (400, 1_000)), Some(true));
        assert_eq!(sure((50, 100), (40, 100)), Some(false));
        assert_eq!(sure((51_000, 100_000), (50_000, 100_000)), Some(false), "a point does not matter");
        assert_eq!(sure((29, 29), (0, 1_000)), Some(false), "too few");
        assert_eq!(sure((1, 1), (0, 0)), None, "nobody could have");
    }

    #[test]
    fn more_rows_take_more_to_be_sure() {
        let many: Vec<_> = (0..1_000).map(|_| ("x", 1)).collect();
        let (few, many) = (view(0, Some(0), &[], 0), view(0, Some(0), &many, 1_000));
        let sure = |now| Comparison::new(now, &few).people_of(220, 120).is_sure;
        assert!(sure(&few) && !sure(&many));
    }

    #[test]
    fn a_row_that_is_not_among_the_largest_is_unknown() {
        let now = view(0, Some(0), &[], 0);
        let (whole, cut) = (view(0, Some(0), &[("Google", 7)], 1), view(0, Some(0), &[("Google", 7)], 2));
        let row = |earlier, key| match Comparison::new(&now, earlier).row(Grouping::Source, key) {
            RowBefore::Was(row) => Some(row.sessions),
            RowBefore::None => Some(0),
            RowBefore::Unknown => None,
        };
        assert_eq!([row(&whole, "Google"), row(&whole, "Bing")], [Some(7), Some(0)]);
        assert_eq!([row(&cut, "Google"), row(&cut, "Bing")], [Some(7), None]);
    }
}
