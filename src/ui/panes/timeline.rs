//! A session's timeline: pages with the time on page, actions, errors.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::query::view::{Step, StepKind, Timeline};
use crate::text;
use crate::ui::open_session::{Following, OpenSession, TimelineState};
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::table::{Column, TableWidget};

use super::groups::{dash, goals, look, place};
use super::{Pane, border, nothing, rows_in};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let timeline = scene.opened.and_then(OpenSession::timeline);
    let inside = border(scene, Pane::Steps, titles(scene, timeline), area, buf);
    let Some(timeline) = timeline else {
        return missing(scene).draw(scene.theme, inside, buf);
    };
    let list = scene.lists.of(Pane::Steps);
    let seen = timeline.steps.iter().enumerate().skip(list.offset()).take(rows_in(area));
    let rows = seen.map(|(line, step)| (step, look(scene.focus(Pane::Steps), line == list.line(), false)));
    TableWidget { columns: columns(scene, timeline), rows: rows.collect() }.draw(scene.theme, inside, buf);
}

fn titles(scene: &Scene, timeline: Option<&Timeline>) -> Titles {
    let steps = timeline.map_or(0, |timeline| timeline.steps.len() as u64);
    let definition = timeline.map(|timeline| {
        let row = &timeline.row;
        let counts = [(row.pageviews, "page"), (row.actions, "action"), (row.errors, "error")];
        counts.map(|(count, what)| counted(count, what)).join(", ")
    });
    let (names, note) = names_and_note(scene);
    Titles {
        names,
        definitions: definition.into_iter().collect(),
        right: note.to_owned(),
        place: place(scene, Pane::Steps, &scene.lists.of(Pane::Steps), steps),
        ..Titles::default()
    }
}

/// The titles, and the note on time on page.
fn names_and_note(scene: &Scene) -> (Vec<String>, &'static str) {
    let name = Pane::Steps.name();
    match scene.following {
        Following::Yes => {
            let between = scene.symbols().between;
            (vec![format!("{name} {between} following the visitor"), "Following".to_owned()], "")
        }
        Following::No => (vec![name.to_owned()], "looked at: until the next event"),
    }
}

/// `1 page`, `5 pages`.
fn counted(count: u32, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {what}{plural}", text::thousands(count.into()))
}

fn missing(scene: &Scene) -> EmptyPane {
    let back = scene.key(crate::ui::action::Action::Back);
    match scene.opened.map(|opened| &opened.state) {
        Some(TimelineState::Gone) => EmptyPane::new(
            "This session is no longer kept",
            format!("{back} goes back. --keep and --max-memory say how long sessions are kept."),
        ),
        _ => nothing::looking_up(),
    }
}

fn columns<'a>(scene: &'a Scene, timeline: &'a Timeline) -> Vec<Column<'a, &'a Step>> {
    let longest = timeline.steps.iter().filter_map(|step| step.stayed).max().map_or(0, |span| span.0);
    let mut columns = vec![
        Column::text("at", (8, 8), |step: &&Step, _| {
            scene.line(Role::Muted, when::clock_with_seconds(step.at, scene.settings.zone))
        }),
        Column::text("what", (10, 16), |step: &&Step, width| what(scene, step, width)),
        Column::text("page", (14, 64), |step: &&Step, width| scene.page(&step.page, width)).comfort(32),
        Column::number("looked at", 9, |step: &&Step| stayed(scene, step)).rank(1),
        Column::text("", (6, 20), move |step: &&Step, width| {
            let stayed = step.stayed.map_or(0, |span| span.0);
            bar(scene.theme, scene.ink(Role::Bar), stayed, longest, width)
        })
        .rank(3),
    ];
    let steps = &timeline.steps;
    // Few logs have goals, values, properties and load times.
    if steps.iter().any(|step| !step.goals.is_empty()) {
        columns.push(
            Column::text("reaches", (10, 20), |step: &&Step, width| goals(scene, &step.goals, width)).rank(1),
        );
    }
    if steps.iter().any(|step| step.value.is_some()) {
        columns.push(Column::number("value", 9, |step: &&Step| value(scene, step)).rank(1));
    }
    if steps.iter().any(|step| !step.properties.is_empty()) {
        columns.push(
            Column::text("with", (16, 48), |step: &&Step, width| properties(scene, step, width)).rank(2),
        );
    }
    if timeline.steps.iter().any(|step| step.load.is_some()) {
        columns.push(Column::number("load", 7, |step: &&Step| load(scene, step)).rank(4));
    }
    columns
}

fn value(scene: &Scene, step: &Step) -> Line<'static> {
    let value = step.value.map(text::amount);
    value.map_or_else(Line::default, |value| scene.line(Role::Text, value))
}

/// `plan=pro, size=3`
fn properties(scene: &Scene, step: &Step, width: u16) -> Line<'static> {
    let properties: Vec<_> = step.properties.iter().map(|(name, value)| format!("{name}={value}")).collect();
    scene.name(Role::Muted, &properties.join(", "), width)
}

fn stayed(scene: &Scene, step: &Step) -> Line<'static> {
    match step.stayed {
        Some(stayed) => scene.line(Role::Text, when::length(stayed)),
        None => dash(scene),
    }
}

fn load(scene: &Scene, step: &Step) -> Line<'static> {
    match step.load {
        Some(load) if load.0 < 10_000 => scene.line(Role::Muted, when::load(load)),
        Some(load) => scene.line(Role::Warn, when::load(load)),
        None => dash(scene),
    }
}

fn what(scene: &Scene, step: &Step, width: u16) -> Line<'static> {
    match &step.kind {
        StepKind::Pageview => scene.line(Role::Text, "page"),
        StepKind::Action(name) => scene.name(Role::Good, name, width),
        // The status says what went wrong, and must not give way where there is little room.
        StepKind::Error => scene.line(Role::Bad, format!("error {}", step.status)),
        StepKind::Redirect => scene.line(Role::Muted, "redirect"),
    }
}
