//! What `dwell check` proposes so that it can be copied: formats for the command line or the config, rules for the config.

use std::io;

use toml::Value;

use super::super::sheet::{Sheet, WIDTH, wrapped};
use crate::classify::kind::RuleOutcome;
use crate::text::{fit_middle, harmless, harmless_but_tabs};

/// A format that the user may want to name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestedFormat {
    /// The input that it was worked out from, as the operator named it.
    pub input: String,
    /// A `--format`, or a `[format]` table, a line each.
    pub lines: Vec<String>,
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
    pub outcome: RuleOutcome,
}

/// Writes formats below each other.
pub(super) fn formats(formats: &[SuggestedFormat], sheet: &mut Sheet) -> io::Result<()> {
    formats.iter().try_for_each(|format| format.write(sheet))
}

impl SuggestedFormat {
    /// Lines are never broken: they are to be copied.
    fn write(&self, sheet: &mut Sheet) -> io::Result<()> {
        let is_table = self.lines.first().is_some_and(|line| line.starts_with('['));
        let place =
            if is_table { ", for dwell/dwell.toml in the config folder, or --config FILE" } else { "" };
        let input = fit_middle(&harmless(&self.input), WIDTH / 3);
        sheet.heading("Suggested format", &format!("for {input}{place}"))?;
        self.lines.iter().try_for_each(|line| sheet.line(&harmless_but_tabs(line)))
    }
}

/// Writes rules below each other.
pub(super) fn rules(rules: &[SuggestedRule], sheet: &mut Sheet) -> io::Result<()> {
    if rules.is_empty() {
        return Ok(());
    }
    sheet.heading("Suggested rules", "for dwell/dwell.toml in the config folder, or --config FILE")?;
    rules.iter().try_for_each(|rule| rule.lines().iter().try_for_each(|line| sheet.line(line)))
}

impl SuggestedRule {
    /// The rule as TOML, with the reason as a comment above it.
    fn lines(&self) -> Vec<String> {
        let outcome = match &self.outcome {
            RuleOutcome::Kind(kind) => ("kind", kind.name()),
            RuleOutcome::Action(name) => ("action", name.as_str()),
        };
        let keys =
            [("method", self.method.as_str()), ("path", &self.path), ("status", &self.status), outcome];
        let keys = keys.into_iter().filter(|(_, value)| !value.is_empty());
        let keys = keys.map(|(key, value)| harmless(&format!("{key} = {}", Value::from(value))).into_owned());
        let why = harmless(&self.why);
        let why = wrapped(&why, WIDTH - 2).into_iter().map(|line| format!("# {line}"));
        let head = std::iter::once(String::new()).chain(why).chain(["[[rule]]".to_owned()]);
        head.chain(keys).collect()
    }
}
