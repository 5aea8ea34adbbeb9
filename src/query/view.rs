//! Views: the answers to questions, and all that a face ever sees of the sessions.
//!
//! Texts in a view are as the log has them: whoever writes them to a terminal makes them harmless first.

use crate::time::{Millis, Span};

use super::question::{BounceRule, Grouping, SessionRef};

pub use crate::store::visitors::Newness;

pub use super::closeup::{
    ActionCloseup, BotRow, ChangesCloseup, Conversion, FlowRow, FlowStep, LOAD_BOUNDS, Loads, PageCloseup,
    PageShare, Stays,
};
pub use super::finding::Finding;

/// The row of sessions whose country is not known.
pub const UNKNOWN_COUNTRY: &str = crate::classify::place::Country::UNKNOWN_NAME;

/// The answer to a [`super::question::Question`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct View {
    /// The instant that the answer holds for, on the log's clock.
    pub now: Millis,
    /// Whether `now` moves on.
    pub clock: ClockState,
    /// The first instant of the window.
    pub from: Millis,
    /// The last instant of the window.
    pub to: Millis,
    /// What counted as a bounce.
    pub bounce_rule: BounceRule,
    /// Counts over the matching sessions.
    pub totals: Totals,
    /// The two bounce rates (R7).
    pub bounce: BounceRates,
    /// How long the closed sessions of the window lasted (R8).
    pub durations: Durations,
    /// The series, where one was asked for.
    pub series: Option<Series>,
    /// The tables, in the order they were asked for.
    pub tables: Vec<Table>,
    /// The list of sessions, where one was asked for.
    pub sessions: Option<SessionList>,
    /// The close-up, where one was asked for.
    pub closeup: Option<Closeup>,
    /// What stands out, the most urgent first; what changed is looked for where [`Closeup::Changes`] was asked for.
    pub findings: Vec<Finding>,
    /// What was read so far, and what was not.
    pub intake: Intake,
}

/// Whether the log's clock moves on (R6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ClockState {
    /// It moves, with the wall clock or as a replay goes.
    #[default]
    Moves,
    /// It stands at the log's last line: the log ended long ago, or this is a report.
    StandsAtEnd,
}

/// Counts over the sessions that match the question's filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Sessions seen in the window: those with an event in it.
    pub sessions: u64,
    /// Sessions with an event at most `--active` before now, whatever the window.
    pub active: u64,
    /// The same, one `--active` span earlier, to compare with.
    pub active_before: u64,
    /// Sessions not closed yet, whatever the window.
    pub open: u64,
    /// Sessions that closed in the window.
    pub closed: u64,
    /// Of `sessions`, those with at least one pageview.
    pub with_pageview: u64,
    /// Pageviews of `sessions`.
    pub pageviews: u64,
    /// Actions of `sessions`.
    pub actions: u64,
    /// Distinct visitors of `sessions`.
    pub visitors: Count,
    /// Sessions seen in the window that were left out as bots, by reason.
    pub bots: BotCounts,
}

/// A count that is exact while it is small and estimated (standard error below 1 %) when it is large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// As counted.
    Exact(u64),
    /// As estimated by a sketch.
    About(u64),
}

impl Default for Count {
    fn default() -> Count {
        Count::Exact(0)
    }
}

impl Count {
    /// The number, however it was found.
    #[must_use]
    pub fn value(self) -> u64 {
        match self {
            Count::Exact(count) | Count::About(count) => count,
        }
    }
}

/// Sessions flagged as bots, by the reason (R3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BotCounts {
    /// The user agent says so.
    pub agent: u64,
    /// The user agent is empty or `-`.
    pub no_agent: u64,
    /// The visitor fetched robots.txt.
    pub robots_txt: u64,
    /// More than 60 pageviews within 60 s.
    pub rate: u64,
}

impl BotCounts {
    /// All of them.
    #[must_use]
    pub fn total(self) -> u64 {
        self.agent + self.no_agent + self.robots_txt + self.rate
    }
}

/// Bounced sessions out of those that could bounce.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rate {
    /// Bounced sessions; a fraction where open sessions count with a probability.
    pub bounced: f64,
    /// Sessions with a pageview.
    pub of: u64,
}

impl Rate {
    /// The rate from 0 to 1; `None` where nothing could bounce.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        (self.of > 0).then(|| self.bounced / self.of as f64)
    }
}

/// The bounce rates of a window (R7).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BounceRates {
    /// Of the sessions that closed in the window.
    pub settled: Rate,
    /// Of the sessions that closed in the window of the same length before it.
    pub settled_before: Rate,
    /// Of the sessions that started in the window, open ones counting with the probability that they stay so.
    pub now: Rate,
}

/// How long sessions lasted: those that closed in the window (R8).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Durations {
    /// Sessions with two or more events.
    pub measured: u64,
    /// Sessions with one event, which have no duration.
    pub unmeasured: u64,
    /// Sum over the measured ones.
    pub sum: Span,
    /// The longest.
    pub max: Span,
    /// Half of the measured ones last at most so long.
    pub p50: Span,
    /// Nine of ten last at most so long.
    pub p90: Span,
    /// 99 of 100 last at most so long.
    pub p99: Span,
    /// Measured sessions per row of [`HISTOGRAM_BOUNDS`].
    pub histogram: [u64; 7],
}

/// Lower bounds of the histogram's rows; each row runs up to, not including, the next bound (R8).
pub const HISTOGRAM_BOUNDS: [Span; 7] = [
    Span::ZERO,
    Span::seconds(10),
    Span::seconds(30),
    Span::minutes(1),
    Span::minutes(3),
    Span::minutes(10),
    Span::minutes(30),
];

impl Durations {
    /// The mean over the measured sessions; `None` where there are none.
    #[must_use]
    pub fn mean_seconds(&self) -> Option<f64> {
        (self.measured > 0).then(|| self.sum.as_seconds() / self.measured as f64)
    }

    /// The mean where each unmeasured session counts as zero; `None` where there are no sessions.
    #[must_use]
    pub fn mean_with_unmeasured_seconds(&self) -> Option<f64> {
        let all = self.measured + self.unmeasured;
        (all > 0).then(|| self.sum.as_seconds() / all as f64)
    }
}

/// Sessions over time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Series {
    /// How long a bucket is.
    pub bucket: Span,
    /// Where the first bucket begins: a multiple of `bucket`.
    pub from: Millis,
    /// A point per bucket; the last one is the bucket that `now` falls into, and not finished.
    pub points: Vec<Point>,
    /// Sessions started in the window before, bucket by bucket, as many as `points`; empty where not known.
    pub before: Vec<u64>,
}

/// One bucket of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Point {
    /// Sessions that started in it.
    pub started: u64,
    /// Sessions with a pageview that closed in it.
    pub closed: u64,
    /// Of those, the bounced ones.
    pub bounced: u64,
}

/// A ranking.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// What the rows are; `None` in an empty table only.
    pub grouping: Option<Grouping>,
    /// The best rows.
    pub rows: Vec<TableRow>,
    /// How many rows there are in all.
    pub total_rows: u64,
    /// The largest `count` of any row, for bars.
    pub largest: u64,
    /// The sum of `count` over all rows, for shares.
    pub sum: u64,
}

/// One row of a ranking.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TableRow {
    /// The group's name, as filters write it.
    pub key: String,
    /// For sources: the channel most of their sessions came by. Empty elsewhere.
    pub channel: String,
    /// Sessions of the group seen in the window; for pages: views.
    pub count: u64,
    /// Sessions of the group seen in the window.
    pub sessions: u64,
    /// Sessions of the group with a pageview that closed in the window.
    pub settled: u64,
    /// Of `settled`, the bounced ones; for pages: those that entered there.
    pub bounced: u64,
    /// Pageviews in the group's sessions; for pages: of the page.
    pub pageviews: u64,
    /// For pages: sessions that began there.
    pub entries: u64,
    /// For pages: sessions whose last page it was.
    pub exits: u64,
    /// Median duration of the group's measured sessions (for pages: time until the next event), where asked.
    pub p50: Option<Span>,
    /// For pages: how long the server took for a view, on average, where asked and where the log says it.
    pub load: Option<Span>,
}

impl TableRow {
    /// Settled bounce rate; for pages: of the sessions that entered there and closed in the window.
    #[must_use]
    pub fn bounce(&self) -> Rate {
        Rate { bounced: self.bounced as f64, of: self.settled }
    }
}

/// A list of single sessions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SessionList {
    /// The best rows.
    pub rows: Vec<SessionRow>,
    /// How many sessions there are in all.
    pub total: u64,
}

/// One session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Its name for later questions.
    pub session: SessionRef,
    /// The visitor's alias, such as `otter-4f2a` (R11).
    pub alias: String,
    /// The visitor's masked network, such as `192.0.2.0/24`.
    pub network: String,
    /// First event.
    pub start: Millis,
    /// Last event.
    pub end: Millis,
    /// Number of pageviews.
    pub pageviews: u32,
    /// Number of actions.
    pub actions: u32,
    /// Number of errors noted.
    pub errors: u32,
    /// How far it is.
    pub state: SessionState,
    /// Whether it counts as a bounce, as things stand.
    pub bounced: bool,
    /// First page, where there is one.
    pub entry: Option<String>,
    /// Last page, where there is one.
    pub exit: Option<String>,
    /// Channel (R10).
    pub channel: String,
    /// Source (R9).
    pub source: String,
    /// `utm_campaign`, or empty.
    pub campaign: String,
    /// Country, two letters, or empty.
    pub country: String,
    /// Browser family.
    pub browser: String,
    /// Operating system.
    pub system: String,
    /// Desktop, phone, …
    pub device: String,
    /// The host asked for, or empty.
    pub site: String,
    /// Whether its visitor has been here before, as far as dwell has read.
    pub newness: Newness,
    /// Why it is flagged as a bot, if it is (R3).
    pub bot: Option<String>,
}

/// How far a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SessionState {
    /// Last event at most `--active` ago.
    Active,
    /// Not closed yet, but no longer active.
    Open,
    /// Closed.
    Closed,
}

impl SessionRow {
    /// Last event less first; `None` for a session of one event, which has no duration (R8).
    #[must_use]
    pub fn duration(&self) -> Option<Span> {
        (self.pageviews + self.actions > 1).then(|| self.end.since(self.start))
    }
}

/// A session opened: all that happened in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// The session.
    pub row: SessionRow,
    /// The referrer it came from, without its query, or empty.
    pub referrer: String,
    /// What happened, in order.
    pub steps: Vec<Step>,
    /// Other sessions of the same visitor, or of the same user on other devices, that are still kept; latest first.
    pub others: Vec<SessionRow>,
}

/// One thing that happened in a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: Millis,
    /// What.
    pub kind: StepKind,
    /// On which page.
    pub page: String,
    /// The server's answer.
    pub status: u16,
    /// Until the next event; `None` for the last one, for which it cannot be known.
    pub stayed: Option<Span>,
    /// How long the server took, where the log says it.
    pub load: Option<Span>,
}

/// What a step is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepKind {
    /// A page was looked at.
    Pageview,
    /// An action, by its name.
    Action(String),
    /// The server refused or failed: noted, changes no figure (R5).
    Error,
    /// The server sent the visitor elsewhere: noted, changes no figure (R5).
    Redirect,
}

/// A close-up.
#[derive(Debug, Clone, PartialEq)]
pub enum Closeup {
    /// A page.
    Page(PageCloseup),
    /// An action.
    Action(ActionCloseup),
    /// What has changed.
    Changes(ChangesCloseup),
}

/// What was read, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Intake {
    /// Each input by itself.
    pub inputs: Vec<InputStatus>,
    /// Lines read, empty ones left out.
    pub lines: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Lines that became a hit.
    pub hits: u64,
    /// Lines that could not be read.
    pub malformed: u64,
    /// Malformed lines by reason, most frequent first.
    pub malformed_by_reason: Vec<(String, u64)>,
    /// The latest malformed lines, to look at.
    pub malformed_examples: Vec<MalformedExample>,
    /// Hits dropped because they came later than the lateness allows (R6).
    pub late: u64,
    /// Hits that are counted and tied to no visitor, because their senders want to be left alone (R11).
    pub consentless: u64,
    /// Lines dropped because they came faster than they could be taken.
    pub overflow: u64,
    /// Strings that became `(other)` because a dictionary was full.
    pub folded: u64,
    /// Sessions that are no longer kept because of `--max-memory`.
    pub let_go: u64,
    /// Open sessions that were closed before their time because of `--max-memory`: they may count twice.
    pub closed_early: u64,
    /// Hits by kind, in the order of R2: pageview, action, asset, api, error, redirect, other.
    pub kinds: [u64; 7],
    /// The site's own hosts.
    pub own_hosts: Vec<String>,
    /// Where `own_hosts` come from.
    pub own_hosts_from: OwnHostsFrom,
    /// How much memory the sessions and dictionaries take, in bytes.
    pub memory: u64,
}

/// Names of the kinds, in the order of [`Intake::kinds`].
pub const KIND_NAMES: [&str; 7] = ["pageview", "action", "asset", "api", "error", "redirect", "other"];

/// Where the site's own hosts come from (R9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OwnHostsFrom {
    /// Nothing is known yet.
    #[default]
    Unknown,
    /// `--site`, or the config.
    Given,
    /// The host field of the log.
    Log,
    /// Inferred: a referrer host whose paths this server serves.
    Inferred,
}

/// One input.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InputStatus {
    /// As the operator named it.
    pub name: String,
    /// The format found, or empty while looking.
    pub format: String,
    /// Lines read from it.
    pub lines: u64,
    /// Bytes read from it.
    pub bytes: u64,
    /// Bytes that were there when it was opened, where that is known: for the progress bar.
    pub bytes_at_start: Option<u64>,
    /// What it is doing.
    pub state: InputState,
    /// What is wrong with it, and what to do; empty where nothing is.
    pub trouble: String,
}

/// What an input is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum InputState {
    /// Reading what was there when it was opened.
    #[default]
    Loading,
    /// Following what comes in.
    Live,
    /// At its end; nothing more will come.
    Ended,
    /// Cannot be read.
    Failed,
}

/// A line that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MalformedExample {
    /// Which input.
    pub input: String,
    /// The line's number, from 1, where it is known.
    pub line: u64,
    /// The byte of the line where reading stopped, from 1.
    pub column: usize,
    /// What was expected there.
    pub reason: String,
    /// The line, shortened.
    pub text: String,
}
