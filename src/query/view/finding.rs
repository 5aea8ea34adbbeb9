//! Findings as part of a view. They are found in `findings`.

use crate::query::filter::{Filter, Term, TextField};
use crate::time::{Millis, Span};

use super::Rate;

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

/// Something that stands out: by a fixed threshold, or because it is statistically significant (R15).
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
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
        /// Their hits in the last hour.
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
    /// An entry page with a higher bounce rate than elsewhere.
    Bounces {
        /// The page.
        page: String,
        /// The settled rate of sessions that begin there.
        here: Rate,
        /// The settled rate of all others.
        elsewhere: Rate,
    },
    /// Far more or far fewer sessions than in the window before.
    Traffic {
        /// Sessions started, without the unfinished bucket.
        sessions: u64,
        /// The same number of buckets in the window before.
        before: u64,
    },
    /// A source whose share of the sessions grew or shrank.
    Source {
        /// The source.
        source: String,
        /// Sessions started.
        sessions: u64,
        /// Sessions started in the window before.
        before: u64,
        /// Its share of all sessions started, from 0 to 1.
        share: f64,
        /// Its share in the window before.
        share_before: f64,
    },
}

impl Finding {
    /// The kind of finding, in a word.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Finding::Silence { .. } => "silence",
            Finding::Outage { .. } => "outage",
            Finding::Failing { .. } => "failing",
            Finding::OnlyFails { .. } => "attack",
            Finding::Broken { .. } => "broken",
            Finding::Client { .. } => "client",
            Finding::Crawlers { .. } => "bots",
            Finding::Errors { .. } => "errors",
            Finding::Slower { .. } => "slower",
            Finding::Bounces { .. } => "bounces",
            Finding::Traffic { .. } => "traffic",
            Finding::Source { .. } => "source",
        }
    }

    /// The page or source that it is about; empty where it is about the site.
    #[must_use]
    pub fn subject(&self) -> &str {
        match self {
            Finding::Errors { page, .. } | Finding::Slower { page, .. } | Finding::Bounces { page, .. } => {
                page
            }
            Finding::Source { source, .. } => source,
            Finding::Failing { failure } | Finding::Broken { failure, .. } => &failure.path,
            Finding::OnlyFails { path, .. } => path,
            Finding::Client { network, .. } => network,
            Finding::Silence { .. }
            | Finding::Outage { .. }
            | Finding::Crawlers { .. }
            | Finding::Traffic { .. } => "",
        }
    }

    /// Whether the site is in trouble now: what somebody should be woken for.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        matches!(self, Finding::Silence { .. } | Finding::Outage { .. } | Finding::Failing { .. })
    }

    /// Since when; `None` where it is about a whole window.
    #[must_use]
    pub fn since(&self) -> Option<Millis> {
        match self {
            Finding::Silence { since, .. }
            | Finding::Outage { since, .. }
            | Finding::OnlyFails { since, .. } => Some(*since),
            Finding::Failing { failure } | Finding::Broken { failure, .. } => Some(failure.since),
            _ => None,
        }
    }

    /// The filter for what is behind it; empty where no session is.
    #[must_use]
    pub fn filter(&self) -> Filter {
        let of = |terms: &[Term]| terms.iter().cloned().fold(Filter::default(), |all, term| all.and(term));
        let failures = |path: &str, status: &str| {
            of(&[Term::exactly(TextField::Path, path), Term::exactly(TextField::Status, status)])
        };
        match self {
            Finding::Outage { .. } => of(&[Term::exactly(TextField::Status, "5xx")]),
            Finding::Failing { failure } | Finding::Broken { failure, .. } => {
                failures(&failure.path, &failure.status.to_string())
            }
            Finding::OnlyFails { path, status, .. } => failures(path, &status.to_string()),
            Finding::Client { network, .. } => of(&[Term::exactly(TextField::Address, network)]),
            Finding::Crawlers { .. } => of(&Term::bot("agent").into_iter().collect::<Vec<_>>()),
            Finding::Errors { page, .. } => of(&[Term::exactly(TextField::Path, page), Term::with_errors()]),
            Finding::Slower { page, .. } | Finding::Bounces { page, .. } => {
                of(&[Term::exactly(TextField::Page, page)])
            }
            Finding::Source { source, .. } => of(&[Term::exactly(TextField::Source, source)]),
            Finding::Silence { .. } | Finding::Traffic { .. } => Filter::default(),
        }
    }
}
