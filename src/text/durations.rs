//! Formats durations in words of figures: load times, lengths, spans of windows.

use crate::time::Span;

/// A duration, with seconds while it is short: `2m14s`, `12m`.
#[must_use]
pub fn length(span: Span) -> String {
    let seconds = span.0 / 1000;
    if (60..600).contains(&seconds) {
        return format!("{}m{:02}s", seconds / 60, seconds % 60);
    }
    span.to_string()
}

/// A load time: `48ms`, `1.32s`, `12s`.
#[must_use]
pub fn load_time(span: Span) -> String {
    match span.0 {
        milliseconds if milliseconds < 1_000 => format!("{milliseconds}ms"),
        milliseconds if milliseconds < 10_000 => {
            format!("{}.{:02}s", milliseconds / 1_000, milliseconds % 1_000 / 10)
        }
        _ => length(span),
    }
}

/// A span without parts that are zero: `30m`, `6h`, `90s`.
#[must_use]
pub fn round_span(span: Span) -> String {
    match span.0 / 1000 {
        0 => format!("{}ms", span.0),
        seconds if seconds % 3600 == 0 => format!("{}h", seconds / 3600),
        seconds if seconds % 60 == 0 => format!("{}m", seconds / 60),
        seconds if seconds < 60 => format!("{seconds}s"),
        _ => length(span),
    }
}
