//! The open funnel, step by step: who reached each, and who dropped (R13).

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::query::definitions::{FunnelEntry, Unit};
use crate::query::view::{FunnelStepRow, FunnelView};
use crate::text;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::put;
use crate::ui::widgets::table::{Column, TableWidget};

use super::compared::{self, Rise};
use super::groups::look;
use super::{Pane, border, nothing, rows_in};

/// A step with what its cells need of the funnel.
#[derive(Clone, Copy)]
struct FunnelLine<'a> {
    number: usize,
    step: &'a FunnelStepRow,
    funnel: &'a FunnelView,
}

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let funnel = scene.rows().funnel();
    let inside = border(scene, Pane::FunnelSteps, titles(scene, funnel), area, buf);
    let Some(funnel) = funnel else { return nothing::looking_up().draw(scene.theme, inside, buf) };
    let list = scene.lists.of(Pane::FunnelSteps);
    let style = |line| look(scene.focus(Pane::FunnelSteps), line == list.line(), false);
    let lines = funnel.steps.iter().enumerate().skip(list.offset()).take(rows_in(area));
    let rows = lines.map(|(at, step)| (FunnelLine { number: at + 1, step, funnel }, style(at))).collect();
    TableWidget { columns: columns(scene, funnel), rows }.draw(scene.theme, inside, buf);
    let below = u16::try_from(funnel.steps.len()).unwrap_or(u16::MAX).saturating_add(1);
    for (row, note) in (below..).zip(notes(scene, funnel, inside.width)) {
        put(buf, inside, row, &note);
    }
}

fn titles(scene: &Scene, funnel: Option<&FunnelView>) -> Titles {
    let Some(funnel) = funnel else {
        return Titles { names: vec![Pane::FunnelSteps.name().to_owned()], ..Titles::default() };
    };
    let name = text::harmless(&funnel.funnel).into_owned();
    Titles {
        names: vec![format!("Funnel {name}"), name],
        definitions: definitions(scene, funnel),
        right: format!("settled {}", text::thousands(funnel.settled)),
        ..Titles::default()
    }
}

/// `sessions that entered it in 6h · sequential, within 30m`, and shorter.
fn definitions(scene: &Scene, funnel: &FunnelView) -> Vec<String> {
    let units = units(funnel.unit);
    let began = match funnel.entry {
        FunnelEntry::Closed => "entered it",
        FunnelEntry::Open => "took any step",
    };
    let order = match funnel.within {
        Some(within) => format!("{}, within {}", funnel.order.name(), when::round(within)),
        None => funnel.order.name().to_owned(),
    };
    let window = when::window(scene.window);
    let long = format!("{units} that {began} in {window} {} {order}", scene.symbols().between);
    vec![long, format!("{units} in {window}, {order}"), order]
}

fn units(unit: Unit) -> &'static str {
    match unit {
        Unit::Session => "sessions",
        Unit::Visitor => "visitors",
    }
}

fn columns<'a>(scene: &'a Scene, funnel: &FunnelView) -> Vec<Column<'a, FunnelLine<'a>>> {
    let largest = funnel.steps.iter().map(|step| step.reached).max().unwrap_or(0);
    let mut columns = vec![
        Column::text("step", (12, 24), |line: &FunnelLine, width| name(scene, line, width)).comfort(16),
        Column::text("what", (12, 28), |line: &FunnelLine, width| event(scene, line, width)).rank(4),
        Column::number("reached", 7, |line: &FunnelLine| scene.count(line.step.reached)),
        Column::text("", (6, 30), move |line: &FunnelLine, width| {
            bar(scene.theme, scene.ink(Role::Bar), line.step.reached, largest, width)
        })
        .rank(2),
        Column::number("of all", 7, |line: &FunnelLine| scene.share(line.step.of_first)),
        Column::number("of prev", 7, |line: &FunnelLine| of_previous(scene, line)),
        Column::number("dropped", 7, |line: &FunnelLine| dropped(scene, line.step.dropped)).rank(1),
        Column::number("", 7, |line: &FunnelLine| drop_share(scene, line)).rank(3),
        Column::number("p50/p90 to it", 13, |line: &FunnelLine| times_to(scene, line)).rank(3),
    ];
    columns.extend(compared::points_column(scene, Rise::IsGood, |compared, line: &FunnelLine| {
        let was = compared.funnel(&line.funnel.funnel)?;
        let reached_before = was.steps.get(line.number - 1)?.reached;
        let now = (line.step.reached, line.funnel.settled);
        let difference = compared.share(now, (reached_before, was.settled))?;
        Some((line.step.of_first?, difference))
    }));
    columns
}

fn name(scene: &Scene, line: &FunnelLine, width: u16) -> Line<'static> {
    let optional = if line.step.optional { "?" } else { "" };
    scene.name(Role::Text, &format!("{} {}{optional}", line.number, line.step.name), width)
}

/// What takes the step, as the config writes it.
fn event(scene: &Scene, line: &FunnelLine, width: u16) -> Line<'static> {
    let mut funnels = scene.settings.definitions.funnels.iter();
    let defined = funnels.find(|funnel| funnel.name == line.funnel.funnel);
    let step = defined.and_then(|funnel| funnel.steps.get(line.number - 1));
    scene.name(Role::Muted, &step.map(|step| step.event.to_string()).unwrap_or_default(), width)
}

/// The share that went on to it; in a colour where it differs from the window before by more than chance.
fn of_previous(scene: &Scene, line: &FunnelLine) -> Line<'static> {
    let Some(share) = line.step.of_previous else { return scene.line(Role::Dim, "") };
    let role = match change(line) {
        Some(change) if change > 0.0 => Role::Good,
        Some(_) => Role::Bad,
        None => Role::Text,
    };
    scene.line(role, text::percent(share))
}

/// By how much the share that went on to it has changed; `None` where that is not sure.
fn change(line: &FunnelLine) -> Option<f64> {
    let before = line.funnel.steps[..line.number - 1].iter().rev().find(|step| !step.optional)?;
    let was = line.step.reached_before as f64 / before.reached_before as f64;
    let sure = line.step.is_sure && before.reached_before > 0;
    sure.then(|| line.step.of_previous.unwrap_or(0.0) - was)
}

fn dropped(scene: &Scene, dropped: u64) -> Line<'static> {
    if dropped == 0 { scene.line(Role::Dim, "") } else { scene.count(dropped) }
}

fn drop_share(scene: &Scene, line: &FunnelLine) -> Line<'static> {
    let FunnelStepRow { dropped, reached, .. } = *line.step;
    let share = (dropped > 0 && reached > 0).then(|| dropped as f64 / reached as f64);
    scene.line(Role::Muted, share.map(text::percent).unwrap_or_default())
}

/// The time from the required step before to this one.
fn times_to(scene: &Scene, line: &FunnelLine) -> Line<'static> {
    let before = line.funnel.steps[..line.number - 1].iter().rev().find(|step| !step.optional);
    let times =
        before.filter(|_| !line.step.optional).and_then(|step| Some((step.to_next_p50?, step.to_next_p90?)));
    let written = times.map(|(p50, p90)| format!("{} / {}", when::length(p50), when::length(p90)));
    scene.line(Role::Muted, written.unwrap_or_default())
}

/// What comes out of it now, and what came out before.
fn notes(scene: &Scene, funnel: &FunnelView, width: u16) -> Vec<Line<'static>> {
    let parts = [now(scene, funnel), before(scene, funnel), left_out(scene, funnel)];
    let mut lines: Vec<Line> = Vec::new();
    for part in parts.into_iter().flatten() {
        let separator = Span::raw(format!(" {} ", scene.symbols().between));
        match lines.last_mut() {
            Some(line) if line.width() + 3 + part.width() <= usize::from(width) => {
                line.spans.push(separator);
                line.spans.extend(part.spans);
            }
            _ => lines.push(part),
        }
    }
    lines
}

/// `≈ 12.6 % now: 86 more are under way and count with the chance that is left to them`
fn now(scene: &Scene, funnel: &FunnelView) -> Option<Line<'static>> {
    let now = text::percent(funnel.conversion_now()?);
    let under_way = match funnel.open {
        0 => "nobody is under way".to_owned(),
        open => format!("{} more are under way, with the chance left to them", text::thousands(open)),
    };
    Some(Line::from(vec![
        scene.span(Role::Strong, format!("{} {now} now", scene.symbols().about)),
        scene.span(Role::Muted, format!(": {under_way}")),
    ]))
}

/// `6h before 13.9 %, not sure`
fn before(scene: &Scene, funnel: &FunnelView) -> Option<Line<'static>> {
    let before = funnel.before?;
    let was = before.conversion()?;
    let role = match funnel.conversion() {
        Some(now) if before.is_sure && now > was => Role::Good,
        Some(_) if before.is_sure => Role::Bad,
        _ => Role::Muted,
    };
    let sure = if before.is_sure { "sure" } else { "not sure" };
    let window = when::window(scene.window);
    Some(scene.line(role, format!("{window} before {}, {sure}", text::percent(was))))
}

/// Those that no figure counts.
fn left_out(scene: &Scene, funnel: &FunnelView) -> Option<Line<'static>> {
    let excluded =
        (funnel.excluded > 0).then(|| format!("{} left out by `exclude`", text::thousands(funnel.excluded)));
    let sampled =
        (funnel.one_of > 1).then(|| format!("one visitor of {} is counted", text::thousands(funnel.one_of)));
    let parts: Vec<_> = excluded.into_iter().chain(sampled).collect();
    let between = format!(" {} ", scene.symbols().between);
    (!parts.is_empty()).then(|| scene.line(Role::Muted, parts.join(&between)))
}
