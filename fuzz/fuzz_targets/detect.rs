//! Lines in any format, found by looking.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dwell_fuzz::targets::detect::run(data));
