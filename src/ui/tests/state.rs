//! The word at the top right says the state of the site and of the reading (R15).

use super::fixture;
use super::rig::Rig;
use crate::query::analysis::ask::Analysis;
use crate::query::view::{Anomaly, Doubt, DoubtKind, Finding, PathFailure, View};
use crate::time::Span;

fn header_of(view: View) -> String {
    let mut rig = Rig::new(120, 36).answering(view);
    rig.screen().lines().next().unwrap_or_default().to_owned()
}

fn with(findings: Vec<Finding>) -> View {
    View { faults: findings.clone(), findings, ..fixture::busy() }
}

fn outage() -> Finding {
    Anomaly::Outage { failed: 42, of: 120, people: 31, since: fixture::NOW - Span::minutes(9) }.into()
}

fn failing() -> Finding {
    let failure = PathFailure {
        method: "POST",
        path: "/checkout".to_owned(),
        status: 502,
        hits: 17,
        people: 12,
        since: fixture::NOW - Span::minutes(4),
    };
    Anomaly::Failing { failure, calm: Span::minutes(55) }.into()
}

fn silence(minutes: u64) -> Finding {
    let lasted = Span::minutes(minutes);
    Anomaly::Silence { since: fixture::NOW - lasted, lasted, bound: Span::minutes(6) }.into()
}

#[test]
fn r15_a_site_in_trouble_is_not_live() {
    assert!(header_of(with(Vec::new())).contains("● LIVE"));
    assert!(header_of(with(vec![outage()])).contains("1 WARNING "));
    assert!(header_of(with(vec![outage(), failing()])).contains("2 WARNINGS"));
    assert!(header_of(with(vec![silence(10), failing()])).contains("SILENT 10m"));
    let soft = Anomaly::Traffic { sessions: 100, before: 10 }.into();
    assert!(header_of(with(vec![soft])).contains("● LIVE"), "a change is no trouble");
}

#[test]
fn r15_a_filter_does_not_turn_trouble_green() {
    let view = View { faults: vec![outage()], findings: Vec::new(), ..fixture::busy() };
    let mut rig = Rig::new(120, 36).answering(view);
    rig.press("4<Enter>");
    assert!(rig.screen().lines().next().is_some_and(|header| header.contains("1 WARNING ")));
}

#[test]
fn a_log_that_is_read_wrongly_is_a_warning() {
    let mut view = with(Vec::new());
    let doubt = |kind| Doubt {
        input: "access.log".to_owned(),
        kind,
        text: "nearly all lines come from one network".to_owned(),
        proposal: Vec::new(),
    };
    view.intake.doubts = vec![doubt(DoubtKind::OneAddress), doubt(DoubtKind::NoAgents)];
    assert!(header_of(view).contains("1 WARNING "), "what is merely missing is none");
    let mut view = with(Vec::new());
    view.intake.hits = 0;
    assert!(header_of(view).contains("NOT READ"));
}

#[test]
fn r15_the_most_urgent_stands_on_the_overview_with_since_when() {
    let mut rig = Rig::new(160, 48).answering(with(vec![outage(), failing()]));
    assert!(rig.line_with("!!").contains("!! "), "marked as urgent");
    rig.press("7");
    let said = rig.line_with("outage");
    assert!(
        said.contains(
            "35.0 % of pages and actions are answered 5xx: 42 of 120 in 2m, for 31 people, since 13:53"
        ),
        "{said}"
    );
    let said = rig.line_with("failing");
    assert!(
        said.contains(
            "POST /checkout answers 502 for 12 people: 17 failures, none in the 55m before, since 13:58"
        ),
        "{said}"
    );
    rig.press("j<Enter>");
    assert_eq!(rig.filter(), "path:/checkout status:502");
}

/// A step that fewer take than before is a finding, and those stand on both views.
#[test]
fn r15_funnels_are_asked_for_where_findings_stand() {
    let mut rig = Rig::new(120, 36).answering(fixture::busy());
    for view in ["1", "7"] {
        rig.press(view);
        let asks = &rig.question().analyses;
        assert!(asks.iter().any(|ask| matches!(ask, Analysis::Funnel(_))), "{view}: {asks:?}");
    }
    rig.press("3");
    assert!(rig.question().analyses.is_empty());
}
