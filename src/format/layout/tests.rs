use super::strings;

/// The most likely string for lines like these, with varied paths and times.
fn string(lines: &[&str]) -> String {
    let sample: Vec<&[u8]> = lines.iter().map(|line| line.as_bytes()).collect();
    strings(&sample).into_iter().next().unwrap_or_default()
}

#[test]
fn what_a_column_holds_says_which_field_it_is() {
    for (lines, wanted) in [
        (
            &[
                r#"192.0.2.7 - - [24/Nov/2026:14:02:33 +0000] "GET / HTTP/1.1" 200 512 "https://a.example/" "Mozilla/5.0 (X11)""#,
                r#"192.0.2.8 - jo [24/Nov/2026:14:02:34 +0000] "GET /a HTTP/1.1" 404 12 "-" "curl/8.5.0""#,
            ][..],
            r#"$remote_addr $skip $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent""#,
        ),
        (
            &[
                r#"[24/Nov/2026:14:00:00 +0000] - 200 200 - GET https www.example.com "/" [Client 203.0.113.5] [Length 5120] [Gzip 3.11] [Sent-to 10.0.0.2] "Mozilla/5.0 (X11)" "-""#,
                r#"[24/Nov/2026:14:00:01 +0000] - - 404 - GET https www.example.com "/x" [Client 203.0.113.6] [Length 12] [Gzip -] [Sent-to 10.0.0.2] "curl/8.5.0" "https://a.example/""#,
            ][..],
            r#"[$time_local] $skip $skip $status $skip $request_method $skip $host "$request_uri" [$skip $remote_addr] [$skip $skip] [$skip $skip] [$skip $skip] "$http_user_agent" "$http_referer""#,
        ),
        (
            &[
                "[GIN] 2026/11/24 - 14:00:00 | 200 |     120.5ms |     203.0.113.5 | GET      \"/pricing?plan=a\"",
                "[GIN] 2026/11/24 - 14:00:01 | 200 |       4ms |     203.0.113.15 | POST     \"/\"",
            ][..],
            r#"[$skip]  $time  |  $status  |  $request_time_named  |  $remote_addr  |  $request_method  "$request_uri""#,
        ),
    ] {
        let found = string(lines);
        assert_eq!(found.replace("  ", " "), wanted.replace("  ", " "), "{lines:?}");
    }
}

#[test]
fn a_server_that_answers_at_once_logs_times_of_nought() {
    let lines = ["/", "/a", "/b", "/c"].map(|path| {
        format!(r#"192.0.2.7 - - [24/Nov/2026:14:02:33 +0000] "GET {path} HTTP/1.1" 200 512 "-" "Mozilla/5.0 (X11)" 0.000"#)
    });
    let string = string(&lines.each_ref().map(String::as_str));
    assert!(string.ends_with(r#""$http_user_agent" $request_time"#), "{string}");
}

#[test]
fn four_numbers_hold_a_load_time_only_where_the_server_is_known() {
    let line = |numbers: [u32; 4], id: &str| {
        let [one, two, three, four] = numbers;
        format!(
            r#"192.0.2.7 - - [24/Nov/2026:14:02:33 +0000] "GET / HTTP/1.1" 200 - {one} {two} {three} {four} "-" "Mozilla/5.0 (X11)" "{id}""#
        )
    };
    let of = |id: &str| {
        let lines = [[0, 512, 303, 301], [0, 99, 7, 5], [0, 700, 41, 40]].map(|numbers| line(numbers, id));
        string(&lines.each_ref().map(String::as_str))
    };
    let envoy = of("9c1e5d4b-2f3a-4c6d-8e7f-0a1b2c3d4e5f");
    assert!(envoy.contains("$skip $skip $request_time_ms $skip"), "{envoy}");
    let unknown = of("MISS");
    assert!(!unknown.contains("$request_time"), "{unknown}");
}

#[test]
fn thousandths_of_haproxys_stamp_are_no_load_times() {
    let of = |state: &str| {
        let lines = [951, 12, 430, 77].map(|thousandths| {
            format!(
                r#"192.0.2.7 - - [24/Nov/2026:14:02:33 +0000] "GET / HTTP/1.1" 200 75 "" "" 47105 {thousandths:03} "shop" "web" "one" 0 0 0 7 7 {state} 1 1 0 0 0 0 0 "" """#
            )
        });
        string(&lines.each_ref().map(String::as_str))
    };
    assert!(!of("LR--").contains("$request_time"), "{}", of("LR--"));
    assert!(of("none").contains("$request_time_ms"), "{}", of("none"));
}

#[test]
fn a_page_is_told_from_the_page_before_it_however_often_that_is_a_url() {
    let lines = ["/", "/a", "/b"].map(|path| {
        format!(
            "2026-11-24T14:02:33Z\t192.0.2.7\tGET\t{path}\t200\thttps://a.example{path}x\tMozilla/5.0 (X11)"
        )
    });
    let string = string(&lines.each_ref().map(String::as_str));
    assert!(string.contains("$request_method\t$request_uri\t$status\t$http_referer\t"), "{string}");
}

#[test]
fn an_address_beside_the_clients_is_the_proxys() {
    let lines = ["/", "/a", "/b"].map(|path| {
        format!(r#"192.0.2.7 10.0.0.3 - [24/Nov/2026:14:02:33 +0000] "GET {path} HTTP/1.1" 200 5 "-" "Mozilla/5.0 (X11)""#)
    });
    let string = string(&lines.each_ref().map(String::as_str));
    assert!(string.starts_with("$remote_addr $realip_remote_addr $remote_user ["), "{string}");
}

#[test]
fn a_process_and_its_thread_are_no_host() {
    let lines = ["1", "2", "3"].map(|thread| {
        format!(r#"[100:{thread}] 192.0.2.7 - - [24/Nov/2026:14:02:33 +0000] "GET / HTTP/1.1" 200 5 "-" "Mozilla/5.0 (X11)""#)
    });
    let string = string(&lines.each_ref().map(String::as_str));
    assert!(string.starts_with("[$skip] $remote_addr "), "{string}");
}
