//! Messages to the app, and its commands.

use std::path::PathBuf;
use std::sync::Arc;

use ratatui::crossterm::event::{KeyEvent, MouseEvent};

use crate::alert::watcher::ShownAlerts;
use crate::query::annotation::Annotations;
use crate::query::definitions::Funnel;
use crate::query::inquiry::{Answer, Inquiry};
use crate::text;
use crate::time::Millis;

/// A message to the app.
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
    /// The alerts are as they are now.
    Alerts(Arc<ShownAlerts>),
    /// The annotations are as they are now.
    Annotations(Arc<Annotations>),
    /// A funnel was written to the config file, or why it was not.
    FunnelWritten(Result<Funnel, String>),
    /// Something has changed or time has moved on; at most four times a second.
    Beat {
        /// The wall clock.
        wall: Millis,
        /// Whether anything has changed since the last beat.
        news: Changed,
    },
}

/// What is said of alerts.
#[derive(Debug, Clone)]
pub enum AlertNews {
    /// They are as they are now.
    Shown(Arc<ShownAlerts>),
    /// Something that the user is to notice although nobody may look at the screen.
    Notice(String),
}

/// Whether anything has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Changed {
    /// Something has.
    Yes,
    /// Nothing has: only time moved on.
    #[default]
    No,
}

/// A command of the app.
#[derive(Debug, Clone, PartialEq)]
pub enum AppCommand {
    /// Post this to the engine; never blocks.
    Ask(Inquiry),
    /// Restore the terminal and quit.
    Quit,
    /// Stop the whole job, as ^Z does; the resulting signal restores the terminal.
    Suspend,
    /// Put this text into the terminal's clipboard (OSC 52).
    Copy(text::Shown<'static>),
    /// Add this funnel to the config file.
    WriteFunnel(PathBuf, Box<Funnel>),
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
