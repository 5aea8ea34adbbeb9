//! Annotations: what happened at a time, as people and their scripts say it (R17). They are no part of the log.

use std::borrow::Cow;

use serde::Deserialize;

use crate::text::harmless_json;
use crate::time::Millis;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Annotation {
    /// When it happened.
    pub at: Millis,
    /// What kind of thing it is.
    pub kind: AnnotationKind,
    /// What it is, as written: a face must make it harmless.
    pub text: String,
}

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnnotationKind {
    /// The site was changed.
    Deploy,
    /// Something was done to bring visitors.
    Campaign,
    /// Something went wrong.
    Incident,
    /// Anything else.
    Note,
}

impl AnnotationKind {
    /// All kinds by their names.
    pub const NAMED: [(&'static str, AnnotationKind); 4] = [
        ("deploy", AnnotationKind::Deploy),
        ("campaign", AnnotationKind::Campaign),
        ("incident", AnnotationKind::Incident),
        ("note", AnnotationKind::Note),
    ];

    /// Its name in files and exports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            AnnotationKind::Deploy => "deploy",
            AnnotationKind::Campaign => "campaign",
            AnnotationKind::Incident => "incident",
            AnnotationKind::Note => "note",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<AnnotationKind> {
        AnnotationKind::NAMED.into_iter().find(|(known, _)| *known == name).map(|(_, kind)| kind)
    }

    /// The kind of a text that says none: its first word, if that names one, as in `deploy v2.4.1`.
    #[must_use]
    pub fn of_text(text: &str) -> AnnotationKind {
        let first = text.split_whitespace().next().unwrap_or_default().to_lowercase();
        AnnotationKind::named(first.trim_end_matches(':')).unwrap_or(AnnotationKind::Note)
    }
}

/// Longer texts are cut: they stand on a screen in one line.
pub const LONGEST_TEXT: usize = 200;
/// More than a year of hourly deploys; of more, the latest are kept.
pub const MOST: usize = 10_000;

impl Annotation {
    /// An annotation; without a kind, the text's first word may name it.
    ///
    /// # Errors
    /// There is no text.
    pub fn new(at: Millis, kind: Option<AnnotationKind>, text: &str) -> Result<Annotation, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("an annotation needs a text, such as \"deploy v2.4.1\"".to_owned());
        }
        let kind = kind.unwrap_or_else(|| AnnotationKind::of_text(text));
        Ok(Annotation { at, kind, text: text.chars().take(LONGEST_TEXT).collect() })
    }

    /// Reads a line of JSON: `{"at": "2026-11-30T13:20:00Z", "kind": "deploy", "text": "deploy v2.4.1"}`.
    ///
    /// # Errors
    /// What is wrong with the line.
    pub fn from_json(line: &str) -> Result<Annotation, String> {
        let written: JsonLine = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let kind = written.kind.map(|name| known_kind(&name)).transpose()?;
        Annotation::new(instant(&written.at)?, kind, &written.text)
    }

    /// Reads a line of a command's output: a time, a tabulator, a text.
    ///
    /// # Errors
    /// What is wrong with the line.
    pub fn from_tabbed(line: &str) -> Result<Annotation, String> {
        let (at, text) = line.split_once('\t').ok_or("there is no tabulator after the time")?;
        Annotation::new(instant(at.trim())?, None, text)
    }

    /// The line of JSON that [`Annotation::from_json`] reads.
    #[must_use]
    pub fn to_json(&self) -> String {
        let line =
            serde_json::json!({ "at": self.at.rfc3339(), "kind": self.kind.name(), "text": self.text });
        harmless_json(&line.to_string()).into_owned()
    }
}

#[derive(Deserialize)]
struct JsonLine<'a> {
    #[serde(borrow)]
    at: Cow<'a, str>,
    #[serde(borrow, default)]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow)]
    text: Cow<'a, str>,
}

fn known_kind(name: &str) -> Result<AnnotationKind, String> {
    AnnotationKind::named(name)
        .ok_or_else(|| format!("no kind is called `{name}`; there are: deploy, campaign, incident, note"))
}

fn instant(text: &str) -> Result<Millis, String> {
    let read = chrono::DateTime::parse_from_rfc3339(text);
    let wrong = |_| format!("`{text}` is not a time; write it like 2026-11-30T13:20:00Z");
    read.map(|at| Millis(at.timestamp_millis())).map_err(wrong)
}

/// Annotations in the order of time, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Annotations(Vec<Annotation>);

impl FromIterator<Annotation> for Annotations {
    fn from_iter<I: IntoIterator<Item = Annotation>>(all: I) -> Annotations {
        let mut all: Vec<_> = all.into_iter().collect();
        all.sort();
        all.dedup();
        let surplus = all.len().saturating_sub(MOST);
        all.drain(..surplus);
        Annotations(all)
    }
}

impl Annotations {
    /// All of them, the earliest first.
    #[must_use]
    pub fn all(&self) -> &[Annotation] {
        &self.0
    }

    /// Those of a span of time, both ends included.
    #[must_use]
    pub fn within(&self, from: Millis, to: Millis) -> &[Annotation] {
        let start = self.0.partition_point(|one| one.at < from);
        let end = self.0.partition_point(|one| one.at <= to);
        self.0.get(start..end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r17_a_line_of_json_reads_back() {
        let deploy = Annotation::new(Millis(1_795_510_800_000), None, "deploy v2 \"x\"\n").expect("a text");
        assert_eq!(deploy.kind, AnnotationKind::Deploy);
        assert_eq!(
            deploy.to_json(),
            r#"{"at":"2026-11-24T09:00:00.000Z","kind":"deploy","text":"deploy v2 \"x\""}"#
        );
        assert_eq!(Annotation::from_json(&deploy.to_json()), Ok(deploy));
    }

    #[test]
    fn r17_a_line_that_is_none_says_why() {
        for (line, why) in [
            ("{}", "missing field `at`"),
            (r#"{"at":"13:20","text":"x"}"#, "`13:20` is not a time"),
            (r#"{"at":"2026-11-24T09:00:00Z","text":" "}"#, "needs a text"),
            (r#"{"at":"2026-11-24T09:00:00Z","kind":"d","text":"x"}"#, "no kind is called `d`"),
        ] {
            let error = Annotation::from_json(line).expect_err(line);
            assert!(error.contains(why), "{line}: {error}");
        }
        assert!(Annotation::from_tabbed("2026-11-24T09:00:00Z deploy").is_err());
    }

    #[test]
    fn r17_the_first_word_of_a_text_may_name_its_kind() {
        for (text, kind) in [
            ("deploy 4f2 fix", AnnotationKind::Deploy),
            ("Incident: db", AnnotationKind::Incident),
            ("deployed", AnnotationKind::Note),
        ] {
            let line = format!("2026-11-24T10:00:00+01:00\t{text}");
            let one = Annotation::from_tabbed(&line).expect(text);
            assert_eq!((one.kind, one.at), (kind, Millis(1_795_510_800_000)), "{text}");
        }
    }

    #[test]
    fn r17_annotations_are_in_order_each_once_and_bounded() {
        let note = |at| Annotation::new(Millis(at), None, "x").expect("a text");
        let all: Annotations = [note(3), note(1), note(3), note(2)].into_iter().collect();
        assert_eq!(all.all(), [note(1), note(2), note(3)]);
        assert_eq!(all.within(Millis(2), Millis(3)), [note(2), note(3)]);
        let many: Annotations = (0..20_000).map(note).collect();
        assert_eq!((many.all().len(), many.all().first()), (MOST, Some(&note(10_000))));
    }
}
