//! What is proposed for lines, be it a layout that was worked out or a table of the config: it reads them.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dwell_fuzz::targets::proposal::run(data));
