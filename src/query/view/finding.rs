//! Findings as part of a view. They are found in `findings` and in `traffic::faults`.

mod behind;
mod sentence;

use crate::time::{Millis, Span};

use super::Rate;

/// Something that stands out, and why it is told (R15).
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What stands out.
    pub what: Anomaly,
    /// Why it is told.
    pub basis: Basis,
}

/// Why something is told.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Basis {
    /// It exceeds a fixed threshold.
    #[default]
    Threshold,
    /// It is statistically significant.
    Test(Significance),
}

/// The outcome of a significance test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Significance {
    /// The standard score.
    pub z: f64,
    /// The least standard score that is told, which grows with `tests`.
    pub threshold: f64,
    /// The number of rows, over all kinds and comparisons, that could have been told at this look.
    pub tests: usize,
    /// What it was compared with.
    pub against: Against,
    /// The start of the time that stands out.
    pub since: Millis,
}

/// What is compared with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// One part of the site with the rest of it, over the window.
    Rest,
    /// The last five minutes with the 55 before.
    Hour,
    /// The window with the one before.
    Window,
}

/// What fails at one path.
#[derive(Debug, Clone, PartialEq)]
pub struct PathFailure {
    /// The method.
    pub method: &'static str,
    /// The path.
    pub path: String,
    /// The status of the answers.
    pub status: u16,
    /// Number of hits.
    pub hits: u64,
    /// Clients that met it.
    pub people: u64,
    /// The first time.
    pub since: Millis,
}

/// What stands out.
#[derive(Debug, Clone, PartialEq)]
pub enum Anomaly {
    /// No line for longer than usual.
    Silence {
        /// The end of the 10 s in which the last line came.
        since: Millis,
        /// For how long none came.
        lasted: Span,
        /// From where on it counts as silence.
        bound: Span,
    },
    /// A share of server errors among pages and actions of people, over two minutes.
    Outage {
        /// Hits answered 5xx.
        failed: u64,
        /// All hits.
        of: u64,
        /// Clients that met one.
        people: u64,
        /// Since when there are server errors.
        since: Millis,
    },
    /// A request that the server has failed for several people in the last minutes, and for nobody before.
    Failing {
        /// What fails.
        failure: PathFailure,
        /// For how long before nobody met it: so much of the hour was read.
        calm: Span,
    },
    /// Clients that are refused again and again, and never get a page.
    OnlyFails {
        /// How many.
        clients: u64,
        /// How often they were refused.
        hits: u64,
        /// The method of what they tried most, …
        method: &'static str,
        /// … its path, …
        path: String,
        /// … and the status of the answers.
        status: u16,
        /// The first time.
        since: Millis,
    },
    /// A page of the site links to what is not there.
    Broken {
        /// What is not there.
        failure: PathFailure,
        /// The page that holds the link.
        from: String,
    },
    /// A network that sends a quarter of all hits, or more.
    Client {
        /// The network (R11).
        network: String,
        /// Its hits in the last minutes.
        hits: u64,
        /// All hits then.
        of: u64,
    },
    /// Crawlers that send more hits than people do.
    Crawlers {
        /// The one that sends most.
        name: String,
        /// Their hits in the last quarter of an hour.
        hits: u64,
        /// All hits then.
        of: u64,
    },
    /// A path that fails.
    Errors {
        /// The path.
        page: String,
        /// Errors in the window.
        errors: u64,
        /// Sessions that met one.
        sessions: u64,
        /// Errors in the window before; `None` where that is not known.
        before: Option<u64>,
    },
    /// A page that loads more slowly than before.
    Slower {
        /// The page.
        page: String,
        /// Its typical load time (the geometric mean).
        typical: Span,
        /// The same in the window before.
        before: Span,
        /// Views in the window.
        views: u64,
    },
    /// An entry page with a higher bounce rate than elsewhere, or than before.
    Bounces {
        /// The page.
        page: String,
        /// The settled rate of sessions that begin there.
        here: Rate,
        /// The settled rate of all others, or of before.
        elsewhere: Rate,
    },
    /// Sessions that fetch no asset, where most do: few browsers do that, most bots do.
    NoAssets {
        /// Sessions without an asset.
        sessions: u64,
        /// All sessions.
        of: u64,
        /// The share before, from 0 to 1: of visits of one page, as all of these figures are then. `None` where it is told
        /// for its size alone, of all sessions.
        before: Option<f64>,
    },
    /// Far more or far fewer sessions than before.
    Traffic {
        /// Sessions started; without the unfinished bucket where windows are compared.
        sessions: u64,
        /// As many as there would have been at the rate of before.
        before: u64,
    },
    /// A source whose share of the sessions grew or shrank.
    Source {
        /// The source.
        source: String,
        /// Sessions started.
        sessions: u64,
        /// Sessions started in the time before.
        before: u64,
        /// Its share of all sessions started, from 0 to 1.
        share: f64,
        /// Its share in the time before.
        share_before: f64,
    },
    /// A step of a funnel that fewer take than before.
    Step {
        /// The funnel.
        funnel: String,
        /// The number of the step, from 2.
        step: usize,
        /// Its name.
        name: String,
        /// The share that went on to it, from 0 to 1.
        rate: f64,
        /// The same in the window before.
        before: f64,
        /// Those that could have gone on to it.
        of: u64,
    },
}

impl From<Anomaly> for Finding {
    /// Told by a fixed threshold.
    fn from(what: Anomaly) -> Finding {
        Finding { what, basis: Basis::Threshold }
    }
}

impl Finding {
    /// All kinds, as [`Finding::kind`] gives them.
    pub const KINDS: [&str; 14] = [
        "silence", "outage", "failing", "attack", "broken", "client", "bots", "errors", "slower", "bounces",
        "assets", "traffic", "source", "funnel",
    ];

    /// The kind of finding, in a word.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.what {
            Anomaly::Silence { .. } => "silence",
            Anomaly::Outage { .. } => "outage",
            Anomaly::Failing { .. } => "failing",
            Anomaly::OnlyFails { .. } => "attack",
            Anomaly::Broken { .. } => "broken",
            Anomaly::Client { .. } => "client",
            Anomaly::Crawlers { .. } => "bots",
            Anomaly::Errors { .. } => "errors",
            Anomaly::Slower { .. } => "slower",
            Anomaly::Bounces { .. } => "bounces",
            Anomaly::NoAssets { .. } => "assets",
            Anomaly::Traffic { .. } => "traffic",
            Anomaly::Source { .. } => "source",
            Anomaly::Step { .. } => "funnel",
        }
    }

    /// The page, source, network or funnel that it is about; empty where it is about the site.
    #[must_use]
    pub fn subject(&self) -> &str {
        match &self.what {
            Anomaly::Errors { page, .. } | Anomaly::Slower { page, .. } | Anomaly::Bounces { page, .. } => {
                page
            }
            Anomaly::Source { source, .. } => source,
            Anomaly::Failing { failure, .. } | Anomaly::Broken { failure, .. } => &failure.path,
            Anomaly::OnlyFails { path, .. } => path,
            Anomaly::Client { network, .. } => network,
            Anomaly::Crawlers { name, .. } => name,
            Anomaly::Step { funnel, .. } => funnel,
            Anomaly::Silence { .. }
            | Anomaly::Outage { .. }
            | Anomaly::NoAssets { .. }
            | Anomaly::Traffic { .. } => "",
        }
    }

    /// Whether the site is in trouble now: what somebody should be woken for.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        matches!(self.what, Anomaly::Silence { .. } | Anomaly::Outage { .. } | Anomaly::Failing { .. })
    }

    /// The test by which it is significant; `None` where it exceeds a fixed threshold.
    #[must_use]
    pub fn test(&self) -> Option<Significance> {
        match self.basis {
            Basis::Threshold => None,
            Basis::Test(test) => Some(test),
        }
    }

    /// The time that stands out begins here; `None` where it has no start but that of the hour.
    #[must_use]
    pub fn since(&self) -> Option<Millis> {
        match &self.what {
            Anomaly::Silence { since, .. }
            | Anomaly::Outage { since, .. }
            | Anomaly::OnlyFails { since, .. } => Some(*since),
            Anomaly::Failing { failure, .. } | Anomaly::Broken { failure, .. } => Some(failure.since),
            _ => self.test().map(|test| test.since),
        }
    }

    /// Whether a source or the number of sessions went up; `None` of findings that have no direction.
    #[must_use]
    pub fn rises(&self) -> Option<bool> {
        match &self.what {
            Anomaly::Traffic { sessions, before } => Some(sessions > before),
            Anomaly::Source { share, share_before, .. } => Some(share > share_before),
            _ => None,
        }
    }
}
