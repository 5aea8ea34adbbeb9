//! Key hints for the current place, made from the keymap so that they are always right.

use crate::query::question::Grouping;

use super::action::Action;
use super::pane::{Content, Pane, TrafficList};
use super::scene::Scene;

/// Keys and what they do, as the footer shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hint {
    /// The keys: `[ ]`.
    pub(crate) keys: String,
    /// What they do: `window`.
    pub(crate) label: &'static str,
}

type HintRow = (&'static [Action], &'static str);

const ON_LIST: &[HintRow] = &[(&[Action::Up, Action::Down], "move")];
const ON_SESSIONS: &[HintRow] = &[(&[Action::Open], "open")];
const FOLLOWED: &[HintRow] = &[(&[Action::Follow], "follow")];
const ON_PAGES: &[HintRow] = &[(&[Action::Open], "open"), (&[Action::Exclude], "exclude")];
const ON_TABLE: &[HintRow] = &[(&[Action::Open], "filter by"), (&[Action::Exclude], "exclude")];
const ON_GOALS: &[HintRow] = &[(&[Action::Open], "sessions"), (&[Action::Breakdown], "by what")];
const ON_COHORTS: &[HintRow] = &[(&[Action::Breakdown], "hour, day, week")];
const ON_ANNOTATIONS: &[HintRow] = &[(&[Action::Open], "before and after")];
const ON_STUDIES: &[HintRow] = &[(&[Action::Open], "open")];
const ON_FUNNEL: &[HintRow] = &[
    (&[Action::Open], "who reached it"),
    (&[Action::OpenDropped], "who dropped"),
    (&[Action::Breakdown], "by what"),
    (&[Action::StepOrder], "order"),
];
const ON_VARIANTS: &[HintRow] = &[(&[Action::Open], "its sessions")];
const ON_PATHS: &[HintRow] = &[
    (&[Action::Open], "sessions"),
    (&[Action::FocusLeft, Action::FocusRight], "along"),
    (&[Action::Paths], "begin there"),
    (&[Action::Fold], "groups"),
];
const ON_START: &[HintRow] = &[
    (&[Action::Open], "open"),
    (&[Action::FocusLeft, Action::FocusRight], "along"),
    (&[Action::Fold], "groups"),
];
const WITH_PATHS: &[HintRow] = &[(&[Action::Paths], "paths")];
const STEPPED: &[HintRow] = &[(&[Action::Back], "back")];
const VIEWS: &[Action] = &[
    Action::ShowOverview,
    Action::ShowSessions,
    Action::ShowSources,
    Action::ShowPages,
    Action::ShowAudience,
    Action::ShowGoals,
    Action::ShowInsights,
    Action::ShowTraffic,
];
const EVERYWHERE: &[HintRow] = &[
    (&[Action::Filter], "filter"),
    (VIEWS, "views"),
    (&[Action::WindowShorter, Action::WindowLonger], "window"),
    (&[Action::Compare], "compare"),
    (&[Action::Pause], "pause"),
    (&[Action::FocusNext], "next pane"),
    (&[Action::Zoom], "zoom"),
];
const SORTED: &[HintRow] = &[(&[Action::Sort], "sort")];
const LAST: &[HintRow] = &[(&[Action::Help], "help")];
const PROMPT: &[HintRow] = &[
    (&[Action::Accept], "keep"),
    (&[Action::Complete], "complete"),
    (&[Action::Cancel], "cancel"),
    (&[Action::DeleteLine], "clear"),
];
const PICKER: &[HintRow] = &[
    (&[Action::Accept], "keep"),
    (&[Action::Cancel], "cancel"),
    (&[Action::Up, Action::Down], "try another"),
];
const HELP: &[HintRow] = &[(&[Action::Cancel], "close"), (&[Action::Up, Action::Down], "scroll")];

/// The hints for the pane that has the focus, the most useful ones first.
pub(crate) fn of(scene: &Scene) -> Vec<Hint> {
    let back: &[HintRow] = if scene.leads_back { STEPPED } else { &[] };
    let sort: &[HintRow] = if scene.sorts.of(scene.location.focus).is_some() { SORTED } else { &[] };
    let is_of_sessions = matches!(scene.location.focus.content(), Content::Sessions | Content::Others);
    let follow: &[HintRow] = if is_of_sessions { FOLLOWED } else { &[] };
    let paths: &[HintRow] = if begin_paths(scene) { WITH_PATHS } else { &[] };
    let groups = [on_pane(scene.location.focus), paths, back, EVERYWHERE, sort, follow, LAST];
    groups
        .into_iter()
        .flatten()
        .map(|entry| hint(scene, entry))
        .filter(|hint| !hint.keys.is_empty())
        .collect()
}

/// Whether paths can begin with what has the focus.
fn begin_paths(scene: &Scene) -> bool {
    let is_open_page = scene.location.page.is_some() && scene.location.opened.is_none();
    is_open_page || matches!(scene.location.focus, Pane::Pages | Pane::Landings | Pane::Actions)
}

/// The hints while a filter is being written.
pub(crate) fn of_prompt(scene: &Scene) -> Vec<Hint> {
    PROMPT.iter().map(|entry| hint(scene, entry)).collect()
}

/// The hints while a theme is being picked.
pub(crate) fn of_picker(scene: &Scene) -> Vec<Hint> {
    PICKER.iter().map(|entry| hint(scene, entry)).collect()
}

/// The hints while help is open.
pub(crate) fn of_help(scene: &Scene) -> Vec<Hint> {
    HELP.iter().map(|entry| hint(scene, entry)).collect()
}

fn on_pane(pane: Pane) -> &'static [HintRow] {
    match pane.content() {
        Content::Sessions | Content::Others => ON_SESSIONS,
        Content::Table(Grouping::Page)
        | Content::Findings
        | Content::ActionPages
        | Content::Traffic(TrafficList::Failures | TrafficList::Paths) => ON_PAGES,
        Content::Goals | Content::GoalSegments => ON_GOALS,
        Content::Funnels | Content::Experiments => ON_STUDIES,
        Content::FunnelSteps => ON_FUNNEL,
        Content::Variants => ON_VARIANTS,
        Content::PathColumn(..) | Content::WholePaths => ON_PATHS,
        Content::PathStart => ON_START,
        Content::Table(_)
        | Content::Flow(_)
        | Content::Conversions
        | Content::FunnelInstead
        | Content::FunnelSegments
        | Content::Bots
        | Content::Traffic(_) => ON_TABLE,
        Content::Cohorts => ON_COHORTS,
        Content::Annotations => ON_ANNOTATIONS,
        Content::Steps => ON_LIST,
        Content::Figures => &[],
    }
}

fn hint(scene: &Scene, (actions, label): &HintRow) -> Hint {
    let keys: Vec<_> = actions.iter().map(|action| scene.key(*action)).collect();
    let (arrows, sides) = (scene.symbols().arrows, scene.symbols().sides);
    let is_arrow =
        |key: &String| [arrows, sides].concat().contains(&key.as_str()) && key.chars().count() == 1;
    let glued = keys.iter().all(is_arrow);
    let keys = match (keys.as_slice(), glued) {
        (_, true) => keys.concat(),
        ([first, .., last], _) if are_in_a_row(&keys) => format!("{first}{}{last}", scene.symbols().range),
        _ => keys.join(" "),
    };
    Hint { keys, label }
}

/// Whether the keys are digits that follow each other.
fn are_in_a_row(keys: &[String]) -> bool {
    let digits: Option<Vec<u32>> = keys.iter().map(|key| key.parse().ok()).collect();
    digits.is_some_and(|digits| digits.len() > 2 && digits.windows(2).all(|pair| pair[0] + 1 == pair[1]))
}
