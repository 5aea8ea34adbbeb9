//! W3C extended lines with their directives.

/// Reads these bytes.
pub fn run(data: &[u8]) {
    super::read("w3c", data);
    super::read("cloudfront", data);
}
