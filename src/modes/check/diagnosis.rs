//! What the first lines of an input say about it: which format they are in and why, or where reading stops.

use crate::classify::address::AddressKeeping;
use crate::classify::batch::LineExamples;
use crate::classify::unread::shown;
use crate::engine::open_input::{FormatFinder, sample, shown_proposal};
use crate::format::Format;
use crate::format::detect::{self, Detected};
use crate::input::not_text::NotText;
use crate::query::view::MalformedExample;
use crate::report::check::{Reading, UnseenField};
use crate::text::thousands;

/// Where the engine looks for a file's format.
const HEAD: usize = 64 << 10;
/// How many lines are shown where no format fits.
const SHOWN: usize = 3;

/// How an input is read.
pub(super) struct Diagnosis {
    /// The input, as the operator named it.
    pub(super) name: String,
    /// How its lines are read.
    pub(super) reading: Reading,
    /// The format, unless it reads nothing.
    pub(super) format: Option<Format>,
    /// What would have them read, where nothing does.
    pub(super) proposal: Vec<String>,
}

/// An input, and how to find its format.
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) is_format_given: bool,
    pub(super) find_format: FormatFinder,
}

impl Subject {
    /// Examines the first lines.
    pub(super) fn diagnose(&self, bytes: &[u8], examples: LineExamples) -> Diagnosis {
        let head = head(bytes);
        let sample = sample(head);
        let detected = (self.find_format)(&sample).map(|format| Detected::known(format, &sample));
        let (reading, format) = match detected {
            Some(Detected { read: 0, of: 1.., format }) => (self.unread(head, &sample, Some(format)), None),
            Some(detected) => (read(&detected, &sample), Some(detected.format)),
            None => (not_text(head).unwrap_or_else(|| self.unread(head, &sample, None)), None),
        };
        let proposal = match &reading {
            Reading::Unknown { .. } => self.proposal(&sample),
            _ => Vec::new(),
        };
        Diagnosis { name: self.name.clone(), reading: quotable(reading, examples), format, proposal }
    }

    /// What would have lines read that nothing reads: looking at them, where another format was named.
    fn proposal(&self, sample: &[&[u8]]) -> Vec<String> {
        if self.is_format_given && detect::detect(sample).is_some() {
            return vec!["--format auto".to_owned()];
        }
        detect::proposal(sample).as_ref().map(shown_proposal).unwrap_or_default()
    }

    /// That no line is read, and where reading stops; `given` is the format that was asked for.
    fn unread(&self, head: &[u8], sample: &[&[u8]], given: Option<Format>) -> Reading {
        let tried = match &given {
            Some(format) => format!("{}, as asked for,", format.name()),
            None => Format::NAMES.join(", "),
        };
        let why = format!("tried {tried} on the first {} lines", thousands(sample.len() as u64));
        // All known formats begin alike, so all stop at the same place.
        let format = given.or_else(|| Format::named("combined"));
        let first_lines = format.map_or_else(Vec::new, |format| first_unread(&self.name, head, format));
        Reading::Unknown { why, first_lines }
    }
}

/// R11: under `strict` no line is quoted.
fn quotable(mut reading: Reading, examples: LineExamples) -> Reading {
    if let (LineExamples::Hidden, Reading::Unknown { first_lines, .. }) = (examples, &mut reading) {
        first_lines.clear();
    }
    reading
}

fn read(detected: &Detected, sample: &[&[u8]]) -> Reading {
    let unseen = detected.format.unseen(sample).into_iter();
    let unseen =
        unseen.map(|(field, path)| UnseenField { name: field.name().to_owned(), path: path.to_owned() });
    Reading::Read { format: detected.format.name(), why: why(detected), unseen: unseen.collect() }
}

fn why(detected: &Detected) -> String {
    let [read, of] = [detected.read, detected.of].map(|count| thousands(count as u64));
    let fits = match detected.of {
        1 => "its first line fits".to_owned(),
        _ if detected.read == detected.of => format!("all of the first {of} lines fit"),
        _ => format!("{read} of the first {of} lines fit"),
    };
    // Nobody has seen a string that was worked out: it is what to give as a flag, or to correct.
    match detected.format.worked_out_string() {
        Some(string) => format!("{fits}; worked out from them: --format '{string}'"),
        None => fits,
    }
}

/// What stands there instead of lines of text, if that is so.
fn not_text(head: &[u8]) -> Option<Reading> {
    NotText::of(head).map(|what| match what {
        NotText::Binary => Reading::Binary,
        NotText::Utf16 => Reading::Unknown { why: UTF16.to_owned(), first_lines: Vec::new() },
    })
}

const UTF16: &str = "it is text in UTF-16; convert it: iconv -f UTF-16 -t UTF-8 FILE | dwell check -";

fn first_unread(name: &str, head: &[u8], mut format: Format) -> Vec<MalformedExample> {
    let unread = lines(head).filter_map(|(number, line)| {
        if format.directive(line) {
            return None;
        }
        let malformed = format.read(line).err()?;
        Some(MalformedExample {
            input: name.to_owned(),
            line: number,
            column: malformed.at + 1,
            reason: malformed.reason.expected().to_owned(),
            text: String::from_utf8_lossy(&shown(line, AddressKeeping::Masked)).into_owned(),
        })
    });
    unread.take(SHOWN).collect()
}

/// The first lines of the first lines, without one that is cut.
fn head(bytes: &[u8]) -> &[u8] {
    let head = &bytes[..bytes.len().min(HEAD)];
    if head.len() == bytes.len() {
        return head;
    }
    memchr::memrchr(b'\n', head).map_or(head, |newline| &head[..newline])
}

/// Lines that are not empty, with their numbers from 1.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let lines = bytes.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    (1..).zip(lines).filter(|(_, line)| !line.is_empty())
}
