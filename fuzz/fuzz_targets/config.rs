//! `dwell.toml`: a mistake is told with a line that is there.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dwell_fuzz::targets::config::run(data));
