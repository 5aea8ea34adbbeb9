//! A pane's border with its titles: what it is and over which window at the left, the sum or the sort at the right,
//! the place in a long list below.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Padding, Widget};

use crate::text;
use crate::ui::theme::{Role, Theme};

use super::columns;

/// The texts in a pane's border.
#[derive(Debug, Clone, Default)]
pub(crate) struct Titles {
    /// What the pane shows.
    pub(crate) name: String,
    /// Window and definition; shortened first where there is no room.
    pub(crate) definition: String,
    /// The sum or the sort.
    pub(crate) right: String,
    /// The place in a long list.
    pub(crate) place: String,
    /// The panes that share this place and do not show.
    pub(crate) behind: String,
}

/// Whether keys go to a pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Focus {
    /// They do.
    Here,
    /// They do not.
    Elsewhere,
}

/// Draws the border; gives what is left inside, without one column of padding on both sides.
pub(crate) fn draw(theme: &Theme, titles: &Titles, focus: Focus, area: Rect, buf: &mut Buffer) -> Rect {
    let (border, title) = match focus {
        Focus::Here => (Role::Accent, Role::Title),
        Focus::Elsewhere => (Role::Border, Role::Text),
    };
    let room = area.width.saturating_sub(4);
    let (name, definition, right) = fitted(titles, theme.symbols().between, room);
    let mut block = Block::bordered()
        .border_set(theme.symbols().border)
        .border_style(theme.style(border))
        .padding(Padding::horizontal(1));
    let name = Span::styled(format!(" {name}"), theme.style(title));
    let definition = Span::styled(format!("{definition} "), theme.style(Role::Muted));
    block = block.title_top(Line::from(vec![name, definition]));
    if !right.is_empty() {
        block = block.title_top(edge(theme, &right));
    }
    if !titles.behind.is_empty() && columns(&titles.behind) + columns(&titles.place) + 6 <= room {
        block = block.title_bottom(Line::from(Span::styled(
            format!(" {} ", titles.behind),
            theme.style(Role::Muted),
        )));
    }
    if !titles.place.is_empty() && columns(&titles.place) + 2 <= room {
        block = block.title_bottom(edge(theme, &titles.place));
    }
    let inner = block.inner(area);
    block.render(area, buf);
    inner
}

fn edge(theme: &Theme, text: &str) -> Line<'static> {
    Line::from(Span::styled(format!(" {text} "), theme.style(Role::Muted))).right_aligned()
}

/// Name, definition and right title, as much of them as fits: the right one goes first.
fn fitted(titles: &Titles, dot: &str, room: u16) -> (String, String, String) {
    let definition = match titles.definition.as_str() {
        "" => String::new(),
        definition => format!(" {dot} {definition}"),
    };
    let left = columns(&titles.name) + columns(&definition) + 2;
    let right = if titles.right.is_empty() { 0 } else { columns(&titles.right) + 3 };
    let kept = if left + right <= room { titles.right.clone() } else { String::new() };
    let name = text::fit(&titles.name, usize::from(room));
    let left_over = usize::from(room).saturating_sub(usize::from(columns(&name)));
    (name, text::fit(&definition, left_over), kept)
}
