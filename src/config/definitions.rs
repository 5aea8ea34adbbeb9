//! `[[group]]`, `[[goal]]`, `[[funnel]]` and `[[experiment]]`, as the file writes them, and what is made of them.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::from_text::{FromText, not_among, with_caret};
use super::mistake::Mistake;
use super::section::{many, one};
use crate::classify::properties::PropertyKey;
use crate::glob::Glob;
use crate::query::definitions::{
    Definitions, Experiment, Funnel, FunnelEntry, FunnelStep, Goal, Guard, MOST_STEPS, PageGroup, ReachedBy,
    StepOrder, Unit, VariantSource,
};
use crate::query::event_filter::EventFilter;
use crate::query::filter::{Filter, Test, TextField};
use crate::time::Span;

/// A set of goals is one machine word.
const MOST_GOALS: usize = 64;
/// One step leads nowhere (R13).
const FEWEST_STEPS: usize = 2;
/// How often a winner may be called where there is none: the usual one in twenty (R14).
const ALPHA: f64 = 0.05;
/// The units that an experiment is tuned for; its intervals stay valid at any other number (R14).
const EXPECT: u64 = 5000;

/// The tables of what the operator defines.
#[derive(Default)]
pub(super) struct DefinitionTables {
    pub(super) groups: Vec<Spanned<GroupTable>>,
    pub(super) goals: Vec<Spanned<GoalTable>>,
    pub(super) funnels: Vec<Spanned<FunnelTable>>,
    pub(super) experiments: Vec<Spanned<ExperimentTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupTable {
    name: String,
    #[serde(deserialize_with = "many")]
    path: Vec<Glob>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GoalTable {
    name: String,
    #[serde(default, deserialize_with = "one")]
    event: Option<EventFilter>,
    #[serde(default, deserialize_with = "one")]
    session: Option<Filter>,
    value: Option<f64>,
    currency: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FunnelTable {
    name: String,
    #[serde(default, deserialize_with = "one")]
    order: Option<StepOrder>,
    #[serde(default, deserialize_with = "one")]
    within: Option<Span>,
    #[serde(default, deserialize_with = "one")]
    unit: Option<Unit>,
    #[serde(default, deserialize_with = "one")]
    entry: Option<FunnelEntry>,
    #[serde(default, deserialize_with = "one")]
    exclude: Option<EventFilter>,
    steps: Vec<StepTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepTable {
    name: Option<String>,
    #[serde(default, deserialize_with = "one")]
    event: Option<EventFilter>,
    goal: Option<String>,
    #[serde(default)]
    optional: bool,
    #[serde(default, deserialize_with = "one")]
    within: Option<Span>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ExperimentTable {
    name: String,
    #[serde(deserialize_with = "one")]
    variant: Option<VariantSource>,
    #[serde(default, deserialize_with = "one")]
    exposure: Option<EventFilter>,
    #[serde(default, deserialize_with = "one")]
    unit: Option<Unit>,
    control: String,
    #[serde(default)]
    split: BTreeMap<String, f64>,
    goal: String,
    #[serde(default, deserialize_with = "many")]
    guard: Vec<Guard>,
    alpha: Option<f64>,
    expect: Option<u64>,
    #[serde(default, deserialize_with = "one")]
    run_for: Option<Span>,
}

impl TryFrom<DefinitionTables> for Definitions {
    type Error = Mistake;

    fn try_from(tables: DefinitionTables) -> Result<Definitions, Mistake> {
        let mut all = Definitions::default();
        for table in tables.groups {
            let group = at_table(table, |table| group(table, &all.groups))?;
            all.groups.push(group);
        }
        for table in tables.goals {
            let goal = at_table(table, |table| goal(table, &all))?;
            all.goals.push(goal);
        }
        for table in tables.funnels {
            let funnel = at_table(table, |table| funnel(table, &all))?;
            all.funnels.push(funnel);
        }
        for table in tables.experiments {
            let experiment = at_table(table, |table| experiment(table, &all))?;
            all.experiments.push(experiment);
        }
        Ok(all)
    }
}

/// What a table means; a mistake lies where it begins.
fn at_table<Table, Meant>(
    table: Spanned<Table>,
    meaning: impl FnOnce(Table) -> Result<Meant, String>,
) -> Result<Meant, Mistake> {
    let at = Some(table.span());
    meaning(table.into_inner()).map_err(|message| Mistake { at, message })
}

fn group(table: GroupTable, before: &[PageGroup]) -> Result<PageGroup, String> {
    let name = unique("group", table.name, before.iter().map(|group| &group.name))?;
    if table.path.is_empty() {
        return Err(format!("the group `{name}` has no pages: give it `path = \"/products/**\"`"));
    }
    Ok(PageGroup { name, paths: table.path })
}

fn goal(table: GoalTable, before: &Definitions) -> Result<Goal, String> {
    let name = unique("goal", table.name, before.goals.iter().map(|goal| &goal.name))?;
    if before.goals.len() >= MOST_GOALS {
        return Err(format!("there are more than {MOST_GOALS} goals; leave some out"));
    }
    let reached_by = match (table.event, table.session) {
        (Some(event), None) => ReachedBy::Event(known_groups(event, before)?),
        (None, Some(session)) => ReachedBy::Session(session_filter(session, before)?),
        (Some(_), Some(_)) => {
            return Err(format!("the goal `{name}` has both `event` and `session`: leave one of them out"));
        }
        (None, None) => {
            return Err(format!("the goal `{name}` is reached by nothing: add `event = \"page:/welcome\"`"));
        }
    };
    if table.value.is_some_and(|value| !value.is_finite()) {
        return Err(format!("the value of the goal `{name}` is not a number"));
    }
    Ok(Goal { name, reached_by, value: table.value, currency: table.currency })
}

fn session_filter(session: Filter, before: &Definitions) -> Result<Filter, String> {
    let speaks_of_goals = |test: &Test| {
        matches!(test, Test::Text(TextField::Goal | TextField::Reached | TextField::Dropped, _))
    };
    if session.terms().iter().any(|term| speaks_of_goals(&term.test)) {
        let message =
            "a goal on the session cannot speak of goals or funnels: write out what they are reached by";
        return Err(message.to_owned());
    }
    if let Some((message, _)) = before.undefined_in(&session) {
        return Err(message);
    }
    Ok(session)
}

fn funnel(table: FunnelTable, all: &Definitions) -> Result<Funnel, String> {
    let name = unique("funnel", table.name, all.funnels.iter().map(|funnel| &funnel.name))?;
    let count = table.steps.len();
    if !(FEWEST_STEPS..=MOST_STEPS).contains(&count) {
        return Err(format!(
            "the funnel `{name}` has {count} steps; a funnel has {FEWEST_STEPS} to {MOST_STEPS}"
        ));
    }
    let steps = table.steps.into_iter().map(|step| funnel_step(step, &name, all));
    let steps = steps.collect::<Result<Vec<_>, _>>()?;
    if [steps.first(), steps.last()].into_iter().flatten().any(|step| step.optional) {
        return Err(format!("the first and the last step of the funnel `{name}` cannot be optional"));
    }
    let order = table.order.unwrap_or_default();
    if order == StepOrder::Any && steps.iter().any(|step| step.within.is_some()) {
        return Err(format!(
            "the steps of the funnel `{name}` come in any order, and none has a last step to count its `within` from: \
             give the whole funnel a `within`"
        ));
    }
    Ok(Funnel {
        name,
        order,
        within: table.within,
        unit: table.unit.unwrap_or_default(),
        entry: table.entry.unwrap_or_default(),
        exclude: table.exclude.map(|exclude| known_groups(exclude, all)).transpose()?,
        steps,
    })
}

fn funnel_step(table: StepTable, funnel: &str, all: &Definitions) -> Result<FunnelStep, String> {
    let (event, default_name) = match (table.event, table.goal) {
        (Some(event), None) => {
            let text = event.to_string();
            (known_groups(event, all)?, text)
        }
        (None, Some(goal)) => (event_of_goal(&goal, all)?, goal),
        _ => {
            return Err(format!("each step of the funnel `{funnel}` has either an `event` or a `goal`"));
        }
    };
    let name = table.name.unwrap_or(default_name);
    Ok(FunnelStep { name, event, optional: table.optional, within: table.within })
}

fn event_of_goal(name: &str, all: &Definitions) -> Result<EventFilter, String> {
    match known_goal(name, all)?.reached_by {
        ReachedBy::Event(ref event) => Ok(event.clone()),
        ReachedBy::Session(_) => {
            Err(format!("the goal `{name}` is one on the session, which is no step: name an event"))
        }
    }
}

fn known_goal<'a>(name: &str, all: &'a Definitions) -> Result<&'a Goal, String> {
    all.goal(name).ok_or_else(|| match all.goals.len() {
        0 => format!("no goal is called `{name}`: add a [[goal]] with that name"),
        _ => format!(
            "no goal is called so: {}",
            not_among(name, all.goals.iter().map(|goal| goal.name.as_str()))
        ),
    })
}

fn experiment(table: ExperimentTable, all: &Definitions) -> Result<Experiment, String> {
    let name = unique("experiment", table.name, all.experiments.iter().map(|one| &one.name))?;
    known_goal(&table.goal, all)?;
    let alpha = table.alpha.unwrap_or(ALPHA);
    if !(alpha > 0.0 && alpha < 1.0) {
        return Err(format!("alpha of the experiment `{name}` lies between 0 and 1, such as 0.05"));
    }
    if table.split.values().any(|weight| !(weight.is_finite() && *weight > 0.0)) {
        return Err(format!("the weights in `split` of the experiment `{name}` are more than 0"));
    }
    if !table.split.is_empty() && !table.split.contains_key(&table.control) {
        return Err(format!("`split` of the experiment `{name}` has no `{}`, its control", table.control));
    }
    let variant = table.variant.ok_or_else(|| format!("the experiment `{name}` needs a `variant`"))?;
    Ok(Experiment {
        name,
        variant,
        exposure: table.exposure.map(|exposure| known_groups(exposure, all)).transpose()?,
        unit: table.unit.unwrap_or(Unit::Visitor),
        control: table.control,
        split: table.split.into_iter().collect(),
        goal: table.goal,
        guards: table.guard,
        alpha,
        expect: table.expect.unwrap_or(EXPECT).max(1),
        run_for: table.run_for,
    })
}

/// The filter, if the groups that it names are defined.
fn known_groups(filter: EventFilter, all: &Definitions) -> Result<EventFilter, String> {
    let is_group = |glob: &Glob| all.groups.iter().any(|group| glob.matches_ignoring_case(&group.name));
    if let Some(glob) = filter.groups().find(|glob| !is_group(glob)) {
        return Err(format!("no [[group]] is called `{}`; define it in this file", glob.pattern()));
    }
    Ok(filter)
}

fn unique<'a>(
    kind: &str,
    name: String,
    mut before: impl Iterator<Item = &'a String>,
) -> Result<String, String> {
    if name.trim().is_empty() {
        return Err(format!("a {kind} needs a name"));
    }
    if before.any(|one| one.eq_ignore_ascii_case(&name)) {
        return Err(format!("two {kind}s are called `{name}`: give one of them another name"));
    }
    Ok(name)
}

impl FromText for EventFilter {
    fn from_text(text: &str) -> Result<EventFilter, String> {
        EventFilter::parse(text).map_err(|error| with_caret(text, &error))
    }
}

/// One of the choices that has this name.
fn named<T: Copy, const N: usize>(text: &str, all: [T; N], name: fn(T) -> &'static str) -> Result<T, String> {
    all.into_iter().find(|one| name(*one) == text).ok_or_else(|| not_among(text, all.into_iter().map(name)))
}

impl FromText for StepOrder {
    fn from_text(text: &str) -> Result<StepOrder, String> {
        named(text, [StepOrder::Sequential, StepOrder::Strict, StepOrder::Any], StepOrder::name)
    }
}

impl FromText for Unit {
    fn from_text(text: &str) -> Result<Unit, String> {
        named(text, [Unit::Session, Unit::Visitor], Unit::name)
    }
}

impl FromText for FunnelEntry {
    fn from_text(text: &str) -> Result<FunnelEntry, String> {
        named(text, [FunnelEntry::Closed, FunnelEntry::Open], FunnelEntry::name)
    }
}

impl FromText for Guard {
    fn from_text(text: &str) -> Result<Guard, String> {
        named(text, Guard::ALL, Guard::name)
    }
}

/// The place of the variant in a path.
const VARIANT: &str = "{variant}";

impl FromText for VariantSource {
    fn from_text(text: &str) -> Result<VariantSource, String> {
        if let Some(path) = text.strip_prefix("path:") {
            let (before, after) = path.split_once(VARIANT).ok_or_else(|| {
                format!("`{text}` does not say where the variant is: write path:/pricing/{VARIANT}")
            })?;
            return Ok(VariantSource::Path(before.to_owned(), after.to_owned()));
        }
        PropertyKey::parse(text).map(VariantSource::Property).ok_or_else(|| {
            format!("`{text}` is no place of a variant; write property:variant, query:v, cookie:ab or path:/a/{VARIANT}")
        })
    }
}
