//! End-to-end tests of the live monitor on a pseudo-terminal, with a log that the test appends to.
#![cfg(unix)]
#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

mod support;

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use dwell::time::Span;
use portable_pty::CommandBuilder;
use support::lines::{Hit, LONG_AGO, today, visitors};
use support::now;
use support::terminal::{Session, Size, dwell};
use tempfile::TempDir;

const USUAL: Size = Size(100, 30);

/// A log in a folder of its own.
struct Log {
    folder: TempDir,
}

impl Log {
    fn with(text: &str) -> Log {
        let log = Log { folder: tempfile::tempdir().expect("a temporary folder") };
        log.append(text);
        log
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("access.log")
    }

    fn append(&self, text: &str) {
        let mut file = File::options().append(true).create(true).open(self.path()).expect("open");
        file.write_all(text.as_bytes()).expect("write");
    }

    fn command(&self) -> CommandBuilder {
        dwell(&[self.path().to_str().expect("a path of letters")])
    }

    /// dwell, once it has read what is there.
    fn watched(&self, size: Size) -> Session {
        let session = Session::start(self.command(), size);
        session.wait_for_header("LIVE");
        session
    }
}

/// Five visitors within the last minute.
fn recent() -> Log {
    Log::with(&visitors(today() - Span::minutes(1), Span::seconds(10), 5))
}

fn page_now(address: &'static str, path: &'static str) -> String {
    Hit::page(today(), address, path).line()
}

// ---- What it shows -------------------------------------------------------------------------------------------------

#[test]
fn an_empty_log_says_so_and_what_is_appended_appears() {
    let log = Log::with("");
    let session = log.watched(USUAL);
    session.wait_for_text("The log is empty so far");
    assert!(!session.sees("1970"), "{}", session.contents());
    log.append(&page_now("203.0.113.7", "/first-page"));
    session.wait_for_text("1 active in the last 5m");
    session.wait_for_text("/first-page");
    session.quit();
}

#[test]
fn a_line_written_in_halves_is_one_line() {
    let log = recent();
    let session = log.watched(USUAL);
    session.wait_for_text("5 active in the last 5m");
    let line = page_now("203.0.113.70", "/in-halves");
    let (first, second) = line.split_at(60);
    log.append(first);
    log.append(&[second, &page_now("203.0.113.71", "/after-it")].concat());
    session.wait_for_text("7 active in the last 5m");
    session.wait_for_text("/in-halves");
    session.quit();
}

#[test]
fn r6_an_old_log_is_shown_up_to_the_end_of_its_own_last_day() {
    // Two days earlier, and the last hour.
    let log = Log::with(&visitors(LONG_AGO - Span::hours(48), Span::minutes(1), 20));
    log.append(&visitors(LONG_AGO, Span::minutes(1), 4));
    let session = Session::start(log.command(), USUAL);
    session.wait_for_header("END OF LOG  30m  2019-01-22 12:03");
    session.wait_for_text("4  seen");
    session.quit();
}

#[test]
fn a_pause_holds_the_screen_and_counts_what_is_behind() {
    let log = recent();
    let mut session = log.watched(USUAL);
    session.wait_for_text("5 active in the last 5m");
    session.press(" ");
    session.wait_for_header("PAUSED · 0 lines behind");
    log.append(&visitors(today(), Span::seconds(0), 3).replace("203.0.113", "198.51.100"));
    session.wait_for_header("PAUSED · 3 lines behind");
    assert!(session.sees("5 active in the last 5m"), "{}", session.contents());
    session.press(" ");
    session.wait_for_text("8 active in the last 5m");
    assert!(!session.header().contains("PAUSED"), "{}", session.header());
    session.quit();
}

#[test]
fn a_rotation_by_renaming_is_followed_and_nothing_is_lost() {
    let log = recent();
    let session = log.watched(USUAL);
    session.wait_for_text("5 active in the last 5m");
    let rotated = log.folder.path().join("access.log.1");
    fs::rename(log.path(), &rotated).expect("rename");
    let mut old = File::options().append(true).open(&rotated).expect("the old log");
    old.write_all(page_now("203.0.113.80", "/still-to-the-old-one").as_bytes()).expect("write");
    log.append(&page_now("203.0.113.81", "/to-the-new-one"));
    session.wait_for_text("7 active in the last 5m");
    session.quit();
}

#[test]
fn a_log_that_is_truncated_is_followed() {
    let log = recent();
    let session = log.watched(USUAL);
    session.wait_for_text("5 active in the last 5m");
    File::create(log.path()).expect("truncate");
    log.append(&page_now("203.0.113.82", "/to-the-truncated-one"));
    session.wait_for_text("6 active in the last 5m");
    session.quit();
}

#[test]
fn one_bad_input_is_told_of_and_the_good_one_is_shown() {
    let log = recent();
    let missing = log.folder.path().join("missing.log");
    let mut command = log.command();
    command.arg(missing);
    let session = Session::start(command, USUAL);
    session.wait_for_text("5 active in the last 5m");
    session.wait_for_text("missing.log: not there yet");
    session.quit();
}

#[test]
fn lines_in_no_known_format_are_told_of() {
    let log = Log::with("this is no log\n");
    let session = Session::start(log.command(), USUAL);
    session.wait_for_text("no format that dwell knows");
    session.quit();
}

/// R15.
#[test]
fn an_outage_is_told_at_the_top_and_on_the_overview() {
    let log = recent();
    let session = log.watched(Size(160, 48));
    session.wait_for_text("LIVE");
    for person in ["203.0.113.101", "203.0.113.102", "203.0.113.103", "203.0.113.104", "203.0.113.105"] {
        log.append(&page_now(person, "/checkout").replace(" 200 ", " 502 "));
    }
    session.wait_for_text("1 WARNING");
    session.wait_for_text("5xx");
    session.quit();
}

#[test]
fn what_a_line_smuggles_in_does_not_reach_the_terminal() {
    let log = recent();
    let session = log.watched(USUAL);
    session.wait_for_text("5 active in the last 5m");
    log.append(&page_now("203.0.113.90", "/a\u{1b}]0;owned\u{7}\u{1b}[2J\u{202e}b"));
    session.wait_for_text("6 active in the last 5m");
    session.wait_for_text("␛");
    assert_whole(&session);
    session.quit();
}

// ---- How it ends ---------------------------------------------------------------------------------------------------

#[test]
fn q_and_control_c_quit_and_escape_does_not() {
    for key in ["q", "\x03"] {
        let log = recent();
        let mut session = log.watched(USUAL);
        session.assert_held();
        session.press("?");
        session.wait_for_text("Help");
        session.press("\x1b");
        session.wait_for("the help's end", || !session.sees("Help"));
        // There is nothing to go back to.
        session.press("\x1b");
        log.append(&page_now("203.0.113.50", "/after-escape"));
        session.wait_for_text("/after-escape");
        assert_eq!(session.press_until_end(key).exit_code(), 0);
        session.assert_given_back();
    }
}

#[test]
fn a_signal_ends_it_and_gives_the_terminal_back() {
    for (name, described) in [("TERM", "Terminated"), ("HUP", "Hangup"), ("INT", "Interrupt")] {
        let log = recent();
        let mut session = log.watched(USUAL);
        session.signal(name);
        let status = session.wait_for_end();
        session.assert_given_back();
        assert!(status.signal().is_some_and(|signal| signal.contains(described)), "{name}: {status:?}");
    }
}

#[test]
fn a_sockets_file_does_not_outlive_the_monitor() {
    let log = recent();
    let path = log.folder.path().join("dwell.sock");
    let mut command = log.command();
    command.arg(format!("unix:{}", path.display()));
    for signal in [None, Some("TERM"), Some("USR1")] {
        let mut session = Session::start(command.clone(), USUAL);
        session.wait_for_header("LIVE");
        assert!(path.exists());
        match signal {
            Some(signal) => session.signal(signal),
            None => session.press("q"),
        }
        session.wait_for_end();
        session.assert_given_back();
        assert!(!path.exists(), "{signal:?} leaves the file");
    }
}

#[test]
fn who_listens_for_other_machines_is_warned_on_the_screen_and_in_the_log() {
    let log = recent();
    let own_log = log.folder.path().join("dwell.log");
    let mut command = log.command();
    command.args(["udp://0.0.0.0:0", "--log"]);
    command.arg(&own_log);
    let session = Session::start(command, USUAL);
    session.wait_for_text("udp://0.0.0.0:0 is open to other machines");
    session.quit();
    assert!(
        fs::read_to_string(own_log)
            .expect("a log")
            .contains("WARN udp://0.0.0.0:0 is open to other machines")
    );
}

#[test]
fn a_stop_gives_the_terminal_back_and_what_came_in_meanwhile_is_shown_after_it() {
    let log = recent();
    let session = log.watched(USUAL);
    session.wait_for_text("5 active in the last 5m");
    session.signal("TSTP");
    session.wait_for("the stop", || session.is_stopped());
    session.assert_given_back();
    log.append(&page_now("203.0.113.60", "/while-it-stood-still"));
    session.signal("CONT");
    session.wait_for_text("6 active in the last 5m");
    session.assert_held();
    session.quit();
}

#[test]
fn a_terminal_that_hangs_up_ends_it() {
    let log = recent();
    log.watched(USUAL).hang_up();
}

// ---- On every terminal ---------------------------------------------------------------------------------------------

#[test]
fn nothing_overflows_at_any_size() {
    for size in [Size(80, 24), Size(160, 48), Size(100, 30), Size(40, 12)] {
        let log = recent();
        let session = log.watched(size);
        session.wait_for_text("/start");
        assert_whole(&session);
        session.quit();
    }
}

#[test]
fn a_terminal_that_is_too_small_says_so_until_it_is_larger() {
    let log = recent();
    let session = Session::showing("39x11 is too small", log.command(), Size(39, 11));
    for size in [Size(80, 24), Size(40, 12), Size(160, 48)] {
        session.resize(size);
        session.wait_for_text("/start");
        session.wait_for_header("LIVE");
        assert_whole(&session);
    }
    session.resize(Size(39, 11));
    session.wait_for_text("39x11 is too small");
    session.quit();
}

/// A new size is a signal and a key is a byte: each reaches the program by a way of its own, in whichever order.
#[test]
fn a_key_at_the_moment_of_a_new_size_is_heard() {
    let log = recent();
    let mut session = log.watched(USUAL);
    session.wait_for_text("/start");
    let rounds = [("2", "Sessions", Size(120, 36)), ("4", "Pages", USUAL)];
    for (microseconds, (key, view, size)) in (0..400).step_by(2).zip(rounds.into_iter().cycle()) {
        session.resize(size);
        spin(Duration::from_micros(microseconds));
        session.press(key);
        session.wait_for_header(view);
    }
    session.quit();
}

/// Lets a moment pass that is too short to sleep.
fn spin(duration: Duration) {
    let start = now();
    while start.elapsed() < duration {
        std::hint::spin_loop();
    }
}

#[test]
fn every_terminal_gets_what_it_can_show() {
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "xterm"), ("TERM", "dumb"), ("COLORTERM", "truecolor")]
    {
        let log = recent();
        let mut command = log.command();
        command.env(name, value);
        let session = Session::showing("/start", command, USUAL);
        let coloured = (name, value) == ("TERM", "xterm") || name == "COLORTERM";
        assert_eq!(shows_colour(&session), coloured, "{name}={value}");
        assert_whole(&session);
        session.quit();
    }
}

#[test]
fn a_locale_without_utf_8_gets_ascii() {
    let log = recent();
    let mut command = log.command();
    command.env_remove("LC_ALL");
    command.env_remove("LC_CTYPE");
    command.env("LANG", "C");
    let session = Session::showing("/start", command, USUAL);
    assert!(session.contents().is_ascii(), "{}", session.contents());
    session.quit();
}

/// Whether any cell has a colour of its own.
fn shows_colour(session: &Session) -> bool {
    let plain = |cell: &vt100::Cell| {
        cell.fgcolor() == vt100::Color::Default && cell.bgcolor() == vt100::Color::Default
    };
    session.look(|screen| {
        let (rows, columns) = screen.size();
        let places = (0..rows.get()).flat_map(|row| (0..columns.get()).map(move |column| (row, column)));
        places.filter_map(|(row, column)| screen.cell(row, column)).any(|cell| !plain(cell))
    })
}

/// The first row is the header and the last one the hints, no row runs into the next, and every border that begins
/// is closed. Waits for it: a frame may be half read.
fn assert_whole(session: &Session) {
    session.wait_for("a whole screen", || is_whole(session));
}

fn is_whole(session: &Session) -> bool {
    let rows = session.rows();
    let runs_over =
        |row: usize| session.look(|screen| screen.row_wrapped(u16::try_from(row).expect("few rows")));
    let count = |row: &str, corner| row.matches(corner).count();
    let corners = |corner| rows.iter().map(|row| count(row, corner)).sum::<usize>();
    rows[0].starts_with(" dwell")
        && rows.last().is_some_and(|hints| hints.contains("? help"))
        && !(0..rows.len()).any(runs_over)
        && rows.iter().all(|row| count(row, '╭') == count(row, '╮') && count(row, '╰') == count(row, '╯'))
        && corners('╭') == corners('╰')
}
