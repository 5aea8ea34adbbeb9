//! The one clock: everything else is told the time (design.md section 3).

use std::time::Instant;

use crate::time::Millis;

/// The wall clock now.
#[must_use]
pub fn wall() -> Millis {
    #[expect(clippy::disallowed_methods, reason = "this is the one clock")]
    Millis(chrono::Utc::now().timestamp_millis())
}

/// A point in time that only ever moves on, for measuring how long something took.
#[must_use]
pub fn monotonic() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "this is the one clock")]
    Instant::now()
}

/// The clock that timers go by, which tests can set.
#[must_use]
pub fn timer() -> tokio::time::Instant {
    tokio::time::Instant::now()
}
