//! Silences: alerts of which nobody is told until a time. They lie in a file beside the config, so that a watch that
//! runs elsewhere reads them at its next look.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use crate::time::{Millis, Span};

/// Alerts by name, and until when they are silenced by the wall clock.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Silences(BTreeMap<String, Millis>);

/// Longer than any list of alerts that was written by `dwell alert silence`.
const LONGEST: u64 = 1 << 20;

impl Silences {
    /// Until when an alert is silenced; `None` if it is not.
    #[must_use]
    pub fn until(&self, alert: &str, wall: Millis) -> Option<Millis> {
        self.0.get(alert).copied().filter(|until| *until > wall)
    }

    /// Silences an alert for a time; no time at all ends its silence.
    pub fn silence(&mut self, alert: &str, span: Span, wall: Millis) {
        self.0.retain(|_, until| *until > wall);
        self.0.remove(alert);
        if span > Span::ZERO {
            self.0.insert(alert.to_owned(), wall + span);
        }
    }

    /// The silences of a text with a line for each: the time in milliseconds since 1970, a blank, the name.
    #[must_use]
    pub fn parse(text: &str) -> Silences {
        let line = |line: &str| {
            let (until, name) = line.split_once(' ')?;
            Some((name.to_owned(), Millis(until.parse().ok()?)))
        };
        Silences(text.lines().filter_map(line).collect())
    }

    /// The text.
    #[must_use]
    pub fn written(&self) -> String {
        let lines: Vec<_> = self.0.iter().map(|(name, until)| format!("{} {name}\n", until.0)).collect();
        lines.concat()
    }

    /// Where the silences of a config lie: `dwell.toml.silences` beside `dwell.toml`.
    #[must_use]
    pub fn path(config: &Path) -> PathBuf {
        let mut name = config.as_os_str().to_owned();
        name.push(".silences");
        PathBuf::from(name)
    }

    /// Reads the file; without one nothing is silenced.
    ///
    /// # Errors
    /// It cannot be read, or is far too long.
    pub fn read(path: &Path) -> io::Result<Silences> {
        match std::fs::metadata(path) {
            Ok(facts) if facts.len() > LONGEST => {
                return Err(io::Error::other("it is too long to be a list of silences; remove it"));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Silences::default()),
            Ok(_) | Err(_) => {}
        }
        Ok(Silences::parse(&crate::files::read_text(path)?))
    }

    /// Writes the file in one step, so that no reader finds half of it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let mut new = path.as_os_str().to_owned();
        new.push(".new");
        std::fs::write(&new, self.written())?;
        std::fs::rename(&new, path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r16_a_silence_ends_by_itself_and_can_be_ended() {
        let mut silences = Silences::default();
        silences.silence("down for good", Span::hours(2), Millis(1000));
        silences.silence("quiet", Span::minutes(1), Millis(1000));
        let read = Silences::parse(&silences.written());
        assert_eq!(read, silences);
        assert_eq!(read.until("down for good", Millis(2000)), Some(Millis(7_201_000)));
        assert_eq!(read.until("down for good", Millis(7_201_000)), None);
        assert_eq!(read.until("down", Millis(2000)), None);
        silences.silence("down for good", Span::ZERO, Millis(70_000));
        assert_eq!(silences, Silences::default());
    }

    #[test]
    fn a_file_that_was_damaged_silences_what_can_be_read() {
        assert_eq!(Silences::parse("5000 a\nx b\n\n9000").until("a", Millis(0)), Some(Millis(5000)));
    }

    #[test]
    fn r16_silences_lie_beside_the_config() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = Silences::path(&folder.path().join("dwell.toml"));
        assert_eq!(Silences::read(&path).expect("none yet"), Silences::default());
        let mut silences = Silences::default();
        silences.silence("down", Span::hours(1), Millis(0));
        silences.write(&path).expect("written");
        assert_eq!(Silences::read(&path).expect("a file"), silences);
        assert!(path.ends_with("dwell.toml.silences"));
    }
}
