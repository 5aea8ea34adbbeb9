//! Opening inputs: what each is, which format it has, and where to begin to read it.

use crate::classify::batch::InputId;
use crate::format::Format;
use crate::format::detect::{SAMPLE_LINES, detect};
use crate::input::file::LogFile;
use crate::input::{Source, Trouble};
use crate::time::{Millis, Span};

/// An input that is open, or why it is not.
pub struct Opened {
    /// Its place among all inputs.
    pub id: InputId,
    /// As the operator named it.
    pub name: String,
    /// Where its lines come from.
    pub source: Result<Lines, Trouble>,
    /// How its lines are read, once that is known.
    pub format: Option<Format>,
}

/// Where lines come from.
pub enum Lines {
    /// A file: one can look anywhere in it.
    File(LogFile),
    /// What has been stored, but can only be read from its beginning: compressed logs, a log with its history.
    Stored(Box<dyn Source>),
    /// A stream: it comes as it comes.
    Stream(Box<dyn Source>),
}

impl Lines {
    /// As a source like any other.
    pub fn source(&mut self) -> &mut dyn Source {
        match self {
            Lines::File(file) => file,
            Lines::Stored(source) | Lines::Stream(source) => source.as_mut(),
        }
    }
}

/// From where to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// From the beginning.
    All,
    /// From so long ago; of a log that is older than that, its own last so long.
    Ago(Span),
    /// From an instant.
    At(Millis),
}

/// The lines of a block, without their ends; at most as many as a format needs to be found.
#[must_use]
pub fn sample(block: &[u8]) -> Vec<&[u8]> {
    let lines = block.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.filter(|line| !line.is_empty()).take(SAMPLE_LINES).collect()
}

impl Opened {
    /// Looks at the beginning of a file for its format.
    pub(super) fn look_at_format(&mut self) {
        if self.format.is_some() {
            return;
        }
        if let Some(mut head) = self.source.as_mut().ok().and_then(|lines| lines.source().head()) {
            // The last line may be cut in the middle.
            head.truncate(memchr::memrchr(b'\n', &head).map_or(head.len(), |newline| newline));
            self.format = detect(&sample(&head)).map(|found| found.format);
        }
    }

    /// The time of the first line, where it can be read.
    #[must_use]
    pub fn first_time(&mut self) -> Option<Millis> {
        let (Ok(lines), Some(format)) = (&mut self.source, &mut self.format) else { return None };
        times(&lines.source().head()?, format).next()
    }

    /// The newest time near the end, where it can be read.
    pub(super) fn last_time(&mut self) -> Option<Millis> {
        let (Ok(lines), Some(format)) = (&mut self.source, &mut self.format) else { return None };
        times(&lines.source().tail()?, format).max()
    }

    /// Whether lines are stored there whose newest time is not known before they are read.
    pub(super) fn is_unknown_store(&mut self) -> bool {
        matches!(self.source, Ok(Lines::Stored(_))) && self.last_time().is_none()
    }

    fn time_at(&mut self, offset: u64) -> Option<Millis> {
        let (Ok(Lines::File(file)), Some(format)) = (&mut self.source, &mut self.format) else { return None };
        let bytes = file.peek(offset).ok()?;
        times(&bytes, format).next()
    }

    /// Begins to read a file where its times reach `since`, found by bisecting them.
    pub(super) fn skip_to(&mut self, since: Millis) {
        let Ok(Lines::File(file)) = &self.source else { return };
        let (mut low, mut high) = (0, file.len());
        while since > Millis::MIN && self.format.is_some() && high - low > NEAR {
            let middle = low + (high - low) / 2;
            match self.time_at(middle) {
                Some(time) if time < since => low = middle,
                _ => high = middle,
            }
        }
        // The file may be read again after looking around in it, even where it is read from its beginning.
        let Ok(Lines::File(file)) = &mut self.source else { return };
        if let Err(trouble) = file.start_at(low) {
            self.source = Err(trouble);
        }
    }
}

/// Bisecting stops when so few bytes are left.
const NEAR: u64 = 64 << 10;

fn times<'a>(bytes: &'a [u8], format: &'a mut Format) -> impl Iterator<Item = Millis> + 'a {
    bytes.split(|&byte| byte == b'\n').filter_map(|line| format.read(line).ok().map(|hit| hit.time))
}
