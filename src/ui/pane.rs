//! The table of panes: name, content, focus.

use crate::query::analysis::ask::PathSide;
use crate::query::question::Grouping;

/// A pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Pane {
    /// How many are here now.
    Active,
    /// The two bounce rates.
    Bounce,
    /// Sessions started over time.
    Started,
    /// A list of sessions.
    Sessions,
    /// How long sessions last.
    Durations,
    /// By which channels they come.
    Channels,
    /// From where they come.
    Sources,
    /// What they look at.
    Pages,
    /// What stands out, what was read, and what was not.
    Insights,
    /// From which countries.
    Countries,
    /// With which browsers.
    Browsers,
    /// On which systems.
    Systems,
    /// On which devices.
    Devices,
    /// On which sites.
    Sites,
    /// By which campaigns.
    Campaigns,
    /// On which pages they begin.
    Landings,
    /// New visitors and returning ones.
    Newness,
    /// What came before the open page.
    Before,
    /// The open page.
    Page,
    /// What came after it.
    After,
    /// How it loads.
    Loads,
    /// What slowness does.
    Slowness,
    /// Who came back.
    Returning,
    /// A step before or after the start of paths, counted from the start.
    PathColumn(PathSide, usize),
    /// The start of paths.
    PathStart,
    /// The most frequent ways over three pages.
    WholePaths,
    /// What they are meant to do.
    Goals,
    /// Who reaches a goal.
    GoalSegments,
    /// How far they come in the funnels that are defined.
    Funnels,
    /// The experiments that are defined.
    Experiments,
    /// What they do.
    Actions,
    /// By which channels the sessions that do it come.
    Conversions,
    /// On which pages they do it.
    ActionPages,
    /// The steps of the open funnel.
    FunnelSteps,
    /// Where those went who dropped at a step.
    FunnelInstead,
    /// Who comes through the open funnel.
    FunnelSegments,
    /// The variants of the open experiment.
    Variants,
    /// Whether the open experiment can be trusted, and what it says.
    ExperimentHealth,
    /// What stands out.
    Findings,
    /// Who the bots are.
    Bots,
    /// The alerts of the config.
    Alerts,
    /// What people say happened.
    Annotations,
    /// What was read, and what was not.
    Quality,
    /// All hits over time, by the class of their status.
    Answers,
    /// Hits by status.
    Statuses,
    /// Hits by kind.
    Kinds,
    /// Hits by method.
    Methods,
    /// What fails.
    Failures,
    /// Who sends hits.
    Clients,
    /// What takes long, and what is large.
    Slowest,
    /// Who the open session is.
    Facts,
    /// What happened in it.
    Steps,
    /// Other sessions of its visitor.
    Others,
}

/// The content of a pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// A list of sessions.
    Sessions,
    /// A table.
    Table(Grouping),
    /// The steps of a timeline.
    Steps,
    /// The other sessions of a visitor.
    Others,
    /// What came before or after a page.
    Flow(FlowSide),
    /// Who came back of those first seen at a time.
    Cohorts,
    /// A step before or after the start of paths.
    PathColumn(PathSide, usize),
    /// The start of paths.
    PathStart,
    /// The most frequent ways over three pages.
    WholePaths,
    /// Goals.
    Goals,
    /// Who reaches a goal.
    GoalSegments,
    /// Funnels.
    Funnels,
    /// Experiments.
    Experiments,
    /// The steps of a funnel.
    FunnelSteps,
    /// Where those went who dropped at a step.
    FunnelInstead,
    /// Who comes through a funnel.
    FunnelSegments,
    /// The variants of an experiment.
    Variants,
    /// Conversions by channel for an action.
    Conversions,
    /// The pages of an action.
    ActionPages,
    /// What stands out.
    Findings,
    /// Bots by name.
    Bots,
    /// What people say happened.
    Annotations,
    /// A list of hits.
    Traffic(TrafficList),
    /// Figures without rows to pick.
    Figures,
}

/// A list about all hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TrafficList {
    /// By status.
    Statuses,
    /// By kind.
    Kinds,
    /// By method.
    Methods,
    /// What fails.
    Failures,
    /// Who sends hits.
    Clients,
    /// By path: what takes long, and what is large.
    Paths,
}

/// A side of the open page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FlowSide {
    /// What came before it.
    Before,
    /// What came after it.
    After,
}

/// A pane's row of the table. The last column, which draws it, is in `panes/mod.rs`: panes depend on this file, not
/// the other way round.
struct PaneFacts {
    name: &'static str,
    content: Content,
    takes_focus: bool,
}

/// A pane that Tab stops at.
const fn reached(name: &'static str, content: Content) -> PaneFacts {
    PaneFacts { name, content, takes_focus: true }
}

/// A pane of figures only, which Tab skips.
const fn passed_over(name: &'static str) -> PaneFacts {
    PaneFacts { name, content: Content::Figures, takes_focus: false }
}

/// The name of a step before or after the start of paths.
const fn column_name(side: PathSide, nth: usize) -> &'static str {
    match (side, nth) {
        (PathSide::Before, 0) => "1 before",
        (PathSide::Before, 1) => "2 before",
        (PathSide::Before, 2) => "3 before",
        (PathSide::Before, 3) => "4 before",
        (PathSide::Before, _) => "5 before",
        (PathSide::After, 0) => "1 after",
        (PathSide::After, 1) => "2 after",
        (PathSide::After, 2) => "3 after",
        (PathSide::After, 3) => "4 after",
        (PathSide::After, _) => "5 after",
    }
}

impl Pane {
    /// The table of panes: name, content, focus.
    const fn facts(self) -> PaneFacts {
        use Content::{Figures, Flow, Table};
        match self {
            Pane::Active => passed_over("Active now"),
            Pane::Bounce => passed_over("Bounce rate"),
            Pane::Started => reached("Sessions started", Figures),
            Pane::Sessions => reached("Sessions", Content::Sessions),
            Pane::Durations => reached("Duration", Figures),
            Pane::Channels => reached("Channels", Table(Grouping::Channel)),
            Pane::Sources => reached("Sources", Table(Grouping::Source)),
            Pane::Pages => reached("Pages", Table(Grouping::Page)),
            Pane::Insights => reached("Insights", Figures),
            Pane::Countries => reached("Countries", Table(Grouping::Country)),
            Pane::Browsers => reached("Browsers", Table(Grouping::Browser)),
            Pane::Systems => reached("Systems", Table(Grouping::System)),
            Pane::Devices => reached("Devices", Table(Grouping::Device)),
            Pane::Sites => reached("Sites", Table(Grouping::Site)),
            Pane::Campaigns => reached("Campaigns", Table(Grouping::Campaign)),
            Pane::Landings => reached("Landing pages", Table(Grouping::Entry)),
            Pane::Newness => reached("Visitors", Table(Grouping::Newness)),
            Pane::Before => reached("Before", Flow(FlowSide::Before)),
            Pane::Page => reached("This page", Figures),
            Pane::After => reached("After", Flow(FlowSide::After)),
            Pane::Loads => reached("Load time", Figures),
            Pane::Slowness => reached("Slowness", Figures),
            Pane::Returning => reached("Returning", Content::Cohorts),
            Pane::PathColumn(side, nth) => reached(column_name(side, nth), Content::PathColumn(side, nth)),
            Pane::PathStart => reached("start", Content::PathStart),
            Pane::WholePaths => reached("Whole paths", Content::WholePaths),
            Pane::Goals => reached("Goals", Content::Goals),
            Pane::GoalSegments => reached("By", Content::GoalSegments),
            Pane::Funnels => reached("Funnels", Content::Funnels),
            Pane::Experiments => reached("Experiments", Content::Experiments),
            Pane::FunnelSteps => reached("Funnel", Content::FunnelSteps),
            Pane::FunnelInstead => reached("Instead", Content::FunnelInstead),
            Pane::FunnelSegments => reached("By", Content::FunnelSegments),
            Pane::Variants => reached("Experiment", Content::Variants),
            Pane::ExperimentHealth => reached("What it says", Figures),
            Pane::Actions => reached("Actions", Table(Grouping::Action)),
            Pane::Conversions => reached("By channel", Content::Conversions),
            Pane::ActionPages => reached("On page", Content::ActionPages),
            Pane::Findings => reached("Findings", Content::Findings),
            Pane::Bots => reached("Bots", Content::Bots),
            Pane::Alerts => reached("Alerts", Figures),
            Pane::Annotations => reached("Annotations", Content::Annotations),
            Pane::Quality => reached("Data quality", Figures),
            Pane::Answers => passed_over("Answers"),
            Pane::Statuses => reached("By status", Content::Traffic(TrafficList::Statuses)),
            Pane::Kinds => reached("By kind", Content::Traffic(TrafficList::Kinds)),
            Pane::Methods => reached("By method", Content::Traffic(TrafficList::Methods)),
            Pane::Failures => reached("What fails", Content::Traffic(TrafficList::Failures)),
            Pane::Clients => reached("Clients", Content::Traffic(TrafficList::Clients)),
            Pane::Slowest => reached("Slowest", Content::Traffic(TrafficList::Paths)),
            Pane::Facts => passed_over("Session"),
            Pane::Steps => reached("Timeline", Content::Steps),
            Pane::Others => reached("Other sessions", Content::Others),
        }
    }

    /// The pane's name, as in its title.
    pub(crate) fn name(self) -> &'static str {
        self.facts().name
    }

    /// The content of the pane.
    pub(crate) fn content(self) -> Content {
        self.facts().content
    }

    /// Whether the pane is a list with a cursor.
    pub(crate) fn is_list(self) -> bool {
        self.content() != Content::Figures
    }

    /// Whether Tab stops at the pane.
    pub(crate) fn takes_focus(self) -> bool {
        self.facts().takes_focus
    }
}
