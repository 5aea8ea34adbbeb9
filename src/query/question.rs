//! Questions about sessions. A question says what is wanted, not how to compute it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use crate::classify::visitor::Visitor;

use crate::time::{Millis, Span};

use super::analysis::ask::Analysis;
use super::definitions::Definitions;
use super::filter::Filter;

/// A question about sessions: which ones, over which window, and what to show of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Which sessions count; bots are left out unless the filter or `bots` asks for them (R3).
    pub filter: Filter,
    /// The window.
    pub window: Window,
    /// What a bounce is (R7).
    pub bounce: BounceRule,
    /// Whether flagged sessions count if the filter has no term about bots.
    pub bots: Bots,
    /// The tables wanted, answered in this order.
    pub tables: Vec<TableAsk>,
    /// The list of sessions wanted, if any.
    pub sessions: Option<SessionsAsk>,
    /// The series wanted, if any.
    pub series: Option<SeriesAsk>,
    /// The close-up wanted, if any.
    pub closeup: Option<CloseupAsk>,
    /// The analyses wanted, answered in this order.
    pub analyses: Vec<Analysis>,
    /// Traffic, if it is wanted.
    pub traffic: Option<TrafficAsk>,
    /// Whether groups of few sessions have rows of their own (R11).
    pub small_groups: SmallGroups,
    /// The groups, goals, funnels and experiments that it refers to by name. Where there are none, the engine
    /// takes those of the config.
    pub definitions: Arc<Definitions>,
}

impl Default for Question {
    /// The totals of everything.
    fn default() -> Question {
        Question::about(Filter::default())
    }
}

impl Question {
    /// The totals of all matching sessions, over everything that is kept; set fields to add tables and lists.
    ///
    /// ```
    /// use dwell::query::question::{Grouping, Question, SeriesAsk, TableAsk, TableSort};
    /// use dwell::Filter;
    ///
    /// let question = Question {
    ///     tables: vec![
    ///         TableAsk::largest(Grouping::Page, 10),
    ///         TableAsk { sort: TableSort::BounceRate, ..TableAsk::largest(Grouping::Source, 5) },
    ///     ],
    ///     series: Some(SeriesAsk { buckets: 24 }),
    ///     ..Question::about(Filter::parse("country:DE,AT -bounced")?)
    /// };
    /// # Ok::<_, dwell::FilterError>(())
    /// ```
    #[must_use]
    pub fn about(filter: Filter) -> Question {
        Question {
            filter,
            window: Window::All,
            bounce: BounceRule::default(),
            bots: Bots::default(),
            tables: Vec::new(),
            sessions: None,
            series: None,
            closeup: None,
            analyses: Vec::new(),
            traffic: None,
            small_groups: SmallGroups::default(),
            definitions: Arc::default(),
        }
    }

    /// Whether it looks for what has changed, and so for findings.
    #[must_use]
    pub fn looks_for_changes(&self) -> bool {
        self.closeup == Some(CloseupAsk::Changes)
    }

    /// Whether any part of it needs to know if visitors are new.
    #[must_use]
    pub fn asks_for_newness(&self) -> bool {
        let in_table = self.tables.iter().any(|table| table.grouping == Grouping::Newness);
        // Single sessions are shown with everything known about them.
        let in_analysis = self.analyses.iter().any(|analysis| matches!(analysis, Analysis::Returning(_)));
        in_table
            || in_analysis
            || self.filter.speaks_of_newness()
            || self.sessions.is_some()
            || self.closeup.is_some()
    }

    /// Whether another question asks for the same figures over the same window, whatever the filters. Lists,
    /// close-ups and analyses are not figures.
    #[must_use]
    pub fn has_the_figures_of(&self, other: &Question) -> bool {
        let tables = |question: &Question| -> Vec<_> {
            question.tables.iter().map(|table| (table.grouping, table.measures)).collect()
        };
        let asks = |question: &Question| (question.window, question.bounce, question.bots, question.series);
        let has_closeup = |question: &Question| question.closeup.is_some() || !question.analyses.is_empty();
        let has_closeup = has_closeup(self) || has_closeup(other);
        !has_closeup && asks(self) == asks(other) && tables(self) == tables(other)
    }
}

/// The span that a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Window {
    /// Everything that is kept.
    All,
    /// This long, up to now.
    Last(Span),
}

/// What counts as a bounce (R7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BounceRule {
    /// One pageview and no action (Plausible, Universal Analytics).
    #[default]
    Single,
    /// Shorter than 10 s, fewer than two pageviews, no goal reached (GA4).
    Engaged,
}

impl BounceRule {
    /// The definition of a bounce, short enough to stand beside the figure.
    #[must_use]
    pub fn definition(self, definitions: &Definitions) -> &'static str {
        match self {
            BounceRule::Single => "one pageview, no action",
            BounceRule::Engaged if !definitions.goals.is_empty() => "under 10 s, one pageview, no goal",
            BounceRule::Engaged => "under 10 s, one pageview, no action",
        }
    }
}

/// Whether sessions flagged as bots count if the filter does not say (R3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Bots {
    /// They are left out, and counted.
    #[default]
    LeftOut,
    /// They count like any other session (`--include-bots`).
    Included,
}

/// Whether groups of fewer than five sessions have rows of their own (R11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SmallGroups {
    /// They have.
    #[default]
    Shown,
    /// They are folded into one row, last in its table: `--privacy strict`.
    Folded,
}

/// What a table groups by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Grouping {
    /// Channels (R10).
    Channel,
    /// Sources (R9).
    Source,
    /// `utm_campaign`.
    Campaign,
    /// Pages viewed.
    Page,
    /// Pages where sessions began.
    Entry,
    /// Pages where sessions ended.
    Exit,
    /// Countries, two letters.
    Country,
    /// Browser families.
    Browser,
    /// Operating systems.
    System,
    /// Desktop, phone, tablet, …
    Device,
    /// Hosts asked for.
    Site,
    /// New and returning visitors.
    Newness,
    /// Names of actions.
    Action,
    /// Why a session is flagged as a bot.
    Bot,
}

/// A table that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TableAsk {
    /// What the rows are.
    pub grouping: Grouping,
    /// The sort column; ties are sorted by key, so that rows stay in place.
    pub sort: TableSort,
    /// Largest or smallest first.
    pub order: Order,
    /// The most rows.
    pub rows: usize,
    /// Whether each row's median time is wanted, which costs a histogram per row.
    pub measures: Measures,
}

impl TableAsk {
    /// This many rows with the highest counts.
    #[must_use]
    pub fn largest(grouping: Grouping, rows: usize) -> TableAsk {
        TableAsk {
            grouping,
            sort: TableSort::default(),
            order: Order::default(),
            rows,
            measures: Measures::default(),
        }
    }
}

/// The sort column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TableSort {
    /// Sessions (for pages: views).
    #[default]
    Count,
    /// Bounce rate.
    BounceRate,
    /// Pageviews.
    Pageviews,
    /// Sessions that began there (pages).
    Entries,
    /// Sessions that ended there (pages).
    Exits,
    /// Median duration (for pages: time on page).
    Time,
    /// For pages: the 75th percentile of load times.
    Load,
    /// The row's name.
    Name,
}

/// The figures of each row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Measures {
    /// Counts and rates.
    #[default]
    Counts,
    /// Counts, rates and the median time.
    CountsAndTimes,
}

/// A direction of sorting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Order {
    /// Largest, latest or last first.
    #[default]
    Descending,
    /// Smallest, earliest or first first.
    Ascending,
}

impl Order {
    /// The other direction.
    #[must_use]
    pub fn reversed(self) -> Order {
        match self {
            Order::Descending => Order::Ascending,
            Order::Ascending => Order::Descending,
        }
    }
}

/// A list of sessions that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionsAsk {
    /// Which of the matching sessions.
    pub population: Population,
    /// The sort column.
    pub sort: SessionSort,
    /// Largest or smallest first.
    pub order: Order,
    /// The most rows.
    pub rows: usize,
}

/// Which of the matching sessions a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Population {
    /// Last event at most `--active` ago.
    Active,
    /// Not closed yet.
    Open,
    /// All that were seen in the window.
    Seen,
}

/// The sort column of a list of sessions; ties are sorted by start, then visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SessionSort {
    /// Time of the last event.
    #[default]
    LastEvent,
    /// Time of the first event.
    Start,
    /// Last event less first.
    Duration,
    /// Number of pageviews.
    Pageviews,
    /// Number of actions.
    Actions,
}

/// A series over time that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SeriesAsk {
    /// The most buckets, up to 1,000. Their length is the finest of 1 s … 1 d with which the window fits into them.
    pub buckets: usize,
}

/// What is wanted of traffic (R12): totals, a series, and tables of failures, clients and paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TrafficAsk {
    /// The most rows of each table.
    pub rows: usize,
    /// The most buckets of the series, which are at least 10 s long.
    pub buckets: usize,
    /// Whether the clients are wanted.
    pub clients: bool,
}

/// A close-up that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CloseupAsk {
    /// A page: what came before and after it, how it loads, who bounced there.
    Page(String),
    /// An action: the channels and pages of the sessions that did it.
    Action(String),
    /// What has changed since the window before, and who the bots are.
    Changes,
}

/// Identifies a session by visitor and start, as long as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionRef {
    /// The visitor's number under the run's random key (R4).
    pub visitor: Visitor,
    /// The first event.
    pub start: Millis,
}
