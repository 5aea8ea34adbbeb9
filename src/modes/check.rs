//! `dwell check`: how lines are read, what could not be read, what the config's definitions match, and what to change.
//!
//! Counts, malformed lines and own hosts come from the same run as a report's; examples and proposals from the first
//! lines of each input, which the same classifier reads.

mod definitions;
mod diagnosis;
mod first_lines;
mod requests;

use std::io::{self, Write};
use std::sync::Arc;

use crate::classify::agent::Agents;
use crate::classify::asset_hints::{AssetHint, asset_hints};
use crate::classify::classifier::Classifier;
use crate::classify::examples::Examples;
use crate::classify::kind::{Kind, RuleOutcome};
use crate::classify::machine_hints::{MachineHint, machine_hints};
use crate::config::{Privacy, Settings};
use crate::engine::open_input::OpenInput;
use crate::engine::read_mode::FirstReading;
use crate::engine::run_once::{self, sentence};
use crate::input::AtEnd;
use crate::query::question::Question;
use crate::query::view::{Doubt, InputState, InputStatus, Intake, View};
use crate::report::Paint;
use crate::report::check::{
    self, CheckFindings, CheckedInput, CheckedKind, CheckedRequest, Reading, SuggestedFormat, SuggestedRule,
};
use crate::text::{harmless, thousands};

use super::reading::StartedRun;
use super::{Exit, ModeError, examples, inputs, shared, tell_remarks, visitor_key};
use definitions::Trial;
use diagnosis::{Diagnosis, Subject};
use first_lines::FirstLines;
use requests::Requests;

/// How many requests of each kind are shown.
const EXAMPLES: usize = 3;
/// Under `strict` only of sorts that came so often, as a group of fewer sessions has no row of its own (R11).
const ENOUGH: u64 = 5;

/// Prints how lines are read. Inputs that cannot be read are told of on `notices`.
///
/// # Errors
/// A run that cannot begin, or output that cannot be written; a closed pipe is an error of that kind too.
pub fn run(
    settings: &Settings,
    paint: Paint,
    out: &mut dyn Write,
    notices: &mut dyn Write,
) -> Result<io::Result<Exit>, ModeError> {
    if let Some(words) = definitions::without_log(settings) {
        return Ok(check::write_definitions(&words, paint, out).map(|()| Exit::Done));
    }
    let (inputs, watch) = inputs::open(settings, AtEnd::Stop)?;
    let trial = Trial::new(settings, &inputs);
    let (inputs, subjects): (Vec<_>, Vec<_>) = inputs.into_iter().map(keep_first_lines).unzip();
    let agents = Arc::new(Agents::new(&settings.additions.agents));
    let shared = Arc::new(shared(settings, visitor_key()?, agents));
    let run = StartedRun::new(settings, (inputs, watch), None, FirstReading::Counts)?;
    let explain = || -> io::Result<Exit> {
        let question = trial.of_all().cloned().unwrap_or_else(|| question(settings));
        let view = run.read(|engine, pipeline| Ok(run_once::answer(engine, pipeline, &question)))?;
        let mut requests = Requests::new(Classifier::new(shared));
        let diagnoses =
            subjects.into_iter().map(|subject| diagnose(subject, settings.privacy, &mut requests));
        let diagnoses: Vec<Diagnosis> = diagnoses.collect();
        if view.intake.lines > 0 {
            let definitions = trial.matched(settings, &view)?;
            let findings = findings(&view.intake, &diagnoses, &requests, settings.privacy);
            check::write(&CheckFindings { definitions, ..findings }, paint, out)?;
        } else if let Some(words) = definitions::words_alone(settings) {
            check::write_definitions(&words, paint, out)?;
        }
        out.flush()?;
        notice(&view, &diagnoses, notices)
    };
    Ok(explain())
}

fn keep_first_lines(input: OpenInput) -> (OpenInput, (Subject, FirstLines)) {
    let (name, is_format_given) = (input.name.clone(), input.format.is_some());
    let find_format = input.format_finder();
    let (input, lines) = first_lines::keep(input);
    (input, (Subject { name, is_format_given, find_format }, lines))
}

/// Says how an input is read, and adds its requests.
fn diagnose((subject, lines): (Subject, FirstLines), privacy: Privacy, requests: &mut Requests) -> Diagnosis {
    let lines = lines.bytes();
    let diagnosis = subject.diagnose(&lines, examples(privacy));
    if let Some(format) = diagnosis.format.clone() {
        requests.add(&lines, format);
    }
    diagnosis
}

/// Only what was read is of interest, not the sessions.
fn question(settings: &Settings) -> Question {
    Question {
        bounce: settings.rules.bounce,
        bots: settings.bots,
        ..Question::about(settings.filter.clone())
    }
}

fn findings(
    intake: &Intake,
    diagnoses: &[Diagnosis],
    requests: &Requests,
    privacy: Privacy,
) -> CheckFindings {
    let at_least = if privacy == Privacy::Strict { ENOUGH } else { 1 };
    let unknown = |name: &str| diagnoses.iter().any(|one| one.reading.is_unknown() && one.name == name);
    let malformed_examples = intake.malformed_examples.iter().filter(|example| !unknown(&example.input));
    CheckFindings {
        inputs: intake.inputs.iter().zip(diagnoses).map(checked_input).collect(),
        kinds: Kind::ALL.map(|kind| checked_kind(kind, intake, &requests.examples, at_least)),
        malformed_by_reason: intake.malformed_by_reason.clone(),
        malformed_examples: malformed_examples.cloned().collect(),
        late: intake.late,
        ahead: intake.ahead,
        own_hosts: intake.own_hosts.clone(),
        own_hosts_from: intake.own_hosts_from,
        doubts: intake.doubts.iter().map(Doubt::sentence).collect(),
        formats: formats(intake, diagnoses),
        rules: rules(requests),
        definitions: None,
    }
}

/// What would have more read: of inputs that nothing reads, and of those that are doubted.
fn formats(intake: &Intake, diagnoses: &[Diagnosis]) -> Vec<SuggestedFormat> {
    let unknown = diagnoses.iter().map(|one| (&one.name, &one.proposal));
    let doubted = intake.doubts.iter().map(|doubt| (&doubt.input, &doubt.proposal));
    let all = unknown.chain(doubted).filter(|(_, lines)| !lines.is_empty());
    all.map(|(input, lines)| SuggestedFormat { input: input.clone(), lines: lines.clone() }).collect()
}

fn checked_input((status, diagnosis): (&InputStatus, &Diagnosis)) -> CheckedInput {
    let reading = match status.state {
        InputState::Failed => Reading::Failed,
        _ if status.lines == 0 => Reading::Nothing,
        _ => diagnosis.reading.clone(),
    };
    let name = if status.name == "-" { "standard input" } else { &status.name };
    CheckedInput { name: name.to_owned(), lines: status.lines, reading }
}

fn checked_kind(kind: Kind, intake: &Intake, examples: &Examples, at_least: u64) -> CheckedKind {
    let examples = examples.of(kind, EXAMPLES, at_least).into_iter();
    let examples = examples.map(|one| CheckedRequest { request: one.request, status: one.status }).collect();
    CheckedKind { hits: intake.kinds[kind as usize], examples }
}

/// A rule for each place or path that is not what R2 takes it for.
fn rules(requests: &Requests) -> Vec<SuggestedRule> {
    let (assets, machines) = (asset_hints(requests.rows()), machine_hints(requests.rows()));
    assets.iter().map(asset_rule).chain(machines.iter().map(machine_rule)).collect()
}

fn machine_rule(hint: &MachineHint) -> SuggestedRule {
    let [requests, visitors, of] = [hint.requests, hint.visitors, hint.of].map(thousands);
    SuggestedRule {
        why: format!(
            "{visitors} of {of} browsers sent one of these {requests} requests within 2 s after a page that it names \
             as its referrer: the page sends them by itself, nobody asked for them."
        ),
        method: hint.method.clone(),
        path: hint.path.clone(),
        status: String::new(),
        outcome: RuleOutcome::Kind(Kind::Api),
    }
}

fn asset_rule(hint: &AssetHint) -> SuggestedRule {
    let [pageviews, at_once, pages] = [hint.pageviews, hint.at_once, hint.pages].map(thousands);
    SuggestedRule {
        why: format!(
            "{at_once} of these {pageviews} pageviews came within 2 s after a page that they name as their \
             referrer, several for each of {pages} pages: they look like its images, not like pages."
        ),
        method: String::new(),
        path: hint.glob.clone(),
        status: String::new(),
        outcome: RuleOutcome::Kind(Kind::Asset),
    }
}

/// Whether some of it or all could not be read. That no format fits is shown with the input itself.
fn could_not_be_read(input: &InputStatus) -> bool {
    input.state == InputState::Failed || (!input.trouble.is_empty() && !input.format.is_empty())
}

/// Says which inputs could not be read; the run has failed where any could not, or is in no known format.
fn notice(view: &View, diagnoses: &[Diagnosis], notices: &mut dyn Write) -> io::Result<Exit> {
    let inputs = &view.intake.inputs;
    tell_remarks(view, notices)?;
    let failed: Vec<_> = inputs.iter().filter(|input| could_not_be_read(input)).collect();
    for input in &failed {
        writeln!(notices, "dwell: {}", harmless(&sentence(input)))?;
    }
    if failed.is_empty() && view.intake.lines == 0 {
        writeln!(notices, "dwell: there was nothing to read: the input is empty")?;
    }
    let unread = inputs.iter().zip(diagnoses).any(|(input, one)| input.lines > 0 && one.reading.is_unknown());
    Ok(if unread || !failed.is_empty() { Exit::Failed } else { Exit::Done })
}
