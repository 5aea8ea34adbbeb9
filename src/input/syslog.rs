//! Syslog headers, found by looking and taken off: RFC 5424, RFC 3164 as nginx and `HAProxy` send it, and a priority
//! alone.

/// The line without its header, if it has one.
pub(super) fn without_header(line: &[u8]) -> &[u8] {
    let Some(rest) = after_priority(line) else { return line };
    after_rfc5424(rest).or_else(|| after_rfc3164(rest)).unwrap_or(rest)
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
fn after_rfc5424(rest: &[u8]) -> Option<&[u8]> {
    let mut rest = rest.strip_prefix(b"1 ")?;
    let (time, _) = word(rest)?;
    if !(time == b"-" || is_rfc3339(time)) {
        return None;
    }
    for _ in 0..5 {
        rest = word(rest)?.1;
    }
    let message = after_structured_data(rest)?;
    let message = message.strip_prefix(b" ").unwrap_or(message);
    Some(message.strip_prefix(b"\xef\xbb\xbf").unwrap_or(message))
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
fn after_rfc3164(rest: &[u8]) -> Option<&[u8]> {
    let after_time = after_bsd_time(rest).or_else(|| {
        let (time, rest) = word(rest)?;
        is_rfc3339(time).then_some(rest)
    })?;
    Some(after_tag(after_time).unwrap_or(after_time))
}

/// `Nov 24 07:00:00 `, the day padded with a space or a zero.
fn after_bsd_time(rest: &[u8]) -> Option<&[u8]> {
    const SHAPE: &[u8; 16] = b"Aaa _9 99:99:99 ";
    let (time, rest) = rest.split_at_checked(SHAPE.len())?;
    let fits = |(&byte, &shape): (&u8, &u8)| match shape {
        b'A' => byte.is_ascii_uppercase(),
        b'a' => byte.is_ascii_lowercase(),
        b'9' => byte.is_ascii_digit(),
        b'_' => byte.is_ascii_digit() || byte == b' ',
        other => byte == other,
    };
    time.iter().zip(SHAPE).all(fits).then_some(rest)
}

fn is_rfc3339(time: &[u8]) -> bool {
    time.len() >= 19 && time[4] == b'-' && time[7] == b'-' && time[10] == b'T' && time[..4].is_ascii()
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

/// `nginx:` or `haproxy[123]:`.
fn is_tag(word: &[u8]) -> bool {
    let Some(name) = word.strip_suffix(b":") else { return false };
    let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./[]".contains(byte);
    !name.is_empty() && name.iter().all(is_allowed)
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

    #[track_caller]
    fn takes_off(header: &str) {
        let line = format!("{header}{LINE}");
        assert_eq!(String::from_utf8_lossy(without_header(line.as_bytes())), LINE, "{header}");
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
    }

    #[test]
    fn what_is_no_header_stays() {
        for line in [LINE, "<192>x", "<>x", "<12", "<1a>x", "", "<html>", "<190", "{\"a\": 1}"] {
            assert_eq!(without_header(line.as_bytes()), line.as_bytes(), "{line}");
        }
    }

    #[test]
    fn an_ipv6_address_is_no_tag() {
        let line = "<190>Nov 24 07:00:00 ::1 - - [24/Nov/2026:07:00:00 +0000]";
        assert_eq!(without_header(line.as_bytes()), &line.as_bytes()[21..]);
    }
}
