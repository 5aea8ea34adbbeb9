//! Time zones for display and for log times without an offset. Exports are always in UTC.

use std::ffi::OsStr;
use std::path::Path;

use chrono::{FixedOffset, Local, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;

use super::from_text::FromText;
use crate::files;
use crate::text::nearest;
use crate::time::Millis;

/// A time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Zone {
    /// The machine's zone.
    #[default]
    Local,
    /// Coordinated universal time.
    Utc,
    /// An IANA zone: `Europe/Berlin`.
    Named(Tz),
    /// A fixed offset: `+02:00`.
    Fixed(FixedOffset),
}

impl Zone {
    /// The local time of an instant.
    #[must_use]
    pub fn civil(self, at: Millis) -> NaiveDateTime {
        at.utc().naive_utc() + self.offset(at)
    }

    /// The first instant with this local time; `None` if the zone skips it.
    #[must_use]
    pub fn instant(self, civil: NaiveDateTime) -> Option<Millis> {
        let found = match self {
            Zone::Local => Local.from_local_datetime(&civil).earliest()?.to_utc(),
            Zone::Utc => civil.and_utc(),
            Zone::Named(zone) => zone.from_local_datetime(&civil).earliest()?.to_utc(),
            Zone::Fixed(offset) => offset.from_local_datetime(&civil).earliest()?.to_utc(),
        };
        Some(Millis(found.timestamp_millis()))
    }

    /// The offset at an instant: `UTC`, `+01:00`.
    #[must_use]
    pub fn label(self, at: Millis) -> String {
        match self {
            Zone::Utc => "UTC".to_owned(),
            zone => zone.offset(at).to_string(),
        }
    }

    fn offset(self, at: Millis) -> FixedOffset {
        let utc = at.utc().naive_utc();
        match self {
            Zone::Local => Local.offset_from_utc_datetime(&utc).fix(),
            Zone::Utc => Utc.fix(),
            Zone::Named(zone) => zone.offset_from_utc_datetime(&utc).fix(),
            Zone::Fixed(offset) => offset,
        }
    }
}

/// Where systems keep the files of zones.
const ZONE_FOLDERS: [&str; 3] = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/etc/zoneinfo"];

/// Refuses a `TZ` that names a pipe or a device: the machine's zone would be read from it, without an end.
///
/// # Errors
/// What it names, and what to write instead.
pub fn refuse_odd_tz(tz: Option<&OsStr>) -> Result<(), String> {
    let Some(tz) = tz.map(OsStr::to_string_lossy) else { return Ok(()) };
    let name = tz.strip_prefix(':').unwrap_or(&tz);
    // A path from the root replaces the folder.
    let mut places = ZONE_FOLDERS.iter().map(|folder| Path::new(folder).join(name));
    match places.find_map(|place| files::what_else(&place)) {
        Some(what) if !name.is_empty() => Err(format!(
            "TZ={tz} names {what}, not a time zone; set it to a name such as Europe/Berlin, or use --tz"
        )),
        _ => Ok(()),
    }
}

impl FromText for Zone {
    fn from_text(text: &str) -> Result<Zone, String> {
        if text.eq_ignore_ascii_case("utc") || text == "Z" {
            return Ok(Zone::Utc);
        }
        let offset = || text.starts_with(['+', '-']).then(|| text.parse().ok()).flatten().map(Zone::Fixed);
        let named = || text.parse().ok().map(Zone::Named);
        offset().or_else(named).ok_or_else(|| unknown(text))
    }
}

fn unknown(text: &str) -> String {
    let names = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
    let meant = nearest(text, names).map(|name| format!("; did you mean {name}?"));
    format!(
        "`{text}` is not a time zone{}; write a name such as Europe/Berlin, UTC, or an offset such as +02:00",
        meant.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(text: &str) -> Zone {
        Zone::from_text(text).expect(text)
    }

    #[test]
    fn civil_times_and_instants_go_both_ways() {
        let at = Millis(1_795_510_800_000);
        for zone in [Zone::Utc, Zone::Local, zone("Asia/Kolkata"), zone("-03:30")] {
            assert_eq!(zone.instant(zone.civil(at)), Some(at), "{zone:?}");
        }
        assert_eq!(Zone::Utc.civil(at).to_string(), "2026-11-24 09:00:00");
        assert_eq!(Zone::Utc.label(at), "UTC");
    }

    #[test]
    fn a_zone_is_a_name_or_an_offset() {
        let at = Millis(1_795_510_800_000);
        for (text, label) in [
            ("UTC", "UTC"),
            ("utc", "UTC"),
            ("Europe/Berlin", "+01:00"),
            ("+02:00", "+02:00"),
            ("-0330", "-03:30"),
        ] {
            assert_eq!(zone(text).label(at), label, "{text}");
        }
        for (wrong, said) in
            [("Europe/Berlim", "did you mean Europe/Berlin?"), ("2", "write a name"), ("", "write a name")]
        {
            let message = Zone::from_text(wrong).expect_err(wrong);
            assert!(message.contains(said), "{message}");
        }
    }
}
