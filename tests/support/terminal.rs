//! A program on a pseudo-terminal of its own: what its user types, sees and gets back.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::process::Command as Run;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, PtyPair, PtySize, native_pty_system};

use super::{DWELL, now, wait_until};

/// How long a key has before it is pressed again.
const PRESS_AGAIN: Duration = Duration::from_secs(5);

/// A terminal's size: columns and rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size(pub(crate) u16, pub(crate) u16);

impl Size {
    fn pty(self) -> PtySize {
        PtySize { rows: self.1, cols: self.0, pixel_width: 0, pixel_height: 0 }
    }

    fn parser(self) -> vt100::Parser<Asked> {
        vt100::Parser::new_with_callbacks(nonzero(self.1), nonzero(self.0), 0, Asked::default())
    }
}

/// What the terminal was asked besides to show something: its title, its clipboard, and what vt100 does not know.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked(pub(crate) BTreeSet<String>);

impl Asked {
    fn add(&mut self, what: String) {
        self.0.insert(what);
    }
}

impl vt100::Callbacks for Asked {
    fn audible_bell(&mut self, _: &mut vt100::Screen) {
        self.add("bell".to_owned());
    }

    fn visual_bell(&mut self, _: &mut vt100::Screen) {
        self.add("visual bell".to_owned());
    }

    fn resize(&mut self, _: &mut vt100::Screen, size: (u16, u16)) {
        self.add(format!("size {size:?}"));
    }

    fn set_window_icon_name(&mut self, _: &mut vt100::Screen, name: &[u8]) {
        self.add(format!("icon {}", name.escape_ascii()));
    }

    fn set_window_title(&mut self, _: &mut vt100::Screen, title: &[u8]) {
        self.add(format!("title {}", title.escape_ascii()));
    }

    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], data: &[u8]) {
        self.add(format!("copy {}", data.escape_ascii()));
    }

    fn paste_from_clipboard(&mut self, _: &mut vt100::Screen, kind: &[u8]) {
        self.add(format!("paste {}", kind.escape_ascii()));
    }

    fn unhandled_control(&mut self, _: &mut vt100::Screen, byte: u8) {
        self.add(format!("control {byte}"));
    }

    fn unhandled_escape(&mut self, _: &mut vt100::Screen, one: Option<u8>, two: Option<u8>, byte: u8) {
        self.add(format!("ESC {one:?} {two:?} {byte}"));
    }

    fn unhandled_csi(
        &mut self,
        _: &mut vt100::Screen,
        one: Option<u8>,
        _: Option<u8>,
        words: &[&[u16]],
        end: char,
    ) {
        self.add(format!("CSI {one:?} {words:?} {end}"));
    }

    fn unhandled_osc(&mut self, _: &mut vt100::Screen, words: &[&[u8]]) {
        let words: Vec<_> = words.iter().map(|word| word.escape_ascii().to_string()).collect();
        self.add(format!("OSC {words:?}"));
    }
}

fn nonzero(size: u16) -> NonZeroU16 {
    NonZeroU16::new(size).unwrap()
}

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

/// A program on a terminal.
pub(crate) struct Session {
    /// Both ends: the slave is kept open, so that the terminal outlives the program.
    pty: PtyPair,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    screen: Arc<Mutex<vt100::Parser<Asked>>>,
    order: Arc<Order>,
    reader: thread::JoinHandle<()>,
    before: String,
}

/// A command with what every test wants to be the same wherever it runs.
pub(crate) fn command(words: &[&str]) -> CommandBuilder {
    let mut command = CommandBuilder::new(words[0]);
    command.args(&words[1..]);
    command.env("TERM", "xterm-256color");
    command.env("LC_ALL", "C.UTF-8");
    command.env("TZ", "UTC");
    command.env("RUST_BACKTRACE", "0");
    // No config file of whoever runs the tests.
    command.env("XDG_CONFIG_HOME", "/nonexistent");
    command.env_remove("NO_COLOR");
    command.env_remove("COLORTERM");
    command
}

/// A run of dwell with these arguments.
pub(crate) fn dwell(arguments: &[&str]) -> CommandBuilder {
    command(&[&[DWELL], arguments].concat())
}

impl Session {
    /// Starts a command on a terminal of that size.
    pub(crate) fn start(command: CommandBuilder, size: Size) -> Session {
        let pty = native_pty_system().openpty(size.pty()).unwrap();
        let before = line_settings(&pty.master.tty_name().unwrap());
        let child = pty.slave.spawn_command(command).unwrap();
        let screen = Arc::new(Mutex::new(size.parser()));
        let order = Arc::new(Order::default());
        let reader = read(pty.master.try_clone_reader().unwrap(), Arc::clone(&screen), Arc::clone(&order));
        let keys = pty.master.take_writer().unwrap();
        Session { pty, keys, child, screen, order, reader, before }
    }

    /// Starts dwell, and waits until it shows a text.
    pub(crate) fn showing(text: &str, command: CommandBuilder, size: Size) -> Session {
        let session = Session::start(command, size);
        session.wait_for_text(text);
        session
    }

    /// Types keys.
    pub(crate) fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Sends the program a signal: `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        assert!(Run::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// Gives the terminal another size.
    pub(crate) fn resize(&self, size: Size) {
        self.screen.lock().unwrap().screen_mut().set_size(nonzero(size.1), nonzero(size.0));
        self.pty.master.resize(size.pty()).unwrap();
    }

    /// Reads no more of what the program writes, from the next bytes on.
    pub(crate) fn stop_reading(&self) {
        self.order.pause.store(true, Ordering::SeqCst);
    }

    /// Whether nothing is read any more.
    pub(crate) fn has_stopped_reading(&self) -> bool {
        self.order.paused.load(Ordering::SeqCst)
    }

    /// Looks at the screen.
    pub(crate) fn look<T>(&self, at: impl FnOnce(&vt100::Screen) -> T) -> T {
        at(self.screen.lock().unwrap().screen())
    }

    /// What the terminal was asked so far, besides to show something.
    pub(crate) fn asked(&self) -> Asked {
        self.screen.lock().unwrap().callbacks().clone()
    }

    /// All that is on the screen.
    pub(crate) fn contents(&self) -> String {
        self.look(vt100::Screen::contents)
    }

    /// The rows of the screen, each as wide as the screen.
    pub(crate) fn rows(&self) -> Vec<String> {
        self.look(|screen| {
            let (_, columns) = screen.size();
            screen.rows(0, columns.get()).collect()
        })
    }

    /// The first row, which says what is read, through which filter, and when.
    pub(crate) fn header(&self) -> String {
        self.rows().swap_remove(0)
    }

    /// Whether a text is on the screen.
    pub(crate) fn sees(&self, text: &str) -> bool {
        self.contents().contains(text)
    }

    /// Waits until something has happened.
    pub(crate) fn wait_for(&self, what: &str, happened: impl FnMut() -> bool) {
        wait_until(happened, || format!("waited in vain for {what}; the screen:\n{}", self.contents()));
    }

    /// Waits until a text is on the screen.
    pub(crate) fn wait_for_text(&self, text: &str) {
        self.wait_for(&format!("{text:?}"), || self.sees(text));
    }

    /// Waits until a text is in the first row.
    pub(crate) fn wait_for_header(&self, text: &str) {
        self.wait_for(&format!("{text:?} in the first row"), || self.header().contains(text));
    }

    /// Whether the program was stopped.
    pub(crate) fn is_stopped(&self) -> bool {
        let pid = self.child.process_id().unwrap().to_string();
        let state = Run::new("ps").args(["-o", "stat=", "-p", &pid]).output().unwrap().stdout;
        state.starts_with(b"T")
    }

    /// Waits until the program has ended.
    pub(crate) fn wait_for_end(&mut self) -> ExitStatus {
        let (mut ended, child) = (None, &mut self.child);
        let has_ended = || {
            ended = child.try_wait().unwrap();
            ended.is_some()
        };
        let screen = &self.screen;
        wait_until(has_ended, || {
            format!("waited in vain for the end; the screen:\n{}", screen.lock().unwrap().screen().contents())
        });
        ended.unwrap()
    }

    /// Presses a key until the program has ended. After Esc one press may count for nothing: on a busy machine both are
    /// read together, which means Alt and that key.
    pub(crate) fn press_until_end(&mut self, key: &str) -> ExitStatus {
        let (mut ended, mut pressed) = (None, None::<Instant>);
        let has_ended = || {
            ended = self.child.try_wait().unwrap();
            if ended.is_none() && pressed.is_none_or(|at| at.elapsed() > PRESS_AGAIN) {
                self.press(key);
                pressed = Some(now());
            }
            ended.is_some()
        };
        wait_until(has_ended, || format!("waited in vain for {key:?} to end it"));
        ended.unwrap()
    }

    /// The most memory that the program has had resident so far, in bytes; none where the system does not tell.
    pub(crate) fn peak_memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.process_id()?)).ok()?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        peak.trim().strip_suffix(" kB")?.parse().ok().map(|kib: u64| kib << 10)
    }

    /// Quits, in good order.
    pub(crate) fn quit(mut self) {
        self.press("q");
        let status = self.wait_for_end();
        assert!(status.success(), "{status:?}");
        self.assert_given_back();
    }

    /// Waits until all that was written has been read, and the terminal is as it was found.
    pub(crate) fn assert_given_back(&self) {
        let is = |what, holds: fn(&vt100::Screen) -> bool| self.wait_for(what, || self.look(holds));
        is("the main screen", |screen| !screen.alternate_screen());
        is("a cursor that is shown", |screen| !screen.hide_cursor());
        // A shell brackets it too, until it has read a command.
        is("pasting that is not bracketed", |screen| !screen.bracketed_paste());
        is("a mouse that is not asked for", |screen| {
            screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
        });
        assert_eq!(self.line_settings(), self.before);
    }

    /// The terminal is in the program's hands.
    pub(crate) fn assert_held(&self) {
        self.look(|screen| assert!(screen.alternate_screen() && screen.bracketed_paste()));
        assert_ne!(self.line_settings(), self.before, "raw mode is on");
    }

    /// Whether the line settings are those of the beginning.
    pub(crate) fn has_first_line_settings(&self) -> bool {
        self.line_settings() == self.before
    }

    /// How the terminal handles lines, as `stty -g` says it.
    pub(crate) fn line_settings(&self) -> String {
        line_settings(&self.tty())
    }

    /// The terminal's device.
    pub(crate) fn tty(&self) -> PathBuf {
        self.pty.master.tty_name().unwrap()
    }

    /// Closes the terminal, as when the connection is cut, and waits for the program's end.
    pub(crate) fn hang_up(mut self) -> ExitStatus {
        self.order.let_go.store(true, Ordering::SeqCst);
        // Something to draw, so that the reader has something to read and sees it.
        self.press("?");
        self.reader.join().unwrap();
        let mut child = self.child;
        drop((self.pty, self.keys));
        let mut ended = None;
        let has_ended = || {
            ended = child.try_wait().unwrap();
            ended.is_some()
        };
        wait_until(has_ended, || "the program goes on without a terminal".to_owned());
        ended.unwrap()
    }
}

fn read(
    mut from: Box<dyn Read + Send>,
    screen: Arc<Mutex<vt100::Parser<Asked>>>,
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
