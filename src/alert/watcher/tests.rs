//! What a watcher does over time: states, commands and silences together.

use std::sync::Arc;

use super::super::condition::Condition;
use super::super::rule::Rule;
use super::super::state::Timing;
use super::*;
use crate::query::filter::Filter;
use crate::query::question::{Bots, BounceRule, Question};
use crate::query::view::{TrafficTotals, TrafficView, View};

/// Answers with as many hits as the script says for the 10 s before the instant: a digit each.
struct Script(&'static str);

impl AskAt for Script {
    fn ask(&mut self, _: &Question, at: Millis) -> Option<Arc<View>> {
        let digit = self.0.as_bytes().get(usize::try_from(at.0 / 10_000).ok()?)?;
        let totals = TrafficTotals { hits: u64::from(digit - b'0'), ..TrafficTotals::default() };
        let traffic = Some(Box::new(TrafficView { totals, ..TrafficView::default() }));
        Some(Arc::new(View { traffic, ..View::default() }))
    }

    fn known_from(&mut self) -> Option<Millis> {
        Some(Millis(0))
    }
}

fn rule(name: &str, when: &str, unless: &[&str], run: Vec<String>) -> Rule {
    Rule {
        name: name.to_owned(),
        when: Condition::parse(when).expect(when),
        until: None,
        over: EVERY,
        timing: Timing::default(),
        least: 0,
        filter: Filter::default(),
        unless: unless.iter().map(|name| (*name).to_owned()).collect(),
        severity: "warn".to_owned(),
        run,
        repeat: None,
        at_most: None,
    }
}

fn watcher(alerts: Vec<Rule>, silences_at: Option<PathBuf>) -> Watcher {
    let common = Common { bounce: BounceRule::default(), bots: Bots::default(), definitions: Arc::default() };
    Watcher::new(Rules { alerts, notify: Vec::new() }, common, silences_at)
}

/// The words of what happens at each look.
fn play(watcher: &mut Watcher, script: &'static str, telling: Telling) -> Vec<String> {
    let word = |event: AlertEvent| match event {
        AlertEvent::Fires(fired) => format!("{}!", fired.alert),
        AlertEvent::IsOver(fired) => format!("{}.", fired.alert),
        AlertEvent::Failed(ran) => ran.title,
        AlertEvent::Trouble(trouble) => trouble,
    };
    let looks = 1..=i64::try_from(script.len()).expect("short");
    let look = |at: i64| {
        let events = watcher.look(Millis(at * 10_000), Millis(0), telling, &mut Script(script));
        events.expect("an answer").into_iter().map(word).collect::<Vec<_>>().join(" ")
    };
    looks.map(look).collect()
}

fn writing(into: &std::path::Path) -> Vec<String> {
    // Appended at once: several may run at the same time.
    let script = format!("told=$(cat); printf '%s\\n' \"$told\" >> {}", into.display());
    ["sh", "-c", &script].map(str::to_owned).to_vec()
}

/// What the commands were told: the status of each message.
fn told(watcher: &mut Watcher, into: &std::path::Path) -> Vec<String> {
    assert_eq!(watcher.finish(), []);
    let text = std::fs::read_to_string(into).unwrap_or_default();
    let status = |line: &str| {
        let message: serde_json::Value = serde_json::from_str(line).expect("JSON");
        format!(
            "{} {}",
            message["commonLabels"]["alertname"].as_str().unwrap_or(""),
            message["status"].as_str().unwrap_or("")
        )
    };
    text.lines().map(status).collect()
}

#[test]
fn r16_a_watcher_has_commands_run_and_says_what_happened() {
    let folder = tempfile::tempdir().expect("a folder");
    let into = folder.path().join("told");
    let mut watcher = watcher(vec![rule("busy", "hits > 5", &[], writing(&into))], None);
    assert_eq!(play(&mut watcher, "1991", Telling::Everyone), ["", "busy!", "", "busy."]);
    let mut told = told(&mut watcher, &into);
    told.sort();
    assert_eq!(told, ["busy firing", "busy resolved"]);
}

#[test]
fn r16_of_what_is_caught_up_with_nobody_is_told_but_of_what_still_fires_then() {
    let folder = tempfile::tempdir().expect("a folder");
    let into = folder.path().join("told");
    let mut watcher = watcher(vec![rule("busy", "hits > 5", &[], writing(&into))], None);
    play(&mut watcher, "19199", Telling::Nobody);
    assert_eq!(told(&mut watcher, &into), [""; 0]);
    play(&mut watcher, "9", Telling::Everyone);
    assert_eq!(told(&mut watcher, &into), ["busy firing"]);
}

#[test]
fn r16_an_inhibited_or_silenced_alert_fires_and_tells_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let (into, silences_at) = (folder.path().join("told"), folder.path().join("silences"));
    let mut silences = Silences::default();
    silences.silence("calm", Span::hours(1), Millis(0));
    silences.write(&silences_at).expect("written");
    let alerts = vec![
        rule("down", "hits > 8", &[], Vec::new()),
        rule("busy", "hits > 5", &["down"], writing(&into)),
        rule("calm", "hits > 4", &[], writing(&into)),
    ];
    let mut watcher = watcher(alerts, Some(silences_at));
    assert_eq!(play(&mut watcher, "99", Telling::Everyone), ["down! busy! calm!", ""]);
    assert_eq!(told(&mut watcher, &into), [""; 0]);
    let held: Vec<_> = watcher.shown(Millis(0), "").rows.into_iter().map(|row| row.held.is_some()).collect();
    assert_eq!(held, [false, true, true]);
    // Once nothing inhibits it, that is made up for.
    play(&mut watcher, "7", Telling::Everyone);
    assert_eq!(told(&mut watcher, &into), ["busy firing"]);
}

#[test]
fn r16_a_command_that_fails_is_said() {
    let run = vec!["/no/such/program".to_owned()];
    let mut watcher = watcher(vec![rule("busy", "hits > 5", &[], run)], None);
    play(&mut watcher, "9", Telling::Everyone);
    let failed = watcher.finish();
    let [AlertEvent::Failed(_)] = failed.as_slice() else { panic!("one failure: {failed:?}") };
    assert!(failed[0].sentence().contains("/no/such/program cannot be started"), "{}", failed[0].sentence());
}

#[test]
fn r16_other_rules_keep_the_states_of_alerts_that_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let into = folder.path().join("told");
    let mut watcher = watcher(vec![rule("busy", "hits > 5", &[], writing(&into))], None);
    play(&mut watcher, "9", Telling::Everyone);
    let common = Common { bounce: BounceRule::default(), bots: Bots::default(), definitions: Arc::default() };
    let alerts =
        vec![rule("new", "hits > 7", &[], Vec::new()), rule("busy", "hits > 5", &[], writing(&into))];
    watcher.change(Rules { alerts, notify: Vec::new() }, common);
    play(&mut watcher, "7", Telling::Everyone);
    assert_eq!(told(&mut watcher, &into), ["busy firing"], "nobody is told twice");
    assert_eq!(watcher.firing().iter().map(|fired| fired.alert.as_str()).collect::<Vec<_>>(), ["busy"]);
}
