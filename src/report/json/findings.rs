//! Findings in the JSON report (R15).

use serde::Serialize;

use crate::query::view::{Against, Finding, Significance, View};
use crate::report::two_digits;
use crate::time::Millis;

#[derive(Serialize)]
pub(super) struct FindingEntry<'a> {
    kind: &'static str,
    subject: &'a str,
    text: String,
    /// The standard score; null where a fixed threshold is exceeded. The same holds for the next three.
    z: Option<f64>,
    threshold: Option<f64>,
    tests: Option<usize>,
    against: Option<&'static str>,
    since: Option<String>,
    filter: String,
}

impl<'a> FindingEntry<'a> {
    pub(super) fn all(view: &'a View) -> Vec<FindingEntry<'a>> {
        view.findings.iter().map(FindingEntry::of).collect()
    }

    fn of(finding: &'a Finding) -> FindingEntry<'a> {
        let test = finding.test();
        FindingEntry {
            kind: finding.kind(),
            subject: finding.subject(),
            text: finding.text(),
            z: test.map(|test| two_digits(test.z)),
            threshold: test.map(|test| two_digits(test.threshold)),
            tests: test.map(|test| test.tests),
            against: test.map(against),
            since: finding.since().map(Millis::rfc3339),
            filter: finding.filter().to_string(),
        }
    }
}

fn against(test: Significance) -> &'static str {
    match test.against {
        Against::Rest => "rest",
        Against::Hour => "hour",
        Against::Window => "before",
    }
}
