//! Opening inputs: what each is, which format it has, and where to begin to read it.

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

/// An input that is open, or why it is not.
pub struct OpenInput {
    /// Its place among all inputs.
    pub id: InputId,
    /// As the operator named it.
    pub name: String,
    /// Where its lines come from.
    pub source: Result<LineSource, Trouble>,
    /// How its lines are read, once that is known.
    pub format: Option<Format>,
    /// How its lines are likely to be read, as the server's config has it.
    pub expected: Option<Format>,
    /// What there is to know of it from the start, though nothing is wrong.
    pub remarks: Vec<String>,
    /// The zone of stamps that name none.
    pub zone: LogZone,
}

/// Where lines come from.
pub enum LineSource {
    /// A file: one can look anywhere in it.
    File(Box<LogFile>),
    /// What has been stored, but can only be read from its beginning: compressed logs, a log with its history.
    Stored(Box<dyn Source>),
    /// A stream: it comes as it comes.
    Stream(Box<dyn Source>),
}

impl LineSource {
    /// As a source like any other.
    pub fn source(&mut self) -> &mut dyn Source {
        match self {
            LineSource::File(file) => file.as_mut(),
            LineSource::Stored(source) | LineSource::Stream(source) => source.as_mut(),
        }
    }
}

/// Finds the format of an input by its first lines; `None` if no format reads them.
pub type FormatFinder = Box<dyn Fn(&[&[u8]]) -> Option<Format>>;

/// From where to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadFrom {
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

impl OpenInput {
    /// What is known of its lines before any is looked at.
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

    /// Looks at the beginning of a file for its format.
    pub(super) fn look_at_format(&mut self) {
        if let Some(head) = self.source.as_mut().ok().and_then(|lines| lines.source().head()) {
            self.format = self.format_finder()(&sample(&head));
        }
    }

    /// What its first lines hold that its format does not read.
    pub(super) fn unused_fields(&mut self) -> UnusedFields {
        let head = self.source.as_mut().ok().and_then(|lines| lines.source().head());
        let (Some(head), Some(format)) = (head, &self.format) else { return UnusedFields::default() };
        UnusedFields::of(&sample(&head), format)
    }

    /// The time of the first line, where it can be read.
    #[must_use]
    pub fn first_time(&mut self) -> Option<Millis> {
        let (Ok(lines), Some(format)) = (&mut self.source, &mut self.format) else { return None };
        times(&lines.source().head()?, format.clone()).next()
    }

    /// The newest time near the end, where it can be read.
    pub(super) fn last_time(&mut self) -> Option<Millis> {
        let (Ok(lines), Some(format)) = (&mut self.source, &mut self.format) else { return None };
        let (tail, format) = (lines.source().tail()?, format.clone());
        newest_believed(times(&tail, format).collect()).or_else(|| {
            // A log may have changed its format since its first lines.
            let format = self.hints().format_among(&sample(&tail))?;
            newest_believed(times(&tail, format).collect())
        })
    }

    /// Whether lines are stored there whose newest time is not known before they are read.
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

    /// The time at a place, also where a directive changed how lines are read since the one that is known.
    fn time_at_whatever_holds_there(&mut self, offset: u64) -> Option<Millis> {
        self.time_at(offset).or_else(|| {
            self.follow_up_to(offset);
            self.time_at(offset)
        })
    }

    /// Takes note of the last directive before `offset`: it says how the lines from there on are to be read.
    fn follow_up_to(&mut self, offset: u64) {
        let (Ok(LineSource::File(file)), Some(format)) = (&mut self.source, &mut self.format) else { return };
        let mut end = offset;
        while format.has_directives() && end > 0 {
            let start = end.saturating_sub(LOOK_BACK);
            let Ok(mut bytes) = file.peek(start) else { return };
            let length = usize::try_from(end - start).unwrap_or(usize::MAX).min(bytes.len());
            // Whole lines, also the one that `end` lies in.
            let line_end = memchr::memchr(b'\n', &bytes[length..]).map_or(bytes.len(), |at| length + at);
            bytes.truncate(line_end);
            if format.follow(&bytes) {
                return;
            }
            // A directive may lie across the seam.
            end = if start == 0 { 0 } else { start + SEAM };
        }
    }

    /// Whether the times at some places of a file follow each other, but for so much.
    fn looks_in_order(&mut self, length: u64, margin: Span) -> bool {
        let places = (0..PLACES).map(|place| length / PLACES * place);
        let times: Vec<_> = places.filter_map(|place| self.time_at_whatever_holds_there(place)).collect();
        times.is_sorted_by(|earlier, later| *later + margin >= *earlier)
    }

    /// Begins to read a file where its times reach `since`, found by bisecting them; lines may be out of order by `margin`.
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
        // The file may be read again after looking around in it, even where it is read from its beginning.
        let Ok(LineSource::File(file)) = &mut self.source else { return };
        if let Err(trouble) = file.start_at(low) {
            self.source = Err(trouble);
        }
    }
}

/// Of so many lines the one in the middle tells the time of a place.
const FEW: usize = 3;
/// At so many places it is looked whether a file is in order.
const PLACES: u64 = 16;

fn median(mut times: Vec<Millis>) -> Option<Millis> {
    times.sort_unstable();
    times.get(times.len() / 2).copied()
}

/// The newest of some times that is not far after most of them.
fn newest_believed(times: Vec<Millis>) -> Option<Millis> {
    let middle = median(times.clone())?;
    times.into_iter().filter(|&time| time <= middle + FAR).max()
}

/// How far back directives are looked for at once: less than a peek reads.
const LOOK_BACK: u64 = 48 << 10;
/// More than a directive's length.
const SEAM: u64 = 4 << 10;
/// Bisecting stops when so few bytes are left.
const NEAR: u64 = 64 << 10;

/// The times of the lines that can be read. What they say of the format is for them alone.
fn times(bytes: &[u8], mut format: Format) -> impl Iterator<Item = Millis> {
    bytes.split(|&byte| byte == b'\n').filter_map(move |line| {
        let is_hit = !format.directive(line);
        is_hit.then(|| format.read(line).ok().map(|hit| hit.time)).flatten()
    })
}
