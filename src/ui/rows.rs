//! The rows of each pane: their keys, and what Enter, `-` and `y` do with them.

mod studies;
mod traffic;

use crate::query::analysis::ask::Breakdown;
use crate::query::annotation::{Annotation, Annotations};
use crate::query::filter::{Filter, Flag, Term, TextField};
use crate::query::question::{Grouping, SessionRef};
use crate::query::view::{
    Anomaly, BotRow, Closeup, Cohort, Conversion, Finding, FlowRow, FlowStep, GoalDetail, GoalRow,
    GoalSegment, NO_SUCH, PageShare, SMALL_GROUPS, SessionRow,
};

use super::explorer::Explored;
use super::lists::CursorKey;
use super::open_session::OpenSession;
use super::pane::{Content, FlowSide, Pane};
use super::shown::Shown;
use super::sorting::Sorts;
use super::study::Study;

pub(crate) use studies::InsteadRow;
pub(crate) use traffic::{HitCount, hit_counts};

/// The source of rows.
#[derive(Clone, Copy)]
pub(crate) struct PaneRows<'a> {
    /// The latest answer.
    pub(crate) shown: Option<&'a Shown>,
    /// The open timeline.
    pub(crate) opened: Option<&'a OpenSession>,
    /// The paths that are explored.
    pub(crate) explored: Option<Explored<'a>>,
    /// The line of the cursor among the steps of a funnel.
    pub(crate) step: usize,
    /// What goals and funnels are broken down by.
    pub(crate) breakdown: Breakdown,
    /// The order of each list.
    pub(crate) sorts: &'a Sorts,
    /// What people say happened.
    pub(crate) annotations: &'a Annotations,
}

/// A selected row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Picked {
    /// A session, and its visitor's alias.
    Session(SessionRef, String),
    /// A value of a field.
    Value(TextField, String),
    /// Any other filter term, and its name.
    Fact(Term, String),
    /// What several terms together filter by, and its name.
    Terms(Filter, String),
    /// A funnel or an experiment.
    Study(Study),
    /// Something that happened.
    Annotation(Annotation),
}

impl Picked {
    /// The filter's term for the row; `None` for what is no property of sessions.
    pub(crate) fn term(&self) -> Option<Term> {
        Some(match self {
            Picked::Session(_, alias) => Term::exactly(TextField::Visitor, alias),
            Picked::Value(field, value) => Term::exactly(*field, value),
            Picked::Fact(term, _) => term.clone(),
            Picked::Terms(..) | Picked::Study(_) | Picked::Annotation(_) => return None,
        })
    }

    /// The row's name, for copying.
    pub(crate) fn name(&self) -> &str {
        match self {
            Picked::Session(_, name)
            | Picked::Value(_, name)
            | Picked::Fact(_, name)
            | Picked::Terms(_, name)
            | Picked::Study(Study::Funnel(name) | Study::Experiment(name)) => name,
            Picked::Annotation(what) => &what.text,
        }
    }
}

impl<'a> PaneRows<'a> {
    /// The keys of a pane's rows, in their order on the screen.
    pub(crate) fn keys(self, pane: Pane) -> Vec<CursorKey> {
        match pane.content() {
            Content::Sessions => self.sessions().map(|row| CursorKey::Session(row.session)).collect(),
            Content::Table(grouping) => {
                self.names(grouping).map(|key| CursorKey::Name(key.to_owned())).collect()
            }
            Content::Steps => (0..self.steps()).map(CursorKey::Step).collect(),
            Content::Others => self.others().iter().map(|row| CursorKey::Session(row.session)).collect(),
            Content::Flow(side) => {
                self.flow(side).iter().map(|row| CursorKey::Name(format!("{:?}", row.step))).collect()
            }
            Content::Cohorts => {
                self.cohorts().iter().map(|row| CursorKey::Name(row.from.0.to_string())).collect()
            }
            Content::PathColumn(side, nth) => {
                self.path_rows(side, nth).iter().map(|row| CursorKey::Name(row.key())).collect()
            }
            Content::PathStart => vec![CursorKey::Step(0)],
            Content::WholePaths => {
                self.whole_paths().iter().map(|row| CursorKey::Name(format!("{:?}", row.steps))).collect()
            }
            Content::Conversions => {
                self.conversions().iter().map(|row| CursorKey::Name(row.channel.clone())).collect()
            }
            Content::Goals => self.goals().iter().map(|row| CursorKey::Name(row.goal.clone())).collect(),
            Content::GoalSegments => {
                self.goal_segments().iter().map(|row| CursorKey::Name(row.name.clone())).collect()
            }
            Content::Funnels => {
                self.funnels().iter().map(|row| CursorKey::Name(row.funnel.clone())).collect()
            }
            Content::Experiments => {
                self.experiments().iter().map(|row| CursorKey::Name(row.name.clone())).collect()
            }
            Content::FunnelSteps => {
                (0..self.funnel().map_or(0, |funnel| funnel.steps.len())).map(CursorKey::Step).collect()
            }
            Content::FunnelInstead => {
                self.instead().iter().map(|row| CursorKey::Name(format!("{:?}", row.step))).collect()
            }
            Content::FunnelSegments => {
                self.funnel_segments().iter().map(|row| CursorKey::Name(row.name.clone())).collect()
            }
            Content::Variants => {
                self.variants().iter().map(|row| CursorKey::Name(row.variant.clone())).collect()
            }
            Content::ActionPages => {
                self.action_pages().iter().map(|row| CursorKey::Name(row.page.clone())).collect()
            }
            Content::Bots => self
                .bots()
                .iter()
                .map(|row| CursorKey::Name(format!("{} {}", row.reason, row.name)))
                .collect(),
            Content::Findings => {
                let name = |finding: &Finding| format!("{} {}", finding.kind(), finding.subject());
                self.findings().iter().map(|finding| CursorKey::Name(name(finding))).collect()
            }
            Content::Annotations => {
                let key = |what: &&Annotation| CursorKey::Name(format!("{} {}", what.at.0, what.text));
                self.annotations().iter().map(key).collect()
            }
            Content::Traffic(list) => self.traffic_keys(list),
            Content::Figures => Vec::new(),
        }
    }

    /// The total of a list of which only the first rows are asked for.
    pub(crate) fn total(self, pane: Pane) -> u64 {
        let Some(shown) = self.shown else { return 0 };
        match pane.content() {
            Content::Sessions => shown.view().sessions.as_ref().map_or(0, |list| list.total),
            Content::Table(grouping) => shown.table(grouping).map_or(0, |(table, _)| table.total_rows),
            // Other lists are complete.
            _ => 0,
        }
    }

    /// The row on a line of a pane; `None` if there is none, or nothing to open.
    pub(crate) fn pick(self, pane: Pane, line: usize) -> Option<Picked> {
        self.row(pane, line).filter(|picked| picked.name() != SMALL_GROUPS)
    }

    /// Whether the row on a line is that of small groups, which cannot be opened (R11).
    pub(crate) fn is_of_small_groups(self, pane: Pane, line: usize) -> bool {
        self.row(pane, line).is_some_and(|picked| picked.name() == SMALL_GROUPS)
    }

    fn row(self, pane: Pane, line: usize) -> Option<Picked> {
        match pane.content() {
            Content::Sessions => self.sessions().nth(line).map(picked_session),
            Content::Table(grouping) => picked_group(grouping, self.names(grouping).nth(line)?),
            Content::Flow(side) => self.flow(side).get(line).map(|row| self.picked_step(&row.step)),
            Content::PathColumn(side, nth) => self.picked_of_column(side, nth, line),
            Content::PathStart => self.picked_start(),
            Content::WholePaths => self.picked_whole_path(line),
            Content::Conversions => {
                self.conversions().get(line).map(|row| Picked::Value(TextField::Channel, row.channel.clone()))
            }
            Content::Goals => self.goals().get(line).map(picked_goal),
            Content::GoalSegments => self.picked_segment(line),
            Content::Funnels => {
                self.funnels().get(line).map(|row| Picked::Study(Study::Funnel(row.funnel.clone())))
            }
            Content::Experiments => {
                self.experiments().get(line).map(|row| Picked::Study(Study::Experiment(row.name.clone())))
            }
            Content::FunnelSteps => self.picked_funnel_step(line),
            Content::FunnelInstead => self.picked_instead(line),
            Content::FunnelSegments => self.picked_funnel_segment(line),
            Content::Variants => self.picked_variant(line),
            Content::ActionPages => {
                self.action_pages().get(line).map(|row| Picked::Value(TextField::Page, row.page.clone()))
            }
            Content::Bots => self.bots().get(line).and_then(picked_bot),
            Content::Findings => self.findings().get(line).and_then(picked_finding),
            Content::Steps => {
                let step = self.opened?.timeline()?.steps.get(line)?;
                Some(Picked::Value(TextField::Page, step.page.clone()))
            }
            Content::Others => self.others().get(line).map(picked_session),
            Content::Traffic(list) => self.picked_traffic(list, line),
            Content::Annotations => {
                self.annotations().get(line).map(|what| Picked::Annotation((*what).clone()))
            }
            Content::Cohorts | Content::Figures => None,
        }
    }

    fn sessions(self) -> impl Iterator<Item = &'a SessionRow> {
        self.shown.into_iter().flat_map(Shown::sessions).map(|held| &*held.row)
    }

    fn names(self, grouping: Grouping) -> impl Iterator<Item = &'a str> {
        let table = self.shown.and_then(|shown| shown.table(grouping));
        table.into_iter().flat_map(|(_, rows)| rows).map(|held| held.row.key.as_str())
    }

    /// What came before or after the open page.
    pub(crate) fn flow(self, side: FlowSide) -> &'a [FlowRow] {
        match (self.closeup(), side) {
            (Some(Closeup::Page(page)), FlowSide::Before) => &page.before,
            (Some(Closeup::Page(page)), FlowSide::After) => &page.after,
            _ => &[],
        }
    }

    fn picked_step(self, step: &FlowStep) -> Picked {
        let page = match self.closeup() {
            Some(Closeup::Page(closeup)) => closeup.page.clone(),
            _ => String::new(),
        };
        match step {
            FlowStep::Source(source) => Picked::Value(TextField::Source, source.clone()),
            FlowStep::Page(page) => Picked::Value(TextField::Page, page.clone()),
            FlowStep::Action(action) => Picked::Value(TextField::Action, action.clone()),
            FlowStep::Left => Picked::Value(TextField::Exit, page),
            FlowStep::StillHere => Picked::Fact(Term::flag(Flag::Active), Flag::Active.name().to_owned()),
        }
    }

    /// Conversions by channel of the selected action.
    pub(crate) fn conversions(self) -> &'a [Conversion] {
        match self.closeup() {
            Some(Closeup::Action(action)) => &action.channels,
            _ => &[],
        }
    }

    /// The goals that are defined.
    pub(crate) fn goals(self) -> &'a [GoalRow] {
        self.shown.and_then(Shown::goals).map_or(&[], |goals| &goals.rows)
    }

    /// Who reaches the goal that is looked at.
    pub(crate) fn goal_segments(self) -> &'a [GoalSegment] {
        self.goal_detail().map_or(&[], |detail| &detail.rows)
    }

    fn goal_detail(self) -> Option<&'a GoalDetail> {
        self.shown.and_then(Shown::goals)?.detail.as_ref()
    }

    fn picked_segment(self, line: usize) -> Option<Picked> {
        picked_by(self.goal_detail()?.by, &self.goal_segments().get(line)?.name)
    }

    /// Visitors by when they were first seen.
    pub(crate) fn cohorts(self) -> &'a [Cohort] {
        self.shown.and_then(Shown::returning).map_or(&[], |returning| &returning.cohorts)
    }

    /// The pages of the selected action.
    pub(crate) fn action_pages(self) -> &'a [PageShare] {
        match self.closeup() {
            Some(Closeup::Action(action)) => &action.pages,
            _ => &[],
        }
    }

    /// The bots.
    pub(crate) fn bots(self) -> &'a [BotRow] {
        match self.closeup() {
            Some(Closeup::Changes(changes)) => &changes.bots,
            _ => &[],
        }
    }

    /// What stands out.
    pub(crate) fn findings(self) -> &'a [Finding] {
        self.shown.map_or(&[], Shown::findings)
    }

    /// What people say happened, the latest first.
    pub(crate) fn annotations(self) -> Vec<&'a Annotation> {
        self.annotations.all().iter().rev().collect()
    }

    fn closeup(self) -> Option<&'a Closeup> {
        self.shown.and_then(Shown::closeup)
    }

    fn steps(self) -> usize {
        self.opened.and_then(OpenSession::timeline).map_or(0, |timeline| timeline.steps.len())
    }

    fn others(self) -> &'a [SessionRow] {
        self.opened.and_then(OpenSession::timeline).map_or(&[], |timeline| &timeline.others)
    }
}

fn picked_session(row: &SessionRow) -> Picked {
    Picked::Session(row.session, row.alias.clone())
}

fn picked_group(grouping: Grouping, name: &str) -> Option<Picked> {
    let fact = |flag: Flag| Picked::Fact(Term::flag(flag), flag.name().to_owned());
    match (grouping, name) {
        (Grouping::Newness, "new") => Some(fact(Flag::New)),
        (Grouping::Newness, "returning") => Some(fact(Flag::Returning)),
        _ => Some(Picked::Value(field(grouping)?, name.to_owned())),
    }
}

fn picked_goal(goal: &GoalRow) -> Picked {
    Picked::Value(TextField::Goal, goal.goal.clone())
}

/// The row of a breakdown; `None` for the sessions that have no such thing.
fn picked_by(by: Breakdown, name: &str) -> Option<Picked> {
    let field = match by {
        _ if name == NO_SUCH => return None,
        Breakdown::Channel => TextField::Channel,
        Breakdown::Source => TextField::Source,
        Breakdown::Campaign => TextField::Campaign,
        Breakdown::Landing => TextField::Entry,
        Breakdown::Device => TextField::Device,
        Breakdown::Country => TextField::Country,
        Breakdown::Variant => TextField::Variant,
        Breakdown::Newness => return picked_group(Grouping::Newness, name),
    };
    Some(Picked::Value(field, name.to_owned()))
}

fn picked_bot(bot: &BotRow) -> Option<Picked> {
    if bot.name.is_empty() {
        return Some(Picked::Fact(Term::bot(&bot.reason)?, bot.reason.clone()));
    }
    Some(Picked::Value(TextField::Agent, bot.name.clone()))
}

/// What a finding opens; `None` if no session is behind it, or all of them.
fn picked_finding(finding: &Finding) -> Option<Picked> {
    if let Anomaly::Slower { page, .. } = &finding.what {
        return Some(Picked::Value(TextField::Page, page.clone()));
    }
    let filter = finding.filter();
    (!filter.is_empty()).then(|| Picked::Terms(filter, finding.subject().to_owned()))
}

/// The field that a table's rows are values of.
pub(crate) fn field(grouping: Grouping) -> Option<TextField> {
    Some(match grouping {
        Grouping::Channel => TextField::Channel,
        Grouping::Source => TextField::Source,
        Grouping::Campaign => TextField::Campaign,
        Grouping::Page => TextField::Page,
        Grouping::Entry => TextField::Entry,
        Grouping::Exit => TextField::Exit,
        Grouping::Country => TextField::Country,
        Grouping::Browser => TextField::Browser,
        Grouping::System => TextField::System,
        Grouping::Device => TextField::Device,
        Grouping::Site => TextField::Site,
        Grouping::Action => TextField::Action,
        Grouping::Newness | Grouping::Bot => return None,
    })
}
