//! What the tests of the whole program share: a terminal that a program runs on, and log lines.
#![allow(dead_code, reason = "each test file uses its own part of this")]
#![expect(clippy::unwrap_used, reason = "what helps a test fails as the test would")]

pub(crate) mod lines;
pub(crate) mod place;
pub(crate) mod tape;
pub(crate) mod terminal;
pub(crate) mod watch;

use std::thread;
use std::time::{Duration, Instant};

/// How long anything may take on a busy machine.
const DEADLINE: Duration = Duration::from_secs(30);

/// The program that is tested.
pub(crate) const DWELL: &str = env!("CARGO_BIN_EXE_dwell");

/// Waits until something has happened; what is told when it does not.
pub(crate) fn wait_until(mut happened: impl FnMut() -> bool, in_vain: impl Fn() -> String) {
    let start = now();
    while !happened() {
        let in_time = start.elapsed() < DEADLINE;
        assert!(in_time, "{}", in_vain());
        thread::sleep(Duration::from_millis(5));
    }
}

#[expect(clippy::disallowed_methods, reason = "a test waits for another process")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
