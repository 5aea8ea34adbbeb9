//! What is no access log: error logs, and what is no text.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dwell_fuzz::targets::error_log::run(data));
