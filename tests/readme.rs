//! The README is executable: command lines parse, those without a terminal run, quoted output matches, and the config
//! example loads.

#![expect(clippy::expect_used, clippy::panic, reason = "what helps a test fails as the test would")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use dwell::cli::{self, Mode};
use dwell::config::file;

const README: &str = include_str!("../README.md");

/// What stands for anything: alone on a line for any number of lines, within a line for any text.
const ELLIPSIS: &str = "…";

/// The contents of the README's code blocks of one language, in order.
fn blocks(language: &str) -> Vec<Vec<&'static str>> {
    let mut lines = README.lines();
    let mut blocks = Vec::new();
    while let Some(line) = lines.next() {
        if let Some(found) = line.strip_prefix("```") {
            let block: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
            if found == language {
                blocks.push(block);
            }
        }
    }
    blocks
}

/// Every command line of the README, in order, without comments.
fn command_lines() -> impl Iterator<Item = &'static str> {
    let typed = blocks("sh").into_iter().flatten();
    typed.map(|line| line.split(" #").next().unwrap_or(line).trim_end()).filter(|line| !line.is_empty())
}

/// The words of a command line as a shell splits them; what a shell would expand stays as it is.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for c in line.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c == ' ' => words.push(std::mem::take(&mut word)),
            Some(_) | None => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// The arguments of the `dwell` in a command line, where there is one.
fn dwell_arguments(line: &str) -> Option<Vec<String>> {
    let line = line.replace("cargo run --release --", "dwell");
    let words = words(&line);
    let mut commands = words.split(|word| word == "|");
    let dwell = commands.find(|command| command.first().is_some_and(|name| name == "dwell"))?;
    Some(dwell.iter().take_while(|word| *word != ">").cloned().collect())
}

fn mode(line: &str) -> Option<Mode> {
    let arguments = dwell_arguments(line)?;
    Some(cli::parse(arguments).unwrap_or_else(|error| panic!("{line}\n{error}")))
}

fn needs_no_terminal(mode: &Mode) -> bool {
    match mode {
        Mode::Report { .. }
        | Mode::Check(_)
        | Mode::Completions(_)
        | Mode::Man
        | Mode::DemoConfig
        | Mode::Annotate { .. } => true,
        Mode::Demo { print, .. } => print.is_some(),
        Mode::Live(_) | Mode::Watch(_) | Mode::AlertTest { .. } | Mode::AlertSilence { .. } => false,
    }
}

/// A folder in which the README's commands are run, with the log that they read.
struct Shell {
    folder: tempfile::TempDir,
    path: String,
}

impl Shell {
    fn new() -> Shell {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_dwell"));
        let programs = program.parent().map(Path::display).expect("the program lies in a folder");
        let path = format!("{programs}:{}", std::env::var("PATH").unwrap_or_default());
        let shell = Shell { folder: tempfile::tempdir().expect("a folder"), path };
        let first = command_lines().find(|line| line.contains("--print")).expect("a line that makes the log");
        assert!(shell.run(first).status.success(), "{first}");
        shell
    }

    fn run(&self, line: &str) -> Output {
        let mut sh = Command::new("sh");
        sh.args(["-c", line]).current_dir(self.folder.path()).env("PATH", &self.path);
        // Not the user's own config, and not the machine's own time.
        sh.env("XDG_CONFIG_HOME", self.folder.path()).env("TZ", "UTC").env_remove("NO_COLOR");
        sh.output().expect("sh runs")
    }
}

/// Whether a text is what a line of the README says.
fn is_like(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once(ELLIPSIS) else { return pattern == text };
    let Some(text) = text.strip_prefix(start) else { return false };
    (0..=text.len()).any(|at| text.is_char_boundary(at) && is_like(rest, &text[at..]))
}

/// The first line of `quoted` that is not in `printed`, in order and without gaps but where an ellipsis stands.
fn missing<'a>(quoted: &[&'a str], printed: &[&str]) -> Option<&'a str> {
    let mut at = 0;
    let mut gap = false;
    for line in quoted {
        if *line == ELLIPSIS {
            gap = true;
            continue;
        }
        let rest = &printed[at..];
        let reach = if gap { rest.len() } else { rest.len().min(1) };
        let Some(found) = rest[..reach].iter().position(|text| is_like(line, text)) else {
            return Some(line);
        };
        at += found + 1;
        gap = false;
    }
    (!gap && at < printed.len()).then_some("(the output goes on)")
}

#[test]
fn every_command_line_is_understood() {
    let modes = command_lines().filter_map(mode).count();
    assert!(modes >= 15, "{modes} command lines were found");
}

#[test]
fn commands_that_need_no_terminal_run() {
    let shell = Shell::new();
    for line in command_lines().filter(|line| mode(line).as_ref().is_some_and(needs_no_terminal)) {
        let output = shell.run(line);
        assert!(output.status.success(), "{line}\n{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn commands_print_what_is_quoted() {
    let shell = Shell::new();
    let sessions = blocks("console");
    assert!(sessions.len() >= 5, "{} quotes were found", sessions.len());
    for session in sessions {
        let (command, quoted) = session.split_first().expect("a command");
        let output = shell.run(command.trim_start_matches("$ "));
        let printed = String::from_utf8(output.stdout).expect("UTF-8");
        let printed: Vec<_> = printed.lines().map(str::trim_end).collect();
        let difference = missing(quoted, &printed);
        assert_eq!(difference, None, "{command} prints\n{}", printed.join("\n"));
    }
}

#[test]
fn every_configuration_is_understood() {
    let configurations = blocks("toml");
    assert!(!configurations.is_empty());
    for lines in configurations {
        let read = file::parse(Path::new("README.md"), &lines.join("\n"));
        assert!(read.is_ok(), "{read:?}");
    }
}

#[test]
fn a_quote_that_differs_is_found() {
    assert_eq!(missing(&["a", "…", "c"], &["a", "b", "c"]), None);
    assert_eq!(missing(&["a", "…"], &["a", "b", "c"]), None);
    assert_eq!(missing(&["a … z"], &["a b c z"]), None);
    assert_eq!(missing(&["a", "c"], &["a", "b", "c"]), Some("c"));
    assert_eq!(missing(&["a", "…", "x"], &["a", "b", "c"]), Some("x"));
    assert!(missing(&["a"], &["a", "b"]).is_some());
}
