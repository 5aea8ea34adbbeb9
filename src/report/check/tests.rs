use super::*;
use crate::classify::kind::Kind;
use crate::report::fixture::malformed;

fn written(findings: &CheckFindings) -> String {
    let mut out = Vec::new();
    write(findings, Paint::Plain, &mut out).expect("a vector takes all");
    String::from_utf8(out).expect("text")
}

fn kind(hits: u64, examples: &[&str]) -> CheckedKind {
    CheckedKind { hits, examples: examples.iter().map(ToString::to_string).collect() }
}

fn input(name: &str, format: Option<&str>, why: &str) -> CheckedInput {
    let format = format.map(str::to_owned);
    CheckedInput { name: name.to_owned(), format, why: why.to_owned(), lines: 1000, trouble: String::new() }
}

/// A log that is read well, but for one line and two paths.
fn good() -> CheckFindings {
    CheckFindings {
        inputs: vec![input("access.log", Some("combined"), "all of the first 100 lines fit")],
        kinds: [
            kind(600, &["GET / 200", "GET /pricing 200"]),
            kind(10, &["POST /signup 303"]),
            kind(389, &["GET /style.css 200"]),
            kind(0, &[]),
            kind(0, &[]),
            kind(0, &[]),
            kind(0, &[]),
        ],
        malformed_by_reason: vec![("no time".to_owned(), 1)],
        malformed_examples: vec![malformed()],
        own_hosts: vec!["shop.example".to_owned()],
        own_hosts_from: OwnHostsFrom::Inferred,
        rules: vec![
            SuggestedRule {
                why: "POST /signup answers 303 and looks like a form of its own".to_owned(),
                method: "POST".to_owned(),
                path: "/signup".to_owned(),
                status: "3xx".to_owned(),
                outcome: Outcome::Action("signup".to_owned()),
            },
            SuggestedRule {
                why: "/poll is asked for every 5s".to_owned(),
                method: String::new(),
                path: "/poll\"*".to_owned(),
                status: String::new(),
                outcome: Outcome::Kind(Kind::Api),
            },
        ],
    }
}

#[test]
fn what_was_found_reads_well() {
    insta::assert_snapshot!("check", written(&good()));
}

#[test]
fn suggested_rules_can_be_pasted_into_the_config() {
    let text = written(&good());
    let rules =
        text.split_once("Suggested rules").and_then(|(_, rest)| rest.split_once('\n')).expect("rules").1;
    let layer = crate::config::file::parse(std::path::Path::new("dwell.toml"), rules).expect(rules);
    let outcomes: Vec<_> = layer.additions.rules.into_iter().map(|rule| rule.outcome).collect();
    assert_eq!(outcomes, [Outcome::Action("signup".to_owned()), Outcome::Kind(Kind::Api)]);
}

#[test]
fn advice_follows_from_what_was_found() {
    assert!(!written(&good()).contains("What to change"), "nothing is wrong enough");
    let unknown =
        CheckFindings { inputs: vec![input("odd.log", None, "no format fits")], ..CheckFindings::default() };
    assert!(written(&unknown).contains("odd.log: no known format fits; give --format"));
    let doubtful = CheckFindings { malformed_by_reason: vec![("no time".to_owned(), 500)], ..good() };
    assert!(written(&doubtful).contains("33.4 % of the lines could not be read"));
    let hostless = CheckFindings { own_hosts: Vec::new(), own_hosts_from: OwnHostsFrom::Unknown, ..good() };
    assert!(written(&hostless).contains("--site example.com"));
    let mut pageless = good();
    pageless.kinds[0].hits = 0;
    pageless.kinds[1].hits = 0;
    assert!(written(&pageless).contains("so there are no sessions"));
}
