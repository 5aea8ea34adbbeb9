//! Format strings: nginx's `log_format` and Apache's `LogFormat`, compiled into readers.
//!
//! A string becomes steps (`compile`): a text that must stand there, a field, and how the field ends. Reading a
//! line (`read`) goes along them up to the last field that every hit needs; the rest waits for [`Hit::details`].

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

/// nginx's own `main` format, which its packages' config comes with.
const MAIN: &str = "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \
    \"$http_referer\" \"$http_user_agent\" \"$http_x_forwarded_for\"";

/// Strings of formats that have a reader of their own, and the names of those.
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

/// A reader of the lines that a format string describes.
#[derive(Debug, Clone)]
pub struct Pattern {
    name: Arc<str>,
    /// The format string, where it was worked out from lines: nobody has seen it yet.
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

    /// The same, where the time may come from what is around the lines.
    pub(super) fn compile_with_time(text: &str, from: TimeFrom) -> Result<Pattern, PatternError> {
        Pattern::compile_with(text, from, "")
    }

    /// The same where one of its fields names the visitor, written as in the string: `$cookie_sid`, `%{sid}C`.
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

    /// Compiles a string that was worked out from lines, and says of them what it says.
    pub(super) fn worked_out(string: &str, name: &str, from: TimeFrom) -> Result<Pattern, PatternError> {
        let pattern = Pattern::compile_with_time(string, from)?;
        Ok(Pattern { name: name.into(), worked_out: Some(string.into()), ..pattern })
    }

    /// The format string, if it was worked out from lines.
    pub(super) fn worked_out_string(&self) -> Option<&str> {
        self.worked_out.as_deref()
    }

    /// The name of the format that the string describes, where that has a reader of its own: it is faster.
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

    /// What reads its stamps.
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

/// nginx's own `main` format.
pub(super) fn main() -> Pattern {
    builtin("combined + forwarded address", MAIN)
}

/// A format that dwell itself describes by a string.
pub(super) fn builtin(name: &str, text: &str) -> Pattern {
    let program = nginx::items(text).and_then(|items| compile::program(items, text.len(), TimeFrom::Line));
    // A string of dwell's own compiles, which a test holds it to.
    Pattern::new(name, program.unwrap_or_default())
}

#[cfg(test)]
mod tests;
