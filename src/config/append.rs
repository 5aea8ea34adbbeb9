//! Adds what the monitor put together to the config file. What stands there already stays as it is, comments too.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::file::{self, FileError};
use crate::files;
use crate::query::definitions::{Funnel, FunnelStep, StepOrder};

/// Why nothing was added.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AppendError {
    /// The file with the addition would have an error, or has one already.
    #[error("not written: {0}")]
    File(#[from] FileError),
    /// It cannot be written.
    #[error("not written: {}: {source}", .path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Adds a funnel at the end of a config file, which is made if there is none.
///
/// # Errors
/// The file cannot be read or written, or would not be accepted with the funnel in it: then it is left as it is.
pub(crate) fn funnel(path: &Path, funnel: &Funnel) -> Result<(), AppendError> {
    let unwritable = |source| AppendError::Unwritable { path: path.to_owned(), source };
    let before = match files::read_text(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(source) => return Err(unwritable(source)),
    };
    let addition = format!("{}{}", gap_after(&before), table(funnel));
    file::parse(path, &format!("{before}{addition}"))?;
    append(path, &addition).map_err(unwritable)
}

/// An empty line before the addition, unless the file is empty.
fn gap_after(before: &str) -> &'static str {
    match before {
        "" => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    }
}

fn append(path: &Path, addition: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    file.write_all(addition.as_bytes())?;
    file.sync_all()
}

/// As one would write it by hand.
fn table(funnel: &Funnel) -> String {
    let order = match funnel.order {
        StepOrder::Sequential => String::new(),
        other => format!("order = {}\n", quoted(other.name())),
    };
    let steps: String = funnel.steps.iter().map(step).collect();
    format!("[[funnel]]\nname = {}\n{order}steps = [\n{steps}]\n", quoted(&funnel.name))
}

fn step(step: &FunnelStep) -> String {
    format!("  {{ name = {}, event = {} }},\n", quoted(&step.name), quoted(&step.event.to_string()))
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::definitions::{FunnelEntry, Unit};
    use crate::query::event_filter::{EventField, EventFilter};

    fn marked(pages: &[&str]) -> Funnel {
        let step = |page: &&str| FunnelStep {
            name: (*page).to_owned(),
            event: EventFilter::exactly(EventField::Page, page),
            optional: false,
            within: None,
        };
        Funnel {
            name: "home-to-cart".to_owned(),
            order: StepOrder::Strict,
            within: None,
            unit: Unit::Session,
            entry: FunnelEntry::Closed,
            exclude: None,
            steps: pages.iter().map(step).collect(),
        }
    }

    #[test]
    fn what_is_added_reads_back_the_same_and_the_rest_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new/dwell.toml");
        let funnel = marked(&["/", "/it's \"quoted\" *, [x]", "/cart"]);
        super::funnel(&path, &funnel).expect("a new file");
        let text = fs::read_to_string(&path).expect("written");
        assert_eq!(file::parse(&path, &text).expect(&text).additions.definitions.funnels, [funnel]);

        fs::write(&path, "window = \"1h\" # the hour\n[[goal]]\nname = \"a\"\nevent = \"page:/\"")
            .expect("written");
        super::funnel(&path, &marked(&["/", "/cart"])).expect("an old file");
        let text = fs::read_to_string(&path).expect("written");
        assert!(text.starts_with("window = \"1h\" # the hour\n"), "{text}");
        assert!(text.ends_with("event = \"page:/\"\n\n[[funnel]]\nname = \"home-to-cart\"\norder = \"strict\"\nsteps = [\n  { name = \"/\", event = \"page:/\" },\n  { name = \"/cart\", event = \"page:/cart\" },\n]\n"), "{text}");
    }

    #[test]
    fn a_file_that_would_not_be_accepted_is_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("dwell.toml");
        super::funnel(&path, &marked(&["/", "/cart"])).expect("a new file");
        let before = fs::read_to_string(&path).expect("written");
        let twice = super::funnel(&path, &marked(&["/", "/cart"])).expect_err("the name is taken");
        assert!(twice.to_string().contains("home-to-cart"), "{twice}");
        assert_eq!(fs::read_to_string(&path).expect("still there"), before);
    }
}
