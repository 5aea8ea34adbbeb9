//! Everything that a pane may read while it is drawn.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::alert::watcher::ShownAlerts;
use crate::query::analysis::ask::Breakdown;
use crate::query::annotation::Annotations;
use crate::query::comparison::Comparison;
use crate::query::view::{ActionCloseup, Closeup, PageCloseup, View};
use crate::text;
use crate::time::Millis;

use super::comparing::Comparing;
use super::explorer::Explored;
use super::layout::Layout;
use super::lists::Lists;
use super::location::{Location, Screen};
use super::monitor_settings::MonitorSettings;
use super::open_session::{Following, OpenSession};
use super::pane::Pane;
use super::pause::Pause;
use super::rows::PaneRows;
use super::shown::Shown;
use super::sorting::Sorts;
use super::stage::Stage;
use super::theme::{Role, Symbols, Theme};
use super::throughput::Throughput;
use super::widgets::pane_frame::Focus;
use crate::query::question::Window;

/// Everything that a pane may read while it is drawn.
pub(crate) struct Scene<'a> {
    /// Colours and glyphs.
    pub(crate) theme: &'a Theme,
    /// The monitor's settings.
    pub(crate) settings: &'a MonitorSettings,
    /// The current location.
    pub(crate) location: &'a Location,
    /// Whether Esc leads back.
    pub(crate) leads_back: bool,
    /// The window chosen.
    pub(crate) window: Window,
    /// What the window is compared with.
    pub(crate) comparing: Option<&'a Comparing>,
    /// What differs, where the earlier time is known.
    pub(crate) comparison: Option<Comparison<'a>>,
    /// The latest answer, once there is one.
    pub(crate) shown: Option<&'a Shown>,
    /// The alerts.
    pub(crate) alerts: &'a ShownAlerts,
    /// What people say happened.
    pub(crate) annotations: &'a Annotations,
    /// The open timeline.
    pub(crate) opened: Option<&'a OpenSession>,
    /// The paths that are explored.
    pub(crate) explored: Option<Explored<'a>>,
    /// Whether its visitor is followed.
    pub(crate) following: Following,
    /// Cursors.
    pub(crate) lists: &'a Lists,
    /// The order of each list.
    pub(crate) sorts: &'a Sorts,
    /// What goals and funnels are broken down by.
    pub(crate) breakdown: Breakdown,
    /// How fast lines come in.
    pub(crate) throughput: &'a Throughput,
    /// The pause, if the screen is paused.
    pub(crate) pause: Option<&'a Pause>,
    /// The layout.
    pub(crate) layout: &'a Layout,
    /// The notice of the last key.
    pub(crate) notice: Option<&'a str>,
    /// The wall clock.
    pub(crate) wall: Millis,
}

impl Scene<'_> {
    /// The style of a role.
    pub(crate) fn ink(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// A text in a role.
    pub(crate) fn span<'a>(&self, role: Role, text: impl Into<text::Shown<'a>>) -> Span<'static> {
        Span::styled(text.into().into_owned(), self.theme.style(role))
    }

    /// A line in one role.
    pub(crate) fn line<'a>(&self, role: Role, text: impl Into<text::Shown<'a>>) -> Line<'static> {
        Line::from(self.span(role, text))
    }

    /// A count with thousands separators; dim if zero.
    pub(crate) fn count(&self, count: u64) -> Line<'static> {
        self.line(if count == 0 { Role::Dim } else { Role::Text }, text::thousands(count))
    }

    /// A share, or the sign for none.
    pub(crate) fn share(&self, share: Option<f64>) -> Line<'static> {
        match share {
            Some(share) => self.line(Role::Text, text::percent(share)),
            None => self.line(Role::Dim, self.symbols().none),
        }
    }

    /// A text from the log, made harmless and cut at its end to fit.
    pub(crate) fn name(&self, role: Role, name: &str, width: u16) -> Line<'static> {
        self.line(role, text::fit(&text::harmless(name), usize::from(width)))
    }

    /// A page, decoded and cut to fit; its end is kept, which tells pages apart.
    pub(crate) fn page(&self, page: &str, width: u16) -> Line<'static> {
        self.line(Role::Text, text::fit_middle(&text::readable_path(page), usize::from(width)))
    }

    /// The glyphs.
    pub(crate) fn symbols(&self) -> &'static Symbols {
        self.theme.symbols()
    }

    /// The latest answer, once there is one.
    pub(crate) fn view(&self) -> Option<&View> {
        self.shown.map(Shown::view)
    }

    /// The rows of all panes.
    pub(crate) fn rows(&self) -> PaneRows<'_> {
        PaneRows {
            shown: self.shown,
            opened: self.opened,
            explored: self.explored,
            step: self.lists.of(Pane::FunnelSteps).line(),
            breakdown: self.breakdown,
            sorts: self.sorts,
            annotations: self.annotations,
        }
    }

    /// The open page, once it is known.
    pub(crate) fn page_closeup(&self) -> Option<&PageCloseup> {
        match self.shown.and_then(Shown::closeup) {
            Some(Closeup::Page(page)) => Some(page),
            _ => None,
        }
    }

    /// The selected action, once it is known.
    pub(crate) fn action_closeup(&self) -> Option<&ActionCloseup> {
        match self.shown.and_then(Shown::closeup) {
            Some(Closeup::Action(action)) => Some(action),
            _ => None,
        }
    }

    /// Whether the list of sessions has active ones only. A log that has ended has none, so it lists all.
    pub(crate) fn lists_active(&self) -> bool {
        let overview = self.location.screen == Screen::Overview && self.location.page.is_none();
        overview && self.shown.is_some_and(|shown| shown.stage() != Stage::Ended)
    }

    /// The instant that ages refer to.
    pub(crate) fn now(&self) -> Millis {
        self.shown.map_or(self.wall, Shown::now)
    }

    /// Whether a pane has the focus.
    pub(crate) fn focus(&self, pane: Pane) -> Focus {
        if self.location.focus == pane { Focus::Here } else { Focus::Elsewhere }
    }

    /// The key of an action as hints show it; empty if it has none.
    pub(crate) fn key(&self, action: super::action::Action) -> String {
        let key = self.settings.keymap.keys(action).next();
        key.map(|key| key.label(self.symbols())).unwrap_or_default()
    }
}
