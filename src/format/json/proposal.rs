//! Proposes a `[format]` table for JSON lines from the contents of their values.

use std::collections::HashSet;

use super::super::durations;
use super::super::fields::{self, Unit, is_address, is_host, without_port};
use super::super::instant;
use super::super::stamp::StampReader;
use super::inventory::{Inventory, KeyStats};
use super::mapping::{MappedField, Mapping};
use crate::time::Millis;

/// Fields and their paths, as in `[format]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatTable {
    fields: Vec<(MappedField, String)>,
}

impl FormatTable {
    /// The table for these lines; `None` if their values do not tell enough.
    #[must_use]
    pub fn of(sample: &[&[u8]]) -> Option<FormatTable> {
        FormatTable::of_keys(&Inventory::of(sample))
    }

    /// The table for lines with these keys.
    pub(in super::super) fn of_keys(inventory: &Inventory) -> Option<FormatTable> {
        let mut fields: Vec<(MappedField, String)> = Vec::new();
        for (field, holds) in SIGNS {
            if has(&fields, MappedField::Request) && is_part_of_request(field) {
                continue;
            }
            let taken = |entry: &KeyStats| fields.iter().any(|(_, path)| *path == entry.path);
            let of_kind = |entry: &&KeyStats| !taken(entry) && entry.mostly(inventory.lines, holds);
            let fitting = inventory.entries.iter().filter(of_kind).filter(|entry| is_likely(field, entry));
            if let Some(best) = fitting.max_by_key(|entry| entry.rank(field)) {
                fields.push((with_unit(field, best), best.path.clone()));
            }
        }
        let is_enough = has(&fields, MappedField::Time)
            && has(&fields, MappedField::Status)
            && (has(&fields, MappedField::Request) || has(&fields, MappedField::Target));
        is_enough.then_some(FormatTable { fields })
    }

    /// The mapping that the table describes.
    #[must_use]
    pub fn mapping(&self) -> Mapping {
        Mapping::new(self.fields.clone())
    }

    /// The table in TOML.
    #[must_use]
    pub fn toml(&self) -> String {
        let mut lines = vec!["[format]".to_owned()];
        for (field, path) in &self.fields {
            lines.push(format!("{} = {}", field.name(), quoted(path)));
            if let MappedField::Duration(unit) = field {
                lines.push(format!("duration-unit = \"{}\"", unit_name(*unit)));
            }
        }
        lines.join("\n")
    }
}

fn is_part_of_request(field: MappedField) -> bool {
    matches!(field, MappedField::Method | MappedField::Target)
}

fn has(fields: &[(MappedField, String)], wanted: MappedField) -> bool {
    fields.iter().any(|(field, _)| *field == wanted)
}

/// A path as a TOML string.
fn quoted(path: &str) -> String {
    let escaped: String = path
        .chars()
        .map(|letter| match letter {
            '"' | '\\' => format!("\\{letter}"),
            letter if letter.is_control() => format!("\\u{:04X}", u32::from(letter)),
            letter => letter.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}

fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Seconds => "s",
        Unit::Millis => "ms",
        Unit::Micros => "us",
        Unit::Nanos => "ns",
    }
}

/// A test whether a value looks like a field's.
type Sign = fn(&[u8]) -> bool;

/// The tests by field. The most certain come first and take their keys away from the others.
const SIGNS: [(MappedField, Sign); 11] = [
    (MappedField::Agent, is_agent),
    (MappedField::Request, is_request_line),
    (MappedField::Method, is_method),
    (MappedField::Time, is_time),
    (MappedField::Forwarded, is_forwarded),
    (MappedField::Address, is_client),
    (MappedField::Status, is_status),
    (MappedField::Target, is_target),
    (MappedField::Referrer, is_url),
    (MappedField::Host, is_host),
    (MappedField::Duration(Unit::Millis), durations::is_duration),
];

/// Words in the keys of a field. They break ties, and are all there is for some fields.
fn words(field: MappedField) -> &'static [&'static str] {
    match field {
        MappedField::Agent => &["agent", "ua", "browser"],
        MappedField::Request => &["request", "line"],
        MappedField::Method => &["method", "verb"],
        MappedField::Time => &["time", "ts", "date", "when", "stamp"],
        MappedField::Forwarded => &["forward", "xff"],
        MappedField::Address => &["client", "remote", "visitor", "user", "real", "source", "addr", "ip"],
        MappedField::Status => &["status", "code", "resp"],
        MappedField::Target => &["uri", "url", "path", "target", "request", "page"],
        MappedField::Referrer => &["ref"],
        MappedField::Host => &["host", "domain", "site", "vhost", "authority"],
        MappedField::Duration(_) => &["dur", "latency", "elapsed", "took", "taken", "time", "_ms", "millis"],
        MappedField::Date
        | MappedField::Query
        | MappedField::User
        | MappedField::Visitor
        | MappedField::OptOut => &[],
    }
}

/// Whether the key must fit too: a number alone does not tell a duration.
fn is_likely(field: MappedField, entry: &KeyStats) -> bool {
    let needs_name =
        matches!(field, MappedField::Duration(_) | MappedField::Referrer | MappedField::Forwarded);
    !needs_name || entry.has_word_of(field)
}

impl KeyStats {
    fn name(&self) -> String {
        self.path.to_ascii_lowercase()
    }

    fn has_word_of(&self, field: MappedField) -> bool {
        let name = self.name();
        words(field).iter().any(|word| name.contains(word))
    }

    /// Whether nearly all of its values pass the test, and enough lines have one.
    fn mostly(&self, lines: usize, holds: Sign) -> bool {
        let said: Vec<_> =
            self.values.iter().filter(|value| !matches!(value.as_slice(), b"" | b"-")).collect();
        let fit = said.iter().filter(|value| holds(value)).count();
        !said.is_empty() && fit * 10 >= said.len() * 9 && self.values.len() * 2 >= lines
    }

    /// Ranks keys that fit: first those whose key fits, then those with the most distinct values. A path is preferred
    /// to a URL, which may be the referrer.
    fn rank(&self, field: MappedField) -> (bool, bool, bool, usize) {
        let is_path = field == MappedField::Target && self.mostly(0, |text| text.starts_with(b"/"));
        let distinct = self.values.iter().collect::<HashSet<_>>().len();
        let is_usual = self.field.word() == field.name();
        (is_usual, self.has_word_of(field), is_path, distinct)
    }
}

/// A duration with its unit, from the end of the key or from the size of the values.
fn with_unit(field: MappedField, entry: &KeyStats) -> MappedField {
    let MappedField::Duration(_) = field else { return field };
    let name = entry.name();
    let ending = [("ms", Unit::Millis), ("millis", Unit::Millis), ("us", Unit::Micros), ("ns", Unit::Nanos)];
    if let Some((_, unit)) = ending.into_iter().find(|(end, _)| name.ends_with(end)) {
        return MappedField::Duration(unit);
    }
    let texts = || entry.values.iter().filter_map(|value| std::str::from_utf8(value).ok());
    let mut numbers: Vec<f64> = texts().filter_map(|text| text.parse().ok()).collect();
    let some_have_fractions = texts().any(|text| text.contains('.'));
    MappedField::Duration(durations::likely_unit(&mut numbers, some_have_fractions).unwrap_or(Unit::Millis))
}

fn is_agent(text: &[u8]) -> bool {
    let begins = |start: &[u8]| text.starts_with(start);
    begins(b"Mozilla/")
        || begins(b"curl/")
        || begins(b"Opera/")
        || begins(b"Wget/")
        || begins(b"python-")
        || memchr::memmem::find(text, b"bot").is_some()
            && text.contains(&b'/')
            && !begins(b"/")
            && !is_url(text)
}

fn is_method(text: &[u8]) -> bool {
    const METHODS: [&str; 9] =
        ["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "PROPFIND"];
    METHODS.iter().any(|method| method.as_bytes().eq_ignore_ascii_case(text))
}

fn is_request_line(text: &[u8]) -> bool {
    let mut words = text.splitn(2, |&byte| byte == b' ');
    words.next().is_some_and(is_method) && words.next().is_some_and(|rest| is_target(rest) || rest == b"*")
}

/// A time between the years 2000 and 2100.
fn is_time(text: &[u8]) -> bool {
    const YEARS: std::ops::Range<Millis> = Millis(946_684_800_000)..Millis(4_102_444_800_000);
    text.len() >= "1795528953".len()
        && instant::any(text, &mut StampReader::new()).is_some_and(|time| YEARS.contains(&time))
}

fn is_client(text: &[u8]) -> bool {
    is_address(without_port(text))
}

fn is_forwarded(text: &[u8]) -> bool {
    text.split(|&byte| byte == b',').all(|part| is_client(part.trim_ascii()))
}

fn is_status(text: &[u8]) -> bool {
    fields::status(text).is_some_and(|status| (100..600).contains(&status))
}

fn is_target(text: &[u8]) -> bool {
    text.starts_with(b"/") || is_url(text)
}

fn is_url(text: &[u8]) -> bool {
    text.starts_with(b"http://") || text.starts_with(b"https://")
}

#[cfg(test)]
mod tests {
    use super::super::super::Format;
    use super::*;

    /// Lines of a log in which nothing has a usual name, but for what is written here.
    fn lines(of: impl Fn(u32) -> String) -> Vec<String> {
        (0..20).map(of).collect()
    }

    #[track_caller]
    fn holds(lines: &[String], toml: &str) {
        let sample: Vec<_> = lines.iter().map(String::as_bytes).collect();
        let proposal = FormatTable::of(&sample).expect("a proposal");
        assert_eq!(proposal.toml(), toml);
        let mut format = Format::mapped(proposal.mapping());
        for line in &sample {
            let hit = format.read(line).expect("a hit");
            assert!(hit.request.is_some());
            assert!(is_client(hit.details(&mut Vec::new()).address));
        }
    }

    #[test]
    fn a_table_is_worked_out_from_what_values_hold() {
        let lines = lines(|number| {
            format!(
                r#"{{"zeit":"2026-11-24T14:02:{number:02}Z","wer":"192.0.2.{number}","knoten":"10.0.0.1","was":"/seite/{number}","wie":"GET","antwort":"20{}","womit":"Mozilla/5.0 (X11)","datei":"/srv/app","latency_ms":{number}}}"#,
                number % 2
            )
        });
        holds(
            &lines,
            "[format]\nagent = \"womit\"\nmethod = \"wie\"\ntime = \"zeit\"\naddress = \"wer\"\nstatus = \"antwort\"\n\
             target = \"was\"\nduration = \"latency_ms\"\nduration-unit = \"ms\"",
        );
    }

    #[test]
    fn usual_names_count_before_others_and_objects_are_looked_into() {
        let lines = lines(|number| {
            format!(
                r#"{{"ts":{},"visit":{{"from":"192.0.2.{number}:4711","line":"GET /a/{number} HTTP/1.1","said":"-"}},"status":404,"port":443,"referer":"https://ref.example/","secs":0.{number}}}"#,
                1_795_528_953 + number
            )
        });
        holds(
            &lines,
            "[format]\nrequest = \"visit.line\"\ntime = \"ts\"\naddress = \"visit.from\"\nstatus = \"status\"\n\
             referrer = \"referer\"",
        );
    }

    #[test]
    fn a_page_is_told_from_the_page_before_it() {
        let lines = lines(|number| {
            format!(
                r#"{{"zeit":"2026-11-24T14:02:{number:02}Z","wer":"192.0.2.{number}","herkunft":"https://a.example/{number}","pfad":"/{}","antwort":200}}"#,
                number % 3
            )
        });
        holds(
            &lines,
            "[format]\ntime = \"zeit\"\naddress = \"wer\"\nstatus = \"antwort\"\ntarget = \"pfad\"",
        );
    }

    #[test]
    fn where_values_do_not_tell_enough_there_is_no_table() {
        let lines = lines(|number| format!(r#"{{"a":{number},"b":"x","c":"2026-11-24T14:02:33Z"}}"#));
        let sample: Vec<_> = lines.iter().map(String::as_bytes).collect();
        assert_eq!(FormatTable::of(&sample), None);
    }

    #[test]
    fn paths_are_quoted_for_toml() {
        assert_eq!(quoted("a\"b\\c\u{7}"), "\"a\\\"b\\\\c\\u0007\"");
    }
}
