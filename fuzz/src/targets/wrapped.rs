//! Lines of a format within whatever wrappers these bytes look like.

use dwell::format::Format;
use dwell::format::detect::in_wrappers;

/// Reads these bytes.
pub fn run(data: &[u8]) {
    let lines: Vec<&[u8]> = data.split(|&byte| byte == b'\n').collect();
    for name in ["combined", "json", "w3c", "logfmt"] {
        if let Some(named) = Format::named(name) {
            super::read_in(&mut in_wrappers(&lines, named), data);
        }
    }
}
