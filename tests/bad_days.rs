//! Bad days: what is named is a pipe or a device, what should be readable is not, what should be small is huge. dwell
//! says so and ends, or says so and goes on; it never waits without a word.
#![cfg(unix)]
#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use support::terminal::{Session, Size, dwell};
use tempfile::TempDir;

const LINE: &str = "192.0.2.7 - - [24/Nov/2026:14:00:00 +0000] \"GET /a HTTP/1.1\" 200 512 \"-\" \"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\"\n";

/// A folder with a log, and the user's config folder in it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        let folder = Folder(tempfile::tempdir().expect("a temporary folder"));
        fs::write(folder.path("access.log"), LINE).expect("a log");
        fs::create_dir_all(folder.path("config/dwell/themes")).expect("a folder");
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A pipe that nobody writes to: opening it would wait for ever.
    fn pipe(&self, name: &str) -> String {
        let path = self.path(name);
        assert!(Command::new("mkfifo").arg(&path).status().expect("mkfifo").success());
        path.display().to_string()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("dwell"));
        command.current_dir(self.0.path()).env("XDG_CONFIG_HOME", self.path("config"));
        command.args(arguments).stdin(Stdio::null());
        command
    }

    fn said(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("an end")
    }
}

fn notices(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn assert_refused(output: &Output, what: &str) {
    let said = notices(output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains(what), "{said}");
}

#[test]
fn configs_and_databases_that_are_pipes_devices_or_folders_are_refused() {
    let folder = Folder::new();
    let pipe = folder.pipe("pipe");
    for option in ["--config", "--geoip"] {
        for (path, what) in [
            (pipe.as_str(), "it is a pipe, not a file"),
            ("/dev/zero", "it is a device, not a file"),
            (".", "it is a folder, not a file"),
        ] {
            assert_refused(&folder.said(&["report", option, path, "access.log"]), what);
        }
    }
}

#[test]
fn a_zone_that_is_read_from_a_pipe_or_a_device_is_refused() {
    let folder = Folder::new();
    let pipe = folder.pipe("pipe");
    for tz in [pipe.clone(), format!(":{pipe}"), ":/dev/zero".to_owned(), "../../../dev/zero".to_owned()] {
        let output = folder.command(&["report", "access.log"]).env("TZ", &tz).output().expect("an end");
        assert_refused(&output, "not a time zone; set it to a name such as Europe/Berlin");
    }
    for tz in ["", "UTC", ":UTC", "Europe/Berlin", "CET-1CEST", "no such zone"] {
        let output = folder.command(&["report", "access.log"]).env("TZ", tz).output().expect("an end");
        assert_eq!(output.status.code(), Some(0), "{tz}: {}", notices(&output));
    }
}

#[test]
fn a_theme_that_is_a_pipe_is_refused() {
    let folder = Folder::new();
    folder.pipe("config/dwell/themes/mine.toml");
    let mut command = dwell(&["--theme", "mine"]);
    command.arg(folder.path("access.log"));
    command.env("XDG_CONFIG_HOME", folder.path("config"));
    let mut session = Session::start(command, Size(80, 24));
    assert_eq!(session.wait_for_end().exit_code(), 2);
    session.wait_for_text("it is a pipe, not a file");
}

/// A folder, as root may read all files.
#[test]
fn a_usual_config_that_cannot_be_read_is_a_notice() {
    let folder = Folder::new();
    fs::create_dir(folder.path("config/dwell/dwell.toml")).expect("a folder");
    let output = folder.said(&["report", "access.log"]);
    assert_eq!(output.status.code(), Some(0), "{}", notices(&output));
    let sentence = "dwell.toml: the config file cannot be read, and is left out: it is a folder, not a file";
    assert!(notices(&output).contains(sentence), "{}", notices(&output));
    let mut command = dwell(&[folder.path("access.log").to_str().expect("a path")]);
    command.env("XDG_CONFIG_HOME", folder.path("config"));
    let session = Session::showing("the config file cannot be read", command, Size(200, 40));
    session.quit();
}

#[test]
fn a_filter_that_is_too_long_is_refused_by_its_length() {
    let folder = Folder::new();
    let filter = "page:/a* ".repeat(9000);
    let output = folder.said(&["report", "--filter", &filter, "access.log"]);
    assert_refused(&output, "a filter has at most 4 KiB, and this one has 81000 bytes; shorten it");
    fs::write(folder.path("long.toml"), format!("[segments]\nlong = \"{filter}\"\n")).expect("a config");
    assert_refused(&folder.said(&["report", "--config", "long.toml", "access.log"]), "at most 4 KiB");
}

#[test]
fn the_prompt_outlives_what_is_pasted_into_it() {
    let folder = Folder::new();
    let command = dwell(&[folder.path("access.log").to_str().expect("a path")]);
    let mut session = Session::showing("/a", command, Size(120, 40));
    session.press("/");
    let text = "source:google ".repeat(18 * 1024 / 14);
    for pasted in [format!("\x1b[200~{text}\x1b[201~"), text] {
        session.press(&pasted);
        session.wait_for_text("a filter has at most 4 KiB");
        // The line is emptied, and the prompt is alive.
        session.press("\x15bounced");
        session.wait_for("an empty line", || !session.sees("at most 4 KiB") && session.sees("bounced"));
        session.press("\x15");
    }
    session.press("\x03");
    session.wait_for_end();
    session.assert_given_back();
}

#[test]
fn no_size_of_the_terminal_is_too_odd() {
    let folder = Folder::new();
    let sizes = [Size(1, 1), Size(1, 500), Size(5000, 1), Size(2, 3), Size(10_000, 10_000), Size(100, 30)];
    let command = dwell(&[folder.path("access.log").to_str().expect("a path")]);
    let mut session = Session::showing("/a", command, Size(100, 30));
    for size in sizes {
        session.resize(size);
        session.press("?");
        session.press("\x1b");
    }
    session.wait_for_text("/a");
    let peak = session.peak_memory();
    // Cells of the largest screen that is drawn, before and after: 10,000 × 10,000 of them would be gigabytes.
    assert!(peak.is_none_or(|peak| peak < 400 << 20), "{peak:?} bytes");
    session.quit();
}

#[test]
fn the_secrets_in_a_command_are_not_shown() {
    let folder = Folder::new();
    let command = "exec:PASSWORD=s3cr3t cat missing.log https://jo:s3cr3t@log.example/";
    let report = folder.said(&["report", "--json", command, "access.log"]);
    let check = folder.said(&["check", command, "access.log"]);
    for output in [report, check] {
        let all = format!("{}{}", String::from_utf8_lossy(&output.stdout), notices(&output));
        assert!(!all.contains("s3cr3t"), "{all}");
        assert!(all.contains("exec:PASSWORD=… cat missing.log"), "{all}");
    }
}

/// What a command complains of may be lines of the log.
#[test]
fn what_a_command_complains_of_is_masked() {
    let folder = Folder::new();
    let complaint = "192.0.2.77 jo@mail.example /reset/9f8e7d6c5b4a39281706f5e4d3c2b1a0";
    fs::write(folder.path("complaint"), complaint).expect("a file");
    let output = folder.said(&["report", "exec:cat complaint >&2; exit 3", "access.log"]);
    let said = notices(&output);
    assert!(said.contains("it ended with status 3, and said: "), "{said}");
    for secret in ["192.0.2.77", "jo@mail", "9f8e7d6c5b4a39281706f5e4d3c2b1a0"] {
        assert!(!said.contains(secret), "{said}");
    }
}

#[test]
fn siblings_of_a_log_that_are_pipes_are_no_logs() {
    let folder = Folder::new();
    folder.pipe("access.log.1");
    folder.pipe("access.log.2.gz");
    let output = folder.said(&["report", "--history", "--for", "1s", "access.log"]);
    assert_eq!(output.status.code(), Some(0), "{}", notices(&output));
    assert!(Path::new(&folder.path("access.log.1")).exists());
}
