//! False findings: how many are told on days on which nothing goes wrong (R15).
//!
//! `cargo bench --bench steady_days` simulates 40 days of the demo's shop without episodes, at 10, 50 and 300 arrivals a
//! minute in the busiest hour, with fixed seeds, and prints every finding when it appears. The shop has quiet nights and busy
//! evenings. A page that bounces more than the rest of the site is always so in the shop: such findings are right, and are
//! counted apart. What stands again within half an hour is the same finding. `cargo bench --bench steady_days -- 2` simulates two days at each rate.

#![expect(clippy::expect_used, reason = "what helps a benchmark fails as it would")]
#[path = "../tests/support/day.rs"]
mod day;
#[path = "../tests/support/setup.rs"]
mod setup;

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use dwell::demo::{DemoRate, Traffic};
use dwell::query::view::{Against, Basis};
use dwell::time::{Millis, Span};

use day::Watched;

/// 2026-11-02, midnight UTC: a Monday.
const START: Millis = Millis(1_793_577_600_000);
/// Sessions are kept for as long as windows are compared.
const KEEP: Span = Span::hours(2);
/// A finding that stands again within this is the same.
const SAME: Span = Span::minutes(30);
/// Days at 10, 50 and 300 arrivals a minute, and how often is looked.
const RATES: [(u32, u64, Span); 3] =
    [(10, 14, Span::seconds(10)), (50, 14, Span::seconds(10)), (300, 12, Span::seconds(30))];

fn main() {
    let days: Option<u64> = std::env::args().find_map(|word| word.parse().ok());
    let (mut all, mut differences) = (0, 0);
    for (rate, usual_days, look) in RATES {
        let days = days.unwrap_or(usual_days);
        let told = steady(rate, days, look);
        println!("{rate:>4} a minute, {days} days: {} findings", told.changes);
        all += told.changes;
        differences += told.differences;
    }
    println!(
        "in all: {all} findings that something changed, {differences} that a page bounces more than the rest"
    );
}

/// The findings that appeared.
#[derive(Default)]
struct Told {
    changes: u64,
    differences: u64,
}

/// What is told in so many days.
fn steady(rate: u32, days: u64, look: Span) -> Told {
    let per_minute = NonZeroU32::new(rate).expect("a rate");
    let seed = u64::from(rate);
    let traffic =
        Traffic::new(seed, START, DemoRate { sessions_per_minute: per_minute }).timed(seed).steady();
    let mut shop = Watched::new(traffic, KEEP);
    let (mut at, mut told, mut stood) = (START, Told::default(), BTreeMap::new());
    while at < START + Span::hours(24 * days) {
        at += look;
        shop.read_until(at);
        for finding in &shop.look(at).findings {
            let last = stood.insert((finding.kind(), finding.subject().to_owned()), at);
            if last.is_none_or(|last: Millis| at.since(last) > SAME) {
                println!("     {}  {:<8} {}", at.rfc3339(), finding.kind(), finding.text());
                match finding.basis {
                    Basis::Test(test) if test.against == Against::Rest => told.differences += 1,
                    _ => told.changes += 1,
                }
            }
        }
    }
    told
}
