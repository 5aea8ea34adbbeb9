//! R15: planted incidents are named, by the right kind, in time.
//!
//! `cargo test --test incidents -- --nocapture` prints when each was told.

#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]
#[path = "support/day.rs"]
mod day;
#[path = "support/setup.rs"]
mod setup;

use dwell::demo::{DemoRate, Incident, Traffic};
use dwell::query::view::Finding;
use dwell::time::{Millis, Span};

use day::Watched;

/// 2026-11-24, 17:00 UTC: a Tuesday.
const START: Millis = Millis(1_795_539_600_000);
/// What is usual is known by then.
const BEGINS: Span = Span::minutes(95);
/// The monitor looks for faults so often.
const LOOK: Span = Span::seconds(10);
/// Hard faults must be told within a minute of having enough data, soft ones within ten minutes.
const SOFT: Span = Span::minutes(10);

/// An incident, which kinds of findings name it, and how soon one must.
struct Planted {
    incident: Incident,
    kinds: &'static [&'static str],
    subject: &'static str,
    within: Span,
}

const PLANTED: [Planted; 9] = [
    // Enough data: five people have met it.
    planted(Incident::Outage, &["outage"], "", Span::seconds(70)),
    planted(Incident::Deploy, &["broken"], "/pricing", Span::minutes(3)),
    planted(Incident::Api, &["failing"], "/api/v2/stock", Span::minutes(2)),
    planted(Incident::Slow, &["slower"], "/search", SOFT),
    planted(Incident::Login, &["attack"], "/login", Span::minutes(2)),
    planted(Incident::Flood, &["assets", "traffic"], "", SOFT),
    planted(Incident::Crawler, &["bots"], "GPTBot", SOFT),
    planted(Incident::Source, &["source"], "Google", SOFT),
    planted(Incident::Silence, &["silence"], "", Span::seconds(80)),
];

const fn planted(
    incident: Incident,
    kinds: &'static [&'static str],
    subject: &'static str,
    within: Span,
) -> Planted {
    Planted { incident, kinds, subject, within }
}

/// What a day with an incident was told as.
struct Told {
    after: Option<Span>,
    text: String,
    before: Vec<String>,
}

fn told(planted: &Planted) -> Told {
    let begins = START + BEGINS;
    let traffic =
        Traffic::new(5, START, DemoRate::default()).timed(5).with_incident(planted.incident, begins);
    let mut shop = Watched::new(traffic, Span::hours(6));
    let names =
        |finding: &Finding| planted.kinds.contains(&finding.kind()) && finding.subject() == planted.subject;
    let mut at = begins;
    shop.read_until(at);
    let before = shop.look(at).findings.iter().map(Finding::text).collect();
    while at < begins + planted.within {
        at += LOOK;
        shop.read_until(at);
        let view = shop.look(at);
        if let Some(found) = view.findings.iter().find(|finding| names(finding)) {
            return Told { after: Some(at.since(begins)), text: found.text(), before };
        }
    }
    let text = shop.look(at).findings.iter().map(Finding::text).collect::<Vec<_>>().join(" | ");
    Told { after: None, text, before }
}

#[test]
fn r15_planted_incidents_are_named_in_time() {
    let mut missed = Vec::new();
    println!("incident   told after   as");
    for planted in &PLANTED {
        let (name, _) = Incident::NAMED.iter().find(|(_, one)| *one == planted.incident).expect("a name");
        let Told { after, text, before } = told(planted);
        let when = after.map_or_else(|| "never".to_owned(), |after| format!("{} s", after.0 / 1000));
        println!("{name:<10} {when:>10}   {text}");
        assert!(before.is_empty(), "nothing is wrong before {name}: {before:?}");
        missed.extend(after.is_none().then_some(*name));
    }
    assert!(missed.is_empty(), "{missed:?}");
}
