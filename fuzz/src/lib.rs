//! What the fuzz targets share.

use dwell::format::Format;

/// Reads lines in the format of that name as a run does: directives first, then hits and their details.
pub fn read(name: &str, data: &[u8]) {
    if let Some(mut format) = Format::named(name) {
        read_in(&mut format, data);
    }
}

/// Reads lines in a format.
pub fn read_in(format: &mut Format, data: &[u8]) {
    format.clone().follow(data);
    for line in data.split(|&byte| byte == b'\n') {
        if format.directive(line) {
            continue;
        }
        match format.read(line) {
            Ok(hit) => drop(format!("{:?}", hit.details(&mut Vec::new()))),
            Err(malformed) => assert!(malformed.at <= line.len(), "{malformed:?}"),
        }
    }
}
