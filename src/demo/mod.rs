//! Simulated traffic of a web shop, for `dwell demo`: generates log lines, which are read like any other input.
//!
//! Takes a seed, a start time and a rate; gives an endless stream of lines in nginx's *combined* format, ordered by
//! time, optionally with response times. Must not know how dwell reads them: all figures on the screen come from the
//! lines. It reads no clock.
//!
//! Clients are actors (`actor`): people (`people`), declared bots (`bots`) and undeclared ones (`intruders`). `traffic`
//! schedules their turns; `episodes` come and go, an `incident` is planned. The rest are the tables they draw from.

mod actor;
mod agents;
mod bots;
mod chance;
mod clock_of_day;
mod episodes;
mod incident;
mod intruders;
mod journeys;
mod line;
mod mischief;
mod page_load;
mod people;
mod places;
mod request;
mod robot;
mod server;
mod site;
mod slugs;
mod sources;
#[cfg(test)]
mod tests;
mod traffic;
mod trial;

use std::io::{self, Write};

pub use incident::Incident;
pub use traffic::{DemoRate, Traffic};

/// Which traffic is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DemoTraffic {
    /// The same seed gives the same visitors; `None` for any.
    pub seed: Option<u64>,
    /// What goes wrong.
    pub incident: Option<Incident>,
}

/// The nginx `log_format` of timed lines.
pub const TIMED_FORMAT: &str = concat!(
    r#"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "#,
    r#""$http_referer" "$http_user_agent" $request_time"#
);

/// What the shop's operator would define: a `dwell.toml` with page groups, goals, a funnel and an experiment.
pub const CONFIG: &str = include_str!("dwell.toml");

/// Write buffer size: large enough to make system calls negligible.
const CHUNK: usize = 64 * 1024;

/// Writes the next `lines` lines, for `dwell demo --print`.
///
/// # Errors
/// Write errors.
pub fn print(traffic: &mut Traffic, lines: u64, out: &mut impl Write) -> io::Result<()> {
    let mut chunk = Vec::with_capacity(CHUNK + 4096);
    for _ in 0..lines {
        traffic.next_line(&mut chunk);
        if chunk.len() >= CHUNK {
            out.write_all(&chunk)?;
            chunk.clear();
        }
    }
    out.write_all(&chunk)?;
    out.flush()
}
