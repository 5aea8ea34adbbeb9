//! What views say of conditions, and what is asked for them.

use super::super::state::{NoData, Timing};
use super::*;
use crate::query::view::{BounceRates, Rate, Totals, TrafficTotals, TrafficView};

/// Answers with as many hits as the instant says, and remembers what it was asked.
struct Faked {
    hits: fn(Millis) -> u64,
    known_from: Millis,
    asked: Vec<Millis>,
}

impl AskAt for Faked {
    fn ask(&mut self, _: &Question, at: Millis) -> Option<Arc<View>> {
        self.asked.push(at);
        Some(Arc::new(view((self.hits)(at), 0)))
    }

    fn known_from(&mut self) -> Option<Millis> {
        Some(self.known_from)
    }
}

fn view(hits: u64, failed: u64) -> View {
    let totals = TrafficTotals {
        hits,
        failures: failed,
        by_status: vec![(200, hits - failed), (499, 5), (502, failed)],
        load_p75: Some(Span(310)),
        ..TrafficTotals::default()
    };
    let settled = Rate { bounced: 30.0, of: 40 };
    View {
        traffic: Some(Box::new(TrafficView { totals, ..TrafficView::default() })),
        totals: Totals { sessions: 60, started: 50, active: 7, ..Totals::default() },
        bounce: BounceRates { settled, ..BounceRates::default() },
        ..View::default()
    }
}

fn rule(when: &str, least: u64) -> Rule {
    Rule {
        name: "rule".to_owned(),
        when: Condition::parse(when).expect(when),
        until: None,
        over: Span::minutes(10),
        timing: Timing { no_data: NoData::Keep, ..Timing::default() },
        least,
        filter: Filter::default(),
        unless: Vec::new(),
        severity: "warn".to_owned(),
        run: Vec::new(),
        repeat: None,
        at_most: None,
    }
}

fn seen(when: &str, least: u64, now: &View) -> Observation {
    let answers = Answers { now, before: None, usual: &[], over: Span::minutes(10), lines: hits(now) };
    answers.observation(&rule(when, least))
}

fn observer() -> Observer {
    let definitions = Arc::default();
    Observer::new(Common { bounce: BounceRule::default(), bots: Bots::default(), definitions })
}

#[test]
fn r16_conditions_are_decided_by_views() {
    let now = view(1000, 60);
    for (when, least, truth, value) in [
        ("errors.5xx > 5 % and hits > 100", 0, Truth::Yes, Some(0.06)),
        ("errors.5xx > 6 %", 0, Truth::No, Some(0.06)),
        ("errors.5xx >= 60", 0, Truth::Yes, Some(60.0)),
        ("errors.4xx > 0", 0, Truth::No, Some(0.0)),
        ("errors.499 > 0", 0, Truth::Yes, Some(5.0)),
        ("hits > 1 /s", 0, Truth::Yes, Some(1000.0 / 600.0)),
        ("hits > 101 /min", 0, Truth::No, Some(100.0)),
        ("load_p75 > 300 ms", 0, Truth::Yes, Some(0.31)),
        ("bounce_rate > 70 %", 40, Truth::Yes, Some(0.75)),
        ("bounce_rate > 70 %", 41, Truth::No, Some(0.75)),
        ("active < 7 or started = 5", 0, Truth::No, None),
        ("started < 50 % of before", 0, Truth::Unknown, None),
        ("started < 50 % of usual or hits > 5", 0, Truth::Yes, None),
        ("goal.signup < 3", 0, Truth::Unknown, None),
        ("finding:errors", 0, Truth::No, Some(0.0)),
    ] {
        let when = when.replace("started = 5", "started > 50");
        let seen = seen(&when, least, &now);
        assert_eq!(seen.when, truth, "{when}");
        if value.is_some() {
            assert_eq!(seen.value, value, "{when}");
        }
    }
    assert_eq!(seen("bounce_rate > 70 %", 0, &View::default()).when, Truth::Unknown);
    assert!(!seen("hits < 5", 0, &view(0, 0)).has_data);
}

#[test]
fn r16_usual_is_the_median_of_the_same_time_on_three_days_at_least() {
    const DAY_MS: i64 = 24 * 3_600_000;
    let at = Millis(20 * DAY_MS + 5000);
    let by_day = |at: Millis| match (at.0 + 1) / DAY_MS {
        20 => 40,
        19 => 100,
        18 => 90,
        17 => 1000,
        _ => 0,
    };
    let mut asker = Faked { hits: by_day, known_from: Millis(17 * DAY_MS - 600_000), asked: Vec::new() };
    let rule = rule("hits < 50 % of usual", 0);
    let mut observer = observer();
    let seen = observer.observe((0, &rule), at, &mut asker).expect("an answer");
    assert_eq!((seen.when, seen.value), (Truth::Yes, Some(0.4)));
    // Today, and three days, each of whole minutes; a look later only today.
    assert_eq!(asker.asked.iter().map(|at| (at.0 + 1) % 60_000).collect::<Vec<_>>(), [5000, 0, 0, 0]);
    observer.observe((0, &rule), at + Span::seconds(10), &mut asker);
    assert_eq!(asker.asked.len(), 5);
    let mut asker = Faked { known_from: Millis(17 * DAY_MS), ..asker };
    let seen = self::observer().observe((0, &rule), at, &mut asker).expect("an answer");
    assert_eq!(seen.when, Truth::Unknown, "two days are not enough");
}

#[test]
fn r16_before_is_the_window_before() {
    let hits = |at: Millis| if at.0 < 600_000 { 10 } else { 35 };
    let mut asker = Faked { hits, known_from: Millis(0), asked: Vec::new() };
    let rule = rule("hits > 300 % of before", 0);
    let seen = observer().observe((0, &rule), Millis(1_200_000), &mut asker).expect("an answer");
    assert_eq!((seen.when, seen.value), (Truth::Yes, Some(3.5)));
    assert_eq!(asker.asked, [Millis(1_199_999), Millis(599_999)]);
}
