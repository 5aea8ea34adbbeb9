//! What all who send requests have in common: they take turns, and a turn is one line.

use super::agents::AgentPool;
use super::chance::Dice;
use super::clock_of_day::hour;
use super::episodes::Episodes;
use super::line::LogWriter;
use super::places::DemoAddress;
use super::site::Site;
use crate::time::{Millis, Span};

/// Someone who sends requests.
pub(super) trait Actor: Send {
    /// Sends the next request and writes its line; gives the wait until the turn after it, or `None` where there is
    /// none and the actor can be forgotten.
    fn act(&mut self, moment: &mut ActorContext<'_>, pen: &mut LogWriter) -> Option<Span>;
}

/// What does not change while the simulation runs.
pub(super) struct World {
    pub(super) site: Site,
    pub(super) agents: AgentPool,
    pub(super) episodes: Episodes,
    /// Addresses that many people share: offices, schools, carriers that translate addresses.
    shared: Vec<DemoAddress>,
}

/// How many addresses are shared, and by what share of the people.
const SHARED_ADDRESSES: usize = 40;
const SHARED_BY: f64 = 0.08;

impl World {
    pub(super) fn new(seed: u64, dice: &mut Dice) -> World {
        let shared = (0..SHARED_ADDRESSES).map(|_| DemoAddress::of_someone(12.0, dice)).collect();
        World { site: Site::build(), agents: AgentPool::build(), episodes: Episodes::new(seed), shared }
    }
}

/// The world at one instant, with the dice to decide what happens.
pub(super) struct ActorContext<'a> {
    pub(super) world: &'a World,
    pub(super) dice: &'a mut Dice,
    pub(super) at: Millis,
}

impl ActorContext<'_> {
    /// The hour of the day (UTC).
    pub(super) fn hour(&self) -> f64 {
        hour(self.at)
    }

    /// Somebody's address, now and then one that others use too.
    pub(super) fn address(&mut self) -> DemoAddress {
        if self.dice.chance(SHARED_BY) {
            return *self.dice.pick(&self.world.shared);
        }
        DemoAddress::of_someone(self.hour(), self.dice)
    }
}
