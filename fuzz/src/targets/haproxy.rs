//! Lines of `HAProxy`.

/// Reads these bytes.
pub fn run(data: &[u8]) {
    super::read("haproxy", data);
}
