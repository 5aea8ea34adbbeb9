//! What adds up of journeys through a funnel.

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::query::analysis::breakdown::BreakdownKey;
use crate::query::definitions::MOST_STEPS;
use crate::query::figure::{Figure, figures};
use crate::query::funnel::FunnelRules;
use crate::query::moment::Frame;
use crate::query::renumber::{Numbers, Renumber};
use crate::query::spread::Spread;
use crate::time::Millis;

use super::has_before;
use super::journey::{Fate, Instead, Journey, Way};

figures! {
    /// Settled journeys that began in a stretch of time.
    #[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
    pub(super) struct Settled {
        pub(super) journeys: u64,
        /// Those left out, settled or not, for what the funnel excludes.
        pub(super) excluded: u64,
        /// Those that took a step.
        pub(super) reached: [u64; MOST_STEPS],
        /// Those that took a step and no required one after it.
        pub(super) dropped: [u64; MOST_STEPS],
    }
}

figures! {
    /// Journeys of one row of a breakdown.
    #[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
    pub(super) struct Segment {
        pub(super) entered: u64,
        /// Those that took the last step.
        pub(super) converted: u64,
    }
}

figures! {
    /// Of journeys settled lately, what those that are open can hope for.
    #[derive(Debug, Clone, Default, Serialize, Deserialize)]
    pub(super) struct Lately {
        /// After how long those went on that took a step.
        pub(super) went_on: [Spread; MOST_STEPS],
        /// After how long those were settled that did not.
        pub(super) stayed: [Spread; MOST_STEPS],
    }
}

/// All that is counted of a funnel.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct FunnelCounts {
    pub(super) window: Settled,
    pub(super) before: Settled,
    /// Journeys under way that began in the window: the step where each stands, and since when.
    pub(super) open: Vec<(u8, Millis)>,
    pub(super) lately: Lately,
    /// For each step, the time to the required one after it.
    pub(super) to_next: [Spread; MOST_STEPS],
    pub(super) instead: HashMap<(u8, Instead), u64>,
    pub(super) breakdown: HashMap<BreakdownKey, Segment>,
}

impl FunnelCounts {
    /// Counts a journey in each stretch of time that it belongs to.
    pub(super) fn add(
        &mut self,
        journey: &Journey,
        rules: &FunnelRules,
        frame: &Frame,
        key: impl FnOnce() -> Option<BreakdownKey>,
    ) {
        if (frame.from..=frame.to).contains(&journey.start) {
            self.add_to_window(journey, rules, key);
        }
        if has_before(frame) && (frame.before..frame.from).contains(&journey.start) {
            self.add_before(journey);
        }
        self.learn(journey, rules, frame.lately);
    }

    /// Counts a journey that began in the window.
    pub(super) fn add_to_window(
        &mut self,
        journey: &Journey,
        rules: &FunnelRules,
        key: impl FnOnce() -> Option<BreakdownKey>,
    ) {
        match &journey.fate {
            Fate::Excluded => self.window.excluded += 1,
            Fate::Counted(way) if !journey.is_settled => self.open.push((number(way.last), way.since())),
            Fate::Counted(way) => {
                self.window.add(way);
                self.follow(way, rules);
                self.add_to_row(key(), way, rules);
            }
        }
    }

    /// Counts a journey that began in the window before.
    pub(super) fn add_before(&mut self, journey: &Journey) {
        match &journey.fate {
            Fate::Excluded => self.before.excluded += 1,
            Fate::Counted(way) if journey.is_settled => self.before.add(way),
            Fate::Counted(_) => {}
        }
    }

    /// Learns from a journey that was settled lately.
    pub(super) fn learn(&mut self, journey: &Journey, rules: &FunnelRules, lately: Millis) {
        if let Fate::Counted(way) = &journey.fate
            && journey.is_settled
            && journey.settles >= lately
        {
            self.lately.add(journey.settles, way, rules);
        }
    }

    /// How long a journey took from step to step, and where it went in the end.
    fn follow(&mut self, way: &Way, rules: &FunnelRules) {
        for step in 0..rules.steps() {
            if let Some(span) = rules.next_required(step).and_then(|next| way.time_to(step, next)) {
                self.to_next[step].add(span);
            }
        }
        if rules.next_required(way.last).is_some() {
            *self.instead.entry((number(way.last), way.instead)).or_default() += 1;
        }
    }

    fn add_to_row(&mut self, key: Option<BreakdownKey>, way: &Way, rules: &FunnelRules) {
        let Some(key) = key else { return };
        let converted = u64::from(rules.next_required(way.last).is_none());
        self.breakdown.entry(key).or_default().merge(&Segment { entered: 1, converted });
    }

    pub(super) fn merge(&mut self, other: &FunnelCounts) {
        self.window.merge(&other.window);
        self.before.merge(&other.before);
        self.open.extend(&other.open);
        self.lately.merge(&other.lately);
        self.to_next.merge(&other.to_next);
        other.instead.iter().for_each(|(key, count)| *self.instead.entry(*key).or_default() += count);
        for (key, segment) in &other.breakdown {
            self.breakdown.entry(key.clone()).or_default().merge(segment);
        }
    }

    pub(super) fn bytes(&self) -> usize {
        let spreads = self.lately.went_on.iter().chain(&self.lately.stayed).chain(&self.to_next);
        spreads.map(Spread::bytes).sum::<usize>()
            + self.open.capacity() * size_of::<(u8, Millis)>()
            + self.instead.capacity() * size_of::<((u8, Instead), u64)>()
            + self.breakdown.capacity() * size_of::<(BreakdownKey, Segment)>()
    }
}

/// A step's place among all: there are few.
fn number(step: usize) -> u8 {
    u8::try_from(step).unwrap_or(u8::MAX)
}

impl Settled {
    fn add(&mut self, way: &Way) {
        self.journeys += 1;
        for (count, reached) in self.reached.iter_mut().zip(&way.reached) {
            *count += u64::from(reached.is_some());
        }
        self.dropped[way.last] += 1;
    }
}

impl Lately {
    fn add(&mut self, settles: Millis, way: &Way, rules: &FunnelRules) {
        let required = rules.required.windows(2).map(|pair| (pair[0], pair[1]));
        for (step, next) in required {
            let Some(since) = way.reached[step] else { continue };
            match way.time_to(step, next) {
                Some(span) => self.went_on[step].add(span),
                None => self.stayed[step].add(settles.since(since)),
            }
        }
    }
}

impl Renumber for FunnelCounts {
    fn renumbered(self, numbers: &mut impl Numbers) -> FunnelCounts {
        let FunnelCounts { window, before, open, lately, to_next, instead, breakdown } = self;
        let mut renumbered =
            FunnelCounts { window, before, open, lately, to_next, ..FunnelCounts::default() };
        for ((step, instead), count) in instead {
            *renumbered.instead.entry((step, instead.renumbered(numbers))).or_default() += count;
        }
        for (key, segment) in breakdown {
            renumbered.breakdown.entry(key.renumbered(numbers)).or_default().merge(&segment);
        }
        renumbered
    }
}
