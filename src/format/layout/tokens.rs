//! The tokenizer of layout inference: splits a line into quoted strings, timestamps and words, with their separators.

use super::super::cursor::closing_quote;
use super::super::fields::ip;
use super::super::fields::without_port;
use super::super::stamp::StampReader;
use super::super::stamps;

/// Tokenizer options.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cutting {
    /// The field separator.
    delimiter: u8,
    /// Whether `name=` before a value belongs to the separator.
    names_come_off: bool,
}

impl Cutting {
    pub(super) const ALL: [Cutting; 6] = [
        Cutting { delimiter: b' ', names_come_off: true },
        Cutting { delimiter: b' ', names_come_off: false },
        Cutting { delimiter: b'\t', names_come_off: true },
        Cutting { delimiter: b'|', names_come_off: true },
        Cutting { delimiter: b';', names_come_off: true },
        Cutting { delimiter: b',', names_come_off: true },
    ];
}

/// A token and the separator before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) before: &'a [u8],
    pub(super) text: &'a [u8],
    /// End position in the line.
    pub(super) end: usize,
}

/// A tokenized line, and the separator after the last token.
pub(super) struct Tokens<'a> {
    pub(super) line: &'a [u8],
    pub(super) list: Vec<Token<'a>>,
    pub(super) after: &'a [u8],
}

/// Token limit per line; no access log has more fields.
const MOST: usize = 120;

/// Tokenizes a line.
pub(super) fn cut(line: &[u8], cutting: Cutting) -> Tokens<'_> {
    let mut cutter = Cutter { line, at: 0, cutting, open: Vec::new(), stamps: StampReader::new() };
    let mut tokens = Vec::new();
    loop {
        let start = cutter.at;
        let is_quoted = cutter.separators(tokens.is_empty());
        let before = &line[start..cutter.at];
        let is_over = cutter.at >= line.len() && !is_quoted;
        if is_over || tokens.len() == MOST {
            return Tokens { line, list: tokens, after: before };
        }
        let text = if is_quoted { cutter.quoted() } else { cutter.bare() };
        tokens.push(Token { before, text, end: cutter.at });
    }
}

struct Cutter<'a> {
    line: &'a [u8],
    at: usize,
    cutting: Cutting,
    /// Open brackets.
    open: Vec<u8>,
    stamps: StampReader,
}

impl<'a> Cutter<'a> {
    fn rest(&self) -> &'a [u8] {
        &self.line[self.at..]
    }

    fn next(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    /// Skips the separator before a token; returns whether it ends with an opening quote.
    fn separators(&mut self, is_first: bool) -> bool {
        if !is_first && self.next() == Some(b'"') {
            self.at += 1;
        }
        while let Some(byte) = self.next() {
            match byte {
                b'"' => {
                    self.at += 1;
                    return true;
                }
                b'[' | b'(' | b'{' if self.opens() => self.open.push(byte),
                b']' | b')' | b'}' if self.open.pop().is_some() => {}
                b' ' | b'\t' => {}
                byte if byte == self.cutting.delimiter => {
                    self.at += 1;
                    if self.is_at_empty_field() {
                        return false;
                    }
                    continue;
                }
                // Punctuation is a separator only if it stands alone.
                b',' | b';' | b'|' | b':' if self.stands_alone() => {}
                _ => {
                    self.name();
                    let is_quoted = self.next() == Some(b'"');
                    self.at += usize::from(is_quoted);
                    return is_quoted;
                }
            }
            self.at += 1;
        }
        false
    }

    /// Whether there is an empty field here, between two non-blank delimiters.
    fn is_at_empty_field(&self) -> bool {
        self.cutting.delimiter != b' ' && self.next() == Some(self.cutting.delimiter)
    }

    /// Whether a bracket here encloses a field, and is not part of an address such as `[2001:db8::1]:443`.
    fn opens(&self) -> bool {
        let rest = self.rest();
        let end = rest.iter().position(|byte| matches!(byte, b' ' | b'"')).unwrap_or(rest.len());
        ip(without_port(&rest[..end])).is_none()
    }

    fn stands_alone(&self) -> bool {
        let after = self.line.get(self.at + 1);
        let before = self.at.checked_sub(1).and_then(|before| self.line.get(before));
        matches!(after, None | Some(b' ')) && matches!(before, None | Some(b' ' | b'"' | b']' | b')' | b'}'))
    }

    /// Skips `name=`.
    fn name(&mut self) {
        if !self.cutting.names_come_off {
            return;
        }
        let rest = self.rest();
        let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_-.@".contains(byte);
        let length = rest.iter().take_while(is_part).count();
        let is_name = length > 0 && !rest[0].is_ascii_digit() && rest.get(length) == Some(&b'=');
        let has_value = !matches!(rest.get(length + 1), None | Some(b' ' | b'=' | b'&'));
        if is_name && has_value {
            self.at += length + 1;
        }
    }

    /// Reads up to the closing quote, which becomes part of the next separator.
    fn quoted(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let length = closing_quote(rest).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn bare(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let length = match stamps::leading(rest, &mut self.stamps) {
            Some(found) if self.ends_at(found.length) => found.length,
            _ => self.word(rest),
        };
        self.at += length;
        &rest[..length]
    }

    fn ends_at(&self, length: usize) -> bool {
        let after = self.rest().get(length);
        after.is_none_or(|byte| {
            matches!(byte, b' ' | b'\t' | b']' | b')' | b'}') || *byte == self.cutting.delimiter
        })
    }

    fn word(&self, rest: &[u8]) -> usize {
        let mut length = self.one_word(rest);
        // A list continues after its commas.
        while self.cutting.delimiter == b' ' && is_in_list(&rest[..length], &rest[length..]) {
            let gap = rest[length..].iter().take_while(|byte| matches!(byte, b' ' | b':' | b',')).count();
            let next = self.one_word(&rest[length + gap..]);
            if next == 0 {
                break;
            }
            length += gap + next;
        }
        length
    }

    fn one_word(&self, rest: &[u8]) -> usize {
        let closing = self.open.last().map(|open| closing(*open));
        let delimiter = self.cutting.delimiter;
        let is_end = |byte: &u8| *byte == delimiter || Some(*byte) == closing;
        let end = rest.iter().position(is_end).unwrap_or(rest.len());
        let quote =
            rest[..end].windows(2).position(|pair| pair == b"=\"").filter(|_| self.cutting.names_come_off);
        let end = quote.map_or(end, |at| at + 1);
        if delimiter == b' ' { end } else { rest[..end].trim_ascii_end().len().max(1).min(end) }
    }
}

fn closing(open: u8) -> u8 {
    match open {
        b'[' => b']',
        b'(' => b')',
        _ => b'}',
    }
}

/// Whether the word is part of a list that continues: `203.0.113.5, 10.0.0.3`, `0.100, 0.200 : 0.150`.
fn is_in_list(word: &[u8], after: &[u8]) -> bool {
    let (item, goes_on) = match word.strip_suffix(b",") {
        Some(item) => (item, after.starts_with(b" ")),
        None => (word, after.starts_with(b" : ") || after.starts_with(b" , ")),
    };
    let last = item.rsplit(|byte| matches!(byte, b' ' | b',')).next().unwrap_or(item);
    let is_number = !last.is_empty() && last.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    goes_on && (is_number || matches!(last, b"-" | b"unknown") || ip(without_port(last)).is_some())
}
