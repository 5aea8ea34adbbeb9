//! `dwell.toml`: a mistake is told with a line that is there.

use std::path::Path;

use dwell::config::FileError;
use dwell::config::file::parse;

/// Reads these bytes.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Err(FileError::Mistake { line, message, .. }) = parse(Path::new("dwell.toml"), &text) {
        assert!(line >= 1 && line <= text.split('\n').count(), "line {line}: {message}");
    }
}
