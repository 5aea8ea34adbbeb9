//! Parses `HAProxy`'s HTTP log (`option httplog`), with any syslog header before it.
//!
//! `address:port [time] frontend backend/server timers status bytes cookie cookie state counts queues
//! {captured|headers} {of the answer} "request"`

use memchr::memchr;

use super::cursor::LineCursor;
use super::details::Details;
use super::fields::{self, Unit, before_port, host_of, is_host};
use super::forwarded::{client, last_address};
use super::hit::{Hit, LazyDetails};
use super::request::Request;
use super::stamp::StampReader;
use super::{Malformed, Reason, when};
use crate::time::{Millis, Span};

/// A parser of `HAProxy` lines.
#[derive(Debug, Clone)]
pub struct Haproxy {
    stamps: StampReader,
}

impl Haproxy {
    pub(super) fn new() -> Haproxy {
        Haproxy { stamps: StampReader::new() }
    }

    /// The timestamp parser.
    pub(super) fn stamps_mut(&mut self) -> &mut StampReader {
        &mut self.stamps
    }

    #[inline(never)]
    pub(super) fn read<'a>(&'a mut self, line: &'a [u8]) -> Result<Hit<'a>, Malformed> {
        let (bracket, time) = self.time(line).ok_or(Malformed { at: 0, reason: Reason::Time })?;
        let mut cursor = LineCursor::new(line);
        let address = address_before(&line[..bracket]).ok_or(Malformed { at: 0, reason: Reason::Address })?;
        cursor.skip(bracket);
        let stop = |cursor: &LineCursor, reason| Malformed { at: cursor.at(), reason };
        // Skip time, frontend, and backend/server.
        for _ in 0..3 {
            cursor.word().ok_or(stop(&cursor, Reason::Status))?;
        }
        let load = cursor.word().and_then(load);
        let at_status = cursor;
        let status = cursor.word().and_then(fields::status).ok_or(stop(&at_status, Reason::Status))?;
        let rest = cursor.rest();
        let (before, line, after) = request_line(rest).ok_or(stop(&cursor, Reason::Request))?;
        let request = Request::parse(line).filter(|request| request.method != b"<BADREQ>");
        let captured = captured(before);
        let address = client(address, forwarded(captured));
        let size = LineCursor::new(rest).word().map_or(0, size);
        let mut details = Details { address, size, load, ..details(captured, request) };
        if details.host.is_empty() {
            details.host = name_of_tls(after);
        }
        Ok(Hit { time, request, status, own: None, lazy: LazyDetails::Read(details) })
    }

    /// The position of the bracket before the time, and the time.
    fn time(&mut self, line: &[u8]) -> Option<(usize, Millis)> {
        memchr::memchr_iter(b'[', line).find_map(|bracket| {
            let zone = zone_before(&line[..bracket]);
            let time = self.stamp(&line[bracket + 1..], zone)?;
            Some((bracket, time))
        })
    }

    /// `24/Nov/2026:14:02:33.250`: local time; only a syslog header may have the offset.
    fn stamp(&mut self, text: &[u8], zone: Option<East>) -> Option<Millis> {
        const CLOCK: usize = "24/Nov/2026:14:02:33".len();
        let mut stamp = *b"24/Nov/2026:14:02:33 +0000";
        stamp[..CLOCK].copy_from_slice(text.get(..CLOCK)?);
        let civil = self.stamps.read(&stamp)?;
        let time = zone.map_or_else(|| self.stamps.local(civil), |east| civil - east);
        let fraction = text[CLOCK..].strip_prefix(b".").map_or(0, |rest| fields::micros(rest).0);
        Some(time + Span(u64::from(fraction / 1000)))
    }
}

/// The UTC offset in the syslog header's timestamp, if it has one.
fn zone_before(header: &[u8]) -> Option<East> {
    let end = memchr(b' ', header).unwrap_or(0);
    let zone = memchr(b'T', &header[..end]).and_then(|_| {
        let stamp = &header[..end];
        let sign = stamp.iter().rposition(|byte| matches!(byte, b'+' | b'-')).filter(|&at| at > 10)?;
        when::zone(&stamp[sign..])
    });
    zone.map(|(minutes, _)| East(minutes))
}

/// UTC offset in minutes.
struct East(i32);

impl std::ops::Sub<East> for Millis {
    type Output = Millis;
    fn sub(self, east: East) -> Millis {
        Millis(self.0 - i64::from(east.0) * 60_000)
    }
}

/// The word before the time: address and port.
fn address_before(header: &[u8]) -> Option<&[u8]> {
    let word = header.trim_ascii_end().rsplit(|&byte| byte == b' ').next()?;
    let address = before_port(word);
    (!address.is_empty() && address.len() < word.len()).then_some(address)
}

/// The last of the timers `10/0/30/69/109` is the total; `+` means that it was logged before the session ended.
fn load(timers: &[u8]) -> Option<Span> {
    let last = timers.rsplit(|&byte| byte == b'/').next()?;
    fields::span(last.strip_prefix(b"+").unwrap_or(last), Unit::Millis)
}

/// The bytes of the answer; `+` means that it was logged before the session ended.
fn size(text: &[u8]) -> u64 {
    fields::size(text.strip_prefix(b"+").unwrap_or(text))
}

/// Splits into the part before the request, the request, and the part after it.
fn request_line(rest: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let Some(quote) = request_quote(rest) else { return bare_request(rest) };
    let mut cursor = LineCursor::new(rest);
    cursor.skip(quote + 1);
    let line = cursor.quoted_or_rest();
    Some((&rest[..quote], line, cursor.rest()))
}

/// An unquoted request, from custom `log-format` strings with `%HM %HP`.
fn bare_request(rest: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    const METHODS: [&[u8]; 7] = [b"GET ", b"POST ", b"HEAD ", b"PUT ", b"PATCH ", b"DELETE ", b"OPTIONS "];
    let is_method = |at: usize| METHODS.iter().any(|method| rest[at..].starts_with(method));
    let start = memchr::memchr_iter(b' ', rest).map(|space| space + 1).find(|&at| is_method(at))?;
    Some((&rest[..start], &rest[start..], b""))
}

/// The TLS server name: in `option httpslog`, after the request and before the protocol.
fn name_of_tls(after: &[u8]) -> &[u8] {
    let word = after.split(|&byte| byte == b' ').nth(2).unwrap_or_default();
    let name = word.split(|&byte| byte == b'/').next().unwrap_or_default();
    if name.len() < word.len() && is_host(name) { name } else { b"" }
}

/// The opening quote of the request: after a space, outside captured headers.
fn request_quote(rest: &[u8]) -> Option<usize> {
    let ends_headers = |&brace: &usize| rest[brace + 1..].starts_with(b" \"");
    let headers = memchr::memrchr_iter(b'}', rest).find(ends_headers).map_or(0, |brace| brace + 2);
    // A brace may also be part of the request; then the quote comes first.
    let first = memchr(b'"', rest)?;
    let in_headers = memchr(b'{', &rest[..first]).is_some();
    Some(if in_headers && headers > 0 { headers } else { first })
}

/// The captured request headers, in the first braces.
fn captured(before_request: &[u8]) -> &[u8] {
    let Some(start) = memchr(b'{', before_request) else { return b"" };
    let headers = &before_request[start + 1..];
    &headers[..memchr(b'}', headers).unwrap_or(headers.len())]
}

/// The captured `X-Forwarded-For`: a list of addresses.
fn forwarded(captured: &[u8]) -> &[u8] {
    captured.split(|&byte| byte == b'|').find(|header| !last_address(header).is_empty()).unwrap_or(b"")
}

/// The log does not name the captured headers, but hosts, referrers and agents look different.
fn details<'a>(captured: &'a [u8], request: Option<Request<'a>>) -> Details<'a> {
    let mut details = Details::default();
    for header in captured.split(|&byte| byte == b'|') {
        if header.starts_with(b"http://") || header.starts_with(b"https://") {
            details.referrer = header;
        } else if is_host(header) {
            details.host = header;
        } else if likeness_of_agent(header) > likeness_of_agent(details.agent) {
            details.agent = header;
        }
    }
    if details.host.is_empty() {
        details.host = request.map_or(b"", |request| host_of(request.target));
    }
    details
}

/// Scores how much a header looks like a user agent; others may contain slashes too, such as `text/html` or cookies.
fn likeness_of_agent(header: &[u8]) -> u8 {
    let names_version = |slash: usize| header.get(slash + 1).is_some_and(u8::is_ascii_digit);
    match memchr(b'/', header) {
        None => 0,
        Some(_) if header.starts_with(b"Mozilla/") => 3,
        Some(slash) if slash > 0 && names_version(slash) => 2,
        Some(_) => 1,
    }
}
