//! What each target does with the bytes it is given. `tests/fuzz.rs` calls them too, without libFuzzer.

pub mod archive;
pub mod aws;
pub mod classify;
pub mod combined;
pub mod config;
pub mod datagrams;
pub mod detect;
pub mod error_log;
pub mod events;
pub mod filter;
pub mod framing;
pub mod haproxy;
pub mod json;
pub mod keyed;
pub mod parcel;
pub mod pattern;
pub mod proposal;
pub mod server_config;
pub mod shown;
pub mod texts;
pub mod w3c;
pub mod wrapped;

use dwell::format::Format;

/// Reads lines in the format of that name as a run does: directives first, then hits and their details.
pub fn read(name: &str, data: &[u8]) {
    if let Some(mut format) = Format::named(name) {
        read_in(&mut format, data);
    }
}

/// Reads lines in a format.
pub fn read_in(format: &mut Format, data: &[u8]) {
    format.clone().follow(data);
    for line in data.split(|&byte| byte == b'\n') {
        if format.directive(line) {
            continue;
        }
        match format.read(line) {
            Ok(hit) => drop(format!("{:?}", hit.details(&mut Vec::new()))),
            Err(malformed) => assert!(malformed.at <= line.len(), "{malformed:?}"),
        }
    }
}

/// A target: reads bytes, and panics where they are not read as they must be.
pub type Target = fn(&[u8]);
