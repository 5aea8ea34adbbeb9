//! Findings as part of a view. They are found in `findings`.

use crate::time::Span;

use super::Rate;

/// Something that stands out and is statistically significant.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
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
            Finding::Traffic { .. } => "",
        }
    }
}
