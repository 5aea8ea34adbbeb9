//! Who is told against time (design.md R16). A letter a look, 10 s apart.

use super::super::condition::Condition;
use super::super::rule::{Notify, Rule};
use super::*;

fn rule(name: &str, run: &[&str]) -> Rule {
    Rule {
        name: name.to_owned(),
        when: Condition::parse("hits > 1").expect("a condition"),
        until: None,
        over: Span::minutes(1),
        timing: super::super::state::Timing::default(),
        least: 0,
        filter: crate::query::filter::Filter::default(),
        unless: Vec::new(),
        severity: "warn".to_owned(),
        run: run.iter().map(|word| (*word).to_owned()).collect(),
        repeat: None,
        at_most: None,
    }
}

/// What is told at each look: `F` fires, `a` again, `o` over, `.` nothing. States: `#` fires, `h` fires and is held.
fn told(rules: &Rules, alert: usize, states: &str) -> String {
    let mut outbox = Outbox::new(rules);
    let mut fired = None;
    let mut looks = String::new();
    for (letter, at) in states.chars().zip(1..) {
        let time = Millis(at * 10_000);
        fired = (letter != '.').then(|| fired.unwrap_or(time));
        let state = fired.map_or(State::Inactive, |fired| State::Firing { since: fired, fired });
        let mut all = vec![(State::Inactive, false); rules.alerts.len()];
        all[alert] = (state, letter == 'h');
        looks.push(match outbox.due(time, rules, &all).as_slice() {
            [] => '.',
            [Notice { what: NoticeKind::Fires, .. }] => 'F',
            [Notice { what: NoticeKind::StillFires, .. }] => 'a',
            [Notice { what: NoticeKind::IsOver, .. }] => 'o',
            _ => '!',
        });
    }
    looks
}

#[test]
fn r16_who_is_told_against_time() {
    let own = |change: fn(&mut Rule)| {
        let mut rule = rule("down", &["notify"]);
        change(&mut rule);
        Rules { alerts: vec![rule], notify: Vec::new() }
    };
    let per_minute = |runs| Some(AtMost { runs, within: Span::minutes(1) });
    let shared = |resolved, at_most| Rules {
        alerts: vec![rule("down", &[])],
        notify: vec![Notify { run: vec!["notify".to_owned()], resolved, at_most }],
    };
    for (what, rules, states, expected) in [
        ("once, and when it is over", own(|_| {}), ".###..#.", ".F..o.Fo"),
        ("again", own(|rule| rule.repeat = Some(Span::seconds(20))), "######.", "F.a.a.o"),
        ("held: nobody is told", own(|_| {}), "hhh..", "....."),
        ("held at first", own(|_| {}), "hh##.", "..F.o"),
        ("held later: the end is told", own(|_| {}), "#hh..", "F..o."),
        ("at most one a minute", shared(true, per_minute(1)), "#.#######", "Fo.....F."),
        ("no word of the end", shared(false, None), "##.#.", "F..F."),
    ] {
        assert_eq!(told(&rules, 0, states), expected, "{what}: {states}");
    }
}

#[test]
fn r16_what_at_most_holds_back_is_counted() {
    let notify = Notify {
        run: vec!["notify".to_owned()],
        resolved: false,
        at_most: Some(AtMost { runs: 1, within: Span::minutes(10) }),
    };
    let rules = Rules { alerts: vec![rule("a", &[]), rule("b", &[])], notify: vec![notify] };
    let mut outbox = Outbox::new(&rules);
    let firing = (State::Firing { since: Millis(0), fired: Millis(0) }, false);
    assert_eq!(outbox.due(Millis(0), &rules, &[firing, firing]).len(), 1);
    assert_eq!(outbox.due(Millis(10_000), &rules, &[firing, firing]).len(), 0);
    assert_eq!(outbox.untold(), Untold { delayed: 1, dropped: 0 });
    let over = (State::Inactive, false);
    assert_eq!(outbox.due(Millis(20_000), &rules, &[firing, over]).len(), 0);
    assert_eq!(outbox.untold(), Untold { delayed: 1, dropped: 1 });
}

#[test]
fn r16_an_alert_with_a_command_of_its_own_tells_nobody_else() {
    let notify = Notify { run: vec!["all".to_owned()], resolved: true, at_most: None };
    let rules = Rules { alerts: vec![rule("own", &["mine"]), rule("shared", &[])], notify: vec![notify] };
    let mut outbox = Outbox::new(&rules);
    let firing = (State::Firing { since: Millis(0), fired: Millis(0) }, false);
    let notices = outbox.due(Millis(0), &rules, &[firing, firing]);
    let told: Vec<_> = notices
        .iter()
        .map(|notice| (notice.alert, outbox.receivers()[notice.receiver].name.as_str()))
        .collect();
    assert_eq!(told, [(0, "own"), (1, "notify 1")]);
}
