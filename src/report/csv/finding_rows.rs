//! Findings as CSV (R15).

use super::{number, text};
use crate::query::view::{Finding, View};
use crate::report::two_digits;
use crate::time::Millis;

pub(super) const HEADER: [&str; 9] =
    ["kind", "subject", "text", "z", "threshold", "tests", "since", "filter", "privacy"];

pub(super) fn rows(view: &View) -> Vec<Vec<String>> {
    view.findings.iter().map(cells).collect()
}

fn cells(finding: &Finding) -> Vec<String> {
    let test = finding.test();
    vec![
        finding.kind().to_owned(),
        text(finding.subject()),
        text(&finding.text()),
        number(test.map(|test| two_digits(test.z))),
        number(test.map(|test| two_digits(test.threshold))),
        test.map(|test| test.tests.to_string()).unwrap_or_default(),
        finding.since().map(Millis::rfc3339).unwrap_or_default(),
        text(&finding.filter().to_string()),
    ]
}
