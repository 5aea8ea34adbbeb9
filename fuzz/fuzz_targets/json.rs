//! Access logs as JSON lines, by their usual names and as a user maps them.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dwell_fuzz::targets::json::run(data));
