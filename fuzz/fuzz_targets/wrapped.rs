//! Lines of a format within whatever wrappers these bytes look like.

#![no_main]

use dwell::format::Format;
use dwell::format::detect::in_wrappers;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let lines: Vec<&[u8]> = data.split(|&byte| byte == b'\n').collect();
    for name in ["combined", "json", "w3c", "logfmt"] {
        if let Some(named) = Format::named(name) {
            dwell_fuzz::read_in(&mut in_wrappers(&lines, named), data);
        }
    }
});
