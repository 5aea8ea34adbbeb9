//! A bar that grows in eighths of a cell on its track.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::ui::theme::{Role, Theme};

/// A bar of `count` relative to `largest` in `width` columns. Values other than zero show at least an eighth.
pub(crate) fn bar(theme: &Theme, style: Style, count: u64, largest: u64, width: u16) -> Line<'static> {
    let eighths = eighths(count, largest, width);
    let (full, part) = (eighths / 8, eighths % 8);
    let glyphs = &theme.symbols().bars;
    let mut filled = glyphs[8].repeat(full);
    if part > 0 {
        filled.push_str(glyphs[part]);
    }
    let used = full + usize::from(part > 0);
    let track = theme.style(Role::BarTrack);
    let rest = " ".repeat(usize::from(width).saturating_sub(used));
    Line::from(vec![Span::styled(filled, track.patch(style)), Span::styled(rest, track)])
}

fn eighths(count: u64, largest: u64, width: u16) -> usize {
    if count == 0 || largest == 0 {
        return 0;
    }
    let whole = u128::from(width) * 8;
    let part = (u128::from(count) * whole + u128::from(largest) / 2) / u128::from(largest);
    usize::try_from(part.clamp(1, whole)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(count: u64, largest: u64) -> String {
        bar(&crate::ui::tests::theme(), Style::new(), count, largest, 4).to_string()
    }

    #[test]
    fn bars_grow_in_eighths_and_fill_their_width() {
        let shown = [shown(0, 8), shown(1, 32), shown(9, 32), shown(8, 8), shown(1, 1_000_000)];
        assert_eq!(shown, ["    ", "▏   ", "█▏  ", "████", "▏   "]);
    }
}
