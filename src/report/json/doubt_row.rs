//! A doubt as the JSON has it.

use serde::Serialize;

use crate::query::view::Doubt;

/// What is doubted of an input, in words, and what would have it read otherwise.
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
