//! Themes, followed visitors, saved filters.

use super::fixture;
use super::rig::{Rig, settings};
use crate::query::filter::Filter;
use crate::query::inquiry::Ask;
use crate::query::question::SessionRef;
use crate::time::Span;
use crate::ui::monitor_settings::MonitorSettings;
use crate::ui::theme::{self, Depth, Role};

fn busy() -> Rig {
    let mut rig = Rig::new(120, 36).answering(fixture::busy()).answering_timelines(fixture::timeline());
    rig.draw();
    rig
}

/// The colour of the border of the pane that has the focus.
fn accent(rig: &mut Rig) -> ratatui::style::Color {
    let row = rig.screen().lines().position(|line| line.contains("Sessions ·")).expect("sessions");
    rig.draw()[(0, u16::try_from(row).expect("a row"))].fg
}

#[test]
fn a_theme_is_tried_at_once_and_esc_takes_it_back() {
    let mut rig = busy();
    let before = accent(&mut rig);
    rig.press("Tj");
    let dusk = theme::load("dusk", None, Depth::Ansi16).expect("dusk").style(Role::Accent).fg;
    assert_eq!(Some(accent(&mut rig)), dusk);
    assert!(rig.screen().contains("Light, high contrast"), "each says what it is like");
    rig.press("<Esc>");
    assert_eq!(accent(&mut rig), before);
    rig.press("Tj<Enter>");
    assert_eq!(Some(accent(&mut rig)), dusk);
    assert!(rig.screen().contains("--theme dusk"), "how it stays");
}

#[test]
fn following_goes_on_to_the_visitors_next_session() {
    let mut rig = busy();
    rig.press("jF");
    assert!(rig.screen().contains("following the visitor"));
    let mut next = fixture::timeline();
    let later = SessionRef { start: next.row.start + Span::hours(1), ..next.row.session };
    next.others[0].session = later;
    rig = rig.answering_timelines(next);
    rig.beat(Span::seconds(3));
    assert!(rig.asked.iter().any(|inquiry| inquiry.ask == Ask::Timeline(later)));
    rig.press("k");
    assert!(!rig.screen().contains("following the visitor"), "who looks around lets go");
    rig.press("<Esc>");
    assert!(rig.screen().contains("Sources"), "it was one step");
}

#[test]
fn who_goes_to_the_end_of_a_list_that_is_not_listed_whole_is_told_how_to_get_there() {
    let mut view = fixture::busy();
    if let Some(list) = &mut view.sessions {
        list.total = 48_211;
    }
    let mut rig = Rig::new(120, 36).answering(view);
    rig.draw();
    rig.press("j");
    assert!(!rig.screen().contains("are listed"));
    rig.press("G");
    assert!(
        rig.screen().contains("The first 10,000 of 48,211 rows are listed; r lists them"),
        "{}",
        rig.screen()
    );
}

#[test]
fn saved_filters_are_completed_and_taken_by_name() {
    let buyers = Filter::parse("page:/checkout* -bounced").expect("a filter");
    let segments = [("buyers".to_owned(), buyers)].into();
    let mut rig = Rig::with(MonitorSettings { segments, ..settings() }, 120, 36).answering(fixture::busy());
    rig.draw();
    rig.press("/seg<Tab>b<Tab>");
    assert_eq!(rig.filter(), "page:/checkout* -bounced");
    rig.press("<Enter>");
    assert!(rig.screen().lines().next().is_some_and(|header| header.contains("›  segment buyers")));
    rig.press("<Backspace>");
    assert_eq!(rig.filter(), "", "it goes as one");
}

#[test]
fn values_are_completed_from_what_was_seen() {
    let mut rig = busy();
    rig.press("/source:dir");
    assert!(rig.line_with("Direct / None\"").contains("Tab"));
    rig.press("<Tab>");
    assert_eq!(rig.filter(), "source:\"Direct / None\"");
}
