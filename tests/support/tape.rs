//! The tape of the demonstration: its commands, and a player that types them on a terminal.
#![expect(clippy::panic, reason = "what helps a test fails as the test would")]

use std::path::Path;
use std::time::Duration;

use super::DWELL;
use super::terminal::{Session, Size, command};

const TAPE: &str = include_str!("../../demo.tape");

/// What the tape's picture holds, in columns and rows, at the font size that it sets.
const SIZE: Size = Size(146, 40);

/// A shell on a terminal, which finds dwell.
pub(crate) fn shell() -> Session {
    let folder = Path::new(DWELL).parent().unwrap().display().to_string();
    let mut shell = command(&["bash", "--norc", "--noprofile"]);
    shell.env("PATH", [&folder, ":", &std::env::var("PATH").unwrap()].concat());
    shell.env("PS1", "ready> ");
    shell.env("COLORTERM", "truecolor");
    Session::showing("ready> ", shell, SIZE)
}

/// Types what the tape types and waits for what it waits for. `meanwhile` is called for what each key and pause takes.
pub(crate) fn play(session: &mut Session, mut meanwhile: impl FnMut(&Session, Duration)) {
    let steps = parse();
    let mut waits = steps.iter();
    for step in &steps {
        waits.next();
        match step {
            Step::Keys(keys, each) => {
                let next = waits.clone().find(|step| step.acts());
                if let Some(Step::Wait(pattern)) = next {
                    // What is there before the keys does not show that they work. A frame may be half read.
                    session.wait_for("a screen that does not show it yet", || !sees(session, pattern));
                }
                for key in keys {
                    session.press(key);
                    meanwhile(session, *each);
                }
            }
            Step::Wait(pattern) => {
                session.wait_for(&pattern.iter().collect::<String>(), || sees(session, pattern));
            }
            Step::Sleep(time) => meanwhile(session, *time),
            Step::Setting => {}
        }
    }
}

/// One command of a tape, as VHS knows it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    /// Keys one after the other, and how long each takes.
    Keys(Vec<String>, Duration),
    /// Nothing for so long.
    Sleep(Duration),
    /// Until the screen shows what the pattern says.
    Wait(Vec<char>),
    /// What matters to the recording only.
    Setting,
}

impl Step {
    /// Whether a terminal notices it.
    pub(crate) fn acts(&self) -> bool {
        matches!(self, Step::Keys(..) | Step::Wait(_))
    }

    /// How long it takes where the program is quick.
    pub(crate) fn takes(&self) -> Duration {
        match self {
            Step::Keys(keys, each) => keys.iter().map(|_| *each).sum(),
            Step::Sleep(time) => *time,
            Step::Wait(_) | Step::Setting => Duration::ZERO,
        }
    }
}

const TYPING: &str = "60ms";

/// The commands of the tape, in order.
pub(crate) fn parse() -> Vec<Step> {
    steps(TAPE)
}

fn steps(tape: &str) -> Vec<Step> {
    let lines = tape.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| step(line).unwrap_or_else(|| panic!("the tape has a command of no known sort: {line}")))
        .collect()
}

/// The command of a line; nothing where it is of no known sort.
pub(crate) fn step(line: &str) -> Option<Step> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let (word, speed) = word.split_once('@').unwrap_or((word, TYPING));
    let speed = time(speed)?;
    match word {
        "Output" | "Require" | "Set" => (!rest.is_empty()).then_some(Step::Setting),
        "Sleep" => time(rest).map(Step::Sleep),
        "Wait+Screen" => {
            let pattern = rest.strip_prefix('/')?.strip_suffix('/')?;
            // Of regular expressions, just the dot is known here.
            (!pattern.contains(['\\', '[', ']', '(', ')', '*', '+', '?', '|', '^', '$', '{', '/']))
                .then(|| Step::Wait(pattern.chars().collect()))
        }
        "Type" => {
            let text = rest.strip_prefix('"')?.strip_suffix('"')?;
            Some(Step::Keys(text.chars().map(String::from).collect(), speed))
        }
        _ => {
            let times = if rest.is_empty() { 1 } else { rest.parse().ok()? };
            Some(Step::Keys(vec![key(word)?.to_owned(); times], speed))
        }
    }
}

fn key(name: &str) -> Option<&'static str> {
    Some(match name {
        "Enter" => "\r",
        "Escape" => "\x1b",
        "Tab" => "\t",
        "Space" => " ",
        "Backspace" => "\x7f",
        "Up" => "\x1b[A",
        "Down" => "\x1b[B",
        "Right" => "\x1b[C",
        "Left" => "\x1b[D",
        "PageUp" => "\x1b[5~",
        "PageDown" => "\x1b[6~",
        _ => return None,
    })
}

/// `500ms` or `3s`.
fn time(text: &str) -> Option<Duration> {
    if let Some(number) = text.strip_suffix("ms") {
        return number.parse().ok().map(Duration::from_millis);
    }
    text.strip_suffix('s')?.parse().ok().map(Duration::from_secs)
}

fn sees(session: &Session, pattern: &[char]) -> bool {
    session.rows().iter().any(|row| shows(row, pattern))
}

fn shows(row: &str, pattern: &[char]) -> bool {
    let row: Vec<char> = row.chars().collect();
    let matches =
        |window: &[char]| window.iter().zip(pattern).all(|(is, wanted)| *wanted == '.' || is == wanted);
    row.windows(pattern.len()).any(matches)
}
