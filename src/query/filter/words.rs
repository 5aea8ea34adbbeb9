//! Splits a filter's text into words, with quotes and negation. What they mean is decided elsewhere.

use super::{Compare, Filter, FilterError};
use crate::glob::Glob;
use std::ops::Range;

/// A word of a filter: a name alone, or a name with values.
pub(in crate::query) struct Word {
    pub(in crate::query) negated: bool,
    /// The field's name, or the bare word.
    pub(in crate::query) name: String,
    /// Whether the bare word stood in quotes.
    pub(in crate::query) quoted: bool,
    /// The comparison and its values.
    pub(in crate::query) values: Option<(Compare, Vec<Value>)>,
    at: Range<usize>,
}

/// One of the values that a word compares with.
pub(in crate::query) struct Value {
    pub(in crate::query) text: String,
    pub(in crate::query) quoted: bool,
}

impl Value {
    /// Its pattern; in quotes, a star is literal.
    pub(in crate::query) fn glob(&self) -> Glob {
        if self.quoted { Glob::literal(&self.text) } else { Glob::new(&self.text) }
    }
}

impl Word {
    /// An error at this word.
    pub(in crate::query) fn error(&self, message: String) -> FilterError {
        FilterError { at: self.at.clone(), message }
    }
}

/// Splits `text` into words.
pub(in crate::query) fn split(text: &str) -> Result<Vec<Word>, FilterError> {
    Filter::refuse_if_long(text)?;
    let mut reader = Reader { text, at: 0 };
    let mut words = Vec::new();
    while reader.skip_spaces() {
        words.push(reader.word()?);
    }
    Ok(words)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn take_if(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    /// Whether anything is left after the spaces.
    fn skip_spaces(&mut self) -> bool {
        while self.peek().is_some_and(char::is_whitespace) {
            self.take();
        }
        self.peek().is_some()
    }

    fn word(&mut self) -> Result<Word, FilterError> {
        let start = self.at;
        let negated = self.take_if('-');
        if negated && self.take_if('-') {
            // On the command line: an option in place of the filter.
            return Err(
                self.error(start, "`-` negates once; a word that begins with it is quoted: \"--word\"")
            );
        }
        let name = self.value(start, |c| matches!(c, ':' | '=' | '<' | '>'))?;
        let values = match self.comparison() {
            Some(compare) if !name.quoted => Some((compare, self.values(start)?)),
            _ => None,
        };
        if name.text.is_empty() {
            return Err(self.error(start, "a word is missing here"));
        }
        Ok(Word { negated, name: name.text, quoted: name.quoted, values, at: start..self.at })
    }

    fn comparison(&mut self) -> Option<Compare> {
        let sign = match self.peek()? {
            ':' | '=' => Compare::Equal,
            '<' => Compare::Less,
            '>' => Compare::Greater,
            _ => return None,
        };
        self.take();
        Some(match sign {
            Compare::Less if self.take_if('=') => Compare::AtMost,
            Compare::Greater if self.take_if('=') => Compare::AtLeast,
            other => other,
        })
    }

    fn values(&mut self, start: usize) -> Result<Vec<Value>, FilterError> {
        let mut values = Vec::new();
        loop {
            let value = self.value(start, |c| c == ',')?;
            if value.text.is_empty() && !value.quoted {
                return Err(self.error(start, "a value is missing here; write it like source:google"));
            }
            values.push(value);
            if !self.take_if(',') {
                return Ok(values);
            }
        }
    }

    fn value(&mut self, start: usize, ends: impl Fn(char) -> bool) -> Result<Value, FilterError> {
        if self.take_if('"') {
            return self.quoted(start);
        }
        let mut text = String::new();
        while let Some(next) = self.peek().filter(|&c| !c.is_whitespace() && !ends(c)) {
            text.push(next);
            self.take();
        }
        Ok(Value { text, quoted: false })
    }

    fn quoted(&mut self, start: usize) -> Result<Value, FilterError> {
        let mut text = String::new();
        loop {
            match self.take() {
                Some('"') => return Ok(Value { text, quoted: true }),
                Some('\\') => text.extend(self.take()),
                Some(other) => text.push(other),
                None => return Err(self.error(start, "the quote is not closed")),
            }
        }
    }

    fn error(&self, start: usize, message: &str) -> FilterError {
        FilterError { at: start..self.at.max(start), message: message.to_owned() }
    }
}
