//! Format strings: nginx's `log_format` and Apache's `LogFormat`, compiled into parsers.
//!
//! A string becomes a list of operations (`compile`): match a literal, read a field, and how the field ends. Parsing a
//! line (`read`) runs them up to the last mandatory field; the rest is parsed lazily, in [`Hit::details`].

mod apache;
mod compile;
mod error;
mod field;
pub(super) mod lazy_details;
mod nginx;
mod read;
mod step;

use std::sync::Arc;

pub use error::PatternError;

use super::Malformed;
use super::combined::{Combined, CombinedLayout, Tail};
use super::hit::Hit;
use super::stamp::StampReader;
pub(super) use compile::TimeFrom;
use compile::{FormatProgram, LinePrefix};

/// nginx's `main` format, from the config in its packages.
const MAIN: &str = "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \
    \"$http_referer\" \"$http_user_agent\" \"$http_x_forwarded_for\"";

/// Format strings with a dedicated parser, and its name.
const WELL_KNOWN: [(&str, &str); 4] = [
    (
        "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \
         \"$http_user_agent\"",
        "combined",
    ),
    ("%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"", "combined"),
    ("%h %l %u %t \"%r\" %>s %b", "common"),
    ("%v:%p %h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"", "vhost_combined"),
];

/// A compiled format string.
#[derive(Debug, Clone)]
pub struct Pattern {
    name: Arc<str>,
    /// The format string if it was inferred from lines, so that it can be shown.
    worked_out: Option<Arc<str>>,
    program: Arc<FormatProgram>,
    common: Combined,
    stamps: StampReader,
    scratch: Vec<u8>,
}

impl Pattern {
    /// Compiles a `log_format` string of nginx or a `LogFormat` string of Apache.
    pub(super) fn compile(text: &str) -> Result<Pattern, PatternError> {
        Pattern::compile_with_time(text, TimeFrom::Line)
    }

    /// Like [`Pattern::compile`], but the time may come from a wrapper.
    pub(super) fn compile_with_time(text: &str, from: TimeFrom) -> Result<Pattern, PatternError> {
        Pattern::compile_with(text, from, "")
    }

    /// Like [`Pattern::compile`], with a field for the visitor id, written as in the string: `$cookie_sid`, `%{sid}C`.
    pub(super) fn with_visitor(text: &str, visitor: &str) -> Result<Pattern, PatternError> {
        Pattern::compile_with(text, TimeFrom::Line, visitor)
    }

    fn compile_with(text: &str, from: TimeFrom, visitor: &str) -> Result<Pattern, PatternError> {
        let (name, mut items) = if nginx::is_nginx(text) {
            ("nginx log_format", nginx::items(text)?)
        } else {
            ("Apache LogFormat", apache::items(text)?)
        };
        if !visitor.is_empty() && !field::name_visitor(&mut items, visitor) {
            return Err(PatternError::NoVisitor { length: text.len(), field: visitor.to_owned() });
        }
        Ok(Pattern::new(name, compile::program(items, text.len(), from)?))
    }

    fn new(name: &str, program: FormatProgram) -> Pattern {
        let common = Combined::new(CombinedLayout { tail: Tail::Nothing, ..CombinedLayout::default() });
        let (name, program) = (name.into(), Arc::new(program));
        Pattern { name, worked_out: None, program, common, stamps: StampReader::new(), scratch: Vec::new() }
    }

    /// Compiles an inferred string.
    pub(super) fn worked_out(string: &str, name: &str, from: TimeFrom) -> Result<Pattern, PatternError> {
        let pattern = Pattern::compile_with_time(string, from)?;
        Ok(Pattern { name: name.into(), worked_out: Some(string.into()), ..pattern })
    }

    /// The format string, if it was inferred.
    pub(super) fn worked_out_string(&self) -> Option<&str> {
        self.worked_out.as_deref()
    }

    /// The name of the equivalent format with a dedicated, faster parser.
    pub(super) fn well_known(&self) -> Option<&'static str> {
        let describes = |text: &str| Pattern::compile(text).is_ok_and(|known| known.program == self.program);
        WELL_KNOWN.iter().find(|(text, _)| describes(text)).map(|(_, name)| *name)
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn has_host(&self) -> bool {
        self.program.has_host()
    }

    /// The timestamp parser.
    pub(super) fn stamps_mut(&mut self) -> &mut StampReader {
        &mut self.stamps
    }

    #[inline(never)]
    pub(super) fn read<'a>(&'a mut self, line: &'a [u8]) -> Result<Hit<'a>, Malformed> {
        match self.program.beginning {
            LinePrefix::Nothing => read::read(&self.program, &mut self.stamps, &mut self.scratch, line),
            LinePrefix::CommonLog => {
                let begun = self.common.read(line)?;
                read::read_on(&self.program, &mut self.stamps, &mut self.scratch, line, &begun)
            }
        }
    }
}

/// nginx's `main` format.
pub(super) fn main() -> Pattern {
    builtin("combined + forwarded address", MAIN)
}

/// A built-in format defined by a format string.
pub(super) fn builtin(name: &str, text: &str) -> Pattern {
    let program = nginx::items(text).and_then(|items| compile::program(items, text.len(), TimeFrom::Line));
    // Built-in strings always compile; a test checks it.
    Pattern::new(name, program.unwrap_or_default())
}

#[cfg(test)]
mod tests;
