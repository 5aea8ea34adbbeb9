//! Recognizes files that do not contain text.

/// What was read instead of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotText {
    /// UTF-16, as some Windows programs write it.
    Utf16,
    /// Anything else.
    Binary,
}

/// One control character in this many bytes is too much for text; random bytes have one in nine.
const CONTROL: usize = 32;

impl NotText {
    /// The type of bytes that are not text. Zeros may have been removed before (`input/lines.rs`).
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<NotText> {
        // In UTF-16 every second byte of a Latin letter is zero.
        let zeros = memchr::memchr_iter(0, bytes).count();
        if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || zeros * 3 > bytes.len() {
            return Some(NotText::Utf16);
        }
        let controls = bytes.iter().filter(|&&byte| is_control(byte)).count();
        (controls * CONTROL > bytes.len()).then_some(NotText::Binary)
    }

    /// The message for an input with such contents.
    #[must_use]
    pub fn sentence(self, name: &str) -> String {
        match self {
            NotText::Utf16 => format!(
                "{name} is text in UTF-16, which no server writes; convert it: \
                 iconv -f UTF-16 -t UTF-8 {name} | dwell report -"
            ),
            NotText::Binary => format!("{name} holds binary data, not lines of text; name an access log"),
        }
    }
}

/// Control characters that do not occur in text: all but tabs, line ends and the escape of colours.
fn is_control(byte: u8) -> bool {
    matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn utf16_is_known_with_its_mark_and_without() {
        assert_eq!(NotText::of(&utf16("\u{feff}192.0.2.1 - -")), Some(NotText::Utf16));
        assert_eq!(NotText::of(&utf16("192.0.2.1 - - \"GET /\"")), Some(NotText::Utf16));
    }

    #[test]
    fn binary_data_is_known() {
        let random: Vec<u8> = (1..=255).collect();
        assert_eq!(NotText::of(&random), Some(NotText::Binary));
        assert_eq!(NotText::of(b"\x7fELF\n\x01\x02"), Some(NotText::Binary));
    }

    #[test]
    fn text_is_text_in_colours_and_with_a_stray_byte() {
        assert_eq!(
            NotText::of("\x1b[32mweb-1 | \x1b[0m192.0.2.1 - - [ä] \"GET /\x01 HTTP/1.1\" 200".as_bytes()),
            None
        );
        assert_eq!(NotText::of(b""), None);
    }
}
