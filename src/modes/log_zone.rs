//! The zone that a log's stamps are of where they name none.

use chrono::{Local, Utc};

use crate::config;
use crate::format::Zone;

/// The zone, as formats know it.
pub(super) fn log_zone(zone: config::Zone) -> Zone {
    match zone {
        config::Zone::Local => Zone::of(Local),
        config::Zone::Utc => Zone::of(Utc),
        config::Zone::Named(zone) => Zone::of(zone),
        config::Zone::Fixed(offset) => Zone::of(offset),
    }
}
