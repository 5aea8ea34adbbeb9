//! Lines of every format with their fields: each file in `tests/fixtures/formats` is read both by name and by
//! detection. To add a case, add a file, or a line to one.

#![allow(clippy::expect_used, clippy::panic, reason = "what a test needs is there")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use dwell::format::detect::detect;
use dwell::format::{Consent, Format, Hit, MappedField, Mapping, OwnKind, Unit};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    /// The value of `--format`.
    #[serde(default)]
    format: String,
    /// The `[format]` table to use instead.
    #[serde(default)]
    mapped: BTreeMap<String, String>,
    /// The name of the detected format, which must read the lines equally well.
    found: Option<String>,
    line: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    says: String,
    #[serde(rename = "line")]
    text: String,
    /// Whether the line is a directive.
    #[serde(default)]
    directive: bool,
    /// For a malformed line: what was expected, and the byte offset.
    malformed: Option<String>,
    at: Option<usize>,
    #[serde(flatten)]
    fields: Fields,
}

/// Fields that are absent are empty.
#[derive(Deserialize, Debug, Default, PartialEq)]
#[serde(default)]
struct Fields {
    time: String,
    address: String,
    method: String,
    target: String,
    status: u16,
    referrer: String,
    agent: String,
    host: String,
    load: Option<u64>,
    /// Only looked at where the fixture says it.
    size: Option<u64>,
    refused: bool,
    own: String,
    user: String,
    device: String,
    value: Option<f64>,
    variant: String,
}

impl Fields {
    fn of(hit: &Hit) -> Fields {
        let mut scratch = Vec::new();
        let (details, own) = (hit.details(&mut scratch), hit.own);
        Fields {
            time: hit.time.rfc3339(),
            address: text(details.address),
            method: hit.request.map_or_else(String::new, |request| text(request.method)),
            target: hit.request.map_or_else(String::new, |request| text(request.target)),
            status: hit.status,
            referrer: text(details.referrer),
            agent: text(details.agent),
            host: text(details.host),
            load: details.load.map(|span| span.0),
            size: Some(details.size),
            refused: details.consent == Consent::Refused,
            own: own.map_or_else(String::new, |own| kind(own.kind)),
            user: own.map_or_else(String::new, |own| text(own.user)),
            device: own.map_or_else(String::new, |own| text(own.device)),
            value: own.and_then(|own| own.value),
            variant: own.map_or_else(String::new, |own| text(own.variant)),
        }
    }
}

fn kind(kind: OwnKind) -> String {
    match kind {
        OwnKind::Page => "page".to_owned(),
        OwnKind::Identify => "identify".to_owned(),
        OwnKind::Request => "request".to_owned(),
        OwnKind::Track(name) => format!("track {}", text(name)),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn fixtures() -> Vec<(PathBuf, Fixture)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats");
    let entries = std::fs::read_dir(folder).expect("fixtures");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a fixture");
        let fixture = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (path, fixture)
    };
    paths.into_iter().map(read).collect()
}

fn given(name: &str) -> Format {
    Format::named(name).unwrap_or_else(|| Format::pattern(name).expect("a format"))
}

impl Fixture {
    fn format(&self) -> Format {
        if self.mapped.is_empty() { given(&self.format) } else { Format::mapped(mapping(&self.mapped)) }
    }
}

fn mapping(paths: &BTreeMap<String, String>) -> Mapping {
    let field = |name: &str| {
        let found = MAPPED.into_iter().find(|field| field.name() == name);
        found.unwrap_or_else(|| panic!("no field is called {name}"))
    };
    Mapping::new(paths.iter().map(|(name, path)| (field(name), path.clone())).collect())
}

const MAPPED: [MappedField; 16] = [
    MappedField::Time,
    MappedField::Date,
    MappedField::Status,
    MappedField::Request,
    MappedField::Method,
    MappedField::Target,
    MappedField::Query,
    MappedField::Address,
    MappedField::Forwarded,
    MappedField::Agent,
    MappedField::Referrer,
    MappedField::Host,
    MappedField::User,
    MappedField::Visitor,
    MappedField::Duration(Unit::Millis),
    MappedField::OptOut,
];

fn holds(format: &mut Format, line: &Line, place: &str) {
    let place = format!("{place}: {}: {}", line.says, line.text);
    let bytes = line.text.as_bytes();
    assert_eq!(format.directive(bytes), line.directive, "{place}");
    if line.directive {
        return;
    }
    match (format.read(bytes), &line.malformed) {
        (Ok(hit), None) => {
            let found = Fields::of(&hit);
            let size = found.size.filter(|_| line.fields.size.is_some());
            assert_eq!(Fields { size, ..found }, line.fields, "{place}");
        }
        (Err(malformed), Some(reason)) => {
            assert_eq!(format!("{:?}", malformed.reason).to_lowercase(), *reason, "{place}");
            assert_eq!(Some(malformed.at), line.at, "{place}");
        }
        (Ok(hit), Some(_)) => panic!("{place}: {:?}", Fields::of(&hit)),
        (Err(malformed), None) => panic!("{place}: {malformed:?}"),
    }
}

#[test]
fn lines_say_what_the_fixtures_say() {
    for (path, fixture) in fixtures() {
        let mut format = fixture.format();
        let sample: Vec<_> = fixture.line.iter().map(|line| line.text.as_bytes()).collect();
        format.tune(&sample);
        let place = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        for line in &fixture.line {
            holds(&mut format, line, &place);
        }
    }
}

#[test]
fn formats_are_found_by_looking() {
    for (path, fixture) in fixtures() {
        let Some(name) = &fixture.found else { continue };
        let good: Vec<_> = fixture.line.iter().filter(|line| line.malformed.is_none()).collect();
        let sample: Vec<_> = good.iter().map(|line| line.text.as_bytes()).collect();
        let mut found = detect(&sample).unwrap_or_else(|| panic!("{}: no format", path.display()));
        assert_eq!(found.format.name(), *name, "{}", path.display());
        assert_eq!(found.read, found.of, "{}", path.display());
        for line in good {
            holds(&mut found.format, line, &format!("{}, as found", path.display()));
        }
    }
}

/// Truncated, joined and garbled lines.
fn garbled() -> impl Strategy<Value = Vec<u8>> {
    let lines: Vec<String> =
        fixtures().into_iter().flat_map(|(_, fixture)| fixture.line).map(|line| line.text).collect();
    let line = proptest::sample::select(lines);
    let cut = (line, any::<prop::sample::Index>(), proptest::collection::vec(any::<u8>(), 0..8));
    cut.prop_map(|(line, at, junk)| {
        let at = at.index(line.len() + 1);
        [&line.as_bytes()[..at], &junk, &line.as_bytes()[at..]].concat()
    })
}

fn reads_without_panic(line: &[u8]) {
    let described = fixtures().into_iter().map(|(_, fixture)| fixture.format());
    for mut format in described.chain(Format::NAMES.map(given)) {
        format.directive(line);
        format.follow(line);
        if let Ok(hit) = format.read(line) {
            assert_eq!(hit.details(&mut Vec::new()), hit.details(&mut Vec::new()));
        }
    }
    // Whatever format is detected must read the line.
    if let Some(mut found) = detect(&[line]) {
        assert!(found.format.directive(line) || found.format.read(line).is_ok());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_a_hit_or_malformed(line in proptest::collection::vec(any::<u8>(), 0..300)) {
        reads_without_panic(&line);
    }

    #[test]
    fn any_damage_leaves_a_hit_or_a_malformed_line(line in garbled()) {
        reads_without_panic(&line);
    }

    #[test]
    fn any_string_is_a_format_or_an_error(text in "([%$\\[\\]{} \"a-z_>sthr]|\\$status|\\$request|%t|%>s|%r){0,30}") {
        if let Ok(mut format) = Format::pattern(&text) {
            let line = b"192.0.2.7 - - [24/Nov/2026:14:02:33 +0000] \"GET / HTTP/1.1\" 200 5";
            let at = format.read(line).err().map_or(0, |malformed| malformed.at);
            prop_assert!(at <= line.len());
        }
    }

    #[test]
    fn any_text_is_a_servers_config(text in "([a-z_/;{}#'\"\\\\$% \n]|log_format|access_log|CustomLog|LogFormat){0,60}") {
        for server in [dwell::format::server_config::ConfiguredServer::Nginx, dwell::format::server_config::ConfiguredServer::Apache] {
            let format = server.format_of(&text, "/a");
            prop_assert!(format.is_none_or(|format| format.len() <= text.len()));
            prop_assert!(server.includes(&text).len() <= text.len());
        }
    }
}
