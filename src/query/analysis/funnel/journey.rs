//! One way through a funnel: what a session or a visitor did in it, and whether that is settled.

use serde::{Deserialize, Serialize};

use crate::query::definitions::MOST_STEPS;
use crate::query::funnel::{Course, FunnelMatcher, Next, TrailEvent};
use crate::query::moment::Moment;
use crate::query::renumber::{Numbers, Renumber};
use crate::time::{Millis, Span};

/// What someone did who entered a funnel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Journey {
    /// When the first step was taken.
    pub(super) start: Millis,
    /// When it is settled: no step can be taken after it.
    pub(super) settles: Millis,
    pub(super) is_settled: bool,
    pub(super) fate: Fate,
}

/// How far a journey led.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fate {
    /// Nowhere: it was left out.
    Excluded,
    Counted(Way),
}

/// The steps of a journey.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    /// When each step was taken, and all required ones before it.
    pub(super) reached: [Option<Millis>; MOST_STEPS],
    /// The last required step, by its place among all.
    pub(super) last: usize,
    /// What came after the last event.
    pub(super) instead: Instead,
}

/// Where someone went who went no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Instead {
    Left,
    StillHere,
    On(Next),
}

impl Journey {
    /// The way that events lead, of a visit that ended then and is closed or not; `None` where nobody entered.
    pub(super) fn of(
        events: &[TrailEvent],
        matcher: &FunnelMatcher,
        (end, is_closed): (Millis, bool),
        moment: &Moment,
    ) -> Option<Journey> {
        let rules = matcher.rules();
        let journey = |start: Millis, fate: Fate| {
            let until = rules.ends(start);
            let settles = moment.closing(end).min(until);
            Journey { start, settles, is_settled: is_closed || moment.watermark > until, fate }
        };
        let chain = match matcher.course(events) {
            Course::Outside => return None,
            Course::Excluded(start) => return Some(journey(start, Fate::Excluded)),
            Course::Inside(chain) => chain,
        };
        let mut reached = [None; MOST_STEPS];
        let mut latest = (chain.start, 0);
        for (step, reached) in reached.iter_mut().enumerate() {
            let Some(at) = chain.taken(step) else { continue };
            // In any order a step may come before the one that it follows.
            latest = latest.max((events[at].time, at));
            *reached = Some(latest.0);
        }
        let last = rules.required[chain.last];
        let instead = match events[latest.1].next {
            Next::Nothing if is_closed => Instead::Left,
            Next::Nothing => Instead::StillHere,
            next => Instead::On(next),
        };
        Some(journey(chain.start, Fate::Counted(Way { reached, last, instead })))
    }
}

impl Way {
    /// How long after a step the required one that follows it was taken; `None` where it was not.
    pub(super) fn time_to(&self, step: usize, next: usize) -> Option<Span> {
        Some(self.reached[next]?.since(self.reached[step]?))
    }

    /// Since when someone stands at the last step.
    pub(super) fn since(&self) -> Millis {
        self.reached[self.last].unwrap_or(Millis::MIN)
    }
}

impl Renumber for Instead {
    fn renumbered(self, numbers: &mut impl Numbers) -> Instead {
        match self {
            Instead::Left | Instead::StillHere => self,
            Instead::On(next) => Instead::On(next.renumbered(numbers)),
        }
    }
}
