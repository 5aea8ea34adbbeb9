//! The tape of the demonstration, played: what it types works, and the screen shows what each of its waits names.
#![cfg(unix)]
#![expect(clippy::panic, reason = "what helps a test fails as the test would")]

mod support;

use std::path::Path;
use std::time::Duration;

use support::DWELL;
use support::terminal::{Session, Size, command};

const TAPE: &str = include_str!("../demo.tape");

/// What the tape's picture holds, in columns and rows, at the font size that it sets.
const SIZE: Size = Size(146, 40);

/// One command of a tape, as VHS knows it.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    /// Keys, with how long they take.
    Keys(String, Duration),
    Sleep(Duration),
    /// Until the screen shows what the pattern says.
    Wait(Vec<char>),
    /// What matters to the recording only.
    Setting,
}

impl Step {
    fn acts(&self) -> bool {
        matches!(self, Step::Keys(..) | Step::Wait(_))
    }

    fn takes(&self) -> Duration {
        match self {
            Step::Keys(_, time) | Step::Sleep(time) => *time,
            Step::Wait(_) | Step::Setting => Duration::ZERO,
        }
    }
}

const TYPING: &str = "60ms";

fn parse(tape: &str) -> Vec<Step> {
    let lines = tape.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| step(line).unwrap_or_else(|| panic!("the tape has a command of no known sort: {line}")))
        .collect()
}

fn step(line: &str) -> Option<Step> {
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
            Some(Step::Keys(text.to_owned(), speed * u32::try_from(text.chars().count()).ok()?))
        }
        _ => {
            let times = if rest.is_empty() { 1 } else { rest.parse().ok()? };
            Some(Step::Keys(key(word)?.repeat(times), speed * u32::try_from(times).ok()?))
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

#[test]
fn the_tape_shows_what_it_means_to_show_and_ends_in_good_order() {
    let folder = Path::new(DWELL).parent().expect("a folder").display().to_string();
    let mut shell = command(&["bash", "--norc", "--noprofile"]);
    shell.env("PATH", [&folder, ":", &std::env::var("PATH").expect("a path")].concat());
    shell.env("PS1", "ready> ");
    let mut session = Session::showing("ready> ", shell, SIZE);
    let acting: Vec<Step> = parse(TAPE).into_iter().filter(Step::acts).collect();
    for (at, step) in acting.iter().enumerate() {
        match step {
            Step::Keys(keys, _) => {
                if let Some(Step::Wait(pattern)) = acting.get(at + 1) {
                    // What is there before the keys does not show that they work. A frame may be half read.
                    session.wait_for("a screen that does not show it yet", || !sees(&session, pattern));
                }
                session.press(keys);
            }
            Step::Wait(pattern) => {
                session.wait_for(&pattern.iter().collect::<String>(), || sees(&session, pattern));
            }
            Step::Sleep(_) | Step::Setting => {}
        }
    }
    session.wait_for("the shell", || session.look(|screen| !screen.alternate_screen()));
    session.press("exit $?\r");
    assert_eq!(session.wait_for_end().exit_code(), 0);
    session.assert_given_back();
}

#[test]
fn the_tour_is_neither_hasty_nor_long() {
    let takes: Duration = parse(TAPE).iter().map(Step::takes).sum();
    assert!((30..=40).contains(&takes.as_secs()), "{takes:?}");
}

#[test]
fn after_every_key_that_changes_the_screen_the_tape_waits_for_what_it_shows() {
    let steps = parse(TAPE);
    let typed = steps.iter().filter(|step| matches!(step, Step::Keys(..))).count();
    let waits = steps.iter().filter(|step| matches!(step, Step::Wait(_))).count();
    // But for the command, its Enter being waited for, and the key that quits.
    assert_eq!(typed, waits + 2);
}

#[test]
fn a_command_of_no_known_sort_is_refused() {
    for line in
        ["Dance", "Down@fast 3", "Type unquoted", "Sleep 3 hours", "Wait+Screen /(a|b)/", "Enter twice"]
    {
        assert_eq!(step(line), None, "{line}");
    }
    let down = Step::Keys("\x1b[B\x1b[B".to_owned(), Duration::from_millis(700));
    assert_eq!(step("Down@350ms 2"), Some(down));
}
