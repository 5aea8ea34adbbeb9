//! `--compare` of reports against reports of the earlier span itself (R17).

mod support;

use dwell::time::Span;
use serde_json::Value;
use support::lines::{BROWSER, Hit, LONG_AGO};
use support::place::Place;

/// Three days; in each hour so many visitors as its number says, and one more.
fn days() -> Place {
    let mut lines = String::new();
    for hour in 0..72_u64 {
        for visitor in 0..=(hour % 24) {
            let address = format!("198.51.{hour}.{visitor}");
            let path = if visitor % 3 == 0 { "/pricing" } else { "/" };
            let at = LONG_AGO - Span::hours(12) + Span::hours(hour) + Span::minutes(visitor * 2);
            let referrer = "https://www.google.com/";
            lines += &Hit { at, address: &address, path, referrer, agent: BROWSER }.line();
        }
    }
    Place::new().file("access.log", lines)
}

fn report(place: &Place, options: &[&str]) -> Value {
    place.json(&[&["--utc", "--site", "shop.example", "access.log"], options].concat())
}

#[test]
fn r17_what_a_report_is_compared_with_is_the_report_of_that_time() {
    let place = days();
    for (with, since, until) in [
        ("before", "2019-01-24T08:00:00Z", "2019-01-24T12:00:00Z"),
        ("yesterday", "2019-01-23T12:00:00Z", "2019-01-23T16:00:00Z"),
    ] {
        let span = ["--since", "2019-01-24T12:00:00Z", "--until", "2019-01-24T16:00:00Z"];
        let compared = report(&place, &[&span[..], &["--compare", with]].concat());
        let alone = report(&place, &["--since", since, "--until", until]);
        let earlier = &compared["compare"];
        assert_eq!((&earlier["with"], &earlier["complete"]), (&Value::from(with), &Value::from(true)));
        assert!(alone["sessions"]["total"].as_u64() > Some(20), "{alone}");
        for figure in ["sessions", "duration", "channels", "sources", "pages", "goals", "traffic"] {
            assert_eq!(earlier[figure], alone.get(figure).cloned().unwrap_or_default(), "{with}: {figure}");
        }
        assert_eq!(compared["sessions"], report(&place, &span)["sessions"], "the report itself stays");
    }
}

#[test]
fn r15_a_log_that_does_not_reach_back_is_said() {
    let place = days();
    let span = ["--since", "2019-01-22T12:00:00Z", "--until", "2019-01-23T12:00:00Z", "--compare", "before"];
    assert_eq!(report(&place, &span)["compare"]["complete"], Value::from(false));
    let text = place.report(&[&["--utc", "access.log"][..], &span].concat()).out;
    let at = text.find("Compared with before").unwrap_or_else(|| panic!("{text}"));
    let part: Vec<_> = text[at..].lines().take_while(|line| !line.is_empty()).collect();
    assert!(part.join(" ").contains("nothing of that time before 2019-01-22 00:00"), "{text}");
    assert!(part.len() > 5 && !part.iter().any(|line| line.ends_with("  sure")), "{text}");
}

#[test]
fn r17_what_cannot_be_compared_is_refused_with_what_to_do() {
    let place = days();
    for (options, status, why) in [
        (&["--compare", "before"][..], 2, "--since 24h"),
        (&["--compare", "before", "--since", "1h", "--csv"], 2, "leave --csv or --sessions out"),
        (&["--compare", "yesterday", "--since", "60h"], 1, "would overlap"),
        (&["--compare", "month", "--since", "1h"], 2, "before, yesterday, week"),
    ] {
        let said = place.report(&[&["access.log"], options].concat());
        assert_eq!(said.status, Some(status), "{said:?}");
        assert!(said.err.contains(why), "{said:?}");
    }
}
