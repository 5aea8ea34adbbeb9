//! Partials: the answer to a question for some of the sessions. Partials merge, whoever made them.

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

/// The answer for some sessions: figures, which add up and can be taken away again, and what only the sessions
/// themselves can tell.
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
    /// When the earliest session seen in the window began; `None` where none was.
    pub(super) first: Option<Millis>,
    /// How long the longest took that closed in it.
    pub(super) longest: Span,
    pub(super) visitors: Distinct,
    pub(super) best: Best,
    /// How many sessions of the population that a list asks for there are.
    pub(super) listed: u64,
}

figures! {
    /// What adds up.
    #[derive(Debug, Clone, Default, Serialize, Deserialize)]
    pub(super) struct Figures {
        pub(super) sessions: u64,
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
        /// By the bucket of their closing; apart, because each runs nearly in order by itself.
        pub(super) closed_in: Buckets,
    }
}

figures! {
    /// How times are spread: a scan counts them in places of its own.
    #[derive(Debug, Clone, Default, Serialize, Deserialize)]
    pub(super) struct Spreads {
        /// Durations of closed sessions (R8).
        pub(super) durations: Spread,
        /// Of the sessions that closed lately and have not bounced: after how long they had their second event (R7).
        pub(super) second_after: Spread,
    }
}

impl Members {
    /// Takes in all of another answer's but the visitors.
    fn merge(&mut self, other: &Members) {
        self.first = self.first.into_iter().chain(other.first).min();
        self.longest = self.longest.max(other.longest);
        self.best.merge(&other.best);
        self.listed += other.listed;
    }
}

impl Partial {
    /// About how many bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let tables = self.tables.iter().map(TablePartial::bytes);
        let series = self.figures.started_in.bytes() + self.figures.closed_in.bytes();
        let spreads = self.spreads.durations.bytes() + self.spreads.second_after.bytes();
        let lists = self.members.visitors.bytes() + self.members.best.bytes() + self.closeup.bytes();
        let analyses = self.analyses.iter().map(AnalysisPartial::bytes).sum::<usize>();
        size_of::<Partial>() + tables.sum::<usize>() + series + spreads + lists + analyses
    }

    /// Takes in all of another answer to the same question but for tables, spreads and visitors, which a scan counts in
    /// places of its own.
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

    /// The answer for the rest of these sessions, which are all closed, once the figures of others among them are taken
    /// away; `others` brings the members of the rest. No question with a close-up or an analysis is answered so.
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
