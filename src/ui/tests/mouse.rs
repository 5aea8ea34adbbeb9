//! The mouse, once it is asked for.

use ratatui::crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::fixture;
use super::rig::Rig;
use crate::ui::message::{AppCommand, Message, Reports};

fn busy() -> Rig {
    let mut rig = Rig::new(120, 36).answering(fixture::busy());
    rig.draw();
    rig
}

impl Rig {
    fn mouse(&mut self, kind: MouseEventKind, (column, row): (u16, u16)) {
        self.send(Message::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
        self.draw();
    }

    fn click(&mut self, at: (u16, u16)) {
        self.mouse(MouseEventKind::Down(MouseButton::Left), at);
    }

    /// Where a text is on the screen.
    fn place_of(&mut self, text: &str) -> (u16, u16) {
        let screen = self.screen();
        let found = screen.lines().zip(0..).find_map(|(line, row)| Some((line.find(text)?, line, row)));
        let (byte, line, row) = found.expect(text);
        (u16::try_from(line[..byte].chars().count()).expect("a column"), row)
    }
}

#[test]
fn m_turns_it_on_and_off() {
    let mut rig = busy();
    rig.press("mm");
    assert_eq!(rig.commands, [AppCommand::Mouse(Reports::On), AppCommand::Mouse(Reports::Off)]);
}

#[test]
fn a_click_focuses_and_selects_and_another_opens() {
    let mut rig = busy();
    let (column, title) = rig.place_of("Sources ·");
    let second = (column + 2, title + 3);
    rig.click(second);
    assert_eq!(rig.filter(), "", "a first click only selects");
    rig.click(second);
    assert_eq!(rig.filter(), "source:\"Direct / None\"");
}

#[test]
fn the_first_row_of_another_pane_takes_two_clicks_as_well() {
    let mut rig = busy();
    let (column, title) = rig.place_of("Sources ·");
    let first = (column + 2, title + 2);
    rig.click(first);
    assert_eq!(rig.filter(), "", "the pane had no focus yet");
    rig.click(first);
    assert_eq!(rig.filter(), "source:Google");
}

#[test]
fn the_wheel_scrolls_what_it_is_over_and_leaves_the_focus() {
    let mut rig = busy();
    let pages = rig.place_of("Pages ·");
    let shown = |rig: &mut Rig| {
        let screen = rig.screen();
        let below = screen.lines().nth(usize::from(pages.1) + 2).expect("a row").to_owned();
        below.chars().skip(usize::from(pages.0)).take(12).collect::<String>()
    };
    let before = shown(&mut rig);
    rig.mouse(MouseEventKind::ScrollDown, (pages.0, pages.1 + 3));
    assert_ne!(shown(&mut rig), before, "the first page is out of sight");
    assert!(rig.screen().contains("1 / 312"), "the sessions still have the focus");
    rig.mouse(MouseEventKind::ScrollUp, (pages.0, pages.1 + 3));
    assert_eq!(shown(&mut rig), before);
}

#[test]
fn clicks_where_nothing_is_do_nothing() {
    let mut rig = busy();
    for at in [(0, 0), (119, 35), (1, 1), (500, 500)] {
        rig.click(at);
    }
    rig.press("?");
    rig.click((60, 20));
    assert!(rig.screen().contains("Help"));
    assert_eq!(rig.filter(), "");
}
