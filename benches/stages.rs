//! Cost per line of each pipeline stage: `cargo bench --bench stages`.
//!
//! Runs the same simulated lines up to each stage in turn on one thread; the cost of a stage is the difference to the
//! one before. `cargo bench --bench stages -- --until classified 50000` runs once up to a stage and prints nothing, for
//! `benches/instructions.sh` to count.
#[path = "../tests/support/setup.rs"]
mod setup;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use dwell::classify::agent::{AgentAdditions, Agents};
use dwell::classify::batch::{Batch, InputId};
use dwell::classify::classifier::{Classifier, Shared};
use dwell::classify::period::Period;
use dwell::classify::visitor::VisitorKey;
use dwell::clock;
use dwell::demo::{DemoRate, Traffic, print};
use dwell::engine::Engine;
use dwell::format::Format;
use dwell::query::filter::Filter;
use dwell::query::question::{Grouping, Measures, Order, Question, SeriesAsk, TableAsk, TableSort};
use dwell::time::Millis;

use setup::setup;

/// The last stage to run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    /// Generate the lines: the baseline, not part of reading a log.
    Made,
    /// Split into lines.
    Cut,
    /// Parse fields.
    Read,
    /// Classify, and intern strings.
    Classified,
    /// Build sessions, and store the closed ones.
    Tracked,
    /// Answer one question over all sessions.
    Scanned,
}

const STAGES: [(Stage, &str); 6] = [
    (Stage::Made, "made"),
    (Stage::Cut, "cut"),
    (Stage::Read, "read"),
    (Stage::Classified, "classified"),
    (Stage::Tracked, "tracked"),
    (Stage::Scanned, "scanned"),
];
const LINES: u64 = 400_000;
const ROUNDS: usize = 5;
/// Block size, as in a run.
const BLOCK: usize = 256 << 10;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let lines = words.iter().find_map(|word| word.parse().ok()).unwrap_or(LINES);
    let until = words.iter().position(|word| word == "--until").and_then(|at| words.get(at + 1));
    let until = until.and_then(|name| STAGES.iter().find(|(_, stage)| stage == name));
    let log = made(lines);
    match until {
        Some((stage, _)) => go(&log, *stage),
        None => print_table(&log, lines),
    }
}

fn made(lines: u64) -> Vec<u8> {
    let mut log = Vec::new();
    let mut traffic = Traffic::new(1, Millis(1_793_577_600_000), DemoRate::default());
    // Writing to memory cannot fail.
    print(&mut traffic, lines, &mut log).unwrap_or_default();
    log
}

fn print_table(log: &[u8], lines: u64) {
    println!("{lines} lines of {} bytes, best of {ROUNDS} rounds, one thread", log.len() as u64 / lines);
    println!("{:<12} {:>14} {:>22}", "until", "ns a line", "this stage alone");
    let mut before = 0.0;
    for (stage, name) in &STAGES[1..] {
        let best = (0..ROUNDS).map(|_| timed(|| go(log, *stage))).min().unwrap_or_default();
        let nanos = best.as_nanos() as f64 / lines as f64;
        println!("{name:<12} {nanos:>14.1} {:>22.1}", nanos - before);
        before = nanos;
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = clock::monotonic();
    work();
    start.elapsed()
}

fn go(log: &[u8], until: Stage) {
    match until {
        Stage::Made => {}
        Stage::Cut => cut(log, |line| {
            black_box(line);
        }),
        Stage::Read => read(log),
        Stage::Classified => classify(log, |batch| {
            black_box(batch);
        }),
        Stage::Tracked => drop(black_box(track(log))),
        Stage::Scanned => {
            let mut engine = track(log);
            black_box(engine.answer(&everything(), Millis(0)));
        }
    }
}

fn cut(log: &[u8], mut to: impl FnMut(&[u8])) {
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', log) {
        to(&log[start..end]);
        start = end + 1;
    }
}

fn read(log: &[u8]) {
    let Some(mut format) = Format::named("combined") else { return };
    cut(log, |line| {
        let _ = black_box(format.read(line));
    });
}

fn classify(log: &[u8], mut to: impl FnMut(&Batch)) {
    let agents = Arc::new(Agents::new(&AgentAdditions::default()));
    let mut classifier = Classifier::new(Arc::new(Shared::new(VisitorKey::new(&[7; 16]), agents)));
    let Some(mut format) = Format::named("combined") else { return };
    let (mut batch, mut rest) = (Batch::default(), log);
    while !rest.is_empty() {
        let end = memchr::memrchr(b'\n', &rest[..rest.len().min(BLOCK)]).map_or(rest.len(), |at| at + 1);
        classifier.read(&rest[..end], &mut format, Period::ALL, &mut batch);
        to(&batch);
        batch.clear();
        rest = &rest[end..];
    }
}

fn track(log: &[u8]) -> Engine {
    let mut engine = Engine::new(setup());
    classify(log, |batch| engine.apply(InputId(0), 0, batch));
    engine.finish();
    engine
}

/// The Overview's question over all sessions.
fn everything() -> Question {
    let table = |grouping| TableAsk {
        grouping,
        sort: TableSort::Count,
        order: Order::Descending,
        rows: 50,
        measures: Measures::CountsAndTimes,
    };
    Question {
        tables: vec![table(Grouping::Source), table(Grouping::Page), table(Grouping::Channel)],
        series: Some(SeriesAsk { buckets: 60 }),
        ..Question::about(Filter::default())
    }
}
