//! An app on a terminal that exists in memory, with an engine that answers what a test says.

use std::collections::BTreeMap;
use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::config::{Privacy, Zone};
use crate::query::analysis::ask::Analysis;
use crate::query::filter::Filter;
use crate::query::inquiry::{Answer, AnswerBody, AsOf, Ask, Inquiry};
use crate::query::question::{Bots, CloseupAsk, Question, Window};
use crate::query::rules::Rules;
use crate::query::view::{
    ActionCloseup, AnalysisView, ChangesCloseup, Closeup, PageCloseup, PathsView, ReturningView,
    SlownessView, Timeline, View, WholePathsView,
};
use crate::time::{Millis, Span};
use crate::ui::app::App;
use crate::ui::keymap::{Keymap, standard};
use crate::ui::message::{AppCommand, Changed, Message};
use crate::ui::monitor_settings::MonitorSettings;
use crate::ui::run::Program;
use crate::ui::theme::{Catalogue, Depth, Theme};

pub(super) fn settings() -> MonitorSettings {
    MonitorSettings {
        warning: None,
        inputs: vec!["/var/log/nginx/access.log".to_owned()],
        filter: Filter::default(),
        window: Window::Last(Span::minutes(30)),
        compare: None,
        bots: Bots::LeftOut,
        rules: Rules::default(),
        privacy: Privacy::Standard,
        replay: None,
        zone: Zone::Utc,
        segments: BTreeMap::new(),
        definitions: Arc::new(super::shop::definitions()),
        config_file: Some("/etc/dwell.toml".into()),
        keymap: Keymap::new(standard()).expect("the standard keys"),
    }
}

pub(super) struct Rig {
    pub(super) app: App,
    terminal: Terminal<TestBackend>,
    view: Option<View>,
    /// The view that is held while the screen is paused.
    held: Option<View>,
    /// How it was at earlier times; the same as now unless a test says how.
    earlier: Option<View>,
    timeline: Option<Timeline>,
    wall: Millis,
    /// What the app wanted done, but for inquiries.
    pub(super) commands: Vec<AppCommand>,
    /// Every inquiry posted.
    pub(super) asked: Vec<Inquiry>,
}

impl Rig {
    /// An app that has asked its first question and had no answer.
    pub(super) fn new(width: u16, height: u16) -> Rig {
        Rig::with(settings(), width, height)
    }

    pub(super) fn with(settings: MonitorSettings, width: u16, height: u16) -> Rig {
        Rig::themed(settings, super::theme(), width, height)
    }

    pub(super) fn themed(settings: MonitorSettings, theme: Theme, width: u16, height: u16) -> Rig {
        let app = App::new(settings, Catalogue::built_in(Depth::Ansi16), theme);
        let terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal in memory");
        let wall = super::fixture::NOW - Span::seconds(8);
        let mut rig = Rig {
            app,
            terminal,
            view: None,
            held: None,
            earlier: None,
            timeline: None,
            wall,
            commands: Vec::new(),
            asked: Vec::new(),
        };
        rig.beat(Span::ZERO);
        rig
    }

    /// From now on the engine answers so, and 412 lines a second have led to it.
    pub(super) fn answering(mut self, view: View) -> Rig {
        let mut earlier = view.clone();
        earlier.intake.lines = view.intake.lines.saturating_sub(4 * 412);
        self.view = Some(earlier);
        self.beat(Span::seconds(4));
        self.view = Some(view);
        self.beat(Span::seconds(4));
        self
    }

    pub(super) fn answering_timelines(mut self, timeline: Timeline) -> Rig {
        self.timeline = Some(timeline);
        self
    }

    pub(super) fn was(mut self, earlier: View) -> Rig {
        self.earlier = Some(earlier);
        self
    }

    pub(super) fn now_answering(&mut self, view: View) {
        self.view = Some(view);
    }

    /// Memory is short: what is held is let go.
    pub(super) fn evict_snapshot(&mut self) {
        self.held = None;
    }

    /// So much later something has come in.
    pub(super) fn beat(&mut self, later: Span) {
        self.wall += later;
        self.send(Message::Beat { wall: self.wall, news: Changed::Yes });
    }

    /// So much later nothing has come in.
    pub(super) fn silent_beat(&mut self, later: Span) {
        self.wall += later;
        self.send(Message::Beat { wall: self.wall, news: Changed::No });
    }

    pub(super) fn send(&mut self, message: Message) {
        let mut messages = vec![message];
        while let Some(message) = messages.pop() {
            for command in self.app.handle(message) {
                match command {
                    AppCommand::Ask(inquiry) => messages.extend(self.asked(inquiry)),
                    other => self.commands.push(other),
                }
            }
        }
    }

    fn asked(&mut self, inquiry: Inquiry) -> Option<Message> {
        self.asked.push(inquiry.clone());
        let found = match inquiry.ask {
            Ask::View(question) => {
                AnswerBody::View(Arc::new(answer_to(&question, self.view_of(inquiry.as_of)?)))
            }
            Ask::Timeline(_) => AnswerBody::Timeline(self.timeline.clone().map(Arc::new)),
            Ask::Release => {
                self.held = None;
                return None;
            }
        };
        Some(Message::Answer(Answer { ticket: inquiry.ticket, found }))
    }

    fn view_of(&mut self, as_of: AsOf) -> Option<&View> {
        match as_of {
            AsOf::Now => return self.view.as_ref(),
            AsOf::At(_) => return self.earlier.as_ref().or(self.view.as_ref()),
            AsOf::Snapshot => {}
        }
        self.held = self.held.take().or_else(|| self.view.clone());
        self.held.as_ref()
    }

    /// Presses keys: characters, or names in angle brackets such as `<Enter>` and `<^d>`.
    pub(super) fn press(&mut self, keys: &str) {
        let mut rest = keys;
        while let Some(c) = rest.chars().next() {
            let named = rest.strip_prefix('<').and_then(|rest| rest.split_once('>'));
            let (event, after) = match named {
                Some((name, after)) => (named_key(name), after),
                None => (KeyEvent::from(KeyCode::Char(c)), &rest[c.len_utf8()..]),
            };
            rest = after;
            self.send(Message::Key(event));
            self.draw();
        }
    }

    pub(super) fn draw(&mut self) -> &Buffer {
        self.terminal.draw(|frame| self.app.draw(frame)).expect("drawing in memory");
        self.terminal.backend().buffer()
    }

    pub(super) fn resize(&mut self, width: u16, height: u16) {
        self.terminal.backend_mut().resize(width, height);
        self.send(Message::Resize);
    }

    /// The screen as text, a line each, without blanks at the ends.
    pub(super) fn screen(&mut self) -> String {
        let buffer = self.draw();
        let area = *buffer.area();
        let row = |y| {
            let row: String = (0..area.width).map(|x| buffer[(x, y)].symbol()).collect();
            row.trim_end().to_owned()
        };
        (0..area.height).map(row).collect::<Vec<_>>().join("\n")
    }

    /// The line of the screen that contains a text.
    pub(super) fn line_with(&mut self, text: &str) -> String {
        let screen = self.screen();
        screen.lines().find(|line| line.contains(text)).unwrap_or_default().to_owned()
    }

    /// The question asked last.
    pub(super) fn question(&self) -> &Question {
        let questions = self.asked.iter().rev().filter_map(|inquiry| match &inquiry.ask {
            Ask::View(question) => Some(&**question),
            Ask::Timeline(_) | Ask::Release => None,
        });
        questions.into_iter().next().expect("a question was asked")
    }

    pub(super) fn filter(&self) -> String {
        self.question().filter.to_string()
    }
}

/// Of what the engine knows, what was asked for.
fn answer_to(question: &Question, known: &View) -> View {
    let wanted = |grouping| known.tables.iter().find(|table| table.grouping == Some(grouping)).cloned();
    View {
        tables: question
            .tables
            .iter()
            .map(|ask| {
                let empty = crate::query::view::Table { grouping: Some(ask.grouping), ..Default::default() };
                wanted(ask.grouping).unwrap_or(empty)
            })
            .collect(),
        sessions: question.sessions.and(known.sessions.clone()),
        traffic: question.traffic.and(known.traffic.clone()),
        closeup: question.closeup.as_ref().map(|ask| match known.totals.sessions {
            0 => nothing_of(ask),
            _ => super::closeups::closeup(ask),
        }),
        series: question.series.and(known.series.clone()),
        analyses: analyses(question, known),
        ..known.clone()
    }
}

/// The answers to analyses: goals as they are known, all others as they are asked for.
fn analyses(question: &Question, known: &View) -> Vec<AnalysisView> {
    let goals = known.analyses.iter().filter(|_| question.analyses.iter().any(is_of_goals)).cloned();
    let any = known.totals.sessions > 0;
    let studies = question.analyses.iter().filter(|_| any).filter_map(super::studies::answer);
    goals.chain(studies).chain(question.analyses.iter().filter_map(|ask| paths(ask, any))).collect()
}

fn is_of_goals(ask: &Analysis) -> bool {
    matches!(ask, Analysis::Goals(_))
}

fn paths(ask: &Analysis, any: bool) -> Option<AnalysisView> {
    Some(match ask {
        Analysis::Paths(ask) if any => AnalysisView::Paths(super::shop_paths::paths(ask)),
        Analysis::Paths(_) => AnalysisView::Paths(PathsView::default()),
        Analysis::WholePaths(_) if any => AnalysisView::WholePaths(super::shop_paths::whole_paths()),
        Analysis::WholePaths(_) => AnalysisView::WholePaths(WholePathsView::default()),
        Analysis::Slowness if any => AnalysisView::Slowness(super::shop::slowness()),
        Analysis::Slowness => AnalysisView::Slowness(SlownessView::default()),
        Analysis::Returning(ask) if any => AnalysisView::Returning(super::shop::returning(ask.by)),
        Analysis::Returning(_) => AnalysisView::Returning(ReturningView::default()),
        _ => return None,
    })
}

/// A close-up of something that no session has.
fn nothing_of(ask: &CloseupAsk) -> Closeup {
    match ask {
        CloseupAsk::Page(page) => Closeup::Page(PageCloseup { page: page.clone(), ..PageCloseup::default() }),
        CloseupAsk::Action(_) => Closeup::Action(ActionCloseup::default()),
        CloseupAsk::Changes => Closeup::Changes(ChangesCloseup::default()),
    }
}

fn named_key(name: &str) -> KeyEvent {
    let code = match name {
        "Enter" => KeyCode::Enter,
        "Esc" => KeyCode::Esc,
        "Tab" => KeyCode::Tab,
        "S-Tab" => KeyCode::BackTab,
        "Up" => KeyCode::Up,
        "Down" => KeyCode::Down,
        "Left" => KeyCode::Left,
        "Right" => KeyCode::Right,
        "PgUp" => KeyCode::PageUp,
        "PgDn" => KeyCode::PageDown,
        "Home" => KeyCode::Home,
        "End" => KeyCode::End,
        "Backspace" => KeyCode::Backspace,
        "F1" => KeyCode::F(1),
        control => {
            let c = control.chars().nth(1).expect("a key such as ^d");
            return KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL);
        }
    };
    KeyEvent::from(code)
}
