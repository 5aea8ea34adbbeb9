//! Recognizes error logs: they match the same `*.log` as access logs, but contain no hits.

use super::detect;

/// The program that wrote an error log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorLog {
    /// nginx: `2026/11/24 14:00:00 [error] 123#0: *1 open() failed`.
    Nginx,
    /// Apache: `[Tue Nov 24 14:00:00.000000 2026] [core:error] [pid 1] AH00124: …`.
    Apache,
    /// lighttpd: `2026-11-24 14:00:00: (server.c.1939) server started`.
    Lighttpd,
    /// Caddy's own: `{"level":"info","ts":1.0,"logger":"admin","msg":"admin endpoint started"}`.
    Caddy,
    /// PHP: `[24-Nov-2026 14:00:00 UTC] PHP Warning:  …`, and PHP-FPM's own.
    Php,
    /// Tomcat: `24-Nov-2026 14:00:00.000 INFO [main] org.apache.catalina.startup.Catalina.start …`.
    Tomcat,
    /// Squid: `2026/11/24 14:00:00 kid1| Starting Squid Cache`.
    Squid,
}

/// Tests whether a line looks like a certain error log.
type Shape = fn(&[u8]) -> bool;

impl ErrorLog {
    /// The error log that the lines are from; `None` if unknown, or if there are hits among them.
    #[must_use]
    pub fn of(lines: &[&[u8]]) -> Option<ErrorLog> {
        let known: Vec<_> = lines.iter().filter_map(|line| ErrorLog::of_line(line)).collect();
        let first = *known.first()?;
        let others = lines.iter().copied().filter(|line| ErrorLog::of_line(line).is_none());
        let others: Vec<&[u8]> = others.collect();
        // Messages may span several lines.
        let is_most = known.len() * 2 >= lines.len();
        (is_most && (others.is_empty() || detect::detect(&others).is_none())).then_some(first)
    }

    fn of_line(line: &[u8]) -> Option<ErrorLog> {
        let shapes: [(ErrorLog, Shape); 7] = [
            (ErrorLog::Nginx, is_nginx),
            (ErrorLog::Apache, is_apache),
            (ErrorLog::Lighttpd, is_lighttpd),
            (ErrorLog::Caddy, is_caddy),
            (ErrorLog::Php, is_php),
            (ErrorLog::Tomcat, is_tomcat),
            (ErrorLog::Squid, is_squid),
        ];
        shapes.into_iter().find(|(_, is_so)| is_so(line)).map(|(whose, _)| whose)
    }

    /// Its display name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ErrorLog::Nginx => "nginx's error log",
            ErrorLog::Apache => "Apache's error log",
            ErrorLog::Lighttpd => "lighttpd's error log",
            ErrorLog::Caddy => "Caddy's own log",
            ErrorLog::Php => "PHP's error log",
            ErrorLog::Tomcat => "Tomcat's own log",
            ErrorLog::Squid => "Squid's own log",
        }
    }
}

fn is_nginx(line: &[u8]) -> bool {
    let Some(rest) = after(line, b"0000/00/00 00:00:00 [") else { return false };
    // After the level: the process and the thread.
    after_bracket(rest).is_some_and(|(level, rest)| {
        is_word(level) && rest.starts_with(b" ") && rest.get(1).is_some_and(u8::is_ascii_digit)
    })
}

fn is_apache(line: &[u8]) -> bool {
    let Some((stamp, rest)) = line.strip_prefix(b"[").and_then(after_bracket) else { return false };
    let is_stamp = stamp.len() >= 24 && fits(&stamp[..19], b"aaa aaa 00 00:00:00") && ends_with_year(stamp);
    let level = rest.strip_prefix(b" [").and_then(after_bracket);
    is_stamp && level.is_some_and(|(level, _)| level.rsplit(|&byte| byte == b':').next().is_some_and(is_word))
}

fn ends_with_year(stamp: &[u8]) -> bool {
    stamp.rsplit(|&byte| byte == b' ').next().is_some_and(|year| fits(year, b"0000"))
}

fn is_lighttpd(line: &[u8]) -> bool {
    let Some(rest) = after(line, b"0000-00-00 00:00:00: (") else { return false };
    let place = rest.split(|&byte| byte == b')').next().unwrap_or_default();
    memchr::memmem::find(place, b".c.").is_some()
}

fn is_caddy(line: &[u8]) -> bool {
    let has = |part: &[u8]| memchr::memmem::find(line, part).is_some();
    let is_hit = has(b"\"request\":") || has(b"\"status\":");
    line.starts_with(b"{\"level\":\"") && has(b"\"msg\":\"") && has(b"\"ts\":") && !is_hit
}

fn is_php(line: &[u8]) -> bool {
    let Some((stamp, rest)) = line.strip_prefix(b"[").and_then(after_bracket) else { return false };
    let is_stamp = stamp.len() >= 20 && fits(&stamp[..20], b"00-aaa-0000 00:00:00");
    let words: [&[u8]; 6] = [b" PHP ", b" NOTICE:", b" WARNING:", b" ERROR:", b" ALERT:", b" DEBUG:"];
    is_stamp && words.iter().any(|word| rest.starts_with(word))
}

fn is_tomcat(line: &[u8]) -> bool {
    let Some(rest) = after(line, b"00-aaa-0000 00:00:00.000 ") else { return false };
    let mut words = rest.splitn(2, |&byte| byte == b' ');
    words.next().is_some_and(|level| !level.is_empty() && level.iter().all(u8::is_ascii_uppercase))
        && words.next().is_some_and(|rest| rest.trim_ascii_start().starts_with(b"["))
}

fn is_squid(line: &[u8]) -> bool {
    after(line, b"0000/00/00 00:00:00 kid0").is_some() || after(line, b"0000/00/00 00:00:00| ").is_some()
}

/// Matches a prefix pattern and returns the rest: `0` is a digit (or padding before one), `a` a letter.
fn after<'a>(line: &'a [u8], shape: &[u8]) -> Option<&'a [u8]> {
    let (beginning, rest) = line.split_at_checked(shape.len())?;
    fits(beginning, shape).then_some(rest)
}

fn fits(text: &[u8], shape: &[u8]) -> bool {
    let fits = |(byte, shape): (&u8, &u8)| match shape {
        b'0' => byte.is_ascii_digit() || *byte == b' ',
        b'a' => byte.is_ascii_alphabetic(),
        other => byte == other,
    };
    text.len() == shape.len() && text.iter().zip(shape).all(fits)
}

/// Splits at the next `]`.
fn after_bracket(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(b']', text)?;
    Some((&text[..end], &text[end + 1..]))
}

fn is_word(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<ErrorLog> {
        ErrorLog::of(&text.lines().map(str::as_bytes).collect::<Vec<_>>())
    }

    #[test]
    fn error_logs_are_known_by_their_lines() {
        for (text, whose) in [
            (
                "2026/11/24 14:00:00 [error] 123#0: *1 open() \"/x\" failed (2: No such file or directory)",
                ErrorLog::Nginx,
            ),
            ("2026/11/24 14:00:00 [notice] 1#1: start worker processes", ErrorLog::Nginx),
            (
                "[Tue Nov 24 14:00:00.000000 2026] [core:error] [pid 9:tid 1] AH00124: too many",
                ErrorLog::Apache,
            ),
            ("[Tue Nov  4 14:00:00 2026] [notice] Apache/2.2 configured", ErrorLog::Apache),
            ("2026-11-24 14:00:00: (server.c.1939) server started (lighttpd/1.4.69)", ErrorLog::Lighttpd),
            ("2026-11-24 14:00:00: (../src/mod_ssl.c.33) SSL: 1", ErrorLog::Lighttpd),
            (
                r#"{"level":"info","ts":1764000000.1,"logger":"admin","msg":"admin endpoint started"}"#,
                ErrorLog::Caddy,
            ),
            ("[24-Nov-2026 14:00:00] NOTICE: fpm is running, pid 1", ErrorLog::Php),
            ("[24-Nov-2026 14:00:00 UTC] PHP Warning:  foreach() in /x.php on line 1", ErrorLog::Php),
            (
                "24-Nov-2026 14:00:00.123 INFO [main] org.apache.catalina.startup.Catalina.start up",
                ErrorLog::Tomcat,
            ),
            ("2026/11/24 14:00:00 kid1| Starting Squid Cache version 6.6", ErrorLog::Squid),
        ] {
            assert_eq!(of(text), Some(whose), "{text}");
            let going_on = format!("{text}\n\tat org.example.Main(Main.java:1)");
            assert_eq!(of(&going_on), Some(whose), "{text}");
        }
    }

    #[test]
    fn hits_are_no_errors_and_those_among_errors_are_seen() {
        let hit = "192.0.2.1 - - [24/Nov/2026:14:00:00 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"Mozilla/5.0\"";
        let notice = "2026/11/24 14:00:00 [notice] 1#1: start worker process 30";
        assert_eq!(of(hit), None);
        assert_eq!(of(&format!("{notice}\n{notice}\n{notice}\n{hit}")), None);
        assert_eq!(of(""), None);
        let json = r#"{"level":"info","ts":1764000000.1,"logger":"http.log.access","msg":"handled request","request":{}}"#;
        assert_eq!(of(json), None);
        // The format of zap, Caddy's logging library.
        let zap =
            r#"{"level":"info","ts":1764000000.1,"caller":"web/log.go:9","msg":"/","status":200,"path":"/"}"#;
        assert_eq!(of(zap), None);
    }
}
