//! What the monitor is started with.

use std::path::PathBuf;
use std::sync::Arc;

use crate::config::segments::Segments;
use crate::config::{Privacy, Zone};
use crate::query::comparison::CompareWith;
use crate::query::definitions::Definitions;
use crate::query::filter::Filter;
use crate::query::question::{Bots, Window};
use crate::query::rules::Rules;

use super::keymap::Keymap;

/// What the monitor is started with.
#[derive(Debug, Clone)]
pub struct MonitorSettings {
    /// The inputs as the operator named them.
    pub inputs: Vec<String>,
    /// The filter of the first screen; Esc does not remove it.
    pub filter: Filter,
    /// The window of the first screen.
    pub window: Window,
    /// What the first screen is compared with (R17).
    pub compare: Option<CompareWith>,
    /// Whether bots count (R3).
    pub bots: Bots,
    /// What makes a session (R5 to R7).
    pub rules: Rules,
    /// How much of a visitor is shown (R11).
    pub privacy: Privacy,
    /// The speed of a replay, relative to the log's own; `None` without a replay.
    pub replay: Option<f64>,
    /// The time zone of the display.
    pub zone: Zone,
    /// Filters by the names that the config gives them.
    pub segments: Segments,
    /// The groups, goals, funnels and experiments that the config defines.
    pub definitions: Arc<Definitions>,
    /// The config file, which a funnel can be written to; `None` if there is no place for one.
    pub config_file: Option<PathBuf>,
    /// What the operator should read first; it stands until a key is pressed.
    pub warning: Option<String>,
    /// The keys.
    pub keymap: Keymap,
}
