//! Backtests: when the alerts of the config would have fired on a log.

use std::sync::Arc;

use crate::alert::board::FiredAlert;
use crate::alert::condition::Reference;
use crate::alert::observe::AskAt;
use crate::alert::watcher::{AlertEvent, EVERY, Telling};
use crate::clock;
use crate::config::Settings;
use crate::engine::log_clock::LogClock;
use crate::engine::read_mode::{FirstReading, ReadMode};
use crate::engine::run_through::{self, EngineLook};
use crate::query::question::Question;
use crate::query::view::View;
use crate::time::{Millis, Span};

use super::alerts::watcher;
use super::reading::Open;
use super::{ModeError, RunInputs, start};

/// What `usual` needs, and what findings compare.
const DAYS: Span = Span::hours(8 * 24);
const HOURS: Span = Span::hours(3);

/// Reads inputs once, and looks at the alerts each time their clock passes 10 s: what fired, in the order of firing,
/// and what was read.
///
/// # Errors
/// The run cannot start.
pub(super) fn run(
    settings: &Settings,
    (inputs, watch): Open,
    stop_after: Option<Span>,
) -> Result<(Vec<FiredAlert>, Box<View>), ModeError> {
    let run = RunInputs {
        inputs,
        watch,
        clock: LogClock::Newest,
        keep: Some(keep(settings)),
        stop_after,
        read_mode: ReadMode::First(FirstReading::Counts),
        measured: None,
    };
    let (engine, pipeline) = start(settings, run)?;
    // Nobody is told, so that silences do not matter.
    let mut watcher = watcher(&Settings { config_file: None, ..settings.clone() });
    let mut fired = Vec::new();
    let view = run_through::run(engine, pipeline, EVERY, |mut look| {
        let at = look.at;
        let events = watcher.look(at, clock::wall(), Telling::Nobody, &mut look);
        events.into_iter().flatten().for_each(|event| take(event, &mut fired));
    });
    Ok((fired, view))
}

fn take(event: AlertEvent, fired: &mut Vec<FiredAlert>) {
    match event {
        AlertEvent::Fires(alert) => fired.push(alert),
        AlertEvent::IsOver(over) => {
            let mut same = fired.iter_mut().rev().filter(|one| one.alert == over.alert);
            if let Some(known) = same.next() {
                known.resolved = over.resolved;
            }
        }
        AlertEvent::Failed(_) | AlertEvent::Trouble(_) => {}
    }
}

/// How long sessions and traffic must be kept for these alerts.
fn keep(settings: &Settings) -> Span {
    let alerts = &settings.additions.alerts.alerts;
    let windows = alerts.iter().map(|rule| rule.over + rule.over + settings.rules.gap).max();
    let days = alerts.iter().any(|rule| rule.compares_with(Reference::Usual)).then_some(DAYS);
    let day = days.map(|days| days.max(settings.keep)).unwrap_or_default();
    (windows.unwrap_or_default() + day).max(HOURS)
}

impl AskAt for EngineLook<'_> {
    fn ask(&mut self, question: &Question, at: Millis) -> Option<Arc<View>> {
        Some(Arc::new(self.answer(question, at)))
    }

    fn known_from(&mut self) -> Option<Millis> {
        Some(EngineLook::known_from(self))
    }
}
