//! `dwell check` on goals, funnels and experiments of the config: what they say and what they matched (R13, R14).

#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

use assert_cmd::Command;
use tempfile::TempDir;

/// Runs `dwell check` on a config, with a log from a file or from standard input.
#[derive(Clone, Copy)]
enum Log<'a> {
    File(&'a str),
    Stdin(&'a str),
}

fn check(config: &str, log: Log, options: &[&str]) -> String {
    let folder = TempDir::new().expect("a temporary folder");
    std::fs::write(folder.path().join("dwell.toml"), config).expect("a file");
    let mut command = Command::cargo_bin("dwell").expect("the program");
    command.current_dir(folder.path()).env("HOME", folder.path()).env_remove("XDG_CONFIG_HOME");
    command.args(["check", "--utc", "--config", "dwell.toml"]).args(options);
    match log {
        Log::File(lines) => {
            std::fs::write(folder.path().join("access.log"), lines).expect("a file");
            command.arg("access.log");
        }
        Log::Stdin(lines) => {
            command.arg("-").write_stdin(lines);
        }
    }
    let output = command.output().expect("an end");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    assert!(output.status.success(), "{}", text(output.stderr));
    text(output.stdout)
}

/// What is said of the definitions, line by line without the margin.
fn definitions(out: &str) -> Vec<&str> {
    let at = out.find("Defined in the config").expect(out);
    out[at..].lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

#[track_caller]
fn has(out: &str, wanted: &[&str]) {
    // Paragraphs are wrapped.
    let text = definitions(out).join(" ");
    for part in wanted {
        assert!(text.contains(part), "no {part:?} in:\n{out}");
    }
}

/// A request of a visitor, so many minutes after ten on a day of November.
fn line(visitor: u8, day: u8, minute: u8, request: &str, status: u16) -> String {
    format!(
        "192.0.2.{visitor} - - [{day:02}/Nov/2026:10:{minute:02}:00 +0000] \"{request} HTTP/1.1\" {status} 512 \"-\" \
         \"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\"\n"
    )
}

/// Two days: on the first a visitor buys, on the second one of three fills a cart, and one reads about prices.
fn shop() -> String {
    [
        line(1, 23, 0, "GET /products/lamp", 200),
        line(1, 23, 1, "GET /cart", 200),
        line(1, 23, 2, "GET /thanks", 200),
        line(2, 24, 10, "GET /products/lamp", 200),
        line(2, 24, 11, "GET /products/lamp", 200),
        line(2, 24, 12, "POST /cart", 303),
        line(3, 24, 20, "GET /products/desk", 200),
        line(4, 24, 29, "GET /cart", 200),
        line(4, 24, 30, "GET /pricing?v=short", 200),
    ]
    .concat()
}

const CONFIG: &str = r#"
[[group]]
name = "Products"
path = "/products/*"

[[goal]]
name = "order"
event = "page:/thanks"
value = 49.90
currency = "EUR"

[[goal]]
name = "cart"
event = "action:submit page:/cart"

[[goal]]
name = "reader"
session = "duration>=60s pageviews>=2 -bounced"

[[funnel]]
name = "checkout"
within = "30m"
exclude = "page:/admin/*"
steps = [
  { name = "product", event = "group:Products" },
  { name = "cart", event = "page:/cart" },
  { name = "order", goal = "order" },
]

[[experiment]]
name = "headline"
variant = "query:v"
exposure = "page:/pricing"
control = "control"
goal = "order"
"#;

#[test]
fn r13_definitions_are_explained_by_what_they_matched_on_the_last_day() {
    let out = check(CONFIG, Log::File(&shop()), &[]);
    has(
        &out,
        &[
            "Held against the last day of the log: 3 sessions from 2026-11-24 10:10 to 2026-11-24 10:30 UTC.",
            "Products The pages /products/*. \
             Viewed 3 times by 2 sessions, by /products/desk (1), /products/lamp (1).",
            "order Reached by a view of /thanks. Worth 49.90 EUR where the event itself says no value. \
             Nothing matched: no page that was viewed is /thanks.",
            "cart Reached by the action submit, on /cart. \
             1 of 3 sessions reached it, once, by submit on /cart (1).",
            "reader Reached by sessions that last at least 1 minute, have at least 2 pageviews and do not bounce. \
             2 of 3 sessions reached it.",
            "all within 30 minutes of the first. Who takes the first step enters. \
             Left out is whoever does this between two steps: a view of /admin/*.",
            "Step 2: 1 session did it, but none of them where the funnel wants it.",
            "Step 3: Nothing matched: no page that was viewed is /thanks.",
            "Variants are named by the key v of the query. A visitor takes part from a view of /pricing that names one, \
             and converts by reaching order from then on.",
            "Exposure: seen once in 1 session, with a variant or without. Goal: never reached.",
            "The control control was not seen; the variants are: short.",
            "see the remarks on goal order, funnel checkout, experiment headline.",
        ],
    );
    let table = definitions(&out);
    let step = |name: &str| {
        let line = table.iter().find(|line| line.starts_with(name)).expect(name);
        line.split_whitespace().rev().take(2).collect::<Vec<_>>()
    };
    assert_eq!(
        (step("1 product"), step("2 cart"), step("3 order")),
        (vec!["2"; 2], vec!["0", "1"], vec!["0"; 2])
    );
}

#[test]
fn r13_all_that_was_read_counts_where_it_comes_once_or_a_span_was_named() {
    for out in [
        check(CONFIG, Log::Stdin(&shop()), &[]),
        check(CONFIG, Log::File(&shop()), &["--since", "2026-11-23 00:00"]),
    ] {
        has(
            &out,
            &[
                "Held against all that was read: 4 sessions from 2026-11-23 10:00 to 2026-11-24 10:30 UTC.",
                "1 of 4 sessions reached it, once, by /thanks (1).",
            ],
        );
    }
}

#[test]
fn r13_what_is_nearest_in_the_log_is_named() {
    let config = r#"
        [[group]]
        name = "Products"
        path = ["/produkts/**", "/p/*"]

        [[goal]]
        name = "cart"
        event = "page:/carts"

        [[goal]]
        name = "sent"
        event = "action:submitt"

        [[goal]]
        name = "bought"
        event = "action:purchase"

        [[goal]]
        name = "worth it"
        event = "page:/cart value>=50"
    "#;
    has(
        &check(config, Log::File(&shop()), &[]),
        &[
            "no page that was viewed is /produkts/** or /p/*; the nearest is /products/lamp (2 views).",
            "no page that was viewed is /carts; the nearest is /cart (1 view).",
            "no action is called submitt; the nearest is submit.",
            "no action is called purchase; the log has submit.",
            "/cart was viewed once, but no event there meets the rest of it.",
        ],
    );
}

#[test]
fn r13_without_a_line_the_words_are_explained() {
    let out = check(CONFIG, Log::File(""), &[]);
    has(
        &out,
        &[
            "No line was read",
            "Reached by a view of /thanks.",
            "1 product: a view of a page of the group Products",
        ],
    );
    assert!(!out.contains("matched:") && !out.contains("Nothing"), "{out}");
}

#[test]
fn r11_strict_names_nothing_that_few_did() {
    let out = check(CONFIG, Log::File(&shop()), &["--privacy", "strict"]);
    assert!(!out[out.find("Defined").expect(&out)..].contains("/products/desk"), "{out}");
}
