//! Answering questions as of an earlier instant, from what is kept now: for alerts, which look 10 s behind the clock and
//! compare with earlier days.

use crate::query::answer::CachedQuestion;
use crate::query::moment::{Chosen, Moment};
use crate::query::question::Question;
use crate::query::sessions::{Growing, Sessions};
use crate::query::traffic::FaultScan;
use crate::query::view::{Intake, View};
use crate::time::{Millis, Span};

use super::Engine;
use super::faults::told;

/// Answers of questions that are asked at one distance behind the clock after the other: of ten alerts, four of them
/// compared with a week of days.
#[derive(Debug, Default)]
pub(super) struct CachedEarlier(Vec<(Span, CachedQuestion)>);

const MOST: usize = 40;
/// Distances are told apart by this: looks come every 10 s, and answers share segments as long as they are as far behind.
const STEP: Span = Span::minutes(1);

impl CachedEarlier {
    fn take(&mut self, question: &Question, behind: Span) -> CachedQuestion {
        let is_it =
            |(known, cached): &(Span, CachedQuestion)| *known == behind && cached.question() == question;
        if let Some(at) = self.0.iter().position(is_it) {
            return self.0.remove(at).1;
        }
        if self.0.len() >= MOST {
            self.0.remove(0);
        }
        CachedQuestion::new(question.clone())
    }

    /// Frees all cached answers.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    /// Memory used, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.0.iter().map(|(_, cached)| cached.bytes()).sum()
    }
}

impl Engine {
    /// The answer as of an earlier instant; that of now if the instant is yet to come. It has no counts of what was read,
    /// and own hosts are those that were inferred last: neither is of that instant.
    pub fn answer_as_of(&mut self, question: &Question, at: Millis, wall: Millis) -> View {
        let now = self.moment(wall);
        if at >= now.now {
            return self.answer(question, wall);
        }
        let moment = Moment { now: at, watermark: now.watermark.min(at), ..now };
        let behind = Span(now.now.since(at).0 / STEP.0 * STEP.0);
        let mut cached = self.cached_earlier.take(question, behind);
        let mut view = cached.answer(self.sessions_until(at), moment, Intake::default(), &self.cores);
        self.cached_earlier.0.push((behind, cached));
        self.bound_cached();
        view.kept_from = self.kept_from();
        view.traffic = self.traffic_of(question, &moment);
        if question.looks_for_changes() {
            // Lines have come in since, or could have.
            let scan =
                FaultScan { traffic: &self.traffic, known: &self.dictionaries, now: at, is_live: true };
            view.faults = told(scan.find(), question);
        }
        view
    }

    /// The sessions that had begun by then.
    pub(super) fn sessions_until(&self, at: Millis) -> Sessions<'_> {
        let chosen = Chosen { until: self.chosen.until.min(at + Span(1)), ..self.chosen };
        let sessions = self.sessions();
        let growing = sessions.growing.map(|growing| Growing { chosen, ..growing });
        Sessions { growing, begun_by: at, ..sessions }
    }
}
