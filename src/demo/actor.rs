//! The actor trait: actors take turns, and each turn writes one log line.

use super::agents::AgentPool;
use super::chance::Dice;
use super::clock_of_day::hour;
use super::episodes::Episodes;
use super::incident::Planned;
use super::line::LogWriter;
use super::places::DemoAddress;
use super::request::SimulatedRequest;
use super::site::Site;
use crate::time::{Millis, Span};

/// A simulated client.
pub(super) trait Actor: Send {
    /// Sends the next request and writes its line. Returns the time until the next turn; `None` if the actor is done.
    fn act(&mut self, moment: &mut ActorContext<'_>, pen: &mut LogWriter) -> Option<Span>;
}

/// Constant data of the simulation.
pub(super) struct World {
    pub(super) site: Site,
    pub(super) agents: AgentPool,
    pub(super) episodes: Episodes,
    pub(super) planned: Option<Planned>,
    /// Whether weekends are as busy as workdays.
    pub(super) every_day_alike: bool,
    /// Addresses shared by many people: offices, schools, carrier-grade NAT.
    pub(super) shared: Vec<DemoAddress>,
}

/// Number of shared addresses, and the share of people behind them.
const SHARED_ADDRESSES: usize = 40;
const SHARED_BY: f64 = 0.08;

impl World {
    pub(super) fn new(seed: u64, dice: &mut Dice) -> World {
        let shared = (0..SHARED_ADDRESSES).map(|_| DemoAddress::of_someone(12.0, dice)).collect();
        World {
            site: Site::build(),
            agents: AgentPool::build(),
            episodes: Episodes::new(seed),
            planned: None,
            every_day_alike: false,
            shared,
        }
    }
}

/// What an actor needs for its turn: the world, the time, and randomness.
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

    /// The request as it is answered now: something may be wrong with the site.
    pub(super) fn answered(&mut self, request: SimulatedRequest) -> SimulatedRequest {
        let target = &request.target;
        let planned = self.world.planned.and_then(|planned| planned.fault(target, self.at, self.dice));
        let is_checkout = target.starts_with("/checkout");
        let fault = planned.or_else(|| {
            let episodes = is_checkout.then_some(&self.world.episodes)?;
            episodes.checkout_fault(self.at, self.dice)
        });
        match fault {
            Some(status) => request.answered(status),
            None => request,
        }
    }

    /// Whether nobody comes from a source.
    pub(super) fn is_dead(&self, source: &str) -> bool {
        self.world.planned.is_some_and(|planned| planned.is_dead(source, self.at))
    }

    /// Draws an address, sometimes a shared one.
    pub(super) fn address(&mut self) -> DemoAddress {
        if self.dice.chance(SHARED_BY) {
            return *self.dice.pick(&self.world.shared);
        }
        DemoAddress::of_someone(self.hour(), self.dice)
    }
}
