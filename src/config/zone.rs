//! The time zone that times are read and shown in: the machine's, or UTC under `--utc`. Exports always say UTC.

use chrono::{DateTime, Local, NaiveDateTime, Offset, TimeZone, Utc};

use crate::time::Millis;

/// A time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Zone {
    /// The machine's.
    #[default]
    Local,
    /// Coordinated universal time (`--utc`).
    Utc,
}

impl Zone {
    /// What the clocks of this zone show at an instant.
    #[must_use]
    pub fn civil(self, at: Millis) -> NaiveDateTime {
        match self {
            Zone::Local => at.utc().with_timezone(&Local).naive_local(),
            Zone::Utc => at.utc().naive_utc(),
        }
    }

    /// The first instant at which the clocks of this zone show `civil`; `None` where they skip it.
    #[must_use]
    pub fn instant(self, civil: NaiveDateTime) -> Option<Millis> {
        let found = match self {
            Zone::Local => Local.from_local_datetime(&civil).earliest()?.to_utc(),
            Zone::Utc => civil.and_utc(),
        };
        Some(Millis(found.timestamp_millis()))
    }

    /// What the zone is called at an instant: `UTC`, `+01:00`.
    #[must_use]
    pub fn label(self, at: Millis) -> String {
        match self {
            Zone::Local => offset_of(at.utc()),
            Zone::Utc => "UTC".to_owned(),
        }
    }
}

fn offset_of(at: DateTime<Utc>) -> String {
    Local.offset_from_utc_datetime(&at.naive_utc()).fix().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_times_and_instants_go_both_ways() {
        let at = Millis(1_795_510_800_000);
        for zone in [Zone::Utc, Zone::Local] {
            assert_eq!(zone.instant(zone.civil(at)), Some(at), "{zone:?}");
        }
        assert_eq!(Zone::Utc.civil(at).to_string(), "2026-11-24 09:00:00");
        assert_eq!(Zone::Utc.label(at), "UTC");
    }
}
