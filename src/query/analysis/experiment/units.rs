//! The units of an experiment: what each has seen and when it converted, whoever saw which part of it.

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::classify::visitor::{ByVisitor, Visitor};
use crate::query::figure::{Figure, figures};
use crate::query::spread::Spread;
use crate::time::Millis;

use super::variants::{VariantNames, VariantNumber};

/// A visitor or a session, as a number that is as good as random.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct UnitKey(u64);

impl UnitKey {
    pub(super) fn of_visitor(visitor: Visitor) -> UnitKey {
        UnitKey(visitor.0)
    }

    /// A session is known by its visitor and its start; mixed as `SplitMix64` does it.
    pub(super) fn of_session(visitor: Visitor, start: Millis) -> UnitKey {
        let mut mixed = visitor.0.wrapping_add(start.0.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15));
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        UnitKey(mixed ^ (mixed >> 31))
    }
}

/// A variant that was seen, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Exposure {
    pub(super) at: Millis,
    pub(super) variant: VariantNumber,
}

/// The two variants that a unit saw first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Exposures {
    pub(super) first: Option<Exposure>,
    /// Another variant than the first: the unit is mixed.
    pub(super) other: Option<Exposure>,
}

impl Exposures {
    pub(super) fn take_in(&mut self, new: Exposure, names: &VariantNames) {
        let is_earlier = |one: Exposure, than: Exposure| {
            (one.at, names.text(one.variant)) < (than.at, names.text(than.variant))
        };
        let place = match (&mut self.first, &mut self.other) {
            (first @ None, _) => first,
            (first @ Some(_), _) if first.is_some_and(|first| first.variant == new.variant) => first,
            (_, other) => other,
        };
        if place.is_none_or(|known| is_earlier(new, known)) {
            *place = Some(new);
        }
        if let (Some(first), Some(other)) = (self.first, self.other)
            && is_earlier(other, first)
        {
            std::mem::swap(&mut self.first, &mut self.other);
        }
    }
}

figures! {
    /// What guards are worked out from, of the sessions that showed a variant.
    #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
    pub(super) struct GuardSums {
        pub(super) sessions: u64,
        pub(super) errors: u64,
        /// Sessions with a pageview that have closed.
        pub(super) settled: u64,
        pub(super) bounced: u64,
        pub(super) loads: Spread,
    }
}

/// All that is known of a unit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct UnitFacts {
    pub(super) exposures: Exposures,
    /// When it converted, in order. What can no longer be the first conversion after an exposure is left out.
    conversions: Vec<Millis>,
    /// Its sessions that showed a variant.
    pub(super) exposed_sessions: u32,
    /// Only where the experiment has guards.
    pub(super) guards: Option<Box<GuardSums>>,
}

impl UnitFacts {
    /// Whether it tells nothing: neither a variant nor a conversion.
    pub(super) fn is_empty(&self) -> bool {
        self.exposures.first.is_none() && self.conversions.is_empty()
    }

    /// Takes in a conversion.
    pub(super) fn convert(&mut self, at: Millis) {
        if let Err(place) = self.conversions.binary_search(&at) {
            self.conversions.insert(place, at);
        }
    }

    /// When it converted first, at or after its exposure.
    pub(super) fn converted_at(&self) -> Option<Millis> {
        let exposed = self.exposures.first?.at;
        self.conversions.iter().copied().find(|&at| at >= exposed)
    }

    fn merge(&mut self, other: UnitFacts, names: &VariantNames) {
        let UnitFacts { exposures, conversions, exposed_sessions, guards } = other;
        [exposures.first, exposures.other]
            .into_iter()
            .flatten()
            .for_each(|one| self.exposures.take_in(one, names));
        for at in conversions {
            self.convert(at);
        }
        self.exposed_sessions += exposed_sessions;
        match (&mut self.guards, guards) {
            (Some(mine), Some(theirs)) => mine.merge(&theirs),
            (mine, theirs) => *mine = mine.take().or(theirs),
        }
        self.forget_later_conversions();
    }

    /// An exposure that is yet to be heard of can only be earlier than the first known one, and so can its conversion.
    fn forget_later_conversions(&mut self) {
        if let Some(first) = self.converted_at() {
            let kept = self.conversions.partition_point(|&at| at <= first);
            self.conversions.truncate(kept);
        }
    }

    fn with_variants(&self, number: impl Fn(VariantNumber) -> Option<VariantNumber>) -> UnitFacts {
        let renamed = |one: Exposure| Some(Exposure { variant: number(one.variant)?, ..one });
        let Exposures { first, other } = self.exposures;
        let exposures = Exposures { first: first.and_then(renamed), other: other.and_then(renamed) };
        UnitFacts { exposures, ..self.clone() }
    }
}

/// So many units are kept: with all that is known of them about 150 MB.
const MOST_UNITS: usize = 1_000_000;

/// The units that were seen. Of more than can be kept, those with the least keys are: a random sample that is the same
/// in whatever order they come.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Units {
    pub(super) names: VariantNames,
    facts: HashMap<UnitKey, UnitFacts, ByVisitor>,
    /// Keys from this one on are beyond what is kept.
    ceiling: Option<UnitKey>,
    /// Sessions that showed a variant to units beyond what is kept.
    beyond: u64,
}

impl Units {
    /// Takes in what is known of a unit, its variants named by [`Units::names`].
    pub(super) fn add(&mut self, key: UnitKey, facts: UnitFacts) {
        self.add_below(key, facts, MOST_UNITS);
    }

    fn add_below(&mut self, key: UnitKey, facts: UnitFacts, most: usize) {
        if self.ceiling.is_some_and(|ceiling| key >= ceiling) {
            self.beyond += u64::from(facts.exposed_sessions);
            return;
        }
        self.facts.entry(key).or_default().merge(facts, &self.names);
        // Now and then is enough: finding the least takes a look at all of them.
        if self.facts.len() > most + most / 4 {
            self.trim(most);
        }
    }

    pub(super) fn merge(&mut self, other: &Units) {
        self.merge_below(other, MOST_UNITS);
    }

    fn merge_below(&mut self, other: &Units, most: usize) {
        if self.facts.is_empty() && self.beyond == 0 && self.names.is_empty() {
            self.clone_from(other);
            return;
        }
        let numbers = self.names.take_in(&other.names);
        self.beyond += other.beyond;
        if let Some(ceiling) = other.ceiling {
            self.lower_ceiling(ceiling);
        }
        for (&key, facts) in &other.facts {
            self.add_below(key, facts.with_variants(|number| numbers.get(number.index()).copied()), most);
        }
    }

    fn lower_ceiling(&mut self, ceiling: UnitKey) {
        let ceiling = self.ceiling.map_or(ceiling, |known| known.min(ceiling));
        self.ceiling = Some(ceiling);
        let gone = self.facts.extract_if(|key, _| *key >= ceiling);
        self.beyond += gone.map(|(_, facts)| u64::from(facts.exposed_sessions)).sum::<u64>();
    }

    /// Lets go what is beyond the most units.
    fn trim(&mut self, most: usize) {
        let mut keys: Vec<_> = self.facts.keys().copied().collect();
        if keys.len() > most {
            let (_, &mut ceiling, _) = keys.select_nth_unstable(most);
            self.lower_ceiling(ceiling);
        }
    }

    /// The units that count.
    pub(super) fn kept(&self) -> impl Iterator<Item = &UnitFacts> {
        self.kept_of(MOST_UNITS)
    }

    fn kept_of(&self, most: usize) -> impl Iterator<Item = &UnitFacts> {
        let ceiling = self.ceiling_of(most);
        let is_kept = move |key: UnitKey| ceiling.is_none_or(|ceiling| key < ceiling);
        self.facts.iter().filter(move |(key, _)| is_kept(**key)).map(|(_, facts)| facts)
    }

    /// Sessions that showed a variant to units that do not count.
    pub(super) fn beyond(&self) -> u64 {
        self.beyond_of(MOST_UNITS)
    }

    fn beyond_of(&self, most: usize) -> u64 {
        let Some(ceiling) = self.ceiling_of(most) else { return self.beyond };
        let gone = self.facts.iter().filter(|(key, _)| **key >= ceiling);
        self.beyond + gone.map(|(_, facts)| u64::from(facts.exposed_sessions)).sum::<u64>()
    }

    fn ceiling_of(&self, most: usize) -> Option<UnitKey> {
        if self.facts.len() <= most {
            return None;
        }
        let mut keys: Vec<_> = self.facts.keys().copied().collect();
        Some(*keys.select_nth_unstable(most).1)
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let guards = self.facts.values().next().map_or(0, |one| one.guards.as_ref().map_or(0, |_| 1));
        let one = size_of::<(UnitKey, UnitFacts)>() + guards * size_of::<GuardSums>();
        self.facts.capacity() * one
    }
}

#[cfg(test)]
mod tests;
