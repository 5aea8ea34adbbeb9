//! Memory per stored session, and query time over a million of them.
//!
//! `cargo bench --bench store` prints a table; `cargo bench --bench store -- 10000000` uses ten million sessions. For
//! uncached questions it prints the best of several runs; the time to sort a million numbers shows how fast the machine
//! is at the moment.
#[path = "../tests/support/setup.rs"]
mod setup;

use std::time::Duration;

use dwell::classify::address::KeptAddress;
use dwell::classify::agent::{AgentAdditions, Agents};
use dwell::classify::arrival_record::{ArrivalRecord, Whose};
use dwell::classify::batch::{Batch, BatchEvent, InputId, Numbering, What};
use dwell::classify::hits::HitMark;
use dwell::classify::kind::Kind;
use dwell::classify::method::Method;
use dwell::classify::place::Country;
use dwell::classify::strings::WorkerLocalId;
use dwell::classify::tags::Tags;
use dwell::classify::visitor::{User, Visitor};
use dwell::clock;
use dwell::engine::{Engine, Setup};
use dwell::query::filter::Filter;
use dwell::query::question::{
    Grouping, Measures, Order, Population, Question, SeriesAsk, SessionSort, SessionsAsk, TableAsk,
    TableSort, Window,
};
use dwell::time::{Millis, Span};

use setup::setup;

const EVENTS: u64 = 5;
/// Runs of an uncached question, of which the best counts: noise only ever adds time.
const ANEW: usize = 9;
/// Runs of a cached question, averaged.
const AGAIN: u32 = 50;
/// Rows of the Overview's session list.
const ROWS: usize = 200;
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
const WIDEST_FILTER: &str = "page:/page/1*";
/// Filters that match few sessions, nearly all, slightly less and slightly more than half, and none.
const FILTERS: [&str; 7] = [
    "source:Google",
    WIDEST_FILTER,
    "page:/page/12*,/page/13*",
    "-page:/page/12*,/page/13*",
    "bounced",
    "duration>60s pageviews>=5 -browser:Firefox",
    "pricing",
];
/// Time between session starts: a million of them fill a day.
const APART: Span = Span(86);

fn main() {
    let sessions = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(1_000_000);
    let before = resident();
    let mut engine = engine();
    let filled = timed(|| fill(&mut engine, sessions));
    println!("sessions with {EVENTS} events            {sessions:>12}");
    println!("filled in                            {:>12.1?}", filled.0);
    let view = engine.answer(&question("", ROWS), Millis(0));
    assert_eq!(view.totals.sessions, sessions, "every session is kept");
    println!("sorting a million numbers            {:>12.1?}", yardstick());
    println!("bytes a session, all in              {:>12.1}", view.intake.memory as f64 / sessions as f64);
    println!("resident memory, MiB                 {:>12.1}", (resident() - before) as f64 / 1024.0);
    for filter in FILTERS {
        let anew = best_of_new(&mut engine, |more| question(filter, ROWS + more));
        let first = engine.answer(&question(filter, ROWS), Millis(0));
        let again = timed(|| (0..AGAIN).map(|_| engine.answer(&question(filter, ROWS), Millis(0))).last());
        assert_eq!(Some(first.totals), again.1.map(|view| view.totals));
        println!("new filter      {filter:<45} {anew:>10.1?} · asked again {:>10.1?}", again.0 / AGAIN);
    }
    // A different window, for which no unfiltered answer is cached.
    let window = Window::Last(Span::hours(24 * 364));
    let alone = best_of_new(&mut engine, |more| Question { window, ..question(WIDEST_FILTER, ROWS + more) });
    println!("and window      {WIDEST_FILTER:<45} {alone:>10.1?}");
}

/// Best time of uncached questions: varying the number of rows makes each a new question.
fn best_of_new(engine: &mut Engine, question: impl Fn(usize) -> Question) -> Duration {
    let times = (1..=ANEW).map(|more| timed(|| engine.answer(&question(more), Millis(0))).0);
    times.min().unwrap_or_default()
}

/// A fixed workload unrelated to dwell, as a reference.
fn yardstick() -> Duration {
    let mut random = fastrand::Rng::with_seed(1);
    let numbers: Vec<u64> = (0..1_000_000).map(|_| random.u64(..)).collect();
    let sorted = || {
        let mut numbers = numbers.clone();
        timed(|| numbers.sort_unstable()).0
    };
    (0..ANEW).map(|_| sorted()).min().unwrap_or_default()
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = clock::monotonic();
    let result = work();
    (start.elapsed(), result)
}

/// Resident memory in KiB; 0 if unknown.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn engine() -> Engine {
    Engine::new(Setup { max_memory: 8 << 30, own_hosts: vec!["shop.example".to_owned()], ..setup() })
}

/// Adds interleaved events of many sessions, as on a busy site.
fn fill(engine: &mut Engine, sessions: u64) {
    let agents = Agents::new(&AgentAdditions::default());
    let mut first = strings(&agents);
    engine.apply(InputId(0), 0, &std::mem::take(&mut first));
    let mut batch = Batch::default();
    let mut random = fastrand::Rng::with_seed(1);
    // Events of a session are 40 s apart: `later` other sessions start in between.
    let later = 40_000 / APART.0;
    for turn in 0..sessions + later * EVENTS {
        for event in 0..EVENTS {
            if let Some(session) = turn.checked_sub(event * later).filter(|session| *session < sessions) {
                push(&mut batch, session, Millis(1_795_392_000_000) + Span(turn * APART.0), &mut random);
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

fn push(batch: &mut Batch, session: u64, time: Millis, random: &mut fastrand::Rng) {
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
        properties: None,
    });
}

fn strings(agents: &Agents) -> Batch {
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
    batch.new.hosts.push(b"");
    batch.new.host_sites.push(b"");
    batch
}

/// The Overview's question.
fn question(filter: &str, rows: usize) -> Question {
    let table = |grouping| TableAsk {
        grouping,
        sort: TableSort::Count,
        order: Order::Descending,
        rows: 50,
        measures: Measures::Counts,
    };
    Question {
        window: Window::Last(Span::hours(24 * 365)),
        tables: vec![table(Grouping::Source), table(Grouping::Page), table(Grouping::Channel)],
        sessions: Some(SessionsAsk {
            population: Population::Seen,
            sort: SessionSort::LastEvent,
            order: Order::Descending,
            rows,
        }),
        series: Some(SeriesAsk { buckets: 60 }),
        ..Question::about(Filter::parse(filter).unwrap_or_default())
    }
}
