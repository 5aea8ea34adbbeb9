//! Parses nginx's `log_format` strings: `$variables` and literals.

use super::super::fields::Unit;
use super::super::said::Header;
use super::error::PatternError;
use super::field::{Clock, LogField, PatternPiece, push_literal};

/// Whether a string is nginx's, i.e. has a variable.
pub(super) fn is_nginx(text: &str) -> bool {
    let after_dollar = |pair: &[u8]| pair[0] == b'$' && (pair[1].is_ascii_lowercase() || pair[1] == b'{');
    text.as_bytes().windows(2).any(after_dollar)
}

/// Parses a format string.
pub(super) fn items(text: &str) -> Result<Vec<PatternPiece>, PatternError> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(dollar) = text[at..].find('$').map(|found| at + found) {
        push_literal(&mut pieces, &text.as_bytes()[at..dollar]);
        let (name, end) = variable(text, dollar)?;
        if name.is_empty() {
            push_literal(&mut pieces, b"$");
        } else {
            pieces.push(PatternPiece::Field(field(name), format!("${name}"), dollar + 1));
        }
        at = end;
    }
    push_literal(&mut pieces, &text.as_bytes()[at..]);
    Ok(pieces)
}

/// The name and end of the variable at `dollar`, in braces or not.
fn variable(text: &str, dollar: usize) -> Result<(&str, usize), PatternError> {
    let rest = &text[dollar + 1..];
    if let Some(inner) = rest.strip_prefix('{') {
        let unfinished =
            || PatternError::Unfinished { at: dollar + 1, what: text[dollar..].chars().take(20).collect() };
        let close = inner.find('}').ok_or_else(unfinished)?;
        return Ok((&inner[..close], dollar + 2 + close + 1));
    }
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let length = rest.bytes().take_while(|&byte| is_part(byte)).count();
    Ok((&rest[..length], dollar + 1 + length))
}

fn field(name: &str) -> LogField {
    match name {
        "remote_addr" => LogField::Address,
        "http_x_forwarded_for" | "proxy_add_x_forwarded_for" => LogField::Forwarded,
        "realip_remote_addr" | "proxy_protocol_addr" | "http_x_real_ip" => LogField::Peer,
        "time_local" => LogField::Time(Clock::Common),
        "time_iso8601" => LogField::Time(Clock::Iso),
        "msec" => LogField::Time(Clock::Since1970(Unit::Seconds)),
        "request" => LogField::Request,
        "request_method" => LogField::Method,
        "request_uri" => LogField::Target,
        "uri" | "document_uri" => LogField::Path,
        "args" | "query_string" => LogField::Query,
        "status" => LogField::Status,
        "host" | "http_host" => LogField::Host,
        "server_name" => LogField::ServerName,
        "http_referer" => LogField::Referrer,
        "http_user_agent" => LogField::Agent,
        "request_time" => LogField::Load(Unit::Seconds),
        "body_bytes_sent" | "bytes_sent" => LogField::Size,
        "http_dnt" | "http_sec_gpc" => LogField::Refusal,
        "http_cookie" => LogField::CookieHeader,
        _ if name.starts_with("upstream_") => LogField::SkipList,
        _ => cookie(name).or_else(|| said(name)).unwrap_or_else(|| own(name)),
    }
}

/// A cookie, such as `$cookie_ab`.
fn cookie(name: &str) -> Option<LogField> {
    let name = name.strip_prefix("cookie_").filter(|name| !name.is_empty())?;
    Some(LogField::Cookie(name.to_owned()))
}

/// Headers by which the browser describes the request, such as `$http_sec_fetch_dest`.
fn said(name: &str) -> Option<LogField> {
    name.strip_prefix("http_").and_then(Header::named).map(LogField::Said)
}

/// dwell's own variables, for fields without an nginx variable; `$skip` ignores a field.
fn own(name: &str) -> LogField {
    match name {
        "client_port" => LogField::AddressAndPort,
        "load_seconds" => LogField::Load(Unit::Seconds),
        "request_time_ms" => LogField::Load(Unit::Millis),
        "request_time_us" => LogField::Load(Unit::Micros),
        "request_time_named" => LogField::LoadWithUnit,
        "domain" => LogField::Host,
        "time" => LogField::Time(Clock::Any),
        _ => LogField::Skip,
    }
}
