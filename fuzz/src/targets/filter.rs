//! The language of filters.

use dwell::query::filter::Filter;

/// Reads these bytes.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(filter) = Filter::parse(&text) {
        // What a filter shows of itself means the same filter.
        let shown = filter.to_string();
        assert_eq!(Filter::parse(&shown).ok().as_ref(), Some(&filter), "{shown}");
    }
}
