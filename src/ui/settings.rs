//! What the monitor is started with.

use crate::config::segments::Segments;
use crate::config::{Privacy, Zone};
use crate::query::filter::Filter;
use crate::query::question::{Bots, BounceRule, Window};
use crate::time::Span;

use super::keymap::Keymap;

/// What the monitor is started with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The inputs as the operator named them.
    pub inputs: Vec<String>,
    /// The filter of the first screen; Esc does not go behind it.
    pub filter: Filter,
    /// The window of the first screen.
    pub window: Window,
    /// What a bounce is (R7).
    pub bounce: BounceRule,
    /// Whether bots count (R3).
    pub bots: Bots,
    /// The longest silence within a session (R5).
    pub gap: Span,
    /// For how long after its last event a session is active.
    pub active: Span,
    /// How much of a visitor is shown (R11).
    pub privacy: Privacy,
    /// How many times faster than it was written the log is played back; `None` where it is read as it comes.
    pub replay: Option<f64>,
    /// In which zone times are shown.
    pub zone: Zone,
    /// Filters by the names that the config gives them.
    pub segments: Segments,
    /// The keys.
    pub keymap: Keymap,
}
