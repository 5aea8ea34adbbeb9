//! `dwell watch`: reads and raises alerts, without a screen, under a service manager.

use std::io::{self, Write};
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Sender, unbounded};
use signal_hook::consts::SIGHUP;
use signal_hook::iterator::{Handle, Signals};

use crate::alert::watcher::AlertEvent;
use crate::config::{ConfigError, Settings};
use crate::ending::ENDING_SIGNALS;
use crate::engine::log_clock::LogClock;
use crate::engine::read_mode::ReadMode;
use crate::engine::run_live;
use crate::input::AtEnd;
use crate::text::HarmlessLines;

use super::alerts::{Control, LiveAsker, Said, WatchEnd, watch, watcher};
use super::service_manager::tell_manager;
use super::{Exit, ModeError, RunInputs, STARTING, annotations, inputs, live, prepare, warnings};

/// Reads the config again.
pub type ReadConfig = Arc<dyn Fn() -> Result<Settings, ConfigError> + Send + Sync>;

/// Watches the operator's logs until a signal ends it, or every input has ended.
///
/// # Errors
/// The run cannot start.
pub fn run(settings: &Settings, read_config: ReadConfig) -> Result<Exit, ModeError> {
    let (inputs, watch_files) = inputs::open(settings, AtEnd::Persist)?;
    live::refuse_if_none_can_be_read(&inputs)?;
    let run = RunInputs {
        inputs,
        watch: watch_files,
        clock: LogClock::Newest,
        keep: Some(settings.keep),
        stop_after: None,
        read_mode: ReadMode::Live,
        measured: None,
    };
    let prepared = prepare(settings, run)?;
    let (port, running) = run_live::start(move || prepared.begin(), live::pacing(settings))
        .map_err(ModeError::system("starting the engine"))?;
    let asker = LiveAsker::new(&port);
    // It serves until it is dropped, at the end of the run.
    let said = annotations::follow(settings).map_err(ModeError::system("following annotations"))?;
    let serving = super::serving::start(settings, &port, said)?;
    // The engine stops when its last asker is dropped.
    drop(port);
    let (control, controlled) = unbounded();
    let signals = obey_signals(control, read_config).map_err(ModeError::system("waiting for signals"))?;
    for sentence in warnings::of(settings).into_iter().chain(remarks(settings)) {
        write_line(&sentence);
    }
    write_line(&beginning(settings));
    if let Some(serving) = &serving {
        write_line(&format!("serving http://{}/metrics", serving.address()));
    }
    tell_manager("READY=1");
    let end = watch(asker, watcher(settings), settings.replay, &controlled, |said| match said {
        Said::Event(event) => write_event(&event),
        Said::Shown(shown) => {
            if let Some(serving) = &serving {
                serving.alerts().send_replace(Arc::new(shown));
            }
        }
    });
    tell_manager("STOPPING=1");
    signals.close();
    match end {
        WatchEnd::Stopped => Ok(Exit::Done),
        WatchEnd::InputsEnded => {
            write_line("every input has ended");
            Ok(Exit::Done)
        }
        WatchEnd::EngineGone => running.join().map_or(Ok(Exit::Failed), |ended| {
            ended.map(|()| Exit::Failed).map_err(ModeError::system(STARTING))
        }),
    }
}

fn beginning(settings: &Settings) -> String {
    let alerts = settings.additions.alerts.alerts.len();
    let config = settings.config_file.as_ref().map_or_else(String::new, |path| path.display().to_string());
    match alerts {
        0 => format!("watching; no [[alert]] is defined in {config}, so nothing will be told"),
        1 => format!("watching 1 alert of {config}"),
        _ => format!("watching {alerts} alerts of {config}"),
    }
}

/// What would keep an alert from ever firing.
pub(super) fn remarks(settings: &Settings) -> Vec<String> {
    crate::report::check::alerts::remarks(settings)
}

/// SIGHUP has the config read again; other signals that would end it end the watch in order.
fn obey_signals(control: Sender<Control>, read_config: ReadConfig) -> io::Result<Handle> {
    let mut signals = Signals::new(ENDING_SIGNALS)?;
    let handle = signals.handle();
    let obey = move || {
        for signal in signals.forever() {
            let sent = match signal {
                SIGHUP => match reread(&read_config) {
                    Some(settings) => control.send(Control::Change(Box::new(settings))),
                    None => Ok(()),
                },
                _ => control.send(Control::Stop),
            };
            if sent.is_err() {
                return;
            }
        }
    };
    thread::Builder::new().name("signals".to_owned()).spawn(obey)?;
    Ok(handle)
}

/// The settings of the config as it is now; a bad one is refused and said.
fn reread(read_config: &ReadConfig) -> Option<Settings> {
    match read_config() {
        Ok(settings) => {
            write_line(&format!("the config was read again: {}", beginning(&settings)));
            Some(settings)
        }
        Err(error) => {
            write_line(&format!("the config is refused, and the old alerts stay: {error}"));
            None
        }
    }
}

fn write_event(event: &AlertEvent) {
    match event {
        AlertEvent::Fires(_) | AlertEvent::IsOver(_) => write_line(&event.sentence()),
        AlertEvent::Failed(_) | AlertEvent::Trouble(_) => {
            tracing::warn!("{}", event.sentence());
            print_line(&event.sentence());
        }
    }
}

/// To standard error, and to dwell's own log where `--log` names one.
fn write_line(sentence: &str) {
    tracing::info!("{sentence}");
    print_line(sentence);
}

fn print_line(sentence: &str) {
    // Where it cannot be written, nobody reads it.
    let _ = writeln!(HarmlessLines::new(io::stderr()), "dwell: {sentence}");
}
