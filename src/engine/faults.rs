//! Faults in an answer (design.md R15), whoever asks.

use crate::query::moment::Moment;
use crate::query::question::{Question, SmallGroups};
use crate::query::traffic::FaultScan;
use crate::query::view::{ClockState, Finding, InputState, Intake, View};
use crate::time::{Millis, Span};

use super::Engine;

/// Without new lines, looks are this far apart: as long as a slot of traffic. With them, a tenth of it: a look reads all
/// slots of the hour.
const EVERY: Span = Span::seconds(10);
const WITH_LINES: Span = Span::seconds(1);
/// Groups of fewer clients are not told under `strict` (R11).
const LEAST: u64 = 5;

/// The latest look.
#[derive(Debug, Default)]
pub(super) struct FaultLook {
    at: Option<Look>,
    found: Vec<Finding>,
}

/// What a look depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    now: Millis,
    is_live: bool,
    hits: u64,
}

impl Look {
    /// Whether another look would see the same, or comes too soon.
    fn stands_for(self, other: Look) -> bool {
        let apart = if self.hits == other.hits { EVERY } else { WITH_LINES };
        self.is_live == other.is_live && self.now.floor_to(apart) == other.now.floor_to(apart)
    }
}

impl Engine {
    /// Puts the faults of the whole site before what a view has found; there are none for a question with a filter, which
    /// is about a part of it.
    pub(super) fn add_faults(&mut self, question: &Question, moment: &Moment, view: &mut View) {
        if !question.filter.is_empty() {
            return;
        }
        let is_live = is_live(moment, &view.intake);
        let look = Look { now: moment.now, is_live, hits: view.intake.hits };
        if !self.fault_look.at.is_some_and(|last| last.stands_for(look)) {
            let scan =
                FaultScan { traffic: &self.traffic, known: &self.dictionaries, now: moment.now, is_live };
            self.fault_look = FaultLook { at: Some(look), found: scan.find() };
        }
        let may_be_told =
            |finding: &&Finding| question.small_groups == SmallGroups::Shown || is_of_many(finding);
        let faults = self.fault_look.found.iter().filter(may_be_told).cloned();
        view.findings.splice(0..0, faults);
    }
}

/// Whether lines come in as they are written.
fn is_live(moment: &Moment, intake: &Intake) -> bool {
    let any = |state: InputState| intake.inputs.iter().any(|input| input.state == state);
    moment.clock == ClockState::Moves && any(InputState::Live) && !any(InputState::Loading)
}

fn is_of_many(finding: &Finding) -> bool {
    match finding {
        Finding::Client { .. } => false,
        Finding::OnlyFails { clients, .. } => *clients >= LEAST,
        _ => true,
    }
}
