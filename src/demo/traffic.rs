//! The event queue: whose turn is next, and who arrives.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::num::NonZeroU32;

use super::actor::{Actor, ActorContext, World};
use super::bots::{self, Watchdog};
use super::chance::{Dice, whole};
use super::clock_of_day::{busyness, busyness_of_workday};
use super::episodes::Episodes;
use super::incident::{Incident, Planned};
use super::line::LogWriter;
use super::mischief::{actors, flooder};
use super::people::Person;
use super::server::SimulatedServer;
use super::site::PageKind;
use super::sources;
use crate::time::{Millis, Span};

/// Share of bots among arrivals.
const BOT_SHARE: f64 = 0.14;
/// Additional arrivals while a post is viral, relative to the usual number.
const BUZZ_EXTRA: f64 = 0.6;
/// Where posts go viral.
const BUZZ_SOURCES: &[&str] = &["Hacker News", "Reddit", "X", "Mastodon"];

/// The traffic volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoRate {
    /// Sessions started per minute in the busiest hour of a workday, approximately.
    pub sessions_per_minute: NonZeroU32,
}

impl Default for DemoRate {
    /// 60 per minute: one each second in the busiest hour.
    fn default() -> DemoRate {
        DemoRate { sessions_per_minute: NonZeroU32::MIN.saturating_add(59) }
    }
}

/// Endless simulated traffic, determined by seed, start and rate.
///
/// It starts with an empty site; the number of visitors is stable after about half an hour of simulated time.
pub struct Traffic {
    world: World,
    dice: Dice,
    rate: DemoRate,
    queue: BinaryHeap<QueuedActor>,
    next_arrival: NextArrival,
    pen: LogWriter,
    /// Whether who comes with the incident has come.
    incident_began: bool,
}

/// An actor waiting for its turn.
struct QueuedActor {
    at: Millis,
    actor: Box<dyn Actor>,
}

/// The next arrival: fractional milliseconds since the start, so that several can arrive within one.
struct NextArrival {
    start: Millis,
    elapsed: f64,
}

impl Traffic {
    /// Traffic starting at `start`.
    #[must_use]
    pub fn new(seed: u64, start: Millis, rate: DemoRate) -> Traffic {
        let mut dice = Dice::new(seed);
        let world = World::new(seed, &mut dice);
        let watchdog = QueuedActor { at: start, actor: Box::new(Watchdog::new(&mut dice)) };
        let mut next_arrival = NextArrival { start, elapsed: 0.0 };
        next_arrival.advance(&world, rate, &mut dice);
        Traffic {
            world,
            dice,
            rate,
            queue: BinaryHeap::from([watchdog]),
            next_arrival,
            pen: LogWriter::default(),
            incident_began: false,
        }
    }

    /// The same traffic with response times, in [`super::TIMED_FORMAT`].
    #[must_use]
    pub fn timed(self, seed: u64) -> Traffic {
        Traffic { pen: LogWriter::timed(SimulatedServer::new(seed)), ..self }
    }

    /// The same traffic without episodes, and every day a workday: nothing goes wrong, no post goes viral, no weekend
    /// begins.
    #[must_use]
    pub fn steady(self) -> Traffic {
        let steady = self.planned(None);
        Traffic { world: World { every_day_alike: true, ..steady.world }, ..steady }
    }

    /// The same traffic without episodes, but with an incident from a time on.
    #[must_use]
    pub fn with_incident(self, incident: Incident, at: Millis) -> Traffic {
        self.planned(Some(Planned { incident, at }))
    }

    fn planned(self, planned: Option<Planned>) -> Traffic {
        let world = World { episodes: Episodes::none(), planned, ..self.world };
        Traffic { world, pen: self.pen.planned(planned), ..self }
    }

    /// When the next line is due.
    #[must_use]
    pub fn next_at(&self) -> Millis {
        let arrival = self.next_arrival.at();
        let next = self.queue.peek().map_or(arrival, |turn| turn.at.min(arrival));
        self.silent_until(next).unwrap_or(next)
    }

    /// Until when there is no line, at a time without any.
    fn silent_until(&self, at: Millis) -> Option<Millis> {
        self.world.planned.and_then(|planned| planned.silent_until(at))
    }

    /// Appends the next line with its newline to `out`, and returns its time. Times never decrease.
    pub fn next_line(&mut self, out: &mut Vec<u8>) -> Millis {
        loop {
            self.admit();
            if let Some(at) = self.act().filter(|at| self.silent_until(*at).is_none()) {
                out.extend_from_slice(self.pen.line());
                return at;
            }
        }
    }

    /// Queues all arrivals before the next turn.
    fn admit(&mut self) {
        while self.next_arrival.at() < self.queue.peek().map_or(Millis::MAX, |turn| turn.at) {
            let at = self.next_arrival.at();
            self.admit_planned(at);
            let actor = arrival(&mut ActorContext { world: &self.world, dice: &mut self.dice, at });
            self.queue.extend(actor.map(|actor| QueuedActor { at, actor }));
            self.next_arrival.advance(&self.world, self.rate, &mut self.dice);
        }
    }

    /// Queues who comes with the incident, once it has begun.
    fn admit_planned(&mut self, at: Millis) {
        let Some(planned) = self.world.planned.filter(|planned| !self.incident_began && at >= planned.at)
        else {
            return;
        };
        self.incident_began = true;
        let mut moment = ActorContext { world: &self.world, dice: &mut self.dice, at };
        let actors = actors(planned.incident, self.rate.sessions_per_minute.get(), &mut moment);
        self.queue.extend(actors.into_iter().map(|actor| QueuedActor { at, actor }));
    }

    /// Runs the next turn; returns the time of the line it wrote.
    fn act(&mut self) -> Option<Millis> {
        let mut turn = self.queue.peek_mut()?;
        let at = turn.at;
        let mut moment = ActorContext { world: &self.world, dice: &mut self.dice, at };
        match turn.actor.act(&mut moment, &mut self.pen) {
            Some(wait) => turn.at += wait,
            None => drop(PeekMut::pop(turn)),
        }
        Some(at)
    }
}

/// Creates a new arrival; `None` if it stays away.
fn arrival(moment: &mut ActorContext<'_>) -> Option<Box<dyn Actor>> {
    let flood = flood(moment.world, moment.at);
    if flood > 0.0 && moment.dice.chance(flood / (1.0 + flood)) {
        return Some(flooder(moment));
    }
    if let Some(mut buzz) = moment.world.episodes.buzz(moment.at)
        && moment.dice.chance(BUZZ_EXTRA / (1.0 + BUZZ_EXTRA))
    {
        let name = *buzz.pick(BUZZ_SOURCES);
        let source = sources::named(name);
        let article = moment.world.site.popular(PageKind::Article, &mut buzz);
        return Some(Box::new(Person::from_source(source, article, moment)));
    }
    if moment.dice.chance(BOT_SHARE) {
        return Some(bots::draw(moment));
    }
    Person::newcomer(moment).map(|person| Box::new(person) as Box<dyn Actor>)
}

fn flood(world: &World, at: Millis) -> f64 {
    world.planned.map_or(0.0, |planned| planned.flood(at))
}

impl NextArrival {
    fn at(&self) -> Millis {
        let (seconds, rest) = (whole(self.elapsed / 1000.0), whole(self.elapsed % 1000.0));
        self.start + Span(u64::from(seconds) * 1000 + u64::from(rest))
    }

    /// Draws the next arrival time (Poisson process).
    fn advance(&mut self, world: &World, rate: DemoRate, dice: &mut Dice) {
        let buzz = if world.episodes.buzz(self.at()).is_some() { BUZZ_EXTRA } else { 0.0 };
        let busy = if world.every_day_alike { busyness_of_workday } else { busyness };
        let extra = 1.0 + buzz + flood(world, self.at());
        let per_minute = f64::from(rate.sessions_per_minute.get()) * busy(self.at()) * extra;
        self.elapsed += dice.exponential(60_000.0 / per_minute);
    }
}

impl PartialEq for QueuedActor {
    fn eq(&self, other: &QueuedActor) -> bool {
        self.at == other.at
    }
}

impl Eq for QueuedActor {}

impl PartialOrd for QueuedActor {
    fn partial_cmp(&self, other: &QueuedActor) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for QueuedActor {
    /// Reversed, since `BinaryHeap` is a max-heap and the earliest turn comes first.
    fn cmp(&self, other: &QueuedActor) -> Ordering {
        other.at.cmp(&self.at)
    }
}
