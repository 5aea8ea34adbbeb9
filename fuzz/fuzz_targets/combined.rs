//! Common and combined lines.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    dwell_fuzz::read("combined", data);
    dwell_fuzz::read("vhost_common", data);
});
