//! Answering questions about traffic (design.md R12).

use crate::query::moment::{Frame, Moment};
use crate::query::question::{Question, TrafficAsk, Window};
use crate::query::traffic::{TrafficMatcher, TrafficPartial, TrafficScan, traffic_view};
use crate::query::view::TrafficView;
use crate::time::{Millis, Span};
use crate::traffic::Traffic;

use super::Engine;

/// Past this, a report folds slots of which hits may still come: only peaks can become too low by that.
const WAITING: usize = 32 << 20;

/// What a report has folded of traffic so far.
pub(super) struct FoldedTraffic {
    matcher: TrafficMatcher,
    partial: TrafficPartial,
}

impl FoldedTraffic {
    /// Nothing yet, for a question that asks for traffic.
    pub(super) fn of(question: &Question) -> Option<FoldedTraffic> {
        question.traffic.map(|_| FoldedTraffic {
            matcher: TrafficMatcher::new(&question.filter),
            partial: TrafficPartial::new(Span::minutes(1)),
        })
    }
}

impl Engine {
    /// Traffic as of a moment, if the question asks for it.
    pub(super) fn traffic_of(&self, question: &Question, moment: &Moment) -> Option<Box<TrafficView>> {
        let ask = question.traffic?;
        let mut matcher = TrafficMatcher::new(&question.filter);
        let mut partial = TrafficPartial::new(bucket(ask, question.window));
        matcher.refresh(&self.traffic, &self.dictionaries);
        let scan = TrafficScan { traffic: &self.traffic, known: &self.dictionaries, matcher: &matcher };
        let frame = Frame::new(question.window, moment);
        if let Window::Last(length) = question.window {
            partial = partial.over(frame.from, length);
        }
        let totals_alone = TrafficAsk { rows: 0, buckets: 0, clients: false };
        for slot in self.traffic.slots(frame.from, frame.to) {
            if ask == totals_alone {
                scan.fold_totals(slot, &mut partial);
            } else {
                scan.fold(slot, &mut partial);
            }
        }
        Some(self.view_of(question, ask, &matcher, &partial))
    }

    /// Folds the slots into which no hit can fall any more, and frees them; those that reach so far back are kept, so that
    /// faults can be found in them at the end.
    pub(super) fn fold_traffic(&mut self, reach: Span, folded: &mut Option<FoldedTraffic>) {
        let newest = self.watermark.newest();
        let until = if self.traffic.bytes() > WAITING {
            newest
        } else {
            self.watermark.oldest_accepted().min(newest - reach)
        };
        self.fold_traffic_until(until, folded);
    }

    /// Folds the slots that end until then.
    pub(super) fn fold_traffic_until(&mut self, until: Millis, folded: &mut Option<FoldedTraffic>) {
        let slots = self.traffic.take_until(until);
        let Some(FoldedTraffic { matcher, partial }) = folded else { return };
        if slots.is_empty() {
            return;
        }
        matcher.refresh(&self.traffic, &self.dictionaries);
        let scan = TrafficScan { traffic: &self.traffic, known: &self.dictionaries, matcher };
        for (start, length, slot) in &slots {
            scan.fold((*start, *length, slot), partial);
        }
    }

    /// The view of what a report has folded.
    pub(super) fn folded_traffic(
        &self,
        question: &Question,
        folded: &FoldedTraffic,
    ) -> Option<Box<TrafficView>> {
        let ask = question.traffic?;
        Some(self.view_of(question, ask, &folded.matcher, &folded.partial))
    }

    fn view_of(
        &self,
        question: &Question,
        ask: TrafficAsk,
        matcher: &TrafficMatcher,
        partial: &TrafficPartial,
    ) -> Box<TrafficView> {
        let left_out = matcher.left_out();
        Box::new(traffic_view(partial, ask, question.small_groups, left_out, &self.dictionaries))
    }
}

/// The least length of the buckets in which hits are counted: slots of the last hour are finer than those before.
fn bucket(ask: TrafficAsk, window: Window) -> Span {
    match window {
        Window::Last(length) if length <= Traffic::FINE_FOR && ask.buckets > 0 => {
            Span(length.0 / ask.buckets as u64)
        }
        Window::Last(_) | Window::All => Span::minutes(1),
    }
}
