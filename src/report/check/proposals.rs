//! Suggestions of `dwell check`, ready to copy: formats for the command line or the config, rules for the config.

use std::io;

use toml::Value;

use super::super::text_writer::{TextWriter, WIDTH, wrapped};
use crate::classify::kind::RuleOutcome;
use crate::text::{fit_middle, harmless, harmless_but_tabs};

/// A suggested format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestedFormat {
    /// The input it was inferred from, as named by the operator.
    pub input: String,
    /// A `--format` option or a `[format]` table, as lines.
    pub lines: Vec<String>,
}

/// A suggested `[[rule]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestedRule {
    /// The reason: what was seen in the log.
    pub why: String,
    /// Methods; empty for all.
    pub method: String,
    /// A path glob; empty for all.
    pub path: String,
    /// Statuses; empty for all.
    pub status: String,
    /// What matching hits become.
    pub outcome: RuleOutcome,
}

/// Writes the suggested formats.
pub(super) fn formats(formats: &[SuggestedFormat], out: &mut TextWriter) -> io::Result<()> {
    formats.iter().try_for_each(|format| format.write(out))
}

impl SuggestedFormat {
    /// Lines are never wrapped, so that they can be copied.
    fn write(&self, out: &mut TextWriter) -> io::Result<()> {
        let is_table = self.lines.first().is_some_and(|line| line.starts_with('['));
        let place =
            if is_table { ", for dwell/dwell.toml in the config folder, or --config FILE" } else { "" };
        let input = fit_middle(&harmless(&self.input), WIDTH / 3);
        out.heading("Suggested format", &format!("for {input}{place}"))?;
        self.lines.iter().try_for_each(|line| out.line(harmless_but_tabs(line)))
    }
}

/// Writes the suggested rules.
pub(super) fn rules(rules: &[SuggestedRule], out: &mut TextWriter) -> io::Result<()> {
    if rules.is_empty() {
        return Ok(());
    }
    out.heading("Suggested rules", "for dwell/dwell.toml in the config folder, or --config FILE")?;
    rules.iter().try_for_each(|rule| rule.lines().iter().try_for_each(|line| out.line(line)))
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
