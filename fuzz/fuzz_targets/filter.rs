//! The language of filters.

#![no_main]

use dwell::query::filter::Filter;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    if let Ok(filter) = Filter::parse(&text) {
        // What a filter shows of itself means the same filter.
        let shown = filter.to_string();
        assert_eq!(Filter::parse(&shown).ok().as_ref(), Some(&filter), "{shown}");
    }
});
