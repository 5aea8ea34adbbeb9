//! The panes of the screen, one file each, named like their titles.
//!
//! Panes take a scene and an area, and draw into that area only. They ask nothing and have no state.

mod action_pages;
mod actions;
mod active;
mod alerts;
mod annotations;
mod answers;
mod audience;
mod banner;
mod bots;
mod bounce;
mod campaigns;
mod channel_colours;
mod channels;
mod clients;
mod compared;
mod conversions;
mod durations;
mod experiment_health;
mod experiments;
mod facts;
mod failures;
mod findings;
mod flow;
mod footer;
mod funnel_instead;
mod funnel_segments;
mod funnel_steps;
mod funnels;
mod goal_segments;
mod goals;
mod groups;
mod header;
mod headline;
mod help;
mod hit_counts;
mod hit_lists;
mod insights;
mod landings;
mod loads;
mod markers;
mod nothing;
mod others;
mod page;
mod pages;
mod path_column;
mod path_start;
mod path_steps;
mod plain;
mod prompt;
mod quality;
mod returning;
mod scale;
mod sessions;
mod slowest;
mod slowness;
mod sources;
mod started;
mod themes;
mod time_axis;
mod timeline;
mod too_small;
mod variants;
mod way;
mod whole_paths;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use super::pane::{Content, FlowSide, Pane};
use super::scene::Scene;
use super::theme::{Role, Theme};

pub(crate) use alerts::firing;
pub(crate) use banner::troubles;
pub(crate) use help::{draw as draw_help, scroll_room as help_scroll_room};
pub(crate) use prompt::draw as draw_prompt;
pub(crate) use themes::draw as draw_themes;
pub(crate) use too_small::draw as draw_too_small;

/// Lines above a list's rows: the border and the column titles.
pub(crate) const ABOVE_ROWS: u16 = 2;

/// The number of rows that fit into a list's area, less the border and the column titles.
pub(crate) fn rows_in(area: Rect) -> usize {
    usize::from(area.height.saturating_sub(3))
}

/// Fills an empty screen with the theme's background; does nothing if that is the terminal's own.
pub(crate) fn lay_ground(theme: &Theme, area: Rect, buf: &mut Buffer) {
    let ground = theme.style(Role::Screen).patch(theme.style(Role::Text));
    let mut cell = Cell::default();
    cell.set_style(ground);
    if cell != Cell::default() {
        buf.set_style(area, ground);
    }
}

/// Draws the whole screen without overlays.
pub(crate) fn draw_screen(scene: &Scene, buf: &mut Buffer) {
    header::draw(scene, scene.layout.header, buf);
    if let Some(area) = scene.layout.banner {
        banner::draw(scene, area, buf);
    }
    if let Some(area) = scene.layout.headline {
        headline::draw(scene, area, buf);
    }
    if let Some(area) = scene.layout.way {
        way::draw(scene, area, buf);
    }
    for (pane, area) in scene.layout.shown(scene.location.focus) {
        draw(scene, pane, area, buf);
    }
    footer::draw(scene, scene.layout.footer, buf);
}

/// Draws one pane.
pub(crate) fn draw(scene: &Scene, pane: Pane, area: Rect, buf: &mut Buffer) {
    match pane {
        Pane::PathColumn(side, nth) => path_column::draw(scene, side, nth, area, buf),
        _ => drawn_by(pane)(scene, area, buf),
    }
}

/// Draws a pane into an area.
type Draw = fn(&Scene, Rect, &mut Buffer);

/// The last column of the table of panes; the others (name, content, focus) are in `pane.rs`. The files of panes need
/// those, so having the draw functions there too would make a cycle.
const fn drawn_by(pane: Pane) -> Draw {
    match pane {
        Pane::Active => active::draw,
        Pane::Bounce => bounce::draw,
        Pane::Started => started::draw,
        Pane::Sessions => sessions::draw,
        Pane::Durations => durations::draw,
        Pane::Channels => channels::draw,
        Pane::Sources => sources::draw,
        Pane::Pages => pages::draw,
        Pane::Insights => insights::draw,
        Pane::Countries => |scene, area, buf| audience::draw(scene, Pane::Countries, area, buf),
        Pane::Browsers => |scene, area, buf| audience::draw(scene, Pane::Browsers, area, buf),
        Pane::Systems => |scene, area, buf| audience::draw(scene, Pane::Systems, area, buf),
        Pane::Devices => |scene, area, buf| audience::draw(scene, Pane::Devices, area, buf),
        Pane::Sites => |scene, area, buf| audience::draw(scene, Pane::Sites, area, buf),
        Pane::Campaigns => campaigns::draw,
        Pane::Landings => landings::draw,
        Pane::Newness => |scene, area, buf| audience::draw(scene, Pane::Newness, area, buf),
        Pane::Before => |scene, area, buf| flow::draw(scene, FlowSide::Before, area, buf),
        Pane::Page => page::draw,
        Pane::After => |scene, area, buf| flow::draw(scene, FlowSide::After, area, buf),
        Pane::Loads => loads::draw,
        Pane::Slowness => slowness::draw,
        Pane::Returning => returning::draw,
        // Columns that are many are told apart where they are drawn.
        Pane::PathColumn(..) => |_, _, _| {},
        Pane::PathStart => path_start::draw,
        Pane::WholePaths => whole_paths::draw,
        Pane::Goals => goals::draw,
        Pane::GoalSegments => goal_segments::draw,
        Pane::Funnels => funnels::draw,
        Pane::Experiments => experiments::draw,
        Pane::FunnelSteps => funnel_steps::draw,
        Pane::FunnelInstead => funnel_instead::draw,
        Pane::FunnelSegments => funnel_segments::draw,
        Pane::Variants => variants::draw,
        Pane::ExperimentHealth => experiment_health::draw,
        Pane::Actions => actions::draw,
        Pane::Conversions => conversions::draw,
        Pane::ActionPages => action_pages::draw,
        Pane::Findings => findings::draw,
        Pane::Bots => bots::draw,
        Pane::Alerts => alerts::draw,
        Pane::Annotations => annotations::draw,
        Pane::Quality => quality::draw,
        Pane::Answers => answers::draw,
        Pane::Statuses => |scene, area, buf| hit_counts::draw(scene, Pane::Statuses, area, buf),
        Pane::Kinds => |scene, area, buf| hit_counts::draw(scene, Pane::Kinds, area, buf),
        Pane::Methods => |scene, area, buf| hit_counts::draw(scene, Pane::Methods, area, buf),
        Pane::Failures => failures::draw,
        Pane::Clients => clients::draw,
        Pane::Slowest => slowest::draw,
        Pane::Facts => facts::draw,
        Pane::Steps => timeline::draw,
        Pane::Others => others::draw,
    }
}

/// Draws a pane's border with these titles and the names of the panes that share its slot; returns the inner area.
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

/// The hidden panes that share this one's slot: their names, or how many they are.
fn behind(scene: &Scene, pane: Pane) -> Vec<String> {
    let slot = scene.layout.slots.iter().find(|slot| slot.shown(scene.location.focus) == Some(pane));
    let others = slot.map_or(&[][..], |slot| &slot.panes).iter().filter(|other| **other != pane);
    let names: Vec<_> = others.map(|other| other.name()).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let (key, between) =
        (scene.key(super::action::Action::FocusNext), format!(" {} ", scene.symbols().between));
    vec![format!("{key}: {}", names.join(&between)), format!("{key}: {} more", names.len())]
}
