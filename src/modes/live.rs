//! The live monitor: the engine on its own thread, the screen on this one.

use std::sync::Arc;

use crossbeam_channel::{Sender, unbounded};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::alert::watcher::AlertEvent;
use crate::config::{Settings, Since};
use crate::engine::log_clock::{LogClock, Shift};
use crate::engine::open_input::OpenInput;
use crate::engine::port::{Asker, Port};
use crate::engine::read_mode::ReadMode;
use crate::engine::run_live::{self, Pacing};
use crate::input::AtEnd;
use crate::input::watch::Watch;
use crate::query::inquiry::Inquiry;
use crate::query::question::Window;
use crate::text::harmless;
use crate::time::Span;
use crate::ui::app::App;
use crate::ui::keymap::Keymap;
use crate::ui::message::AlertNews;
use crate::ui::monitor_settings::MonitorSettings;
use crate::ui::run::{AskEngine, EngineSays, LoopEnd, run as run_screen};
use crate::ui::terminal::{Charset, Notifier, Options, end_by, tmux_passes};
use crate::ui::theme::{Catalogue, Depth, Symbols};

use super::alerts::{self, Control, LiveAsker, Said};
use super::serving::Serving;
use super::{Exit, ModeError, RunInputs, STARTING, annotations, inputs, prepare, warnings};

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
pub(super) fn refuse_if_none_can_be_read(inputs: &[OpenInput]) -> Result<(), ModeError> {
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
    let warnings = warnings::of(settings);
    for warning in &warnings {
        tracing::warn!("{}", harmless(warning));
    }
    let warning = (!warnings.is_empty()).then(|| warnings.join("; "));
    let mut app = App::new(screen_settings(settings, names, warning)?, themes, theme);
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
    // It serves until it is dropped, at the end of the run.
    let said = annotations::follow(settings).map_err(ModeError::system("following annotations"))?;
    let serving = super::serving::start(settings, &port, said.clone())?;
    let (alerts, _control) = watch_alerts(settings, &port, serving.as_ref())
        .map_err(ModeError::system("starting to watch alerts"))?;
    // The engine stops when its last asker is dropped.
    drop(port);
    let options =
        Options { charset: Charset::detect(&env), notifier: notifier(settings, &env), ..Options::default() };
    let engine_says = EngineSays { answers: answered, alerts, annotations: said, changes: asker.changes() };
    match run_screen(&mut app, &asker, engine_says, &options)? {
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

/// Watches the config's alerts on a thread of their own, as `dwell watch` does; without any there is nobody.
fn watch_alerts(
    settings: &Settings,
    port: &Port,
    serving: Option<&Serving>,
) -> std::io::Result<(UnboundedReceiver<AlertNews>, Option<Sender<Control>>)> {
    let (news, said) = unbounded_channel();
    if settings.additions.alerts.alerts.is_empty() {
        return Ok((said, None));
    }
    let (control, controlled) = unbounded();
    let (asker, watcher, speed) = (LiveAsker::new(port), alerts::watcher(settings), settings.replay);
    let served = serving.map(Serving::alerts);
    let watch = move || {
        alerts::watch(asker, watcher, speed, &controlled, |said| {
            if let (Said::Shown(shown), Some(served)) = (&said, &served) {
                served.send_replace(Arc::new(shown.clone()));
            }
            if let Some(told) = news_of(said) {
                // The screen may be gone.
                drop(news.send(told));
            }
        })
    };
    std::thread::Builder::new().name("alerts".to_owned()).spawn(watch)?;
    Ok((said, Some(control)))
}

fn news_of(said: Said) -> Option<AlertNews> {
    match said {
        Said::Shown(shown) => Some(AlertNews::Shown(Arc::new(shown))),
        Said::Event(event @ (AlertEvent::Fires(_) | AlertEvent::IsOver(_))) => {
            tracing::info!("{}", harmless(&event.sentence()));
            let is_new = matches!(event, AlertEvent::Fires(_));
            is_new.then(|| AlertNews::Notice(event.sentence()))
        }
        Said::Event(event) => {
            tracing::warn!("{}", harmless(&event.sentence()));
            None
        }
    }
}

fn notifier(settings: &Settings, env: &dyn Fn(&str) -> Option<String>) -> Notifier {
    if settings.additions.alerts.alerts.is_empty() || !settings.bell {
        return Notifier::Silent;
    }
    Notifier::detect(env, tmux_passes)
}

impl AskEngine for Asker {
    fn ask(&self, inquiry: Inquiry) {
        Asker::ask(self, inquiry);
    }
}

pub(super) fn pacing(settings: &Settings) -> Pacing {
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

fn screen_settings(
    settings: &Settings,
    inputs: Vec<String>,
    warning: Option<String>,
) -> Result<MonitorSettings, ModeError> {
    let keymap = Keymap::customized(&settings.additions.keys);
    Ok(MonitorSettings {
        inputs,
        filter: settings.filter.clone(),
        window: Window::Last(settings.window),
        compare: settings.compare,
        bots: settings.bots,
        rules: settings.rules,
        privacy: settings.privacy,
        replay: settings.replay,
        zone: settings.zone,
        warning,
        segments: settings.additions.segments.clone(),
        definitions: Arc::clone(&settings.additions.definitions),
        config_file: settings.config_file.clone(),
        keymap: keymap.map_err(|mistake| ModeError::Usage(mistake.to_string()))?,
    })
}
