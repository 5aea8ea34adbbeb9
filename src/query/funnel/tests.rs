//! Chains, rule by rule (R13). A trail is written `a:0 b:10 .:20`: seconds, and the steps that an event fits; `x` is what
//! the funnel excludes, `.` fits nothing, and `|` before an event says that it came from another input.

use crate::query::definitions::{Funnel, FunnelEntry, FunnelStep, StepOrder, Unit};
use crate::query::event_filter::{EventField, EventFilter};
use crate::time::{Millis, Span};

use super::deepest::course;
use super::rules::FunnelRules;
use super::trail::{Fits, Next, TrailEvent};
use super::{Course, StepOrder::*};

/// A funnel of so many steps, each written as its letter; optional ones in brackets are given by `optional`.
fn funnel(order: StepOrder, steps: &str) -> Funnel {
    let step = |letter: char| FunnelStep {
        name: letter.to_string(),
        event: EventFilter::exactly(EventField::Page, "/"),
        optional: letter.is_uppercase(),
        within: None,
    };
    Funnel {
        name: String::new(),
        order,
        within: None,
        unit: Unit::Session,
        entry: FunnelEntry::Closed,
        exclude: None,
        steps: steps.chars().map(step).collect(),
    }
}

fn trail(text: &str) -> Vec<TrailEvent> {
    text.split_whitespace().map(event).collect()
}

fn event(text: &str) -> TrailEvent {
    let (other_input, text) = match text.strip_prefix('|') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (letters, seconds) = text.split_once(':').expect("letters:seconds");
    let fits = letters.chars().fold(Fits::default(), |fits, letter| match letter {
        '.' => fits,
        'x' => fits.with_exclusion(),
        step => fits.with_step(usize::from(step as u8 - b'a')),
    });
    let time = Millis(seconds.parse::<i64>().expect("seconds") * 1000);
    TrailEvent { time, fits, other_input, next: Next::Nothing }
}

/// What the course is, written like `a:0 b:10`; `excluded`, or nothing.
fn found(funnel: &Funnel, text: &str) -> String {
    let (events, rules) = (trail(text), FunnelRules::of(funnel));
    match course(&events, &rules) {
        Course::Outside => String::new(),
        Course::Excluded(_) => "excluded".to_owned(),
        Course::Inside(chain) => {
            let step = |(nth, step): (usize, &FunnelStep)| {
                let seconds = events[chain.taken(nth)?].time.0 / 1000;
                Some(format!("{}:{seconds}", step.name.to_lowercase()))
            };
            funnel.steps.iter().enumerate().filter_map(step).collect::<Vec<_>>().join(" ")
        }
    }
}

#[track_caller]
fn leads(funnel: &Funnel, trail: &str, wanted: &str) {
    assert_eq!(found(funnel, trail), wanted, "{trail}");
}

#[test]
fn r13_steps_come_one_after_the_other_whatever_happens_between() {
    let abc = funnel(Sequential, "abc");
    leads(&abc, "a:0 b:10 c:20", "a:0 b:10 c:20");
    leads(&abc, "a:0 c:10 b:20", "a:0 b:20");
    leads(&abc, "b:0 c:10", "");
    leads(&abc, "a:0 a:5 b:10 b:12", "a:0 b:10");
}

#[test]
fn r13_one_event_fills_at_most_one_step() {
    let abc = funnel(Sequential, "abc");
    leads(&abc, "ab:0", "a:0");
    leads(&abc, "ab:0 ab:5 abc:9", "a:0 b:5 c:9");
}

#[test]
fn r13_events_of_one_instant_are_a_chain_in_the_order_of_their_lines() {
    let ab = funnel(Sequential, "ab");
    leads(&ab, "a:0 b:0", "a:0 b:0");
    leads(&ab, "b:0 a:0", "a:0");
}

#[test]
fn r13_events_of_one_instant_from_different_inputs_are_one_in_either_order() {
    leads(&funnel(Sequential, "ab"), "b:0 |a:0", "a:0 b:0");
    leads(&funnel(Strict, "abc"), "b:0 |a:0 c:0", "a:0 b:0 c:0");
    leads(&funnel(Sequential, "abc"), "b:0 |a:0 |c:3", "a:0 b:0 c:3");
    leads(&funnel(Sequential, "ab"), "b:0 |a:1", "a:1");
    leads(&funnel(Sequential, "aba"), "b:0 |a:0", "a:0 b:0");
}

#[test]
fn r13_the_window_runs_from_the_first_step_and_may_just_be_used_up() {
    let within = |seconds| Funnel { within: Some(Span::seconds(seconds)), ..funnel(Sequential, "abc") };
    leads(&within(20), "a:0 b:10 c:20", "a:0 b:10 c:20");
    leads(&within(19), "a:0 b:10 c:20", "a:0 b:10");
    leads(&within(19), "a:0 a:5 b:10 c:20", "a:5 b:10 c:20");
}

#[test]
fn r13_a_steps_own_window_runs_from_the_last_required_step() {
    let mut abc = funnel(Sequential, "aBc");
    abc.steps[2].within = Some(Span::seconds(10));
    leads(&abc, "a:0 b:5 c:10", "a:0 b:5 c:10");
    leads(&abc, "a:0 b:5 c:11", "a:0");
    leads(&abc, "a:0 a:4 c:11", "a:4 c:11");
    abc.steps[1].within = Some(Span::seconds(4));
    leads(&abc, "a:0 b:5 c:10", "a:0 c:10");
}

#[test]
fn r13_the_deepest_chain_counts_and_among_equals_the_earliest() {
    let mut abc = funnel(Sequential, "abc");
    abc.steps[2].within = Some(Span::seconds(5));
    leads(&abc, "a:0 b:10 a:20 b:30 b:31 c:36", "a:0 b:31 c:36");
    leads(&abc, "a:0 b:1 c:2 a:10 b:11 c:12", "a:0 b:1 c:2");
}

#[test]
fn r13_an_optional_step_counts_where_an_event_between_its_neighbours_fits() {
    let abc = funnel(Sequential, "aBc");
    leads(&abc, "a:0 b:10 c:20", "a:0 b:10 c:20");
    leads(&abc, "a:0 c:20 b:30", "a:0 c:20");
    leads(&abc, "a:0 b:10", "a:0");
}

#[test]
fn r13_whom_the_exclusion_makes_shallower_is_left_out() {
    let abc = funnel(Sequential, "abc");
    leads(&abc, "a:0 x:5 b:10", "excluded");
    leads(&abc, "a:0 x:5", "a:0");
    leads(&abc, "x:0 a:1 b:2 x:3", "a:1 b:2");
    leads(&abc, "a:0 x:5 a:6 b:10", "a:6 b:10");
    leads(&abc, "a:0 b:2 x:5 a:6 c:9", "excluded");
}

#[test]
fn r13_strict_steps_bear_nothing_between_but_reloads() {
    let abc = funnel(Strict, "abc");
    leads(&abc, "a:0 b:10 c:20", "a:0 b:10 c:20");
    leads(&abc, "a:0 .:5 b:10", "a:0");
    leads(&abc, "a:0 a:5 b:10 b:12 c:20", "a:0 b:10 c:20");
    leads(&abc, "a:0 .:5 a:7 b:10", "a:7 b:10");
    leads(&funnel(Strict, "aBc"), "a:0 b:5 c:9", "a:0 b:5 c:9");
}

#[test]
fn r13_in_any_order_each_step_is_taken_once_and_the_window_runs_from_the_earliest() {
    let abc = funnel(Any, "abc");
    leads(&abc, "c:0 a:10 b:20", "a:10 b:20 c:0");
    leads(&abc, "b:0 a:5", "a:5 b:0");
    leads(&abc, "b:0 c:5", "");
    leads(&abc, "ab:0 a:5", "a:5 b:0");
    leads(&abc, "ab:0", "a:0");
    let within = Funnel { within: Some(Span::seconds(10)), ..abc };
    leads(&within, "c:0 a:10 b:11", "a:10 b:11");
    leads(&within, "c:0 a:10 b:11 c:15", "a:10 b:11 c:15");
    leads(&within, "c:0 x:3 a:4 b:8", "excluded");
}

#[test]
fn r13_an_open_funnel_is_entered_at_any_step() {
    let abc = Funnel { entry: FunnelEntry::Open, ..funnel(Sequential, "abc") };
    leads(&abc, "b:0 c:10", "b:0 c:10");
    leads(&abc, "c:0 a:10", "c:0");
    leads(&abc, "b:0 a:5 b:10 c:20", "b:0 c:20");
    leads(&abc, ".:0", "");
    let any = Funnel { order: Any, ..abc };
    leads(&any, "c:0 b:10", "b:10 c:0");
}
