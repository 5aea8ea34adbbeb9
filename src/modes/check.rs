//! `dwell check`: how lines are read, what could not be read, and what to change.
//!
//! Counts, malformed lines and own hosts come from the same run as a report's; examples and proposals from a look at
//! the first lines of each input.

mod first_lines;
mod look;

use std::io::{self, Write};

use crate::classify::asset_hints::AssetHint;
use crate::classify::examples::Examples;
use crate::classify::kind::{Kind, RuleOutcome};
use crate::classify::machine_hints::MachineHint;
use crate::config::{Privacy, Settings};
use crate::engine::open_input::OpenInput;
use crate::engine::read_mode::FirstReading;
use crate::engine::run_once::{self, sentence};
use crate::format::Format;
use crate::input::AtEnd;
use crate::query::question::Question;
use crate::query::view::{Doubt, InputState, InputStatus, Intake, View};
use crate::report::Paint;
use crate::report::check::{
    self, CheckFindings, CheckedInput, CheckedKind, CheckedRequest, Reading, SuggestedFormat, SuggestedRule,
};
use crate::text::{harmless, thousands};

use super::reading::Begun;
use super::{Ended, ModeError, inputs, tell_remarks, visitor_key};
use first_lines::FirstLines;
use look::{Look, Looker};

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
) -> Result<io::Result<Ended>, ModeError> {
    let (inputs, watch) = inputs::open(settings, AtEnd::Stop)?;
    let (inputs, kept) = keep_first_lines(inputs);
    let mut looker = Looker::new(settings, visitor_key()?);
    let begun = Begun::new(settings, (inputs, watch), None, FirstReading::Counts)?;
    let explain = || -> io::Result<Ended> {
        let view =
            begun.read(|engine, pipeline| Ok(run_once::answer(engine, pipeline, &question(settings))))?;
        let looks = kept.into_iter().map(|kept| looker.look(&kept.name, &kept.lines.bytes(), kept.given));
        let looks: Vec<Look> = looks.collect();
        if view.intake.lines > 0 {
            check::write(&findings(&view.intake, &looks, &looker.examples, settings.privacy), paint, out)?;
            out.flush()?;
        }
        notice(&view, &looks, notices)
    };
    Ok(explain())
}

/// What is kept of an input for the look at its first lines.
struct Kept {
    name: String,
    given: Option<Format>,
    lines: FirstLines,
}

fn keep_first_lines(inputs: Vec<OpenInput>) -> (Vec<OpenInput>, Vec<Kept>) {
    let keep = |input: OpenInput| {
        let (name, given) = (input.name.clone(), input.format.clone());
        let (input, lines) = first_lines::keep(input);
        (input, Kept { name, given, lines })
    };
    inputs.into_iter().map(keep).unzip()
}

/// Only what was read is of interest, not the sessions.
fn question(settings: &Settings) -> Question {
    Question {
        bounce: settings.rules.bounce,
        bots: settings.bots,
        ..Question::about(settings.filter.clone())
    }
}

fn findings(intake: &Intake, looks: &[Look], examples: &Examples, privacy: Privacy) -> CheckFindings {
    let at_least = if privacy == Privacy::Strict { ENOUGH } else { 1 };
    let unknown = |name: &str| looks.iter().any(|look| look.reading.is_unknown() && look.name == name);
    let malformed_examples = intake.malformed_examples.iter().filter(|example| !unknown(&example.input));
    CheckFindings {
        inputs: intake.inputs.iter().zip(looks).map(|(status, look)| checked_input(status, look)).collect(),
        kinds: Kind::ALL.map(|kind| checked_kind(kind, intake, examples, at_least)),
        malformed_by_reason: intake.malformed_by_reason.clone(),
        malformed_examples: malformed_examples.cloned().collect(),
        late: intake.late,
        ahead: intake.ahead,
        own_hosts: intake.own_hosts.clone(),
        own_hosts_from: intake.own_hosts_from,
        doubts: intake.doubts.iter().map(Doubt::sentence).collect(),
        formats: formats(intake, looks),
        rules: rules(looks),
    }
}

/// What would have more read: of inputs that nothing reads, and of those that are doubted.
fn formats(intake: &Intake, looks: &[Look]) -> Vec<SuggestedFormat> {
    let unknown = looks.iter().map(|look| (&look.name, &look.proposal));
    let doubted = intake.doubts.iter().map(|doubt| (&doubt.input, &doubt.proposal));
    let all = unknown.chain(doubted).filter(|(_, lines)| !lines.is_empty());
    all.map(|(input, lines)| SuggestedFormat { input: input.clone(), lines: lines.clone() }).collect()
}

fn checked_input(status: &InputStatus, look: &Look) -> CheckedInput {
    let reading = match status.state {
        InputState::Failed => Reading::Failed,
        _ if status.lines == 0 => Reading::Nothing,
        _ => look.reading.clone(),
    };
    let name = if status.name == "-" { "standard input" } else { &status.name };
    CheckedInput { name: name.to_owned(), lines: status.lines, reading }
}

fn checked_kind(kind: Kind, intake: &Intake, examples: &Examples, at_least: u64) -> CheckedKind {
    let examples = examples.of(kind, EXAMPLES, at_least).into_iter();
    let examples = examples.map(|one| CheckedRequest { request: one.request, status: one.status }).collect();
    CheckedKind { hits: intake.kinds[kind as usize], examples }
}

/// One hint for each glob, whatever inputs it was found in.
fn merged<'a>(hints: impl Iterator<Item = &'a AssetHint>) -> Vec<AssetHint> {
    let mut merged: Vec<AssetHint> = Vec::new();
    for hint in hints {
        match merged.iter_mut().find(|one| one.glob == hint.glob) {
            Some(one) => {
                one.pageviews += hint.pageviews;
                one.at_once += hint.at_once;
                one.pages += hint.pages;
            }
            None => merged.push(hint.clone()),
        }
    }
    merged
}

/// A rule for each place or path that is not what R2 takes it for.
fn rules(looks: &[Look]) -> Vec<SuggestedRule> {
    let assets = merged(looks.iter().flat_map(|look| &look.hints));
    let machines = looks.iter().flat_map(|look| &look.machines);
    assets.iter().map(rule).chain(distinct(machines).into_iter().map(machine_rule)).collect()
}

/// The first hint for each request, whatever inputs it was found in.
fn distinct<'a>(hints: impl Iterator<Item = &'a MachineHint>) -> Vec<&'a MachineHint> {
    let mut distinct: Vec<&MachineHint> = Vec::new();
    for hint in hints {
        if !distinct.iter().any(|one| one.method == hint.method && one.path == hint.path) {
            distinct.push(hint);
        }
    }
    distinct
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

fn rule(hint: &AssetHint) -> SuggestedRule {
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
fn notice(view: &View, looks: &[Look], notices: &mut dyn Write) -> io::Result<Ended> {
    let inputs = &view.intake.inputs;
    tell_remarks(view, notices)?;
    let failed: Vec<_> = inputs.iter().filter(|input| could_not_be_read(input)).collect();
    for input in &failed {
        writeln!(notices, "dwell: {}", harmless(&sentence(input)))?;
    }
    if failed.is_empty() && view.intake.lines == 0 {
        writeln!(notices, "dwell: there was nothing to read: the input is empty")?;
    }
    let unread = inputs.iter().zip(looks).any(|(input, look)| input.lines > 0 && look.reading.is_unknown());
    Ok(if unread || !failed.is_empty() { Ended::Failed } else { Ended::Done })
}
