//! LTSV and logfmt.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dwell_fuzz::targets::keyed::run(data));
