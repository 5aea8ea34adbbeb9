//! R11: what each privacy level prints and never prints.

mod support;

use dwell::query::view::SMALL_GROUPS;
use dwell::time::Span;
use serde_json::Value;
use support::lines::{BROWSER, Hit, LONG_AGO};
use support::place::Place;

/// Six visitors from one source, two from another and one from a third, who also looks at a page of its own.
fn nine_visitors() -> Place {
    let from = |source: &'static str, first: u8, count: u8| {
        (first..first + count).map(move |number| {
            let (at, address) = (LONG_AGO + Span::seconds(number.into()), format!("203.0.113.{number}"));
            Hit { at, address: &address, path: "/start", referrer: source, agent: BROWSER }.line()
        })
    };
    let alone = Hit::page(LONG_AGO + Span::seconds(60), "203.0.113.9", "/alone").line();
    let log: String = from("https://www.google.com/", 1, 6)
        .chain(from("https://news.example/", 7, 2))
        .chain(from("https://blog.example/", 9, 1))
        .chain([alone])
        .collect();
    Place::new().file("access.log", log)
}

/// A table's rows: their names, and how often each was counted.
fn rows(document: &Value, table: &str, name: &str, count: &str) -> Vec<(String, u64)> {
    let row = |row: &Value| (row[name].as_str().unwrap_or("").to_owned(), row[count].as_u64().unwrap_or(0));
    document[table].as_array().into_iter().flatten().map(row).collect()
}

fn named(rows: &[(&str, u64)]) -> Vec<(String, u64)> {
    rows.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

#[test]
fn r11_strict_folds_groups_of_fewer_than_five_sessions_into_one_row() {
    let place = nine_visitors();
    let strict = place.json(&["--privacy", "strict", "access.log"]);
    assert_eq!(strict["privacy"], "strict");
    assert_eq!(strict["sessions"]["total"], 9);
    let sources = rows(&strict, "sources", "source", "sessions");
    assert_eq!(sources, named(&[("Google", 6), (SMALL_GROUPS, 3)]));
    let pages = rows(&strict, "pages", "page", "views");
    assert_eq!(pages, named(&[("/start", 9), (SMALL_GROUPS, 1)]));
    for shape in [&["--csv"][..], &["--csv=pages"], &[]] {
        let said = place.report(&[&["--privacy", "strict", "access.log"], shape].concat());
        assert!(said.out.contains(SMALL_GROUPS), "{said:?}");
        assert!(!said.out.contains("example") && !said.out.contains("/alone"), "{said:?}");
    }
    let standard = place.json(&["access.log"]);
    let sources = rows(&standard, "sources", "source", "sessions");
    assert_eq!(sources, named(&[("Google", 6), ("news.example", 2), ("blog.example", 1)]));
}

#[test]
fn r11_strict_lists_no_sessions() {
    let said = nine_visitors().report(&["--privacy", "strict", "--sessions", "access.log"]);
    assert_eq!((said.status, said.out.as_str()), (Some(2), ""), "{said:?}");
    assert!(said.err.contains("--privacy strict shows no single visitors"), "{said:?}");
}

#[test]
fn r11_addresses_are_printed_where_privacy_is_off_and_nowhere_else() {
    let place = nine_visitors();
    let shapes = [&["--sessions"][..], &["--csv=sessions"], &["--json"], &["--csv=pages"], &[]];
    for (level, shape) in ["standard", "strict"].into_iter().flat_map(|level| shapes.map(|one| (level, one)))
    {
        let said = place.report(&[&["--privacy", level, "access.log"], shape].concat());
        // Clients of traffic are shown by their network (R12), and under strict not at all.
        let network = if level == "standard" { "203.0.113.0/24" } else { "(no network)" };
        assert!(!said.out.replace(network, "").contains("203.0.113."), "{said:?}");
    }
    let said = place.report(&["--privacy", "off", "--sessions", "access.log"]);
    let addresses = said.out.lines().map(|line| {
        let row: Value = serde_json::from_str(line).unwrap_or_default();
        (row["address"].as_str().unwrap_or("").to_owned(), row["privacy"].clone())
    });
    let each = (1..10).map(|number| (format!("203.0.113.{number}"), Value::from("off")));
    assert_eq!(addresses.collect::<Vec<_>>(), each.collect::<Vec<_>>());
}

#[test]
fn r11_an_incident_is_followed_by_address() {
    let place = nine_visitors();
    let sessions =
        |words: &[&str]| place.json(&[words, &["access.log"]].concat())["sessions"]["total"].clone();
    assert_eq!(sessions(&["--privacy", "off", "--filter", "address:203.0.113.9"]), 1);
    assert_eq!(sessions(&["--privacy", "off", "--filter", "address:203.0.113.*"]), 9);
    assert_eq!(sessions(&["--filter", "address:203.0.113.9"]), 0, "only its network is known");
    assert_eq!(sessions(&["--filter", "address:203.0.113.0/24"]), 9);
}

#[test]
fn r11_a_line_that_cannot_be_read_names_no_address_either() {
    let good = Hit::page(LONG_AGO, "203.0.113.1", "/").line();
    let place = Place::new().file("access.log", format!("{good}{good}203.0.113.77 - - cut off\n"));
    let checked = |level| place.run(&["check", "--privacy", level, "access.log"]).out;
    let standard = checked("standard");
    assert!(
        standard.contains("203.0.113.xx - - cut off") && !standard.contains("203.0.113.77"),
        "{standard}"
    );
    assert!(checked("off").contains("203.0.113.77 - - cut off"));
}
