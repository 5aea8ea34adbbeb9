//! What comes in to the app, and what the app wants done.

use ratatui::crossterm::event::{KeyEvent, MouseEvent};

use crate::query::inquiry::{Answer, Inquiry};
use crate::time::Millis;

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Message {
    /// A key was pressed.
    Key(KeyEvent),
    /// The mouse was used.
    Mouse(MouseEvent),
    /// Text was pasted.
    Paste(String),
    /// The terminal has another size; the next frame knows which.
    Resize,
    /// The engine answered.
    Answer(Answer),
    /// Up to four times a second, where the engine has something new or time moved on: ask again if it matters.
    Beat {
        /// The wall clock.
        wall: Millis,
        /// Whether anything came in since the last beat.
        news: Changed,
    },
}

/// Whether anything came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Changed {
    /// Something did.
    Yes,
    /// Nothing did: only time moved on.
    #[default]
    No,
}

/// Something the app wants done.
#[derive(Debug, Clone, PartialEq)]
pub enum AppCommand {
    /// Post this to the engine; it never waits.
    Ask(Inquiry),
    /// Give the terminal back and end.
    Quit,
    /// Stop with all of the job, as ^Z does; the signal that comes of it gives the terminal back.
    Suspend,
    /// Put this text into the terminal's clipboard (OSC 52).
    Copy(String),
    /// Turn mouse reports on or off.
    Mouse(Reports),
}

/// Whether the terminal reports the mouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reports {
    /// It does.
    On,
    /// It does not: the terminal's own selection works.
    Off,
}
