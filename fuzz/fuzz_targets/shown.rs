//! Text that is shown: nothing of it is obeyed, JSON gives it back, and what was made harmless stays as it is.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dwell_fuzz::targets::shown::run(data));
