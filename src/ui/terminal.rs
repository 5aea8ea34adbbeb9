//! The terminal: set up, drawn on, listened to, and restored (design.md section 6).
//!
//! Takes frames as cells and writes them as bytes, one write each; gives keys and signals. Must not know what is
//! drawn: no panes, themes or views.

mod ascii;
mod charset;
mod device;
mod encoder;
mod hold;
mod keyboard;
mod notifier;
mod output;
mod ownership;
mod pen;
mod screen;
mod signals;

use std::io;

use ratatui::crossterm::event::Event;
use ratatui::layout::Size;
use ratatui::{Terminal, crossterm};
use tokio::sync::mpsc;

use super::message::Reports;

pub use charset::Charset;
pub use device::TerminalDevice;
pub use hold::restore;
pub use notifier::{Notifier, tmux_passes};
pub use output::BytesWritten;
pub use screen::DiffBackend;
pub use signals::{Signal, end_by};

use output::{Output, Stdout};

/// How to talk to the terminal.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Whether frames are synchronized updates.
    pub updates: Updates,
    /// What the terminal can show.
    pub charset: Charset,
    /// The counter of bytes written.
    pub written: BytesWritten,
    /// How the user is told of what happens out of sight.
    pub notifier: Notifier,
}

/// Whether frames are synchronized (DECSET 2026). Nearly all terminals without support ignore it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Updates {
    /// The terminal shows each frame at once, without tearing.
    #[default]
    Synchronized,
    /// Frames are shown as they come in.
    Plain,
}

/// The terminal, set up for dwell: restored when dropped, and by [`restore`] from anywhere.
#[derive(Debug)]
pub struct TakenTerminal {
    /// For drawing.
    pub terminal: Terminal<DiffBackend<Stdout>>,
    /// For everything else.
    pub device: Tty,
    /// Keyboard and mouse events.
    pub keyboard: mpsc::Receiver<io::Result<Event>>,
    /// Signals.
    pub signals: mpsc::UnboundedReceiver<Signal>,
}

/// Sets up the terminal: alternate screen, raw mode, bracketed paste, no cursor, no mouse. From now on a panic or a
/// signal restores it first.
///
/// # Errors
/// Standard output is not a terminal, or it cannot be set up.
pub fn take(options: &Options) -> Result<TakenTerminal, TerminalError> {
    let signals = signals::watch().map_err(TerminalError::Signals)?;
    let device = Tty::take(options)?;
    let screen = DiffBackend::new(device.output.clone(), options, Box::new(size));
    let terminal = Terminal::new(screen).map_err(TerminalError::Setup)?;
    Ok(TakenTerminal {
        terminal,
        device,
        keyboard: keyboard::listen().map_err(TerminalError::Setup)?,
        signals,
    })
}

/// The terminal's size, from the kernel only: crossterm's `size` would run `tput` as a fallback.
fn size() -> io::Result<Size> {
    let size = crossterm::terminal::window_size()?;
    match (size.columns, size.rows) {
        // Serial lines have no size; 80×24 is the traditional default.
        (0, _) | (_, 0) => Ok(Size::new(80, 24)),
        (width, height) => Ok(Size { width: width.min(LARGEST.width), height: height.min(LARGEST.height) }),
    }
}

/// The largest screen that is drawn, in its upper left corner: more than the largest display shows in its smallest
/// font, and no more than some tens of megabytes.
const LARGEST: Size = Size::new(1000, 500);

/// The terminal, except for drawing.
#[derive(Debug)]
pub struct Tty {
    output: Output<Stdout>,
    mouse: Reports,
    notifier: Notifier,
}

impl Tty {
    fn take(options: &Options) -> Result<Tty, TerminalError> {
        let stdout = Stdout::open().map_err(TerminalError::Setup)?;
        if !stdout.is_terminal() {
            return Err(TerminalError::NoTerminal);
        }
        hold::install_panic_hook();
        let mut tty = Tty {
            output: Output::new(stdout, options.written.clone()),
            mouse: Reports::Off,
            notifier: options.notifier,
        };
        tty.hold().map_err(TerminalError::Setup)?;
        Ok(tty)
    }

    fn hold(&mut self) -> io::Result<()> {
        hold::begin()?;
        self.output.send(hold::ENTER)?;
        self.set_modes()
    }

    /// Sets the modes that another program may have changed while it had the terminal.
    fn set_modes(&mut self) -> io::Result<()> {
        self.output.send(hold::MODES)?;
        match self.mouse {
            Reports::On => self.output.send(hold::MOUSE_ON),
            Reports::Off => Ok(()),
        }
    }
}

impl TerminalDevice for Tty {
    fn stop_job(&mut self) -> io::Result<()> {
        signals::stop_job()
    }

    fn suspend(&mut self) -> io::Result<()> {
        restore();
        signals::stop()?;
        self.hold()
    }

    fn resume(&mut self) -> io::Result<()> {
        hold::renew()?;
        self.set_modes()
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        self.output.send(copy_sequence(text).as_bytes())
    }

    fn notify(&mut self, text: &str) -> io::Result<()> {
        self.output.send(self.notifier.bytes(text).as_bytes())
    }

    fn report_mouse(&mut self, reports: Reports) -> io::Result<()> {
        self.mouse = reports;
        self.output.send(match reports {
            Reports::On => hold::MOUSE_ON,
            Reports::Off => hold::MOUSE_OFF,
        })
    }

    fn is_alive(&self) -> bool {
        ownership::is_ours() && self.output.writer().is_terminal()
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        restore();
    }
}

/// OSC 52: copies the text to the clipboard of the terminal's machine. Inside tmux it needs `set -g set-clipboard
/// on`.
fn copy_sequence(text: &str) -> String {
    use base64::Engine;
    let encoded = base64::engine::general_purpose::STANDARD.encode(text);
    format!("\x1b]52;c;{encoded}\x1b\\")
}

/// Why the terminal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// The output goes elsewhere.
    #[error("standard output is not a terminal; for text in files and pipes use `dwell report`")]
    NoTerminal,
    /// It cannot be set up.
    #[error("cannot set up the terminal: {0}")]
    Setup(io::Error),
    /// Signals cannot be listened to.
    #[error("cannot listen to signals, so the terminal could not be given back: {0}")]
    Signals(io::Error),
    /// The main loop cannot be started.
    #[error("cannot start the main loop: {0}")]
    Loop(io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_copied_goes_to_the_clipboard_of_the_terminal() {
        assert_eq!(copy_sequence("/pricing é"), "\x1b]52;c;L3ByaWNpbmcgw6k=\x1b\\");
    }
}
