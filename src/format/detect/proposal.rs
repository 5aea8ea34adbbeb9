//! Suggests a format for lines that no format reads, or only doubtfully, inferred from their contents.

use super::super::json::{self, FoundName};
use super::super::{Format, keyed, layout};
use super::score::Score;
use super::stacks::stacks;
use super::{is_most, without_bom};

/// A suggestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proposal {
    /// A string for `--format`.
    String(String),
    /// A table for the config.
    Table(json::FormatTable),
}

impl Proposal {
    /// The text to type or to add to the config.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        match self {
            Proposal::String(string) => vec![format!("--format '{}'", string.replace('\'', r"'\''"))],
            Proposal::Table(table) => table.toml().lines().map(str::to_owned).collect(),
        }
    }

    /// The format that reads the lines this way; for wrappers see [`super::in_wrappers`].
    #[must_use]
    pub fn format(&self, sample: &[&[u8]]) -> Option<Format> {
        let mut format = match self {
            Proposal::String(string) => Format::pattern(string).ok()?,
            Proposal::Table(table) => Format::mapped(table.mapping()),
        };
        format.tune(sample);
        Some(format)
    }
}

/// The best suggestion for these lines, wrapped or not.
#[must_use]
pub fn proposal(sample: &[&[u8]]) -> Option<Proposal> {
    let lines = without_bom(sample);
    let plain = best(&lines);
    let wrapped = stacks(&lines).into_iter().filter_map(|stack| {
        let peeled: Vec<&[u8]> = stack.lines.iter().map(Vec::as_slice).collect();
        best(&peeled)
    });
    let all = plain.into_iter().chain(wrapped);
    all.reduce(better).map(|(proposal, _)| proposal)
}

/// The best suggestion for lines without wrappers.
fn best(lines: &[&[u8]]) -> Option<(Proposal, Score)> {
    let tried = proposals(lines).into_iter().filter_map(|proposal| {
        let score = Score::of(&proposal.format(lines)?, lines);
        (score.is_plausible() && score.read * 2 > score.of).then_some((proposal, score))
    });
    tried.reduce(better)
}

fn better(best: (Proposal, Score), one: (Proposal, Score)) -> (Proposal, Score) {
    if one.1.value() > best.1.value() { one } else { best }
}

fn proposals(lines: &[&[u8]]) -> Vec<Proposal> {
    if are_objects(lines) {
        return json::FormatTable::of(lines).map(Proposal::Table).into_iter().collect();
    }
    let strings = layout::strings(lines).into_iter().map(Proposal::String);
    strings.chain(keyed::proposals(lines).into_iter().map(Proposal::Table)).collect()
}

fn are_objects(lines: &[&[u8]]) -> bool {
    is_most(lines.iter().filter(|line| line.starts_with(b"{")).count(), lines.len())
}

/// The keys of JSON lines, wrapped or not, with the field each is mapped to; empty if the lines are not JSON.
#[must_use]
pub fn names_found(sample: &[&[u8]]) -> Vec<FoundName> {
    let lines = without_bom(sample);
    if are_objects(&lines) {
        return json::names_found(&lines);
    }
    let stacks = stacks(&lines).into_iter();
    let mut names = stacks.filter_map(|stack| {
        let peeled: Vec<&[u8]> = stack.lines.iter().map(Vec::as_slice).collect();
        are_objects(&peeled).then(|| json::names_found(&peeled))
    });
    names.next().unwrap_or_default()
}
