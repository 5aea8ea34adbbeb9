//! Faults in an answer (design.md R15), whoever asks.

use crate::query::moment::Moment;
use crate::query::question::{Question, SmallGroups};
use crate::query::traffic::FaultScan;
use crate::query::view::{Anomaly, ClockState, Finding, InputState, Intake, View};
use crate::time::{Millis, Span};

use super::Engine;

/// Looks are this far apart (R15), as long as a slot of traffic: each reads all slots of the hour.
const EVERY: Span = Span::seconds(10);
/// Groups of fewer clients are not told under `strict` (R11).
const LEAST: u64 = 5;

/// The latest look.
#[derive(Debug, Default)]
pub(super) struct FaultLook {
    /// When it was, and whether lines could come in.
    at: Option<(Millis, bool)>,
    found: Vec<Finding>,
}

impl Engine {
    /// Adds the faults of the whole site, whatever the question is about. Among the findings they stand only where that
    /// is the whole site, too.
    pub(super) fn add_faults(&mut self, question: &Question, moment: &Moment, view: &mut View) {
        let is_live = is_live(moment, &view.intake);
        let look = (moment.now.floor_to(EVERY), is_live);
        if self.fault_look.at != Some(look) {
            let scan =
                FaultScan { traffic: &self.traffic, known: &self.dictionaries, now: moment.now, is_live };
            self.fault_look = FaultLook { at: Some(look), found: scan.find() };
        }
        view.faults = told(self.fault_look.found.clone(), question);
        if question.filter.is_empty() {
            view.findings.splice(0..0, view.faults.iter().cloned());
        }
    }
}

/// The faults that may be told to who asks (R11).
pub(super) fn told(mut found: Vec<Finding>, question: &Question) -> Vec<Finding> {
    found.retain(|finding| question.small_groups == SmallGroups::Shown || is_of_many(finding));
    found
}

/// Whether lines come in as they are written.
fn is_live(moment: &Moment, intake: &Intake) -> bool {
    let any = |state: InputState| intake.inputs.iter().any(|input| input.state == state);
    moment.clock == ClockState::Moves && any(InputState::Live) && !any(InputState::Loading)
}

fn is_of_many(finding: &Finding) -> bool {
    match &finding.what {
        Anomaly::Client { .. } => false,
        Anomaly::OnlyFails { clients, .. } => *clients >= LEAST,
        _ => true,
    }
}
