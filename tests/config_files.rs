//! Config files: each invalid one in `tests/configs` fails with the message in its first lines.

use std::path::{Path, PathBuf};

use dwell::classify::agent::{self, BotAddition, BotCategory, BrowserAddition};
use dwell::classify::category::Category;
use dwell::classify::channel::{Channel, ChannelRule};
use dwell::classify::kind::{Kind, Rule, RuleOutcome, StatusRange};
use dwell::classify::source::SourceAddition;
use dwell::config::{
    self, CommandLine, ConfigError, DurationUnit, FormatChoice, History, JsonFields, Options, Privacy,
    RunKind, Settings, Since, Zone, file,
};
use dwell::format::{Format, FormatTable};
use dwell::glob::Glob;
use dwell::query::question::{Bots, BounceRule};
use dwell::time::{Millis, Span};

const NOW: Millis = Millis(1_795_510_800_000); // 2026-11-24T09:00:00Z

fn parse(text: &str) -> Result<Options, String> {
    file::parse(Path::new("dwell.toml"), text).map_err(|error| error.to_string())
}

fn resolved(text: &str) -> Result<Settings, String> {
    Settings::resolve(RunKind::Live, parse(text)?, Vec::new(), NOW).map_err(|error| error.to_string())
}

/// The message expected by the `# says:` lines.
fn said_by(text: &str) -> String {
    let lines = text.lines().filter_map(|line| line.strip_prefix("# says: "));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_bad_config_is_refused_in_its_own_words() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/configs");
    let files = std::fs::read_dir(folder).expect("the corpus").map(|entry| entry.expect("a file").path());
    let mut count = 0;
    let mut otherwise = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path).expect("a text");
        let error = file::parse(Path::new("dwell.toml"), &text).expect_err(&path.display().to_string());
        if error.to_string() != said_by(&text) {
            otherwise.push(format!("{} says: {error}", path.display()));
        }
        count += 1;
    }
    assert!(otherwise.is_empty(), "{}", otherwise.join("\n"));
    assert!(count >= 43, "only {count} files");
}

#[test]
fn every_option_may_stand_in_the_file() {
    let settings = resolved(
        r#"
        format = "combined"
        since = "all"
        until = "2026-11-24 08:00"
        replay = 60
        history = true
        gap = "10m"
        active = "1m"
        lateness = "2m"
        bounce = "engaged"
        site = ["example.com", "example.org"]
        include-bots = true
        filter = "source:google"
        window = "1h"
        keep = "48h"
        max-memory = "1GiB"
        privacy = "off"
        geoip = "places.mmdb"
        utc = true
        theme = "dusk"
        color = "never"
        log = "dwell.log"
        "#,
    )
    .expect("good settings");
    assert_eq!(
        (settings.rules.gap, settings.rules.active, settings.rules.lateness),
        (Span::minutes(10), Span::minutes(1), Span::minutes(2))
    );
    assert_eq!((settings.since, settings.until), (Since::All, Some(Millis(1_795_507_200_000))));
    assert_eq!(
        (settings.rules.bounce, settings.bots, settings.zone),
        (BounceRule::Engaged, Bots::Included, Zone::Utc)
    );
    assert_eq!(settings.history, History::Read);
    assert_eq!((settings.replay, settings.max_memory, settings.privacy), (Some(60.0), 1 << 30, Privacy::Off));
    assert_eq!(settings.sites, ["example.com", "example.org"]);
    assert_eq!(settings.filter.to_string(), "source:google");
}

#[test]
fn a_format_is_a_text_or_a_table() {
    let format = |text: &str| resolved(text).expect("a good file").format;
    assert_eq!(format("format = \"auto\""), FormatChoice::Auto);
    assert_eq!(format("format = \"combined\""), FormatChoice::Named("combined".to_owned()));
    let table = "[format]\ntime = \"ts\"\nstatus = \"res.code\"\ntarget = \"path\"\nduration = \"took\"\n\
                 duration-unit = \"us\"\n";
    let path = |text: &str| Some(text.to_owned());
    let wanted = JsonFields {
        time: path("ts"),
        status: path("res.code"),
        target: path("path"),
        duration: path("took"),
        duration_unit: Some(DurationUnit::Micros),
        ..JsonFields::default()
    };
    assert_eq!(format(table), FormatChoice::Mapped(Box::new(wanted)));
}

#[test]
fn rules_give_hits_their_kind() {
    let rules = parse(
        r#"
        [[rule]]
        method = "post"
        path = ["/signup", "/register/*"]
        status = ["2xx", 303, "400-404"]
        action = "signup"

        [[rule]]
        path = "/feed*"
        kind = "asset"

        [[rule]]
        path = "/search*"
        kind = "action"

        [[rule]]
        path = "/vote"
        kind = "action"
        action = "vote"
        "#,
    )
    .expect("a good file")
    .additions
    .rules;
    let signup = Rule {
        methods: vec![Glob::new("POST")],
        paths: vec![Glob::new("/signup"), Glob::new("/register/*")],
        statuses: vec![StatusRange(200..=299), StatusRange(303..=303), StatusRange(400..=404)],
        outcome: RuleOutcome::Action("signup".to_owned()),
    };
    assert_eq!(rules[0], signup);
    let outcomes: Vec<_> = rules[1..].iter().map(|rule| rule.outcome.clone()).collect();
    let vote = RuleOutcome::Action("vote".to_owned());
    assert_eq!(outcomes, [RuleOutcome::Kind(Kind::Asset), RuleOutcome::Kind(Kind::Action), vote]);
}

#[test]
fn agents_are_bots_browsers_and_humans() {
    let agents = parse(
        r#"
        humans = "OurApp/"

        [[bot]]
        name = "Acme Monitor"
        category = "monitor"
        contains = ["acme-monitor", "acme-probe"]

        [[browser]]
        name = "Kiosk"
        contains = ["kiosk/"]
        "#,
    )
    .expect("a good file")
    .additions
    .agents;
    let monitor = BotAddition {
        name: "Acme Monitor".to_owned(),
        category: BotCategory::Monitor,
        contains: vec!["acme-monitor".to_owned(), "acme-probe".to_owned()],
    };
    let kiosk = BrowserAddition { name: "Kiosk".to_owned(), contains: vec!["kiosk/".to_owned()] };
    let humans = vec!["OurApp/".to_owned()];
    assert_eq!(agents, agent::AgentAdditions { bots: vec![monitor], humans, browsers: vec![kiosk] });
}

#[test]
fn sources_channels_and_segments_have_names() {
    let added = parse(
        r#"
        [[source]]
        name = "Acme Search"
        category = "search"
        hosts = ["search.acme.com"]
        aliases = ["acme"]

        [[channel]]
        source = "*.partner.example"
        channel = "affiliates"

        [segments]
        buyers = "page:/checkout* -bounced"
        "#,
    )
    .expect("a good file")
    .additions;
    let acme = SourceAddition {
        name: "Acme Search".to_owned(),
        category: Some(Category::Search),
        hosts: vec!["search.acme.com".to_owned()],
        aliases: vec!["acme".to_owned()],
    };
    let partners = ChannelRule {
        source: Some("*.partner.example".to_owned()),
        medium: None,
        campaign: None,
        channel: Channel::Affiliates,
    };
    assert_eq!((added.sources.sources, added.sources.channels), (vec![acme], vec![partners]));
    assert_eq!(added.segments["buyers"].to_string(), "page:/checkout* -bounced");
}

fn command_line(config: Option<PathBuf>, flags: Options) -> CommandLine {
    CommandLine { inputs: Vec::new(), flags, config }
}

#[test]
fn flags_go_before_the_file_and_the_file_before_the_defaults() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mine.toml");
    std::fs::write(&path, "gap = \"10m\"\nlateness = \"1m\"\nsite = \"a.com\"\n").expect("written");
    let flags = parse("gap = \"20m\"\nsite = \"b.com\"").expect("good flags");
    let settings = config::settings(RunKind::Report, command_line(Some(path), flags), NOW).expect("good");
    assert_eq!(settings.rules.gap, Span::minutes(20), "the flag");
    assert_eq!(settings.rules.lateness, Span::minutes(1), "the file");
    assert_eq!(settings.keep, Span::hours(24), "the default");
    assert_eq!(settings.sites, ["b.com"], "a list is replaced, not added to");
    assert_eq!(settings.since, Since::All, "a report reads everything unless told otherwise");
}

#[test]
fn a_config_file_that_was_named_must_be_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("missing.toml");
    let error = config::settings(RunKind::Live, command_line(Some(path.clone()), Options::default()), NOW);
    assert!(matches!(error, Err(ConfigError::File(_))));
    let said = error.map_err(|error| error.to_string()).expect_err("missing");
    assert!(said.starts_with(&path.display().to_string()) && said.ends_with("--config FILE"), "{said}");
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    for (text, said) in [
        ("gap = \"0s\"", "gap must be longer than nothing"),
        ("gap = \"5m\"\nactive = \"10m\"", "active (10m) is longer than gap (5m)"),
        ("window = \"2h\"\nkeep = \"1h\"", "window (2h00) is longer than keep (1h00)"),
        ("utc = true\nsince = \"2026-11-24\"\nuntil = \"2026-11-23\"", "is not after since"),
    ] {
        let error = resolved(text).expect_err(text);
        assert!(error.contains(said), "{text}: {error}");
    }
}

#[test]
fn a_span_that_was_not_said_makes_room_for_one_that_was() {
    let short = resolved("gap = \"2m\"").expect("good");
    assert_eq!(short.rules.active, Span::minutes(2));
    let wide = resolved("window = \"48h\"").expect("good");
    assert_eq!(wide.keep, Span::hours(48));
    let brief = resolved("keep = \"10m\"").expect("good");
    assert_eq!(brief.window, Span::minutes(10));
}

/// Lines without any known field name.
fn lines_of_ones_own() -> Vec<String> {
    let line = |number: u32| {
        format!(
            r#"{{"zeit":"2026-11-24T14:02:{number:02}Z","besuch":{{"von":"192.0.2.{number}","mit":"Mozilla/5.0 (X11)"}},"was":"GET /seite/{number} HTTP/1.1","antwort":200,"took":0.1{number}}}"#
        )
    };
    (10..30).map(line).collect()
}

#[test]
fn a_proposed_format_table_reads_the_lines_that_it_was_worked_out_from() {
    let lines = lines_of_ones_own();
    let sample: Vec<_> = lines.iter().map(String::as_bytes).collect();
    let proposal = FormatTable::of(&sample).expect("a proposal");
    let wanted = JsonFields {
        time: Some("zeit".to_owned()),
        status: Some("antwort".to_owned()),
        request: Some("was".to_owned()),
        address: Some("besuch.von".to_owned()),
        agent: Some("besuch.mit".to_owned()),
        duration: Some("took".to_owned()),
        duration_unit: Some(DurationUnit::Seconds),
        ..JsonFields::default()
    };
    let read = resolved(&proposal.toml()).expect("settings").format;
    assert_eq!(read, FormatChoice::Mapped(Box::new(wanted)));
    let mut format = Format::mapped(proposal.mapping());
    assert!(sample.iter().all(|line| format.read(line).is_ok()));
}
