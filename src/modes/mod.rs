//! The modes of dwell, one per file, and what they share.
//!
//! Takes settings and wires inputs, engine and output together. Nothing else knows all three.

pub mod alert;
mod alerts;
pub mod annotate;
mod annotations;
mod backtest;
pub mod check;
mod compared;
pub mod demo;
mod error_logs;
mod inputs;
mod json_fields;
pub mod library;
pub mod live;
pub mod log;
mod log_zone;
mod reading;
pub mod report;
mod server_config;
mod service_manager;
mod serving;
mod usual;
mod warnings;
pub mod watch;

use std::io::{self, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::classify::address::AddressKeeping;
use crate::classify::agent::Agents;
use crate::classify::batch::LineExamples;
use crate::classify::classifier::Shared;
use crate::classify::place::GeoDb;
use crate::classify::properties::WantedProperties;
use crate::classify::site::Sites;
use crate::classify::source::Sources;
use crate::classify::visitor::VisitorKey;
use crate::clock;
use crate::config::{self, Privacy, Settings};
use crate::engine::Engine;
use crate::engine::Setup;
use crate::engine::log_clock::LogClock;
use crate::engine::open_input::{OpenInput, ReadFrom};
use crate::engine::pipeline::Pipeline;
use crate::engine::read_mode::{Measured, ReadMode};
use crate::engine::start::{Plan, start as start_engine};
use crate::files;
use crate::input::watch::Watch;
use crate::query::view::View;
use crate::text::harmless;
use crate::time::Span;

/// How a run ended; determines the exit status (design.md section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Success.
    Done,
    /// A runtime failure, already reported.
    Failed,
    /// A usage error, already reported.
    WrongUsage,
}

/// Why a run cannot start or continue.
#[derive(Debug, thiserror::Error)]
pub enum ModeError {
    /// Invalid command line or config.
    #[error("{0}")]
    Usage(String),
    /// No input can be read.
    #[error("{0}")]
    Inputs(String),
    /// A system call failed.
    #[error("{what}: {error}")]
    System {
        /// The operation.
        what: &'static str,
        /// The error.
        error: std::io::Error,
    },
    /// The country database cannot be used.
    #[error("--geoip {path}: {why}; give a database of countries in MaxMind's format (.mmdb)")]
    Places {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// The terminal cannot be used.
    #[error(transparent)]
    Terminal(#[from] crate::ui::terminal::TerminalError),
    /// The theme cannot be used.
    #[error(transparent)]
    Theme(#[from] crate::ui::theme::ThemeError),
}

impl ModeError {
    fn system(what: &'static str) -> impl FnOnce(std::io::Error) -> ModeError {
        move |error| ModeError::System { what, error }
    }

    /// The exit state for this error.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            ModeError::Usage(_) | ModeError::Places { .. } | ModeError::Theme(_) => Exit::WrongUsage,
            ModeError::Inputs(_) | ModeError::System { .. } | ModeError::Terminal(_) => Exit::Failed,
        }
    }
}

/// Everything a run needs besides its settings.
struct RunInputs {
    inputs: Vec<OpenInput>,
    watch: Watch,
    clock: LogClock,
    keep: Option<Span>,
    stop_after: Option<Span>,
    read_mode: ReadMode,
    measured: Option<Measured>,
}

/// Prints notices about inputs that are not errors.
fn tell_remarks(view: &View, notices: &mut dyn Write) -> io::Result<()> {
    let mut remarks = view.intake.inputs.iter().flat_map(|input| &input.remarks);
    remarks.try_for_each(|remark| writeln!(notices, "dwell: {}", harmless(remark)))
}

/// A run that is ready to start: all of the operator's input has been validated.
struct Prepared {
    run: RunInputs,
    settings: Settings,
    key: VisitorKey,
    places: Option<GeoDb>,
}

/// Validates settings and loads what a run needs.
///
/// # Errors
/// No randomness, or an unusable country database.
fn prepare(settings: &Settings, run: RunInputs) -> Result<Prepared, ModeError> {
    Ok(Prepared { run, settings: settings.clone(), key: visitor_key()?, places: places(settings)? })
}

/// The largest database that is read, in bytes: several times the largest of countries.
const LARGEST_DATABASE: u64 = 1 << 30;

/// Starts reading.
fn start(settings: &Settings, run: RunInputs) -> Result<(Engine, Pipeline), ModeError> {
    prepare(settings, run)?.begin().map_err(ModeError::system(STARTING))
}

const STARTING: &str = "starting to read";

impl Prepared {
    /// Builds the agent and source tables, the slowest part of startup, and starts reading.
    ///
    /// # Errors
    /// A thread cannot be spawned.
    fn begin(self) -> std::io::Result<(Engine, Pipeline)> {
        let Prepared { run, settings, key, places } = self;
        let agents = Arc::new(Agents::new(&settings.additions.agents));
        let sources = Arc::new(Sources::new(&settings.additions.sources));
        let setup = Setup {
            rules: settings.rules,
            definitions: Arc::clone(&settings.additions.definitions),
            privacy: settings.privacy,
            keep: run.keep,
            max_memory: usize::try_from(settings.max_memory).unwrap_or(usize::MAX),
            inputs: run.inputs.iter().map(|input| input.name.clone()).collect(),
            workers: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            own_hosts: settings.sites.clone(),
            agents: Arc::clone(&agents),
            sources,
            clock: run.clock,
            read_mode: run.read_mode,
        };
        let plan = Plan {
            inputs: run.inputs,
            since: since(settings.since),
            until: settings.until,
            replay: settings.replay.map(thousandths),
            deadline: run.stop_after.map(deadline),
            watch: run.watch,
            measured: run.measured,
            shared: Shared { geo_db: places, ..shared(&settings, key, agents) },
        };
        start_engine(plan, setup)
    }
}

/// Converts the settings for the classifier.
fn shared(settings: &Settings, key: VisitorKey, agents: Arc<Agents>) -> Shared {
    Shared {
        rules: settings.additions.rules.clone(),
        exempt_paths: settings.additions.exempt_paths.clone(),
        addresses: addresses(settings.privacy),
        examples: examples(settings.privacy),
        sites: Sites::naming(&settings.sites),
        ids: settings.ids,
        wanted: WantedProperties::new(settings.additions.definitions.wanted_properties()),
        ..Shared::new(key, agents)
    }
}

/// R11: `strict` never shows single lines.
fn examples(privacy: Privacy) -> LineExamples {
    match privacy {
        Privacy::Standard | Privacy::Off => LineExamples::Shown,
        Privacy::Strict => LineExamples::Hidden,
    }
}

/// R11: full addresses are kept only under `off`.
fn addresses(privacy: Privacy) -> AddressKeeping {
    match privacy {
        Privacy::Standard | Privacy::Strict => AddressKeeping::Masked,
        Privacy::Off => AddressKeeping::Whole,
    }
}

fn since(since: config::Since) -> ReadFrom {
    match since {
        config::Since::All => ReadFrom::All,
        config::Since::Ago(span) => ReadFrom::Ago(span),
        config::Since::At(instant) => ReadFrom::At(instant),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a speed is positive and small")]
fn thousandths(speed: f64) -> u64 {
    (speed * 1000.0).round().max(1.0) as u64
}

fn deadline(after: Span) -> Instant {
    clock::monotonic() + Duration::from_millis(after.0)
}

/// The random key of this run; never leaves memory (R4).
fn visitor_key() -> Result<VisitorKey, ModeError> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|error| ModeError::System {
        what: "getting random bytes",
        error: std::io::Error::other(error),
    })?;
    Ok(VisitorKey::new(&random))
}

fn places(settings: &Settings) -> Result<Option<GeoDb>, ModeError> {
    let Some(path) = &settings.geoip else { return Ok(None) };
    let wrong = |why: String| ModeError::Places { path: path.display().to_string(), why };
    let bytes = files::read(path, LARGEST_DATABASE).map_err(|error| wrong(error.to_string()))?;
    GeoDb::from_bytes(bytes).map(Some).map_err(|error| wrong(error.to_string()))
}
