//! The live monitor: the engine on its own thread, the screen on this one.

use std::sync::Arc;

use tokio::sync::mpsc::unbounded_channel;

use crate::config::{Settings, Since};
use crate::engine::log_clock::{LogClock, Shift};
use crate::engine::open_input::OpenInput;
use crate::engine::port::Asker;
use crate::engine::read_mode::ReadMode;
use crate::engine::run_live::{self, Pacing};
use crate::input::AtEnd;
use crate::input::watch::Watch;
use crate::query::inquiry::Inquiry;
use crate::query::question::Window;
use crate::time::Span;
use crate::ui::app::App;
use crate::ui::keymap::Keymap;
use crate::ui::monitor_settings::MonitorSettings;
use crate::ui::run::{AskEngine, LoopEnd, run as run_screen};
use crate::ui::terminal::{Charset, Options, end_by};
use crate::ui::theme::{Catalogue, Depth, Symbols};

use super::{Exit, ModeError, RunInputs, STARTING, inputs, prepare};

/// Runs the monitor on the operator's logs.
///
/// # Errors
/// The run cannot start, or the terminal cannot be used.
pub fn run(settings: &Settings) -> Result<Exit, ModeError> {
    let (inputs, watch) = inputs::open(settings, AtEnd::Persist)?;
    refuse_if_none_can_be_read(&inputs)?;
    monitor(settings, inputs, watch, LogClock::Newest)
}

/// Fails only if no input at all can be read.
fn refuse_if_none_can_be_read(inputs: &[OpenInput]) -> Result<(), ModeError> {
    if inputs.iter().any(|input| input.source.is_ok()) {
        return Ok(());
    }
    let troubles = inputs.iter().filter_map(|input| input.source.as_ref().err());
    let troubles: Vec<_> = troubles.map(ToString::to_string).collect();
    Err(ModeError::Inputs(troubles.join("\ndwell: ")))
}

/// Runs the monitor on open inputs.
pub(super) fn monitor(
    settings: &Settings,
    inputs: Vec<OpenInput>,
    watch: Watch,
    clock: LogClock,
) -> Result<Exit, ModeError> {
    let env = |name: &str| std::env::var(name).ok();
    let themes = themes(settings, &env);
    let theme = themes.load(&settings.theme)?;
    let names = inputs.iter().map(|input| input.name.clone()).collect();
    let mut app = App::new(screen_settings(settings, names)?, themes, theme);
    let keep = Some(settings.keep);
    let prepared = prepare(
        settings,
        RunInputs { inputs, watch, clock, keep, stop_after: None, read_mode: ReadMode::Live, measured: None },
    )?;
    // Agent and source tables are built on the engine thread, so that the first frame does not wait for them.
    let (port, running) = run_live::start(move || prepared.begin(), pacing(settings))
        .map_err(ModeError::system("starting the engine"))?;
    let (answers, answered) = unbounded_channel();
    let asker = port.asker(answers);
    // The engine stops when its last asker is dropped.
    drop(port);
    let options = Options { charset: Charset::detect(&env), ..Options::default() };
    let changes = asker.changes();
    match run_screen(&mut app, &asker, answered, changes, &options)? {
        LoopEnd::Quit => Ok(Exit::Done),
        LoopEnd::TerminalGone(_) => Ok(Exit::Failed),
        LoopEnd::EngineGone => running.join().map_or(Ok(Exit::Failed), |ended| {
            ended.map(|()| Exit::Failed).map_err(ModeError::system(STARTING))
        }),
        LoopEnd::Signal(signal) => {
            end_by(signal);
            Ok(Exit::Failed)
        }
    }
}

impl AskEngine for Asker {
    fn ask(&self, inquiry: Inquiry) {
        Asker::ask(self, inquiry);
    }
}

fn pacing(settings: &Settings) -> Pacing {
    let since = match settings.since {
        Since::Ago(span) => span,
        Since::All | Since::At(_) => DAY,
    };
    Pacing { since }
}

/// A log whose last line is older than this is shown as of its end, not as of now: the default of `--since`.
const DAY: Span = Span::hours(24);

/// The clock for traffic generated in real time.
pub(super) fn wall_clock() -> LogClock {
    LogClock::Moving(Shift::Seen(0))
}

/// The theme catalogue for this terminal's colour depth and character set.
fn themes(settings: &Settings, env: &dyn Fn(&str) -> Option<String>) -> Catalogue {
    let folder =
        crate::config::file::usual_path().and_then(|path| path.parent().map(|folder| folder.join("themes")));
    Catalogue {
        folder,
        depth: Depth::detect(env, settings.color),
        symbols: Symbols::of(Charset::detect(env)),
    }
}

fn screen_settings(settings: &Settings, inputs: Vec<String>) -> Result<MonitorSettings, ModeError> {
    let keymap = Keymap::customized(&settings.additions.keys);
    Ok(MonitorSettings {
        inputs,
        filter: settings.filter.clone(),
        window: Window::Last(settings.window),
        bots: settings.bots,
        rules: settings.rules,
        privacy: settings.privacy,
        replay: settings.replay,
        zone: settings.zone,
        segments: settings.additions.segments.clone(),
        definitions: Arc::clone(&settings.additions.definitions),
        config_file: settings.config_file.clone(),
        keymap: keymap.map_err(|mistake| ModeError::Usage(mistake.to_string()))?,
    })
}
