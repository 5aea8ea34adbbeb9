//! A look at the first lines of an input: which format they have and why, and what of each kind is among them.

use crate::classify::address::{Address, beginning_without_addresses};
use crate::classify::asset_hints::{AssetHint, HintRow, asset_hints};
use crate::classify::batch::LineExamples;
use crate::classify::examples::Examples;
use crate::classify::kind::{Kind, PathFacts, Rule, class};
use crate::classify::machine_hints::{MachineHint, machine_hints};
use crate::classify::visitor::{Visitor, VisitorKey};
use crate::config::Settings;
use crate::engine::open_input::{sample, shown_proposal};
use crate::format::{Format, Hit, detect, spelled};
use crate::input::not_text::NotText;
use crate::query::view::MalformedExample;
use crate::report::check::{Reading, UnseenField};
use crate::text::thousands;
use crate::time::Millis;

use super::super::examples as examples_of;

/// Where the engine looks for a file's format.
const HEAD: usize = 64 << 10;
/// How many lines are shown where no format fits.
const SHOWN: usize = 3;
/// How much of a line is shown.
const SHOWN_BYTES: usize = 400;

/// What a look at an input found.
pub(super) struct Look {
    /// The input, as the operator named it.
    pub(super) name: String,
    /// How its lines are read.
    pub(super) reading: Reading,
    /// What would have them read, where nothing does.
    pub(super) proposal: Vec<String>,
    /// Pageviews that look like parts of pages.
    pub(super) hints: Vec<AssetHint>,
    /// Requests that look like pages' own.
    pub(super) machines: Vec<MachineHint>,
}

/// Looks at one input after the other.
pub(super) struct Looker<'a> {
    rules: &'a [Rule],
    examples_shown: LineExamples,
    key: VisitorKey,
    /// Requests of all inputs.
    pub(super) examples: Examples,
}

impl<'a> Looker<'a> {
    pub(super) fn new(settings: &'a Settings, key: VisitorKey) -> Looker<'a> {
        let (rules, examples) = (&settings.additions.rules, Examples::default());
        Looker { rules, examples_shown: examples_of(settings.privacy), key, examples }
    }

    /// Looks at the first lines of an input.
    pub(super) fn look(&mut self, name: &str, bytes: &[u8], given: Option<Format>) -> Look {
        let is_given = given.is_some();
        let (mut reading, format) = reading(name, head(bytes), given);
        let proposal = match &reading {
            Reading::Unknown { .. } => proposed(&sample(head(bytes)), is_given),
            _ => Vec::new(),
        };
        if let (LineExamples::Hidden, Reading::Unknown { first_lines, .. }) =
            (self.examples_shown, &mut reading)
        {
            first_lines.clear();
        }
        let seen = format.map_or_else(Vec::new, |mut format| self.look_at_hits(bytes, &mut format));
        let rows: Vec<_> = seen.iter().map(Seen::row).collect();
        let machines = machine_hints(rows.clone());
        Look { name: name.to_owned(), reading, proposal, hints: asset_hints(rows), machines }
    }

    fn look_at_hits(&mut self, bytes: &[u8], format: &mut Format) -> Vec<Seen> {
        let mut seen = Vec::new();
        for (_, line) in lines(bytes) {
            if !format.directive(line)
                && let Ok(hit) = format.read(line)
            {
                seen.extend(self.look_at_hit(&hit));
            }
        }
        seen
    }

    fn look_at_hit(&mut self, hit: &Hit) -> Option<Seen> {
        let Some(request) = &hit.request else {
            self.examples.note(Kind::Other, b"", b"", hit.status);
            return None;
        };
        let mut scratch = Vec::new();
        let details = hit.details(&mut scratch);
        let facts = PathFacts::of(request.path(), self.rules);
        let class = class(self.rules, hit, &facts, || !details.referrer.is_empty());
        let kind = class.heard(details.said, request.method).kind;
        let path = spelled(request.path());
        self.examples.note(kind, request.method, &path, hit.status);
        let agent = self.key.agent(details.agent);
        let visitor = self.key.visitor(details.host, &Address::parse(details.address), &agent);
        let (method, path) = (request.method.to_vec(), path.into_owned());
        Some(Seen { time: hit.time, visitor, kind, method, path, referrer: details.referrer.to_vec() })
    }
}

/// What was seen of a hit, once its line is gone.
struct Seen {
    time: Millis,
    visitor: Visitor,
    kind: Kind,
    method: Vec<u8>,
    path: Vec<u8>,
    referrer: Vec<u8>,
}

impl Seen {
    fn row(&self) -> HintRow<'_> {
        let Seen { time, visitor, kind, method, path, referrer } = self;
        HintRow { time: *time, visitor: *visitor, kind: *kind, method, path, referrer }
    }
}

/// How an input is read, and the format by which it can be.
fn reading(name: &str, head: &[u8], given: Option<Format>) -> (Reading, Option<Format>) {
    let sample = sample(head);
    let found = match given {
        Some(format) => {
            let format = detect::in_wrappers(&sample, format);
            let (read, of) = count_read(&sample, format.clone());
            Found { format, read, of }
        }
        None => match detect::detect(&sample) {
            Some(found) => Found { of: found.of, read: found.read, format: found.format },
            None => return (not_text(head).unwrap_or_else(|| unknown(name, head, &sample, None)), None),
        },
    };
    if found.read == 0 && found.of > 0 {
        return (unknown(name, head, &sample, Some(found.format)), None);
    }
    let reading = Reading::Read {
        format: found.format.name(),
        why: why(&found),
        unseen: unseen(&found.format, &sample),
    };
    (reading, Some(found.format))
}

/// What would have lines read that nothing reads: looking at them, where another format was named.
fn proposed(sample: &[&[u8]], is_given: bool) -> Vec<String> {
    if is_given && detect::detect(sample).is_some() {
        return vec!["--format auto".to_owned()];
    }
    detect::proposal(sample).as_ref().map(shown_proposal).unwrap_or_default()
}

/// What stands there instead of lines of text, if that is so.
fn not_text(head: &[u8]) -> Option<Reading> {
    NotText::of(head).map(|what| match what {
        NotText::Binary => Reading::Binary,
        NotText::Utf16 => Reading::Unknown { why: UTF16.to_owned(), first_lines: Vec::new() },
    })
}

const UTF16: &str = "it is text in UTF-16; convert it: iconv -f UTF-16 -t UTF-8 FILE | dwell check -";

/// A format, and how many of the sample's lines it reads.
struct Found {
    format: Format,
    read: usize,
    of: usize,
}

fn unseen(format: &Format, sample: &[&[u8]]) -> Vec<UnseenField> {
    let unseen = format.unseen(sample).into_iter();
    unseen.map(|(field, path)| UnseenField { name: field.name().to_owned(), path: path.to_owned() }).collect()
}

/// How many lines are read, and of how many: directives are left out.
fn count_read(sample: &[&[u8]], mut format: Format) -> (usize, usize) {
    let is_read = |line: &&[u8]| (!format.directive(line)).then(|| format.read(line).is_ok());
    let lines: Vec<bool> = sample.iter().filter_map(is_read).collect();
    (lines.iter().filter(|is_read| **is_read).count(), lines.len())
}

fn why(found: &Found) -> String {
    let [shown_read, shown_of] = [found.read, found.of].map(|count| thousands(count as u64));
    let fits = match found.of {
        1 => "its first line fits".to_owned(),
        _ if found.read == found.of => format!("all of the first {shown_of} lines fit"),
        _ => format!("{shown_read} of the first {shown_of} lines fit"),
    };
    // Nobody has seen a string that was worked out: it is what to give as a flag, or to correct.
    match found.format.worked_out_string() {
        Some(string) => format!("{fits}; worked out from them: --format '{string}'"),
        None => fits,
    }
}

fn unknown(name: &str, head: &[u8], sample: &[&[u8]], given: Option<Format>) -> Reading {
    let tried = match &given {
        Some(format) => format!("{}, as asked for,", format.name()),
        None => Format::NAMES.join(", "),
    };
    let why = format!("tried {tried} on the first {} lines", thousands(sample.len() as u64));
    // All known formats begin alike, so all stop at the same place.
    let format = given.or_else(|| Format::named("combined"));
    let first_lines = format.map_or_else(Vec::new, |format| first_unread(name, head, format));
    Reading::Unknown { why, first_lines }
}

fn first_unread(name: &str, head: &[u8], mut format: Format) -> Vec<MalformedExample> {
    let unread = lines(head).filter_map(|(number, line)| {
        if format.directive(line) {
            return None;
        }
        let malformed = format.read(line).err()?;
        let shown = beginning_without_addresses(line, SHOWN_BYTES);
        Some(MalformedExample {
            input: name.to_owned(),
            line: number,
            column: malformed.at + 1,
            reason: malformed.reason.expected().to_owned(),
            text: String::from_utf8_lossy(&shown).into_owned(),
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
