//! R11: what each privacy level prints and never prints.

mod support;

use dwell::time::Span;
use serde_json::Value;
use support::lines::{BROWSER, Hit, LONG_AGO};
use support::place::Place;

/// Twelve visitors from one source, six from another, two from a third and one from a fourth, who also looks at a page of
/// its own.
fn visitors() -> Place {
    let from = |source: &'static str, first: u8, count: u8| {
        (first..first + count).map(move |number| {
            let (at, address) = (LONG_AGO + Span::seconds(number.into()), format!("203.0.113.{number}"));
            Hit { at, address: &address, path: "/start", referrer: source, agent: BROWSER }.line()
        })
    };
    let alone = Hit::page(LONG_AGO + Span::seconds(60), "203.0.113.9", "/alone").line();
    let log: String = from("https://blog.example/", 9, 1)
        .chain(from("https://www.google.com/", 11, 12))
        .chain(from("https://www.bing.com/", 31, 6))
        .chain(from("https://news.example/", 41, 2))
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

/// A table has no row of small groups where all of them together are fewer than five.
#[test]
fn r11_strict_floors_counts_and_folds_groups_of_fewer_than_five_sessions() {
    let place = visitors();
    let strict = place.json(&["--privacy", "strict", "access.log"]);
    assert_eq!(strict["privacy"], "strict");
    assert_eq!(strict["sessions"]["total"], 20, "of 21");
    assert_eq!(strict["sessions"]["bounce_rate"], 1.0, "20 of 20, by the counts that are told");
    let sources = rows(&strict, "sources", "source", "sessions");
    assert_eq!(sources, named(&[("Google", 10), ("Bing", 5)]));
    let pages = rows(&strict, "pages", "page", "views");
    assert_eq!(pages, named(&[("/start", 20)]));
    for shape in [&["--csv"][..], &["--csv=pages"], &[]] {
        let said = place.report(&[&["--privacy", "strict", "access.log"], shape].concat());
        assert!(!said.out.contains("example") && !said.out.contains("/alone"), "{said:?}");
    }
    let standard = place.json(&["access.log"]);
    let sources = rows(&standard, "sources", "source", "sessions");
    let whole = [("Google", 12), ("Bing", 6), ("news.example", 2), ("blog.example", 1)];
    assert_eq!(sources, named(&whole));
}

#[test]
fn r11_strict_filters_by_one_term_and_by_no_single_visitor() {
    let place = visitors();
    for (filter, said) in [
        ("source:Google page:/start", "one term at a time"),
        ("address:203.0.113.0/24", "cannot filter by `address:`"),
        ("-visitor:otter-4f2a", "cannot filter by `visitor:`"),
    ] {
        place.both_say(&["--privacy", "strict", "--filter", filter, "access.log"], 2, &[said]);
    }
    let one = place.json(&["--privacy", "strict", "--filter", "source:Google,Bing", "access.log"]);
    assert_eq!(one["sessions"]["total"], 15, "of 18");
}

#[test]
fn r11_strict_lists_no_sessions() {
    let said = visitors().report(&["--privacy", "strict", "--sessions", "access.log"]);
    assert_eq!((said.status, said.out.as_str()), (Some(2), ""), "{said:?}");
    assert!(said.err.contains("--privacy strict shows no single visitors"), "{said:?}");
}

#[test]
fn r11_addresses_are_printed_where_privacy_is_off_and_nowhere_else() {
    let place = visitors();
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
    let numbers = (9..10).chain(11..23).chain(31..37).chain(41..43);
    let each = numbers.map(|number| (format!("203.0.113.{number}"), Value::from("off")));
    assert_eq!(addresses.collect::<Vec<_>>(), each.collect::<Vec<_>>());
}

#[test]
fn r11_an_incident_is_followed_by_address() {
    let place = visitors();
    let sessions =
        |words: &[&str]| place.json(&[words, &["access.log"]].concat())["sessions"]["total"].clone();
    assert_eq!(sessions(&["--privacy", "off", "--filter", "address:203.0.113.9"]), 1);
    assert_eq!(sessions(&["--privacy", "off", "--filter", "address:203.0.113.*"]), 21);
    assert_eq!(sessions(&["--filter", "address:203.0.113.9"]), 0, "only its network is known");
    assert_eq!(sessions(&["--filter", "address:203.0.113.0/24"]), 21);
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

#[test]
fn r11_a_line_that_cannot_be_read_names_nobody_and_no_secret() {
    let good = Hit::page(LONG_AGO, "203.0.113.1", "/").line();
    let bad = "cutoff 2001%3Adb8%3A%3A77 jo@mail.example GET /reset/0123456789abcdef01234567?u=jo&k=v";
    let place = Place::new().file("access.log", format!("{good}{good}{bad}\n"));
    for (level, quotes) in [("standard", true), ("off", true), ("strict", false)] {
        let said = place.run(&["check", "--privacy", level, "access.log"]).out;
        assert_eq!(said.contains("cutoff"), quotes, "{level}: {said}");
        for secret in ["jo@mail", "0123456789abcdef", "u=jo", "k=v"] {
            assert!(!said.contains(secret), "{level}: {said}");
        }
        assert!(level == "off" || !said.contains("%3A77"), "{level}: {said}");
    }
}

#[test]
fn r11_secrets_and_addresses_are_gone_from_paths_tags_and_referrers() {
    let hit = |number: u8, path, referrer| {
        let at = LONG_AGO + Span::seconds(number.into());
        Hit { at, address: &format!("203.0.113.{number}"), path, referrer, agent: BROWSER }.line()
    };
    let log: String = [
        hit(1, "/reset/MTA/c5x6kd-0123456789abcdef0123456789abcdef/", "-"),
        hit(2, "/?ref=jo%40mail.example", "-"),
        hit(3, "/?source=sk_live_4eC39HqLyjWDarjtT1zdp7dc", "-"),
        hit(4, "/?utm_source=mail&utm_campaign=jo%40mail.example", "-"),
        hit(5, "/", "https://mail.example/u/jo%2540mail.example/0123456789abcdef0123"),
    ]
    .concat();
    let keeps = "[privacy-paths]\nkeep = [\"/reset/*\"]\n";
    let place = Place::new().file("access.log", log).file("keeps.toml", keeps);
    let shapes =
        [&["--sessions"][..], &["--csv=sessions"], &["--json"], &["--csv=pages"], &["--csv=traffic"], &[]];
    for shape in shapes {
        let said = place.report(&[&["access.log"], shape].concat());
        assert_eq!(said.status, Some(0), "{said:?}");
        for secret in ["0123456789abcdef", "jo@mail", "jo%40", "4eC39HqLyjWDarjt"] {
            assert!(!said.out.contains(secret), "{secret} {said:?}");
        }
    }
    let kept = place.report(&["--csv=pages", "--config", "keeps.toml", "access.log"]);
    assert!(kept.out.contains("/reset/MTA/c5x6kd-0123456789abcdef0123456789abcdef"), "{kept:?}");
}
