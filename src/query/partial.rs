//! Partials: the answer to a question for some of the sessions. Partials merge, even those of other processes.

use serde::{Deserialize, Serialize};

use crate::time::{Millis, Span};

use super::analysis::AnalysisPartial;
use super::buckets::Buckets;
use super::closeup::CloseupPartial;
use super::counts::{Bounces, DurationCounts, Started, TablePartial};
use super::distinct::Distinct;
use super::figure::{Figure, figures};
use super::rank::Best;
use super::renumber::{Numbers, Renumber};
use super::spread::Spread;
use super::view::BotCounts;

/// The answer for some sessions: figures, which can be merged and subtracted, and members, which cannot be
/// subtracted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Partial {
    pub(super) members: Members,
    pub(super) figures: Figures,
    pub(super) spreads: Spreads,
    pub(super) tables: Vec<TablePartial>,
    pub(super) closeup: CloseupPartial,
    pub(super) analyses: Vec<AnalysisPartial>,
}

/// Figures that cannot be subtracted (the longest, distinct visitors, the best rows): they are recomputed from the
/// matching sessions.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Members {
    /// The start of the earliest session seen in the window.
    pub(super) first: Option<Millis>,
    /// The longest duration of a session that closed in it.
    pub(super) longest: Span,
    pub(super) visitors: Distinct,
    pub(super) best: Best,
    /// Number of sessions in the population of the list asked for.
    pub(super) listed: u64,
}

figures! {
    /// Counts that can be merged and subtracted.
    #[derive(Debug, Clone, Default, Serialize, Deserialize)]
    pub(super) struct Figures {
        pub(super) sessions: u64,
        /// Sessions that started in the window.
        pub(super) new: u64,
        pub(super) active: u64,
        pub(super) active_before: u64,
        pub(super) open: u64,
        pub(super) closed: u64,
        pub(super) with_pageview: u64,
        pub(super) pageviews: u64,
        pub(super) actions: u64,
        pub(super) bots: BotCounts,
        pub(super) settled: Bounces,
        pub(super) settled_before: Bounces,
        pub(super) started: Started,
        pub(super) durations: DurationCounts,
        pub(super) started_in: Buckets,
        /// By the bucket of their closing. Separate from the starts because each of the two comes nearly in order.
        pub(super) closed_in: Buckets,
    }
}

figures! {
    /// Distributions of times. A scan has its own counters for them.
    #[derive(Debug, Clone, Default, Serialize, Deserialize)]
    pub(super) struct Spreads {
        /// Durations of closed sessions (R8).
        pub(super) durations: Spread,
        /// Times to the second event, of sessions that closed lately and did not bounce (R7).
        pub(super) second_after: Spread,
    }
}

impl Members {
    /// Merges everything except the visitors.
    fn merge(&mut self, other: &Members) {
        self.first = self.first.into_iter().chain(other.first).min();
        self.longest = self.longest.max(other.longest);
        self.best.merge(&other.best);
        self.listed += other.listed;
    }
}

impl Partial {
    /// Estimated memory, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let tables = self.tables.iter().map(TablePartial::bytes);
        let series = self.figures.started_in.bytes() + self.figures.closed_in.bytes();
        let spreads = self.spreads.durations.bytes() + self.spreads.second_after.bytes();
        let lists = self.members.visitors.bytes() + self.members.best.bytes() + self.closeup.bytes();
        let analyses = self.analyses.iter().map(AnalysisPartial::bytes).sum::<usize>();
        size_of::<Partial>() + tables.sum::<usize>() + series + spreads + lists + analyses
    }

    /// Merges another answer to the same question, except tables, spreads and visitors: a scan has its own counters
    /// for those.
    pub(super) fn merge_figures(&mut self, other: &Partial) {
        self.members.merge(&other.members);
        self.figures.merge(&other.figures);
        self.closeup.merge(&other.closeup);
        if self.analyses.is_empty() {
            self.analyses.clone_from(&other.analyses);
        } else {
            self.analyses.iter_mut().zip(&other.analyses).for_each(|(mine, theirs)| mine.merge(theirs));
        }
    }

    /// Subtracts the figures of `others`, which are some of these sessions; all must be closed. The members of the
    /// rest come with `others`. Not for questions with a close-up or an analysis.
    pub(super) fn without(&self, others: Partial) -> Partial {
        let Partial { members, figures, spreads, tables, closeup: _, analyses: _ } = others;
        let mut rest = Partial { members, ..self.clone() };
        rest.figures.take_away(&figures);
        rest.spreads.take_away(&spreads);
        rest.tables.iter_mut().zip(&tables).for_each(|(mine, theirs)| mine.take_away(theirs));
        rest
    }
}

impl Renumber for Partial {
    fn renumbered(self, numbers: &mut impl Numbers) -> Partial {
        let Partial { members, figures, spreads, tables, closeup, analyses } = self;
        let Members { first, longest, visitors, best, listed } = members;
        let members = Members { first, longest, visitors, best: best.renumbered(numbers), listed };
        let tables = tables.into_iter().map(|table| table.renumbered(numbers)).collect();
        let analyses = analyses.into_iter().map(|analysis| analysis.renumbered(numbers)).collect();
        Partial { members, figures, spreads, tables, closeup: closeup.renumbered(numbers), analyses }
    }
}
