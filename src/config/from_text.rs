//! Parses option values; flags and config file share these parsers.

use std::net::SocketAddr;
use std::ops::RangeInclusive;

use unicode_width::UnicodeWidthStr;

use crate::classify::kind::{Kind, StatusRange};
use crate::glob::Glob;
use crate::peers::Network;
use crate::query::filter::{Filter, FilterError};
use crate::text::nearest;
use crate::time::Span;

/// A value that can be parsed from text.
pub trait FromText: Sized {
    /// Parses the text.
    ///
    /// # Errors
    /// What is wrong with the text, and what to write instead.
    fn from_text(text: &str) -> Result<Self, String>;
}

/// The error for a word that is not among the known ones.
pub(crate) fn not_among<'a>(text: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<_> = known.collect();
    let meant = nearest(text, known.iter().copied()).map(|word| format!("; did you mean `{word}`?"));
    format!("`{text}` is not one of {}{}", known.join(", "), meant.unwrap_or_default())
}

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bytes(pub u64);

/// Replay speed; 1 is real time. Greater than 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Speed(pub f64);

/// The mode of a file, as four octal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileMode(pub u32);

/// A host name in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Host(pub String);

impl FromText for Span {
    fn from_text(text: &str) -> Result<Span, String> {
        Span::parse(text).map_err(|error| error.to_string())
    }
}

impl FromText for Filter {
    fn from_text(text: &str) -> Result<Filter, String> {
        Filter::parse(text).map_err(|error| with_caret(text, &error))
    }
}

/// Formats a filter error with carets under the wrong word.
pub(super) fn with_caret(text: &str, error: &FilterError) -> String {
    if text.len() > Filter::LONGEST {
        return error.message.clone();
    }
    let before = text.get(..error.at.start).unwrap_or_default().width();
    let wrong = text.get(error.at.clone()).unwrap_or_default().width().max(1);
    format!("{}\n\n    {text}\n    {}{}", error.message, " ".repeat(before), "^".repeat(wrong))
}

impl FromText for Bytes {
    fn from_text(text: &str) -> Result<Bytes, String> {
        let wrong = || format!("`{text}` is not a size; write it like 512MiB, 128MB or 1GiB");
        let text = text.trim();
        let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (number, unit) = text.split_at(digits);
        let number: u64 = number.parse().map_err(|_| wrong())?;
        let one = unit_bytes(unit.trim()).ok_or_else(wrong)?;
        number.checked_mul(one).filter(|bytes| *bytes > 0).map(Bytes).ok_or_else(wrong)
    }
}

fn unit_bytes(unit: &str) -> Option<u64> {
    match unit.to_ascii_lowercase().as_str() {
        "b" => Some(1),
        "kb" => Some(1000),
        "mb" => Some(1000 * 1000),
        "gb" => Some(1000 * 1000 * 1000),
        "k" | "kib" => Some(1 << 10),
        "m" | "mib" => Some(1 << 20),
        "g" | "gib" => Some(1 << 30),
        _ => None,
    }
}

impl FromText for Speed {
    fn from_text(text: &str) -> Result<Speed, String> {
        let number = text.strip_suffix('x').unwrap_or(text).parse().ok();
        number.filter(|speed: &f64| speed.is_finite() && *speed > 0.0).map(Speed).ok_or_else(|| {
            format!("`{text}` is not a speed; write 1 for the log's own pace, 60 for an hour a minute")
        })
    }
}

impl FromText for Host {
    fn from_text(text: &str) -> Result<Host, String> {
        let bare = !text.is_empty() && !text.contains(|c: char| c == '/' || c == '@' || c.is_whitespace());
        if bare {
            return Ok(Host(text.trim_end_matches('.').to_lowercase()));
        }
        Err(format!("`{text}` is not a host; write just its name, such as example.com"))
    }
}

impl FromText for SocketAddr {
    fn from_text(text: &str) -> Result<SocketAddr, String> {
        text.parse().map_err(|_| {
            format!("`{text}` is not an address with a port; write it like 127.0.0.1:9464 or [::1]:9464")
        })
    }
}

impl FromText for Network {
    fn from_text(text: &str) -> Result<Network, String> {
        Network::parse(text).ok_or_else(|| {
            format!("`{text}` is not a network; write it like 10.0.0.0/8, 2001:db8::/32 or 192.0.2.7")
        })
    }
}

impl FromText for FileMode {
    // Four digits, so that neither a decimal number nor TOML's `0o660` (432) passes for another mode.
    fn from_text(text: &str) -> Result<FileMode, String> {
        let digits = text.len() == 4 && text.starts_with('0');
        let mode = u32::from_str_radix(text, 8).ok().filter(|_| digits);
        mode.map(FileMode)
            .ok_or_else(|| format!("`{text}` is not the mode of a file; write it like \"0660\""))
    }
}

impl FromText for Kind {
    fn from_text(text: &str) -> Result<Kind, String> {
        Kind::named(text).ok_or_else(|| not_among(text, Kind::ALL.into_iter().map(Kind::name)))
    }
}

impl FromText for StatusRange {
    fn from_text(text: &str) -> Result<StatusRange, String> {
        status_range(text)
            .filter(|range| *range.start() >= 100 && *range.end() <= 599 && range.start() <= range.end())
            .map(StatusRange)
            .ok_or_else(|| format!("`{text}` is not a status; write it like 404, 2xx or 400-499"))
    }
}

fn status_range(text: &str) -> Option<RangeInclusive<u16>> {
    if let Some(hundreds) = text.strip_suffix("xx") {
        let first = hundreds.parse::<u16>().ok()?.checked_mul(100)?;
        return Some(first..=first.checked_add(99)?);
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some(first.trim().parse().ok()?..=last.trim().parse().ok()?)
}

impl FromText for Glob {
    fn from_text(text: &str) -> Result<Glob, String> {
        if text.is_empty() {
            Err("an empty pattern matches nothing; write `*` for anything".to_owned())
        } else {
            Ok(Glob::new(text))
        }
    }
}

impl FromText for String {
    fn from_text(text: &str) -> Result<String, String> {
        if text.trim().is_empty() { Err("this must not be empty".to_owned()) } else { Ok(text.to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_decimal_and_binary_units() {
        for (text, bytes) in
            [("512MiB", 512 << 20), ("128MB", 128_000_000), ("1GiB", 1 << 30), ("64k", 64 << 10), ("5 b", 5)]
        {
            assert_eq!(Bytes::from_text(text), Ok(Bytes(bytes)), "{text}");
        }
        for wrong in ["", "512", "MiB", "0MiB", "-1MB", "1.5GiB", "99999999999GiB", "12 bananas"] {
            assert!(Bytes::from_text(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn speeds_are_above_zero() {
        assert_eq!(Speed::from_text("60x"), Ok(Speed(60.0)));
        assert_eq!(Speed::from_text("0.5"), Ok(Speed(0.5)));
        for wrong in ["0", "-1", "inf", "NaN", "fast", ""] {
            assert!(Speed::from_text(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn modes_are_four_octal_digits() {
        assert_eq!(FileMode::from_text("0660"), Ok(FileMode(0o660)));
        for wrong in ["660", "432", "0o660", "0888", "1777", "+660", "", "-rw-"] {
            assert!(FileMode::from_text(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn hosts_are_bare_names() {
        assert_eq!(Host::from_text("WWW.Example.com."), Ok(Host("www.example.com".to_owned())));
        for wrong in ["https://example.com/", "example.com/shop", "", "two words"] {
            assert!(Host::from_text(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_filters_error_points_at_the_word() {
        let message = Filter::from_text("page:/café* sorce:google").expect_err("no such field");
        let mut below = message.lines().skip(2);
        assert_eq!(below.next(), Some("    page:/café* sorce:google"));
        assert_eq!(below.next(), Some("                ^^^^^^^^^^^^"));
    }
}
