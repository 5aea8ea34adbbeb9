//! What `dwell check` says: how lines are read, what could not be read, and what to change.
//!
//! Takes [`CheckFindings`], plain facts that whoever read the lines gathered; what to change follows from them here.

use std::io::{self, Write};

use toml::Value;

use super::excerpt::excerpt;
use super::ink::Paint;
use super::sheet::{Sheet, WIDTH};
use crate::classify::kind::Outcome;
use crate::query::view::{KIND_NAMES, MalformedExample, OwnHostsFrom};
use crate::text::{fit, harmless, percent, thousands};

/// How lines were read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckFindings {
    /// Each input by itself.
    pub inputs: Vec<CheckedInput>,
    /// Hits of each kind, in the order of [`KIND_NAMES`].
    pub kinds: [CheckedKind; 7],
    /// Malformed lines by reason, most frequent first.
    pub malformed_by_reason: Vec<(String, u64)>,
    /// Malformed lines to look at.
    pub malformed_examples: Vec<MalformedExample>,
    /// The site's own hosts.
    pub own_hosts: Vec<String>,
    /// Where `own_hosts` come from.
    pub own_hosts_from: OwnHostsFrom,
    /// Rules for the config file that would count more of the hits rightly.
    pub rules: Vec<SuggestedRule>,
}

/// How one input was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckedInput {
    /// As the operator named it.
    pub name: String,
    /// The format; `None` where none fits.
    pub format: Option<String>,
    /// Why this format, or why none: `all of the first 100 lines fit`.
    pub why: String,
    /// Lines read, empty ones left out.
    pub lines: u64,
    /// What is wrong with the input itself; empty where nothing is.
    pub trouble: String,
}

/// The hits of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckedKind {
    /// How many.
    pub hits: u64,
    /// A few requests of this kind, as `GET /pricing 200`.
    pub examples: Vec<String>,
}

/// A `[[rule]]` that the user may want.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestedRule {
    /// Why: what was seen.
    pub why: String,
    /// The methods, or empty for all.
    pub method: String,
    /// The paths, as a glob, or empty for all.
    pub path: String,
    /// The statuses, or empty for all.
    pub status: String,
    /// What such hits would become.
    pub outcome: Outcome,
}

/// Above this share of malformed lines the format is in doubt, not the lines.
const DOUBTFUL: f64 = 0.01;

/// Writes what was found.
///
/// # Errors
/// What the writer says, a closed pipe included.
pub fn write(findings: &CheckFindings, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let mut sheet = Sheet::new(out, paint);
    sheet.line(&paint.strong("dwell check"))?;
    inputs(findings, &mut sheet)?;
    kinds(findings, &mut sheet)?;
    malformed(findings, &mut sheet)?;
    own_hosts(findings, &mut sheet)?;
    advice(findings, &mut sheet)?;
    rules(findings, &mut sheet)
}

impl CheckFindings {
    fn hits(&self) -> u64 {
        self.kinds.iter().map(|kind| kind.hits).sum()
    }

    fn malformed(&self) -> u64 {
        self.malformed_by_reason.iter().map(|(_, count)| count).sum()
    }
}

fn inputs(findings: &CheckFindings, sheet: &mut Sheet) -> io::Result<()> {
    sheet.heading("Input", "the format is found by looking at the first lines")?;
    for input in &findings.inputs {
        let format = input.format.as_deref().map_or("no known format".into(), harmless);
        let line = format!("{}: {format}, {} lines", harmless(&input.name), thousands(input.lines));
        sheet.line(&format!("  {}", fit(&line, WIDTH - 2)))?;
        sheet.paragraph(&harmless(&input.why))?;
        sheet.paragraph(&sheet.paint.bad(&harmless(&input.trouble)))?;
    }
    Ok(())
}

fn kinds(findings: &CheckFindings, sheet: &mut Sheet) -> io::Result<()> {
    let hits = findings.hits();
    sheet.heading("Hits", &format!("{}; pageviews and actions make sessions", thousands(hits)))?;
    KIND_NAMES.iter().zip(&findings.kinds).filter(|(_, kind)| kind.hits > 0).try_for_each(|(name, kind)| {
        let share = percent(kind.hits as f64 / hits as f64);
        sheet.figure(&format!("  {name}"), &thousands(kind.hits), &share)?;
        kind.examples
            .iter()
            .try_for_each(|example| sheet.line(&fit(&format!("      {}", harmless(example)), WIDTH)))
    })
}

fn malformed(findings: &CheckFindings, sheet: &mut Sheet) -> io::Result<()> {
    let note = match findings.malformed() {
        0 => "every line could be read".to_owned(),
        1 => "one line could not be read".to_owned(),
        count => format!("{} lines could not be read", thousands(count)),
    };
    sheet.heading("Malformed", &note)?;
    for (reason, count) in &findings.malformed_by_reason {
        sheet.figure("", &thousands(*count), &harmless(reason))?;
    }
    findings.malformed_examples.iter().try_for_each(|example| {
        let place = format!("{}:{}:{}", harmless(&example.input), example.line, example.column);
        sheet.line(&fit(&format!("  {place}: {}", harmless(&example.reason)), WIDTH))?;
        excerpt(example, WIDTH - 4).iter().try_for_each(|line| sheet.line(&format!("    {line}")))
    })
}

fn own_hosts(findings: &CheckFindings, sheet: &mut Sheet) -> io::Result<()> {
    let from = match findings.own_hosts_from {
        OwnHostsFrom::Unknown => "not known",
        OwnHostsFrom::Given => "as given",
        OwnHostsFrom::Log => "from the host field of the log",
        OwnHostsFrom::Inferred => "inferred: referrers whose paths this server serves",
    };
    sheet.heading("Own hosts", from)?;
    findings.own_hosts.iter().try_for_each(|host| sheet.line(&fit(&format!("  {}", harmless(host)), WIDTH)))
}

fn advice(findings: &CheckFindings, sheet: &mut Sheet) -> io::Result<()> {
    let advice = [
        unknown_formats(findings),
        doubtful_format(findings),
        missing_hosts(findings),
        no_sessions(findings),
    ];
    let advice: Vec<String> = advice.into_iter().flatten().collect();
    if advice.is_empty() {
        return sheet.heading("Nothing to change", "");
    }
    sheet.heading("What to change", "")?;
    advice.iter().try_for_each(|sentence| sheet.paragraph(sentence))
}

fn unknown_formats(findings: &CheckFindings) -> Option<String> {
    let unknown = findings.inputs.iter().filter(|input| input.format.is_none() && input.lines > 0);
    let names: Vec<_> = unknown.map(|input| harmless(&input.name)).collect();
    let advice = "no known format fits; give --format the log_format string of the server's configuration, \
                  and run `dwell check` again";
    (!names.is_empty()).then(|| format!("{}: {advice}.", names.join(", ")))
}

fn doubtful_format(findings: &CheckFindings) -> Option<String> {
    let share = findings.malformed() as f64 / (findings.malformed() + findings.hits()).max(1) as f64;
    let known = findings.inputs.iter().any(|input| input.format.is_some());
    (known && share > DOUBTFUL).then(|| {
        let share = percent(share);
        format!("{share} of the lines could not be read: the format may be wrong. Name the right one with --format.")
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

fn rules(findings: &CheckFindings, sheet: &mut Sheet) -> io::Result<()> {
    if findings.rules.is_empty() {
        return Ok(());
    }
    sheet.heading("Suggested rules", "for dwell.toml")?;
    findings.rules.iter().try_for_each(|rule| rule.lines().iter().try_for_each(|line| sheet.line(line)))
}

impl SuggestedRule {
    /// The rule as TOML, with the reason as a comment above it.
    fn lines(&self) -> Vec<String> {
        let outcome = match &self.outcome {
            Outcome::Kind(kind) => ("kind", kind.name()),
            Outcome::Action(name) => ("action", name.as_str()),
        };
        let keys =
            [("method", self.method.as_str()), ("path", &self.path), ("status", &self.status), outcome];
        let keys = keys.into_iter().filter(|(_, value)| !value.is_empty());
        let keys = keys.map(|(key, value)| harmless(&format!("{key} = {}", Value::from(value))).into_owned());
        let head = [String::new(), format!("# {}", harmless(&self.why)), "[[rule]]".to_owned()];
        head.into_iter().chain(keys).collect()
    }
}

#[cfg(test)]
mod tests;
