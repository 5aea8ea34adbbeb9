//! Lines of Apache and nginx, whole, cut short and wrong.

use proptest::prelude::*;

use super::*;

const LINE: &str = r#"192.0.2.7 - - [24/Nov/2026:14:02:33 +0000] "GET /a?b=c HTTP/1.1" 200 512 "https://ref.example/x" "Agent/1.0""#;

fn shown(line: &str) -> String {
    match Combined::new(CombinedLayout::default()).read(line.as_bytes()) {
        Err(malformed) => format!("{:?} at {}", malformed.reason, malformed.at),
        Ok(hit) => {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let mut scratch = Vec::new();
            let details = hit.details(&mut scratch);
            let target = hit.request.map_or_else(|| "none".into(), |request| text(request.target));
            let parts = [
                text(details.address),
                target,
                hit.status.to_string(),
                text(details.referrer),
                text(details.agent),
            ];
            parts.join(" | ")
        }
    }
}

#[test]
fn a_combined_line_is_taken_apart() {
    assert_eq!(shown(LINE), "192.0.2.7 | /a?b=c | 200 | https://ref.example/x | Agent/1.0");
}

#[test]
fn dashes_and_missing_fields_are_absent() {
    let line = r#"::1 - frank [24/Nov/2026:14:02:33 +0000] "-" 408 - "-" "-""#;
    assert_eq!(shown(line), "::1 | none | 408 |  | ");
    let common = r#"::1 - frank [24/Nov/2026:14:02:33 +0000] "GET / HTTP/1.0" 200 -"#;
    assert_eq!(shown(common), "::1 | / | 200 |  | ");
}

#[test]
fn users_may_hold_spaces_and_brackets() {
    let line = LINE.replace("- -", "id frank [x] b");
    assert_eq!(shown(&line), shown(LINE));
}

#[test]
fn escaped_quotes_do_not_end_a_field() {
    let line = LINE.replace("Agent/1.0", r#"a \"b\" c\\"#);
    assert!(shown(&line).ends_with(r#"| a \"b\" c\\"#), "{}", shown(&line));
}

#[test]
fn r1_a_last_field_cut_short_runs_to_the_end() {
    let cut = LINE.strip_suffix('"').unwrap_or(LINE);
    assert_eq!(shown(cut), shown(LINE));
    let in_referrer = LINE.split(r#"/x""#).next().unwrap_or(LINE);
    assert_eq!(shown(in_referrer), "192.0.2.7 | /a?b=c | 200 | https://ref.example | ");
}

#[test]
fn r1_a_malformed_line_says_where_reading_stopped() {
    assert_eq!(shown(""), "Address at 0");
    assert_eq!(shown("garbage"), "Address at 0");
    assert_eq!(shown(r#"::1 - - [yesterday] "GET / HTTP/1.0" 200 -"#), "Time at 9");
    assert_eq!(shown("::1 - - [24/Nov/2026:14:02:33 +0000] GET / 200 -"), "Request at 35");
    assert_eq!(shown(r#"::1 - - [24/Nov/2026:14:02:33 +0000] "GET /" abc -"#), "Status at 44");
    assert_eq!(shown(r#"::1 - - [24/Nov/2026:14:02:33 +0000] "GET /" 200 x"#), "Size at 49");
    assert_eq!(shown(r#"::1 - - [24/Nov/2026:14:02:33 +0000] "GET /"#), "Request at 38");
}

#[test]
fn extra_fields_are_words_or_quoted_texts() {
    let fields: Vec<_> = extra_fields(br#" "a b" c "-" d"#).collect();
    assert_eq!(fields, [&b"a b"[..], b"c", b"-", b"d"]);
}

#[test]
fn a_status_is_three_digits_between_spaces() {
    for (place, byte) in (0..5).flat_map(|place| (0..=255_u8).map(move |byte| (place, byte))) {
        let mut text = *b" 204 ";
        text[place] = byte;
        let digits = std::str::from_utf8(&text[1..4]).ok().filter(|_| text[0] == b' ' && text[4] == b' ');
        let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()));
        let read = status(&mut LineCursor::new(&text));
        assert_eq!(read, digits.and_then(|digits| digits.parse().ok()), "{}", text.escape_ascii());
    }
}

/// What may stand between address and request, right and wrong.
fn passage() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        r#"- - [24/Nov/2026:14:02:33 +0000] ""#,
        r#"- - [24/Nov/2026:14:02:34 +0000] ""#,
        r#"- - [24/Nov/2026:14:02:34 +0100] ""#,
        r#"- x [24/Nov/2026:14:02:34 +0000] ""#,
        r#"- frank [24/Nov/2026:14:02:34 +0000] ""#,
        r#"- - [24/Nov/2026:14:02:61 +0000] ""#,
        "- - [24/Nov/2026:14:02:34 +0000]  ",
        r#"- - [01/Jan/1970:00:00:00 +0000] ""#,
    ])
}

proptest! {
    #[test]
    fn what_was_remembered_changes_nothing(passages in prop::collection::vec(passage(), 1..20)) {
        let mut reader = Combined::new(CombinedLayout::default());
        for passage in passages {
            let line = format!(r#"192.0.2.7 {passage}GET /a HTTP/1.1" 200 512 "-" "Agent/1.0""#);
            let mut anew = Combined::new(CombinedLayout::default());
            prop_assert_eq!(reader.read(line.as_bytes()), anew.read(line.as_bytes()), "{}", passage);
        }
    }
}
