//! LTSV and logfmt.

/// Reads these bytes.
pub fn run(data: &[u8]) {
    super::read("ltsv", data);
    super::read("logfmt", data);
}
