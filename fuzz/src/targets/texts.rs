//! Texts of a line that are shown: addresses are masked in their places, paths have one spelling.

use dwell::classify::address::without_addresses;
use dwell::format::spelled;

/// Reads these bytes.
pub fn run(data: &[u8]) {
    let masked = without_addresses(data);
    assert_eq!(masked.len(), data.len());
    let once = spelled(data);
    assert_eq!(spelled(&once), once);
}
