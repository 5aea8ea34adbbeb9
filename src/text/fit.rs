//! Truncates and pads text to a number of terminal columns, at grapheme boundaries.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

const ELLIPSIS: &str = "…";

/// The width in columns: the sum over the grapheme clusters, as terminals lay them out.
#[must_use]
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    if is_simple(text) {
        return text.chars().count();
    }
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// Whether each character is a single column wide and a grapheme of its own: the fast path for nearly all text.
#[must_use]
pub fn is_simple(text: &str) -> bool {
    text.chars().all(|one| {
        matches!(one, ' '..='~' | '·' | '×' | '–' | '—' | '…' | '›' | '←'..='↙' | '≈' | '≤' | '≥')
            || matches!(one, '─'..='▟' | '■'..='●' | '⠀'..='⣿')
    })
}

/// The text truncated to `columns`, with `…` at the end.
#[must_use]
pub fn fit(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    match columns {
        0 => String::new(),
        _ => start(text, columns - 1).to_owned() + ELLIPSIS,
    }
}

/// The text truncated in the middle to `columns`. It keeps twice as much of the end as of the start, because the end
/// tells paths apart.
#[must_use]
pub fn fit_middle(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    if columns == 0 {
        return String::new();
    }
    let head = start(text, (columns - 1) / 3);
    let tail = end(text, columns - 1 - width(head));
    [head, ELLIPSIS, tail].concat()
}

/// The text in exactly `columns`, left-aligned.
#[must_use]
pub fn align_left(text: &str, columns: usize) -> String {
    let text = fit(text, columns);
    let blank = blank(columns, &text);
    text + &blank
}

/// The text in exactly `columns`, right-aligned, for figures.
#[must_use]
pub fn align_right(text: &str, columns: usize) -> String {
    let text = fit(text, columns);
    blank(columns, &text) + &text
}

fn blank(columns: usize, text: &str) -> String {
    " ".repeat(columns.saturating_sub(width(text)))
}

/// The longest start that fits.
fn start(text: &str, columns: usize) -> &str {
    if text.is_ascii() {
        return &text[..columns.min(text.len())];
    }
    &text[..taken(text.graphemes(true), columns)]
}

/// The longest end that fits.
fn end(text: &str, columns: usize) -> &str {
    if text.is_ascii() {
        return &text[text.len().saturating_sub(columns)..];
    }
    &text[text.len() - taken(text.graphemes(true).rev(), columns)..]
}

/// Number of bytes of the graphemes that fit.
fn taken<'a>(graphemes: impl Iterator<Item = &'a str>, columns: usize) -> usize {
    let mut used = 0;
    graphemes
        .take_while(|grapheme| {
            used += grapheme.width();
            used <= columns
        })
        .map(str::len)
        .sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_end_is_cut() {
        assert_eq!(fit("Organic Search", 14), "Organic Search");
        assert_eq!(fit("Organic Search", 8), "Organic…");
        assert_eq!(fit("Organic", 1), "…");
        assert_eq!(fit("Organic", 0), "");
    }

    #[test]
    fn paths_keep_their_end() {
        assert_eq!(fit_middle("/blog/2026/11/how-it-works", 16), "/blog…w-it-works");
        assert_eq!(fit_middle("/blog", 5), "/blog");
        assert_eq!(fit_middle("/blog", 1), "…");
    }

    #[test]
    fn wide_and_joined_characters_are_never_split() {
        assert_eq!(fit("日本語", 5), "日本…");
        assert_eq!(fit("日本語", 4), "日…");
        assert_eq!(fit("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        assert_eq!(fit_middle("日本語日本語", 6), "…本語");
    }

    #[test]
    fn figures_stand_at_the_right_and_words_at_the_left() {
        assert_eq!(align_right("412", 6), "   412");
        assert_eq!(align_left("日本", 6), "日本  ");
        assert_eq!(align_left("Google", 4), "Goo…");
    }

    #[test]
    fn simple_characters_take_one_column_and_join_with_none() {
        let simple = (' '..='\u{ffff}').filter(|one| is_simple(one.encode_utf8(&mut [0; 4])));
        for one in simple {
            for pair in [format!("{one}{one}"), format!("{one}a"), format!("▲{one}")] {
                let widths: Vec<_> = pair.graphemes(true).map(UnicodeWidthStr::width).collect();
                assert_eq!(widths, [1, 1], "{one}");
            }
        }
        assert!(!is_simple("e\u{301}") && !is_simple("日") && !is_simple("↔\u{fe0f}") && !is_simple("\t"));
    }

    proptest! {
        #[test]
        fn no_text_is_wider_than_its_columns(text in any::<String>(), columns in 0..30_usize) {
            prop_assert!(width(&fit(&text, columns)) <= columns);
            prop_assert!(width(&fit_middle(&text, columns)) <= columns);
            prop_assert_eq!(width(&align_left(&text, columns)), columns);
            prop_assert_eq!(width(&align_right(&text, columns)), columns);
        }
    }
}
