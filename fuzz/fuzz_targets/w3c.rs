//! W3C extended lines with their directives.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    dwell_fuzz::read("w3c", data);
    dwell_fuzz::read("cloudfront", data);
});
