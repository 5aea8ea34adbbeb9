use super::*;
use crate::time::Span;

fn wrong(text: &str) -> String {
    Pattern::compile(text).err().map(|error| error.to_string()).unwrap_or_default()
}

fn read(pattern: &str, line: &str) -> String {
    let mut pattern = Pattern::compile(pattern).expect("a pattern");
    match pattern.read(line.as_bytes()) {
        Err(malformed) => format!("{:?} at {}", malformed.reason, malformed.at),
        Ok(hit) => {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let target = hit.request.map_or_else(String::new, |request| text(request.target));
            let mut scratch = Vec::new();
            let details = hit.details(&mut scratch);
            let load = details.load.map_or_else(String::new, |Span(millis)| millis.to_string());
            [hit.time.rfc3339(), text(details.address), target, text(details.host), load].join(" | ")
        }
    }
}

#[test]
fn what_a_format_string_lacks_is_said() {
    for (text, says) in [
        ("$remote_addr \"$request\" $status", "has no time"),
        ("$remote_addr [$time_local] \"$request\"", "has no status"),
        ("%h %t %>s", "what was asked for"),
        ("[$time_local] $host$status $request", "between $host and $status (byte 20"),
        ("%h %{Referer", "breaks off in %{Referer (byte 4)"),
        ("%h %t \"%r\" %>s %", "breaks off in % (byte 16)"),
        ("${remote_addr", "breaks off in ${remote_addr (byte 1)"),
    ] {
        let said = wrong(text);
        assert!(said.contains(says), "{text}: {said}");
    }
}

#[test]
fn parts_of_requests_and_times_are_put_together() {
    let time = "2026-11-24T14:02:33.250Z";
    for (pattern, line, wanted) in [
        (
            "$msec $remote_addr $request_method $scheme://$host$request_uri $status",
            "1795528953.250 192.0.2.7 GET https://shop.example/a?b=c 200",
            "192.0.2.7 | /a?b=c | shop.example | ",
        ),
        (
            "$msec|$remote_addr|$request_method|$uri$is_args$args|$status|$request_time",
            "1795528953.250|192.0.2.7|GET|/a?b=c|200|0.012",
            "192.0.2.7 | /a?b=c |  | 12",
        ),
        (
            "%{%F %T}t.%{msec_frac}t %a \"%m\" \"%U\" \"%q\" %s %>s %V %D",
            "2026-11-24 14:02:33.250 192.0.2.7 \"GET\" \"/a\" \"?b=c\" 302 200 shop.example 12345",
            "192.0.2.7 | /a?b=c | shop.example | 12",
        ),
        ("%{msec}t %h %U%q %>s", "1795528953250 192.0.2.7 /a?b=c 200", "192.0.2.7 | /a?b=c |  | "),
    ] {
        assert_eq!(read(pattern, line), format!("{time} | {wanted}"), "{pattern}");
    }
}

#[test]
fn a_line_that_differs_says_where() {
    let pattern = "%h [%{sec}t] \"%r\" %>s";
    assert_eq!(read(pattern, "192.0.2.7 1795528953 x"), "Time at 22");
    assert_eq!(read(pattern, "192.0.2.7 [x] \"GET /\" 200"), "Time at 11");
    assert_eq!(read(pattern, "192.0.2.7 [1795528953] \"GET /\" abc"), "Status at 31");
}

#[test]
fn strings_of_formats_with_a_reader_of_their_own_are_known() {
    let known = |text| Pattern::compile(text).expect("a pattern").well_known();
    // As Debian's Apache writes it, with the bytes sent in all.
    assert_eq!(known("%h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\""), Some("combined"));
    assert_eq!(known("%h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\" %D"), None);
    assert_eq!(known("%a %l %u %t \"%r\" %>s %b"), Some("common"));
    assert!(WELL_KNOWN.iter().all(|(text, name)| known(text) == Some(name)));
}

#[test]
fn the_formats_of_dwells_own_compile() {
    assert!(Pattern::compile(MAIN).is_ok());
    assert!(super::super::aws::alb().program.details.len() > 3);
    assert!(!super::super::aws::elb().program.needed.is_empty());
}
