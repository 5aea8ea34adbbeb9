//! Holds and restores the terminal: a single `restore`, called from everywhere.

use std::io;
use std::sync::Once;

use ratatui::crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use super::output::Stdout;
use super::ownership;

/// Switches to the alternate screen and saves the cursor.
pub(super) const ENTER: &[u8] = b"\x1b[?1049h";

/// Hides the cursor; bracketed paste.
pub(super) const MODES: &[u8] = b"\x1b[?25l\x1b[?2004h";

/// Reports presses, releases and the wheel, in SGR form. No movements: over SSH they would be a flood.
pub(super) const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1006h";

/// No mouse reports.
pub(super) const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1000l";

/// Undoes all of these. First ends a synchronized update, which a panic may have left open; clears the screen before
/// leaving it, for consoles without an alternate screen.
const LEAVE: &[u8] = b"\x1b[?2026l\x1b[?1006l\x1b[?1000l\x1b[?2004l\x1b[m\x1b[H\x1b[J\x1b[?25h\x1b[?1049l";

/// Begins to hold the terminal.
pub(super) fn begin() -> io::Result<()> {
    ownership::take();
    enable_raw_mode()
}

/// Sets raw mode again after another program had the terminal. crossterm believes that it is still on, and would save
/// the current state as the one to restore: so the old state is restored first.
pub(super) fn renew() -> io::Result<()> {
    disable_raw_mode()?;
    begin()
}

/// Restores the terminal: main screen, cursor, no paste or mouse reports, the old line settings. Does nothing if it
/// is not held; may be called from any thread, any number of times. Errors are ignored: nobody could be told, and the
/// next step may still work.
pub fn restore() {
    if !ownership::release() {
        return;
    }
    // First what cannot block: even a stuck terminal gets its line settings back.
    let _ = disable_raw_mode();
    if let Ok(mut stdout) = Stdout::open() {
        let _ = stdout.write_past_hold(LEAVE);
    }
}

/// Makes every panic restore the terminal before its message.
pub(super) fn install_panic_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            restore();
            previous(info);
        }));
    });
}
