//! Lines for a terminal or a file that people read: whatever is written, only harmless text comes out.

use std::io::{self, Write};

use super::harmless::harmless_but_tabs;

/// Makes each line harmless before it writes it. Line breaks and tabs are kept, bytes that are not UTF-8 become `�`.
#[derive(Debug)]
pub struct HarmlessLines<W: Write> {
    out: W,
    /// What was written of a line that has not ended.
    begun: Vec<u8>,
}

impl<W: Write> HarmlessLines<W> {
    /// Wraps a writer.
    pub fn new(out: W) -> HarmlessLines<W> {
        HarmlessLines { out, begun: Vec::new() }
    }

    /// In one piece, so that no other process writes into the line.
    fn write_text(&mut self, bytes: &[u8], end: &str) -> io::Result<()> {
        let shown = harmless_but_tabs(&String::from_utf8_lossy(bytes)).into_owned();
        self.out.write_all((shown + end).as_bytes())
    }
}

impl<W: Write> Write for HarmlessLines<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.begun.extend_from_slice(bytes);
        while let Some(end) = memchr::memchr(b'\n', &self.begun) {
            let rest = self.begun.split_off(end + 1);
            let line = std::mem::replace(&mut self.begun, rest);
            self.write_text(&line[..end], "\n")?;
        }
        Ok(bytes.len())
    }

    /// Writes what there is of a line, too.
    fn flush(&mut self) -> io::Result<()> {
        let begun = std::mem::take(&mut self.begun);
        self.write_text(&begun, "")?;
        self.out.flush()
    }
}

impl<W: Write> Drop for HarmlessLines<W> {
    fn drop(&mut self) {
        // Nobody is left to be told of an error.
        let _ = self.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(pieces: &[&[u8]]) -> String {
        let mut out = Vec::new();
        let mut lines = HarmlessLines::new(&mut out);
        for piece in pieces {
            lines.write_all(piece).expect("a vector takes all");
        }
        drop(lines);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn lines_and_tabs_stay_and_all_else_is_made_harmless() {
        assert_eq!(written(&[b"a\tb\nc\x1b]0;x\x07\r\nlast"]), "a\tb\nc␛]0;x␇␍\nlast");
    }

    #[test]
    fn a_character_may_come_in_pieces() {
        assert_eq!(written(&["é".as_bytes(), &[0xe2, 0x80], &[0xae, b'\n'], &[0xff]]), "é‹U+202E›\n\u{fffd}");
    }
}
