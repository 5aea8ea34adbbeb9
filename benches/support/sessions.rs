//! An engine full of stored sessions, and how long something takes: what benchmarks of questions share.

use std::time::Duration;

use dwell::classify::address::KeptAddress;
use dwell::classify::agent::{AgentAdditions, Agents};
use dwell::classify::arrival_record::{ArrivalRecord, Whose};
use dwell::classify::batch::{Batch, BatchEvent, InputId, Numbering, What};
use dwell::classify::hits::HitMark;
use dwell::classify::kind::Kind;
use dwell::classify::method::Method;
use dwell::classify::place::Country;
use dwell::classify::properties::{Properties, PropertyKey};
use dwell::classify::strings::WorkerLocalId;
use dwell::classify::tags::Tags;
use dwell::classify::visitor::{User, Visitor};
use dwell::clock;
use dwell::engine::{Engine, Setup};
use dwell::time::{Millis, Span};

use crate::setup::setup;

/// Events of a session.
pub(crate) const EVENTS: u64 = 5;
/// Runs of an uncached question, of which the best counts: noise only ever adds time.
pub(crate) const ANEW: usize = 9;
const PAGES: u32 = 2000;
const AGENTS: u32 = 300;
const SITES: [&str; 8] = [
    "",
    "https://www.google.com/",
    "https://www.bing.com/",
    "https://news.ycombinator.com/",
    "https://t.co/x",
    "https://chatgpt.com/",
    "https://partner.example/a",
    "https://www.reddit.com/r/x",
];
/// Time between session starts: a million of them fill a day.
const APART: Span = Span(86);

/// The key of the query that names variants.
pub(crate) const VARIANT: &str = "v";

/// How long something takes, and what comes of it.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = clock::monotonic();
    let result = work();
    (start.elapsed(), result)
}

/// A fixed workload unrelated to dwell, as a reference.
pub(crate) fn yardstick() -> Duration {
    let mut random = fastrand::Rng::with_seed(1);
    let numbers: Vec<u64> = (0..1_000_000).map(|_| random.u64(..)).collect();
    let sorted = || {
        let mut numbers = numbers.clone();
        timed(|| numbers.sort_unstable()).0
    };
    (0..ANEW).map(|_| sorted()).min().unwrap_or_default()
}

/// An engine that has seen nothing yet.
pub(crate) fn engine() -> Engine {
    Engine::new(Setup { max_memory: 8 << 30, own_hosts: vec!["shop.example".to_owned()], ..setup() })
}

/// Adds interleaved events of many sessions, as on a busy site; variants, if there are any, by turns.
pub(crate) fn fill(engine: &mut Engine, sessions: u64, variants: &[&str]) {
    let agents = Agents::new(&AgentAdditions::default());
    let mut first = strings(&agents, variants);
    engine.apply(InputId(0), 0, &std::mem::take(&mut first));
    let mut batch = Batch::default();
    let mut random = fastrand::Rng::with_seed(1);
    // Events of a session are 40 s apart: `later` other sessions start in between.
    let later = 40_000 / APART.0;
    for turn in 0..sessions + later * EVENTS {
        for event in 0..EVENTS {
            if let Some(session) = turn.checked_sub(event * later).filter(|session| *session < sessions) {
                let time = Millis(1_795_392_000_000) + Span(turn * APART.0);
                push(&mut batch, (session, variants.len()), time, &mut random);
            }
        }
        if batch.events.len() > 1000 {
            engine.apply(InputId(0), 0, &batch);
            batch.clear();
        }
    }
    engine.apply(InputId(0), 0, &batch);
    engine.finish();
}

fn push(batch: &mut Batch, (session, variants): (u64, usize), time: Millis, random: &mut fastrand::Rng) {
    let variant = session.checked_rem(variants as u64).and_then(|nth| u32::try_from(nth).ok());
    batch.hits.push(HitMark::with_event(time, Kind::Pageview, 200));
    let spread = session.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    batch.events.push(BatchEvent {
        time,
        visitor: Visitor(spread ^ spread >> 32),
        user: User::NONE,
        what: What::Pageview,
        page: WorkerLocalId(random.u32(..) % PAGES),
        named: None,
        agent: WorkerLocalId(u32::try_from(session % u64::from(AGENTS)).unwrap_or(0)),
        arrival: WorkerLocalId(u32::try_from(session % SITES.len() as u64).unwrap_or(0)),
        host: WorkerLocalId(0),
        address: KeptAddress::default(),
        country: Country::from_code("DE"),
        status: 200,
        load: None,
        method: Method::Get,
        properties: variant.map(WorkerLocalId),
    });
}

fn strings(agents: &Agents, variants: &[&str]) -> Batch {
    let mut batch = Batch { numbering: Numbering::StartsAnew, ..Batch::default() };
    for page in 0..PAGES {
        batch.new.pages.push(format!("/page/{page}").as_bytes());
    }
    for agent in 0..AGENTS {
        let text = format!("Mozilla/5.0 (X11; Linux x86_64; rv:{agent}.0) Gecko/20100101 Firefox/{agent}.0");
        batch.new.agents.push(text.as_bytes());
        batch.new.agent_facts.push(agents.facts(text.as_bytes()));
    }
    for site in SITES {
        let mut packed = Vec::new();
        ArrivalRecord::new(site, Whose::Unknown, Tags::default()).pack(&mut packed);
        batch.new.arrivals.push(&packed);
    }
    for variant in variants {
        let key = PropertyKey::Query(VARIANT.to_owned());
        let properties = Properties { value: None, named: vec![(key, (*variant).to_owned())] };
        batch.new.properties.push(&properties.to_bytes());
    }
    batch.new.hosts.push(b"");
    batch.new.host_sites.push(b"");
    batch
}
