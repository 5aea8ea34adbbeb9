//! A format string in the first line, and lines in that format after it.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dwell_fuzz::targets::pattern::run(data));
