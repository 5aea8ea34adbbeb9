//! A flood of fake visitors: `--max-memory` holds, evictions are counted, and real sessions stay intact.

#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]
#[path = "support/setup.rs"]
mod setup;

use std::fmt::Write as _;
use std::sync::Arc;

use dwell::classify::agent::{AgentAdditions, Agents};
use dwell::classify::batch::{Batch, InputId};
use dwell::classify::classifier::{Classifier, Shared};
use dwell::classify::period::Period;
use dwell::classify::visitor::VisitorKey;
use dwell::engine::{Engine, Setup};
use dwell::format::Format;
use dwell::query::filter::Filter;
use dwell::query::question::Question;
use dwell::query::view::View;
use dwell::time::{Millis, Span};

use setup::setup;

const MAX_MEMORY: usize = 8 << 20;
const SECONDS: u64 = 100;
const FLOOD: u64 = 600;
const HONEST: u64 = 20;

fn engine(keep: Option<Span>) -> Engine {
    Engine::new(Setup { keep, max_memory: MAX_MEMORY, ..setup() }).with_segments_of(1024)
}

fn stamp(second: u64) -> String {
    let start = Millis(1_795_392_000_000) + Span::seconds(second);
    start.utc().format("%d/%b/%Y:%H:%M:%S +0000").to_string()
}

fn second(second: u64) -> String {
    let stamp = stamp(second);
    let mut block = String::new();
    for n in second * FLOOD..(second + 1) * FLOOD {
        let address = format!("10.{}.{}.{}", n >> 16 & 255, n >> 8 & 255, n & 255);
        let rest =
            format!("\"GET /made/up/{n} HTTP/1.1\" 200 1 \"https://r{n}.example/{n}\" \"Firefox/{n}\"");
        writeln!(block, "{address} - - [{stamp}] {rest}").expect("memory");
    }
    for one in (0..HONEST).filter(|one| (second + one).is_multiple_of(10)) {
        let rest = "\"GET /honest HTTP/1.1\" 200 1 \"-\" \"Mozilla/5.0 Firefox/130.0\"";
        writeln!(block, "192.0.2.{one} - - [{stamp}] {rest}").expect("memory");
    }
    block
}

/// A second of traffic in which only addresses are new.
fn visitors(second: u64) -> String {
    let mut block = String::new();
    for n in second * FLOOD..(second + 1) * FLOOD {
        let address = format!("10.{}.{}.{}", n >> 16 & 255, n >> 8 & 255, n & 255);
        let rest = "\"GET / HTTP/1.1\" 200 1 \"-\" \"Mozilla/5.0 Firefox/130.0\"";
        writeln!(block, "{address} - - [{}] {rest}", stamp(second)).expect("memory");
    }
    block
}

fn flooded(mut engine: Engine) -> Engine {
    read(&mut engine, (0..SECONDS).map(second));
    engine
}

fn read(engine: &mut Engine, blocks: impl Iterator<Item = String>) {
    let agents = Arc::new(Agents::new(&AgentAdditions::default()));
    let shared = Shared::new(VisitorKey::new(&[1; 16]), agents);
    let mut classifier = Classifier::new(Arc::new(shared));
    let mut format = Format::named("combined").expect("a known format");
    for block in blocks {
        let mut batch = Batch::default();
        classifier.read(block.as_bytes(), &mut format, Period::ALL, &mut batch);
        engine.apply(InputId(0), 0, &batch);
    }
}

fn ask(engine: &mut Engine, filter: &str) -> View {
    let question = Question::about(Filter::parse(filter).expect("a filter"));
    engine.answer(&question, Millis(0))
}

#[test]
fn the_monitor_stays_within_its_memory_and_says_what_it_let_go() {
    let mut engine = flooded(engine(Some(Span::hours(24))));
    let all = ask(&mut engine, "");
    assert!(all.intake.memory <= MAX_MEMORY as u64, "{} bytes", all.intake.memory);
    assert!(
        all.intake.folded > 0 && all.intake.evicted > 0 && all.intake.closed_early > 0,
        "{:?}",
        all.intake
    );
    assert_eq!(all.intake.hits, SECONDS * FLOOD + SECONDS * HONEST / 10);
}

#[test]
fn honest_visitors_in_a_flood_stay_whole() {
    let mut engine = flooded(engine(Some(Span::hours(24))));
    // Their page was interned before the dictionary was full, so it can be asked for.
    let honest = ask(&mut engine, "page:/honest");
    assert_eq!((honest.totals.open, honest.totals.pageviews), (HONEST, SECONDS * HONEST / 10));
}

#[test]
fn r6_sessions_that_were_sealed_early_close_in_their_time() {
    let mut engine = engine(Some(Span::hours(24)));
    read(&mut engine, (0..SECONDS).map(visitors));
    let kept = ask(&mut engine, "").totals.sessions;
    // After 20 minutes none is active and none has closed; after 45 all have closed.
    for (at, open) in [(20 * 60, kept), (45 * 60, 0)] {
        read(&mut engine, [visitors(at)].into_iter());
        let view = ask(&mut engine, "");
        assert!(view.intake.closed_early > 0 && view.intake.evicted == 0, "{:?}", view.intake);
        assert!((open..=open + 2 * FLOOD).contains(&view.totals.open), "{} at {at} s", view.totals.open);
    }
}

#[test]
fn a_report_counts_every_session_whatever_memory_it_may_take() {
    let mut engine = flooded(engine(None));
    engine.finish();
    let all = ask(&mut engine, "");
    let kept = all.totals.sessions + all.intake.evicted;
    assert_eq!(kept, SECONDS * FLOOD + HONEST);
}
