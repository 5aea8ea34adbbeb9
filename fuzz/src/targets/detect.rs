//! Lines in any format, found by looking.

use dwell::format::detect::detect;

/// Reads these bytes.
pub fn run(data: &[u8]) {
    let lines: Vec<&[u8]> = data.split(|&byte| byte == b'\n').collect();
    if let Some(mut found) = detect(&lines) {
        super::read_in(&mut found.format, data);
    }
}
