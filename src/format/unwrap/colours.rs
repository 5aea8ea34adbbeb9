//! Strips ANSI escape sequences (ECMA-48, 5.4) anywhere in a line.

use super::Peeled;

const ESCAPE: u8 = 0x1b;

/// The line without its escape sequences, if it has any.
pub(super) fn taken_off<'a>(line: &[u8], written: &'a mut Vec<u8>) -> Option<Peeled<'a>> {
    memchr::memchr(ESCAPE, line)?;
    written.clear();
    let mut rest = line;
    while let Some(at) = memchr::memchr(ESCAPE, rest) {
        written.extend_from_slice(&rest[..at]);
        rest = &rest[at + length(&rest[at..])..];
    }
    written.extend_from_slice(rest);
    Some(Peeled { line: written, time: None })
}

/// The length of the control sequence at the start of the text; 1 if there is none.
fn length(text: &[u8]) -> usize {
    let Some(sequence) = text.strip_prefix(b"\x1b[") else { return 1 };
    let is_parameter = |byte: &&u8| matches!(byte, 0x20..=0x3f);
    let parameters = sequence.iter().take_while(is_parameter).count();
    let has_final = matches!(sequence.get(parameters), Some(0x40..=0x7e));
    2 + parameters + usize::from(has_final)
}
