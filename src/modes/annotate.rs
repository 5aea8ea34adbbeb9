//! `dwell annotate`: says what happened, in the file that the others read.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::clock;
use crate::config::file;
use crate::config::moment::TimeText;
use crate::config::{Options, Zone};
use crate::query::annotation::{Annotation, AnnotationKind};
use crate::text::harmless;

use super::{Exit, ModeError};

/// Appends an annotation to the file of the config.
///
/// # Errors
/// The config cannot be read, there is no place for the file, it cannot be written, or the annotation is none.
pub fn run(
    text: &str,
    kind: Option<AnnotationKind>,
    at: Option<TimeText>,
    config: Option<&Path>,
    out: &mut dyn Write,
) -> Result<io::Result<Exit>, ModeError> {
    let options = file::load(config).map_err(|error| ModeError::Usage(error.to_string()))?.options;
    let path = place(&options, config)?;
    let now = clock::wall();
    let zone = if options.utc == Some(true) { Zone::Utc } else { options.tz.unwrap_or_default() };
    let at = at.map_or(Ok(now), |at| at.resolve(zone, now));
    let at = at.map_err(|skipped| ModeError::Usage(format!("--at: {skipped}")))?;
    let annotation = Annotation::new(at, kind, text).map_err(ModeError::Usage)?;
    append(&path, &annotation).map_err(|error| {
        ModeError::Usage(format!(
            "{}: {error}; run it as who may write there, or set `file` in [annotate]",
            path.display()
        ))
    })?;
    let said = format!("{} {} in {}", annotation.at.rfc3339(), annotation.kind.name(), path.display());
    Ok(writeln!(out, "{}", harmless(&said)).map(|()| Exit::Done))
}

fn place(options: &Options, config: Option<&Path>) -> Result<PathBuf, ModeError> {
    let config = config.map(Path::to_owned).or_else(file::usual_path);
    options.additions.annotations.file(config.as_deref()).ok_or_else(|| {
        let message = "there is no place for annotations here: name a config with --config FILE, or set `file` in its \
                       [annotate]";
        ModeError::Usage(message.to_owned())
    })
}

/// In one write, so that two who annotate at once do not mix their lines.
fn append(path: &Path, annotation: &Annotation) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all((annotation.to_json() + "\n").as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::from_text::FromText;

    #[test]
    fn r17_what_is_said_is_appended_and_reads_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let config = folder.path().join("dwell.toml");
        fs::write(&config, "utc = true\n[annotate]\nfile = \"said.jsonl\"\n").expect("written");
        let at = TimeText::from_text("2026-11-24 09:00").expect("a time");
        let mut out = Vec::new();
        for (text, kind) in [("deploy v1", None), ("deploy v2", Some(AnnotationKind::Incident))] {
            let exit = run(text, kind, Some(at), Some(&config), &mut out).expect("said").expect("written");
            assert_eq!(exit, Exit::Done);
        }
        let read = super::super::annotations::of_file(&folder.path().join("said.jsonl"));
        let kinds: Vec<_> = read.annotations.iter().map(|one| (one.kind.name(), one.text.as_str())).collect();
        assert_eq!(kinds, [("deploy", "deploy v1"), ("incident", "deploy v2")]);
        let said = String::from_utf8(out).expect("text");
        assert!(said.starts_with("2026-11-24T09:00:00.000Z deploy in "), "{said}");
    }

    #[test]
    fn r17_a_config_that_is_named_must_be_there() {
        let error = run("x", None, None, Some(Path::new("/nowhere/dwell.toml")), &mut Vec::new());
        assert!(error.is_err());
    }
}
