//! The paths explorer: the way in a line, the columns side by side, and the whole paths below them.

use ratatui::layout::Rect;

use crate::query::analysis::ask::PathsAsk;
use crate::ui::explorer;
use crate::ui::pane::Pane;

use super::{Layout, Slot, alone, left, top};

/// A column with a short step, its share and its count.
const COLUMN_WIDTH: u16 = 31;

/// The 20 rows of a column (R13) and `other`, its titles and its border.
const TALLEST: u16 = 24;

pub(super) fn paths(layout: &mut Layout, body: Rect, ask: &PathsAsk, focus: Pane) {
    if body.width < 72 || body.height < 16 {
        let panes = [explorer::panes(ask), vec![Pane::WholePaths]].concat();
        layout.slots = vec![Slot { area: body, panes: first_of_all(panes, explorer::first_focus(ask)) }];
        return;
    }
    let (way, rest) = top(body, 1);
    let (columns, whole) = top(rest, (rest.height - (rest.height * 2 / 5).max(6)).min(TALLEST));
    layout.way = Some(way);
    layout.slots = side_by_side(columns, ask, focus);
    layout.slots.push(alone((whole, Pane::WholePaths)));
}

/// The pane that shows while none of them has the focus comes first.
fn first_of_all(mut panes: Vec<Pane>, first: Pane) -> Vec<Pane> {
    panes.sort_by_key(|pane| *pane != first);
    panes
}

/// As many columns as fit; the start needs less room than the others.
fn side_by_side(area: Rect, ask: &PathsAsk, focus: Pane) -> Vec<Slot> {
    let start_width = if area.width >= 110 { 24 } else { 18 };
    let room = 1 + usize::from((area.width - start_width) / COLUMN_WIDTH);
    let panes = explorer::in_sight(ask, focus, room);
    let has_start = panes.contains(&Pane::PathStart);
    let mut wide = u16::try_from(panes.len()).unwrap_or(1) - u16::from(has_start);
    let mut to_share = if has_start { area.width - start_width } else { area.width };
    let mut rest = area;
    let mut slots = Vec::new();
    for pane in panes {
        let width = if pane == Pane::PathStart { start_width } else { to_share / wide.max(1) };
        if pane != Pane::PathStart {
            (to_share, wide) = (to_share - width, wide - 1);
        }
        let (place, beyond) = left(rest, width);
        rest = beyond;
        slots.push(alone((place, pane)));
    }
    slots
}
