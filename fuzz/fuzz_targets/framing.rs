//! Streams cut into lines: newlines, octet counting and syslog headers. However they are split into pieces, the lines
//! are the same, and no memory grows beyond the longest line.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dwell_fuzz::targets::framing::run(data));
