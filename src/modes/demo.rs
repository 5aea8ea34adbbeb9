//! `dwell demo`: the live monitor on simulated traffic, or that traffic as log lines.

use std::io::{self, Write};

use crate::classify::batch::InputId;
use crate::clock;
use crate::config::Settings;
use crate::demo::{DemoRate, TIMED_FORMAT, Traffic, print};
use crate::engine::open_input::{LineSource, OpenInput};
use crate::format::{Format, LogZone};
use crate::input::watch::Watch;
use crate::input::{Read, Source, Trouble};
use crate::time::{Millis, Span};

use super::{Exit, ModeError};

/// Simulated traffic as an input: yields lines when they are due.
struct Simulated {
    traffic: Traffic,
}

/// Traffic simulated before the start, so that the screen is not empty; enough for every window up to `3h`.
const BEFORE: Span = Span::hours(3);

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
pub fn run(settings: &Settings, seed: Option<u64>) -> Result<Exit, ModeError> {
    let seed = seed.unwrap_or_else(any_seed);
    let traffic = Traffic::new(seed, clock::wall() - BEFORE, DemoRate::default()).timed(seed);
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
    super::live::monitor(settings, vec![input], Watch::nothing(), super::live::wall_clock())
}

/// Prints simulated log lines.
///
/// # Errors
/// Write errors.
pub fn print_lines(lines: u64, seed: Option<u64>, out: &mut impl Write) -> io::Result<()> {
    let mut traffic = Traffic::new(seed.unwrap_or(SEED), START, DemoRate::default());
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
