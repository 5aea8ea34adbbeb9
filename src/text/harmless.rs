//! Escapes text from the log for the terminal (design.md section 6): characters that a terminal would obey, hide or
//! reorder get a visible replacement.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

/// Combining marks allowed per character. Written languages need up to four; more would smear over the lines above.
const MOST_MARKS: usize = 4;

/// The text with all characters that a terminal would obey, hide or reorder replaced: control characters by `␛`, others
/// by `‹U+202E›`. Line breaks are replaced too, so the result is one line.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    replaced(text, &mut Plain::default(), stand_in_for)
}

/// The same for the clipboard: tabs are kept.
#[must_use]
pub fn harmless_but_tabs(text: &str) -> String {
    text.split('\t').map(harmless).collect::<Vec<_>>().join("\t")
}

/// The same for terminals without Unicode: `^[` for control characters, `<U+00E9>` for all other non-ASCII ones.
#[must_use]
pub fn harmless_ascii(text: &str) -> Cow<'_, str> {
    replaced(text, &mut AsciiOnly, ascii_stand_in_for)
}

/// Decides for each character whether it is shown as is.
trait Judge {
    fn passes(&mut self, character: char) -> bool;
}

fn replaced<'a>(text: &'a str, judge: &mut impl Judge, stand_in: fn(char) -> String) -> Cow<'a, str> {
    let Some((sound, first)) = text.char_indices().find(|&(_, character)| !judge.passes(character)) else {
        return Cow::Borrowed(text);
    };
    let mut shown = String::with_capacity(text.len() + 16);
    shown.push_str(&text[..sound]);
    shown.push_str(&stand_in(first));
    for character in text[sound + first.len_utf8()..].chars() {
        if judge.passes(character) {
            shown.push(character);
        } else {
            shown.push_str(&stand_in(character));
        }
    }
    Cow::Owned(shown)
}

struct AsciiOnly;

impl Judge for AsciiOnly {
    fn passes(&mut self, character: char) -> bool {
        matches!(character, ' '..='~')
    }
}

/// Passes visible characters and their combining marks.
#[derive(Default)]
struct Plain {
    /// How many more marks the previous character may get.
    room: usize,
}

impl Judge for Plain {
    fn passes(&mut self, character: char) -> bool {
        let visible = !is_unseen(character) && character.width().is_some();
        if visible && character.width() == Some(0) {
            return self.takes_mark();
        }
        // A replacement ends in a visible character, so marks may follow it.
        self.room = MOST_MARKS;
        visible
    }
}

impl Plain {
    fn takes_mark(&mut self) -> bool {
        let fits = self.room > 0;
        self.room = if fits { self.room - 1 } else { MOST_MARKS };
        fits
    }
}

/// Whether a terminal would obey the character, hide it, show it as a blank, or show who knows what: controls (Cc),
/// formats (Cf: bidi, joiners, tags, …), line and paragraph separators, spaces other than the ASCII one, default
/// ignorables (variation selectors, fillers, …), private use, and noncharacters. From the Unicode Character Database.
pub(super) fn is_unseen(character: char) -> bool {
    match character {
        ' '..='~' => false,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => true,
        _ => is_format(character) || is_blank(character) || is_unassigned(character),
    }
}

fn is_format(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
        | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}')
}

fn is_blank(character: char) -> bool {
    matches!(character,
        '\u{a0}' | '\u{115f}'..='\u{1160}' | '\u{1680}' | '\u{17b4}'..='\u{17b5}' | '\u{2000}'..='\u{200a}'
        | '\u{202f}' | '\u{205f}' | '\u{2800}' | '\u{3000}' | '\u{3164}' | '\u{ffa0}' | '\u{1d159}')
}

/// Private use, noncharacters, and the planes from 4 up, which hold tags, selectors and private use only.
fn is_unassigned(character: char) -> bool {
    let last_of_plane = matches!(u32::from(character) & 0xffff, 0xfffe | 0xffff);
    last_of_plane || matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{40000}'..)
}

fn stand_in_for(character: char) -> String {
    match picture(character) {
        Some(picture) => picture.to_string(),
        None => format!("‹U+{:04X}›", u32::from(character)),
    }
}

/// The picture of a control character (block Control Pictures, U+2400).
fn picture(character: char) -> Option<char> {
    match character {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)),
        '\u{7f}' => Some('␡'),
        _ => None,
    }
}

fn ascii_stand_in_for(character: char) -> String {
    match character {
        // Caret notation: the key that types it with Control, 64 code points further (DEL: 64 before).
        '\0'..='\u{1f}' | '\u{7f}' => format!("^{}", char::from(character as u8 ^ 0x40)),
        _ => format!("<U+{:04X}>", u32::from(character)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_terminal_would_obey_hide_or_reorder_is_shown() {
        for (raw, shown) in [
            ("/pricing", "/pricing"),
            ("/caf\u{e9}/\u{65e5}\u{672c}/\u{1f600}", "/café/日本/😀"),
            ("\u{1b}[2J\u{1b}]0;owned\u{7}", "␛[2J␛]0;owned␇"),
            ("a\0b\nc\td\re\u{7f}", "a␀b␊c␉d␍e␡"),
            ("\u{9b}31m\u{85}", "‹U+009B›31m‹U+0085›"),
            ("user\u{202e}gpj.exe\u{2066}", "user‹U+202E›gpj.exe‹U+2066›"),
            ("ad\u{200b}min\u{feff}\u{ad}\u{2060}", "ad‹U+200B›min‹U+FEFF›‹U+00AD›‹U+2060›"),
            ("a\u{2028}b\u{2029}c", "a‹U+2028›b‹U+2029›c"),
            ("a\u{a0}b\u{3000}c\u{2800}", "a‹U+00A0›b‹U+3000›c‹U+2800›"),
            ("\u{e0041}\u{fe0f}\u{3164}", "‹U+E0041›‹U+FE0F›‹U+3164›"),
            ("\u{e000}\u{10fffd}\u{ffff}\u{fdd0}", "‹U+E000›‹U+10FFFD›‹U+FFFF›‹U+FDD0›"),
        ] {
            assert_eq!(harmless(raw), shown);
        }
    }

    #[test]
    fn marks_need_something_to_sit_on_and_do_not_pile_up() {
        assert_eq!(harmless("e\u{301}"), "e\u{301}");
        assert_eq!(harmless("\u{301}e"), "‹U+0301›e");
        let piled = format!("a{}", "\u{300}".repeat(6));
        assert_eq!(harmless(&piled), "a\u{300}\u{300}\u{300}\u{300}‹U+0300›\u{300}");
    }

    #[test]
    fn without_unicode_all_is_ascii() {
        assert_eq!(harmless_ascii("/caf\u{e9}\u{1b}[0m\0\u{7f}\u{202e}"), "/caf<U+00E9>^[[0m^@^?<U+202E>");
        assert!(matches!(harmless_ascii("/pricing?a=b"), Cow::Borrowed(_)));
    }

    /// Any character, the dangerous ones as often as the others.
    fn any_text() -> impl Strategy<Value = String> {
        let dangerous = prop::sample::select(vec![
            '\u{1b}',
            '\0',
            '\n',
            '\u{9b}',
            '\u{202e}',
            '\u{200d}',
            '\u{301}',
            '\u{e0020}',
            '\u{a0}',
            '\u{fffe}',
        ]);
        prop::collection::vec(prop_oneof![any::<char>(), dangerous], 0..40)
            .prop_map(|characters| characters.into_iter().collect())
    }

    proptest! {
        #[test]
        fn nothing_shown_is_a_control_or_unseen(text in any_text()) {
            let shown = harmless(&text);
            let mut before = None;
            for character in shown.chars() {
                prop_assert!(!character.is_control(), "{character:?}");
                prop_assert!(character == ' ' || !character.is_whitespace(), "{character:?}");
                let hidden = matches!(character, '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}'
                    | '\u{205f}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..);
                prop_assert!(!hidden, "{character:?}");
                prop_assert!(character.width() != Some(0) || before.is_some(), "{character:?}");
                before = Some(character);
            }
        }

        #[test]
        fn what_is_harmless_stays_as_it_is(text in any_text()) {
            let once = harmless(&text).into_owned();
            prop_assert!(matches!(harmless(&once), Cow::Borrowed(_)));
        }

        #[test]
        fn the_ascii_form_is_printable_ascii(text in any_text()) {
            prop_assert!(harmless_ascii(&text).chars().all(|character| matches!(character, ' '..='~')));
        }
    }
}
