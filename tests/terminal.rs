//! The terminal is given back whole, however the program ends (design.md section 6): a toy program on a real
//! pseudo-terminal, which is this test binary started again.
#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::panic, reason = "what helps a test fails as the test would")]

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::process::Command as Run;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use dwell::query::inquiry::Inquiry;
use dwell::ui::message::{Command, Message, Reports};
use dwell::ui::run::{Ended, Engine, Program, run};
use dwell::ui::terminal::{Options, end_by};
use portable_pty::{Child, CommandBuilder, ExitStatus, PtyPair, PtySize, native_pty_system};
use ratatui::Frame;
use ratatui::crossterm::event::KeyCode;
use ratatui::style::Style;
use ratatui::text::Line;
use tokio::sync::mpsc;

const DEADLINE: Duration = Duration::from_secs(30);
const SIZE: PtySize = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };

/// How the child exits when its terminal is gone.
const TERMINAL_GONE: u32 = 3;

// ---- The child -----------------------------------------------------------------------------------------------------

/// Shows what was typed, and dies in the ways that it is told to.
struct Toy {
    typed: String,
    dirty: bool,
}

impl Program for Toy {
    fn handle(&mut self, message: Message) -> Vec<Command> {
        let Message::Key(key) = message else { return Vec::new() };
        self.dirty = true;
        match key.code {
            KeyCode::Char('q') => return vec![Command::Quit],
            KeyCode::Char('z') => return vec![Command::Suspend],
            KeyCode::Char('m') => return vec![Command::Mouse(Reports::On)],
            KeyCode::Char('f') => return vec![Command::Copy("a flood ".repeat(1 << 17))],
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

impl Engine for NoEngine {
    fn ask(&self, _: Inquiry) {}
}

/// Not a test: what the tests start.
#[test]
#[ignore = "started by the other tests, on a terminal of its own"]
fn child() {
    let (_answers, answered) = mpsc::unbounded_channel();
    let mut toy = Toy { typed: String::new(), dirty: false };
    let ended = run(&mut toy, &NoEngine, answered, Arc::new(AtomicU64::new(0)), &Options::default()).unwrap();
    match ended {
        Ended::Quit => println!("quit in good order"),
        Ended::Signal(signal) => end_by(signal),
        Ended::TerminalGone(_) => std::process::exit(i32::try_from(TERMINAL_GONE).unwrap()),
    }
}

// ---- The parent ----------------------------------------------------------------------------------------------------

/// What the reader of the terminal is told.
#[derive(Default)]
struct Order {
    /// To read no more for the moment.
    pause: AtomicBool,
    /// It does read no more.
    paused: AtomicBool,
    /// To let go of the terminal.
    let_go: AtomicBool,
}

/// A child on a terminal.
struct Session {
    /// Both ends: the slave is kept open, so that the terminal outlives the child.
    pty: PtyPair,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    screen: Arc<Mutex<vt100::Parser>>,
    order: Arc<Order>,
    reader: thread::JoinHandle<()>,
    before: String,
}

impl Session {
    fn start() -> Session {
        Session::start_in(&[])
    }

    /// Starts the child, as an argument of another command where one is given, and waits for its first frame.
    fn start_in(wrapper: &[&str]) -> Session {
        let pty = native_pty_system().openpty(SIZE).unwrap();
        let before = line_settings(&pty.master.tty_name().unwrap());
        let child = pty.slave.spawn_command(command(wrapper)).unwrap();
        let screen = Arc::new(Mutex::new(vt100::Parser::new(nonzero(SIZE.rows), nonzero(SIZE.cols), 0)));
        let order = Arc::new(Order::default());
        let reader = read(pty.master.try_clone_reader().unwrap(), Arc::clone(&screen), Arc::clone(&order));
        let keys = pty.master.take_writer().unwrap();
        let session = Session { pty, keys, child, screen, order, reader, before };
        session.wait_for("the first frame", || session.sees("ready"));
        session
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    fn signal(&self, name: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        assert!(Run::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    fn sees(&self, text: &str) -> bool {
        self.screen.lock().unwrap().screen().contents().contains(text)
    }

    fn wait_for(&self, what: &str, mut happened: impl FnMut() -> bool) {
        let start = now();
        while !happened() {
            assert!(
                start.elapsed() < DEADLINE,
                "waited in vain for {what}; the screen:\n{}",
                self.contents()
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn contents(&self) -> String {
        self.screen.lock().unwrap().screen().contents()
    }

    fn is_stopped(&self) -> bool {
        let pid = self.child.process_id().unwrap().to_string();
        let state = Run::new("ps").args(["-o", "stat=", "-p", &pid]).output().unwrap().stdout;
        state.starts_with(b"T")
    }

    fn wait_for_end(&mut self) -> ExitStatus {
        let start = now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(
                start.elapsed() < DEADLINE,
                "waited in vain for the end; the screen:\n{}",
                self.contents()
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until all that was written has been read, and the terminal is as it was found.
    fn assert_given_back(&self) {
        self.wait_for("the main screen", || !self.screen.lock().unwrap().screen().alternate_screen());
        let guard = self.screen.lock().unwrap();
        let screen = guard.screen();
        assert!(!screen.hide_cursor(), "the cursor is hidden");
        assert!(!screen.bracketed_paste(), "pasting is bracketed");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        assert_eq!(line_settings(&self.pty.master.tty_name().unwrap()), self.before);
    }

    fn assert_held(&self) {
        let guard = self.screen.lock().unwrap();
        let screen = guard.screen();
        assert!(screen.alternate_screen() && screen.hide_cursor() && screen.bracketed_paste());
        assert_ne!(line_settings(&self.pty.master.tty_name().unwrap()), self.before, "raw mode is on");
    }

    /// Closes the terminal, as when the connection is cut; gives what is left: the child.
    fn hang_up(mut self) -> Box<dyn Child + Send + Sync> {
        self.order.let_go.store(true, Ordering::SeqCst);
        // Something to read, so that the reader sees it.
        self.press("x");
        self.reader.join().unwrap();
        self.child
    }
}

fn command(wrapper: &[&str]) -> CommandBuilder {
    let program = std::env::current_exe().unwrap().display().to_string();
    let child = [&program, "child", "--exact", "--ignored", "--nocapture"];
    let words: Vec<&str> = wrapper.iter().copied().chain(child).collect();
    let mut command = CommandBuilder::new(words[0]);
    command.args(&words[1..]);
    command.env("TERM", "xterm-256color");
    command.env("NO_COLOR", "1");
    command.env("RUST_BACKTRACE", "0");
    command
}

fn read(
    mut from: Box<dyn Read + Send>,
    screen: Arc<Mutex<vt100::Parser>>,
    order: Arc<Order>,
) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            screen.lock().unwrap().process(&bytes[..count]);
            if order.let_go.load(Ordering::SeqCst) {
                return;
            }
            while order.pause.load(Ordering::SeqCst) {
                order.paused.store(true, Ordering::SeqCst);
                thread::sleep(Duration::from_millis(5));
            }
        }
    })
}

fn line_settings(tty: &PathBuf) -> String {
    let output = Run::new("stty").arg("-g").stdin(File::open(tty).unwrap()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn nonzero(size: u16) -> NonZeroU16 {
    NonZeroU16::new(size).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a test waits for another process")]
fn now() -> Instant {
    Instant::now()
}

#[test]
fn the_screen_is_taken_and_drawn_on_and_weight_shows_without_colour() {
    let mut session = Session::start();
    session.assert_held();
    session.press("ab");
    session.wait_for("what was typed", || session.sees("ready ab"));
    assert!(session.screen.lock().unwrap().screen().cell(0, 0).unwrap().bold());
    session.press("q");
    session.wait_for_end();
}

#[test]
fn after_quitting_the_terminal_is_as_it_was() {
    let mut session = Session::start();
    session.press("m");
    let reports_mouse = |session: &Session| {
        session.screen.lock().unwrap().screen().mouse_protocol_mode() != vt100::MouseProtocolMode::None
    };
    session.wait_for("the mouse", || reports_mouse(&session));
    session.press("q");
    assert!(session.wait_for_end().success());
    session.wait_for("the last words", || session.sees("quit in good order"));
    session.assert_given_back();
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_speaks() {
    let mut session = Session::start();
    session.press("p");
    assert!(!session.wait_for_end().success());
    // On the main screen, where it can still be read.
    session.wait_for("the message", || session.sees("as it was told"));
    session.assert_given_back();
}

#[test]
fn a_panic_in_another_thread_gives_the_terminal_back_and_ends_the_program() {
    let mut session = Session::start();
    session.press("t");
    assert_eq!(session.wait_for_end().exit_code(), TERMINAL_GONE);
    session.wait_for("the message", || session.sees("elsewhere"));
    session.assert_given_back();
}

#[test]
fn a_signal_that_ends_the_program_gives_the_terminal_back_and_can_be_told_from_outside() {
    for (name, described) in
        [("TERM", "Terminated"), ("HUP", "Hangup"), ("INT", "Interrupt"), ("QUIT", "Quit")]
    {
        let mut session = Session::start();
        session.signal(name);
        let status = session.wait_for_end();
        session.assert_given_back();
        assert!(status.signal().is_some_and(|signal| signal.contains(described)), "{name}: {status:?}");
    }
}

#[test]
fn a_signal_ends_the_program_although_the_terminal_takes_no_more_bytes() {
    let mut session = Session::start();
    session.order.pause.store(true, Ordering::SeqCst);
    session.press("f");
    // The first of a flood that is more than a terminal buffers.
    session.wait_for("the flood", || session.order.paused.load(Ordering::SeqCst));
    session.signal("TERM");
    assert!(session.wait_for_end().signal().is_some_and(|signal| signal.contains("Terminated")));
    assert_eq!(line_settings(&session.pty.master.tty_name().unwrap()), session.before);
}

#[test]
fn a_stop_really_stops_and_continuing_draws_all_anew() {
    type Stop = fn(&mut Session);
    let ways: [Stop; 2] = [|session| session.press("z"), |session| session.signal("TSTP")];
    for stop in ways {
        let mut session = Session::start();
        session.press("a");
        session.wait_for("what was typed", || session.sees("ready a"));
        stop(&mut session);
        session.wait_for("the stop", || session.is_stopped());
        session.assert_given_back();
        assert!(!session.sees("ready"));
        session.signal("CONT");
        session.wait_for("the frame after the stop", || session.sees("ready a"));
        session.assert_held();
        session.press("bq");
        assert!(session.wait_for_end().success());
        session.assert_given_back();
    }
}

#[test]
fn a_stop_that_could_not_be_seen_coming_is_made_good_when_continued() {
    let mut session = Session::start();
    session.signal("STOP");
    session.wait_for("the stop", || session.is_stopped());
    // What a shell does before it prompts.
    let tty = session.pty.master.tty_name().unwrap();
    assert!(Run::new("stty").arg("sane").stdin(File::open(&tty).unwrap()).status().unwrap().success());
    let sane = line_settings(&tty);
    session.signal("CONT");
    session.wait_for("raw mode", || line_settings(&tty) != sane);
    session.press("aq");
    assert!(session.wait_for_end().success());
    session.assert_given_back();
}

#[test]
fn a_terminal_that_hangs_up_ends_the_program() {
    wait_for_exit(Session::start().hang_up());
}

#[test]
fn a_terminal_that_is_gone_without_a_signal_ends_the_program() {
    // The kernel tells the session's leader only; this one does not pass it on.
    let leader = ["sh", "-c", "trap '' HUP; \"$@\"; exit $?", "sh"];
    let status = wait_for_exit(Session::start_in(&leader).hang_up());
    assert_eq!(status.exit_code(), TERMINAL_GONE);
}

fn wait_for_exit(mut child: Box<dyn Child + Send + Sync>) -> ExitStatus {
    let start = now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        assert!(start.elapsed() < DEADLINE, "the program goes on without a terminal");
        thread::sleep(Duration::from_millis(5));
    }
}
