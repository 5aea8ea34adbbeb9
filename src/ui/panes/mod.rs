//! What one sees on the screen: a pane is a file, named for what stands in its title.
//!
//! Panes take a scene and a place, and write into that place and nowhere else. They ask nothing and keep nothing.

mod action_pages;
mod actions;
mod active;
mod audience;
mod banner;
mod bots;
mod bounce;
mod campaigns;
mod channels;
mod conversions;
mod durations;
mod facts;
mod findings;
mod flow;
mod footer;
mod groups;
mod header;
mod headline;
mod help;
mod insights;
mod landings;
mod loads;
mod nothing;
mod others;
mod page;
mod pages;
mod plain;
mod prompt;
mod quality;
mod sessions;
mod sources;
mod started;
mod themes;
mod timeline;
mod too_small;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use crate::query::question::Grouping;

use super::scene::Scene;
use super::theme::{Role, Theme};

pub(crate) use banner::troubles;
pub(crate) use help::{draw as draw_help, scroll_room as help_scroll_room};
pub(crate) use prompt::draw as draw_prompt;
pub(crate) use themes::draw as draw_themes;
pub(crate) use too_small::draw as draw_too_small;

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
    /// What they do.
    Actions,
    /// By which channels those come who do it.
    Conversions,
    /// On which pages they do it.
    ActionPages,
    /// What stands out.
    Findings,
    /// Who the bots are.
    Bots,
    /// What was read, and what was not.
    Quality,
    /// Who the open session is.
    Facts,
    /// What happened in it.
    Steps,
    /// Other sessions of its visitor.
    Others,
}

/// What a pane is made of.
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
    Flow(Side),
    /// How each channel did with an action.
    Conversions,
    /// The pages of an action.
    ActionPages,
    /// What stands out.
    Findings,
    /// Bots by name.
    Bots,
    /// Figures, with no rows to pick.
    Figures,
}

/// A side of the open page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// What came before it.
    Before,
    /// What came after it.
    After,
}

impl Pane {
    /// What the pane is made of.
    pub(crate) fn content(self) -> Content {
        match self {
            Pane::Sessions => Content::Sessions,
            Pane::Channels => Content::Table(Grouping::Channel),
            Pane::Sources => Content::Table(Grouping::Source),
            Pane::Pages => Content::Table(Grouping::Page),
            Pane::Countries => Content::Table(Grouping::Country),
            Pane::Browsers => Content::Table(Grouping::Browser),
            Pane::Systems => Content::Table(Grouping::System),
            Pane::Devices => Content::Table(Grouping::Device),
            Pane::Sites => Content::Table(Grouping::Site),
            Pane::Steps => Content::Steps,
            Pane::Others => Content::Others,
            Pane::Campaigns => Content::Table(Grouping::Campaign),
            Pane::Landings => Content::Table(Grouping::Entry),
            Pane::Newness => Content::Table(Grouping::Newness),
            Pane::Actions => Content::Table(Grouping::Action),
            Pane::Before => Content::Flow(Side::Before),
            Pane::After => Content::Flow(Side::After),
            Pane::Conversions => Content::Conversions,
            Pane::ActionPages => Content::ActionPages,
            Pane::Findings => Content::Findings,
            Pane::Bots => Content::Bots,
            Pane::Active | Pane::Bounce | Pane::Started | Pane::Durations | Pane::Insights => {
                Content::Figures
            }
            Pane::Page | Pane::Loads | Pane::Quality | Pane::Facts => Content::Figures,
        }
    }

    /// Whether the pane is a list with a cursor.
    pub(crate) fn is_list(self) -> bool {
        self.content() != Content::Figures
    }

    /// Whether Tab stops at the pane.
    pub(crate) fn takes_focus(self) -> bool {
        !matches!(self, Pane::Active | Pane::Bounce | Pane::Facts)
    }

    /// The pane's name, as its title has it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Pane::Active => "Active now",
            Pane::Bounce => "Bounce rate",
            Pane::Started => "Sessions started",
            Pane::Sessions => "Sessions",
            Pane::Durations => "Duration",
            Pane::Channels => "Channels",
            Pane::Sources => "Sources",
            Pane::Pages => "Pages",
            Pane::Insights => "Insights",
            Pane::Countries => "Countries",
            Pane::Browsers => "Browsers",
            Pane::Systems => "Systems",
            Pane::Devices => "Devices",
            Pane::Sites => "Sites",
            Pane::Campaigns => "Campaigns",
            Pane::Landings => "Landing pages",
            Pane::Newness => "Visitors",
            Pane::Before => "Before",
            Pane::Page => "This page",
            Pane::After => "After",
            Pane::Loads => "Load time",
            Pane::Actions => "Actions",
            Pane::Conversions => "By channel",
            Pane::ActionPages => "On page",
            Pane::Findings => "Findings",
            Pane::Bots => "Bots",
            Pane::Quality => "Data quality",
            Pane::Facts => "Session",
            Pane::Steps => "Timeline",
            Pane::Others => "Other sessions",
        }
    }
}

/// How many lines of a list's area are above its rows: the border and the titles of the columns.
pub(crate) const ABOVE_ROWS: u16 = 2;

/// How many of a list's rows fit into an area: all but the border and the titles of the columns.
pub(crate) fn rows_in(area: Rect) -> usize {
    usize::from(area.height.saturating_sub(3))
}

/// Gives a screen that nothing is drawn on yet its colours; where they are the terminal's own, no cell changes.
pub(crate) fn lay_ground(theme: &Theme, area: Rect, buf: &mut Buffer) {
    let ground = theme.style(Role::Screen).patch(theme.style(Role::Text));
    let mut cell = Cell::default();
    cell.set_style(ground);
    if cell != Cell::default() {
        buf.set_style(area, ground);
    }
}

/// Draws the whole screen but for what lies on top of it.
pub(crate) fn draw_screen(scene: &Scene, buf: &mut Buffer) {
    header::draw(scene, scene.layout.header, buf);
    if let Some(area) = scene.layout.banner {
        banner::draw(scene, area, buf);
    }
    if let Some(area) = scene.layout.headline {
        headline::draw(scene, area, buf);
    }
    for (pane, area) in scene.layout.shown(scene.place.focus) {
        draw(scene, pane, area, buf);
    }
    footer::draw(scene, scene.layout.footer, buf);
}

/// Draws one pane.
pub(crate) fn draw(scene: &Scene, pane: Pane, area: Rect, buf: &mut Buffer) {
    match pane {
        Pane::Active => active::draw(scene, area, buf),
        Pane::Bounce => bounce::draw(scene, area, buf),
        Pane::Started => started::draw(scene, area, buf),
        Pane::Sessions => sessions::draw(scene, area, buf),
        Pane::Durations => durations::draw(scene, area, buf),
        Pane::Channels => channels::draw(scene, area, buf),
        Pane::Sources => sources::draw(scene, area, buf),
        Pane::Pages => pages::draw(scene, area, buf),
        Pane::Insights => insights::draw(scene, area, buf),
        Pane::Campaigns => campaigns::draw(scene, area, buf),
        Pane::Landings => landings::draw(scene, area, buf),
        Pane::Countries | Pane::Browsers | Pane::Systems | Pane::Devices | Pane::Sites | Pane::Newness => {
            audience::draw(scene, pane, area, buf);
        }
        Pane::Before => flow::draw(scene, Side::Before, area, buf),
        Pane::After => flow::draw(scene, Side::After, area, buf),
        Pane::Page => page::draw(scene, area, buf),
        Pane::Loads => loads::draw(scene, area, buf),
        Pane::Actions => actions::draw(scene, area, buf),
        Pane::Conversions => conversions::draw(scene, area, buf),
        Pane::ActionPages => action_pages::draw(scene, area, buf),
        Pane::Findings => findings::draw(scene, area, buf),
        Pane::Bots => bots::draw(scene, area, buf),
        Pane::Quality => quality::draw(scene, area, buf),
        Pane::Facts => facts::draw(scene, area, buf),
        Pane::Steps => timeline::draw(scene, area, buf),
        Pane::Others => others::draw(scene, area, buf),
    }
}

/// Draws a pane's border with these titles, and the names of the panes that share its place; gives its inside.
fn border(
    scene: &Scene,
    pane: Pane,
    titles: super::widgets::pane_frame::Titles,
    area: Rect,
    buf: &mut Buffer,
) -> Rect {
    let titles = super::widgets::pane_frame::Titles { behind: behind(scene, pane), ..titles };
    super::widgets::pane_frame::draw(scene.theme, &titles, scene.focus(pane), area, buf)
}

/// The panes that share this one's place and wait behind it.
fn behind(scene: &Scene, pane: Pane) -> String {
    let slot = scene.layout.slots.iter().find(|slot| slot.shown(scene.place.focus) == Some(pane));
    let others = slot.map_or(&[][..], |slot| &slot.panes).iter().filter(|other| **other != pane);
    let names: Vec<_> = others.map(|other| other.name()).collect();
    if names.is_empty() {
        return String::new();
    }
    let between = format!(" {} ", scene.symbols().between);
    format!("{}: {}", scene.key(super::action::Action::FocusNext), names.join(&between))
}
