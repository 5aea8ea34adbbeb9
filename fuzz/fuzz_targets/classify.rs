//! What a line's path, query, referrer and agent mean: these bytes stand as each of them.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dwell_fuzz::targets::classify::run(data));
