//! Answers that another process has packed: whatever they hold, opening them and merging them is an answer or an error.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dwell_fuzz::targets::parcel::run(data));
