//! What may be quoted of lines that nobody reads yet: names of fields and proposals, and no address (R11).

use crate::classify::address::without_addresses;
use crate::format::detect::{Proposal, names_found};

/// The names of fields in lines of JSON, as many as are read in one sentence.
pub(super) fn fields(lines: &[&[u8]]) -> Vec<String> {
    const NAMES: usize = 12;
    let found = names_found(lines).into_iter().take(NAMES);
    found.map(|name| without_addresses_in(&name.path)).collect()
}

fn without_addresses_in(text: &str) -> String {
    String::from_utf8_lossy(&without_addresses(text.as_bytes())).into_owned()
}

/// A proposal as it is to be typed; nothing where that would show an address (R11).
#[must_use]
pub fn shown(proposal: &Proposal) -> Vec<String> {
    let lines = proposal.lines();
    let is_safe = |line: &String| without_addresses_in(line) == *line;
    if lines.iter().all(is_safe) { lines } else { Vec::new() }
}
