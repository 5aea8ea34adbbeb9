//! What is proposed for lines, be it a layout that was worked out or a table of the config: it reads them.

use dwell::format::detect::{names_found, proposal};

/// Reads these bytes.
pub fn run(data: &[u8]) {
    let lines: Vec<&[u8]> = data.split(|&byte| byte == b'\n').collect();
    drop(names_found(&lines));
    if let Some(found) = proposal(&lines) {
        assert!(!found.lines().is_empty(), "{found:?}");
        let format = found.format(&lines);
        assert!(format.is_some(), "{found:?}");
        if let Some(mut format) = format {
            super::read_in(&mut format, data);
        }
    }
}
