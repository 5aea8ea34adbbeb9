//! The app: handles messages, keeps the state of the screen, and decides what to ask and draw.
//!
//! Keys are handled in `actions`, answers in `answers`; `layout` places panes, and `panes` draws them.

mod actions;
mod answers;
mod breakdown;
mod compare;
mod mouse;
mod overlays;
mod paths;
mod studies;
mod windows;

use std::sync::Arc;

use ratatui::Frame;
use ratatui::crossterm::event::KeyEvent;
use ratatui::layout::Rect;

use crate::alert::watcher::ShownAlerts;
use crate::query::analysis::ask::{Breakdown, PathsAsk, ReturningBy};
use crate::query::annotation::Annotations;
use crate::query::definitions::FunnelStep;
use crate::query::inquiry::{AsOf, Inquiry};
use crate::query::question::{Population, Question, Window};
use crate::time::{Millis, Span};

use super::comparing::{ComparedTo, Comparing};
use super::explorer::Explored;
use super::key::Key;
use super::keymap::KeyLayer;
use super::layout::{self, Banner, Layout};
use super::lists::{Lists, Movement};
use super::location::{Location, Trail};
use super::message::{AppCommand, Changed, Message, Reports};
use super::monitor_settings::MonitorSettings;
use super::open_session::{Following, OpenSession};
use super::pane::Pane;
use super::panes;
use super::pause::Pause;
use super::questions::{Asking, QuestionInputs};
use super::run::Program;
use super::scene::Scene;
use super::shown::Shown;
use super::sorting::Sorts;
use super::stage::Stage;
use super::theme::{Catalogue, Theme};
use super::throughput::Throughput;
use super::vocabulary::Vocabulary;
use overlays::Overlay;

/// The live monitor.
pub struct App {
    settings: MonitorSettings,
    themes: Catalogue,
    theme: Theme,
    trail: Trail,
    window: Window,
    sorts: Sorts,
    /// What goals and funnels are broken down by.
    breakdown: Breakdown,
    /// By what visitors who came back are told apart.
    returning: ReturningBy,
    /// The only step that is marked, as long as there is no second one.
    first_mark: Option<FunnelStep>,
    /// What the screen is compared with.
    comparing: Option<Comparing>,
    lists: Lists,
    shown: Option<Shown>,
    /// The paths that the answer on the screen is about.
    paths_answered: Option<PathsAsk>,
    alerts: Arc<ShownAlerts>,
    annotations: Arc<Annotations>,
    opened: Option<OpenSession>,
    asking: Asking,
    throughput: Throughput,
    pause: Option<Pause>,
    overlay: Overlay,
    notice: Option<String>,
    mouse: Reports,
    following: Following,
    vocabulary: Vocabulary,
    area: Rect,
    wall: Millis,
    /// Whether anything has changed since the last question.
    news: Changed,
    stale: bool,
}

/// Without input the screen is refreshed this often: figures age, sessions close, and silence becomes unusual.
const IN_SILENCE_EVERY: Span = Span::seconds(10);

impl App {
    /// The app as it starts: on the overview, with nothing asked yet.
    #[must_use]
    pub fn new(settings: MonitorSettings, themes: Catalogue, theme: Theme) -> App {
        App {
            trail: Trail::start(settings.filter.clone()),
            vocabulary: Vocabulary::of(&settings.definitions),
            window: settings.window,
            comparing: settings.compare.map(|with| Comparing::new(ComparedTo::Earlier(with))),
            notice: settings.warning.clone(),
            settings,
            themes,
            theme,
            sorts: Sorts::default(),
            breakdown: Breakdown::default(),
            returning: ReturningBy::Fitting,
            first_mark: None,
            lists: Lists::default(),
            shown: None,
            paths_answered: None,
            alerts: Arc::default(),
            annotations: Arc::default(),
            opened: None,
            asking: Asking::default(),
            throughput: Throughput::default(),
            pause: None,
            overlay: Overlay::None,
            mouse: Reports::Off,
            following: Following::No,
            area: Rect::ZERO,
            wall: Millis::default(),
            news: Changed::No,
            stale: true,
        }
    }

    fn location(&self) -> &Location {
        self.trail.here()
    }

    fn key(&mut self, event: KeyEvent) -> Vec<AppCommand> {
        let Some(key) = Key::of(event) else { return Vec::new() };
        self.notice = None;
        self.stale = true;
        if let Some(action) = self.settings.keymap.action(self.layers(), key) {
            return self.act(action);
        }
        if let Some(c) = key.typed() {
            self.type_char(c);
        }
        Vec::new()
    }

    /// The active key layers, the innermost first.
    fn layers(&self) -> &'static [KeyLayer] {
        match self.overlay {
            Overlay::Prompt(_) => &[KeyLayer::Prompt, KeyLayer::Always],
            Overlay::Help(_) => &[KeyLayer::Help, KeyLayer::Always],
            Overlay::Themes(_) => &[KeyLayer::Themes, KeyLayer::Always],
            Overlay::None if self.location().focus.is_list() => {
                &[KeyLayer::List, KeyLayer::Screen, KeyLayer::Always]
            }
            Overlay::None => &[KeyLayer::Screen, KeyLayer::Always],
        }
    }

    /// A beat: asks again if something has changed, at most one inquiry at a time.
    fn beat(&mut self, wall: Millis, news: Changed) -> Option<Inquiry> {
        self.wall = wall;
        if news == Changed::Yes {
            self.news = Changed::Yes;
        }
        if let Some(inquiry) = self.ask_if_changed() {
            return Some(inquiry);
        }
        self.catch_up();
        if let Some(shown) = self.shown.as_ref().filter(|_| news == Changed::No) {
            self.note_amount(shown.amount());
        }
        if let Some(opened) = &mut self.opened
            && self.pause.is_none()
            && opened.ask_again(wall, self.following)
        {
            return Some(self.asking.timeline(opened.session, AsOf::Now));
        }
        if !self.is_out_of_date() {
            return None;
        }
        let inquiry = self.ask_again()?;
        self.news = Changed::No;
        Some(inquiry)
    }

    /// Shows what was held back, if it is due.
    fn catch_up(&mut self) {
        if self.pause.is_some() {
            return;
        }
        if let Some(shown) = self.shown.as_ref().and_then(|shown| shown.caught_up(self.wall)) {
            self.show(shown);
        }
    }

    /// Whether the engine's answer may have changed.
    fn is_out_of_date(&self) -> bool {
        let answered = self.shown.as_ref().map(Shown::answered_at);
        let silence = |at: Millis| self.pause.is_none() && self.wall.since(at) >= IN_SILENCE_EVERY;
        self.news == Changed::Yes || answered.is_none_or(silence)
    }

    /// Asks the screen's question again; while paused, asks only how far the screen is behind.
    fn ask_again(&mut self) -> Option<Inquiry> {
        if self.pause.is_some() && self.asking.is_answered() {
            let bare = self.wish().bare();
            return self.asking.progress(bare, self.wall);
        }
        let question = self.question();
        self.asking.again(question, self.as_of(), self.wall)
    }

    /// The instant that the screen shows.
    fn as_of(&self) -> AsOf {
        if self.pause.is_some() { AsOf::Snapshot } else { AsOf::Now }
    }

    /// The question for the screen.
    fn question(&self) -> Question {
        self.wish().question()
    }

    fn wish(&self) -> QuestionInputs<'_> {
        let ended = self.shown.as_ref().is_some_and(|shown| shown.stage() == Stage::Ended);
        QuestionInputs {
            settings: &self.settings,
            place: self.location(),
            window: self.window(),
            sorts: &self.sorts,
            lists: &self.lists,
            // In a log that has ended no session is active, so list all of them.
            overview_lists: if ended { Population::Seen } else { Population::Active },
            action: self.action_under_cursor(),
            goal: self.goal_under_cursor(),
            breakdown: self.breakdown,
            returning: self.returning,
            visible: self.visible_panes(),
        }
    }

    fn visible_panes(&self) -> Vec<Pane> {
        let layout = self.layout();
        layout.iter().flat_map(|layout| layout.shown(self.location().focus)).map(|(pane, _)| pane).collect()
    }

    fn goal_under_cursor(&self) -> Option<String> {
        let line = self.lists.of(Pane::Goals).line();
        // Before the first answer it is the first one that is defined.
        let first = self.settings.definitions.goals.first().map(|goal| goal.name.clone());
        self.rows().pick(Pane::Goals, line).map(|goal| goal.name().to_owned()).or(first)
    }

    fn action_under_cursor(&self) -> Option<String> {
        let line = self.lists.of(Pane::Actions).line();
        let picked = self.rows().pick(Pane::Actions, line);
        picked.map(|action| action.name().to_owned())
    }

    fn ask_if_changed(&mut self) -> Option<Inquiry> {
        let question = self.question();
        self.asking.if_changed(question, self.as_of(), self.wall)
    }

    /// Asks for the timeline of the open session if it is another one than before.
    fn ask_for_timeline(&mut self) -> Option<Inquiry> {
        let Some(session) = self.location().opened else {
            self.opened = None;
            self.following = Following::No;
            return None;
        };
        if self.opened.as_ref().is_some_and(|opened| opened.session == session) {
            return None;
        }
        self.opened = Some(OpenSession::new(session, self.wall));
        self.lists.forget(Pane::Steps);
        self.lists.forget(Pane::Others);
        if self.following == Following::Yes {
            self.lists.go(Pane::Steps, Movement::Last, &[]);
        }
        Some(self.asking.timeline(session, self.as_of()))
    }

    /// The layout; `None` if the terminal is too small.
    pub(super) fn layout(&self) -> Option<Layout> {
        self.layout_of(self.location())
    }

    fn layout_of(&self, place: &Location) -> Option<Layout> {
        let troubled = |shown: &Shown| !panes::troubles(&shown.view().intake).is_empty();
        let is_troubled =
            self.shown.as_ref().is_some_and(troubled) || panes::firing(&self.alerts).next().is_some();
        let trouble = if is_troubled { Banner::Shown } else { Banner::Hidden };
        layout::arrange(self.area, place, trouble)
    }

    /// Finds each list's cursor among the current rows.
    pub(super) fn settle(&mut self, layout: &Layout) {
        for (pane, area) in layout.shown(self.trail.here().focus).filter(|(pane, _)| pane.is_list()) {
            let keys = self.rows().keys(pane);
            self.lists.settle(pane, &keys, panes::rows_in(area));
        }
    }

    pub(super) fn scene<'a>(&'a self, layout: &'a Layout) -> Scene<'a> {
        Scene {
            theme: &self.theme,
            settings: &self.settings,
            location: self.location(),
            leads_back: self.trail.leads_back(),
            window: self.window(),
            comparing: self.comparing.as_ref(),
            comparison: self.comparison(),
            shown: self.shown.as_ref(),
            alerts: &self.alerts,
            annotations: &self.annotations,
            opened: self.opened.as_ref(),
            explored: explored(self.location(), self.paths_answered.as_ref()),
            following: self.following,
            lists: &self.lists,
            breakdown: self.breakdown,
            sorts: &self.sorts,
            throughput: &self.throughput,
            pause: self.pause.as_ref(),
            layout,
            notice: self.notice.as_deref(),
            wall: self.wall,
        }
    }
}

/// The paths that are explored.
fn explored<'a>(place: &'a Location, answered: Option<&'a PathsAsk>) -> Option<Explored<'a>> {
    place.paths.as_ref().map(|paths| Explored { place: paths, answered })
}

impl Program for App {
    fn handle(&mut self, message: Message) -> Vec<AppCommand> {
        let mut commands = match message {
            Message::Key(event) => self.key(event),
            Message::Paste(text) => self.paste(&text),
            Message::Mouse(event) => self.mouse(event),
            Message::Resize => {
                self.stale = true;
                Vec::new()
            }
            Message::Answer(answer) => {
                self.take(answer);
                Vec::new()
            }
            Message::Alerts(alerts) => {
                self.stale |= *alerts != *self.alerts;
                self.alerts = alerts;
                Vec::new()
            }
            Message::Annotations(annotations) => {
                self.stale |= *annotations != *self.annotations;
                self.annotations = annotations;
                Vec::new()
            }
            Message::FunnelWritten(written) => {
                self.funnel_written(written);
                Vec::new()
            }
            Message::Beat { wall, news } => self.beat(wall, news).map(AppCommand::Ask).into_iter().collect(),
        };
        commands.extend(self.ask_for_timeline().map(AppCommand::Ask));
        commands.extend(self.ask_if_changed().map(AppCommand::Ask));
        commands.extend(self.ask_earlier().map(AppCommand::Ask));
        commands
    }

    fn draw(&mut self, frame: &mut Frame) {
        self.stale = false;
        self.area = frame.area();
        let buf = frame.buffer_mut();
        panes::lay_ground(&self.theme, self.area, buf);
        let Some(layout) = self.layout() else {
            panes::draw_too_small(&self.theme, self.area, buf);
            return;
        };
        self.settle(&layout);
        let scene = self.scene(&layout);
        panes::draw_screen(&scene, buf);
        let cursor = match &self.overlay {
            Overlay::None => None,
            Overlay::Prompt(prompt) => Some(panes::draw_prompt(&scene, prompt, buf)),
            Overlay::Help(help) => Some(panes::draw_help(&scene, help, buf)),
            Overlay::Themes(picker) => {
                panes::draw_themes(&scene, picker, buf);
                None
            }
        };
        if let Some(cursor) = cursor {
            frame.set_cursor_position(cursor);
        }
    }

    fn needs_draw(&self) -> bool {
        self.stale
    }
}
