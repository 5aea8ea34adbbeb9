//! Page groups, goals, funnels and experiments of the config in `dwell check`: what each says in plain words, and what it
//! matched (R13, R14).
//!
//! The question is asked by the caller, like that of a report, so that nothing is counted here.

mod day;
mod experiments;
pub(super) mod explanation;
mod funnels;
mod goals;
mod nearest;
pub(super) mod words;

use std::io;
use std::sync::Arc;

use super::super::text_writer::TextWriter;
use super::alerts::CheckedAlert;
use crate::config::annotations::AnnotationSources;
use crate::config::{Settings, Zone};
use crate::query::analysis::ask::{Analysis, EventMatchesAsk, ExperimentAsk, FunnelAsk, GoalsAsk};
use crate::query::definitions::{Definitions, ReachedBy};
use crate::query::event_filter::{EventField, EventFilter};
use crate::query::question::{Grouping, Question, TableAsk};
use crate::query::view::View;
use crate::text::harmless;
use day::Day;
use explanation::Explanation;

/// Pages and actions among which the nearest to one that is missing is looked for.
const ROWS: usize = 10_000;
/// Pages and actions that are named for a definition.
const EXAMPLES: usize = 3;
const PAGES: usize = 0;
const ACTIONS: usize = 1;

/// What the config defines, and what that matched.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedDefinitions {
    /// All of it.
    pub definitions: Arc<Definitions>,
    /// The answer to [`question`]; `None` where no log was read.
    pub matched: Option<Box<View>>,
    /// Whether that is the last day of the log only.
    pub is_last_day: bool,
    /// Where annotations are said, and how many; nothing where the config speaks of none.
    pub annotations: Vec<String>,
    /// The alerts.
    pub alerts: Vec<CheckedAlert>,
    /// The zone of times that are shown.
    pub zone: Zone,
}

/// Builds the question of what the definitions match; `None` where nothing is defined.
#[must_use]
pub fn question(settings: &Settings) -> Option<Question> {
    let definitions = &*settings.additions.definitions;
    if *definitions == Definitions::default()
        && settings.additions.alerts.alerts.is_empty()
        && settings.additions.annotations == AnnotationSources::default()
    {
        return None;
    }
    let matches = EventMatchesAsk { filters: filters(definitions), examples: EXAMPLES };
    let funnel = |funnel| Analysis::Funnel(FunnelAsk { funnel, breakdown: None });
    let experiment = |experiment| Analysis::Experiment(ExperimentAsk { experiment });
    let funnels = definitions.funnels.iter().cloned().map(funnel);
    let experiments = definitions.experiments.iter().cloned().map(experiment);
    let first = [Analysis::Goals(GoalsAsk::default()), Analysis::EventMatches(matches)];
    Some(Question {
        bounce: settings.rules.bounce,
        bots: settings.bots,
        tables: [Grouping::Page, Grouping::Action].map(|by| TableAsk::largest(by, ROWS)).to_vec(),
        analyses: first.into_iter().chain(funnels).chain(experiments).collect(),
        definitions: Arc::clone(&settings.additions.definitions),
        ..Question::about(settings.filter.clone())
    })
}

/// All filters on events that the definitions are made of, each once.
fn filters(definitions: &Definitions) -> Vec<EventFilter> {
    let groups = definitions.groups.iter().map(|group| EventFilter::exactly(EventField::Group, &group.name));
    let goals = definitions.goals.iter().filter_map(|goal| match &goal.reached_by {
        ReachedBy::Event(event) => Some(event.clone()),
        ReachedBy::Session(_) => None,
    });
    let steps = definitions.funnels.iter().flat_map(|funnel| &funnel.steps).map(|step| step.event.clone());
    let excluded = definitions.funnels.iter().filter_map(|funnel| funnel.exclude.clone());
    let exposures = definitions.experiments.iter().filter_map(|one| one.exposure.clone());
    let mut filters: Vec<EventFilter> = Vec::new();
    for filter in groups.chain(goals).chain(steps).chain(excluded).chain(exposures) {
        if !filters.contains(&filter) {
            filters.push(filter);
        }
    }
    filters
}

impl CheckedDefinitions {
    /// Writes the sections.
    pub(super) fn write(&self, out: &mut TextWriter) -> io::Result<()> {
        out.heading("Defined in the config", "what it says, and what it matched")?;
        out.paragraph(&self.read())?;
        for (title, explanations) in self.sections() {
            if !explanations.is_empty() {
                out.heading(title, "")?;
            }
            explanations.iter().try_for_each(|one| one.write(out))?;
        }
        if !self.annotations.is_empty() {
            out.heading("Annotations", "what charts and reports mark")?;
        }
        self.annotations.iter().try_for_each(|place| out.paragraph(&harmless(place)))
    }

    /// Which definitions matched nothing, or not all that they should; none where no log was read.
    pub(super) fn doubtful(&self) -> Vec<String> {
        let sections = self.sections();
        let all = sections.iter().flat_map(|(_, explanations)| explanations);
        all.filter(|one| !one.remarks.is_empty()).map(Explanation::title).collect()
    }

    fn sections(&self) -> [(&'static str, Vec<Explanation>); 5] {
        let definitions = &*self.definitions;
        let day = self.matched.as_deref().map(|view| Day { view, definitions });
        let day = day.as_ref();
        let Definitions { groups, goals, funnels, experiments } = definitions;
        [
            ("Page groups", groups.iter().map(|group| goals::of_group(group, day)).collect()),
            ("Goals", goals.iter().map(|goal| goals::of_goal(goal, day)).collect()),
            ("Funnels", funnels.iter().map(|funnel| funnels::of(funnel, day)).collect()),
            ("Experiments", experiments.iter().map(|one| experiments::of(one, day)).collect()),
            ("Alerts", self.alerts.iter().map(CheckedAlert::explanation).collect()),
        ]
    }

    /// What was read for it.
    fn read(&self) -> String {
        let Some(view) = &self.matched else {
            return "No line was read: name a log to see what it matches, dwell check --config FILE LOG."
                .to_owned();
        };
        let sessions = words::count(view.totals.sessions, "session");
        let of = if self.is_last_day { "the last day of the log" } else { "all that was read" };
        let stamp = |at| self.zone.civil(at).format("%Y-%m-%d %H:%M").to_string();
        let zone = self.zone.label(view.to);
        if view.totals.sessions == 0 {
            return "No session was read that could match anything.".to_owned();
        }
        let (from, to) = (stamp(view.from), stamp(view.to));
        format!("Held against {of}: {sessions} from {from} to {to} {zone}.")
    }
}

/// That not all was found; `None` where it was.
pub(super) fn advice(checked: &CheckedDefinitions) -> Option<String> {
    let doubtful = checked.doubtful();
    (!doubtful.is_empty()).then(|| {
        let names = doubtful.join(", ");
        format!("Not all that the config defines was found in the log; see the remarks on {names}.")
    })
}
