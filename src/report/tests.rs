//! Every output format of one view, and consistency between them.

use serde_json::Value;

use super::fixture::{NOW, STEERING, attacked, empty, filter, session, settings, view};
use super::*;
use crate::config::Privacy;
use crate::query::annotation::Annotation;
use crate::query::question::Bots;
use crate::query::question::Window;

fn written(output: OutputFormat, view: &View, settings: &Settings) -> String {
    painted(output, view, settings, Paint::Plain)
}

fn painted(output: OutputFormat, view: &View, settings: &Settings, paint: Paint) -> String {
    let mut out = Vec::new();
    let about =
        About { settings, generated: NOW, paint, alerts: None, annotations: &annotations(), earlier: None };
    write(output, view, about, &mut out).expect("a vector takes all");
    String::from_utf8(out).expect("text")
}

fn annotations() -> Annotations {
    let at = |minutes| NOW - Span::minutes(minutes);
    let all =
        [(20, "deploy v2.4.1"), (10, "incident: the \u{1b}[31mdatabase"), (60 * 24 * 365, "note long ago")];
    all.into_iter().filter_map(|(minutes, text)| Annotation::new(at(minutes), None, text).ok()).collect()
}

fn json(view: &View, settings: &Settings) -> Value {
    serde_json::from_str(&written(OutputFormat::Json, view, settings)).expect("JSON")
}

#[test]
fn the_text_reads_well() {
    insta::assert_snapshot!("text", written(OutputFormat::Text, &view(), &settings()));
}

#[test]
fn the_text_says_why_there_is_nothing() {
    insta::assert_snapshot!(
        "text_empty",
        written(OutputFormat::Text, &empty(), &Settings { inputs: Vec::new(), ..settings() })
    );
}

#[test]
fn the_json_is_schema_1() {
    for (name, view) in [("json", view()), ("json_empty", empty())] {
        let text = written(OutputFormat::Json, &view, &settings());
        insta::assert_snapshot!(name, text.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
    }
}

#[test]
fn tables_are_written_as_csv() {
    for (name, table) in [
        ("csv_channels", CsvTable::Channels),
        ("csv_sources", CsvTable::Sources),
        ("csv_pages", CsvTable::Pages),
        ("csv_series", CsvTable::Series),
        ("csv_goals", CsvTable::Goals),
        ("csv_paths", CsvTable::Paths),
        ("csv_funnels", CsvTable::Funnels),
        ("csv_actions", CsvTable::Actions),
        ("csv_experiments", CsvTable::Experiments),
        ("csv_slowness", CsvTable::Slowness),
        ("csv_returning", CsvTable::Returning),
        ("csv_whole_paths", CsvTable::WholePaths),
        ("csv_traffic", CsvTable::Traffic),
        ("csv_errors", CsvTable::Errors),
        ("csv_clients", CsvTable::Clients),
        ("csv_findings", CsvTable::Findings),
    ] {
        insta::assert_snapshot!(name, written(OutputFormat::Csv(table), &view(), &settings()));
    }
}

#[test]
fn sessions_are_written_row_by_row() {
    insta::assert_snapshot!(
        "sessions_json",
        written(OutputFormat::Sessions(RowFormat::JsonLines), &view(), &settings())
    );
    insta::assert_snapshot!(
        "sessions_csv",
        written(OutputFormat::Sessions(RowFormat::Csv), &view(), &settings())
    );
}

/// The keys of every object of design.md's schema 1, in its order.
const SCHEMA: [(&str, &str); 37] = [
    (
        "",
        "schema dwell privacy generated from to filter input sessions duration channels sources pages series \
         actions goals funnels paths experiments slowness returning whole_paths traffic errors clients findings annotations",
    ),
    (
        "/input",
        "inputs lines hits malformed late overflow kinds consentless ahead doubts own_hosts own_hosts_from",
    ),
    ("/input/inputs/0", "name format lines bytes also"),
    ("/input/kinds", "pageview action asset api error redirect other"),
    (
        "/sessions",
        "total open active closed with_pageview bounced bounce_rate bounce pageviews actions pages_per_session \
         visitors visitors_estimated bots",
    ),
    ("/sessions/bots", "sessions by_reason ai_by_purpose"),
    ("/sessions/bots/by_reason", "agent robots.txt rate"),
    ("/duration", "measured unmeasured mean_s mean_with_unmeasured_s p50_s p90_s p99_s max_s histogram"),
    ("/duration/histogram/0", "from_s to_s sessions"),
    ("/channels/0", "channel sessions with_pageview bounced bounce_rate pageviews p50_s"),
    ("/sources/0", "source channel sessions with_pageview bounced bounce_rate pageviews p50_s"),
    (
        "/pages/0",
        "page views entries exits bounced time_p50_s load_mean_s load_p50_s load_p75_s load_p95_s slow_share \
         sessions with_pageview bounce_rate",
    ),
    ("/series/0", "from to started closed with_pageview bounced bounce_rate"),
    ("/actions/0", "action events sessions rate"),
    ("/paths/0", "from step to kind sessions share"),
    ("/goals/0", "goal sessions events rate value currency"),
    (
        "/experiments/0",
        "experiment unit goal status alpha expect since mixed srm variants verdict guard unlisted beyond",
    ),
    ("/experiments/0/srm", "expected p_always_valid mismatch"),
    (
        "/experiments/0/variants/0",
        "variant control units converted rate uplift ci_low ci_high p_always_valid chance_to_win",
    ),
    ("/experiments/0/guard/0", "figure control short"),
    (
        "/funnels/0",
        "funnel unit order entry within_s from to entered settled open excluded conversion conversion_now steps \
         before by_channel",
    ),
    (
        "/funnels/0/steps/0",
        "step name optional reached of_first of_previous dropped to_next_p50_s to_next_p90_s instead \
         reached_before sure",
    ),
    ("/funnels/0/steps/0/instead/0", "to sessions share"),
    ("/funnels/0/before", "settled converted conversion sure"),
    ("/funnels/0/by_channel/0", "channel entered converted conversion sure"),
    ("/slowness", "unmeasured rows"),
    ("/slowness/rows/0", "over_s upto_s sessions with_pageview bounced bounce_rate reached goal_rate"),
    ("/returning", "by note known_before unlisted beyond cohorts"),
    ("/returning/cohorts/0", "from new back back_rate"),
    ("/whole_paths", "sessions rows other beyond"),
    ("/whole_paths/rows/0", "pages sessions share"),
    (
        "/traffic",
        "hits bytes by_kind by_status statuses methods failures client_left load_p50_s load_p95_s peak_per_s series \
         other left_out",
    ),
    ("/traffic/series/0", "from to hits 4xx 5xx bytes load_p95_s"),
    ("/errors/0", "method path status kind hits clients clients_estimated sessions first last linked_from"),
    ("/errors/0/linked_from/0", "page hits"),
    ("/annotations/0", "at kind text"),
    ("/clients/0", "network agent bot hits failures pageviews bytes peak_per_s"),
];

#[test]
fn every_key_of_the_schema_is_there_in_its_order() {
    let text = written(OutputFormat::Json, &view(), &settings());
    let document: Value = serde_json::from_str(&text).expect("JSON");
    for (place, keys) in SCHEMA {
        let object = document.pointer(place).and_then(Value::as_object).expect(place);
        let mut wanted: Vec<&str> = keys.split(' ').filter(|key| !key.is_empty()).collect();
        assert_in_order(&text, &wanted, place);
        wanted.sort_unstable();
        // serde_json's own map is sorted; the order in the text was looked at above.
        assert_eq!(object.keys().collect::<Vec<_>>(), wanted, "{place}");
    }
}

/// Asserts that the keys appear in this order.
fn assert_in_order(text: &str, keys: &[&str], place: &str) {
    let mut rest = text;
    for key in keys {
        let at = rest.find(&format!("\"{key}\":"));
        rest = &rest[at.unwrap_or_else(|| panic!("{place}: `{key}` is not where it belongs"))..];
    }
}

#[test]
fn rates_keep_their_digits_and_unknown_figures_are_null() {
    let full = json(&view(), &settings());
    assert_eq!(full["sessions"]["bounce_rate"], Value::from(1623.0 / 2286.0));
    assert_eq!(full["duration"]["histogram"][6]["to_s"], Value::Null);
    assert_eq!(full["duration"]["histogram"][6]["from_s"], Value::from(1800));
    let none = json(&empty(), &settings());
    for place in [
        "/from",
        "/to",
        "/sessions/bounce_rate",
        "/sessions/pages_per_session",
        "/duration/p50_s",
        "/duration/mean_s",
    ] {
        assert_eq!(none.pointer(place), Some(&Value::Null), "{place}");
    }
    assert_eq!(none["sessions"]["bounce"], "engaged");
}

#[test]
fn the_report_says_its_filter_and_its_privacy() {
    let settings = Settings { privacy: Privacy::Off, filter: filter("source:google -bounced"), ..settings() };
    let document = json(&view(), &settings);
    assert_eq!(
        (&document["filter"], &document["privacy"]),
        (&Value::from("source:google -bounced"), &Value::from("off"))
    );
    let text = written(OutputFormat::Text, &view(), &settings);
    assert!(text.contains("source:google -bounced") && text.contains("privacy off"), "{text}");
    let csv = written(OutputFormat::Csv(CsvTable::Pages), &view(), &settings);
    assert!(csv.lines().skip(1).all(|line| line.ends_with(",off")), "{csv}");
}

#[test]
fn nothing_from_the_log_steers_the_terminal() {
    for output in [
        OutputFormat::Text,
        OutputFormat::Json,
        OutputFormat::Csv(CsvTable::Sources),
        OutputFormat::Sessions(RowFormat::Csv),
        OutputFormat::Sessions(RowFormat::JsonLines),
    ] {
        let text = written(output, &attacked(), &settings());
        let steering = text.chars().find(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}');
        assert_eq!(steering, None, "{output:?}");
    }
    let name = &json(&attacked(), &settings())["sources"][3]["source"];
    assert_eq!(name, STEERING, "JSON loses nothing over it");
}

#[test]
fn the_text_stays_within_80_columns_and_trails_no_spaces() {
    use unicode_width::UnicodeWidthStr;
    for text in [
        written(OutputFormat::Text, &view(), &settings()),
        written(OutputFormat::Text, &empty(), &settings()),
    ] {
        let odd = text.lines().find(|line| line.width() > 80 || line.ends_with(' '));
        assert_eq!(odd, None);
    }
}

#[test]
fn colour_adds_emphasis_and_changes_no_word() {
    let coloured = painted(OutputFormat::Text, &view(), &settings(), Paint::Coloured);
    assert!(coloured.contains("\x1b[1m"));
    let codes = ["\x1b[1m", "\x1b[2m", "\x1b[36m", "\x1b[31m", "\x1b[0m"];
    let plain = codes.iter().fold(coloured, |text, code| text.replace(code, ""));
    let trimmed: Vec<&str> = plain.lines().map(str::trim_end).collect();
    let wanted = written(OutputFormat::Text, &view(), &settings());
    assert_eq!(trimmed, wanted.lines().collect::<Vec<_>>());
}

#[test]
fn a_report_asks_about_everything_that_was_read() {
    let settings = Settings { bots: Bots::Included, filter: filter("bounced"), ..settings() };
    let question = question(&settings, OutputFormat::Json).expect("allowed");
    assert_eq!(
        (question.window, question.bots, question.filter),
        (Window::All, Bots::Included, filter("bounced"))
    );
    let groupings: Vec<_> = question.tables.iter().map(|table| (table.grouping, table.rows)).collect();
    let wanted = [Grouping::Channel, Grouping::Source, Grouping::Page, Grouping::Action];
    assert_eq!(groupings, wanted.map(|grouping| (grouping, 1000)));
    assert_eq!((question.sessions, question.series.is_some()), (None, true));
}

#[test]
fn r11_a_list_of_sessions_is_asked_for_alone_and_never_under_strict_privacy() {
    let output = OutputFormat::Sessions(RowFormat::JsonLines);
    let asked = question(&settings(), output).expect("allowed");
    assert_eq!((asked.tables.len(), asked.series), (0, None));
    assert_eq!(asked.sessions.map(|list| (list.population, list.rows)), Some((Population::Seen, usize::MAX)));
    let strict = Settings { privacy: Privacy::Strict, ..settings() };
    assert_eq!(question(&strict, output), Err(Refused));
    assert!(question(&strict, OutputFormat::Text).is_ok());
}

#[test]
fn r11_addresses_are_in_lists_of_sessions_only_where_privacy_is_off() {
    let written = |format, privacy| {
        let mut out = Vec::new();
        let mut writer = SessionWriter::new(format, privacy, &mut out).expect("a vector takes all");
        writer.row(&session()).expect("a vector takes all");
        String::from_utf8(out).expect("UTF-8")
    };
    for (format, named) in [
        (
            RowFormat::JsonLines,
            r#""visitor":"otter-4f2a","address":"192.0.2.0/24","bot":null,"privacy":"off","cut":false,"assets":true}"#,
        ),
        (RowFormat::Csv, "visitor,address,bot,privacy,cut,assets"),
        (RowFormat::Csv, "otter-4f2a,192.0.2.0/24,,off,false,true"),
    ] {
        let off = written(format, Privacy::Off);
        assert!(off.contains(named), "{off}");
        let standard = written(format, Privacy::Standard);
        assert!(!standard.contains("address") && !standard.contains("192.0.2"), "{standard}");
    }
}

/// A pipe whose reader has gone.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_closed_pipe_is_passed_up_as_such() {
    let settings = settings();
    let about = About {
        settings: &settings,
        generated: NOW,
        paint: Paint::Plain,
        alerts: None,
        annotations: &annotations(),
        earlier: None,
    };
    for output in [
        OutputFormat::Text,
        OutputFormat::Json,
        OutputFormat::Csv(CsvTable::Sources),
        OutputFormat::Sessions(RowFormat::JsonLines),
    ] {
        let error = write(output, &view(), about, &mut Closed).expect_err("closed");
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe, "{output:?}");
    }
}

#[test]
fn a_session_of_one_event_has_no_duration() {
    let mut out = Vec::new();
    let mut writer =
        SessionWriter::new(RowFormat::JsonLines, Privacy::Standard, &mut out).expect("no header");
    let one = crate::query::view::SessionRow { pageviews: 1, actions: 0, ..session() };
    writer.row(&one).expect("a vector takes all");
    let row: Value = serde_json::from_slice(&out).expect("JSON");
    assert_eq!(row["duration_s"], Value::Null);
}
