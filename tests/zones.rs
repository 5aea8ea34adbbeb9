//! R6: a timestamp without an offset is local time or in `--tz`; in the hour repeated when clocks are set back it is the
//! first one until the log jumps back.

#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

mod support;

use std::fmt::Write;

use serde_json::Value;

use support::place::Place;

/// A format without UTC offsets.
const ISO: &str = r#"%h [%{%F %T}t] "%r" %>s"#;

fn starts(place: &Place, words: &[&str]) -> Vec<String> {
    let said = place.report(&[&["--sessions", "--include-bots"], words].concat());
    assert_eq!(said.status, Some(0), "{said:?}");
    let start = |line: &str| {
        let row: Value = serde_json::from_str(line).expect("JSON");
        row["start"].as_str().expect("a time").to_owned()
    };
    let mut starts: Vec<_> = said.out.lines().map(start).collect();
    starts.sort();
    starts
}

#[test]
fn r6_a_stamp_without_a_zone_is_of_the_machine_or_of_tz() {
    let json =
        r#"{"time":"2026-07-24 14:00:00","remote_addr":"192.0.2.1","request":"GET / HTTP/1.1","status":200}"#;
    let haproxy = "192.0.2.7:33317 [24/Jul/2026:14:00:00.000] http-in~ shop/web1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 \"GET /a HTTP/1.1\"";
    let w3c =
        "#Fields: date time c-ip cs-method cs-uri-stem sc-status\n2026-07-24 14:00:00 192.0.2.1 GET / 200\n";
    let place = Place::new().file("json.log", json).file("haproxy.log", haproxy).file("w3c.log", w3c);
    for (words, hour) in [
        (&[][..], 14),
        (&["--tz", "Europe/Berlin"][..], 12),
        (&["--tz", "-02:00"][..], 16),
        (&["--tz=UTC"][..], 14),
    ] {
        for (log, hour) in [("json.log", hour), ("haproxy.log", hour), ("w3c.log", 14)] {
            let words = [words, &[log]].concat();
            assert_eq!(starts(&place, &words), [format!("2026-07-24T{hour}:00:00.000Z")], "{words:?}");
        }
    }
}

#[test]
fn tz_is_a_key_of_the_config_and_what_is_no_zone_is_refused() {
    let log =
        r#"{"time":"2026-07-24 14:00:00","remote_addr":"192.0.2.1","request":"GET / HTTP/1.1","status":200}"#;
    let place = Place::new().file("json.log", log).file("my.toml", "tz = \"Europe/Berlin\"\n");
    assert_eq!(starts(&place, &["--config", "my.toml", "json.log"]), ["2026-07-24T12:00:00.000Z"]);
    place.both_say(&["--tz", "Berlin/Europe", "json.log"], 2, &["is not a time zone", "Europe/Berlin"]);
}

/// Seven hours of a log in Berlin time across the end of daylight saving time at 03:00: a line every half second, one
/// visitor per hour. Also returns the start times of its sessions.
fn the_night_clocks_are_set_back() -> (String, Vec<String>) {
    let (mut log, mut starts) = (String::new(), Vec::new());
    for hour in 0..7 {
        let shown = if hour < 3 { hour } else { hour - 1 };
        for half in 0..7200 {
            let (minute, second) = (half / 120, half / 2 % 60);
            writeln!(
                log,
                "192.0.2.{hour} [2026-10-25 {shown:02}:{minute:02}:{second:02}] \"GET / HTTP/1.1\" 200"
            )
            .expect("a text");
        }
        let day = if hour < 2 { "24T" } else { "25T" };
        starts.push(format!("2026-10-{day}{:02}:00:00.000Z", (hour + 22) % 24));
    }
    (log, starts)
}

#[test]
fn r6_the_repeated_hour_is_the_earlier_one_until_the_log_steps_back() {
    let (log, wanted) = the_night_clocks_are_set_back();
    assert!(log.len() > 2 << 20, "it is read in several blocks");
    let place = Place::new().file("access.log", log);
    assert_eq!(starts(&place, &["--tz=Europe/Berlin", "--format", ISO, "access.log"]), wanted);
}
