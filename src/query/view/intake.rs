//! What was read, and what became of it.

use crate::text::thousands;

/// What was read, and what became of it.
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
    /// Lines that could not be read.
    pub malformed: u64,
    /// Malformed lines by reason, most frequent first.
    pub malformed_by_reason: Vec<(String, u64)>,
    /// The latest malformed lines, to look at.
    pub malformed_examples: Vec<MalformedExample>,
    /// What is doubted of how inputs are read.
    pub doubts: Vec<Doubt>,
    /// Hits dropped because they came later than the lateness allows (R6).
    pub late: u64,
    /// Lines whose time lies so far after all others that it is taken to be wrong: they count nowhere else (R6).
    pub ahead: u64,
    /// Hits that are counted and tied to no visitor, because their senders want to be left alone (R11).
    pub consentless: u64,
    /// Lines dropped because they came faster than they could be taken.
    pub overflow: u64,
    /// Strings that became `(other)` because a dictionary was full.
    pub folded: u64,
    /// Sessions that are no longer kept because of `--max-memory`.
    pub evicted: u64,
    /// Open sessions that were closed before their time because of `--max-memory`: they may count twice.
    pub closed_early: u64,
    /// Hits by kind, in the order of R2: pageview, action, asset, api, error, redirect, other.
    pub kinds: [u64; 7],
    /// The site's own hosts.
    pub own_hosts: Vec<String>,
    /// Where `own_hosts` come from.
    pub own_hosts_from: OwnHostsFrom,
    /// How much memory the sessions and dictionaries take, in bytes.
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
    /// Formats that others of its lines have, in the order in which they were found.
    pub also: Vec<AlsoRead>,
    /// Lines read from it.
    pub lines: u64,
    /// Bytes read from it.
    pub bytes: u64,
    /// Bytes that were there when it was opened, where that is known: for the progress bar.
    pub bytes_at_start: Option<u64>,
    /// What it is doing.
    pub state: InputState,
    /// What is wrong with it, and what to do; empty where nothing is.
    pub trouble: String,
    /// What would have it read where nothing does, a line each: a `--format`, or a `[format]` table for the config.
    pub proposal: Vec<String>,
    /// What there is to know of it, though nothing is wrong.
    pub remarks: Vec<String>,
}

/// Something that makes it likely that an input is read wrongly, or lacks what figures need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The input.
    pub input: String,
    /// What is doubted.
    pub kind: DoubtKind,
    /// The same in a sentence, and what to do.
    pub text: String,
    /// What would have it read otherwise, a line each: a `--format`, or a `[format]` table for the config.
    pub proposal: Vec<String>,
}

/// What can be doubted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DoubtKind {
    /// No line names a user agent.
    NoAgents,
    /// Nearly all lines come from one network.
    OneAddress,
    /// Nearly every line has a visitor of its own.
    AddressPerLine,
    /// What is read as the host is none.
    NoHosts,
    /// No line names an address.
    NoAddress,
    /// Load times are there and not used.
    LoadUnused,
    /// Forwarded addresses are there and not used.
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

    /// Its name in exports, and where there is little room.
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
    /// What to say of it.
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
    /// What there is to say of the formats that the input has besides its first one.
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
