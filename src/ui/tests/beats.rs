//! What moves the screen on, and what does not.

use std::sync::Arc;

use super::fixture;
use super::rig::Rig;
use crate::query::question::{SessionRef, Visitor};
use crate::query::view::{SessionList, SessionRow};
use crate::time::Span;
use crate::ui::run::Program;

fn at_rest() -> Rig {
    let mut rig = Rig::new(160, 48).answering(fixture::busy());
    rig.silent_beat(Span::seconds(1));
    rig.silent_beat(Span::seconds(10));
    rig.draw();
    rig
}

#[test]
fn in_silence_it_asks_every_ten_seconds_and_draws_nothing() {
    let mut rig = at_rest();
    let asked = rig.asked.len();
    let mut frames = 0;
    for _ in 0..45 {
        rig.silent_beat(Span::seconds(1));
        frames += usize::from(rig.app.needs_draw());
        rig.draw();
    }
    assert_eq!((rig.asked.len(), frames), (asked + 4, 0), "sessions age and close in silence too");
}

#[test]
fn what_was_too_soon_for_the_screen_comes_by_itself() {
    let mut rig = at_rest();
    rig.beat(Span::seconds(1));
    let mut later = fixture::busy();
    later.totals.active = 777;
    rig.now_answering(later);
    rig.beat(Span(250));
    assert!(!rig.screen().contains("777"), "headline numbers change once a second at most");
    rig.silent_beat(Span::seconds(1));
    assert!(rig.screen().contains("777"));
}

#[test]
fn after_a_silence_a_line_shows_at_once() {
    let mut rig = at_rest();
    let mut later = fixture::busy();
    later.totals.active = 777;
    rig.now_answering(later);
    rig.beat(Span::seconds(5));
    assert!(rig.screen().contains("777"));
}

#[test]
fn a_new_session_below_what_can_be_seen_is_no_reason_to_draw() {
    let mut rig = at_rest();
    let with_one_more = |list: &mut SessionList, visitor| {
        let session = SessionRef { visitor: Visitor(visitor), start: fixture::NOW };
        let row = SessionRow { session, ..SessionRow::clone(&list.rows[0]) };
        list.rows.push(Arc::new(row));
    };
    let mut later = fixture::busy();
    with_one_more(later.sessions.as_mut().expect("sessions"), 4711);
    rig.now_answering(later.clone());
    rig.beat(Span(250));
    assert!(!rig.app.needs_draw());
    rig.press("2G");
    rig.draw();
    with_one_more(later.sessions.as_mut().expect("sessions"), 4712);
    rig.now_answering(later);
    rig.beat(Span(250));
    assert!(rig.app.needs_draw(), "the cursor stands on the last row, whichever that is");
}

#[test]
fn when_loading_ends_the_screen_is_at_rest() {
    let mut rig = Rig::new(160, 48).answering(fixture::loading());
    rig.draw();
    rig.now_answering(fixture::busy());
    rig.beat(Span(250));
    rig.draw();
    for _ in 0..20 {
        rig.silent_beat(Span::seconds(1));
        assert!(!rig.app.needs_draw());
    }
}
