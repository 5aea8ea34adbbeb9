//! What is no access log: error logs, and what is no text.

use dwell::format::error_log::ErrorLog;
use dwell::input::not_text::NotText;

/// Reads these bytes.
pub fn run(data: &[u8]) {
    let lines: Vec<&[u8]> = data.split(|&byte| byte == b'\n').collect();
    ErrorLog::of(&lines).map(ErrorLog::name);
    if let Some(what) = NotText::of(data) {
        assert!(what.sentence("a.log").starts_with("a.log"));
    }
}
