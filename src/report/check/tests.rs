use super::*;
use crate::classify::kind::{Kind, RuleOutcome};
use crate::report::fixture::malformed;

fn written(findings: &CheckFindings) -> String {
    let mut out = Vec::new();
    write(findings, Paint::Plain, &mut out).expect("a vector takes all");
    String::from_utf8(out).expect("text")
}

fn kind(hits: u64, examples: &[(&str, u16)]) -> CheckedKind {
    let request =
        |(request, status): &(&str, u16)| CheckedRequest { request: (*request).to_owned(), status: *status };
    CheckedKind { hits, examples: examples.iter().map(request).collect() }
}

fn input(name: &str, reading: Reading) -> CheckedInput {
    CheckedInput { name: name.to_owned(), lines: 1000, reading }
}

fn combined() -> Reading {
    let why = "all of the first 100 lines fit".to_owned();
    Reading::Read { format: "combined".to_owned(), why, unseen: Vec::new() }
}

fn unknown() -> Reading {
    let why = "tried common, combined on the first 100 lines".to_owned();
    Reading::Unknown { why, first_lines: vec![no_time()] }
}

fn no_time() -> MalformedExample {
    MalformedExample { reason: "a time".to_owned(), ..malformed() }
}

/// A log that reads well except for one line and two paths.
fn good() -> CheckFindings {
    CheckFindings {
        inputs: vec![input("access.log", combined())],
        kinds: [
            kind(600, &[("GET /", 200), ("GET /caf%C3%A9", 200)]),
            kind(10, &[("POST /signup", 303)]),
            kind(388, &[("GET /style.css", 200)]),
            kind(0, &[]),
            kind(0, &[]),
            kind(0, &[]),
            kind(1, &[("", 400)]),
        ],
        malformed_by_reason: vec![("a time".to_owned(), 1)],
        malformed_examples: vec![no_time()],
        late: 0,
        ahead: 0,
        own_hosts: vec!["shop.example".to_owned()],
        own_hosts_from: OwnHostsFrom::Inferred,
        doubts: Vec::new(),
        formats: Vec::new(),
        definitions: None,
        rules: vec![
            SuggestedRule {
                why: "POST /signup answers 303 and looks like a form of its own".to_owned(),
                method: "POST".to_owned(),
                path: "/signup".to_owned(),
                status: "3xx".to_owned(),
                outcome: RuleOutcome::Action("signup".to_owned()),
            },
            SuggestedRule {
                why: "/poll is asked for every 5s".to_owned(),
                method: String::new(),
                path: "/poll\"*".to_owned(),
                status: String::new(),
                outcome: RuleOutcome::Kind(Kind::Api),
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
    assert_eq!(outcomes, [RuleOutcome::Action("signup".to_owned()), RuleOutcome::Kind(Kind::Api)]);
}

#[test]
fn inputs_that_cannot_be_read_say_why() {
    let findings = CheckFindings {
        inputs: vec![
            input("odd.log", unknown()),
            input("image.png", Reading::Binary),
            CheckedInput { name: "empty.log".to_owned(), lines: 0, reading: Reading::Nothing },
            input("gone.log", Reading::Failed),
        ],
        malformed_by_reason: vec![("a time".to_owned(), 2000)],
        ..CheckFindings::default()
    };
    insta::assert_snapshot!("check_unread", written(&findings));
}

#[test]
fn what_is_long_stays_within_the_sheet() {
    let long = "x".repeat(200);
    let mut findings = good();
    findings.inputs = vec![input(&long, unknown()), input(&long, combined())];
    findings.kinds[0] = kind(1, &[(&format!("GET /{long}"), 200)]);
    findings.malformed_examples =
        vec![MalformedExample { input: long.clone(), text: long.clone(), ..no_time() }];
    for line in written(&findings).lines() {
        assert!(crate::text::width(line) <= WIDTH, "{line}");
    }
    assert!(written(&findings).contains("xxx 200\n"), "the status stays in sight");
}

#[test]
fn advice_follows_from_what_was_found() {
    assert!(!written(&good()).contains("What to change"), "nothing is wrong enough");
    assert!(!written(&good()).contains("Nothing to change"), "a rule is a change");
    let sound = CheckFindings { rules: Vec::new(), ..good() };
    assert!(written(&sound).contains("Nothing to change"));
    let doubtful = CheckFindings { malformed_by_reason: vec![("a time".to_owned(), 500)], ..good() };
    assert!(written(&doubtful).contains("33.4 % of the lines could not be read"));
    let beside_an_unknown =
        CheckFindings { inputs: vec![input("a.log", combined()), input("odd.log", unknown())], ..doubtful };
    assert!(!written(&beside_an_unknown).contains("33.4 %"), "the fault lies with the other input");
    let late = CheckFindings { late: 12, ..good() };
    assert!(written(&late).contains("12 hits came so far out of order"));
    let ahead = CheckFindings { ahead: 12, ..good() };
    assert!(written(&ahead).contains("12 hits bear times from long after all others"));
    let hostless = CheckFindings { own_hosts: Vec::new(), own_hosts_from: OwnHostsFrom::Unknown, ..good() };
    assert!(written(&hostless).contains("--site example.com"));
    let mut pageless = good();
    pageless.kinds[0].hits = 0;
    pageless.kinds[1].hits = 0;
    assert!(written(&pageless).contains("so there are no sessions"));
}
