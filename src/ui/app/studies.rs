//! Funnels and experiments: opened, and funnels put together on the spot, with marked rows as their steps (R13, R14).

use std::path::Path;
use std::sync::Arc;

use crate::query::definitions::{
    Definitions, Funnel, FunnelEntry, FunnelStep, MOST_STEPS, ReachedBy, StepOrder, Unit,
};
use crate::query::event_filter::{EventField, EventFilter};
use crate::query::filter::{Filter, TextField};

use super::super::action::Action;
use super::super::location::{Location, Screen};
use super::super::message::AppCommand;
use super::super::pane::Pane;
use super::super::rows::Picked;
use super::super::study::Study;
use super::App;
use crate::text;

/// The name of the funnel of marked steps until it is written to the config.
const MARKED: &str = "marked";

impl App {
    pub(super) fn open_study(&mut self, study: Study) {
        let focus = study.first_focus();
        self.lists.forget(focus);
        self.step(Location {
            study: Some(study),
            opened: None,
            focus,
            zoomed: false,
            ..self.location().clone()
        });
    }

    /// The sessions that dropped at the funnel's step under the cursor.
    pub(super) fn open_dropped(&mut self) {
        match self.rows().dropped() {
            Some(term) => self.show_sessions(self.location().filter.and(term)),
            None => self.say("Nobody dropped at a step here."),
        }
    }

    /// Of the sessions that dropped there, those that went on so.
    pub(super) fn open_instead(&mut self, picked: &Picked) {
        let terms = [self.rows().dropped(), picked.term()];
        let filter =
            terms.into_iter().flatten().fold(self.location().filter.clone(), |all, term| all.and(term));
        self.show_sessions(filter);
    }

    pub(super) fn show_sessions(&mut self, filter: Filter) {
        let (screen, focus) = (Screen::Sessions, Pane::Sessions);
        self.step(Location { screen, focus, study: None, zoomed: false, ..self.location().through(filter) });
    }

    /// Marks the row as the next step of a funnel; takes the mark away from a row that has it.
    pub(super) fn mark_step(&mut self) {
        let step = self.picked().and_then(|picked| step_of(&picked, &self.settings.definitions));
        let Some(step) = step else {
            return self.say("A step is a page, an action or a goal: mark such a row.");
        };
        let marked = self.settings.definitions.funnels.iter().find(|funnel| funnel.name == MARKED);
        let mut steps = marked.map(|funnel| funnel.steps.clone()).unwrap_or_default();
        steps.extend(self.first_mark.take());
        let before = steps.len();
        steps.retain(|other| other.event != step.event);
        if steps.len() == before && before == MOST_STEPS {
            return self.say(format!("A funnel has at most {MOST_STEPS} steps."));
        }
        if steps.len() == before {
            steps.push(step);
        }
        self.say(self.said_of(&steps));
        self.take_steps(steps);
    }

    /// What is marked now, and which key shows it.
    fn said_of(&self, steps: &[FunnelStep]) -> String {
        let names: Vec<_> = steps.iter().map(|step| step.name.as_str()).collect();
        let names = names.join(&format!(" {} ", self.theme.symbols().crumb));
        match steps.len() {
            0 => "No step is marked.".to_owned(),
            1 => format!("Step 1: {names}. Mark the next page or action."),
            _ => format!(
                "{names}: {} shows the funnel, {} writes it to the config.",
                self.key_of(Action::ShowGoals),
                self.key_of(Action::WriteFunnel)
            ),
        }
    }

    /// A funnel has two steps at least: a single mark waits for the next one.
    fn take_steps(&mut self, mut steps: Vec<FunnelStep>) {
        let mut definitions = Definitions::clone(&self.settings.definitions);
        definitions.funnels.retain(|funnel| funnel.name != MARKED);
        if steps.len() > 1 {
            definitions.funnels.insert(0, funnel_of(steps));
        } else {
            self.first_mark = steps.pop();
        }
        self.define(definitions);
    }

    /// The next order of the open funnel's steps, until the monitor ends: the config stays as it is.
    pub(super) fn change_order(&mut self) {
        let Some(Study::Funnel(name)) = self.location().study.clone() else {
            return self.say("This changes the order of an open funnel's steps.");
        };
        let mut definitions = Definitions::clone(&self.settings.definitions);
        if let Some(funnel) = definitions.funnels.iter_mut().find(|funnel| funnel.name == name) {
            funnel.order = next(funnel.order);
        }
        self.define(definitions);
    }

    /// Has the funnel of marked steps written to the config file, under a name of its own.
    pub(super) fn write_funnel(&mut self) -> Vec<AppCommand> {
        let definitions = &self.settings.definitions;
        let Some(marked) = definitions.funnels.iter().find(|funnel| funnel.name == MARKED) else {
            let mark = self.key_of(Action::MarkStep);
            self.say(format!("There is nothing to write: {mark} marks the steps of a funnel, two at least."));
            return Vec::new();
        };
        let Some(path) = self.settings.config_file.clone() else {
            self.say("The demo has no config file: with a log of yours the funnel is written to it.");
            return Vec::new();
        };
        let named = Funnel { name: name_of(marked, definitions), ..marked.clone() };
        vec![AppCommand::WriteFunnel(path, Box::new(named))]
    }

    /// The marked funnel is one of the config now.
    pub(super) fn funnel_written(&mut self, written: Result<Funnel, String>) {
        self.stale = true;
        let funnel = match written {
            Ok(funnel) => funnel,
            Err(why) => return self.say(text::harmless(&why).into_owned()),
        };
        let path = self.settings.config_file.as_deref().unwrap_or(Path::new("the config")).display();
        self.say(format!("Written to {path} as the funnel {}.", text::harmless(&funnel.name)));
        let study = Study::Funnel(funnel.name.clone());
        let mut definitions = Definitions::clone(&self.settings.definitions);
        definitions.funnels.retain(|other| other.name != MARKED);
        definitions.funnels.push(funnel);
        self.define(definitions);
        if self.location().study == Some(Study::Funnel(MARKED.to_owned())) {
            self.trail.rename(study);
        }
    }

    fn define(&mut self, definitions: Definitions) {
        self.vocabulary.define(&definitions);
        self.settings.definitions = Arc::new(definitions);
    }
}

/// `cart-to-order`, after the first and the last step; with a number if that is taken.
fn name_of(funnel: &Funnel, defined: &Definitions) -> String {
    let word = |step: Option<&FunnelStep>| step.map_or_else(String::new, |step| slug(&step.name));
    let name = format!("{}-to-{}", word(funnel.steps.first()), word(funnel.steps.last()));
    let is_free = |name: &String| defined.funnels.iter().all(|other| other.name != *name);
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    [name.clone()].into_iter().chain(numbered).find(is_free).unwrap_or(name)
}

/// The last part of a page's path, or the name of an action, in letters, digits and hyphens.
fn slug(name: &str) -> String {
    let part = name.trim_end_matches('/').rsplit('/').next().unwrap_or(name);
    let is_word = |c: &char| c.is_alphanumeric() || *c == '-';
    let word: String = part.chars().map(|c| if is_word(&c) { c } else { '-' }).collect();
    match word.trim_matches('-') {
        "" => "home".to_owned(),
        word => word.to_owned(),
    }
}

fn next(order: StepOrder) -> StepOrder {
    match order {
        StepOrder::Sequential => StepOrder::Strict,
        StepOrder::Strict => StepOrder::Any,
        StepOrder::Any => StepOrder::Sequential,
    }
}

fn funnel_of(steps: Vec<FunnelStep>) -> Funnel {
    Funnel {
        name: MARKED.to_owned(),
        order: StepOrder::Sequential,
        within: None,
        unit: Unit::Session,
        entry: FunnelEntry::Closed,
        exclude: None,
        steps,
    }
}

/// The step that a row stands for; `None` if it is no page, action or goal of one event.
fn step_of(picked: &Picked, defined: &Definitions) -> Option<FunnelStep> {
    let Picked::Value(field, value) = picked else { return None };
    let event = match field {
        TextField::Page | TextField::Entry | TextField::Exit => EventFilter::exactly(EventField::Page, value),
        TextField::Action => EventFilter::exactly(EventField::Action, value),
        TextField::Goal => match &defined.goals.iter().find(|goal| goal.name == *value)?.reached_by {
            ReachedBy::Event(event) => event.clone(),
            ReachedBy::Session(_) => return None,
        },
        _ => return None,
    };
    Some(FunnelStep { name: value.clone(), event, optional: false, within: None })
}
