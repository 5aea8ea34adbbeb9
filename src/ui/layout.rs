//! The position of each pane, for every size of the terminal. Smaller terminals have fewer panes side by side; panes
//! without a slot of their own share one, and show when they get the focus.

mod overview;
mod paths;
mod traffic;

use ratatui::layout::Rect;

use super::location::{Location, Screen};
use super::pane::Pane;
use super::study::Study;

/// The smallest usable terminal.
pub(crate) const SMALLEST: (u16, u16) = (40, 12);

/// A part of the screen, and the panes that share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slot {
    /// Where it is.
    pub(crate) area: Rect,
    /// The panes: the first one shows unless another one has the focus.
    pub(crate) panes: Vec<Pane>,
}

impl Slot {
    fn new(area: Rect, panes: &[Pane]) -> Slot {
        Slot { area, panes: panes.to_vec() }
    }

    /// The visible pane.
    pub(crate) fn shown(&self, focus: Pane) -> Option<Pane> {
        self.panes.iter().find(|pane| **pane == focus).or(self.panes.first()).copied()
    }
}

/// The whole screen, divided.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Layout {
    /// The breadcrumb's line.
    pub(crate) header: Rect,
    /// The line with the trouble of an input, if there is any.
    pub(crate) banner: Option<Rect>,
    /// The headline numbers without a border, if there is no room for their panes.
    pub(crate) headline: Option<Rect>,
    /// The line with the way that is chosen, where paths are explored.
    pub(crate) way: Option<Rect>,
    /// The panes.
    pub(crate) slots: Vec<Slot>,
    /// The line of hints.
    pub(crate) footer: Rect,
}

impl Layout {
    /// Everything between header and footer.
    pub(crate) fn body(&self) -> Rect {
        Rect {
            y: self.header.bottom(),
            height: self.footer.y.saturating_sub(self.header.bottom()),
            ..self.header
        }
    }

    /// The panes that can have the focus, in Tab order.
    pub(crate) fn focusable(&self) -> Vec<Pane> {
        let panes = self.slots.iter().flat_map(|slot| &slot.panes);
        panes.copied().filter(|pane| pane.takes_focus()).collect()
    }

    /// The visible panes with their areas.
    pub(crate) fn shown(&self, focus: Pane) -> impl Iterator<Item = (Pane, Rect)> {
        self.slots.iter().filter_map(move |slot| Some((slot.shown(focus)?, slot.area)))
    }
}

/// Whether an input is in trouble, which takes a line of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Banner {
    /// None is.
    Hidden,
    /// One is.
    Shown,
}

/// Divides the screen; `None` if it is too small.
pub(crate) fn arrange(area: Rect, place: &Location, banner: Banner) -> Option<Layout> {
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        return None;
    }
    let (header, rest) = top(area, 1);
    let (mut body, footer) = top(rest, rest.height - 1);
    let mut layout = Layout { header, footer, ..Layout::default() };
    if banner == Banner::Shown {
        let (banner, below) = top(body, 1);
        (layout.banner, body) = (Some(banner), below);
    }
    fill(&mut layout, body, place);
    Some(layout)
}

fn fill(layout: &mut Layout, body: Rect, place: &Location) {
    if place.zoomed {
        layout.slots = vec![Slot::new(body, &[place.focus])];
        return;
    }
    if place.opened.is_some() {
        layout.slots = timeline(body);
        return;
    }
    if let Some(ask) = &place.paths {
        return paths::paths(layout, body, ask, place.focus);
    }
    if place.page.is_some() {
        layout.slots = page(body);
        return;
    }
    if let Some(study) = &place.study {
        layout.slots = match study {
            Study::Funnel(_) => funnel(body),
            Study::Experiment(_) => experiment(body),
        };
        return;
    }
    match place.screen {
        Screen::Overview => overview::overview(layout, body),
        Screen::Sessions => layout.slots = vec![Slot::new(body, &[Pane::Sessions])],
        Screen::Sources => layout.slots = sources(body),
        Screen::Pages => layout.slots = pages(body),
        Screen::Audience => layout.slots = audience(body),
        Screen::Goals => layout.slots = goals(body),
        Screen::Insights => layout.slots = insights(body),
        Screen::Traffic => layout.slots = traffic::traffic(body),
    }
}

fn sources(body: Rect) -> Vec<Slot> {
    let others = [Pane::Campaigns, Pane::Landings];
    if body.height < 22 || body.width < 72 {
        return vec![Slot::new(body, &[&[Pane::Sources, Pane::Channels][..], &others[..]].concat())];
    }
    let (above, below) = top(body, (body.height * 2 / 5).clamp(9, 18));
    if body.width < 110 {
        let (sources, landings) = top(below, below.height.div_ceil(2));
        return vec![
            Slot::new(above, &[Pane::Channels]),
            Slot::new(sources, &[Pane::Sources]),
            Slot::new(landings, &[Pane::Landings, Pane::Campaigns]),
        ];
    }
    let (channels, campaigns) = left(above, above.width * 11 / 20);
    let (sources, landings) = left(below, below.width * 11 / 20);
    vec![
        Slot::new(channels, &[Pane::Channels]),
        Slot::new(campaigns, &[Pane::Campaigns]),
        Slot::new(sources, &[Pane::Sources]),
        Slot::new(landings, &[Pane::Landings]),
    ]
}

/// The list of pages; below it, or behind it, what slowness does.
fn pages(body: Rect) -> Vec<Slot> {
    const SLOWNESS_HEIGHT: u16 = 9;
    if body.width < 72 || body.height < 26 {
        return vec![Slot::new(body, &[Pane::Pages, Pane::Slowness])];
    }
    let (list, slowness) = top(body, body.height - SLOWNESS_HEIGHT);
    vec![alone((list, Pane::Pages)), alone((slowness, Pane::Slowness))]
}

fn audience(body: Rect) -> Vec<Slot> {
    if body.width < 72 || body.height < 14 {
        let all = [Pane::Countries, Pane::Browsers, Pane::Systems, Pane::Devices, Pane::Newness, Pane::Sites];
        return vec![Slot::new(body, &[&all[..], &[Pane::Returning]].concat())];
    }
    if body.height < 30 {
        return attributes(body, &[Pane::Returning]);
    }
    let (attributes_area, returning) = top(body, body.height - (body.height / 3).clamp(10, 20));
    let mut slots = attributes(attributes_area, &[]);
    slots.push(alone((returning, Pane::Returning)));
    slots
}

/// What is known of visitors; the last slot is shared with what has none of its own.
fn attributes(body: Rect, others: &[Pane]) -> Vec<Slot> {
    let (above, below) = top(body, body.height.div_ceil(2));
    if body.width < 150 {
        let (countries, browsers) = left(above, above.width / 2);
        let (systems, devices) = left(below, below.width / 2);
        return vec![
            Slot::new(countries, &[Pane::Countries]),
            Slot::new(browsers, &[Pane::Browsers]),
            Slot::new(systems, &[Pane::Systems]),
            Slot::new(devices, &[&[Pane::Devices, Pane::Newness, Pane::Sites], others].concat()),
        ];
    }
    let rows = [
        (above, [&[Pane::Countries][..], &[Pane::Browsers], &[Pane::Systems]]),
        (below, [&[Pane::Devices][..], &[Pane::Newness], &[Pane::Sites]]),
    ];
    let slot = |(area, panes): (Rect, &[Pane])| {
        let others = if panes == [Pane::Sites] { others } else { &[] };
        Slot::new(area, &[panes, others].concat())
    };
    rows.into_iter().flat_map(|(area, panes)| thirds(area).into_iter().zip(panes)).map(slot).collect()
}

fn alone((area, pane): (Rect, Pane)) -> Slot {
    Slot::new(area, &[pane])
}

fn thirds(area: Rect) -> [Rect; 3] {
    let third = area.width / 3;
    let (first, rest) = left(area, third);
    let (second, last) = left(rest, third);
    [first, second, last]
}

/// The page between what came before it and what came after it; below, the sessions behind it.
fn page(body: Rect) -> Vec<Slot> {
    if body.width < 72 || body.height < 18 {
        let all = [Pane::Before, Pane::Page, Pane::After, Pane::Loads, Pane::Sessions];
        return vec![Slot::new(body, &all)];
    }
    let (flow, below) = top(body, (body.height * 9 / 20).clamp(10, 24));
    let side = (flow.width - (flow.width / 4).clamp(30, 38)) / 2;
    let (before, rest) = left(flow, side);
    let (this, after) = left(rest, flow.width - 2 * side);
    let mut slots =
        vec![alone((before, Pane::Before)), alone((this, Pane::Page)), alone((after, Pane::After))];
    if body.width < 110 {
        slots.push(Slot::new(below, &[Pane::Sessions, Pane::Loads]));
    } else {
        let (sessions, loads) = left(below, below.width - 44);
        slots.extend([alone((sessions, Pane::Sessions)), alone((loads, Pane::Loads))]);
    }
    slots
}

fn goals(body: Rect) -> Vec<Slot> {
    let about_actions = [Pane::Conversions, Pane::ActionPages];
    if body.width < 72 || body.height < 16 {
        let lists = [Pane::Goals, Pane::Funnels, Pane::Experiments, Pane::GoalSegments, Pane::Actions];
        return vec![Slot::new(body, &[&lists[..], &about_actions].concat())];
    }
    let share = if body.width < 110 { 11 } else { 10 };
    let halves = |row: Rect| left(row, row.width * share / 20);
    if body.height < 30 {
        let (above, below) = top(body, body.height / 2);
        let ((goals, segments), (actions, side)) = (halves(above), halves(below));
        return vec![
            Slot::new(goals, &[Pane::Goals, Pane::Funnels, Pane::Experiments]),
            alone((segments, Pane::GoalSegments)),
            alone((actions, Pane::Actions)),
            Slot::new(side, &about_actions),
        ];
    }
    let (above, rest) = top(body, body.height / 3);
    let (middle, below) = top(rest, rest.height / 2);
    let (goals, segments) = halves(above);
    let (funnels, experiments) = halves(middle);
    let (actions, side) = halves(below);
    vec![
        alone((goals, Pane::Goals)),
        alone((funnels, Pane::Funnels)),
        alone((experiments, Pane::Experiments)),
        alone((segments, Pane::GoalSegments)),
        alone((actions, Pane::Actions)),
        Slot::new(side, &about_actions),
    ]
}

/// The steps; below, where those went who dropped, and who they are.
fn funnel(body: Rect) -> Vec<Slot> {
    let details = [Pane::FunnelInstead, Pane::FunnelSegments];
    if body.width < 72 || body.height < 18 {
        return vec![Slot::new(body, &[&[Pane::FunnelSteps][..], &details].concat())];
    }
    let (steps, below) = top(body, (body.height * 11 / 20).clamp(10, 14));
    let (instead, segments) = left(below, below.width / 2);
    vec![
        alone((steps, Pane::FunnelSteps)),
        alone((instead, Pane::FunnelInstead)),
        alone((segments, Pane::FunnelSegments)),
    ]
}

/// The variants; below, what may be said of them.
fn experiment(body: Rect) -> Vec<Slot> {
    if body.height < 16 {
        return vec![Slot::new(body, &[Pane::Variants, Pane::ExperimentHealth])];
    }
    let (variants, health) = top(body, (body.height / 3).clamp(8, 12));
    vec![alone((variants, Pane::Variants)), alone((health, Pane::ExperimentHealth))]
}

fn insights(body: Rect) -> Vec<Slot> {
    if body.width < 72 || body.height < 16 {
        return vec![Slot::new(
            body,
            &[Pane::Findings, Pane::Bots, Pane::Quality, Pane::Alerts, Pane::Annotations],
        )];
    }
    let (findings, below) = top(body, (body.height * 9 / 20).clamp(8, 23));
    if body.width < 110 {
        let (bots, quality) = left(below, below.width / 2);
        return vec![
            alone((findings, Pane::Findings)),
            alone((bots, Pane::Bots)),
            Slot::new(quality, &[Pane::Quality, Pane::Alerts, Pane::Annotations]),
        ];
    }
    let [bots, quality, alerts] = thirds(below);
    vec![
        alone((findings, Pane::Findings)),
        alone((bots, Pane::Bots)),
        alone((quality, Pane::Quality)),
        Slot::new(alerts, &[Pane::Alerts, Pane::Annotations]),
    ]
}

fn timeline(body: Rect) -> Vec<Slot> {
    if body.width >= 110 {
        let (steps, side) = left(body, body.width - 46);
        let (facts, others) = top(side, side.height.min(16));
        return vec![
            Slot::new(steps, &[Pane::Steps]),
            Slot::new(facts, &[Pane::Facts]),
            Slot::new(others, &[Pane::Others]),
        ];
    }
    if body.height < 18 {
        return vec![Slot::new(body, &[Pane::Steps, Pane::Facts, Pane::Others])];
    }
    let (facts, rest) = top(body, 7);
    let (steps, others) = top(rest, rest.height - (rest.height / 4).max(5));
    vec![
        Slot::new(facts, &[Pane::Facts]),
        Slot::new(steps, &[Pane::Steps]),
        Slot::new(others, &[Pane::Others]),
    ]
}

/// The upper `height` rows, and the rest.
fn top(area: Rect, height: u16) -> (Rect, Rect) {
    let height = height.min(area.height);
    let rest = Rect { y: area.y + height, height: area.height - height, ..area };
    (Rect { height, ..area }, rest)
}

/// The left `width` columns, and the rest.
fn left(area: Rect, width: u16) -> (Rect, Rect) {
    let width = width.min(area.width);
    let rest = Rect { x: area.x + width, width: area.width - width, ..area };
    (Rect { width, ..area }, rest)
}

#[cfg(test)]
mod tests;
