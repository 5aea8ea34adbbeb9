//! A format string in the first line, and lines in that format after it.

use dwell::format::Format;

/// Reads these bytes.
pub fn run(data: &[u8]) {
    let mut parts = data.splitn(2, |&byte| byte == b'\n');
    let text = String::from_utf8_lossy(parts.next().unwrap_or_default());
    if let Ok(mut format) = Format::pattern(&text) {
        super::read_in(&mut format, parts.next().unwrap_or_default());
    }
}
