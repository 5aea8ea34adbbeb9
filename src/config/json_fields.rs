//! `[format]`: where the fields of JSON lines are, as the user has it.

use serde::Deserialize;

use super::choices::Choice;
use super::section::one;

/// The paths to fields: keys with dots between them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct JsonFields {
    /// When; always there.
    #[serde(deserialize_with = "one")]
    pub time: Option<String>,
    /// The date, where the time is only that of the clock.
    #[serde(deserialize_with = "one")]
    pub date: Option<String>,
    /// The answer's status; always there.
    #[serde(deserialize_with = "one")]
    pub status: Option<String>,
    /// A request line; it or the target is always there.
    #[serde(deserialize_with = "one")]
    pub request: Option<String>,
    /// The method alone.
    #[serde(deserialize_with = "one")]
    pub method: Option<String>,
    /// Path and query, or a whole URL.
    #[serde(deserialize_with = "one")]
    pub target: Option<String>,
    /// The query alone.
    #[serde(deserialize_with = "one")]
    pub query: Option<String>,
    /// The client's address.
    #[serde(deserialize_with = "one")]
    pub address: Option<String>,
    /// What `X-Forwarded-For` said.
    #[serde(deserialize_with = "one")]
    pub forwarded: Option<String>,
    /// The user agent.
    #[serde(deserialize_with = "one")]
    pub agent: Option<String>,
    /// Where the client came from.
    #[serde(deserialize_with = "one")]
    pub referrer: Option<String>,
    /// The host asked for.
    #[serde(deserialize_with = "one")]
    pub host: Option<String>,
    /// Who was signed in.
    #[serde(deserialize_with = "one")]
    pub user: Option<String>,
    /// Any field that tells visitors apart.
    #[serde(deserialize_with = "one")]
    pub visitor: Option<String>,
    /// How long the server took; the unit is always there with it.
    #[serde(deserialize_with = "one")]
    pub duration: Option<String>,
    /// The unit of `duration`.
    #[serde(deserialize_with = "one")]
    pub duration_unit: Option<DurationUnit>,
    /// `1` where the client wants to be left alone (R11).
    #[serde(deserialize_with = "one")]
    pub opt_out: Option<String>,
}

/// The unit in which a length of time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DurationUnit {
    /// Seconds.
    Seconds,
    /// Thousandths of a second.
    Millis,
    /// Millionths.
    Micros,
    /// Billionths.
    Nanos,
}

impl Choice for DurationUnit {
    const WORDS: &'static [(&'static str, DurationUnit)] = &[
        ("s", DurationUnit::Seconds),
        ("ms", DurationUnit::Millis),
        ("us", DurationUnit::Micros),
        ("ns", DurationUnit::Nanos),
    ];
}

impl JsonFields {
    /// These fields, if they are enough for every line to be a hit (R1).
    ///
    /// # Errors
    /// What is missing, and what to write.
    pub(super) fn complete(self) -> Result<JsonFields, &'static str> {
        if self.time.is_none() {
            return Err(
                "[format] does not say where the time is: add `time = \"ts\"`, with the key of your lines",
            );
        }
        if self.status.is_none() {
            return Err(
                "[format] does not say where the status is: add `status = \"status\"`, with the key of your lines",
            );
        }
        if self.request.is_none() && self.target.is_none() {
            return Err(
                "[format] does not say what was asked for: add `target = \"path\"`, or `request = \"line\"` \
                        for a whole request line, with the key of your lines",
            );
        }
        if self.user.is_some() && self.visitor.is_some() {
            return Err("in [format] `user` and `visitor` both say whose a line is: leave one of them out");
        }
        if self.duration.is_some() != self.duration_unit.is_some() {
            return Err(
                "in [format] `duration` and `duration-unit` belong together: the unit is \"s\", \"ms\", \
                        \"us\" or \"ns\"",
            );
        }
        Ok(self)
    }
}
