//! The mouse: a click focuses a pane and selects a row, another one opens it, the wheel scrolls what it is over.

use ratatui::crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::super::action::Action;
use super::super::lists::Movement;
use super::super::message::{AppCommand, Reports};
use super::super::pane::Pane;
use super::super::panes;
use super::App;
use super::overlays::Overlay;

/// Rows that a notch of the wheel is worth.
const NOTCH: isize = 3;

impl App {
    pub(super) fn toggle_mouse(&mut self) -> Vec<AppCommand> {
        let key = self.key_of(Action::Mouse);
        self.mouse = match self.mouse {
            Reports::On => Reports::Off,
            Reports::Off => Reports::On,
        };
        match self.mouse {
            Reports::On => {
                self.say(format!("Mouse on: click selects, again opens, the wheel scrolls. {key}: off."));
            }
            Reports::Off => self.say("Mouse off: the terminal's own selection works."),
        }
        vec![AppCommand::Mouse(self.mouse)]
    }

    pub(super) fn mouse(&mut self, event: MouseEvent) -> Vec<AppCommand> {
        let at = Position { x: event.column, y: event.row };
        match event.kind {
            MouseEventKind::Down(MouseButton::Left) => self.click(at),
            MouseEventKind::ScrollUp => return self.turn_wheel(at, Action::Up, -NOTCH),
            MouseEventKind::ScrollDown => return self.turn_wheel(at, Action::Down, NOTCH),
            _ => return Vec::new(),
        }
        self.notice = None;
        self.stale = true;
        Vec::new()
    }

    fn click(&mut self, at: Position) {
        if !matches!(self.overlay, Overlay::None) {
            return;
        }
        let Some((pane, area)) = self.pane_at(at).filter(|(pane, _)| pane.takes_focus()) else { return };
        let had_focus = self.location().focus == pane;
        self.trail.focus(pane);
        let Some(line) = self.line_at(pane, area, at) else { return };
        if had_focus && self.lists.of(pane).line() == line {
            self.open();
        } else {
            self.move_cursor(Movement::To(line));
        }
    }

    fn turn_wheel(&mut self, at: Position, action: Action, by: isize) -> Vec<AppCommand> {
        self.stale = true;
        if !matches!(self.overlay, Overlay::None) {
            return self.act(action);
        }
        if let Some((pane, _)) = self.pane_at(at).filter(|(pane, _)| pane.is_list()) {
            let keys = self.rows().keys(pane);
            self.lists.go(pane, Movement::Scroll(by), &keys);
        }
        Vec::new()
    }

    fn pane_at(&self, at: Position) -> Option<(Pane, Rect)> {
        self.layout()?.shown(self.location().focus).find(|(_, area)| area.contains(at))
    }

    /// The list line at a position, from 0, if there is one.
    fn line_at(&self, pane: Pane, area: Rect, at: Position) -> Option<usize> {
        let row = usize::from(at.y.checked_sub(area.y + panes::ABOVE_ROWS)?);
        let line = self.lists.of(pane).offset() + row;
        let is_row = row < panes::rows_in(area) && line < self.rows().keys(pane).len();
        (pane.is_list() && is_row).then_some(line)
    }
}
