//! Holding the terminal and giving it back: one `restore` of dwell's own, called from everywhere.

use std::io;
use std::sync::Once;

use ratatui::crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use super::output::Stdout;
use super::ownership;

/// To the alternate screen, remembering the cursor.
pub(super) const ENTER: &[u8] = b"\x1b[?1049h";

/// No cursor; pasted text comes in brackets.
pub(super) const MODES: &[u8] = b"\x1b[?25l\x1b[?2004h";

/// Presses, releases and the wheel, in the SGR form. No movements: over SSH those would be a flood.
pub(super) const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1006h";

/// No mouse.
pub(super) const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1000l";

/// Undoes all of these whatever is on, the end of a synchronized update first, which a panic may have left open.
/// Clears before it leaves, for consoles that have no other screen to go back to.
const LEAVE: &[u8] = b"\x1b[?2026l\x1b[?1006l\x1b[?1000l\x1b[?2004l\x1b[m\x1b[H\x1b[J\x1b[?25h\x1b[?1049l";

/// From here on the terminal is held.
pub(super) fn begin() -> io::Result<()> {
    ownership::take();
    enable_raw_mode()
}

/// Sets raw mode again after someone else had the terminal. crossterm believes that it is still on, and would keep
/// what it finds as the state to go back to: so the old state comes first.
pub(super) fn renew() -> io::Result<()> {
    disable_raw_mode()?;
    begin()
}

/// Gives the terminal back as it was: main screen, cursor, no paste or mouse reports, the old line settings. Does
/// nothing where it is not held; may be called from any thread, any number of times. What fails is left: there is
/// nobody to tell, and the next step may still work.
pub fn restore() {
    if !ownership::release() {
        return;
    }
    // First what cannot block: a terminal that takes no more bytes gets its line settings back at least.
    let _ = disable_raw_mode();
    if let Ok(mut stdout) = Stdout::open() {
        let _ = stdout.write_past_hold(LEAVE);
    }
}

/// Makes every panic give the terminal back before it says what happened.
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
