//! The library API: reads lines from memory like `dwell report` reads a log, and answers questions about them.

use std::sync::Arc;

use crate::classify::batch::InputId;
use crate::config::from_text::FromText;
use crate::config::{FormatChoice, Settings, Since};
use crate::engine::open_input::{LineSource, OpenInput};
use crate::engine::read_mode::FirstReading;
use crate::engine::{Engine, run_once};
use crate::format::Format;
use crate::input::watch::Watch;
use crate::input::{Read, Source, Trouble};
use crate::query::question::{Question, Window};
use crate::query::view::View;
use crate::time::Span;

use super::log_zone::log_zone;
use super::reading::{Open, StartedRun};
use super::{ModeError, inputs};

/// Takes the lines of an access log; [`Log::ask`] answers questions about them.
///
/// Lines end with a newline, except possibly the last one. As with `dwell report FILE`, the format is detected,
/// wrappers of log collectors are removed, and the order of lines does not matter.
///
/// # Examples
/// See the [first page](crate).
#[must_use]
pub fn read(lines: impl AsRef<[u8]>) -> Log {
    // Everything, however old: the default is the live monitor's last day.
    let settings = Settings { since: Since::All, ..Settings::default() };
    Log { lines: Arc::from(lines.as_ref()), format: None, settings }
}

/// A log in memory, with options for reading it.
///
/// The options are named after the flags of `dwell report`, with the same defaults. Addresses are masked (`--privacy
/// standard`).
#[derive(Debug, Clone)]
pub struct Log {
    lines: Arc<[u8]>,
    format: Option<Format>,
    settings: Settings,
}

/// Why lines could not be read, with a remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ReadError(String);

impl Log {
    /// Sets the format: a name such as `combined`, or a `log_format` (nginx) or `LogFormat` (Apache) string.
    ///
    /// ```
    /// let log = dwell::read(r#"[1795528953] 192.0.2.7 shop.example "GET /pricing HTTP/1.1" 200"#)
    ///     .format(r#"[$msec] $remote_addr $host "$request" $status"#)?;
    /// assert_eq!(log.ask(&dwell::Question::default())?.totals.pageviews, 1);
    ///
    /// let wrong = dwell::read("").format("combind").unwrap_err();
    /// assert!(wrong.to_string().contains("did you mean combined?"));
    /// # Ok::<_, dwell::ReadError>(())
    /// ```
    ///
    /// # Errors
    /// An unknown name, or a string that lines cannot be parsed with.
    pub fn format(mut self, format: &str) -> Result<Log, ReadError> {
        self.settings.format = FormatChoice::from_text(format).map_err(ReadError)?;
        self.format = inputs::given_format(&self.settings)?;
        Ok(self)
    }

    /// Sets the longest silence within a session (R5); the default is 30 minutes.
    ///
    /// ```
    /// # use dwell::{Question, time::Span};
    /// let log = dwell::read(
    ///     r#"192.0.2.7 - - [24/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 512 "-" "Firefox/140.0"
    /// 192.0.2.7 - - [24/Nov/2026:10:20:00 +0000] "GET /pricing HTTP/1.1" 200 512 "-" "Firefox/140.0""#,
    /// );
    /// assert_eq!(log.ask(&Question::default())?.totals.sessions, 1);
    /// assert_eq!(log.gap(Span::minutes(15)).ask(&Question::default())?.totals.sessions, 2);
    /// # Ok::<_, dwell::ReadError>(())
    /// ```
    #[must_use]
    pub fn gap(mut self, gap: Span) -> Log {
        let rules = &mut self.settings.rules;
        (rules.gap, rules.active) = (gap, rules.active.min(gap));
        self
    }

    /// Adds one of the site's own hosts, which are not sources (R9). Without any, they are inferred from the log.
    #[must_use]
    pub fn site(mut self, host: &str) -> Log {
        self.settings.sites.push(host.to_ascii_lowercase());
        self
    }

    /// Reads the lines and answers a question.
    ///
    /// Each call reads all lines again: nothing is kept between questions, and each keeps only what it needs.
    ///
    /// # Errors
    /// No format reads the lines; the question has a [`Window`] other than [`Window::All`], which makes no sense without a
    /// current time; or the system has no threads or randomness left.
    pub fn ask(&self, question: &Question) -> Result<View, ReadError> {
        if question.window != Window::All {
            return Err(ReadError(
                "lines in memory are asked about as a whole: set `window` to All".to_owned(),
            ));
        }
        let run = StartedRun::new(&self.settings, self.open(), None, FirstReading::Counts)?;
        let view = run
            .read(|engine, pipeline| Ok(run_once::answer(engine, pipeline, question)))
            .map_err(|error| ReadError(error.to_string()))?;
        match Engine::failed(&view).into_iter().next() {
            Some(why) => Err(ReadError(why)),
            None => Ok(view),
        }
    }

    fn open(&self) -> Open {
        let zone = log_zone(self.settings.log_zone);
        let input = OpenInput {
            id: InputId(0),
            name: NAME.to_owned(),
            // A stream is read once: lines out of order are held to the end instead of read again.
            source: Ok(LineSource::Stream(Box::new(Memory { lines: Arc::clone(&self.lines), read: 0 }))),
            format: self.format.clone().map(|format| format.in_zone(&zone)),
            expected: None,
            remarks: Vec::new(),
            zone,
        };
        (vec![input], Watch::nothing())
    }
}

impl From<ModeError> for ReadError {
    fn from(error: ModeError) -> ReadError {
        ReadError(error.to_string())
    }
}

/// The input's name in messages.
const NAME: &str = "memory";

/// The lines as an input.
struct Memory {
    lines: Arc<[u8]>,
    /// Bytes read so far.
    read: usize,
}

impl Source for Memory {
    fn name(&self) -> &str {
        NAME
    }

    fn read(&mut self, block: &mut Vec<u8>, most: usize) -> Result<Read, Trouble> {
        let rest = &self.lines[self.read..];
        let (head, tail) = rest.split_at(rest.len().min(most));
        let whole = match memchr::memrchr(b'\n', head) {
            Some(newline) if !tail.is_empty() => newline + 1,
            // The line is longer than `most`: take all of it.
            _ => memchr::memchr(b'\n', tail).map_or(rest.len(), |newline| head.len() + newline + 1),
        };
        block.extend_from_slice(&rest[..whole]);
        self.read += whole;
        Ok(if self.read < self.lines.len() { Read::Lines } else { Read::End })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads in blocks of at most `most` bytes, unless a line is longer.
    fn blocks(lines: &str, most: usize) -> Vec<String> {
        let mut memory = Memory { lines: Arc::from(lines.as_bytes()), read: 0 };
        let mut blocks = Vec::new();
        loop {
            let mut block = Vec::new();
            let read = memory.read(&mut block, most).expect("memory does not fail");
            blocks.push(String::from_utf8(block).expect("the text"));
            if read == Read::End {
                return blocks;
            }
        }
    }

    #[test]
    fn lines_stay_whole_in_blocks_of_any_size() {
        let lines = "one\ntwo, which is longer\n\nfour";
        for most in 1..lines.len() + 2 {
            let blocks = blocks(lines, most);
            assert_eq!(blocks.concat(), lines, "{most}");
            let (_, before_the_last) = blocks.split_last().expect("a block");
            assert!(before_the_last.iter().all(|block| block.ends_with('\n')), "{most}: {blocks:?}");
        }
        assert_eq!(blocks("", 10), [""]);
    }
}
