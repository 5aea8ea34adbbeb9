//! Common and combined lines.

/// Reads these bytes.
pub fn run(data: &[u8]) {
    super::read("combined", data);
    super::read("vhost_common", data);
}
