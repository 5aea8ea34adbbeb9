//! What the config's definitions matched: in the last day of the log, or in the span that was named.

use std::io;
use std::sync::Arc;

use crate::alert::board::FiredAlert;
use crate::config::annotations::AnnotationSources;
use crate::config::{Settings, Since};
use crate::engine::open_input::{LineSource, OpenInput};
use crate::engine::read_mode::FirstReading;
use crate::engine::run_once;
use crate::input::AtEnd;
use crate::query::question::Question;
use crate::query::view::View;
use crate::report::check::alerts::CheckedAlert;
use crate::report::check::{CheckedDefinitions, question_of_definitions};
use crate::time::Span;

use super::super::annotations::Place;
use super::super::reading::StartedRun;
use super::super::{ModeError, annotations, backtest, inputs, usual};

const LAST: Span = Span::hours(24);

/// Where to look for what the definitions match.
pub(super) enum Trial {
    /// Nothing is defined.
    Nothing,
    /// In all that is read: it comes only once, or the operator named a span.
    All(Question),
    /// In the last day, which is read a second time.
    LastDay(Question),
}

impl Trial {
    pub(super) fn new(settings: &Settings, inputs: &[OpenInput]) -> Trial {
        let comes_once = inputs.iter().any(|input| matches!(input.source, Ok(LineSource::Stream(_))));
        match question_of_definitions(settings) {
            None => Trial::Nothing,
            Some(question) if comes_once || settings.since != Since::All => Trial::All(question),
            Some(question) => Trial::LastDay(question),
        }
    }

    /// The question of the run that reads everything, if it is this one.
    pub(super) fn of_all(&self) -> Option<&Question> {
        match self {
            Trial::All(question) => Some(question),
            Trial::Nothing | Trial::LastDay(_) => None,
        }
    }

    /// What the definitions matched, after everything was read.
    ///
    /// # Errors
    /// The inputs cannot be read again.
    pub(super) fn matched(self, settings: &Settings, all: &View) -> io::Result<Option<CheckedDefinitions>> {
        let fired = match &self {
            Trial::LastDay(_) => fired(settings, all)?,
            Trial::All(_) | Trial::Nothing => None,
        };
        let alerts = CheckedAlert::all(settings, fired.as_deref());
        let (view, is_last_day) = match self {
            Trial::Nothing => return Ok(None),
            Trial::All(_) => (all.clone(), false),
            Trial::LastDay(question) => (last_day(settings, &question, all)?, true),
        };
        let matched = Some(Box::new(view));
        Ok(Some(CheckedDefinitions { matched, is_last_day, alerts, ..words(settings) }))
    }
}

/// A log of more lines takes longer than one waits for a check.
const MOST_LINES: u64 = 2_000_000;

/// When alerts would have fired on the last day; `None` where there are none, or the log is long.
fn fired(settings: &Settings, all: &View) -> io::Result<Option<Vec<FiredAlert>>> {
    if settings.additions.alerts.alerts.is_empty() || all.intake.lines > MOST_LINES {
        return Ok(None);
    }
    let settings = of_last_day(settings, all);
    let run = inputs::open(&settings, AtEnd::Stop).and_then(|open| backtest::run(&settings, open, None));
    Ok(Some(run.map_err(io::Error::other)?.0))
}

/// The settings that read the last day of what was read before.
fn of_last_day(settings: &Settings, all: &View) -> Settings {
    // The end is known by now, also that of compressed logs.
    let since = if all.intake.hits > 0 { Since::At(all.to - LAST) } else { Since::All };
    Settings { since, ..settings.clone() }
}

/// Reads the last day of what was read before.
fn last_day(settings: &Settings, question: &Question, all: &View) -> io::Result<View> {
    let settings = of_last_day(settings, all);
    let start = || -> Result<StartedRun, ModeError> {
        StartedRun::new(&settings, inputs::open(&settings, AtEnd::Stop)?, None, FirstReading::Counts)
    };
    let run = start().map_err(io::Error::other)?;
    run.read(|engine, pipeline| Ok(run_once::answer(engine, pipeline, question)))
}

/// The words alone, where definitions are all that there is to explain: no log was named, and none of the usual ones is
/// here.
pub(super) fn without_log(settings: &Settings) -> Option<CheckedDefinitions> {
    let has_log = !settings.inputs.is_empty() || usual::usual().is_ok();
    if has_log { None } else { words_alone(settings) }
}

/// What the definitions say, where no line tells what they match; `None` if nothing is defined.
pub(super) fn words_alone(settings: &Settings) -> Option<CheckedDefinitions> {
    question_of_definitions(settings).map(|_| words(settings))
}

fn words(settings: &Settings) -> CheckedDefinitions {
    let definitions = Arc::clone(&settings.additions.definitions);
    let alerts = CheckedAlert::all(settings, None);
    let annotations = annotations_in_words(settings);
    CheckedDefinitions {
        definitions,
        alerts,
        annotations,
        matched: None,
        is_last_day: false,
        zone: settings.zone,
    }
}

/// How many annotations there are, by place; nothing where the config speaks of none.
fn annotations_in_words(settings: &Settings) -> Vec<String> {
    if settings.additions.annotations == AnnotationSources::default() {
        return Vec::new();
    }
    let words = |place: Place| {
        let count = place.annotations.len();
        let count = if count == 1 { "1 annotation".to_owned() } else { format!("{count} annotations") };
        let trouble = place.trouble.map_or_else(String::new, |trouble| format!("; {trouble}"));
        format!("{}: {count}{trouble}", place.name)
    };
    annotations::places(settings).into_iter().map(words).collect()
}
