//! Questions to the engine: the question of each screen, and which answers still matter.

use std::sync::Arc;

use crate::query::analysis::ask::{
    Analysis, Breakdown, ExperimentAsk, FunnelAsk, GoalsAsk, PathsAsk, ReturningAsk, ReturningBy,
    WholePathsAsk,
};
use crate::query::definitions::{Experiment, Funnel};
use crate::query::inquiry::{AsOf, Ask, Inquiry};
use crate::query::question::{
    CloseupAsk, Measures, Population, Question, SeriesAsk, SessionRef, SessionsAsk, TableAsk, TableSort,
    TrafficAsk, Window,
};
use crate::time::{Millis, Span};

use super::lists::Lists;
use super::location::{Location, Screen};
use super::monitor_settings::MonitorSettings;
use super::pane::{Content, Pane};
use super::sorting::Sorts;
use super::study::Study;

/// The inputs of a question.
pub(crate) struct QuestionInputs<'a> {
    /// The monitor's settings.
    pub(crate) settings: &'a MonitorSettings,
    /// The current location.
    pub(crate) place: &'a Location,
    /// The window chosen.
    pub(crate) window: Window,
    /// The sorts chosen.
    pub(crate) sorts: &'a Sorts,
    /// The lists, with their scroll positions.
    pub(crate) lists: &'a Lists,
    /// The sessions that the overview lists.
    pub(crate) overview_lists: Population,
    /// The action under the cursor.
    pub(crate) action: Option<String>,
    /// The goal under the cursor.
    pub(crate) goal: Option<String>,
    /// What goals and funnels are broken down by.
    pub(crate) breakdown: Breakdown,
    /// By what visitors who came back are told apart.
    pub(crate) returning: ReturningBy,
    /// The panes on the screen: some are asked for only where they are shown.
    pub(crate) visible: Vec<Pane>,
}

impl QuestionInputs<'_> {
    /// The question for the screen.
    pub(crate) fn question(&self) -> Question {
        if let Some(paths) = &self.place.paths {
            return Question { analyses: self.explored(paths), ..self.bare() };
        }
        if let Some(page) = &self.place.page {
            let closeup = Some(CloseupAsk::Page(page.clone()));
            return Question { closeup, sessions: Some(self.list(Population::Seen)), ..self.bare() };
        }
        if let Some(study) = &self.place.study {
            return Question { analyses: self.study(study), ..self.bare() };
        }
        let screen = self.place.screen;
        Question {
            tables: screen_tables(screen).iter().filter_map(|pane| self.table(*pane)).collect(),
            sessions: self.sessions(),
            series: matches!(screen, Screen::Overview | Screen::Insights).then(|| series(self.window)),
            closeup: self.closeup(),
            analyses: self.analyses(),
            traffic: (screen == Screen::Traffic).then(|| self.traffic()),
            ..self.bare()
        }
    }

    fn explored(&self, paths: &PathsAsk) -> Vec<Analysis> {
        let whole =
            WholePathsAsk { rows: self.lists.of(Pane::WholePaths).rows_wanted(), folded: paths.folded };
        vec![Analysis::Paths(paths.clone()), Analysis::WholePaths(whole)]
    }

    fn closeup(&self) -> Option<CloseupAsk> {
        match self.place.screen {
            Screen::Goals => self.action.clone().map(CloseupAsk::Action),
            Screen::Overview | Screen::Insights => Some(CloseupAsk::Changes),
            _ => None,
        }
    }

    fn traffic(&self) -> TrafficAsk {
        TrafficAsk { rows: TRAFFIC_ROWS, buckets: series(self.window).buckets, clients: true }
    }

    fn analyses(&self) -> Vec<Analysis> {
        match self.place.screen {
            Screen::Goals => self.of_goals(),
            // A step that fewer take than before is a finding.
            Screen::Overview | Screen::Insights => self.funnels().collect(),
            Screen::Pages if self.visible.contains(&Pane::Slowness) => vec![Analysis::Slowness],
            Screen::Audience if self.visible.contains(&Pane::Returning) => {
                let rows = self.lists.of(Pane::Returning).rows_wanted();
                vec![Analysis::Returning(ReturningAsk { by: self.returning, rows })]
            }
            _ => Vec::new(),
        }
    }

    fn of_goals(&self) -> Vec<Analysis> {
        let defined = &self.settings.definitions;
        let experiments = defined.experiments.iter().map(experiment_ask);
        self.goals().into_iter().chain(self.funnels()).chain(experiments).collect()
    }

    fn funnels(&self) -> impl Iterator<Item = Analysis> {
        self.settings.definitions.funnels.iter().map(|funnel| funnel_ask(funnel, None))
    }

    fn goals(&self) -> Option<Analysis> {
        let detail = self.goal.clone().map(|goal| (goal, self.breakdown));
        let any = !self.settings.definitions.goals.is_empty();
        any.then_some(Analysis::Goals(GoalsAsk { detail }))
    }

    /// What is asked for the open funnel or experiment; nothing if it is defined no more.
    fn study(&self, study: &Study) -> Vec<Analysis> {
        let defined = &self.settings.definitions;
        let ask = match study {
            Study::Funnel(name) => {
                let funnel = defined.funnels.iter().find(|funnel| funnel.name == *name);
                funnel.map(|funnel| funnel_ask(funnel, Some(self.breakdown)))
            }
            Study::Experiment(name) => {
                let experiment = defined.experiments.iter().find(|experiment| experiment.name == *name);
                experiment.map(experiment_ask)
            }
        };
        ask.into_iter().collect()
    }

    /// A question for the totals and the intake only, to tell how far a paused screen is behind.
    pub(crate) fn bare(&self) -> Question {
        Question {
            window: self.window,
            bounce: self.settings.rules.bounce,
            bots: self.settings.bots,
            definitions: Arc::clone(&self.settings.definitions),
            ..Question::about(self.place.filter.clone())
        }
    }

    fn table(&self, pane: Pane) -> Option<TableAsk> {
        let Content::Table(grouping) = pane.content() else { return None };
        let (sort, order) = self.sorts.table(pane);
        let rows = self.lists.of(pane).rows_wanted();
        Some(TableAsk { grouping, sort, order, rows, measures: self.measures(sort) })
    }

    /// Times cost a histogram per row: the overview, which does not show them, asks only if it sorts by them.
    fn measures(&self, sort: TableSort) -> Measures {
        let times = self.place.screen != Screen::Overview
            || self.place.zoomed
            || matches!(sort, TableSort::Time | TableSort::Load);
        if times { Measures::CountsAndTimes } else { Measures::Counts }
    }

    fn sessions(&self) -> Option<SessionsAsk> {
        let population = match self.place.screen {
            Screen::Overview => self.overview_lists,
            Screen::Sessions => Population::Seen,
            _ => return None,
        };
        Some(self.list(population))
    }

    fn list(&self, population: Population) -> SessionsAsk {
        let (sort, order) = self.sorts.sessions(Pane::Sessions);
        SessionsAsk { population, sort, order, rows: self.lists.of(Pane::Sessions).rows_wanted() }
    }
}

fn funnel_ask(funnel: &Funnel, breakdown: Option<Breakdown>) -> Analysis {
    Analysis::Funnel(FunnelAsk { funnel: funnel.clone(), breakdown })
}

fn experiment_ask(experiment: &Experiment) -> Analysis {
    Analysis::Experiment(ExperimentAsk { experiment: experiment.clone() })
}

/// The tables of a screen, by their panes.
fn screen_tables(screen: Screen) -> &'static [Pane] {
    match screen {
        Screen::Overview => &[Pane::Sources, Pane::Pages, Pane::Channels],
        Screen::Sessions | Screen::Traffic => &[],
        Screen::Sources => &[Pane::Sources, Pane::Channels, Pane::Campaigns, Pane::Landings],
        // Findings are derived from the rows of pages.
        Screen::Pages | Screen::Insights => &[Pane::Pages],
        Screen::Audience => {
            &[Pane::Countries, Pane::Browsers, Pane::Systems, Pane::Devices, Pane::Sites, Pane::Newness]
        }
        Screen::Goals => &[Pane::Actions],
    }
}

/// Rows of each list of hits, by which the screen sorts them: more than anybody scrolls through.
const TRAFFIC_ROWS: usize = 500;

/// The number of buckets that gives round lengths: a minute for half an hour, a quarter of an hour for a day. A few
/// more than the window holds, for the unfinished one.
fn series(window: Window) -> SeriesAsk {
    let buckets = match window {
        Window::Last(span) if span <= Span::minutes(30) => 32,
        Window::Last(span) if span <= Span::hours(1) => 62,
        Window::Last(span) if span <= Span::hours(6) => 74,
        _ => 98,
    };
    SeriesAsk { buckets }
}

/// An inquiry without an answer for this long is posted again.
const PATIENCE: Span = Span::seconds(2);

/// Inquiries in flight.
#[derive(Debug, Default)]
pub(crate) struct Asking {
    last_ticket: u64,
    last_view_ticket: u64,
    posed: Option<(Question, AsOf)>,
    /// The first ticket of the current question: older answers are to another one.
    first_ticket: u64,
    answered: u64,
    asked_at: Millis,
    bare_ticket: Option<u64>,
    timeline: Option<(SessionRef, u64)>,
}

/// What to do with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// The first answer to the question on the screen.
    First,
    /// A newer answer to it.
    Newer,
    /// Progress only.
    Progress,
    /// Too old.
    None,
}

impl Asking {
    /// Posts the question if it or its instant differs from the last one.
    pub(crate) fn if_changed(&mut self, question: Question, as_of: AsOf, wall: Millis) -> Option<Inquiry> {
        if self.posed.as_ref().is_some_and(|(posed, of)| *posed == question && *of == as_of) {
            return None;
        }
        self.first_ticket = self.last_ticket + 1;
        self.posed = Some((question.clone(), as_of));
        Some(self.post(question, as_of, wall))
    }

    /// Posts the question again, unless its answer is still on its way.
    pub(crate) fn again(&mut self, question: Question, as_of: AsOf, wall: Millis) -> Option<Inquiry> {
        let waiting = self.answered < self.last_view_ticket && wall.since(self.asked_at) < PATIENCE;
        (!waiting).then(|| self.post(question, as_of, wall))
    }

    /// Posts a question for the current totals.
    pub(crate) fn progress(&mut self, bare: Question, wall: Millis) -> Option<Inquiry> {
        let inquiry = self.again(bare, AsOf::Now, wall)?;
        self.bare_ticket = Some(inquiry.ticket);
        Some(inquiry)
    }

    /// The paths that the current question asks for.
    pub(crate) fn paths(&self) -> Option<&PathsAsk> {
        let (question, _) = self.posed.as_ref()?;
        question.analyses.iter().find_map(|analysis| match analysis {
            Analysis::Paths(paths) => Some(paths),
            _ => None,
        })
    }

    /// Whether the current question has been answered at least once.
    pub(crate) fn is_answered(&self) -> bool {
        self.answered >= self.first_ticket
    }

    /// Asks how it was at an earlier time.
    pub(crate) fn earlier(&mut self, question: Question, as_of: AsOf) -> Inquiry {
        Inquiry { ticket: self.next_ticket(), as_of, ask: Ask::View(Box::new(question)) }
    }

    /// Asks for a session's timeline.
    pub(crate) fn timeline(&mut self, session: SessionRef, as_of: AsOf) -> Inquiry {
        let ticket = self.next_ticket();
        self.timeline = Some((session, ticket));
        Inquiry { ticket, as_of, ask: Ask::Timeline(session) }
    }

    /// Releases the snapshot.
    pub(crate) fn release(&mut self) -> Inquiry {
        Inquiry { ticket: self.next_ticket(), as_of: AsOf::Snapshot, ask: Ask::Release }
    }

    /// What to do with the answer of this ticket.
    pub(crate) fn view_answered(&mut self, ticket: u64) -> Use {
        if ticket <= self.answered {
            return Use::None;
        }
        let first = !self.is_answered();
        self.answered = ticket;
        match ticket {
            _ if self.bare_ticket == Some(ticket) => Use::Progress,
            _ if ticket < self.first_ticket => Use::None,
            _ if first => Use::First,
            _ => Use::Newer,
        }
    }

    /// The session whose timeline comes with this ticket; `None` if another was asked for since.
    pub(crate) fn timeline_answered(&self, ticket: u64) -> Option<SessionRef> {
        self.timeline.filter(|(_, asked)| *asked == ticket).map(|(session, _)| session)
    }

    fn post(&mut self, question: Question, as_of: AsOf, wall: Millis) -> Inquiry {
        self.asked_at = wall;
        self.last_view_ticket = self.next_ticket();
        Inquiry { ticket: self.last_view_ticket, as_of, ask: Ask::View(Box::new(question)) }
    }

    fn next_ticket(&mut self) -> u64 {
        self.last_ticket += 1;
        self.last_ticket
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::filter::Filter;
    use crate::query::question::Visitor;

    fn question(filter: &str) -> Question {
        Question::about(Filter::parse(filter).expect(filter))
    }

    #[test]
    fn a_changed_question_makes_older_answers_worthless() {
        let mut asking = Asking::default();
        let first = asking.if_changed(question(""), AsOf::Now, Millis(0)).expect("the first question is new");
        assert_eq!(asking.if_changed(question(""), AsOf::Now, Millis(0)), None);
        let second = asking.if_changed(question("bounced"), AsOf::Now, Millis(0)).expect("another question");
        assert!(second.ticket > first.ticket);
        assert_eq!(asking.view_answered(first.ticket), Use::None);
        assert_eq!(asking.view_answered(second.ticket), Use::First);
    }

    #[test]
    fn the_same_question_of_another_instant_is_another_question() {
        let mut asking = Asking::default();
        let now = asking.if_changed(question(""), AsOf::Now, Millis(0)).expect("the first question is new");
        let held = asking.if_changed(question(""), AsOf::Snapshot, Millis(0)).expect("of another instant");
        assert_eq!(asking.if_changed(question(""), AsOf::Snapshot, Millis(0)), None);
        assert_eq!(asking.view_answered(now.ticket), Use::None);
        assert_eq!(asking.view_answered(held.ticket), Use::First);
    }

    #[test]
    fn a_question_is_not_repeated_while_its_answer_is_on_its_way() {
        let mut asking = Asking::default();
        let first = asking.if_changed(question(""), AsOf::Now, Millis(0)).expect("new");
        assert_eq!(asking.again(question(""), AsOf::Now, Millis(250)), None);
        assert_eq!(asking.view_answered(first.ticket), Use::First);
        let next = asking.again(question(""), AsOf::Now, Millis(500)).expect("answered by now");
        assert_eq!(asking.view_answered(next.ticket), Use::Newer);
        assert_eq!(asking.view_answered(first.ticket), Use::None, "an answer that was overtaken");
    }

    #[test]
    fn an_answer_that_never_comes_is_asked_for_again() {
        let mut asking = Asking::default();
        asking.if_changed(question(""), AsOf::Now, Millis(0)).expect("new");
        assert!(asking.again(question(""), AsOf::Now, Millis(2_500)).is_some());
    }

    #[test]
    fn only_the_timeline_asked_for_last_is_taken() {
        let mut asking = Asking::default();
        let session = |visitor| SessionRef { visitor: Visitor(visitor), start: Millis(0) };
        let first = asking.timeline(session(1), AsOf::Now);
        let second = asking.timeline(session(2), AsOf::Now);
        assert_eq!(asking.timeline_answered(first.ticket), None);
        assert_eq!(asking.timeline_answered(second.ticket), Some(session(2)));
    }
}
