//! What stands out (R15).

use std::io;

use crate::query::view::{Basis, Finding, View};
use crate::report::About;
use crate::report::text_writer::TextWriter;

/// Writes each finding as a sentence; nothing where none stands out.
pub(super) fn write(view: &View, about: About, out: &mut TextWriter) -> io::Result<()> {
    if view.findings.is_empty() {
        return Ok(());
    }
    out.heading("What stands out", "at the end, the most urgent first")?;
    view.findings.iter().try_for_each(|finding| out.paragraph(&sentence(finding, about)))
}

/// `!! POST /checkout answers 502 for 12 people: 17 failures, none in the 55m before, since 13:21`
fn sentence(finding: &Finding, about: About) -> String {
    let mark = if finding.is_fault() { "!!" } else { "!" };
    let since = finding.since().filter(|_| finding.basis == Basis::Threshold);
    let since = since.map(|at| about.settings.zone.civil(at).format(", since %H:%M").to_string());
    format!("{mark} {}{}", finding.text(), since.unwrap_or_default())
}
