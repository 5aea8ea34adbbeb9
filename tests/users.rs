//! R4: sessions of one user id on several devices are separate but linked.
#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]
#[path = "support/setup.rs"]
mod setup;

use std::sync::Arc;

use dwell::classify::batch::{Batch, InputId};
use dwell::classify::classifier::{Classifier, Shared};
use dwell::classify::period::Period;
use dwell::classify::visitor::VisitorKey;
use dwell::engine::{Engine, Setup};
use dwell::format::Format;
use dwell::query::filter::Filter;
use dwell::query::question::{BounceRule, Order, Population, Question, SessionSort, SessionsAsk};
use dwell::query::rules::Rules;
use dwell::query::view::SessionRow;
use dwell::time::{Millis, Span};

use setup::setup;

/// An event at so many minutes past 10, on a device; with a user, where one is named.
fn event(kind: &str, minute: u32, device: &str, user: &str) -> String {
    let user = if user.is_empty() { String::new() } else { format!("\"userId\":\"{user}\",") };
    format!(
        "{{\"type\":\"{kind}\",\"anonymousId\":\"{device}\",{user}\"timestamp\":\"2026-11-24T10:{minute:02}:00Z\",\
         \"properties\":{{\"url\":\"https://shop.example/{device}\"}},\"context\":{{\"userAgent\":\"Firefox/130.0\"}}}}\n"
    )
}

/// The engine after these lines, in whatever order they come.
fn told(lines: &[String]) -> Engine {
    let setup = Setup { rules: Rules { lateness: Span::minutes(60), ..Rules::default() }, ..setup() };
    let agents = Arc::clone(&setup.agents);
    let mut engine = Engine::new(setup);
    let shared = Shared::new(VisitorKey::new(&[1; 16]), agents);
    let (mut classifier, mut batch) = (Classifier::new(Arc::new(shared)), Batch::default());
    let mut format = Format::named("events").expect("a known format");
    classifier.read(lines.concat().as_bytes(), &mut format, Period::ALL, &mut batch);
    engine.apply(InputId(0), 0, &batch);
    engine
}

fn rows(engine: &mut Engine) -> Vec<Arc<SessionRow>> {
    let question = Question {
        sessions: Some(SessionsAsk {
            population: Population::Seen,
            sort: SessionSort::Start,
            order: Order::Ascending,
            rows: 100,
        }),
        ..Question::about(Filter::default())
    };
    engine.answer(&question, Millis(0)).sessions.expect("a list").rows
}

/// Entry pages of the sessions that are linked with the first one.
fn linked_with_first(engine: &mut Engine) -> Vec<String> {
    let first = rows(engine)[0].session;
    let timeline = engine.timeline(first, BounceRule::Single, Millis(0)).expect("it is kept");
    let mut pages: Vec<_> = timeline.others.into_iter().filter_map(|other| other.entry).collect();
    pages.sort();
    pages
}

#[test]
fn r4_one_user_on_two_devices_has_two_sessions_that_are_linked() {
    let lines = [
        event("page", 0, "laptop", "ada"),
        event("page", 1, "phone", "ada"),
        event("page", 2, "tablet", "bob"),
        event("page", 3, "kiosk", ""),
    ];
    let mut engine = told(&lines);
    assert_eq!(rows(&mut engine).len(), 4);
    assert_eq!(linked_with_first(&mut engine), ["/phone"]);
}

#[test]
fn r4_an_identify_links_the_session_around_it_whatever_the_order() {
    let mut lines = vec![
        event("page", 0, "laptop", ""),
        event("identify", 5, "laptop", "ada"),
        event("page", 6, "phone", "ada"),
        event("page", 50, "laptop", ""),
    ];
    for _ in 0..lines.len() {
        lines.rotate_left(1);
        // The laptop's second session is the same visitor's; the phone's is the same user's.
        assert_eq!(linked_with_first(&mut told(&lines)), ["/laptop", "/phone"], "{lines:?}");
    }
}
