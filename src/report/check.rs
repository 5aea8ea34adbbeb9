//! The output of `dwell check`: how lines are read, which could not be read, what the config's definitions match, and what
//! to change.
//!
//! [`CheckFindings`] holds plain facts collected by the caller; the advice is derived from them here.

pub mod alerts;
mod definitions;
mod proposals;

use std::io::{self, Write};

use super::excerpt::excerpt;
use super::ink::{Inked, Paint};
use super::text::meaning;
use super::text_writer::{TextWriter, WIDTH};
use crate::query::view::{KIND_NAMES, MalformedExample, OwnHostsFrom};
use crate::text::{Shown, fit, fit_middle, harmless, percent, readable_path, thousands};
pub use definitions::{CheckedDefinitions, question as question_of_definitions};
pub use proposals::{SuggestedFormat, SuggestedRule};

/// Everything `dwell check` found out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CheckFindings {
    /// Per input.
    pub inputs: Vec<CheckedInput>,
    /// Hits of each kind, in the order of [`KIND_NAMES`].
    pub kinds: [CheckedKind; 7],
    /// Malformed lines by what the parser expected, most frequent first.
    pub malformed_by_reason: Vec<(String, u64)>,
    /// Examples of malformed lines.
    pub malformed_examples: Vec<MalformedExample>,
    /// Hits that arrived later than `--lateness` allows (R6).
    pub late: u64,
    /// Hits stamped far later than all others (R6).
    pub ahead: u64,
    /// The site's own hosts.
    pub own_hosts: Vec<String>,
    /// Where `own_hosts` come from.
    pub own_hosts_from: OwnHostsFrom,
    /// Doubts about how the lines were read, each with a remedy.
    pub doubts: Vec<String>,
    /// Formats that would parse more lines, or more of their fields.
    pub formats: Vec<SuggestedFormat>,
    /// Config rules that would classify more hits correctly.
    pub rules: Vec<SuggestedRule>,
    /// What the config defines, if anything.
    pub definitions: Option<CheckedDefinitions>,
}

/// How one input was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedInput {
    /// As named by the operator.
    pub name: String,
    /// Non-empty lines read.
    pub lines: u64,
    /// How they were parsed.
    pub reading: Reading,
}

/// How the lines of an input are parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// In a known format.
    Read {
        /// Its name.
        format: String,
        /// Why it was chosen: `all of the first 100 lines fit`.
        why: String,
        /// Fields that the config maps but no line has.
        unseen: Vec<UnseenField>,
    },
    /// In no known format.
    Unknown {
        /// What was tried: `tried common, combined on the first 100 lines`.
        why: String,
        /// The first lines, and where parsing stops in them.
        first_lines: Vec<MalformedExample>,
    },
    /// Binary data.
    Binary,
    /// Empty input.
    Nothing,
    /// I/O error or an overlong line; already reported.
    Failed,
}

/// A field that the config maps to a path that no line has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnseenField {
    /// Its name in the config.
    pub name: String,
    /// The path that the config gives.
    pub path: String,
}

/// The hits of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckedKind {
    /// Number of hits.
    pub hits: u64,
    /// Sample requests.
    pub examples: Vec<CheckedRequest>,
}

/// A sample request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedRequest {
    /// Method and path: `GET /pricing`; empty if the log line has no request.
    pub request: String,
    /// Response status.
    pub status: u16,
}

/// Above this share of malformed lines the format is more likely wrong than the lines.
const DOUBTFUL: f64 = 0.01;
/// Malformed lines shown per reason.
const EXAMPLES: usize = 2;

/// Writes the findings.
///
/// # Errors
/// Write errors, including a broken pipe.
pub fn write(findings: &CheckFindings, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let mut out = TextWriter::new(out, paint);
    out.line(paint.strong("dwell check"))?;
    inputs(findings, &mut out)?;
    if findings.inputs.iter().any(CheckedInput::is_read) {
        kinds(findings, &mut out)?;
        malformed(findings, &mut out)?;
        own_hosts(findings, &mut out)?;
    }
    findings.definitions.as_ref().map_or(Ok(()), |checked| checked.write(&mut out))?;
    advice(findings, &mut out)?;
    proposals::formats(&findings.formats, &mut out)?;
    proposals::rules(&findings.rules, &mut out)
}

/// Writes what the config's definitions say, where there is no log to hold them against.
///
/// # Errors
/// Write errors, including a broken pipe.
pub fn write_definitions(checked: &CheckedDefinitions, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let mut out = TextWriter::new(out, paint);
    out.line(paint.strong("dwell check"))?;
    checked.write(&mut out)
}

impl Reading {
    /// Whether the lines are in no known format.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self, Reading::Unknown { .. } | Reading::Binary)
    }
}

impl CheckedInput {
    fn is_read(&self) -> bool {
        matches!(self.reading, Reading::Read { .. })
    }
}

impl CheckFindings {
    fn hits(&self) -> u64 {
        self.kinds.iter().map(|kind| kind.hits).sum()
    }

    /// Whether something was read and there is nothing to suggest.
    fn is_sound(&self) -> bool {
        self.rules.is_empty() && self.formats.is_empty() && self.inputs.iter().any(CheckedInput::is_read)
    }

    fn malformed(&self) -> u64 {
        self.malformed_by_reason.iter().map(|(_, count)| count).sum()
    }

    fn is_any_unknown(&self) -> bool {
        self.inputs.iter().any(|input| input.reading.is_unknown())
    }

    /// The names of the inputs that match, comma-separated.
    fn names(&self, wrong: impl Fn(&Reading) -> bool) -> Option<String> {
        let inputs = self.inputs.iter().filter(|input| wrong(&input.reading));
        let names: Vec<_> = inputs.map(|input| harmless(&input.name)).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}

fn inputs(findings: &CheckFindings, out: &mut TextWriter) -> io::Result<()> {
    out.heading("Input", "")?;
    findings.inputs.iter().try_for_each(|input| {
        out.line(format!("  {}", fit_middle(&harmless(&input.name), WIDTH - 2)))?;
        one_input(input, out)
    })
}

fn one_input(input: &CheckedInput, out: &mut TextWriter) -> io::Result<()> {
    let lines = lines(input.lines);
    let verdict = Inked::from("    ");
    match &input.reading {
        Reading::Read { format, why, .. } => {
            let (format, why) = (out.paint.strong(format), out.paint.muted(why));
            out.line(verdict + format + format!(", {lines}; ") + why)
        }
        Reading::Unknown { why, first_lines } => {
            out.line(verdict + out.paint.bad("no format fits") + format!(", {lines}"))?;
            out.line(fit(&format!("    {}", harmless(why)), WIDTH))?;
            first_lines.iter().try_for_each(|line| stopped(line, out))
        }
        Reading::Binary => out.line(verdict + out.paint.bad("binary data, not lines of text")),
        Reading::Nothing => out.line(verdict + "empty"),
        Reading::Failed => out.line(verdict + out.paint.bad("could not be read")),
    }
}

fn lines(count: u64) -> String {
    if count == 1 { "1 line".to_owned() } else { format!("{} lines", thousands(count)) }
}

/// A line with a caret below the column where parsing stopped.
fn stopped(example: &MalformedExample, out: &mut TextWriter) -> io::Result<()> {
    let place = format!("line {}, column {}", thousands(example.line), example.column);
    out.line("")?;
    out.line(fit(&format!("    {place}: expected {}", harmless(&example.reason)), WIDTH))?;
    line_and_caret(example, out)
}

fn line_and_caret(example: &MalformedExample, out: &mut TextWriter) -> io::Result<()> {
    let excerpt = excerpt(example, WIDTH - 6);
    let paints = [Paint::muted, Paint::bad];
    let painted = excerpt.iter().zip(paints).map(|(line, paint)| paint(out.paint, line));
    let painted: Vec<_> = painted.map(|line| Inked::from("      ") + line).collect();
    painted.into_iter().try_for_each(|line| out.line(line))
}

fn kinds(findings: &CheckFindings, out: &mut TextWriter) -> io::Result<()> {
    let hits = findings.hits();
    out.heading("Hits", &format!("{} of one kind each, bots included", thousands(hits)))?;
    KIND_NAMES.iter().zip(&findings.kinds).filter(|(_, kind)| kind.hits > 0).try_for_each(|(name, kind)| {
        let share = percent(kind.hits as f64 / hits as f64);
        out.figure(&format!("  {name}"), &thousands(kind.hits), &format!("{share} · {}", meaning(name)))?;
        kind.examples.iter().try_for_each(|example| out.line(out.paint.muted(&example.line())))
    })
}

impl CheckedRequest {
    fn line(&self) -> String {
        let request =
            if self.request.is_empty() { Shown::from("(no request)") } else { readable_path(&self.request) };
        format!("      {} {}", fit_middle(&request, WIDTH - 10), self.status)
    }
}

fn malformed(findings: &CheckFindings, out: &mut TextWriter) -> io::Result<()> {
    let note = match findings.malformed() {
        0 => "none: every line could be read".to_owned(),
        count if findings.is_any_unknown() => {
            format!("{} could not be read, those in no known format among them", lines(count))
        }
        count => format!("{} could not be read", lines(count)),
    };
    out.heading("Malformed", &note)?;
    findings.malformed_by_reason.iter().try_for_each(|(reason, count)| {
        out.line(format!("  {} where {} was expected", lines(*count), harmless(reason)))?;
        let examples = findings.malformed_examples.iter().filter(|example| example.reason == *reason);
        examples.take(EXAMPLES).try_for_each(|example| malformed_line(example, out))
    })
}

fn malformed_line(example: &MalformedExample, out: &mut TextWriter) -> io::Result<()> {
    let place = format!(":{}:{}", example.line, example.column);
    let name = fit_middle(&harmless(&example.input), WIDTH - 4 - place.len());
    out.line(format!("    {name}{place}"))?;
    line_and_caret(example, out)
}

fn own_hosts(findings: &CheckFindings, out: &mut TextWriter) -> io::Result<()> {
    let from = match findings.own_hosts_from {
        OwnHostsFrom::Unknown => "not known",
        OwnHostsFrom::Given => "as given",
        OwnHostsFrom::Log => "from the host field of the log",
        OwnHostsFrom::Inferred => "inferred: referrers whose paths this server serves",
    };
    out.heading("Own hosts", from)?;
    findings.own_hosts.iter().try_for_each(|host| out.line(fit(&format!("  {}", harmless(host)), WIDTH)))
}

fn advice(findings: &CheckFindings, out: &mut TextWriter) -> io::Result<()> {
    let advice = [
        unknown_formats(findings),
        binary(findings),
        unseen_fields(findings),
        doubtful_format(findings),
        late(findings),
        ahead(findings),
        missing_hosts(findings),
        no_sessions(findings),
        findings.definitions.as_ref().and_then(definitions::advice),
    ];
    let doubts = findings.doubts.iter().map(|doubt| harmless(doubt).into_owned());
    let advice: Vec<String> = advice.into_iter().flatten().chain(doubts).collect();
    match (advice.is_empty(), findings.is_sound()) {
        (false, _) => out.heading("What to change", "")?,
        (true, true) => out.heading("Nothing to change", "")?,
        (true, false) => {}
    }
    advice.iter().try_for_each(|sentence| out.paragraph(sentence))
}

fn unknown_formats(findings: &CheckFindings) -> Option<String> {
    let names = findings.names(|reading| matches!(reading, Reading::Unknown { .. }))?;
    Some(format!(
        "{names}: name an access log, or the format with --format. Servers write one that dwell knows \
         with `access_log PATH combined` (nginx) or `CustomLog PATH combined` (Apache)."
    ))
}

fn binary(findings: &CheckFindings) -> Option<String> {
    let names = findings.names(|reading| matches!(reading, Reading::Binary))?;
    Some(format!("{names}: name an access log; unpack a compressed one first: zcat FILE | dwell check -"))
}

fn unseen_fields(findings: &CheckFindings) -> Option<String> {
    let unseen = findings.inputs.iter().find_map(|input| match &input.reading {
        Reading::Read { unseen, .. } if !unseen.is_empty() => Some(unseen),
        _ => None,
    })?;
    let fields = unseen.iter().map(|field| format!("{} at {}", field.name, harmless(&field.path)));
    let fields = fields.collect::<Vec<_>>().join(", ");
    Some(format!(
        "[format] maps fields that no line looked at has: {fields}. Compare the paths with a line: keys are told \
         apart by case, and stand between dots from the outermost on."
    ))
}

fn doubtful_format(findings: &CheckFindings) -> Option<String> {
    let share = findings.malformed() as f64 / (findings.malformed() + findings.hits()).max(1) as f64;
    (!findings.is_any_unknown() && share > DOUBTFUL).then(|| {
        let share = percent(share);
        format!("{share} of the lines could not be read: the format may be wrong. Name the right one with --format.")
    })
}

fn late(findings: &CheckFindings) -> Option<String> {
    (findings.late > 0).then(|| {
        let late = thousands(findings.late);
        format!(
            "{late} hits came so far out of order that their sessions did not fit into --max-memory any more. Name the \
             files themselves, which are then read in the order of time, or give more with --max-memory 2GiB."
        )
    })
}

fn ahead(findings: &CheckFindings) -> Option<String> {
    (findings.ahead > 0).then(|| {
        let ahead = thousands(findings.ahead);
        format!(
            "{ahead} hits bear times from long after all others, and are left out: look at the clock of the server that \
             wrote them."
        )
    })
}

fn missing_hosts(findings: &CheckFindings) -> Option<String> {
    let missing = findings.own_hosts_from == OwnHostsFrom::Unknown && findings.hits() > 0;
    missing.then(|| {
        "The site's own hosts are not known, so a step from one of its pages to another can count as a new source: \
         name them, as --site example.com."
            .to_owned()
    })
}

fn no_sessions(findings: &CheckFindings) -> Option<String> {
    let [pageviews, actions, ..] = &findings.kinds;
    let none = findings.hits() > 0 && pageviews.hits + actions.hits == 0;
    none.then(|| {
        "No hit is a pageview or an action, so there are no sessions: a [[rule]] can say which are."
            .to_owned()
    })
}

#[cfg(test)]
mod tests;
