//! Layouts that are worked out from lines: each is a string that a flag takes, and reads as many lines as it says.

#![no_main]

use dwell::format::Format;
use dwell::format::detect::proposal;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let lines: Vec<&[u8]> = data.split(|&byte| byte == b'\n').collect();
    if let Some(found) = proposal(&lines) {
        assert!(found.read <= found.of && found.of <= lines.len(), "{found:?}");
        let format = Format::pattern(&found.string);
        assert!(format.is_ok(), "{found:?}");
        format.into_iter().for_each(|mut format| dwell_fuzz::read_in(&mut format, data));
    }
});
