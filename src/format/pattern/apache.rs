//! Parses Apache's `LogFormat` strings: `%` directives, literals, and the nicknames of common formats.

use super::super::fields::Unit;
use super::super::said::Header;
use super::super::when;
use super::error::PatternError;
use super::field::{Clock, LogField, PatternPiece, push_literal};

/// A parsed directive: `%>s`, `%{Referer}i`, `%400,501{User-Agent}^ti`.
struct Directive<'a> {
    original: bool,
    argument: &'a str,
    letter: &'a str,
    whole: &'a str,
    /// Its position in the string, 1-based.
    at: usize,
}

/// Parses a format string.
pub(super) fn items(text: &str) -> Result<Vec<PatternPiece>, PatternError> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let at = text.len() - rest.len();
        match next {
            '%' if rest.starts_with("%%") => {
                push_literal(&mut pieces, b"%");
                rest = &rest[2..];
            }
            '%' => {
                let directive = directive(rest, at)?;
                rest = &rest[directive.whole.len()..];
                push_directive(&directive, &mut pieces);
            }
            '\\' => rest = push_escape(rest, &mut pieces),
            other => {
                rest = &rest[other.len_utf8()..];
                push_literal(&mut pieces, other.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
    }
    Ok(pieces)
}

/// Unescapes `\"`, `\t` and `\n` as written in a config; returns the rest.
fn push_escape<'a>(rest: &'a str, pieces: &mut Vec<PatternPiece>) -> &'a str {
    let mut characters = rest[1..].chars();
    match characters.next() {
        Some('t') => push_literal(pieces, b"\t"),
        Some('n') => push_literal(pieces, b"\n"),
        Some(other) => push_literal(pieces, other.encode_utf8(&mut [0; 4]).as_bytes()),
        None => push_literal(pieces, b"\\"),
    }
    characters.as_str()
}

/// Parses the directive at the start of `rest`.
fn directive(rest: &str, at: usize) -> Result<Directive<'_>, PatternError> {
    let unfinished = || PatternError::Unfinished { at: at + 1, what: rest.chars().take(20).collect() };
    let bytes = rest.as_bytes();
    let is_condition = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'!' | b',' | b'<' | b'>');
    let mut end = 1 + bytes[1..].iter().take_while(|byte| is_condition(byte)).count();
    let conditions = &rest[1..end];
    let mut argument = "";
    if rest[end..].starts_with('{') {
        let close = end + rest[end..].find('}').ok_or_else(unfinished)?;
        argument = &rest[end + 1..close];
        end = close + 1;
    }
    let letters = match rest[end..].chars().next() {
        // `^ti` and `^to`, `^FB`: three characters.
        Some('^') => rest.get(end..end + 3),
        Some(letter) if letter.is_ascii_alphabetic() => rest.get(end..=end),
        _ => None,
    };
    let letter = letters.ok_or_else(unfinished)?;
    let whole = &rest[..end + letter.len()];
    Ok(Directive { original: conditions.contains('<'), argument, letter, whole, at: at + 1 })
}

fn push_directive(directive: &Directive, pieces: &mut Vec<PatternPiece>) {
    let mut push = |field| pieces.push(PatternPiece::Field(field, directive.whole.to_owned(), directive.at));
    if directive.letter != "t" {
        push(field(directive));
    } else if directive.argument.is_empty() {
        push_literal(pieces, b"[");
        pieces.push(PatternPiece::Field(
            LogField::Time(Clock::Common),
            directive.whole.to_owned(),
            directive.at,
        ));
        push_literal(pieces, b"]");
    } else {
        push(LogField::Time(clock(directive.argument)));
    }
}

fn field(directive: &Directive) -> LogField {
    match directive.letter {
        "a" if directive.argument == "c" => LogField::Peer,
        "h" | "a" => LogField::Address,
        "r" => LogField::Request,
        "m" => LogField::Method,
        "U" => LogField::Path,
        "q" => LogField::Query,
        // `%s` is the status before internal redirects; see `compile` for strings with both.
        "s" if directive.original => LogField::Skip,
        "s" => LogField::Status,
        "v" => LogField::ServerName,
        "V" => LogField::Host,
        "D" => LogField::Load(Unit::Micros),
        "T" => LogField::Load(match directive.argument {
            "ms" => Unit::Millis,
            "us" => Unit::Micros,
            _ => Unit::Seconds,
        }),
        "b" | "B" | "O" => LogField::Size,
        "C" if !directive.argument.is_empty() => LogField::Cookie(directive.argument.to_owned()),
        "i" => header(directive.argument),
        _ => LogField::Skip,
    }
}

fn header(name: &str) -> LogField {
    match name.to_ascii_lowercase().as_str() {
        "referer" => LogField::Referrer,
        "user-agent" => LogField::Agent,
        "host" => LogField::Host,
        "cookie" => LogField::CookieHeader,
        "x-forwarded-for" => LogField::Forwarded,
        "x-real-ip" => LogField::Peer,
        "dnt" | "sec-gpc" => LogField::Refusal,
        _ => Header::named(name).map_or(LogField::Skip, LogField::Said),
    }
}

fn clock(argument: &str) -> Clock {
    let argument =
        argument.strip_prefix("begin:").or_else(|| argument.strip_prefix("end:")).unwrap_or(argument);
    match argument {
        "sec" => Clock::Since1970(Unit::Seconds),
        "msec" => Clock::Since1970(Unit::Millis),
        "usec" => Clock::Since1970(Unit::Micros),
        "msec_frac" => Clock::MillisOfSecond,
        "usec_frac" => Clock::MicrosOfSecond,
        described => Clock::Described(when::items(described.as_bytes())),
    }
}
