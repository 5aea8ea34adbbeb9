//! A doubt in the JSON report.

use serde::Serialize;

use crate::query::view::Doubt;

/// A doubt about an input, in words, with the config or options that would change how it is read.
#[derive(Serialize)]
pub(super) struct DoubtRow<'a> {
    input: &'a str,
    doubt: &'static str,
    text: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    proposal: &'a [String],
}

impl<'a> DoubtRow<'a> {
    pub(super) fn of(doubt: &'a Doubt) -> DoubtRow<'a> {
        DoubtRow {
            input: &doubt.input,
            doubt: doubt.kind.name(),
            text: &doubt.text,
            proposal: &doubt.proposal,
        }
    }
}
