//! R7: the live bounce rate estimate against the true rate of a simulated day.
//!
//! Run with `cargo test --test rate_now -- --nocapture` to see the figures.

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
use dwell::query::filter::Filter;
use dwell::query::question::{Question, Window};
use dwell::time::{Millis, Span};

use setup::setup;

/// 2026-11-23, midnight.
const DAY: Millis = Millis(1_795_392_000_000);
const MINUTE: Span = Span::minutes(1);
const WINDOW: Span = Span::minutes(30);
/// The true rate, and that of one hour.
const USUAL: f64 = 0.30;
const DOUBLED: f64 = 0.60;
const BAD_HOUR: std::ops::Range<u64> = 12 * 60..13 * 60;
const PER_MINUTE: u64 = 20;

/// A visitor of the simulation, who comes once.
struct Visit {
    start: Millis,
    bounces: bool,
}

/// Lines of a whole day in order, and who the visitors were.
fn simulate(random: &mut fastrand::Rng) -> (Vec<(Millis, String)>, Vec<Visit>) {
    let (mut lines, mut visits) = (Vec::new(), Vec::new());
    for minute in 0..24 * 60 {
        let rate = if BAD_HOUR.contains(&minute) { DOUBLED } else { USUAL };
        for _ in 0..PER_MINUTE {
            let start = DAY + Span(minute * 60_000 + random.u64(0..60) * 1000);
            let bounces = random.f64() < rate;
            add_lines(visits.len(), start, bounces, random, &mut lines);
            visits.push(Visit { start, bounces });
        }
    }
    lines.sort();
    (lines, visits)
}

fn add_lines(
    visitor: usize,
    start: Millis,
    bounces: bool,
    random: &mut fastrand::Rng,
    lines: &mut Vec<(Millis, String)>,
) {
    let mut time = start;
    let pages = if bounces { 1 } else { 2 + random.usize(0..3) };
    for page in 0..pages {
        lines.push((time, line(visitor, time, page)));
        time += Span(pause(random));
    }
}

/// How long a page is looked at: log-normal, median 50 s, always less than the gap; in whole seconds.
fn pause(random: &mut fastrand::Rng) -> u64 {
    let normal: f64 = (0..12).map(|_| random.f64()).sum::<f64>() - 6.0;
    let seconds = (50.0_f64.ln() + 1.1 * normal).exp().clamp(1.0, 1700.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 1700")]
    let whole = seconds as u64;
    whole * 1000
}

fn line(visitor: usize, time: Millis, page: usize) -> String {
    let stamp = time.utc().format("%d/%b/%Y:%H:%M:%S +0000");
    let (a, b, c) = (visitor >> 16 & 255, visitor >> 8 & 255, visitor & 255);
    format!("10.{a}.{b}.{c} - - [{stamp}] \"GET /{page} HTTP/1.1\" 200 1 \"-\" \"Firefox/130.0\"\n")
}

fn engine() -> (Engine, Classifier) {
    let setup = Setup { own_hosts: vec!["shop.example".to_owned()], ..setup() };
    let agents = Arc::clone(&setup.agents);
    let shared = Shared::new(VisitorKey::new(&[1; 16]), agents);
    (Engine::new(setup), Classifier::new(Arc::new(shared)))
}

fn question() -> Question {
    Question { window: Window::Last(WINDOW), ..Question::about(Filter::default()) }
}

/// What was shown at the end of a minute, and what was true.
struct Reading {
    minute: u64,
    now: f64,
    settled: Option<f64>,
    truth: f64,
}

/// The day, minute by minute.
fn readings(lines: &[(Millis, String)], visits: &[Visit]) -> Vec<Reading> {
    let (mut engine, mut classifier) = engine();
    let mut format = Format::named("combined").expect("a known format");
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
        let mut batch = Batch::default();
        classifier.read(block.as_bytes(), &mut format, Period::ALL, &mut batch);
        engine.apply(InputId(0), 0, &batch);
        if minute >= 120 {
            let view = engine.answer(&question(), end);
            readings.push(Reading {
                minute,
                now: view.bounce.now.share().expect("sessions"),
                settled: view.bounce.settled.share(),
                truth: true_rate(visits, view.from, view.to),
            });
        }
    }
    readings
}

/// How the sessions that started in the window will have ended.
fn true_rate(visits: &[Visit], from: Millis, to: Millis) -> f64 {
    let started: Vec<_> = visits.iter().filter(|visit| visit.start >= from && visit.start <= to).collect();
    let bounced = started.iter().filter(|visit| visit.bounces).count();
    bounced as f64 / started.len() as f64
}

/// The first minute since the bad hour began in which a rate is nearer to the doubled one than to the usual one.
fn seen_at(readings: &[Reading], rate: impl Fn(&Reading) -> Option<f64>) -> u64 {
    let middle = f64::midpoint(USUAL, DOUBLED);
    let seen =
        |reading: &&Reading| reading.minute >= BAD_HOUR.start && rate(reading).is_some_and(|it| it > middle);
    readings.iter().find(seen).map_or(u64::MAX, |reading| reading.minute)
}

#[test]
fn r7_the_rate_now_is_unbiased_and_sees_a_change_20_minutes_before_the_settled_one() {
    let (mut biases, mut leads) = (Vec::new(), Vec::new());
    for seed in 0..2 {
        let (lines, visits) = simulate(&mut fastrand::Rng::with_seed(seed));
        let readings = readings(&lines, &visits);
        let errors: Vec<_> = readings.iter().map(|reading| reading.now - reading.truth).collect();
        let bias = errors.iter().sum::<f64>() / errors.len() as f64;
        let spread = (errors.iter().map(|error| error * error).sum::<f64>() / errors.len() as f64).sqrt();
        let now = seen_at(&readings, |reading| Some(reading.now));
        let settled = seen_at(&readings, |reading| reading.settled);
        println!(
            "day {seed}: bias {:+.2} points, error {:.2} points rms; the change is seen after {} min by ≈ now, \
             after {} min by settled",
            bias * 100.0,
            spread * 100.0,
            now - BAD_HOUR.start,
            settled - BAD_HOUR.start,
        );
        biases.push(bias);
        leads.push(settled - now);
    }
    let mean = biases.iter().sum::<f64>() / biases.len() as f64;
    println!("over all days: bias {:+.2} points", mean * 100.0);
    // 600 sessions start in a window: the sampling error of one reading is about 1.9 points, of a day's mean
    // (some 44 independent windows) 0.3.
    assert!(mean.abs() < 0.006, "biased by {mean}");
    assert!(leads.iter().all(|&lead| lead >= 20), "{leads:?}");
}
