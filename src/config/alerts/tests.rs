//! What `[[alert]]` and `[[notify]]` mean, and what is wrong with others.

use std::path::Path;

use super::*;
use crate::config::file;

fn read(text: &str) -> Result<Rules, String> {
    let read = file::parse(Path::new("dwell.toml"), text).map_err(|error| error.to_string())?;
    Ok(Rules::clone(&read.additions.alerts))
}

const ALERTS: &str = r#"
[segments]
buyers = "page:/checkout"

[[alert]]
name     = "down"
when     = "errors.5xx > 5 % and hits > 100"
over     = "2m"
for      = "1m"
keep-firing-for = "3m"
no-data  = "alert"
severity = "page"
run      = ["/usr/local/bin/notify"]

[[alert]]
name   = "bounce"
when   = "bounce_rate > 70 %"
until  = "bounce_rate < 65 %"
over   = "30m"
for    = "5m"
least  = 50
filter = "entry:/pricing segment:buyers"
unless = ["down"]
repeat = "4h"

[[alert]]
name = "finding"
when = "finding:errors,slower,funnel"

[[notify]]
run     = ["curl", "-d", "@-", "https://hooks.example.com/T000"]
at-most = "6/h"
"#;

#[test]
fn r16_alerts_mean_what_they_say() {
    let rules = read(ALERTS).expect("a good config");
    let [down, bounce, finding] = rules.alerts.as_slice() else { panic!("three alerts") };
    let timing = Timing { hold: Span::minutes(1), keep_firing: Span::minutes(3), no_data: NoData::Alert };
    assert_eq!((down.timing, down.over, down.severity.as_str()), (timing, Span::minutes(2), "page"));
    assert_eq!(down.run, ["/usr/local/bin/notify"]);
    assert_eq!(bounce.until.as_ref().map(ToString::to_string), Some("bounce_rate < 65 %".to_owned()));
    assert_eq!((bounce.least, bounce.filter.to_string()), (50, "entry:/pricing page:/checkout".to_owned()));
    assert_eq!((&bounce.unless[..], bounce.repeat), (&["down".to_owned()][..], Some(Span::hours(4))));
    assert_eq!((finding.over, finding.severity.as_str()), (OVER_OF_FINDINGS, "warn"));
    let [notify] = rules.notify.as_slice() else { panic!("one receiver") };
    assert!(notify.resolved);
    assert_eq!(notify.at_most, Some(AtMost { runs: 6, within: Span::hours(1) }));
}

#[test]
fn r16_a_mistake_in_an_alert_is_told_with_its_line() {
    let alert = |name: &str, rest: &str| format!("[[alert]]\nname = \"{name}\"\n{rest}\n");
    let quiet = |rest: &str| alert("quiet", &format!("when = \"hits < 1\"\n{rest}"));
    for (text, line, message) in [
        (alert("quiet", ""), 1, "missing field `when`"),
        (alert("quiet", "when = \"hitz < 1\""), 3, "did you mean `hits`?\n\n    hitz < 1\n    ^^^^"),
        (quiet("keep-firing = \"1m\""), 4, "did you mean `keep-firing-for`?"),
        (quiet("no-data = \"alarm\""), 4, "did you mean `alert`?"),
        (quiet("at-most = \"often\""), 4, "6/h"),
        (quiet("over = \"1s\""), 1, "shorter than 10s"),
        (quiet("filter = \"entri:/x\""), 4, "no field"),
        (quiet("filter = \"segment:none\""), 1, "no segments are saved"),
        (quiet("unless = [\"down\"]"), 1, "`unless` names no alert"),
        (quiet("unless = [\"quiet\"]"), 1, "inhibits itself"),
        (quiet("run = [\"\"]"), 1, "begin with a program"),
        (quiet("") + &alert("Quiet", "when = \"hits > 1\""), 5, "two alerts are called `Quiet`"),
        (
            alert("a", "when = \"hits > 1\"\nunless = [\"b\"]")
                + &alert("b", "when = \"hits > 1\"\nunless = [\"a\"]"),
            1,
            "inhibits itself",
        ),
        (alert("goal", "when = \"goal.signup < 1\""), 1, "add a [[goal]] with that name"),
        (alert("funnel", "when = \"funnel.shop.rate < 1 %\""), 1, "add a [[funnel]] with that name"),
        ("[[notify]]\nresolved = true\n".to_owned(), 1, "missing field `run`"),
        ("[[notify]]\nrun = []\n".to_owned(), 1, "runs nothing"),
        ("[[alerts]]\nname = \"a\"\n".to_owned(), 1, "did you mean `alert`?"),
    ] {
        let said = read(&text).expect_err(&text);
        assert!(said.starts_with(&format!("dwell.toml:{line}: ")) && said.contains(message), "{text}{said}");
    }
}
