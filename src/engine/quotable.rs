//! What may be quoted of lines that nobody reads yet: names of fields and proposals, and no address (R11).

use crate::classify::address::AddressKeeping;
use crate::classify::redacted;
use crate::format::detect::{Proposal, names_found};

/// The names of fields in lines of JSON, as many as are read in one sentence.
pub(super) fn fields(lines: &[&[u8]]) -> Vec<String> {
    const NAMES: usize = 12;
    let found = names_found(lines).into_iter().take(NAMES);
    found.map(|name| quotable(&name.path)).collect()
}

fn quotable(text: &str) -> String {
    redacted::text(text, AddressKeeping::Masked)
}

/// A proposal as it is to be typed; nothing where that would show an address (R11).
#[must_use]
pub fn shown(proposal: &Proposal) -> Vec<String> {
    let lines = proposal.lines();
    let is_safe = |line: &String| quotable(line) == *line;
    if lines.iter().all(is_safe) { lines } else { Vec::new() }
}
