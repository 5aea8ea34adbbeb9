//! Strips syslog headers: RFC 5424, RFC 3164 as sent by nginx and `HAProxy`, or just a priority. In files they have no
//! priority.

use super::super::fields::micros;
use super::super::stamp::StampReader;
use super::super::stamps::leading;
use super::super::when;
use super::Peeled;
use crate::time::Millis;

/// The line without its header, if it has one. Without a priority, as in files, a time and a tag are required.
pub(super) fn without_header<'a>(line: &'a [u8], stamps: &mut StampReader) -> Option<Peeled<'a>> {
    let Some(rest) = after_priority(line) else { return in_a_file(line, stamps) };
    let bare = Peeled { line: rest, time: None };
    Some(rfc5424(rest, stamps).or_else(|| rfc3164(rest, stamps)).unwrap_or(bare))
}

/// File headers of rsyslog, syslog-ng and `journalctl`: a time, and `host tag: ` or `tag: `.
fn in_a_file<'a>(line: &'a [u8], stamps: &mut StampReader) -> Option<Peeled<'a>> {
    if let Some(peeled) = rfc5424(line, stamps) {
        return Some(peeled);
    }
    let (time, after_time) = header_time(line, stamps)?;
    Some(Peeled { line: after_tag(after_time)?, time })
}

/// `<190>`: up to three digits, at most 191 (RFC 5424, 6.2.1).
fn after_priority(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"<")?;
    let end = rest.iter().take(4).position(|&byte| byte == b'>')?;
    let digits = std::str::from_utf8(&rest[..end]).ok()?;
    let is_priority = digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u8>().ok()? <= 191;
    is_priority.then_some(&rest[end + 1..])
}

/// `1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG` (RFC 5424, 6).
fn rfc5424<'a>(rest: &'a [u8], stamps: &mut StampReader) -> Option<Peeled<'a>> {
    let mut rest = rest.strip_prefix(b"1 ")?;
    let (stamp, _) = word(rest)?;
    let time = when::iso(stamp, stamps).map(|(time, _)| time);
    if stamp != b"-" && time.is_none() {
        return None;
    }
    for _ in 0..5 {
        rest = word(rest)?.1;
    }
    let message = after_structured_data(rest)?;
    let message = message.strip_prefix(b" ").unwrap_or(message);
    Some(Peeled { line: message.strip_prefix(b"\xef\xbb\xbf").unwrap_or(message), time })
}

/// `-`, or elements such as `[origin ip="10.0.0.1"]`, in whose values `\]` and `\"` are escaped (6.3).
fn after_structured_data(rest: &[u8]) -> Option<&[u8]> {
    if let Some(message) = rest.strip_prefix(b"-") {
        return Some(message);
    }
    let mut rest = rest;
    while rest.first() == Some(&b'[') {
        rest = &rest[end_of_element(rest)?..];
    }
    Some(rest)
}

fn end_of_element(element: &[u8]) -> Option<usize> {
    let (mut is_quoted, mut at) = (false, 0);
    while let Some(&byte) = element.get(at) {
        match byte {
            b'\\' if is_quoted => at += 1,
            b'"' => is_quoted = !is_quoted,
            b']' if !is_quoted => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// `Nov 24 07:00:00 host tag: message`; the host, or host and tag, may be missing (RFC 3164, 4.1).
fn rfc3164<'a>(rest: &'a [u8], stamps: &mut StampReader) -> Option<Peeled<'a>> {
    let (time, after_time) = header_time(rest, stamps)?;
    Some(Peeled { line: after_tag(after_time).unwrap_or(after_time), time })
}

/// The header's time, if it includes the year, and the text after it.
fn header_time<'a>(rest: &'a [u8], stamps: &mut StampReader) -> Option<(Option<Millis>, &'a [u8])> {
    if let Some(after) = after_bsd_time(rest) {
        return Some((None, after));
    }
    // `journalctl -o short-full` starts with the weekday.
    let stamp = match rest.first_chunk::<4>() {
        Some([a, b, c, b' ']) if [a, b, c].iter().all(|byte| byte.is_ascii_alphabetic()) => &rest[4..],
        _ => rest,
    };
    let found = leading(stamp, stamps)?;
    // The zone name: `UTC`, `CET`.
    let after = stamp[found.length..].strip_prefix(b" ")?;
    let is_zone = |(name, _): &(&[u8], &[u8])| name.len() <= 5 && name.iter().all(u8::is_ascii_uppercase);
    let after_zone = word(after).filter(|_| stamp.len() < rest.len()).filter(is_zone);
    Some((Some(found.time), after_zone.map_or(after, |(_, after)| after)))
}

/// `Nov 24 07:00:00 `, the day padded with a space or a zero; optional fraction.
fn after_bsd_time(rest: &[u8]) -> Option<&[u8]> {
    const SHAPE: &[u8; 15] = b"Aaa _9 99:99:99";
    let (time, rest) = rest.split_at_checked(SHAPE.len())?;
    let fits = |(&byte, &shape): (&u8, &u8)| match shape {
        b'A' => byte.is_ascii_uppercase(),
        b'a' => byte.is_ascii_lowercase(),
        b'9' => byte.is_ascii_digit(),
        b'_' => byte.is_ascii_digit() || byte == b' ',
        other => byte == other,
    };
    if !time.iter().zip(SHAPE).all(fits) {
        return None;
    }
    let fraction = rest.strip_prefix(b".").map_or(0, |rest| 1 + micros(rest).1);
    rest[fraction..].strip_prefix(b" ")
}

/// `tag: ` or `host tag: `.
fn after_tag(rest: &[u8]) -> Option<&[u8]> {
    let (first, after_first) = word(rest)?;
    if is_tag(first) {
        return Some(after_first);
    }
    let (second, after_second) = word(after_first)?;
    is_tag(second).then_some(after_second)
}

/// `nginx:`, `haproxy[123]:` or `web.service[1]:`, but not an address.
fn is_tag(word: &[u8]) -> bool {
    let Some(name) = word.strip_suffix(b":") else { return false };
    let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./[]@()".contains(byte);
    name.iter().any(u8::is_ascii_alphabetic) && name.iter().all(is_allowed)
}

fn word(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(b' ', rest)?;
    Some((&rest[..end], &rest[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str =
        r#"10.0.0.1 - - [24/Nov/2026:07:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "Mozilla/5.0""#;

    fn without(line: &str) -> Option<String> {
        without_header(line.as_bytes(), &mut StampReader::new())
            .map(|peeled| String::from_utf8_lossy(peeled.line).into_owned())
    }

    #[track_caller]
    fn takes_off(header: &str) {
        assert_eq!(without(&format!("{header}{LINE}")).as_deref(), Some(LINE), "{header}");
    }

    #[test]
    fn rfc3164_as_servers_send_it() {
        takes_off("<190>Nov 24 07:00:00 web1 nginx: ");
        takes_off("<190>Nov  4 07:00:00 nginx: ");
        takes_off("<134>Nov 24 07:00:00 haproxy[1234]: ");
        takes_off("<134>Nov 24 07:00:00 ");
        takes_off("<134>2026-11-24T07:00:00.123+00:00 web1 caddy: ");
        takes_off("<134>");
    }

    #[test]
    fn rfc5424_with_and_without_structured_data() {
        takes_off("<134>1 2026-11-24T07:00:00Z web1 haproxy 1234 - - ");
        takes_off("<165>1 - - - - - - ");
        takes_off(r#"<165>1 2026-11-24T07:00:00.003Z web1 nginx - ID47 [a@1 b="c\"]" d="\\"][e@2] "#);
        takes_off("<165>1 2026-11-24T07:00:00Z web1 nginx - - - \u{feff}");
        takes_off("1 2026-11-24T07:00:00Z web1 nginx - - - ");
    }

    #[test]
    fn headers_in_files_have_no_priority() {
        takes_off("Nov 24 07:00:00 web1 nginx[812]: ");
        takes_off("Nov  4 07:00:00.250000 web1 nginx: ");
        takes_off("2026-11-24T07:00:00.250+00:00 web1 nginx[812]: ");
        takes_off("2026-11-24T07:00:00+0000 web1 nginx[812]: ");
        takes_off("Tue 2026-11-24 07:00:00 UTC web1 nginx[812]: ");
        takes_off("1795503600.250000 web1 nginx[812]: ");
        takes_off("2026-11-24T07:00:00.250000+00:00 heroku[router]: ");
    }

    #[test]
    fn the_time_counts_where_it_names_its_year() {
        let time = |line: &str| {
            without_header(line.as_bytes(), &mut StampReader::new()).and_then(|peeled| peeled.time)
        };
        let noon = Some("2026-11-24T12:00:00.000Z".to_owned());
        assert_eq!(time("2026-11-24T13:00:00+01:00 web1 app[1]: x").map(Millis::rfc3339), noon);
        assert_eq!(time("Tue 2026-11-24 12:00:00 UTC web1 app[1]: x").map(Millis::rfc3339), noon);
        assert_eq!(time("<13>Nov 24 12:00:00 web1 app: x"), None);
    }

    #[test]
    fn what_is_no_header_stays() {
        for line in
            [LINE, "<192>x", "<>x", "<12", "<1a>x", "", "<html>", "<190", "{\"a\": 1}", "Nov 24 07:00:00 x"]
        {
            assert_eq!(without(line), None, "{line}");
        }
    }

    #[test]
    fn an_ipv6_address_is_no_tag() {
        let line = "<190>Nov 24 07:00:00 ::1 - - [24/Nov/2026:07:00:00 +0000]";
        assert_eq!(without(line).as_deref(), Some(&line[21..]));
    }
}
