//! The settings of a run: a value for every option, checked for contradictions.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::additions::Additions;
use super::choices::ColorChoice;
use super::format_choice::FormatChoice;
use super::from_text::{Bytes, FileMode, Host, Speed};
use super::moment::{Since, SinceText, SkippedTime};
use super::options::Options;
use super::zone::Zone;
use crate::classify::site::IdScope;
use crate::peers::Allowed;
use crate::query::annotation::Annotation;
use crate::query::comparison::CompareWith;
use crate::query::filter::Filter;
use crate::query::privacy::{FilterRefused, Privacy};
use crate::query::question::Bots;
use crate::query::rules::Rules;
use crate::time::{Millis, Span};

/// The kind of run, which decides some defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunKind {
    /// The live monitor, on logs or simulated traffic: reads the last day.
    Live,
    /// A report or a check: reads everything.
    Report,
}

/// Whether rotated files are read with their log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum History {
    /// Only the log itself.
    LeftOut,
    /// Rotated files are read first, oldest first.
    Read,
}

/// Every setting of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Inputs as typed; if empty, dwell looks for the usual logs.
    pub inputs: Vec<OsString>,
    /// The log format.
    pub format: FormatChoice,
    /// Whether rotated files are read too (`--history`).
    pub history: History,
    /// Session rules (R5 to R7); the gap is greater than zero.
    pub rules: Rules,
    /// Where reading starts.
    pub since: Since,
    /// Where reading stops (exclusive); `None` for the end.
    pub until: Option<Millis>,
    /// The live monitor's initial window; greater than zero, at most `keep`.
    pub window: Span,
    /// The time that figures are compared with (R17).
    pub compare: Option<CompareWith>,
    /// How long the live monitor keeps sessions.
    pub keep: Span,
    /// Memory limit for sessions and dictionaries in bytes.
    pub max_memory: u64,
    /// The site's own hosts in lower case; inferred from the log if empty (R9).
    pub sites: Vec<String>,
    /// The field of the format string that identifies visitors; may be empty (R4).
    pub visitor: String,
    /// The scope in which user and device ids are unique (R4).
    pub ids: IdScope,
    /// Whether bots count if the filter does not mention them (R3).
    pub bots: Bots,
    /// Which sessions count.
    pub filter: Filter,
    /// The country database.
    pub geoip: Option<PathBuf>,
    /// How much of a visitor is kept and shown (R11).
    pub privacy: Privacy,
    /// Replay speed; `None` reads as fast as possible.
    pub replay: Option<f64>,
    /// The networks that may send to sockets (`--allow`).
    pub allowed: Allowed,
    /// The mode of the files of Unix sockets (`--socket-mode`).
    pub socket_mode: Option<u32>,
    /// The zone of log times without an offset (`--tz`).
    pub log_zone: Zone,
    /// The zone for display, `since` and `until` (`--utc`, `--tz`).
    pub zone: Zone,
    /// The name of the theme.
    pub theme: String,
    /// Whether output is coloured.
    pub color: ColorChoice,
    /// Whether an alert that fires rings the terminal's bell.
    pub bell: bool,
    /// The file for dwell's own log.
    pub log: Option<PathBuf>,
    /// Where to serve figures over HTTP; nowhere unless asked.
    pub listen: Option<SocketAddr>,
    /// The user's own rules, names and segments.
    pub additions: Additions,
    /// The annotations that the config lists (R17).
    pub annotations: Vec<Annotation>,
    /// What the operator should be told at the start.
    pub notices: Vec<String>,
    /// The config file, named or the usual one, whether it exists or not; `None` if there is no place for one.
    pub config_file: Option<PathBuf>,
}

impl Default for Settings {
    /// Defaults of the live monitor (design.md section 4).
    fn default() -> Settings {
        Settings {
            inputs: Vec::new(),
            format: FormatChoice::Auto,
            history: History::LeftOut,
            rules: Rules::default(),
            since: Since::Ago(Span::hours(24)),
            until: None,
            window: Span::minutes(30),
            compare: None,
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
            allowed: Allowed::default(),
            socket_mode: None,
            log_zone: Zone::Local,
            zone: Zone::Local,
            theme: "terminal".to_owned(),
            color: ColorChoice::Auto,
            bell: true,
            log: None,
            listen: None,
            additions: Additions::default(),
            annotations: Vec::new(),
            notices: Vec::new(),
            config_file: None,
        }
    }
}

/// Settings that contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A span must not be zero.
    #[error("{0} must be longer than nothing; write it like 30m")]
    Zero(&'static str),
    /// Sessions would stay active after they close.
    #[error("active ({active}) is longer than gap ({gap}), which closes a session; make it {gap} or less")]
    Active {
        /// As given.
        active: Span,
        /// As given, or the default.
        gap: Span,
    },
    /// The window would reach back further than sessions are kept.
    #[error(
        "window ({window}) is longer than keep ({keep}), and older sessions are gone; keep {window} or more"
    )]
    Window {
        /// As given.
        window: Span,
        /// As given, or the default.
        keep: Span,
    },
    /// Only what is live can be served.
    #[error(
        "--listen serves figures while lines come in; a report and a check end: use it without a mode, or with demo or watch"
    )]
    Listen,
    /// The privacy level does not answer the filter (R11).
    #[error("filter: {0}")]
    Refused(FilterRefused),
    /// `since` is not before `until`.
    #[error("until ({until}) is not after since ({since}), so nothing would be read; make it later")]
    Backwards {
        /// The start.
        since: String,
        /// The end.
        until: String,
    },
    /// A filter refers to an unknown segment.
    #[error("filter: {0}")]
    Segment(String),
    /// A local time that does not exist.
    #[error(transparent)]
    Time(#[from] SkippedTime),
}

impl Settings {
    /// Resolves merged options; `now` is the wall-clock time.
    ///
    /// # Errors
    /// Spans that are zero or contradict each other, times that do not exist or run backwards, and a filter that
    /// refers to an unknown segment.
    pub fn resolve(
        kind: RunKind,
        options: Options,
        inputs: Vec<OsString>,
        now: Millis,
    ) -> Result<Settings, SettingsError> {
        if kind == RunKind::Report && options.listen.is_some() {
            return Err(SettingsError::Listen);
        }
        let default = Settings::default();
        let log_zone = options.tz.unwrap_or_default();
        let zone = if options.utc == Some(true) { Zone::Utc } else { log_zone };
        let history = if options.history == Some(true) { History::Read } else { History::LeftOut };
        let bots = if options.include_bots == Some(true) { Bots::Included } else { Bots::LeftOut };
        let spans = Spans::of(&options, &default)?;
        let since = options.since.unwrap_or(default_since(kind)).resolve(zone, now)?;
        let until = options.until.map(|until| until.resolve(zone, now)).transpose()?;
        forwards(since, until)?;
        let filter = options
            .filter
            .map(|text| text.resolve(&options.additions.segments, &options.additions.definitions))
            .transpose();
        let filter = filter.map_err(SettingsError::Segment)?.unwrap_or_default();
        let privacy = options.privacy.unwrap_or(default.privacy);
        if let Some(refused) = privacy.refuses(&filter) {
            return Err(SettingsError::Refused(refused));
        }
        Ok(Settings {
            inputs,
            format: options.format.unwrap_or(default.format),
            history,
            rules: Rules {
                gap: spans.gap,
                active: spans.active,
                lateness: options.lateness.unwrap_or(default.rules.lateness),
                bounce: options.bounce.unwrap_or(default.rules.bounce),
            },
            since,
            until,
            window: spans.window,
            compare: options.compare,
            keep: spans.keep,
            max_memory: options.max_memory.map_or(default.max_memory, |Bytes(bytes)| bytes),
            sites: options.site.unwrap_or_default().into_iter().map(|Host(name)| name).collect(),
            visitor: options.visitor.unwrap_or_default(),
            ids: options.ids.unwrap_or_default(),
            bots,
            filter,
            geoip: options.geoip,
            privacy,
            replay: options.replay.map(|Speed(speed)| speed),
            allowed: options.allow.unwrap_or_default().into(),
            socket_mode: options.socket_mode.map(|FileMode(mode)| mode),
            log_zone,
            zone,
            theme: options.theme.unwrap_or(default.theme),
            color: options.color.unwrap_or(default.color),
            bell: options.no_bell != Some(true),
            log: options.log,
            listen: options.listen.or(options.additions.serve.listen),
            annotations: options.additions.annotations.listed(zone, now)?,
            additions: options.additions,
            notices: Vec::new(),
            config_file: None,
        })
    }
}

fn default_since(kind: RunKind) -> SinceText {
    match kind {
        RunKind::Live => SinceText::Ago(Span::hours(24)),
        RunKind::Report => SinceText::All,
    }
}

/// Spans that limit each other. Defaults give way to given values.
struct Spans {
    gap: Span,
    active: Span,
    window: Span,
    keep: Span,
}

impl Spans {
    fn of(options: &Options, default: &Settings) -> Result<Spans, SettingsError> {
        let gap = options.gap.unwrap_or(default.rules.gap);
        let active = options.active.unwrap_or(default.rules.active.min(gap));
        let keep = options.keep.unwrap_or(default.keep.max(options.window.unwrap_or_default()));
        let window = options.window.unwrap_or(default.window.min(keep));
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
