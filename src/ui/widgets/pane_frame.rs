//! A pane's border with its titles: name and window on the left, sum or sort on the right, position in a long list at
//! the bottom.

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::symbols::border;
use ratatui::text::{Line, Span};

use crate::text;
use crate::ui::theme::{Role, Theme};

use super::{columns, put, put_right};

/// The texts in a pane's border.
#[derive(Debug, Clone, Default)]
pub(crate) struct Titles {
    /// The name, and shorter forms of it.
    pub(crate) names: Vec<String>,
    /// Window and definition, and shorter forms; omitted if none fits.
    pub(crate) definitions: Vec<String>,
    /// The sum or the sort.
    pub(crate) right: String,
    /// The position in a long list.
    pub(crate) place: String,
    /// The hidden panes that share this slot, and shorter forms; omitted if none fits.
    pub(crate) behind: Vec<String>,
}

/// Whether a pane has the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Focus {
    /// It has.
    Here,
    /// It has not.
    Elsewhere,
}

/// Draws the border; returns the inner area, less one column of padding on both sides.
pub(crate) fn draw(theme: &Theme, titles: &Titles, focus: Focus, area: Rect, buf: &mut Buffer) -> Rect {
    let (border, title) = match focus {
        Focus::Here => (Role::Accent, ink(theme, Role::Title).add_modifier(Modifier::BOLD)),
        Focus::Elsewhere => (Role::Border, ink(theme, Role::Text)),
    };
    let room = area.width.saturating_sub(4);
    let (name, definition, right) = fitted(titles, theme.symbols().between, room);
    draw_border(&theme.symbols().border, theme.style(border), area, buf);
    let edges = area.inner(Margin::new(1, 0));
    let (top, bottom) = (0, area.height.saturating_sub(1));
    let name = Span::styled(format!(" {name}"), title);
    let definition = Span::styled(format!("{definition} "), ink(theme, Role::Muted));
    put(buf, edges, top, &Line::from(vec![name, definition]));
    if !right.is_empty() {
        put_right(buf, edges, top, &edge(theme, &right));
    }
    let fits = |behind: &&String| columns(behind) + columns(&titles.place) + 6 <= room;
    if let Some(behind) = titles.behind.iter().find(fits) {
        put(buf, edges, bottom, &edge(theme, behind));
    }
    if !titles.place.is_empty() && columns(&titles.place) + 2 <= room {
        put_right(buf, edges, bottom, &edge(theme, &titles.place));
    }
    area.inner(Margin::new(2, 1))
}

/// Draws the border itself. A `Block` would also style every cell inside, which is more work than all borders of a
/// screen.
fn draw_border(symbols: &border::Set, style: Style, area: Rect, buf: &mut Buffer) {
    let (left, right) = (area.left(), area.right().saturating_sub(1));
    let (top, bottom) = (area.top(), area.bottom().saturating_sub(1));
    let mut draw = |x: u16, y: u16, symbol: &str| {
        if let Some(cell) = buf.cell_mut((x, y)).filter(|_| area.contains(Position { x, y })) {
            cell.set_symbol(symbol).set_style(style);
        }
    };
    for x in area.left()..area.right() {
        draw(x, top, symbols.horizontal_top);
        draw(x, bottom, symbols.horizontal_bottom);
    }
    for y in area.top()..area.bottom() {
        draw(left, y, symbols.vertical_left);
        draw(right, y, symbols.vertical_right);
    }
    draw(left, top, symbols.top_left);
    draw(right, top, symbols.top_right);
    draw(left, bottom, symbols.bottom_left);
    draw(right, bottom, symbols.bottom_right);
}

/// The style of a role on the border, reset first so that the border's style does not show through.
fn ink(theme: &Theme, role: Role) -> Style {
    [Role::Screen, Role::Text, role]
        .iter()
        .fold(Style::reset(), |style, role| style.patch(theme.style(*role)))
}

fn edge(theme: &Theme, text: &str) -> Line<'static> {
    Line::from(Span::styled(format!(" {text} "), ink(theme, Role::Muted)))
}

/// Name, definition and right title, as long as fit. The right one goes before the definition is dropped, and the
/// definition before the name is cut.
fn fitted(titles: &Titles, dot: &str, room: u16) -> (String, String, String) {
    let shortest = titles.names.last().cloned().unwrap_or_default();
    let fits = |name: &&String| columns(name) + 2 <= room;
    let name = titles.names.iter().find(fits).cloned().unwrap_or(shortest);
    let left = room.saturating_sub(columns(&name) + 2);
    let definition = titles
        .definitions
        .iter()
        .filter(|definition| !definition.is_empty())
        .map(|definition| format!(" {dot} {definition}"))
        .find(|definition| columns(definition) <= left)
        .unwrap_or_default();
    let left = left.saturating_sub(columns(&definition));
    let right = if columns(&titles.right) + 3 <= left { titles.right.clone() } else { String::new() };
    (text::fit(&name, usize::from(room)), definition, right)
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;

    use super::*;
    use crate::ui::theme::{self, Depth};

    fn shown(room: u16) -> (String, String, String) {
        let titles = Titles {
            names: vec!["Sessions started".to_owned(), "Started".to_owned()],
            definitions: vec!["in the last 30m".to_owned(), "30m".to_owned()],
            right: "by count".to_owned(),
            ..Titles::default()
        };
        fitted(&titles, "-", room)
    }

    #[test]
    fn titles_say_less_where_there_is_less_room() {
        let owned = |(a, b, c): (&str, &str, &str)| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(shown(60), owned(("Sessions started", " - in the last 30m", "by count")));
        assert_eq!(shown(40), owned(("Sessions started", " - in the last 30m", "")));
        assert_eq!(shown(24), owned(("Sessions started", " - 30m", "")));
        assert_eq!(shown(18), owned(("Sessions started", "", "")));
        assert_eq!(shown(16), owned(("Started", " - 30m", "")));
        assert_eq!(shown(4), owned(("Sta…", "", "")));
    }

    #[test]
    fn a_title_has_nothing_of_the_border_that_it_stands_in() {
        let theme =
            theme::load(theme::DEFAULT, None, Depth::Ansi16).unwrap_or_else(|error| panic!("{error}"));
        let area = Rect::new(0, 0, 40, 3);
        let titles = Titles { names: vec!["Sessions".to_owned()], ..Titles::default() };
        for (focus, weight) in [(Focus::Here, Modifier::BOLD), (Focus::Elsewhere, Modifier::empty())] {
            let mut buf = Buffer::empty(area);
            draw(&theme, &titles, focus, area, &mut buf);
            let (border, title) = (&buf[(30, 0)], &buf[(2, 0)]);
            assert_eq!((title.symbol(), title.fg, title.modifier), ("S", Color::Reset, weight));
            assert_ne!((border.fg, border.modifier), (title.fg, title.modifier));
        }
    }
}
