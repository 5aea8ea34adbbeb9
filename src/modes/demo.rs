//! `dwell demo`: the live monitor on simulated traffic, or that traffic as log lines.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use crate::classify::batch::InputId;
use crate::clock;
use crate::config::{FileError, Settings, file};
use crate::demo::{CONFIG, DemoRate, DemoTraffic, TIMED_FORMAT, Traffic, print};
use crate::engine::open_input::{LineSource, OpenInput};
use crate::format::{Format, LogZone};
use crate::input::watch::Watch;
use crate::input::{Read, Source, Trouble};
use crate::query::definitions::Definitions;
use crate::time::{Millis, Span};

use super::{Exit, ModeError};

/// Simulated traffic as an input: yields lines when they are due.
struct Simulated {
    traffic: Traffic,
}

/// Traffic simulated before the start, so that the screen is not empty; enough for every window up to `3h`.
const BEFORE: Span = Span::hours(3);

/// An incident began so long before the start: long enough for what needs some minutes to be sure.
const INCIDENT_BEFORE: Span = Span::minutes(6);
/// In printed lines it begins so long after the first one: what is usual must be known.
const INCIDENT_AFTER: Span = Span::hours(1);

impl DemoTraffic {
    /// The traffic with the wanted incident, which begins then.
    fn planned(self, traffic: Traffic, at: Millis) -> Traffic {
        match self.incident {
            Some(incident) => traffic.with_incident(incident, at),
            None => traffic,
        }
    }
}

impl Source for Simulated {
    fn name(&self) -> &str {
        NAME
    }

    fn read(&mut self, block: &mut Vec<u8>, most: usize) -> Result<Read, Trouble> {
        let now = clock::wall();
        while block.len() < most && self.traffic.next_at() <= now {
            self.traffic.next_line(block);
        }
        Ok(if block.is_empty() { Read::NothingNow } else { Read::Lines })
    }
}

const NAME: &str = "demo";

/// Runs the monitor on simulated traffic.
///
/// # Errors
/// The run cannot start.
pub fn run(settings: &Settings, wanted: DemoTraffic) -> Result<Exit, ModeError> {
    let seed = wanted.seed.unwrap_or_else(any_seed);
    let now = clock::wall();
    let traffic = Traffic::new(seed, now - BEFORE, DemoRate::default()).timed(seed);
    let traffic = wanted.planned(traffic, now - INCIDENT_BEFORE);
    let input = OpenInput {
        id: InputId(0),
        name: NAME.to_owned(),
        source: Ok(LineSource::Stream(Box::new(Simulated { traffic }))),
        // A broken pattern would show as malformed lines; a test covers it.
        format: Format::pattern(TIMED_FORMAT).ok(),
        expected: None,
        zone: LogZone::default(),
        remarks: Vec::new(),
    };
    let settings = with_definitions(settings);
    super::live::monitor(&settings, vec![input], Watch::nothing(), super::live::wall_clock())
}

/// The settings with the shop's own definitions, where the user's config has none.
fn with_definitions(settings: &Settings) -> Cow<'_, Settings> {
    if *settings.additions.definitions != Definitions::default() {
        return Cow::Borrowed(settings);
    }
    let mut own = settings.clone();
    // A funnel of the shop has no place in a config for other logs.
    own.config_file = None;
    // A broken text would leave the shop without goals; a test covers it.
    own.additions.definitions = definitions().unwrap_or_default();
    Cow::Owned(own)
}

/// What the text that `--print-config` prints defines.
fn definitions() -> Result<Arc<Definitions>, FileError> {
    Ok(file::parse(Path::new("dwell demo --print-config"), CONFIG)?.additions.definitions)
}

/// Prints the config with the shop's definitions, for reports on the lines that [`print_lines`] prints.
///
/// # Errors
/// Write errors.
pub fn print_config(out: &mut dyn Write) -> io::Result<()> {
    out.write_all(CONFIG.as_bytes())
}

/// Prints simulated log lines.
///
/// # Errors
/// Write errors.
pub fn print_lines(lines: u64, wanted: DemoTraffic, out: &mut impl Write) -> io::Result<()> {
    let traffic = Traffic::new(wanted.seed.unwrap_or(SEED), START, DemoRate::default());
    let mut traffic = wanted.planned(traffic, START + INCIDENT_AFTER);
    print(&mut traffic, lines, out)?;
    out.flush()
}

/// 2026-11-02, a Monday. Fixed, so that the same seed prints the same lines.
const START: Millis = Millis(1_793_577_600_000);
const SEED: u64 = 1;

fn any_seed() -> u64 {
    fastrand::u64(..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shop_has_definitions_of_every_kind() {
        let shop = definitions().expect("a config");
        let named = |name: &str| shop.goal(name).is_some();
        assert!(["order", "signup", "newsletter", "engaged"].into_iter().all(named), "{:?}", shop.goals);
        assert_eq!((shop.groups.len(), shop.funnels.len(), shop.experiments.len()), (3, 1, 1));
    }

    #[test]
    fn the_users_own_definitions_take_the_place_of_the_shops() {
        let bare = Settings::default();
        assert_eq!(with_definitions(&bare).additions.definitions, definitions().expect("a config"));
        let text = "[[goal]]\nname = \"docs\"\nevent = \"page:/docs\"\n";
        let additions = file::parse(Path::new("dwell.toml"), text).expect("a config").additions;
        let own = Settings { additions, ..Settings::default() };
        assert_eq!(with_definitions(&own).additions.definitions.goals.len(), 1);
    }

    #[test]
    fn timed_lines_are_read_with_their_load_times() {
        let mut format = Format::pattern(TIMED_FORMAT).expect("a format of nginx");
        let mut traffic = Traffic::new(1, START, DemoRate::default()).timed(1);
        for _ in 0..500 {
            let mut line = Vec::new();
            traffic.next_line(&mut line);
            let hit = format.read(line.trim_ascii_end()).expect("a line of the demo");
            assert!(hit.details(&mut Vec::new()).load.is_some(), "{}", String::from_utf8_lossy(&line));
        }
    }
}
