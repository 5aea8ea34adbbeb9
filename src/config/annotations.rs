//! `[[annotation]]` and `[annotate]`: what happened at a time, and where more of it is read (R17).

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::from_text::{FromText, not_among};
use super::mistake::Mistake;
use super::moment::{SkippedTime, TimeText};
use super::section::one;
use super::zone::Zone;
use crate::query::annotation::{Annotation, AnnotationKind};
use crate::time::{Millis, Span};

/// How often the command of `[annotate]` runs.
const EVERY: Span = Span::minutes(1);
/// A command that runs more often costs more than it tells.
const OFTENEST: Span = Span::seconds(10);

/// What the config says of annotations.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AnnotationSources {
    /// `[[annotation]]`, as written.
    pub(super) listed: Vec<Listed>,
    /// The file of JSON lines.
    pub(super) file: Option<PathBuf>,
    /// The command whose lines are annotations.
    pub exec: Option<AnnotationCommand>,
}

/// A command whose lines are annotations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnotationCommand {
    /// The program and its arguments; no shell reads it.
    pub argv: Vec<String>,
    /// How often it runs.
    pub every: Span,
}

/// One `[[annotation]]`; its instant depends on the zone.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Listed {
    at: TimeText,
    annotation: Annotation,
}

/// The name of the file, where the config names none.
const FILE: &str = "annotations.jsonl";

impl AnnotationSources {
    /// The annotations that the config lists.
    ///
    /// # Errors
    /// A local time that the zone skips.
    pub(super) fn listed(&self, zone: Zone, now: Millis) -> Result<Vec<Annotation>, SkippedTime> {
        let resolve = |one: &Listed| -> Result<Annotation, SkippedTime> {
            Ok(Annotation { at: one.at.resolve(zone, now)?, ..one.annotation.clone() })
        };
        self.listed.iter().map(resolve).collect()
    }

    /// How many the config lists.
    #[must_use]
    pub fn count(&self) -> usize {
        self.listed.len()
    }

    /// The file of JSON lines: the one that the config names, or `annotations.jsonl` beside it. A relative name starts
    /// at the config's folder. `None` if there is no place for either.
    #[must_use]
    pub fn file(&self, config: Option<&Path>) -> Option<PathBuf> {
        let folder = config.and_then(Path::parent);
        match (&self.file, folder) {
            (Some(file), Some(folder)) => Some(folder.join(file)),
            (Some(file), None) => Some(file.clone()),
            (None, folder) => folder.map(|folder| folder.join(FILE)),
        }
    }
}

/// `[[annotation]]` as the file writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnnotationTable {
    at: toml::Value,
    text: String,
    #[serde(default, deserialize_with = "one")]
    kind: Option<AnnotationKind>,
}

/// `[annotate]` as the file writes it.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub(super) struct AnnotateTable {
    file: Option<PathBuf>,
    #[serde(deserialize_with = "one")]
    every: Option<Span>,
    exec: Option<Vec<String>>,
}

/// What the tables mean.
///
/// # Errors
/// The first mistake in them.
pub(super) fn sources(
    listed: Vec<Spanned<AnnotationTable>>,
    annotate: Option<Spanned<AnnotateTable>>,
) -> Result<AnnotationSources, Mistake> {
    let at_table = |at, message| Mistake { at: Some(at), message };
    let listed = listed.into_iter().map(|table| {
        let at = table.span();
        self::listed(table.into_inner()).map_err(|message| at_table(at, message))
    });
    let listed = listed.collect::<Result<Vec<_>, Mistake>>()?;
    let Some(annotate) = annotate else {
        return Ok(AnnotationSources { listed, ..AnnotationSources::default() });
    };
    let at = annotate.span();
    let AnnotateTable { file, every, exec } = annotate.into_inner();
    let exec = exec.map(|argv| command(argv, every)).transpose().map_err(|message| at_table(at, message))?;
    Ok(AnnotationSources { listed, file, exec })
}

fn listed(table: AnnotationTable) -> Result<Listed, String> {
    let written = match table.at {
        toml::Value::Datetime(at) => at.to_string(),
        toml::Value::String(text) => text,
        other => other.to_string(),
    };
    let at = TimeText::from_text(&written)?;
    if matches!(at, TimeText::OfDay(_)) {
        return Err(format!("`{written}` is of any day; write it like 2026-11-30T{written}"));
    }
    // Its time waits for the zone.
    Ok(Listed { at, annotation: Annotation::new(Millis(0), table.kind, &table.text)? })
}

fn command(argv: Vec<String>, every: Option<Span>) -> Result<AnnotationCommand, String> {
    let is_missing = argv.first().is_none_or(|program| program.trim().is_empty());
    if is_missing || argv.iter().any(|word| word.contains('\0')) {
        return Err(
            "`exec` of [annotate] does not begin with a program: exec = [\"git\", \"log\"]".to_owned()
        );
    }
    let every = every.unwrap_or(EVERY);
    if every < OFTENEST {
        return Err(format!("`every` of [annotate] is at least {OFTENEST}, not {every}"));
    }
    Ok(AnnotationCommand { argv, every })
}

impl FromText for AnnotationKind {
    fn from_text(text: &str) -> Result<AnnotationKind, String> {
        let names = AnnotationKind::NAMED.into_iter().map(|(name, _)| name);
        AnnotationKind::named(text).ok_or_else(|| not_among(text, names))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::file;

    fn read(text: &str) -> Result<AnnotationSources, String> {
        let parsed = file::parse(Path::new("dwell.toml"), text).map_err(|error| error.to_string())?;
        Ok(parsed.additions.annotations)
    }

    #[test]
    fn r17_annotations_are_listed_with_their_times() {
        let text = "[[annotation]]\nat = 2026-11-24T09:00:00Z\ntext = \"v2.4.1\"\nkind = \"deploy\"\n\
                    [[annotation]]\nat = \"2026-11-24 10:00\"\ntext = \"campaign autumn\"\n\
                    [[annotation]]\nat = 2026-11-24T11:00:00\ntext = \"lunch\"\n";
        let listed = read(text).expect("good").listed(Zone::Utc, Millis(0)).expect("times");
        let lines: Vec<_> = listed.iter().map(Annotation::to_json).collect();
        assert_eq!(
            lines,
            [
                r#"{"at":"2026-11-24T09:00:00.000Z","kind":"deploy","text":"v2.4.1"}"#,
                r#"{"at":"2026-11-24T10:00:00.000Z","kind":"campaign","text":"campaign autumn"}"#,
                r#"{"at":"2026-11-24T11:00:00.000Z","kind":"note","text":"lunch"}"#,
            ]
        );
    }

    #[test]
    fn r17_the_file_lies_beside_the_config_unless_it_is_named() {
        let config = Some(Path::new("/etc/dwell/dwell.toml"));
        let none = AnnotationSources::default();
        assert_eq!(none.file(config), Some(PathBuf::from("/etc/dwell/annotations.jsonl")));
        assert_eq!(none.file(None), None);
        for (named, file) in [("a.jsonl", "/etc/dwell/a.jsonl"), ("/var/a.jsonl", "/var/a.jsonl")] {
            let sources = read(&format!("[annotate]\nfile = \"{named}\"\n")).expect("good");
            assert_eq!(sources.file(config), Some(PathBuf::from(file)));
        }
    }

    #[test]
    fn r17_mistakes_say_what_to_write() {
        for (text, why) in [
            ("[[annotation]]\nat = \"13:20\"\ntext = \"x\"\n", "dwell.toml:1: `13:20` is of any day"),
            ("[[annotation]]\nat = 5\ntext = \"x\"\n", "`5` is not a time"),
            ("[[annotation]]\nat = 2026-11-24T09:00:00Z\ntext = \"\"\n", "needs a text"),
            ("[[annotation]]\nat = 2026-11-24T09:00:00Z\ntext = \"x\"\nkind = \"deplay\"\n", "deploy"),
            ("[annotate]\nexec = []\n", "does not begin with a program"),
            ("[annotate]\nexec = [\"git\"]\nevery = \"1s\"\n", "at least 10s"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
