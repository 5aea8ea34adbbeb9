//! What each action does.

use crate::query::analysis::ask::PathSide;
use crate::query::filter::{Filter, Term, TextField};
use crate::query::inquiry::AsOf;
use crate::query::question::SessionRef;
use crate::text;

use super::super::action::Action;
use super::super::chips;
use super::super::help::Help;
use super::super::lists::{MOST_ROWS, Movement};
use super::super::location::{Location, Screen};
use super::super::message::AppCommand;
use super::super::open_session::Following;
use super::super::pane::Pane;
use super::super::pause::Pause;
use super::super::rows::{PaneRows, Picked};
use super::App;
use super::overlays::Overlay;
use super::windows::{longer, shorter};

impl App {
    /// Performs an action.
    pub(super) fn act(&mut self, action: Action) -> Vec<AppCommand> {
        match action {
            Action::Quit => return vec![AppCommand::Quit],
            Action::Suspend => return vec![AppCommand::Suspend],
            _ => {}
        }
        match self.overlay {
            Overlay::Prompt(_) => self.act_in_prompt(action),
            Overlay::Help(_) => self.act_in_help(action),
            Overlay::Themes(_) => self.act_in_picker(action),
            Overlay::None => return self.act_on_screen(action),
        }
        Vec::new()
    }

    fn act_on_screen(&mut self, action: Action) -> Vec<AppCommand> {
        match action {
            Action::Copy => return self.copy(),
            Action::WriteFunnel => return self.write_funnel(),
            Action::Pause => return self.toggle_pause(),
            Action::Open => self.open(),
            Action::Exclude => self.exclude(),
            Action::Back => self.back(),
            Action::DropTerm => self.drop_term(),
            Action::Zoom => self.zoom(),
            Action::Mouse => return self.toggle_mouse(),
            Action::Follow => self.follow(),
            Action::Filter => self.open_prompt(),
            Action::Theme => self.open_picker(),
            Action::Help => self.overlay = Overlay::Help(Help::default()),
            Action::WindowShorter => self.choose_window(shorter),
            Action::WindowLonger => self.choose_window(longer),
            Action::Compare => self.compare_next(),
            Action::OpenDropped => self.open_dropped(),
            Action::MarkStep => self.mark_step(),
            Action::StepOrder => self.change_order(),
            Action::Paths => self.open_paths(),
            Action::Fold => self.fold(),
            Action::Breakdown => self.break_down(),
            Action::Sort => self.sorts.next(self.location().focus),
            Action::Reverse => self.sorts.reverse(self.location().focus),
            _ => self.go(action),
        }
        Vec::new()
    }

    /// Movements: of the cursor, of the focus, to another screen.
    fn go(&mut self, action: Action) {
        if let Some(movement) = movement(action) {
            self.move_cursor(movement);
        } else if let Some(screen) = screen(action) {
            self.show_screen(screen);
        } else {
            self.move_focus(action);
        }
    }

    pub(super) fn move_cursor(&mut self, movement: Movement) {
        let pane = self.location().focus;
        if pane == Pane::Steps {
            self.following = Following::No;
        }
        let keys = self.rows().keys(pane);
        self.lists.go(pane, movement, &keys);
        self.say_where_the_list_ends(pane, movement);
    }

    /// Tells an operator at the end of a list that it was cut: lists are limited to what anyone reads.
    fn say_where_the_list_ends(&mut self, pane: Pane, movement: Movement) {
        let (total, most) = (self.rows().total(pane), MOST_ROWS as u64);
        let is_down = !matches!(movement, Movement::Lines(..0) | Movement::HalfPages(..0) | Movement::First);
        if total > most && is_down && self.lists.of(pane).is_at_most_rows() {
            let reverse = self.key_of(Action::Reverse);
            self.say(format!(
                "The first {} of {} rows are listed; {reverse} lists them from the other end.",
                text::thousands(most),
                text::thousands(total),
            ));
        }
    }

    fn show_screen(&mut self, screen: Screen) {
        self.step(Location::of(screen, self.location().filter.clone()));
    }

    fn move_focus(&mut self, action: Action) {
        let towards = match action {
            Action::FocusLeft => Some(PathSide::Before),
            Action::FocusRight => Some(PathSide::After),
            _ => None,
        };
        if towards.is_some_and(|towards| self.go_along(towards)) {
            return;
        }
        let pane = match action {
            Action::FocusNext => self.pane_after(1),
            Action::FocusPrevious => self.pane_after(-1),
            Action::FocusLeft => self.pane_beside(Beside::Left),
            Action::FocusRight => self.pane_beside(Beside::Right),
            _ => None,
        };
        if let Some(pane) = pane {
            self.trail.focus(pane);
        }
    }

    /// The pane this many stops of Tab further on.
    fn pane_after(&self, by: isize) -> Option<Pane> {
        let unzoomed = Location { zoomed: false, ..self.location().clone() };
        let panes = self.layout_of(&unzoomed)?.focusable();
        let at = panes.iter().position(|pane| *pane == self.location().focus).unwrap_or(0);
        let count = isize::try_from(panes.len()).ok()?;
        let next = (isize::try_from(at).ok()? + by).rem_euclid(count.max(1));
        panes.get(usize::try_from(next).ok()?).copied()
    }

    /// The nearest pane on a side, among those at the same height.
    fn pane_beside(&self, side: Beside) -> Option<Pane> {
        let layout = self.layout()?;
        let focus = self.location().focus;
        let here = layout.shown(focus).find(|(pane, _)| *pane == focus)?.1;
        let distance = |area: ratatui::layout::Rect| match side {
            Beside::Left => here.x.checked_sub(area.right()),
            Beside::Right => area.x.checked_sub(here.right()),
        };
        layout
            .shown(focus)
            .filter(|(pane, area)| pane.takes_focus() && area.y < here.bottom() && here.y < area.bottom())
            .filter_map(|(pane, area)| Some((distance(area)?, pane)))
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, pane)| pane)
    }

    /// Goes one step further. If it shows another list, the cursor starts at its top.
    pub(super) fn step(&mut self, next: Location) {
        if let Some(refused) = self.settings.privacy.refuses(&next.filter) {
            return self.say(format!("{refused}."));
        }
        let before = self.location().filter.clone();
        let goes_back = self.trail.leads_to(&next);
        self.trail.step(next, &mut self.lists);
        if self.location().filter != before && !goes_back {
            self.lists = super::Lists::default();
        }
    }

    fn back(&mut self) {
        if !self.trail.back(&mut self.lists) {
            self.say(format!("Nothing to go back to; {} quits.", self.key_of(Action::Quit)));
        }
    }

    fn zoom(&mut self) {
        let place = self.location();
        self.step(Location { zoomed: !place.zoomed, ..place.clone() });
    }

    pub(super) fn rows(&self) -> PaneRows<'_> {
        PaneRows {
            shown: self.shown.as_ref(),
            opened: self.opened.as_ref(),
            explored: super::explored(self.location(), self.paths_answered.as_ref()),
            step: self.lists.of(Pane::FunnelSteps).line(),
            breakdown: self.breakdown,
            sorts: &self.sorts,
            annotations: &self.annotations,
        }
    }

    /// The row under the cursor.
    pub(super) fn picked(&self) -> Option<Picked> {
        let pane = self.location().focus;
        self.rows().pick(pane, self.lists.of(pane).line())
    }

    pub(super) fn open(&mut self) {
        match self.picked() {
            Some(Picked::Session(session, _)) => self.open_session(session),
            Some(Picked::Study(study)) => self.open_study(study),
            Some(Picked::Annotation(what)) => self.compare_around(what),
            Some(Picked::Terms(filter, _)) => self.show_sessions(self.location().filter.and_all(&filter)),
            Some(picked) if self.location().focus == Pane::FunnelInstead => self.open_instead(&picked),
            Some(Picked::Value(TextField::Page, page)) => self.open_page(page),
            Some(picked) => match picked.term() {
                Some(term) => self.open_behind(term),
                None => self.say_why_not("open"),
            },
            None => self.say_why_not("open"),
        }
    }

    /// Explains why the action has nothing to act on.
    fn say_why_not(&mut self, what: &str) {
        let pane = self.location().focus;
        if self.rows().has_no_term(pane, self.lists.of(pane).line()) {
            self.say("A filter has no words for this row; choose the steps before it first.");
        } else if self.rows().is_of_small_groups(pane, self.lists.of(pane).line()) {
            self.say("Groups of fewer than 5 sessions stay together under --privacy strict.");
        } else {
            self.say(format!("There is no row to {what} here."));
        }
    }

    fn open_page(&mut self, page: String) {
        let filter = self.location().filter.and(Term::exactly(TextField::Page, &page));
        let page = Some(page);
        self.step(Location {
            filter,
            page,
            study: None,
            paths: None,
            opened: None,
            focus: Pane::Before,
            zoomed: false,
            ..self.location().clone()
        });
    }

    /// Filters by a row, and goes to the screen with its details.
    fn open_behind(&mut self, term: Term) {
        let place = self.location();
        let leads_to = match place.focus {
            Pane::Goals
            | Pane::Actions
            | Pane::Findings
            | Pane::Bots
            | Pane::FunnelSteps
            | Pane::Variants
            | Pane::PathColumn(..)
            | Pane::PathStart
            | Pane::WholePaths => (Screen::Sessions, Pane::Sessions),
            Pane::Channels if place.screen == Screen::Sources => (Screen::Sources, Pane::Sources),
            _ => return self.add_term(term),
        };
        let (screen, focus) = leads_to;
        let filter = place.filter.and(term);
        self.step(Location { screen, focus, paths: None, study: None, ..place.through(filter) });
    }

    fn open_session(&mut self, session: SessionRef) {
        self.following = Following::No;
        let opened = Some(session);
        self.step(Location { opened, focus: Pane::Steps, zoomed: false, ..self.location().clone() });
    }

    /// Follows the visitor of a session: its newest step, and its next session. In a timeline, a second time stops
    /// following.
    fn follow(&mut self) {
        match self.picked() {
            Some(Picked::Session(session, _)) => {
                self.open_session(session);
                self.following = Following::Yes;
            }
            _ if self.location().opened.is_some() => {
                self.following = self.following.turned();
                self.lists.go(Pane::Steps, Movement::Last, &self.rows().keys(Pane::Steps));
            }
            _ => {
                self.say("The cursor follows its row already; in a list of sessions this follows a visitor.");
            }
        }
    }

    fn exclude(&mut self) {
        match self.picked().and_then(|picked| picked.term()) {
            Some(term) => self.add_term(Term { negated: true, ..term }),
            None => self.say_why_not("exclude"),
        }
    }

    fn add_term(&mut self, term: Term) {
        let filter = self.location().filter.and(term);
        if filter == self.location().filter {
            self.say("The filter has this term already.");
        } else {
            self.filter_by(filter);
        }
    }

    /// Applies a filter as a step.
    pub(super) fn filter_by(&mut self, filter: Filter) {
        self.step(self.location().through(filter));
    }

    fn drop_term(&mut self) {
        match chips::without_last(&self.location().filter, &self.settings.segments) {
            None => self.say("The filter is empty."),
            Some(filter) => self.filter_by(filter),
        }
    }

    fn toggle_pause(&mut self) -> Vec<AppCommand> {
        if self.pause.take().is_some() {
            return vec![AppCommand::Ask(self.asking.release())];
        }
        self.pause = self.shown.as_ref().map(|_| Pause::default());
        // While paused, the timeline is as of the same instant as everything else.
        let opened = self.opened.as_ref().filter(|_| self.pause.is_some());
        let timeline = opened.map(|opened| self.asking.timeline(opened.session, AsOf::Snapshot));
        timeline.map(AppCommand::Ask).into_iter().collect()
    }

    fn copy(&mut self) -> Vec<AppCommand> {
        let copied =
            self.picked().map_or_else(|| self.location().filter.to_string(), |row| row.name().to_owned());
        if copied.is_empty() {
            self.say("There is no row here and no filter to copy.");
            return Vec::new();
        }
        // Pasted elsewhere, it must be as harmless as on this screen.
        let copied = text::Shown::from(copied);
        self.say(format!("Copied {copied}"));
        vec![AppCommand::Copy(copied)]
    }

    pub(super) fn say(&mut self, notice: impl Into<String>) {
        self.notice = Some(notice.into());
    }

    pub(super) fn key_of(&self, action: Action) -> String {
        let key = self.settings.keymap.keys(action).next();
        key.map(|key| key.label(self.theme.symbols())).unwrap_or_default()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    Left,
    Right,
}

fn movement(action: Action) -> Option<Movement> {
    Some(match action {
        Action::Up => Movement::Lines(-1),
        Action::Down => Movement::Lines(1),
        Action::HalfPageUp => Movement::HalfPages(-1),
        Action::HalfPageDown => Movement::HalfPages(1),
        Action::PageUp => Movement::HalfPages(-2),
        Action::PageDown => Movement::HalfPages(2),
        Action::First => Movement::First,
        Action::Last => Movement::Last,
        _ => return None,
    })
}

fn screen(action: Action) -> Option<Screen> {
    Some(match action {
        Action::ShowOverview => Screen::Overview,
        Action::ShowSessions => Screen::Sessions,
        Action::ShowSources => Screen::Sources,
        Action::ShowPages => Screen::Pages,
        Action::ShowAudience => Screen::Audience,
        Action::ShowGoals => Screen::Goals,
        Action::ShowInsights => Screen::Insights,
        Action::ShowTraffic => Screen::Traffic,
        _ => return None,
    })
}
