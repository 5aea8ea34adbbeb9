//! `dwell alert`: tries the command of an alert, and silences alerts.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::alert::board::FiredAlert;
use crate::alert::condition::value_in_words;
use crate::alert::outbox::Outbox;
use crate::alert::payload::{Occasion, message};
use crate::alert::rule::{Rule, Rules};
use crate::alert::runner::{LIMIT, Run, run_now};
use crate::alert::silences::Silences;
use crate::clock;
use crate::config::file;
use crate::config::from_text::not_among;
use crate::text::harmless;
use crate::time::{Millis, Span};

use super::{Exit, ModeError};

/// Runs the commands of an alert, as if it fired, with messages that say that this is a test.
///
/// # Errors
/// There is no such alert, or the config cannot be read.
pub fn test(name: &str, config: Option<&Path>, out: &mut dyn Write) -> Result<io::Result<Exit>, ModeError> {
    let rules = rules(config)?;
    let position = position(&rules, name)?;
    let outbox = Outbox::new(&rules);
    let receivers = outbox.told_of(&rules, position);
    let fired = rules.alerts.get(position).map(|rule| trial(rule, clock::wall()));
    let Some(fired) = fired else { return Ok(Ok(Exit::Failed)) };
    let try_all = || -> io::Result<Exit> {
        if receivers.is_empty() {
            writeln!(out, "{name} runs nothing: give it a `run`, or define a [[notify]]")?;
            return Ok(Exit::Failed);
        }
        let mut exit = Exit::Done;
        for receiver in receivers {
            let input = message(&fired, &receiver.name, Occasion::Test).map_err(io::Error::other)?;
            let run = Run { title: receiver.name.clone(), argv: receiver.run.clone(), input };
            let ran = run_now(&run, LIMIT);
            let came = ran.trouble.as_deref().unwrap_or("done");
            exit = if ran.trouble.is_some() { Exit::Failed } else { exit };
            writeln!(out, "{}: {}", harmless(&receiver.run.join(" ")), harmless(came))?;
            if !ran.output.is_empty() {
                writeln!(out, "{}", ran.output)?;
            }
        }
        Ok(exit)
    };
    Ok(try_all())
}

/// Silences an alert for a time; `0s` ends its silence.
///
/// # Errors
/// There is no such alert, the config cannot be read, or the silence cannot be written.
pub fn silence(
    name: &str,
    span: Span,
    config: Option<&Path>,
    out: &mut dyn Write,
) -> Result<io::Result<Exit>, ModeError> {
    let rules = rules(config)?;
    position(&rules, name)?;
    let path = Silences::path(&config_path(config)?);
    let wall = clock::wall();
    let written = Silences::read(&path).and_then(|mut silences| {
        silences.silence(name, span, wall);
        silences.write(&path)
    });
    written.map_err(|error| {
        ModeError::Usage(format!("{}: {error}; run it as who may write there", path.display()))
    })?;
    let said = if span > Span::ZERO {
        format!("{name} is silenced until {}", (wall + span).rfc3339())
    } else {
        format!("{name} is not silenced any more")
    };
    Ok(writeln!(out, "{}; a running dwell reads {} at its next look", harmless(&said), path.display())
        .map(|()| Exit::Done))
}

fn config_path(config: Option<&Path>) -> Result<PathBuf, ModeError> {
    config.map(Path::to_owned).or_else(file::usual_path).ok_or_else(|| {
        ModeError::Usage("there is no place for a config here; name one with --config FILE".to_owned())
    })
}

fn rules(config: Option<&Path>) -> Result<Rules, ModeError> {
    let read = file::load(config).map_err(|error| ModeError::Usage(error.to_string()))?;
    Ok(Rules::clone(&read.options.additions.alerts))
}

fn position(rules: &Rules, name: &str) -> Result<usize, ModeError> {
    let unknown = || match rules.alerts.as_slice() {
        [] => "the config defines no [[alert]]; name another with --config FILE".to_owned(),
        all => {
            format!("no alert is called so: {}", not_among(name, all.iter().map(|rule| rule.name.as_str())))
        }
    };
    rules.position(name).ok_or_else(|| ModeError::Usage(unknown()))
}

/// The alert as if it fired with the value of its threshold.
fn trial(rule: &Rule, wall: Millis) -> FiredAlert {
    let first = rule.when.comparisons().into_iter().next();
    FiredAlert {
        alert: rule.name.clone(),
        severity: rule.severity.clone(),
        condition: rule.when.to_string(),
        value: first.map(|first| first.threshold),
        value_in_words: first.map(|first| value_in_words(first, first.threshold)).unwrap_or_default(),
        threshold: first.map(|first| first.threshold),
        since: wall - rule.timing.hold,
        fired: wall,
        resolved: None,
    }
}
