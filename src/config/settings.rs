//! The settings of a run: every option with its value, checked against each other.

use std::ffi::OsString;
use std::path::PathBuf;

use super::additions::Additions;
use super::choices::ColorChoice;
use super::format_choice::FormatChoice;
use super::from_text::{Bytes, Host, Speed};
use super::layer::Layer;
use super::moment::{Since, SinceText, SkippedTime};
use super::zone::Zone;
use crate::classify::site::IdScope;
use crate::query::filter::Filter;
use crate::query::privacy::Privacy;
use crate::query::question::Bots;
use crate::query::rules::Rules;
use crate::time::{Millis, Span};

/// What a run is for: it decides the defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The live monitor, on logs or on simulated traffic: reads the last day.
    Live,
    /// A report or a check: reads everything.
    Report,
}

/// Whether the rotated siblings of a log are read with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum History {
    /// Only the log itself.
    LeftOut,
    /// They are read first, the oldest first.
    Read,
}

/// Every setting of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// What to read, as typed; empty where dwell is to look for the usual logs.
    pub inputs: Vec<OsString>,
    /// How lines are read.
    pub format: FormatChoice,
    /// Whether what was rotated away is read too (`--history`).
    pub history: History,
    /// What makes a session (R5 to R7); the gap is more than zero.
    pub rules: Rules,
    /// From where inputs are read.
    pub since: Since,
    /// Up to where inputs are read, not including; to their end where it is `None`.
    pub until: Option<Millis>,
    /// The window that the live monitor starts with; more than zero, at most `keep`.
    pub window: Span,
    /// How long the live monitor keeps sessions.
    pub keep: Span,
    /// How much memory sessions and dictionaries may take, in bytes.
    pub max_memory: u64,
    /// The site's own hosts, in lower case; empty where the log is to tell (R9).
    pub sites: Vec<String>,
    /// The field of a format string that names the visitor, as it stands there; empty where none does (R4).
    pub visitor: String,
    /// Where the ids of users and devices mean the same (R4).
    pub ids: IdScope,
    /// Whether bots count where the filter does not say (R3).
    pub bots: Bots,
    /// Which sessions count.
    pub filter: Filter,
    /// A database of countries.
    pub geoip: Option<PathBuf>,
    /// How much of a visitor is kept and shown (R11).
    pub privacy: Privacy,
    /// At how many times its own pace the log is played back; as fast as it can be read where it is `None`.
    pub replay: Option<f64>,
    /// The zone of times in the log that name none (`--tz`).
    pub log_zone: Zone,
    /// The zone that times are shown in and `since` and `until` are read in (`--utc`, `--tz`).
    pub zone: Zone,
    /// The name of the theme.
    pub theme: String,
    /// Whether output is coloured.
    pub color: ColorChoice,
    /// Where dwell writes what it does and meets.
    pub log: Option<PathBuf>,
    /// Rules, names and segments of the user's own.
    pub additions: Additions,
}

impl Default for Settings {
    /// The design's defaults for the live monitor (section 4).
    fn default() -> Settings {
        Settings {
            inputs: Vec::new(),
            format: FormatChoice::Auto,
            history: History::LeftOut,
            rules: Rules::default(),
            since: Since::Ago(Span::hours(24)),
            until: None,
            window: Span::minutes(30),
            keep: Span::hours(24),
            max_memory: 512 << 20,
            sites: Vec::new(),
            visitor: String::new(),
            ids: IdScope::default(),
            bots: Bots::LeftOut,
            filter: Filter::default(),
            geoip: None,
            privacy: Privacy::Standard,
            replay: None,
            log_zone: Zone::Local,
            zone: Zone::Local,
            theme: "terminal".to_owned(),
            color: ColorChoice::Auto,
            log: None,
            additions: Additions::default(),
        }
    }
}

/// Settings that cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A span that must not be zero.
    #[error("{0} must be longer than nothing; write it like 30m")]
    Zero(&'static str),
    /// A session would be active after it is closed.
    #[error("active ({active}) is longer than gap ({gap}), which closes a session; make it {gap} or less")]
    Active {
        /// As said.
        active: Span,
        /// As said, or the default.
        gap: Span,
    },
    /// The window would show sessions that are not kept any more.
    #[error(
        "window ({window}) is longer than keep ({keep}), and older sessions are gone; keep {window} or more"
    )]
    Window {
        /// As said.
        window: Span,
        /// As said, or the default.
        keep: Span,
    },
    /// Nothing lies between `since` and `until`.
    #[error("until ({until}) is not after since ({since}), so nothing would be read; make it later")]
    Backwards {
        /// Where reading would begin.
        since: String,
        /// Where it would end.
        until: String,
    },
    /// A filter names a segment that is not saved.
    #[error("filter: {0}")]
    Segment(String),
    /// A time that cannot be found in the calendar.
    #[error(transparent)]
    Time(#[from] SkippedTime),
}

impl Settings {
    /// The settings that a merged layer asks for; `now` is the wall clock.
    ///
    /// # Errors
    /// Spans that are zero or contradict each other, times that do not exist or run backwards, and a filter that
    /// names a segment that is not saved.
    pub fn resolve(
        purpose: Purpose,
        layer: Layer,
        inputs: Vec<OsString>,
        now: Millis,
    ) -> Result<Settings, SettingsError> {
        let default = Settings::default();
        let log_zone = layer.tz.unwrap_or_default();
        let zone = if layer.utc == Some(true) { Zone::Utc } else { log_zone };
        let history = if layer.history == Some(true) { History::Read } else { History::LeftOut };
        let bots = if layer.include_bots == Some(true) { Bots::Included } else { Bots::LeftOut };
        let spans = Spans::of(&layer, &default)?;
        let since = layer.since.unwrap_or(default_since(purpose)).resolve(zone, now)?;
        let until = layer.until.map(|until| until.resolve(zone, now)).transpose()?;
        forwards(since, until)?;
        let filter = layer.filter.map(|text| text.resolve(&layer.additions.segments)).transpose();
        let filter = filter.map_err(SettingsError::Segment)?.unwrap_or_default();
        Ok(Settings {
            inputs,
            format: layer.format.unwrap_or(default.format),
            history,
            rules: Rules {
                gap: spans.gap,
                active: spans.active,
                lateness: layer.lateness.unwrap_or(default.rules.lateness),
                bounce: layer.bounce.unwrap_or(default.rules.bounce),
            },
            since,
            until,
            window: spans.window,
            keep: spans.keep,
            max_memory: layer.max_memory.map_or(default.max_memory, |Bytes(bytes)| bytes),
            sites: layer.site.unwrap_or_default().into_iter().map(|Host(name)| name).collect(),
            visitor: layer.visitor.unwrap_or_default(),
            ids: layer.ids.unwrap_or_default(),
            bots,
            filter,
            geoip: layer.geoip,
            privacy: layer.privacy.unwrap_or(default.privacy),
            replay: layer.replay.map(|Speed(speed)| speed),
            log_zone,
            zone,
            theme: layer.theme.unwrap_or(default.theme),
            color: layer.color.unwrap_or(default.color),
            log: layer.log,
            additions: layer.additions,
        })
    }
}

fn default_since(purpose: Purpose) -> SinceText {
    match purpose {
        Purpose::Live => SinceText::Ago(Span::hours(24)),
        Purpose::Report => SinceText::All,
    }
}

/// The spans that bound each other. One that was not said makes room for one that was.
struct Spans {
    gap: Span,
    active: Span,
    window: Span,
    keep: Span,
}

impl Spans {
    fn of(layer: &Layer, default: &Settings) -> Result<Spans, SettingsError> {
        let gap = layer.gap.unwrap_or(default.rules.gap);
        let active = layer.active.unwrap_or(default.rules.active.min(gap));
        let keep = layer.keep.unwrap_or(default.keep.max(layer.window.unwrap_or_default()));
        let window = layer.window.unwrap_or(default.window.min(keep));
        let named = [("gap", gap), ("active", active), ("window", window), ("keep", keep)];
        if let Some((name, _)) = named.iter().find(|(_, span)| *span == Span::ZERO) {
            return Err(SettingsError::Zero(name));
        }
        if active > gap {
            return Err(SettingsError::Active { active, gap });
        }
        if window > keep {
            return Err(SettingsError::Window { window, keep });
        }
        Ok(Spans { gap, active, window, keep })
    }
}

fn forwards(since: Since, until: Option<Millis>) -> Result<(), SettingsError> {
    match (since, until) {
        (Since::At(since), Some(until)) if until <= since => {
            Err(SettingsError::Backwards { since: since.rfc3339(), until: until.rfc3339() })
        }
        _ => Ok(()),
    }
}
