//! All hits: over time with their counts on top, what fails in the middle, who sends them and what is slow below.

use ratatui::layout::Rect;

use super::{Slot, alone, left, top};
use crate::ui::pane::Pane;

const COUNTS: [Pane; 3] = [Pane::Statuses, Pane::Kinds, Pane::Methods];

pub(super) fn traffic(body: Rect) -> Vec<Slot> {
    if body.width < 72 || body.height < 16 {
        let all = [&[Pane::Failures, Pane::Answers][..], &COUNTS, &[Pane::Clients, Pane::Slowest]].concat();
        return vec![Slot::new(body, &all)];
    }
    let (above, rest) = top(body, (body.height * 3 / 10).clamp(7, 14));
    let (fails, below) = top(rest, (rest.height / 2).max(7));
    let mut slots = counts(above);
    slots.push(alone((fails, Pane::Failures)));
    if body.width < 110 {
        slots.push(Slot::new(below, &[Pane::Clients, Pane::Slowest]));
        return slots;
    }
    let (clients, slowest) = left(below, below.width * 11 / 20);
    slots.extend([alone((clients, Pane::Clients)), alone((slowest, Pane::Slowest))]);
    slots
}

/// Hits over time, and the lists of counts beside: as many as there is room for.
fn counts(area: Rect) -> Vec<Slot> {
    const WIDTH: u16 = 29;
    let beside = match area.width {
        0..110 => 1,
        110..150 => 2,
        _ => 3,
    };
    let (chart, mut rest) = left(area, area.width - WIDTH * beside);
    let mut slots = vec![alone((chart, Pane::Answers))];
    for (nth, pane) in (1..).zip(COUNTS).take(usize::from(beside)) {
        let (one, others) = left(rest, WIDTH);
        // The last one has those behind it for which there is no room.
        let panes = if nth == beside { &COUNTS[usize::from(nth) - 1..] } else { &[pane] };
        slots.push(Slot::new(one, panes));
        rest = others;
    }
    slots
}
