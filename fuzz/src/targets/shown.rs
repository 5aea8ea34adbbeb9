//! Text that is shown: nothing of it is obeyed, JSON gives it back, and what was made harmless stays as it is.

use dwell::text::{harmless, harmless_ascii, harmless_json, readable_path};

/// Reads these bytes.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for shown in [harmless(&text), harmless_ascii(&text), readable_path(&text)] {
        assert!(!shown.chars().any(char::is_control) && harmless(&shown).is_as_written(), "{shown:?}");
    }
    let document = serde_json::Value::from(&*text);
    let shown = harmless_json(&document.to_string()).into_owned();
    assert_eq!(shown.parse::<serde_json::Value>().ok(), Some(document));
}
