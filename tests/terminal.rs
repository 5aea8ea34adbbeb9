//! The terminal is restored however the program ends (design.md section 6). Tests run a toy program, this test binary
//! started again, on a real pseudo-terminal.
#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::panic, reason = "what helps a test fails as the test would")]

mod support;

use std::fs::File;
use std::process::Command as Run;
use std::sync::Arc;
use std::thread;

use dwell::query::inquiry::Inquiry;
use dwell::ui::message::{AppCommand, Message, Reports};
use dwell::ui::run::{AskEngine, EngineSays, LoopEnd, Program, run};
use dwell::ui::terminal::{Options, end_by};
use ratatui::Frame;
use ratatui::crossterm::event::KeyCode;
use ratatui::style::Style;
use ratatui::text::Line;
use support::terminal::{Session, Size, command};
use tempfile::TempDir;
use tokio::sync::{Notify, mpsc};

const SIZE: Size = Size(80, 24);

/// How the child exits when its terminal is gone.
const TERMINAL_GONE: u32 = 3;

// ---- The child -----------------------------------------------------------------------------------------------------

/// Shows what was typed, and dies in the ways that it is told to.
struct Toy {
    typed: String,
    dirty: bool,
}

impl Program for Toy {
    fn handle(&mut self, message: Message) -> Vec<AppCommand> {
        let Message::Key(key) = message else { return Vec::new() };
        self.dirty = true;
        match key.code {
            KeyCode::Char('q') => return vec![AppCommand::Quit],
            KeyCode::Char('z') => return vec![AppCommand::Suspend],
            KeyCode::Char('m') => return vec![AppCommand::Mouse(Reports::On)],
            KeyCode::Char('f') => return vec![AppCommand::Copy("a flood ".repeat(1 << 17).into())],
            KeyCode::Char('p') => panic!("as it was told"),
            KeyCode::Char('t') => drop(thread::spawn(|| panic!("elsewhere"))),
            KeyCode::Char(typed) => self.typed.push(typed),
            _ => {}
        }
        Vec::new()
    }

    fn draw(&mut self, frame: &mut Frame) {
        self.dirty = false;
        let line = Line::styled(format!("ready {}", self.typed), Style::new().bold().red());
        frame.render_widget(line, frame.area());
    }

    fn needs_draw(&self) -> bool {
        self.dirty
    }
}

struct NoEngine;

impl AskEngine for NoEngine {
    fn ask(&self, _: Inquiry) {}
}

/// Not a test: what the tests start.
#[test]
#[ignore = "started by the other tests, on a terminal of its own"]
fn child() {
    let (_answers, answered) = mpsc::unbounded_channel();
    let mut toy = Toy { typed: String::new(), dirty: false };
    let engine_says = EngineSays {
        answers: answered,
        alerts: mpsc::unbounded_channel().1,
        annotations: tokio::sync::watch::channel(Arc::default()).1,
        changes: Arc::new(Notify::new()),
    };
    let ended = run(&mut toy, &NoEngine, engine_says, &Options::default()).unwrap();
    match ended {
        LoopEnd::Quit => println!("quit in good order"),
        LoopEnd::Signal(signal) => end_by(signal),
        LoopEnd::EngineGone => unreachable!("the child holds the other end of the answers"),
        LoopEnd::TerminalGone(_) => std::process::exit(i32::try_from(TERMINAL_GONE).unwrap()),
    }
}

// ---- The parent ----------------------------------------------------------------------------------------------------

fn start() -> Session {
    start_in(&[])
}

/// What starts the child.
fn child_words() -> Vec<String> {
    let program = std::env::current_exe().unwrap().display().to_string();
    let options = ["child", "--exact", "--ignored", "--nocapture"].map(str::to_owned);
    std::iter::once(program).chain(options).collect()
}

/// Starts the child, as an argument of another command where one is given, and waits for its first frame.
fn start_in(wrapper: &[&str]) -> Session {
    let child = child_words();
    let words: Vec<&str> = wrapper.iter().copied().chain(child.iter().map(String::as_str)).collect();
    let mut command = command(&words);
    command.env("NO_COLOR", "1");
    Session::showing("ready", command, SIZE)
}

/// A shell with jobs, in a folder of its own.
struct Shell<'a> {
    session: Session,
    place: &'a TempDir,
}

impl Shell<'_> {
    fn start(place: &TempDir) -> Shell<'_> {
        let mut command = command(&["bash", "--norc", "--noprofile", "-i"]);
        command.env("PS1", "shell> ");
        command.cwd(place.path());
        Shell { session: Session::showing("shell> ", command, SIZE), place }
    }

    /// How the terminal handles lines while the shell runs a command: what `stty -g` says to a file of that name.
    fn line_settings(&mut self, name: &str) -> String {
        let _ = std::fs::remove_file(self.place.path().join(name));
        self.session.press(&format!("stty -g > .{name} && mv .{name} {name}\r"));
        self.wait_for_file(name)
    }

    /// What is in a file, once there is something.
    fn wait_for_file(&self, name: &str) -> String {
        let path = self.place.path().join(name);
        let read = || std::fs::read_to_string(&path).unwrap_or_default().trim().to_owned();
        self.session.wait_for(name, || !read().is_empty());
        read()
    }
}

/// How a process is, as `ps` says it: `T` where it is stopped.
fn state(pid: &str) -> String {
    let output = Run::new("ps").args(["-o", "stat=", "-p", pid]).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_screen_is_taken_and_drawn_on_and_weight_shows_without_colour() {
    let mut session = start();
    session.assert_held();
    session.press("ab");
    session.wait_for_text("ready ab");
    assert!(session.look(|screen| screen.cell(0, 0).unwrap().bold()));
    session.press("q");
    session.wait_for_end();
}

#[test]
fn after_quitting_the_terminal_is_as_it_was() {
    let mut session = start();
    session.press("m");
    let mouse = |screen: &vt100::Screen| screen.mouse_protocol_mode();
    session.wait_for("the mouse", || session.look(mouse) != vt100::MouseProtocolMode::None);
    session.press("q");
    assert!(session.wait_for_end().success());
    session.wait_for_text("quit in good order");
    session.assert_given_back();
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_speaks() {
    let mut session = start();
    session.press("p");
    assert!(!session.wait_for_end().success());
    // On the main screen, where it can still be read.
    session.wait_for_text("as it was told");
    session.assert_given_back();
}

#[test]
fn a_panic_in_another_thread_gives_the_terminal_back_and_ends_the_program() {
    let mut session = start();
    session.press("t");
    assert_eq!(session.wait_for_end().exit_code(), TERMINAL_GONE);
    session.wait_for_text("elsewhere");
    session.assert_given_back();
}

#[test]
fn a_signal_that_ends_the_program_gives_the_terminal_back_and_can_be_told_from_outside() {
    for (name, described) in [
        ("TERM", "Terminated"),
        ("HUP", "Hangup"),
        ("INT", "Interrupt"),
        ("QUIT", "Quit"),
        ("ABRT", "Aborted"),
        ("USR1", "User defined signal 1"),
        ("USR2", "User defined signal 2"),
        ("ALRM", "Alarm clock"),
        ("XCPU", "CPU time limit exceeded"),
    ] {
        let mut session = start();
        session.signal(name);
        let status = session.wait_for_end();
        session.assert_given_back();
        assert!(status.signal().is_some_and(|signal| signal.contains(described)), "{name}: {status:?}");
    }
}

#[test]
fn a_signal_ends_the_program_although_the_terminal_takes_no_more_bytes() {
    let mut session = start();
    session.stop_reading();
    session.press("f");
    // The first of a flood that is more than a terminal buffers.
    session.wait_for("the flood", || session.has_stopped_reading());
    session.signal("TERM");
    assert!(session.wait_for_end().signal().is_some_and(|signal| signal.contains("Terminated")));
    assert!(session.has_first_line_settings());
}

#[test]
fn a_stop_really_stops_and_continuing_draws_all_anew() {
    let mut session = start();
    session.press("a");
    session.wait_for_text("ready a");
    session.signal("TSTP");
    session.wait_for("the stop", || session.is_stopped());
    session.assert_given_back();
    assert!(!session.sees("ready"));
    session.signal("CONT");
    session.wait_for_text("ready a");
    session.assert_held();
    session.press("bq");
    assert!(session.wait_for_end().success());
    session.assert_given_back();
}

#[test]
fn a_stop_by_key_is_one_of_the_whole_job_and_the_shell_goes_on_with_a_terminal_as_it_was() {
    let place = tempfile::tempdir().unwrap();
    let mut shell = Shell::start(&place);
    let before = shell.line_settings("before");
    // The other end of the pipe is of the same job, as ssh is in `ssh web1 tail -F access.log | dwell -`.
    shell
        .session
        .press(&format!("(echo $BASHPID > writer; exec sleep 1000) | {}\r", child_words().join(" ")));
    shell.session.wait_for("the first frame", || shell.session.look(vt100::Screen::alternate_screen));
    let writer = shell.wait_for_file("writer");
    for _ in 0..2 {
        shell.session.wait_for_text("ready");
        shell.session.press("z");
        shell.session.wait_for_text("Stopped");
        assert!(shell.session.look(|screen| !screen.alternate_screen() && !screen.hide_cursor()));
        shell.session.wait_for("the writer's stop", || state(&writer).starts_with('T'));
        assert_eq!(shell.line_settings("after"), before);
        shell.session.press("fg\r");
        shell.session.wait_for("the writer", || state(&writer).starts_with('S'));
    }
    shell.session.wait_for_text("ready");
    shell.session.press("q");
    shell.session.wait_for_text("quit in good order");
    // The shell still waits for the other end of the pipe.
    shell.session.press("\x03");
    assert_eq!(shell.line_settings("end"), before);
    shell.session.press("exit\r");
    shell.session.wait_for_end();
}

#[test]
fn a_stop_by_key_does_nothing_where_no_shell_could_continue_it() {
    let mut session = start();
    session.press("za");
    session.wait_for_text("ready a");
    session.press("q");
    assert!(session.wait_for_end().success());
    session.assert_given_back();
}

#[test]
fn a_stop_that_could_not_be_seen_coming_is_made_good_when_continued() {
    let mut session = start();
    session.signal("STOP");
    session.wait_for("the stop", || session.is_stopped());
    // What a shell does before it prompts.
    let tty = File::open(session.tty()).unwrap();
    assert!(Run::new("stty").arg("sane").stdin(tty).status().unwrap().success());
    let sane = session.line_settings();
    session.signal("CONT");
    session.wait_for("raw mode", || session.line_settings() != sane);
    session.press("aq");
    assert!(session.wait_for_end().success());
    session.assert_given_back();
}

#[test]
fn a_terminal_that_hangs_up_ends_the_program() {
    start().hang_up();
}

#[test]
fn a_terminal_that_is_gone_without_a_signal_ends_the_program() {
    // The kernel tells the session's leader only; this one does not pass it on.
    let leader = ["sh", "-c", "trap '' HUP; \"$@\"; exit $?", "sh"];
    let status = start_in(&leader).hang_up();
    assert_eq!(status.exit_code(), TERMINAL_GONE);
}
