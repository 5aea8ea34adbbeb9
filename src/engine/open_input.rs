//! An opened input: its source, its format, and the position to start reading at.

use crate::classify::batch::InputId;
use crate::format::detect::{SAMPLE_LINES, in_wrappers};
use crate::format::{Format, LogZone};
use crate::input::file::LogFile;
use crate::input::{Source, Trouble};
use crate::time::{Millis, Span};

use super::find_format::FormatHints;
pub use super::quotable::shown as shown_proposal;
use super::time_clusters::FAR;
use super::unused_fields::UnusedFields;

/// An opened input, or the error that prevented it.
pub struct OpenInput {
    /// Its number among all inputs.
    pub id: InputId,
    /// As the operator named it.
    pub name: String,
    /// Where its lines come from.
    pub source: Result<LineSource, Trouble>,
    /// Its format, once that is known.
    pub format: Option<Format>,
    /// The format that the server's config suggests.
    pub expected: Option<Format>,
    /// Remarks from opening it; nothing is wrong.
    pub remarks: Vec<String>,
    /// The zone of time stamps without one.
    pub zone: LogZone,
}

/// A source of lines.
pub enum LineSource {
    /// A file, with random access.
    File(Box<LogFile>),
    /// Stored lines that can only be read from the beginning: compressed logs, a log with its history.
    Stored(Box<dyn Source>),
    /// A stream.
    Stream(Box<dyn Source>),
}

impl LineSource {
    /// The source behind it.
    pub fn source(&mut self) -> &mut dyn Source {
        match self {
            LineSource::File(file) => file.as_mut(),
            LineSource::Stored(source) | LineSource::Stream(source) => source.as_mut(),
        }
    }
}

/// Finds the format of an input from its first lines; `None` if no format parses them.
pub type FormatFinder = Box<dyn Fn(&[&[u8]]) -> Option<Format>>;

/// Where to start reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadFrom {
    /// From the beginning.
    All,
    /// From this long ago; if the log is older, the last part of it, of this length.
    Ago(Span),
    /// From an instant.
    At(Millis),
}

/// The lines of a block without line ends, at most as many as detection needs.
#[must_use]
pub fn sample(block: &[u8]) -> Vec<&[u8]> {
    let lines = block.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.filter(|line| !line.is_empty()).take(SAMPLE_LINES).collect()
}

impl OpenInput {
    /// The hints about its format before any line is examined.
    pub(super) fn hints(&self) -> FormatHints {
        let (given, format, zone) = (self.format.is_some(), self.expected.clone(), self.zone.clone());
        FormatHints { given, format, zone, unused: UnusedFields::default() }
    }

    /// How its format is found.
    #[must_use]
    pub fn format_finder(&self) -> FormatFinder {
        let hints = self.hints();
        match self.format.clone() {
            Some(given) => Box::new(move |sample| Some(in_wrappers(sample, given.clone()))),
            None => Box::new(move |sample| hints.format_among(sample)),
        }
    }

    /// Detects the format from the beginning of a file.
    pub(super) fn look_at_format(&mut self) {
        if let Some(head) = self.source.as_mut().ok().and_then(|lines| lines.source().head()) {
            self.format = self.format_finder()(&sample(&head));
        }
    }

    /// What its first lines contain that its format does not use.
    pub(super) fn unused_fields(&mut self) -> UnusedFields {
        let head = self.source.as_mut().ok().and_then(|lines| lines.source().head());
        let (Some(head), Some(format)) = (head, &self.format) else { return UnusedFields::default() };
        UnusedFields::of(&sample(&head), format)
    }

    /// The time of the first line, if it can be parsed.
    #[must_use]
    pub fn first_time(&mut self) -> Option<Millis> {
        let (Ok(lines), Some(format)) = (&mut self.source, &mut self.format) else { return None };
        times(&lines.source().head()?, format.clone()).next()
    }

    /// The newest time near the end, if any can be parsed.
    pub(super) fn last_time(&mut self) -> Option<Millis> {
        let (Ok(lines), Some(format)) = (&mut self.source, &mut self.format) else { return None };
        let (tail, format) = (lines.source().tail()?, format.clone());
        newest_believed(times(&tail, format).collect()).or_else(|| {
            // The log may have changed its format since its first lines.
            let format = self.hints().format_among(&sample(&tail))?;
            newest_believed(times(&tail, format).collect())
        })
    }

    /// Whether it has stored lines whose newest time is unknown until they are read.
    pub(super) fn is_unknown_store(&mut self) -> bool {
        matches!(self.source, Ok(LineSource::Stored(_))) && self.last_time().is_none()
    }

    fn time_at(&mut self, offset: u64) -> Option<Millis> {
        let (Ok(LineSource::File(file)), Some(format)) = (&mut self.source, &mut self.format) else {
            return None;
        };
        let bytes = file.peek(offset).ok()?;
        median(times(&bytes, format.clone()).take(FEW).collect())
    }

    /// The time at an offset, even if a directive has changed the format before it.
    fn time_at_whatever_holds_there(&mut self, offset: u64) -> Option<Millis> {
        self.time_at(offset).or_else(|| {
            self.follow_up_to(offset);
            self.time_at(offset)
        })
    }

    /// Applies the last directive before `offset`: it defines the format of the lines after it.
    fn follow_up_to(&mut self, offset: u64) {
        let (Ok(LineSource::File(file)), Some(format)) = (&mut self.source, &mut self.format) else { return };
        let mut end = offset;
        while format.has_directives() && end > 0 {
            let start = end.saturating_sub(LOOK_BACK);
            let Ok(mut bytes) = file.peek(start) else { return };
            let length = usize::try_from(end - start).unwrap_or(usize::MAX).min(bytes.len());
            // Whole lines, including the one that contains `end`.
            let line_end = memchr::memchr(b'\n', &bytes[length..]).map_or(bytes.len(), |at| length + at);
            bytes.truncate(line_end);
            if format.follow(&bytes) {
                return;
            }
            // A directive may cross the seam.
            end = if start == 0 { 0 } else { start + SEAM };
        }
    }

    /// Whether the times at some offsets of a file are in order, within `margin`.
    fn looks_in_order(&mut self, length: u64, margin: Span) -> bool {
        let places = (0..PLACES).map(|place| length / PLACES * place);
        let times: Vec<_> = places.filter_map(|place| self.time_at_whatever_holds_there(place)).collect();
        times.is_sorted_by(|earlier, later| *later + margin >= *earlier)
    }

    /// Starts reading a file where its times reach `since`, found by bisection; lines may be out of order by
    /// `margin`.
    pub(super) fn skip_to(&mut self, since: Millis, margin: Span) {
        let since = since - margin;
        let Ok(LineSource::File(file)) = &self.source else { return };
        let (mut low, mut high) = (0, file.len());
        let format = self.format.clone();
        if since > Millis::MIN && high > NEAR && !self.looks_in_order(high, margin) {
            high = 0;
        }
        self.format = format;
        while since > Millis::MIN && self.format.is_some() && high.saturating_sub(low) > NEAR {
            let middle = low + (high - low) / 2;
            match self.time_at_whatever_holds_there(middle) {
                Some(time) if time < since => low = middle,
                _ => high = middle,
            }
        }
        self.follow_up_to(low);
        // Bisection has moved around in the file: set the offset even if it is the beginning.
        let Ok(LineSource::File(file)) = &mut self.source else { return };
        if let Err(trouble) = file.start_at(low) {
            self.source = Err(trouble);
        }
    }
}

/// The time at an offset is the median of this many lines.
const FEW: usize = 3;
/// Offsets sampled to check whether a file is in order.
const PLACES: u64 = 16;

fn median(mut times: Vec<Millis>) -> Option<Millis> {
    times.sort_unstable();
    times.get(times.len() / 2).copied()
}

/// The newest time that is not far after most of the others.
fn newest_believed(times: Vec<Millis>) -> Option<Millis> {
    let middle = median(times.clone())?;
    times.into_iter().filter(|&time| time <= middle + FAR).max()
}

/// Bytes searched backwards for a directive at a time; less than a peek reads.
const LOOK_BACK: u64 = 48 << 10;
/// More than a directive's length.
const SEAM: u64 = 4 << 10;
/// Bisection stops when this few bytes are left.
const NEAR: u64 = 64 << 10;

/// The times of the parsable lines. Directives among them change only this copy of the format.
fn times(bytes: &[u8], mut format: Format) -> impl Iterator<Item = Millis> {
    bytes.split(|&byte| byte == b'\n').filter_map(move |line| {
        let is_hit = !format.directive(line);
        is_hit.then(|| format.read(line).ok().map(|hit| hit.time)).flatten()
    })
}
