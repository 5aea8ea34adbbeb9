//! Keys as they are pressed, and what becomes of it.

use std::sync::Arc;

use ratatui::style::Style;

use super::fixture;
use super::rig::{Rig, settings};
use crate::config::Privacy;
use crate::query::inquiry::{Answer, AnswerBody, AsOf, Ask};
use crate::query::question::{Order, Population, SessionRef, SessionSort, Visitor, Window};
use crate::query::view::{InputState, SessionList, SessionRow, View};
use crate::time::Span;
use crate::ui::message::{AppCommand, Message};
use crate::ui::monitor_settings::MonitorSettings;
use crate::ui::run::Program;
use crate::ui::theme::Role;

pub(super) fn busy() -> Rig {
    let mut rig = Rig::new(120, 36).answering(fixture::busy()).answering_timelines(fixture::timeline());
    rig.draw();
    rig
}

/// A busy shop whose lists have been sorted a moment ago.
fn just_sorted() -> Rig {
    let mut rig = busy();
    rig.beat(Span::seconds(10));
    rig
}

/// On the pane of sources.
fn on_sources() -> Rig {
    let mut rig = busy();
    rig.press("<Tab><Tab><Tab>");
    rig
}

#[test]
fn enter_on_a_row_filters_by_it_and_each_esc_takes_one_step_back() {
    let mut rig = on_sources();
    rig.press("<Enter>");
    assert_eq!(rig.filter(), "source:Google");
    rig.press("<Tab>j<Enter>");
    assert_eq!(rig.filter(), "source:Google page:/products/desk-lamp-brass");
    assert!(rig.screen().contains("This page"));
    rig.press("<Esc>");
    assert_eq!(rig.filter(), "source:Google");
    rig.press("<Esc>");
    assert_eq!(rig.filter(), "");
    rig.press("<Esc><Esc>");
    assert_eq!(rig.commands, [], "Esc never quits");
    assert!(rig.screen().contains("q quits"));
}

#[test]
fn minus_excludes_and_backspace_takes_the_last_term_away() {
    let mut rig = on_sources();
    rig.press("j-");
    assert_eq!(rig.filter(), "-source:\"Direct / None\"");
    rig.press("/open bounced<Enter><Backspace><Backspace>");
    assert_eq!(rig.filter(), "-source:\"Direct / None\"");
    rig.press("<Esc>");
    assert_eq!(rig.filter(), "-source:\"Direct / None\" open", "taking a term away is a step too");
}

#[test]
fn a_session_opens_its_timeline_and_esc_comes_back_to_it() {
    let mut rig = busy();
    rig.press("jj<Enter>");
    let wanted = fixture::busy().sessions.expect("sessions").rows[2].session;
    assert!(rig.asked.iter().any(|inquiry| inquiry.ask == Ask::Timeline(wanted)));
    assert!(rig.screen().contains("looked at"));
    rig.press("<Esc>");
    assert!(rig.line_with("Sessions ·").contains("312 active"));
    assert!(rig.screen().contains("3 / 312"), "the cursor is where it was");
}

#[test]
fn another_session_of_the_visitor_opens_from_the_timeline() {
    let mut rig = busy();
    rig.press("<Enter><Tab><Enter>");
    let wanted = fixture::timeline().others[0].session;
    assert_eq!(rig.asked.last().map(|inquiry| inquiry.ask.clone()), Some(Ask::Timeline(wanted)));
    rig.press("<Esc>");
    let first = fixture::busy().sessions.expect("sessions").rows[0].session;
    assert_eq!(rig.asked.last().map(|inquiry| inquiry.ask.clone()), Some(Ask::Timeline(first)));
}

#[test]
fn the_prompt_filters_as_one_types_and_esc_leaves_the_filter_as_it_was() {
    let mut rig = busy();
    rig.press("/bounced");
    assert_eq!(rig.filter(), "bounced");
    rig.press(" sorce:x");
    assert_eq!(rig.filter(), "bounced sorce", "what can be read so far");
    assert!(rig.screen().contains("no field is called `sorce`"));
    rig.press("<Enter>");
    assert!(rig.screen().contains("no field is called"), "what cannot be read is not taken");
    rig.press("<Esc>");
    assert_eq!(rig.filter(), "");
    rig.press("/bounced<Enter><Esc>");
    assert_eq!(rig.filter(), "", "a filter that was written is one step");
    rig.press("/q");
    assert_eq!(rig.commands, [], "q is a letter there");
}

#[test]
fn pasted_text_is_typed_where_something_is_written() {
    let mut rig = busy();
    rig.send(Message::Paste("q\n".to_owned()));
    rig.press("/");
    rig.send(Message::Paste("country:DE\r\n".to_owned()));
    assert_eq!((rig.filter(), rig.commands.len()), ("country:DE".to_owned(), 0));
}

#[test]
fn brackets_change_the_window() {
    let mut rig = busy();
    rig.press("]");
    assert_eq!(rig.question().window, Window::Last(Span::hours(1)));
    rig.press("[[");
    assert_eq!(rig.question().window, Window::Last(Span::minutes(15)));
    assert!(rig.screen().contains("seen in 15m"));
}

#[test]
fn sorting_asks_for_another_order() {
    let mut rig = busy();
    rig.press("s");
    let asked = rig.question().sessions.expect("sessions");
    assert_eq!((asked.sort, asked.order), (SessionSort::Start, Order::Descending));
    rig.press("r");
    assert_eq!(rig.question().sessions.expect("sessions").order, Order::Ascending);
    assert!(rig.line_with("Sessions ·").contains("by start ▲"));
}

#[test]
fn tab_goes_round_all_panes_and_s_tab_back() {
    let mut rig = busy();
    let start = rig.screen();
    rig.press("<Tab><Tab><Tab><Tab><Tab><Tab><Tab>");
    assert_eq!(rig.screen(), start);
    rig.press("<S-Tab><Tab>");
    assert_eq!(rig.screen(), start);
    rig.press("l");
    assert_ne!(rig.screen(), start);
    rig.press("h");
    assert_eq!(rig.screen(), start);
}

#[test]
fn z_gives_a_pane_the_screen_and_takes_it_back() {
    let mut rig = busy();
    let start = rig.screen();
    rig.press("z");
    assert!(!rig.screen().contains("Sources"));
    assert!(rig.screen().contains("device"), "and the pane gains columns");
    rig.press("z");
    assert_eq!(rig.screen(), start);
    rig.press("z<Esc>");
    assert_eq!(rig.screen(), start);
}

#[test]
fn number_keys_are_steps_to_screens() {
    let mut rig = busy();
    rig.press("2");
    assert_eq!(rig.question().sessions.expect("sessions").population, Population::Seen);
    rig.press("5");
    assert_eq!(rig.question().tables.len(), 6);
    rig.press("<Esc><Esc>");
    assert_eq!(rig.question().sessions.expect("sessions").population, Population::Active);
}

#[test]
fn help_is_searched_as_one_types() {
    let mut rig = busy();
    rig.press("?settled");
    let screen = rig.screen();
    assert!(screen.contains("bounce rate of the sessions that closed in the last 30m"));
    assert!(!screen.contains("to the next pane"));
    rig.press("<Esc>");
    assert!(rig.screen().contains("Sources"));
}

#[test]
fn quitting_suspending_and_copying_are_for_the_loop() {
    let mut rig = on_sources();
    rig.press("jy<^z>q/<^c>");
    let copied = AppCommand::Copy("Direct / None".into());
    assert_eq!(rig.commands, [copied, AppCommand::Suspend, AppCommand::Quit, AppCommand::Quit]);
}

#[test]
fn what_is_copied_is_harmless() {
    let mut rig = busy();
    rig.press("4Gy");
    assert_eq!(rig.commands, [AppCommand::Copy("/␛[31mevil‹U+202E›txt.exe".into())]);
}

#[test]
fn a_paused_screen_stands_still_and_counts_what_it_is_behind() {
    let mut rig = busy();
    rig.press(" ");
    let mut later = fixture::busy();
    later.totals.active = 999;
    later.intake.lines += 1_204;
    rig.now_answering(later);
    rig.beat(Span::seconds(1));
    assert!(rig.question().tables.is_empty(), "no more is asked than what it takes to count");
    let screen = rig.screen();
    assert!(
        screen.contains("PAUSED · 1,204 lines behind") && screen.contains("312") && !screen.contains("999")
    );
    rig.press("s");
    let screen = rig.screen();
    assert!(
        screen.contains("PAUSED · 1,204 lines behind") && !screen.contains("999"),
        "another question is answered as of the same instant"
    );
    rig.press(" ");
    assert!(rig.screen().contains("999"));
}

#[test]
fn a_held_instant_that_had_to_be_evicted_is_said() {
    let mut rig = busy();
    rig.press(" ");
    let mut later = fixture::busy();
    later.intake.lines += 1_204;
    rig.now_answering(later);
    rig.beat(Span::seconds(1));
    rig.evict_snapshot();
    rig.press("s");
    let screen = rig.screen();
    assert!(screen.contains("PAUSED · 0 lines behind") && screen.contains("this is a later one"), "{screen}");
}

#[test]
fn an_open_session_is_held_with_the_screen() {
    let mut rig = busy();
    rig.press("<Enter> ");
    let held = rig.asked.iter().filter(|inquiry| inquiry.as_of == AsOf::Snapshot);
    assert!(held.into_iter().any(|inquiry| matches!(inquiry.ask, Ask::Timeline(_))));
}

#[test]
fn answers_to_older_questions_are_ignored() {
    let mut rig = busy();
    let old = rig.asked.last().expect("asked").ticket;
    rig.press("]");
    let mut view = fixture::busy();
    view.totals.active = 999;
    rig.send(Message::Answer(Answer { ticket: old, found: AnswerBody::View(Arc::new(view)) }));
    assert!(!rig.screen().contains("999"));
}

fn with_sessions(rows: Vec<Arc<SessionRow>>) -> View {
    View { sessions: Some(SessionList { total: 312, rows }), ..fixture::busy() }
}

fn line_of(rig: &mut Rig, alias: &str) -> Option<usize> {
    rig.screen().lines().position(|line| line.contains(alias))
}

#[test]
fn lists_re_sort_at_a_slow_beat_and_the_cursor_follows_its_row() {
    let mut rig = just_sorted();
    rig.press("jj");
    let mut rows = fixture::busy().sessions.expect("sessions").rows;
    let (first, third) = (rows[0].alias.clone(), rows[2].alias.clone());
    let before = (line_of(&mut rig, &first), line_of(&mut rig, &third));
    rows.swap(0, 6);
    rows.swap(2, 4);
    rig.now_answering(with_sessions(rows));
    rig.beat(Span::seconds(1));
    assert_eq!((line_of(&mut rig, &first), line_of(&mut rig, &third)), before, "too soon to re-sort");
    rig.beat(Span::seconds(10));
    assert_ne!(line_of(&mut rig, &first), before.0);
    rig.press("<Enter>");
    let wanted = fixture::busy().sessions.expect("sessions").rows[2].session;
    assert_eq!(rig.asked.last().map(|inquiry| inquiry.ask.clone()), Some(Ask::Timeline(wanted)));
}

#[test]
fn a_session_that_ends_fades_before_it_goes() {
    let mut rig = just_sorted();
    let mut rows = fixture::busy().sessions.expect("sessions").rows;
    let gone = rows.remove(4).alias.clone();
    let sessions = Some(SessionList { total: rows.len() as u64, rows });
    rig.now_answering(View { sessions, ..fixture::busy() });
    rig.beat(Span::seconds(1));
    let line = line_of(&mut rig, &gone).expect("it is still there");
    assert!(style_at(&mut rig, 4, line).contains(super::theme().style(Role::Dim)));
    rig.beat(Span::seconds(10));
    assert_eq!(line_of(&mut rig, &gone), None);
}

trait Contains {
    fn contains(&self, part: Style) -> bool;
}

impl Contains for Style {
    fn contains(&self, part: Style) -> bool {
        self.patch(part) == *self
    }
}

fn style_at(rig: &mut Rig, x: u16, line: usize) -> Style {
    rig.draw()[(x, u16::try_from(line).expect("a line of the screen"))].style()
}

#[test]
fn focus_shows_in_the_border_and_nothing_moves() {
    let mut rig = busy();
    let corner = line_of(&mut rig, "Sources ·").expect("sources");
    let accent = super::theme().style(Role::Accent);
    assert!(!style_at(&mut rig, 0, corner).contains(accent));
    let before = rig.screen();
    rig.press("<Tab><Tab><Tab>");
    assert!(style_at(&mut rig, 0, corner).contains(accent));
    let changed = before.lines().zip(rig.screen().lines()).filter(|(a, b)| a != b).count();
    assert!(changed <= 4, "only places in lists and hints say something else: {changed} lines");
}

#[test]
fn nothing_is_drawn_where_nothing_changed() {
    let mut rig = busy();
    assert!(!rig.app.needs_draw());
    rig.beat(Span::seconds(1));
    assert!(!rig.app.needs_draw(), "the same answer again");
    let mut later = fixture::busy();
    later.totals.active += 1;
    rig.now_answering(later);
    rig.beat(Span::seconds(1));
    assert!(rig.app.needs_draw());
}

#[test]
fn a_log_that_has_ended_lists_what_was_seen() {
    let mut view = fixture::busy();
    view.intake.inputs[0].state = InputState::Ended;
    let mut rig = Rig::new(120, 36).answering(view);
    assert_eq!(rig.question().sessions.expect("sessions").population, Population::Seen);
    assert!(rig.screen().contains("2,310 seen in 30m"));
}

#[test]
fn a_session_that_is_no_longer_kept_says_so() {
    let mut rig = Rig::new(120, 36).answering(fixture::busy());
    rig.draw();
    rig.press("<Enter>");
    assert!(rig.screen().contains("no longer kept"));
}

#[test]
fn an_empty_pane_says_what_would_fill_it() {
    let mut view = fixture::busy();
    view.tables.retain(|table| table.grouping != Some(crate::query::question::Grouping::Country));
    let mut rig = Rig::new(120, 36).answering(view.clone());
    rig.press("5");
    assert!(rig.screen().contains("--geoip FILE"));
    let strict = MonitorSettings { privacy: Privacy::Strict, ..settings() };
    view.sessions = Some(SessionList::default());
    let mut rig = Rig::with(strict, 120, 36).answering(view);
    assert!(rig.screen().contains("--privacy strict"));
}

#[test]
fn rows_are_asked_for_before_they_are_needed() {
    let mut rig = busy();
    let asked = |rig: &Rig| rig.question().sessions.expect("sessions").rows;
    let few = asked(&rig);
    rig.press("G");
    assert!(asked(&rig) > few, "the last row can only be shown if all are known");
    let session = |visitor| SessionRef { visitor: Visitor(visitor), start: fixture::NOW };
    let row = &fixture::busy().sessions.expect("sessions").rows[0];
    let named = |visitor| Arc::new(SessionRow { session: session(visitor), ..SessionRow::clone(row) });
    let rows = (0..400).map(named).collect();
    rig.now_answering(with_sessions(rows));
    rig.press("s");
    assert!(rig.screen().contains("400 / 400"), "the last row is never one beyond all");
}

#[test]
fn text_from_the_log_never_reaches_the_screen_raw() {
    let mut rig = busy();
    for keys in ["4G", "<Enter>", "y", "/", "<Esc>?", "<Esc>1"] {
        rig.press(keys);
        let wild = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!rig.screen().contains(wild), "after {keys}");
    }
}
