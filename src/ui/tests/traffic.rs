//! View 8: what fails, who sends hits, and what is behind them.

use super::fixture;
use super::rig::Rig;
use crate::query::view::{LeftOut, TrafficView, View};

fn rig() -> Rig {
    let mut rig = Rig::new(120, 36).answering(fixture::busy());
    rig.press("8");
    rig
}

fn with(change: impl FnOnce(&mut TrafficView)) -> Rig {
    let mut view: View = fixture::busy();
    view.traffic.as_deref_mut().map(change).expect("the shop has traffic");
    let mut rig = Rig::new(120, 36).answering(view);
    rig.press("8");
    rig
}

#[test]
fn hits_are_asked_for_only_where_they_are_shown() {
    let mut rig = Rig::new(120, 36).answering(fixture::busy());
    assert!(rig.question().traffic.is_none());
    rig.press("8");
    assert!(rig.question().traffic.is_some_and(|ask| ask.clients));
}

#[test]
fn what_fails_for_most_people_stands_first_and_s_sorts_by_hits() {
    let mut rig = rig();
    let first = |rig: &mut Rig| rig.line_with("over time");
    assert!(first(&mut rig).contains("linked from"), "{}", first(&mut rig));
    let order = |rig: &mut Rig| {
        let screen = rig.screen();
        let mut rows = ["/summer-sale", "/api/cart", "POST /checkout", "/login"];
        rows.sort_by_key(|path| screen.find(path));
        rows
    };
    assert_eq!(order(&mut rig), ["/summer-sale", "/api/cart", "POST /checkout", "/login"]);
    rig.press("s");
    assert_eq!(order(&mut rig), ["/login", "/api/cart", "/summer-sale", "POST /checkout"]);
}

#[test]
fn enter_on_what_fails_opens_the_sessions_that_met_it() {
    let mut rig = rig();
    rig.press("jj<Enter>");
    assert_eq!(rig.filter(), "path:/checkout status:502");
    assert!(rig.question().sessions.is_some());
    rig.press("<Esc>");
    assert!(rig.question().traffic.is_some(), "back on the view");
}

#[test]
fn enter_on_a_client_or_a_status_shows_what_it_asked_for() {
    let mut clients = rig();
    clients.press("<Tab>j<Enter>");
    assert_eq!(clients.filter(), "address:192.0.2.0/24");
    assert!(clients.question().traffic.is_some(), "still the same view");
    let mut statuses = rig();
    statuses.press("<S-Tab><S-Tab><S-Tab>jj<Enter>");
    assert_eq!(statuses.filter(), "status:401");
}

#[test]
fn a_list_names_the_terms_that_it_cannot_hold_and_marks_lower_bounds() {
    let mut rig = with(|traffic| {
        traffic.left_out = LeftOut { failures: vec!["country:DE".to_owned()], ..LeftOut::default() };
        traffic.folded.clients = 12;
    });
    assert!(rig.line_with("What fails").contains("without country:DE"));
    assert!(rig.line_with("203.0.113.0/24").contains("≥6,000"));
}

#[test]
fn a_log_in_which_nothing_fails_says_so() {
    let mut rig = with(|traffic| traffic.failures.clear());
    assert!(rig.line_with("Nothing fails").contains("Nothing fails"));
}
