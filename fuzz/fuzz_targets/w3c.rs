//! W3C extended lines with their directives.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dwell_fuzz::targets::w3c::run(data));
