//! What is proposed for lines, be it a layout that was worked out or a table of the config: it reads them.

#![no_main]

use dwell::format::detect::{names_found, proposal};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let lines: Vec<&[u8]> = data.split(|&byte| byte == b'\n').collect();
    drop(names_found(&lines));
    if let Some(found) = proposal(&lines) {
        assert!(!found.lines().is_empty(), "{found:?}");
        let format = found.format(&lines);
        assert!(format.is_some(), "{found:?}");
        format.into_iter().for_each(|mut format| dwell_fuzz::read_in(&mut format, data));
    }
});
