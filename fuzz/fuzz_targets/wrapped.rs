//! Lines of a format within whatever wrappers these bytes look like.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dwell_fuzz::targets::wrapped::run(data));
