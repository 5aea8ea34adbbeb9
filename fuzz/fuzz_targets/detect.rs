//! Lines in any format, found by looking.

#![no_main]

use dwell::format::detect::detect;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let lines: Vec<&[u8]> = data.split(|&byte| byte == b'\n').collect();
    if let Some(mut found) = detect(&lines) {
        dwell_fuzz::read_in(&mut found.format, data);
    }
});
