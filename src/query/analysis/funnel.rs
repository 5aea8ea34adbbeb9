//! Funnels: how many entered, how far they came, how long that took, and where the others went instead (R13).

mod counts;
mod journey;
mod now;
mod view;
mod visitors;

use serde::{Deserialize, Serialize};

use crate::query::definitions::{Definitions, Funnel, Unit};
use crate::query::funnel::{FunnelMatcher, Trail};
use crate::query::matched::Matched;
use crate::query::moment::Frame;
use crate::query::renumber::{Numbers, Renumber};
use crate::query::view::{FunnelView, SessionState};
use crate::store::dictionaries::Dictionaries;
use crate::store::row::Row;
use crate::time::Millis;

use super::Scanned;
use super::ask::{Breakdown, FunnelAsk};
use super::breakdown::BreakdownKey;
use counts::FunnelCounts;
use journey::Journey;
use visitors::Visitors;

/// A funnel, ready for scanning.
#[derive(Debug, Clone)]
pub(in crate::query) struct FunnelAnalyzer {
    funnel: Funnel,
    matcher: FunnelMatcher,
    breakdown: Option<Breakdown>,
}

/// What was counted of a funnel.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::query) struct FunnelPartial {
    counts: FunnelCounts,
    /// Where visitors are counted: who they are, for a visitor's sessions may lie in several partials.
    visitors: Visitors,
}

impl FunnelAnalyzer {
    pub(super) fn new(ask: &FunnelAsk, definitions: &Definitions) -> FunnelAnalyzer {
        let matcher = FunnelMatcher::new(&ask.funnel, definitions);
        FunnelAnalyzer { funnel: ask.funnel.clone(), matcher, breakdown: ask.breakdown }
    }

    pub(super) fn refresh(&mut self, known: &Dictionaries) {
        self.matcher.refresh(known);
    }

    pub(super) fn add(&self, partial: &mut FunnelPartial, sessions: &[Matched<impl Row>], scanned: Scanned) {
        let mut trail = Trail::default();
        for session in sessions.iter().filter(|session| matters(session.facts.end, scanned)) {
            self.matcher.read(&session.row, &mut trail);
            if trail.events().is_empty() {
                continue;
            }
            let end = session.facts.end;
            match self.funnel.unit {
                Unit::Visitor => {
                    let key = || self.key(&session.row, scanned.known);
                    partial.visitors.add(&session.row, trail.events(), key);
                }
                Unit::Session => {
                    let is_closed = session.stand.state == SessionState::Closed;
                    let journey =
                        Journey::of(trail.events(), &self.matcher, (end, is_closed), scanned.moment);
                    let Some(journey) = journey else { continue };
                    let rules = self.matcher.rules();
                    partial
                        .counts
                        .add(&journey, rules, scanned.frame, || self.key(&session.row, scanned.known));
                }
            }
        }
    }

    fn key(&self, row: &impl Row, known: &Dictionaries) -> Option<BreakdownKey> {
        self.breakdown.map(|by| BreakdownKey::of(by, row, known))
    }

    pub(super) fn view(&self, partial: &FunnelPartial, scanned: Scanned) -> FunnelView {
        match self.funnel.unit {
            Unit::Session => view::view(&self.funnel, &self.matcher, &partial.counts, scanned),
            Unit::Visitor => {
                let counts = partial.visitors.counts(&self.matcher, scanned);
                let view = view::view(&self.funnel, &self.matcher, &counts, scanned);
                FunnelView { one_of: partial.visitors.one_of(), ..view }
            }
        }
    }
}

/// Whether a session that ended then can count in any of a frame's stretches of time.
fn matters(end: Millis, scanned: Scanned) -> bool {
    let Frame { before, lately, .. } = *scanned.frame;
    end >= before.min(lately) - scanned.moment.rules.gap
}

/// Whether the window before this one is one that the frame knows.
fn has_before(frame: &Frame) -> bool {
    frame.before > Millis::MIN
}

impl FunnelPartial {
    pub(super) fn merge(&mut self, other: &FunnelPartial) {
        self.counts.merge(&other.counts);
        self.visitors.merge(&other.visitors);
    }

    pub(super) fn bytes(&self) -> usize {
        size_of::<FunnelPartial>() + self.counts.bytes() + self.visitors.bytes()
    }
}

impl Renumber for FunnelPartial {
    fn renumbered(self, numbers: &mut impl Numbers) -> FunnelPartial {
        let FunnelPartial { counts, visitors } = self;
        FunnelPartial { counts: counts.renumbered(numbers), visitors: visitors.renumbered(numbers) }
    }
}
