//! Memory under a flood in which every line has a new visitor, page, agent and referrer.
//!
//! `cargo bench --bench flood` sends 5 million such lines with 200 real visitors among them into an engine limited to
//! 128 MiB, and prints memory use and what became of the visitors.

#![expect(clippy::expect_used, reason = "a benchmark that cannot begin has nothing to print")]
#[path = "../tests/support/setup.rs"]
mod setup;

use std::io::Write as _;
use std::sync::Arc;

use dwell::classify::agent::{AgentAdditions, Agents};
use dwell::classify::batch::{Batch, InputId};
use dwell::classify::classifier::{Classifier, Shared};
use dwell::classify::period::Period;
use dwell::classify::visitor::VisitorKey;
use dwell::engine::{Engine, Setup};
use dwell::format::Format;
use dwell::query::filter::Filter;
use dwell::query::question::{Grouping, Measures, Order, Question, TableAsk, TableSort, Window};
use dwell::time::{Millis, Span};

use setup::setup;

const MAX_MEMORY: usize = 128 << 20;
const PER_SECOND: u64 = 5000;
const HONEST: u64 = 200;
const START: Millis = Millis(1_795_392_000_000);

fn main() {
    let lines = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(5_000_000);
    let (mut engine, mut classifier) = (engine(), classifier());
    let mut format = Format::named("combined").expect("a known format");
    let (mut batch, mut block) = (Batch::default(), Vec::new());
    let mut highest = 0;
    for second in 0..lines / PER_SECOND {
        write_second(second, &mut block);
        classifier.read(&block, &mut format, Period::ALL, &mut batch);
        engine.apply(InputId(0), 0, &batch);
        batch.clear();
        block.clear();
        if second.is_multiple_of(10) {
            let view = engine.answer(&question(""), Millis(0));
            highest = highest.max(view.intake.memory);
        }
    }
    let view = engine.answer(&question(""), Millis(0));
    let honest = engine.answer(&question("page:/honest/*"), Millis(0));
    println!("lines                                {:>12}", view.intake.lines);
    println!("may take, MiB                        {:>12.1}", mib(MAX_MEMORY as u64));
    println!("says it takes at most, MiB           {:>12.1}", mib(highest.max(view.intake.memory)));
    println!("resident at most, MiB                {:>12.1}", mib(peak_resident()));
    println!("strings folded into (other)          {:>12}", view.intake.folded);
    println!("open sessions closed early           {:>12}", view.intake.closed_early);
    println!("sessions no longer kept              {:>12}", view.intake.evicted);
    println!("honest visitors, sent and counted    {:>12} {}", HONEST, honest.totals.open);
    println!(
        "their pageviews, sent and counted    {:>12} {}",
        honest_pageviews(lines),
        honest.totals.pageviews
    );
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1_048_576.0
}

/// Each real visitor views a page every 30 s.
fn honest_pageviews(lines: u64) -> u64 {
    (0..lines / PER_SECOND)
        .map(|second| (0..HONEST).filter(|one| (second + one).is_multiple_of(30)).count() as u64)
        .sum()
}

fn write_second(second: u64, block: &mut Vec<u8>) {
    let time = (START + Span::seconds(second)).utc().format("%d/%b/%Y:%H:%M:%S +0000").to_string();
    let mut line = |text: std::fmt::Arguments| block.write_fmt(text).expect("memory");
    for one in 0..PER_SECOND {
        let n = second * PER_SECOND + one;
        let (a, b, c) = (n >> 16 & 255, n >> 8 & 255, n & 255);
        line(format_args!(
            "10.{a}.{b}.{c} - - [{time}] \"GET /made/up/{n:x} HTTP/1.1\" 200 1 \"https://r{n:x}.example/{n}\" \
             \"Mozilla/5.0 (Windows NT 10.0; rv:{n}) Firefox/{n}\"\n"
        ));
    }
    for one in (0..HONEST).filter(|one| (second + one).is_multiple_of(30)) {
        line(format_args!(
            "192.0.2.{one} - - [{time}] \"GET /honest/{} HTTP/1.1\" 200 1 \"-\" \"Mozilla/5.0 Firefox/130.0\"\n",
            second % 7
        ));
    }
}

fn classifier() -> Classifier {
    let agents = Arc::new(Agents::new(&AgentAdditions::default()));
    Classifier::new(Arc::new(Shared::new(VisitorKey::new(&[1; 16]), agents)))
}

fn engine() -> Engine {
    Engine::new(Setup { keep: Some(Span::hours(24)), max_memory: MAX_MEMORY, ..setup() })
}

fn question(filter: &str) -> Question {
    let table = |grouping| TableAsk {
        grouping,
        sort: TableSort::Count,
        order: Order::Descending,
        rows: 20,
        measures: Measures::Counts,
    };
    Question {
        window: Window::Last(Span::hours(24)),
        tables: vec![table(Grouping::Source), table(Grouping::Page)],
        ..Question::about(Filter::parse(filter).expect("a filter"))
    }
}

/// Peak resident memory in bytes; 0 if unknown.
fn peak_resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse::<u64>().ok()).unwrap_or(0) * 1024
}
