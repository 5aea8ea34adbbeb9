//! The overview: every pane in a slot of its own, or fewer slots that panes share.

use ratatui::layout::Rect;

use crate::ui::pane::Pane;

use super::{Layout, Slot, left, top};

pub(super) fn overview(layout: &mut Layout, body: Rect) {
    if body.width < 72 || body.height < 18 {
        return small_overview(layout, body);
    }
    layout.slots = if body.width >= 100 && body.height >= 26 { full_overview(body) } else { compact(body) };
}

/// Every pane has a slot of its own.
fn full_overview(body: Rect) -> Vec<Slot> {
    let tall = body.height >= 40;
    let (numbers, rest) = top(body, if tall { 9 } else { 7 });
    let (middle, bottom) = top(rest, rest.height - (rest.height * 9 / 20).clamp(9, 24));
    let side_width = (body.width * 3 / 10).clamp(38, 52);
    let (sessions, side) = left(middle, middle.width - side_width);
    let (lists, insights) = left(bottom, bottom.width - side_width);
    let share = if lists.width >= 108 { 10 } else { 9 };
    let (sources, pages) = left(lists, lists.width * share / 20);
    let mut slots = headline_panes(numbers);
    slots.push(Slot::new(sessions, &[Pane::Sessions]));
    slots.extend(beside_sessions(side));
    slots.push(Slot::new(sources, &[Pane::Sources]));
    slots.push(Slot::new(pages, &[Pane::Pages]));
    slots.push(Slot::new(insights, &[Pane::Insights]));
    slots
}

fn beside_sessions(side: Rect) -> Vec<Slot> {
    if side.height < 19 {
        return vec![Slot::new(side, &[Pane::Durations, Pane::Channels])];
    }
    let (durations, channels) = top(side, 11);
    vec![Slot::new(durations, &[Pane::Durations]), Slot::new(channels, &[Pane::Channels])]
}

fn headline_panes(area: Rect) -> Vec<Slot> {
    let wide = area.width >= 100;
    let (active, rest) = left(area, if wide { 26 } else { 23 });
    let (bounce, started) = left(rest, if wide { 34 } else { 27 });
    vec![
        Slot::new(active, &[Pane::Active]),
        Slot::new(bounce, &[Pane::Bounce]),
        Slot::new(started, &[Pane::Started]),
    ]
}

/// The numbers, the sessions, and below them two or three slots that the other panes share.
fn compact(body: Rect) -> Vec<Slot> {
    let (numbers, rest) = top(body, if body.height >= 26 { 6 } else { 5 });
    let (sessions, bottom) = top(rest, rest.height - (rest.height * 2 / 5).max(8));
    let mut slots = headline_panes(numbers);
    slots.push(Slot::new(sessions, &[Pane::Sessions]));
    let others = [Pane::Durations, Pane::Insights, Pane::Channels];
    if body.width < 110 {
        let (sources, pages) = left(bottom, bottom.width / 2);
        slots.push(Slot::new(sources, &[Pane::Sources]));
        slots.push(Slot::new(pages, &[&[Pane::Pages][..], &others[..]].concat()));
    } else {
        let (lists, side) = left(bottom, bottom.width - 38);
        let (sources, pages) = left(lists, lists.width / 2);
        slots.push(Slot::new(sources, &[Pane::Sources]));
        slots.push(Slot::new(pages, &[Pane::Pages]));
        slots.push(Slot::new(side, &others));
    }
    slots
}

/// The numbers in two lines and one list; two lists if the terminal is narrow but tall.
fn small_overview(layout: &mut Layout, body: Rect) {
    let (headline, mut rest) = top(body, 2);
    layout.headline = Some(headline);
    if rest.height >= 26 {
        let (started, below) = top(rest, 7);
        layout.slots.push(Slot::new(started, &[Pane::Started]));
        rest = below;
    }
    let others = [Pane::Sources, Pane::Pages, Pane::Durations, Pane::Channels, Pane::Insights];
    if rest.height >= 16 {
        let (sessions, below) = top(rest, rest.height / 2);
        layout.slots.push(Slot::new(sessions, &[Pane::Sessions]));
        layout.slots.push(Slot::new(below, &others));
    } else {
        let all = [&[Pane::Sessions][..], &others[..], &[Pane::Started][..]].concat();
        layout.slots.push(Slot::new(rest, &all));
    }
}
