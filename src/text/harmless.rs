//! The one way to text that is safe to show (design.md section 6): [`Shown`], which every output takes.

use std::borrow::{Borrow, Cow};
use std::fmt::{self, Display, Write as _};
use std::ops::Deref;

use unicode_width::UnicodeWidthChar;

use super::unseen::is_unseen;

/// Combining marks allowed per character. Written languages need up to four; more would smear over the lines above.
const MOST_MARKS: usize = 4;

/// Text without any character that a terminal would obey, hide or reorder, and without piles of marks. Nothing else
/// makes one, so a function that takes it cannot be given text as a log has it; conversions from strings escape them,
/// and leave text that was escaped before as it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Shown<'a>(Cow<'a, str>);

/// Where text is written, which decides how a character that must not stand there as it is, is written instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A line: `␛` for control characters, `‹U+202E›` for others.
    Line,
    /// The same with tabs as they are: the clipboard, and lines to be copied.
    Tabbed,
    /// Terminals without Unicode: `^[` for control characters, `<U+00E9>` for all other non-ASCII ones.
    Ascii,
    /// A document of JSON, which knows escapes of its own.
    Json,
}

/// The text as one line: control characters, line breaks too, are `␛`, others that must not be shown `‹U+202E›`.
#[must_use]
pub fn harmless(text: &str) -> Shown<'_> {
    shown(text.into(), Place::Line)
}

/// The same for the clipboard: tabs are kept.
#[must_use]
pub fn harmless_but_tabs(text: &str) -> Shown<'_> {
    shown(text.into(), Place::Tabbed)
}

/// The same for terminals without Unicode: `^[` for control characters, `<U+00E9>` for all other non-ASCII ones.
#[must_use]
pub fn harmless_ascii(text: &str) -> Shown<'_> {
    shown(text.into(), Place::Ascii)
}

/// A document of JSON with the same characters as `\u202e`, those past U+FFFF as two such units.
///
/// Escaped rather than replaced: a program that parses the document gets the very text of the log, and joins it with
/// what other programs say of the same page, while nobody who looks at the document can be misled by it. The document
/// itself must be well formed: its line breaks are kept, and inside strings JSON allows none.
#[must_use]
pub fn harmless_json(document: &str) -> Shown<'_> {
    shown(document.into(), Place::Json)
}

/// The one function that makes [`Shown`].
fn shown(text: Cow<'_, str>, place: Place) -> Shown<'_> {
    let mut judge = Judge::of(place);
    if text.chars().all(|character| judge.passes(character)) {
        return Shown(text);
    }
    let mut judge = Judge::of(place);
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if judge.passes(character) {
            shown.push(character);
        } else {
            place.push_instead(&mut shown, character);
        }
    }
    Shown(Cow::Owned(shown))
}

/// Decides for each character whether it is shown as it is.
struct Judge {
    place: Place,
    /// How many more marks the previous character may get.
    room: usize,
}

impl Judge {
    fn of(place: Place) -> Judge {
        // The first character has none before it that a mark could sit on.
        Judge { place, room: 0 }
    }

    fn passes(&mut self, character: char) -> bool {
        match (self.place, character) {
            (Place::Ascii, _) => return matches!(character, ' '..='~'),
            // Marks must not sit on what is no letter of the text.
            (Place::Tabbed, '\t') | (Place::Json, '\n' | '"') => {
                self.room = 0;
                return true;
            }
            _ => {}
        }
        let visible = !is_unseen(character) && character.width().is_some();
        if visible && character.width() == Some(0) {
            return self.takes_mark();
        }
        // A replacement ends in a visible character, so marks may follow it.
        self.room = MOST_MARKS;
        visible
    }

    fn takes_mark(&mut self) -> bool {
        let fits = self.room > 0;
        self.room = if fits { self.room - 1 } else { MOST_MARKS };
        fits
    }
}

impl Place {
    fn push_instead(self, shown: &mut String, character: char) {
        let code = u32::from(character);
        // Writing to a string cannot fail.
        let _ = match (self, character) {
            (Place::Ascii, '\0'..='\u{1f}' | '\u{7f}') => {
                // Caret notation: the key that types it with Control, 64 code points further (DEL: 64 before).
                write!(shown, "^{}", char::from(character as u8 ^ 0x40))
            }
            (Place::Ascii, _) => write!(shown, "<U+{code:04X}>"),
            (Place::Json, _) => {
                character.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(shown, "\\u{unit:04x}"))
            }
            (Place::Line | Place::Tabbed, _) => match picture(character) {
                Some(picture) => shown.write_char(picture),
                None => write!(shown, "‹U+{code:04X}›"),
            },
        };
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

impl Shown<'_> {
    /// The text, for a string that is put together from several.
    #[must_use]
    pub fn into_owned(self) -> String {
        self.0.into_owned()
    }

    /// Whether nothing had to be written otherwise.
    #[must_use]
    pub fn is_as_written(&self) -> bool {
        matches!(self.0, Cow::Borrowed(_))
    }
}

impl Deref for Shown<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Shown<'_> {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Display for Shown<'_> {
    fn fmt(&self, into: &mut fmt::Formatter) -> fmt::Result {
        into.pad(&self.0)
    }
}

impl<'a> From<&'a str> for Shown<'a> {
    fn from(text: &'a str) -> Shown<'a> {
        harmless(text)
    }
}

impl<'a> From<&'a String> for Shown<'a> {
    fn from(text: &'a String) -> Shown<'a> {
        harmless(text)
    }
}

impl From<String> for Shown<'static> {
    fn from(text: String) -> Shown<'static> {
        shown(text.into(), Place::Line)
    }
}

impl<'a> From<Cow<'a, str>> for Shown<'a> {
    fn from(text: Cow<'a, str>) -> Shown<'a> {
        shown(text, Place::Line)
    }
}

impl PartialEq<str> for Shown<'_> {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for Shown<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
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
        assert!(harmless_ascii("/pricing?a=b").is_as_written());
    }

    #[test]
    fn json_is_escaped_in_its_own_way() {
        for (text, document) in [
            ("/caf\u{e9}/\u{65e5}/\u{1f600}", "\"/café/日/😀\""),
            ("\u{1b}[m\u{9b}\u{7f}\u{202e}", "\"\\u001b[m\\u009b\\u007f\\u202e\""),
            ("a\u{ad}b\u{fe0f}\u{e0041}\u{f8ff}", "\"a\\u00adb\\ufe0f\\udb40\\udc41\\uf8ff\""),
            ("\u{301}e\u{301}\"\u{301}", "\"\\u0301e\u{301}\\\"\\u0301\""),
            ("a\u{300}\u{300}\u{300}\u{300}\u{300}", "\"a\u{300}\u{300}\u{300}\u{300}\\u0300\""),
        ] {
            assert_eq!(harmless_json(&serde_json::to_string(text).expect("text")), document);
        }
    }

    #[test]
    fn tabs_are_kept_where_text_is_copied() {
        assert_eq!(harmless_but_tabs("a\tb\u{1b}\n"), "a\tb␛␊");
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
            prop_assert!(harmless(&once).is_as_written());
        }

        #[test]
        fn json_gives_the_very_text_back_and_shows_none_of_it(text in any_text()) {
            let document = serde_json::to_string_pretty(&[&text]).expect("text");
            let shown = harmless_json(&document);
            prop_assert_eq!(serde_json::from_str::<[String; 1]>(&shown).expect("JSON"), [text]);
            // What is left is harmless, line by line.
            prop_assert!(shown.split('\n').all(|line| harmless(line).is_as_written()), "{shown}");
        }

        #[test]
        fn the_ascii_form_is_printable_ascii(text in any_text()) {
            prop_assert!(harmless_ascii(&text).chars().all(|character| matches!(character, ' '..='~')));
        }
    }
}
