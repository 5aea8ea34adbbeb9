//! Datagrams and counted frames cut into lines, syslog headers left out.

#![no_main]

use dwell::input::framing::add_lines;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut lines = Vec::new();
    add_lines(data, &mut lines);
    assert!(lines.is_empty() || lines.ends_with(b"\n"));
    assert!(lines.len() <= data.len() + 1);
});
