//! Counts of what was read and what became of it.

use crate::text::thousands;

/// Counts of what was read and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Intake {
    /// Each input by itself.
    pub inputs: Vec<InputStatus>,
    /// Lines read, empty ones left out.
    pub lines: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Lines that became a hit.
    pub hits: u64,
    /// Lines that could not be parsed.
    pub malformed: u64,
    /// Malformed lines by reason, most frequent first.
    pub malformed_by_reason: Vec<(String, u64)>,
    /// The latest malformed lines, as examples.
    pub malformed_examples: Vec<MalformedExample>,
    /// Doubts about how inputs are parsed.
    pub doubts: Vec<Doubt>,
    /// Hits dropped because they came later than the lateness allows (R6).
    pub late: u64,
    /// Lines whose time is so far after all others that it must be wrong; they count nowhere else (R6).
    pub ahead: u64,
    /// Hits that are counted but not linked to a visitor, because they carry a refusal of consent (R11).
    pub consentless: u64,
    /// Lines dropped because they came too fast.
    pub overflow: u64,
    /// Strings that became `(other)` because a dictionary was full.
    pub folded: u64,
    /// Sessions evicted because of `--max-memory`.
    pub evicted: u64,
    /// Open sessions closed early because of `--max-memory`: they may count twice.
    pub closed_early: u64,
    /// Hits by kind, in the order of R2: pageview, action, asset, api, error, redirect, other.
    pub kinds: [u64; 7],
    /// The site's own hosts.
    pub own_hosts: Vec<String>,
    /// Where `own_hosts` come from.
    pub own_hosts_from: OwnHostsFrom,
    /// Memory used by sessions and dictionaries, in bytes.
    pub memory: u64,
}

/// Names of the kinds, in the order of [`Intake::kinds`].
pub const KIND_NAMES: [&str; 7] = ["pageview", "action", "asset", "api", "error", "redirect", "other"];

/// Where the site's own hosts come from (R9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OwnHostsFrom {
    /// Nothing is known yet.
    #[default]
    Unknown,
    /// `--site`, or the config.
    Given,
    /// The host field of the log.
    Log,
    /// Inferred: a referrer host whose paths this server serves.
    Inferred,
}

impl OwnHostsFrom {
    /// As exports name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            OwnHostsFrom::Unknown => "unknown",
            OwnHostsFrom::Given => "given",
            OwnHostsFrom::Log => "log",
            OwnHostsFrom::Inferred => "inferred",
        }
    }
}

/// One input.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InputStatus {
    /// As the operator named it.
    pub name: String,
    /// The format found, or empty while looking.
    pub format: String,
    /// Further formats of its lines, in the order in which they were found.
    pub also: Vec<AlsoRead>,
    /// Lines read from it.
    pub lines: u64,
    /// Bytes read from it.
    pub bytes: u64,
    /// Bytes available when it was opened, if known; for the progress bar.
    pub bytes_at_start: Option<u64>,
    /// What it is doing.
    pub state: InputState,
    /// What is wrong with it, and what to do; empty if nothing is.
    pub trouble: String,
    /// The lines of a proposed `--format` or `[format]` table, if no known format parses it.
    pub proposal: Vec<String>,
    /// Remarks; nothing is wrong.
    pub remarks: Vec<String>,
}

/// A sign that an input is misread or lacks what figures need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The input.
    pub input: String,
    /// The kind of doubt.
    pub kind: DoubtKind,
    /// The doubt as a sentence, with advice.
    pub text: String,
    /// The lines of a proposed `--format` or `[format]` table.
    pub proposal: Vec<String>,
}

/// The kinds of doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DoubtKind {
    /// No line names a user agent.
    NoAgents,
    /// Nearly all lines come from one network.
    OneAddress,
    /// Nearly every line has a visitor of its own.
    AddressPerLine,
    /// The host field does not contain hosts.
    NoHosts,
    /// No line names an address.
    NoAddress,
    /// Load times are logged and not used.
    LoadUnused,
    /// Forwarded addresses are logged and not used.
    ForwardedUnused,
    /// Another input has the same requests.
    LoggedTwice,
}

impl DoubtKind {
    /// Every kind.
    pub const ALL: [DoubtKind; 8] = [
        DoubtKind::NoAgents,
        DoubtKind::NoAddress,
        DoubtKind::OneAddress,
        DoubtKind::AddressPerLine,
        DoubtKind::ForwardedUnused,
        DoubtKind::LoggedTwice,
        DoubtKind::NoHosts,
        DoubtKind::LoadUnused,
    ];

    /// Whether figures are wrong by it, and not only missing.
    #[must_use]
    pub fn distorts(self) -> bool {
        !matches!(self, DoubtKind::NoAgents | DoubtKind::LoadUnused)
    }

    /// Its name in exports and in narrow places.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            DoubtKind::NoAgents => "no agents",
            DoubtKind::OneAddress => "one address",
            DoubtKind::AddressPerLine => "an address per line",
            DoubtKind::NoHosts => "no hosts",
            DoubtKind::NoAddress => "no address",
            DoubtKind::LoadUnused => "load times unused",
            DoubtKind::ForwardedUnused => "forwarded addresses unused",
            DoubtKind::LoggedTwice => "logged twice",
        }
    }
}

impl Doubt {
    /// The message.
    #[must_use]
    pub fn sentence(&self) -> String {
        format!("{}: {}", self.input, self.text)
    }
}

/// A format that an input has besides its first one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AlsoRead {
    /// Its name.
    pub format: String,
    /// The first line in it, from 1.
    pub from_line: u64,
}

impl InputStatus {
    /// Messages about the further formats of the input.
    pub fn notices(&self) -> impl Iterator<Item = String> {
        let also = self.also.iter().map(|also| {
            let line = thousands(also.from_line);
            format!("{}: from line {line} on also read as {}", self.name, also.format)
        });
        self.remarks.iter().cloned().chain(also)
    }
}

/// What an input is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum InputState {
    /// Reading what was there when it was opened.
    #[default]
    Loading,
    /// Following what comes in.
    Live,
    /// At its end; nothing more will come.
    Ended,
    /// Cannot be read.
    Failed,
}

/// A line that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MalformedExample {
    /// Which input.
    pub input: String,
    /// The line's number, from 1, where it is known.
    pub line: u64,
    /// The byte of the line where reading stopped, from 1.
    pub column: usize,
    /// What was expected there.
    pub reason: String,
    /// The line, shortened.
    pub text: String,
}
