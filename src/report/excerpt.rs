//! A malformed line with a caret under the column where parsing stopped.

use unicode_width::UnicodeWidthStr;

use crate::query::view::MalformedExample;
use crate::text::{fit, harmless};

/// Cells of context kept before the caret when the start of the line is cut: half of an 80-column screen.
const BEFORE: usize = 40;

/// The line and the caret below it, at most `cells` wide. No caret if the column is not in the text, which may be
/// truncated.
pub(super) fn excerpt(example: &MalformedExample, cells: usize) -> Vec<String> {
    let text = example.text.as_str();
    let place = example.column.saturating_sub(1);
    let Some((before, after)) = text.split_at_checked(place) else {
        return vec![fit(&harmless(text), cells)];
    };
    let before = shortened(&harmless(before), cells.saturating_sub(1).min(BEFORE.max(cells / 2)));
    let caret = before.width();
    vec![fit(&format!("{before}{}", harmless(after)), cells), format!("{}^", " ".repeat(caret))]
}

/// Truncates on the left to fit `cells`.
fn shortened(text: &str, cells: usize) -> String {
    if text.width() <= cells {
        return text.to_owned();
    }
    let mut starts = text.char_indices().map(|(start, _)| start);
    let start = starts.find(|start| text[*start..].width() < cells).unwrap_or(text.len());
    format!("…{}", &text[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(text: &str, column: usize) -> MalformedExample {
        let (input, reason) = ("access.log".to_owned(), "a time".to_owned());
        MalformedExample { input, line: 1, column, reason, text: text.to_owned() }
    }

    #[test]
    fn the_caret_stands_below_the_byte() {
        assert_eq!(excerpt(&example("abc def", 5), 60), ["abc def", "    ^"]);
        assert_eq!(excerpt(&example("日本 def", 8), 60), ["日本 def", "     ^"]);
        assert_eq!(excerpt(&example("abc", 4), 60), ["abc", "   ^"]);
    }

    #[test]
    fn a_place_far_right_stays_in_sight() {
        let long = format!("{}HERE and more that does not fit into the line at all", "x".repeat(200));
        let shown = excerpt(&example(&long, 201), 60);
        assert!(shown[0].starts_with('…') && shown[0].width() <= 60, "{shown:?}");
        assert_eq!(shown[0].find("HERE").map(|at| shown[0][..at].width()), Some(shown[1].width() - 1));
    }

    #[test]
    fn a_place_that_was_cut_away_or_splits_a_letter_gets_no_caret() {
        assert_eq!(excerpt(&example("abc", 90), 60), ["abc"]);
        assert_eq!(excerpt(&example("é", 2), 60), ["é"]);
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert!(!excerpt(&example("a\x1b[2Jb", 3), 60).concat().contains('\x1b'));
    }
}
