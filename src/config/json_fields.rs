//! `[format]`: paths of the fields in JSON lines, as configured by the user.

use serde::Deserialize;

use super::choices::Keyword;
use super::section::one;

/// Paths of fields: dot-separated keys.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct JsonFields {
    /// The time; required.
    #[serde(deserialize_with = "one")]
    pub time: Option<String>,
    /// The date, if `time` is a time of day only.
    #[serde(deserialize_with = "one")]
    pub date: Option<String>,
    /// The response status; required.
    #[serde(deserialize_with = "one")]
    pub status: Option<String>,
    /// The request line; this or `target` is required.
    #[serde(deserialize_with = "one")]
    pub request: Option<String>,
    /// The method.
    #[serde(deserialize_with = "one")]
    pub method: Option<String>,
    /// Path and query, or a full URL.
    #[serde(deserialize_with = "one")]
    pub target: Option<String>,
    /// The query.
    #[serde(deserialize_with = "one")]
    pub query: Option<String>,
    /// The client's address.
    #[serde(deserialize_with = "one")]
    pub address: Option<String>,
    /// `X-Forwarded-For`.
    #[serde(deserialize_with = "one")]
    pub forwarded: Option<String>,
    /// The user agent.
    #[serde(deserialize_with = "one")]
    pub agent: Option<String>,
    /// The referrer.
    #[serde(deserialize_with = "one")]
    pub referrer: Option<String>,
    /// The requested host.
    #[serde(deserialize_with = "one")]
    pub host: Option<String>,
    /// The authenticated user.
    #[serde(deserialize_with = "one")]
    pub user: Option<String>,
    /// A field that identifies visitors.
    #[serde(deserialize_with = "one")]
    pub visitor: Option<String>,
    /// The response time; requires `duration_unit`.
    #[serde(deserialize_with = "one")]
    pub duration: Option<String>,
    /// The unit of `duration`.
    #[serde(deserialize_with = "one")]
    pub duration_unit: Option<DurationUnit>,
    /// Opt-out of tracking; `1` is set (R11).
    #[serde(deserialize_with = "one")]
    pub opt_out: Option<String>,
}

/// The unit of a duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DurationUnit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Millis,
    /// Microseconds.
    Micros,
    /// Nanoseconds.
    Nanos,
}

impl Keyword for DurationUnit {
    const WORDS: &'static [(&'static str, DurationUnit)] = &[
        ("s", DurationUnit::Seconds),
        ("ms", DurationUnit::Millis),
        ("us", DurationUnit::Micros),
        ("ns", DurationUnit::Nanos),
    ];
}

impl JsonFields {
    /// Checks that the fields required for a hit (R1) are mapped.
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
