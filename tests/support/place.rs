//! Runs of dwell in a folder of their own, from outside: what was said, and how they ended.
#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

use std::fs;
use std::path::PathBuf;
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

use super::DWELL;

/// A folder with logs, in which dwell runs.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
}

/// What a run said, and how it ended.
#[derive(Debug, PartialEq)]
pub(crate) struct Said {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) status: Option<i32>,
}

impl Place {
    pub(crate) fn new() -> Place {
        Place { folder: tempfile::tempdir().expect("a folder") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn file(self, name: &str, contents: impl AsRef<[u8]>) -> Place {
        fs::write(self.path(name), contents).expect("write");
        self
    }

    /// Runs dwell with these words.
    pub(crate) fn run(&self, words: &[&str]) -> Said {
        let mut command = Command::new(DWELL);
        command.current_dir(&self.folder).env("TZ", "UTC").env("XDG_CONFIG_HOME", self.folder.path());
        let Output { status, stdout, stderr } = command.args(words).output().expect("run");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Said { out: text(stdout), err: text(stderr), status: status.code() }
    }

    pub(crate) fn report(&self, words: &[&str]) -> Said {
        self.run(&[&["report"], words].concat())
    }

    pub(crate) fn json(&self, words: &[&str]) -> Value {
        let said = self.report(&[&["--json"], words].concat());
        assert_eq!(said.status, Some(0), "{said:?}");
        serde_json::from_str(&said.out).expect("JSON")
    }

    /// A report and the monitor alike end so, and say this: the monitor before it takes the screen.
    pub(crate) fn both_say(&self, words: &[&str], status: i32, sentences: &[&str]) {
        for said in [self.report(words), self.run(words)] {
            assert_eq!(said.status, Some(status), "{said:?}");
            for sentence in sentences {
                assert!(said.err.contains(sentence), "{sentence} is not in {said:#?}");
            }
            assert!(!said.out.contains('\x1b') && !said.err.contains('\x1b'), "{said:?}");
        }
    }
}
