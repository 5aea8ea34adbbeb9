//! Texts of a line that are shown: addresses are masked in their places, paths have one spelling.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dwell_fuzz::targets::texts::run(data));
