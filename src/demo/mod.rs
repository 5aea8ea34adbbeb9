//! Simulated traffic of a web shop, for `dwell demo`: written as log lines and read like any other input.
//!
//! Takes a seed, a start time and a rate; gives lines in nginx's *combined* format, in order of time, for ever; timed
//! ones also say how long the server took. It must not know how dwell reads them: no figure on the screen comes from
//! here but through the lines. It reads no clock.
//!
//! Everybody who sends requests is an `actor`: people (`people`), robots (`bots`) and those who would rather not
//! be known (`intruders`). `traffic` gives them their turns. The rest are the tables they draw from.

mod actor;
mod agents;
mod bots;
mod chance;
mod clock_of_day;
mod episodes;
mod intruders;
mod journeys;
mod line;
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

use std::io::{self, Write};

pub use traffic::{DemoRate, Traffic};

/// The format of timed lines, as nginx's `log_format` describes it.
pub const TIMED_FORMAT: &str = concat!(
    r#"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "#,
    r#""$http_referer" "$http_user_agent" $request_time"#
);

/// How many bytes are gathered before they are written.
const CHUNK: usize = 64 * 1024;

/// Writes the next `lines` lines of the traffic, as `dwell demo --print` does.
///
/// # Errors
/// Whatever writing to `out` gives.
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
