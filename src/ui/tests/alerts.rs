//! Alerts on the screen: the word at the top right, the banner, the list on view 7 (R16).

use std::sync::Arc;

use super::fixture;
use super::rig::Rig;
use crate::alert::board::{AlertRow, Held};
use crate::alert::state::State;
use crate::alert::watcher::ShownAlerts;
use crate::time::{Millis, Span};
use crate::ui::message::Message;

fn row(name: &str, state: State, value: &str, held: Option<Held>) -> AlertRow {
    AlertRow {
        name: name.to_owned(),
        severity: "page".to_owned(),
        condition: "errors.5xx > 5 % and hits > 100".to_owned(),
        over: Span::minutes(2),
        state,
        value: value.to_owned(),
        held,
    }
}

fn firing(ago: u64) -> State {
    let fired = fixture::NOW - Span::minutes(ago);
    State::Firing { since: fired - Span::minutes(1), fired }
}

fn rig(rows: Vec<AlertRow>, (width, height): (u16, u16)) -> Rig {
    let mut rig = Rig::new(width, height).answering(fixture::busy());
    rig.send(Message::Alerts(Arc::new(ShownAlerts { rows, ..ShownAlerts::default() })));
    rig
}

#[test]
fn r16_a_firing_alert_is_named_at_the_top_right_and_in_a_banner() {
    for size in [(80, 24), (120, 36), (160, 48)] {
        let mut rig =
            rig(vec![row("down", firing(2), "7.2 %", None), row("bounce", firing(1), "", None)], size);
        let screen = rig.screen();
        let mut lines = screen.lines();
        assert!(lines.next().is_some_and(|header| header.contains("! down +1")), "{screen}");
        let banner = lines.next().unwrap_or_default();
        assert!(banner.contains("! down fires since") && banner.contains("(and 1 more)"), "{screen}");
    }
}

#[test]
fn r16_an_alert_that_is_held_or_over_is_no_banner() {
    let over = State::Resolved { since: Millis(0), fired: Millis(0), resolved: fixture::NOW };
    let rows =
        vec![row("down", firing(2), "", Some(Held::By("other".to_owned()))), row("bounce", over, "", None)];
    let screen = rig(rows, (120, 36)).screen();
    assert!(screen.lines().next().is_some_and(|header| header.contains("LIVE")), "{screen}");
    assert!(!screen.contains("fires since"), "{screen}");
}

#[test]
fn r16_view_7_lists_all_alerts() {
    let rows = vec![
        row("down", firing(2), "7.2 %", None),
        row("bounce", firing(9), "74 %", Some(Held::By("down".to_owned()))),
        row("quiet", State::Inactive, "98 % of usual", None),
        row("evil \u{1b}[31mname", State::Pending { since: fixture::NOW }, "3", None),
    ];
    let mut rig = rig(rows, (160, 48));
    rig.press("7");
    insta::assert_snapshot!(rig.screen());
}

#[test]
fn r16_without_alerts_the_list_says_how_to_define_one() {
    let mut rig = rig(Vec::new(), (160, 48));
    rig.press("7");
    assert!(rig.screen().contains("Add [[alert]] to"), "{}", rig.screen());
}
