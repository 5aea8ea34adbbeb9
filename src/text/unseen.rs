//! The one list of characters that must not be shown as they are.

use unicode_properties::GeneralCategory::{
    Control, Format, LineSeparator, ParagraphSeparator, PrivateUse, SpaceSeparator, Surrogate, Unassigned,
};
use unicode_properties::UnicodeGeneralCategory;

/// Whether a terminal would obey the character, hide it, show it as a blank, or show who knows what.
///
/// By category these are controls (C0 and C1), formats (bidirectional ones, joiners, the soft hyphen, annotations,
/// tags), line and paragraph separators, spaces other than the ASCII one, private use, and code points without a
/// character. By name, the letters, marks and symbols that nobody sees either.
pub(super) fn is_unseen(character: char) -> bool {
    match character {
        ' '..='~' => false,
        '\0'..='\u{9f}' => true,
        _ => is_ignorable(character) || is_blank(character) || is_of_an_unseen_category(character),
    }
}

fn is_of_an_unseen_category(character: char) -> bool {
    matches!(
        character.general_category(),
        Control
            | Format
            | Surrogate
            | PrivateUse
            | Unassigned
            | LineSeparator
            | ParagraphSeparator
            | SpaceSeparator
    )
}

/// What the Unicode Character Database calls default ignorable, and is neither a format nor unassigned: the grapheme
/// joiner, the inherent vowels of Khmer, variation selectors.
fn is_ignorable(character: char) -> bool {
    matches!(character,
        '\u{34f}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{e0100}'..='\u{e01ef}')
}

/// Letters and symbols that look like a blank: the fillers of Hangul, the empty Braille cell, the null notehead; and
/// the sign for an object that is not there.
fn is_blank(character: char) -> bool {
    matches!(
        character,
        '\u{115f}'..='\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}' | '\u{fffc}' | '\u{1d159}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sort_of_what_nobody_sees_is_on_the_list() {
        for (sort, characters) in [
            ("controls", "\0\u{7}\u{1b}\u{7f}\u{80}\u{9b}\u{9f}"),
            ("line breaks", "\n\r\u{b}\u{c}\u{85}\u{2028}\u{2029}"),
            ("bidirectional", "\u{61c}\u{200e}\u{200f}\u{202a}\u{202e}\u{2066}\u{2069}"),
            ("of no width", "\u{200b}\u{200c}\u{200d}\u{2060}\u{2064}\u{feff}"),
            ("hyphens that hide", "\u{ad}"),
            ("variation selectors", "\u{180b}\u{180f}\u{fe00}\u{fe0f}\u{e0100}\u{e01ef}"),
            ("tags", "\u{e0001}\u{e0020}\u{e0041}\u{e007f}"),
            ("private use", "\u{e000}\u{f8ff}\u{f0000}\u{10fffd}"),
            ("no characters", "\u{fdd0}\u{fdef}\u{fffe}\u{ffff}\u{1fffe}\u{10ffff}\u{378}\u{2065}\u{50000}"),
            ("annotations", "\u{fff9}\u{fffa}\u{fffb}\u{fffc}"),
            ("fillers", "\u{115f}\u{1160}\u{3164}\u{ffa0}\u{17b4}\u{34f}"),
            ("blanks", "\u{a0}\u{1680}\u{2000}\u{200a}\u{202f}\u{205f}\u{3000}\u{2800}\u{1d159}"),
            ("of scripts", "\u{600}\u{6dd}\u{70f}\u{8e2}\u{110bd}\u{13430}\u{1bca0}\u{1d173}"),
        ] {
            for character in characters.chars() {
                assert!(is_unseen(character), "{sort}: U+{:04X}", u32::from(character));
            }
        }
    }

    #[test]
    fn what_people_write_is_seen() {
        for character in " ~éßñŁжΩאبहไ日本한😀🇩\u{301}\u{1f3fd}€…–␛‹›■⣿".chars()
        {
            assert!(!is_unseen(character), "U+{:04X}", u32::from(character));
        }
    }
}
