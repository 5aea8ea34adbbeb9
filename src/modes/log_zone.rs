//! The zone of timestamps without an offset.

use chrono::{Local, Utc};

use crate::config;
use crate::format::LogZone;

/// Converts the setting for the format readers.
pub(super) fn log_zone(zone: config::Zone) -> LogZone {
    match zone {
        config::Zone::Local => LogZone::of(Local),
        config::Zone::Utc => LogZone::of(Utc),
        config::Zone::Named(zone) => LogZone::of(zone),
        config::Zone::Fixed(offset) => LogZone::of(offset),
    }
}
