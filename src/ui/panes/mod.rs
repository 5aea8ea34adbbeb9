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
mod channel_colours;
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

use super::pane::{Content, Pane, Side};
use super::scene::Scene;
use super::theme::{Role, Theme};

pub(crate) use banner::troubles;
pub(crate) use help::{draw as draw_help, scroll_room as help_scroll_room};
pub(crate) use prompt::draw as draw_prompt;
pub(crate) use themes::draw as draw_themes;
pub(crate) use too_small::draw as draw_too_small;

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
