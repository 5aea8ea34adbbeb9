//! Datagrams and counted frames cut into lines, syslog headers left out.

use dwell::input::framing::add_lines;

/// Reads these bytes.
pub fn run(data: &[u8]) {
    let mut lines = Vec::new();
    add_lines(data, &mut lines);
    assert!(lines.is_empty() || lines.ends_with(b"\n"));
    assert!(lines.len() <= data.len() + 1);
}
