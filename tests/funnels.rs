//! Funnels over a log (R13): worked-out sums, and the conversion now over a simulated day whose true one is known.
//!
//! Run with `cargo test --test funnels -- --nocapture` to see its figures.

#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]
#[path = "support/setup.rs"]
mod setup;

use std::fmt::Write as _;
use std::sync::Arc;

use dwell::classify::batch::{Batch, InputId};
use dwell::classify::classifier::{Classifier, Shared};
use dwell::classify::period::Period;
use dwell::classify::visitor::VisitorKey;
use dwell::engine::{Engine, Setup};
use dwell::format::Format;
use dwell::query::analysis::ask::{Analysis, FunnelAsk};
use dwell::query::definitions::{Definitions, Funnel, FunnelEntry, FunnelStep, StepOrder, Unit};
use dwell::query::event_filter::EventFilter;
use dwell::query::filter::Filter;
use dwell::query::question::{Question, Window};
use dwell::query::view::{AnalysisView, FlowStep, FunnelView};
use dwell::time::{Millis, Span};

use setup::setup;

/// 2026-11-23, midnight.
const DAY: Millis = Millis(1_795_392_000_000);

fn funnel(unit: Unit) -> Funnel {
    let step = |page: &str| FunnelStep {
        name: page.to_owned(),
        event: EventFilter::parse(&format!("page:/{page}")).expect("an event"),
        optional: false,
        within: None,
    };
    Funnel {
        name: "checkout".to_owned(),
        order: StepOrder::Sequential,
        within: Some(Span::minutes(20)),
        unit,
        entry: FunnelEntry::Closed,
        exclude: Some(EventFilter::parse("page:/admin").expect("an event")),
        steps: ["cart", "pay", "order"].map(step).to_vec(),
    }
}

struct Rig {
    engine: Engine,
    classifier: Classifier,
    format: Format,
}

impl Rig {
    fn new() -> Rig {
        let setup = Setup { own_hosts: vec!["shop.example".to_owned()], ..setup() };
        let shared = Shared::new(VisitorKey::new(&[1; 16]), Arc::clone(&setup.agents));
        let classifier = Classifier::new(Arc::new(shared));
        let format = Format::named("combined").expect("a known format");
        Rig { engine: Engine::new(setup), classifier, format }
    }

    fn read(&mut self, lines: &str) {
        let mut batch = Batch::default();
        self.classifier.read(lines.as_bytes(), &mut self.format, Period::ALL, &mut batch);
        self.engine.apply(InputId(0), 0, &batch);
    }

    fn ask(&mut self, unit: Unit, window: Window, now: Millis) -> FunnelView {
        let ask = FunnelAsk { funnel: funnel(unit), breakdown: None };
        let question =
            Question { window, analyses: vec![Analysis::Funnel(ask)], ..Question::about(Filter::default()) };
        match self.engine.answer(&question, now).analyses.pop() {
            Some(AnalysisView::Funnel(view)) => view,
            other => unreachable!("{other:?}"),
        }
    }

    fn sessions(&mut self, filter: &str, now: Millis) -> u64 {
        let definitions = Definitions { funnels: vec![funnel(Unit::Session)], ..Definitions::default() };
        let filter = Filter::parse(filter).expect("a filter");
        let question = Question { definitions: Arc::new(definitions), ..Question::about(filter) };
        self.engine.answer(&question, now).totals.sessions
    }
}

fn line(visitor: usize, time: Millis, page: &str) -> String {
    let stamp = time.utc().format("%d/%b/%Y:%H:%M:%S +0000");
    let (a, b, c) = (visitor >> 16 & 255, visitor >> 8 & 255, visitor & 255);
    format!("10.{a}.{b}.{c} - - [{stamp}] \"GET /{page} HTTP/1.1\" 200 1 \"-\" \"Firefox/130.0\"\n")
}

/// Visits, each the pages of one visitor with the minutes at which they were viewed.
fn visits(visits: &[(usize, &[(u64, &str)])]) -> String {
    let pages = visits.iter().flat_map(|(visitor, pages)| pages.iter().map(move |page| (page, *visitor)));
    let mut pages: Vec<_> = pages.collect();
    pages.sort();
    let lines =
        pages.into_iter().map(|((minute, page), visitor)| (DAY + Span::minutes(*minute), visitor, page));
    lines.map(|(time, visitor, page)| line(visitor, time, page)).collect()
}

/// Seven visitors. The first three order: the second too late, the third in two sessions. The fourth pays, and then looks
/// for help. The fifth leaves the cart. The sixth would pay, but for what is excluded. The seventh never has a cart.
const VISITS: [(usize, &[(u64, &str)]); 7] = [
    (1, &[(0, "cart"), (2, "pay"), (5, "order")]),
    (2, &[(0, "cart"), (4, "pay"), (21, "order")]),
    (3, &[(0, "cart"), (6, "pay"), (200, "order")]),
    (4, &[(0, "cart"), (8, "pay"), (9, "help")]),
    (5, &[(0, "cart"), (0, "cart")]),
    (6, &[(0, "cart"), (1, "admin"), (2, "pay")]),
    (7, &[(0, "pay"), (1, "order")]),
];

#[test]
fn r13_a_funnel_says_how_far_sessions_came_and_where_the_others_went() {
    let mut rig = Rig::new();
    rig.read(&visits(&VISITS));
    rig.engine.finish();
    let now = DAY + Span::minutes(200);
    let found = rig.ask(Unit::Session, Window::All, now);
    // Visitor 3's second session is none of its own: it has no cart.
    assert_eq!((found.settled, found.open, found.excluded, found.converted), (5, 0, 1, 1));
    let reached: Vec<_> = found.steps.iter().map(|step| (step.reached, step.dropped)).collect();
    assert_eq!(reached, [(5, 1), (4, 3), (1, 0)]);
    assert_eq!(found.steps[1].of_first, Some(0.8));
    assert_eq!(found.steps[2].of_previous, Some(0.25));
    assert_eq!(found.conversion(), Some(0.2));
    assert_eq!(found.conversion_now(), Some(0.2), "nothing is under way");
    // From the cart to pay it took 2, 4, 6 and 8 minutes.
    assert_eq!(found.steps[0].to_next_p50, Some(Span::minutes(4)));
    assert_eq!(found.steps[0].to_next_p90, Some(Span::minutes(8)));
    assert_eq!(found.steps[2].to_next_p50, None);
    let instead = |step: usize| -> Vec<_> {
        found.steps[step].instead.iter().map(|row| (row.step.clone(), row.sessions)).collect()
    };
    assert_eq!(instead(0), [(FlowStep::Left, 1)]);
    let page = |page: &str| FlowStep::Page(page.to_owned());
    let mut after_paying = instead(1);
    after_paying.sort();
    let mut wanted = [(FlowStep::Left, 1), (page("/help"), 1), (page("/order"), 1)];
    wanted.sort();
    assert_eq!(after_paying, wanted);
}

#[test]
fn r13_filters_ask_who_reached_a_step_and_who_dropped_there() {
    let mut rig = Rig::new();
    rig.read(&visits(&VISITS));
    rig.engine.finish();
    let now = DAY + Span::minutes(200);
    for (filter, sessions) in [
        ("reached:checkout", 5),
        ("reached:checkout/1", 5),
        ("reached:checkout/2", 4),
        ("reached:CHECK*/3", 1),
        ("reached:checkout/1 -reached:checkout/2", 1),
        ("dropped:checkout/1", 1),
        ("dropped:checkout/2", 3),
        ("dropped:checkout", 4),
        ("dropped:checkout/3", 0),
        ("reached:checkout/0", 0),
        ("reached:nothing/1", 0),
        ("-reached:checkout", 3),
    ] {
        assert_eq!(rig.sessions(filter, now), sessions, "{filter}");
    }
}

#[test]
fn r13_a_visitors_sessions_are_one_way_through_the_funnel() {
    let mut rig = Rig::new();
    let two_sessions: &[(u64, &str)] = &[(0, "cart"), (2, "help")];
    rig.read(&visits(&[(1, two_sessions), (2, &[(0, "cart")])]));
    let later: &[(u64, &str)] = &[(35, "cart"), (40, "pay")];
    let much_later: &[(u64, &str)] = &[(45, "order")];
    rig.read(&visits(&[(1, later), (1, much_later)]));
    rig.engine.finish();
    let now = DAY + Span::minutes(45);
    let found = rig.ask(Unit::Visitor, Window::All, now);
    assert_eq!((found.settled, found.converted), (2, 1));
    assert_eq!(rig.ask(Unit::Session, Window::All, now).settled, 3);
}

#[test]
fn r13_those_under_way_count_with_the_chance_that_is_left_to_them() {
    let mut rig = Rig::new();
    // Of four that are settled, two went on to pay, after 2 and after 10 minutes, and one of them ordered.
    rig.read(&visits(&[
        (1, &[(0, "cart"), (2, "pay"), (3, "order")]),
        (2, &[(0, "cart"), (10, "pay")]),
        (3, &[(0, "cart")]),
        (4, &[(0, "cart")]),
        (5, &[(95, "cart")]),
        (6, &[(100, "help")]),
    ]));
    let now = DAY + Span::minutes(100);
    let found = rig.ask(Unit::Session, Window::All, now);
    assert_eq!((found.settled, found.open, found.converted), (4, 1, 1));
    // The fifth has had a cart for 5 minutes: one went on later than that, two were settled later without (after the
    // funnel's 20 minutes); then one of two orders.
    let chance = 1.0 / 3.0 * 0.5;
    assert!((found.converting_now - (1.0 + chance)).abs() < 1e-9, "{found:?}");
}

const MINUTE: Span = Span::minutes(1);
const WINDOW: Span = Span::minutes(30);
const PER_MINUTE: u64 = 20;
/// The true rates of going on from cart to pay and from pay to order; the second one halves for an hour.
const TO_PAY: f64 = 0.6;
const TO_ORDER: f64 = 0.5;
const BAD_HOUR: std::ops::Range<u64> = 12 * 60..13 * 60;

/// A visitor of the simulation, who comes once.
struct Visit {
    start: Millis,
    converts: bool,
}

/// Lines of a whole day in order, and who the visitors were.
fn simulate(random: &mut fastrand::Rng) -> (Vec<(Millis, String)>, Vec<Visit>) {
    let (mut lines, mut visits) = (Vec::new(), Vec::new());
    for minute in 0..24 * 60 {
        let to_order = if BAD_HOUR.contains(&minute) { TO_ORDER / 2.0 } else { TO_ORDER };
        for _ in 0..PER_MINUTE {
            let start = DAY + Span(minute * 60_000 + random.u64(0..60) * 1000);
            let pays = random.f64() < TO_PAY;
            let converts = pays && random.f64() < to_order;
            let count = 1 + usize::from(pays) + usize::from(converts);
            let mut time = start;
            for page in ["cart", "pay", "order"].iter().take(count) {
                lines.push((time, line(visits.len(), time, page)));
                time += Span::seconds(random.u64(5..240));
            }
            visits.push(Visit { start, converts });
        }
    }
    lines.sort();
    (lines, visits)
}

/// What was shown at the end of a minute, and what was true.
struct Reading {
    minute: u64,
    now: f64,
    settled: f64,
    truth: f64,
}

fn readings(lines: &[(Millis, String)], visits: &[Visit]) -> Vec<Reading> {
    let mut rig = Rig::new();
    let mut rest = lines;
    let mut readings = Vec::new();
    for minute in 0..24 * 60 {
        let end = DAY + Span((minute + 1) * MINUTE.0);
        let (due, later) = rest.split_at(rest.partition_point(|(time, _)| *time < end));
        rest = later;
        let mut block = String::new();
        for (_, line) in due {
            block.write_str(line).expect("memory");
        }
        rig.read(&block);
        if minute >= 120 && minute % 2 == 0 {
            let view = rig.ask(Unit::Session, Window::Last(WINDOW), end);
            readings.push(Reading {
                minute,
                now: view.conversion_now().expect("sessions"),
                settled: view.conversion().unwrap_or_default(),
                truth: true_rate(visits, end - WINDOW, end),
            });
        }
    }
    readings
}

/// How those will have ended that entered in the window.
fn true_rate(visits: &[Visit], from: Millis, to: Millis) -> f64 {
    let entered = || visits.iter().filter(|visit| visit.start >= from && visit.start <= to);
    entered().filter(|visit| visit.converts).count() as f64 / entered().count() as f64
}

/// The first minute since the bad hour began in which a rate is nearer to the halved one than to the usual one.
fn seen_at(readings: &[Reading], rate: impl Fn(&Reading) -> f64) -> u64 {
    let middle = TO_PAY * TO_ORDER * 0.75;
    let seen = |reading: &&Reading| reading.minute >= BAD_HOUR.start && rate(reading) < middle;
    readings.iter().find(seen).map_or(u64::MAX, |reading| reading.minute)
}

#[test]
fn r13_the_conversion_now_is_unbiased_and_sees_a_change_before_the_settled_one() {
    const DAYS: u64 = 2;
    let (mut bias, mut leads) = (0.0, Vec::new());
    for seed in 0..DAYS {
        let (lines, visits) = simulate(&mut fastrand::Rng::with_seed(seed));
        let readings = readings(&lines, &visits);
        let errors = readings.iter().map(|reading| reading.now - reading.truth);
        let of_day = errors.sum::<f64>() / readings.len() as f64;
        let now = seen_at(&readings, |reading| reading.now);
        let settled = seen_at(&readings, |reading| reading.settled);
        println!(
            "day {seed}: bias {:+.2} points; the change is seen after {} min by ≈ now, after {} min by settled",
            of_day * 100.0,
            now - BAD_HOUR.start,
            settled - BAD_HOUR.start,
        );
        bias += of_day / DAYS as f64;
        leads.push((now, settled));
    }
    println!("over all days: bias {:+.2} points", bias * 100.0);
    assert!(bias.abs() < 0.005, "biased by {bias}");
    assert!(leads.iter().all(|(now, settled)| now < settled), "{leads:?}");
}
