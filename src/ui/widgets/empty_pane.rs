//! The message of an empty pane: what is missing, why, and what helps.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget, Wrap};

use crate::text::harmless;
use crate::ui::theme::{Role, Theme};

/// What is missing, and what helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EmptyPane {
    /// What is missing, in a few words.
    pub(crate) what: String,
    /// Why, and which key or flag helps; one line each.
    pub(crate) help: Vec<String>,
}

impl EmptyPane {
    /// A message with one line of help.
    pub(crate) fn new(what: impl Into<String>, help: impl Into<String>) -> EmptyPane {
        EmptyPane { what: what.into(), help: vec![help.into()] }
    }

    /// Writes the message into the upper third of an area.
    pub(crate) fn draw(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let line = |role, text| Line::from(Span::styled(harmless(text).into_owned(), theme.style(role)));
        let what = line(Role::Strong, &self.what);
        let help = self.help.iter().map(|text| line(Role::Muted, text));
        let lines: Vec<_> = [what].into_iter().chain(help).collect();
        let above = area.height.saturating_sub(4) / 4;
        let place = Rect { y: area.y + above, height: area.height - above, ..area };
        Paragraph::new(lines).wrap(Wrap { trim: true }).render(place, buf);
    }
}
