//! Events as JSON lines.

/// Reads these bytes.
pub fn run(data: &[u8]) {
    super::read("events", data);
}
