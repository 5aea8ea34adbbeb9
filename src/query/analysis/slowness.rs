//! What slowness does: bounces and goals by how long the first page of a session took.

use serde::{Deserialize, Serialize};

use crate::query::definitions::Definitions;
use crate::query::figure::{Figure, figures};
use crate::query::matched::Matched;
use crate::query::matcher::GoalMatchers;
use crate::query::view::{SLOWNESS_BOUNDS, SlownessRow, SlownessView};
use crate::store::dictionaries::Dictionaries;
use crate::store::row::Row;
use crate::time::Span;

use super::Scanned;

/// What slowness does, ready for scanning.
#[derive(Debug, Clone)]
pub(in crate::query) struct SlownessAnalyzer {
    goals: GoalMatchers,
}

figures! {
    /// What was counted of what slowness does.
    #[derive(Debug, Clone, Default, Serialize, Deserialize)]
    pub(in crate::query) struct SlownessPartial {
        rows: [Entries; SLOWNESS_BOUNDS.len()],
        unmeasured: u64,
    }
}

figures! {
    /// Sessions whose first page took about so long.
    #[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
    struct Entries {
        sessions: u64,
        bounced: u64,
        reached: u64,
    }
}

impl SlownessAnalyzer {
    pub(super) fn new(definitions: &Definitions) -> SlownessAnalyzer {
        SlownessAnalyzer { goals: GoalMatchers::new(definitions) }
    }

    pub(super) fn refresh(&mut self, known: &Dictionaries) {
        self.goals.refresh(known);
    }

    pub(super) fn add(
        &self,
        partial: &mut SlownessPartial,
        sessions: &[Matched<impl Row>],
        scanned: Scanned,
    ) {
        for session in sessions.iter().filter(|session| session.stand.closed.in_window) {
            if !session.facts.has_pageview() {
                continue;
            }
            let Some(load) = session.row.entry_load() else {
                partial.unmeasured += 1;
                continue;
            };
            let reached = !self.goals.reached_by(&session.row, scanned.moment).is_empty();
            partial.rows[row_of(Span(load.into()))].merge(&Entries {
                sessions: 1,
                bounced: u64::from(session.facts.bounced),
                reached: u64::from(reached),
            });
        }
    }

    pub(super) fn view(&self, partial: &SlownessPartial) -> SlownessView {
        let row = |Entries { sessions, bounced, reached }| SlownessRow { sessions, bounced, reached };
        SlownessView {
            rows: partial.rows.map(row),
            unmeasured: partial.unmeasured,
            has_goals: !self.goals.is_empty(),
        }
    }
}

fn row_of(load: Span) -> usize {
    SLOWNESS_BOUNDS.partition_point(|bound| *bound < load).saturating_sub(1)
}
