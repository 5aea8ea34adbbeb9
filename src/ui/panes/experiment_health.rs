//! Whether the open experiment can be trusted, what it says, and what its guards say (R14).

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::query::definitions::Guard;
use crate::query::view::{ExperimentView, VariantRow};
use crate::text;
use crate::time;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::put;

use super::experiments::tone;
use super::prompt::wrapped;
use super::{Pane, border, nothing};

const LABEL_WIDTH: usize = 9;

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let titles = Titles { names: vec![Pane::ExperimentHealth.name().to_owned()], ..Titles::default() };
    let inside = border(scene, Pane::ExperimentHealth, titles, area, buf);
    let Some(experiment) = scene.rows().experiment() else {
        return nothing::looking_up().draw(scene.theme, inside, buf);
    };
    for (row, line) in (0..).zip(lines(scene, experiment, usize::from(inside.width))) {
        put(buf, inside, row, &line);
    }
}

fn lines(scene: &Scene, experiment: &ExperimentView, width: usize) -> Vec<Line<'static>> {
    let said = [
        ("verdict", tone(&experiment.verdict), Some(experiment.verdict.to_string())),
        ("health", health_tone(experiment), Some(health(scene, experiment))),
        ("guards", Role::Text, guards(scene, experiment)),
        ("chance", Role::Muted, chances(experiment)),
        ("meaning", Role::Muted, Some(meaning(experiment))),
    ];
    let lines = said.into_iter().filter_map(|(label, role, said)| Some((label, role, said?)));
    lines.flat_map(|(label, role, said)| labelled(scene, label, role, &said, width)).collect()
}

/// A text behind its label, wrapped beside it.
fn labelled(scene: &Scene, label: &str, role: Role, said: &str, width: usize) -> Vec<Line<'static>> {
    // A figure stays with its unit.
    let said = text::harmless(said).replace(" %", "\u{a0}%");
    let labels = [label].into_iter().chain(std::iter::repeat(""));
    let line = |(label, said): (&str, String)| {
        let label = scene.span(Role::Muted, text::align_left(label, LABEL_WIDTH));
        Line::from(vec![label, Span::styled(said.replace('\u{a0}', " "), scene.ink(role))])
    };
    labels.zip(wrapped(&said, width.saturating_sub(LABEL_WIDTH))).map(line).collect()
}

fn health_tone(experiment: &ExperimentView) -> Role {
    if experiment.split.mismatch { Role::Bad } else { Role::Text }
}

/// `split 50.3 : 49.7 ok · seen both 39, left out · 2.2 of 7 days`
fn health(scene: &Scene, experiment: &ExperimentView) -> String {
    let left_out = [
        (experiment.mixed, "saw several variants, left out"),
        (experiment.unlisted, "sessions of variants that the split does not name, left out"),
        (experiment.beyond, "sessions beyond the most that are kept, left out"),
    ];
    let counted = left_out.into_iter().filter(|(count, _)| *count > 0);
    let parts = [split(experiment), time_run(experiment)].into_iter().flatten();
    let parts: Vec<_> =
        parts.chain(counted.map(|(count, what)| format!("{} {what}", text::thousands(count)))).collect();
    parts.join(&format!(" {} ", scene.symbols().between))
}

fn split(experiment: &ExperimentView) -> Option<String> {
    let units: u64 = experiment.variants.iter().map(|variant| variant.units).sum();
    if units == 0 {
        return None;
    }
    let share = |variant: &VariantRow| format!("{:.1}", variant.units as f64 * 100.0 / units as f64);
    let shares: Vec<_> = experiment.variants.iter().map(share).collect();
    let state = if experiment.split.mismatch { "not as it should be" } else { "ok" };
    Some(format!("split {} {state}", shares.join(" : ")))
}

/// How much of the time has passed before which nothing is called.
fn time_run(experiment: &ExperimentView) -> Option<String> {
    let (since, run_for) = (experiment.since?, experiment.run_for?);
    let days = |span: time::Span| span.as_seconds() / 86_400.0;
    let passed = experiment.now.since(since);
    Some(format!("{:.1} of {:.1} days", days(passed), days(run_for)))
}

/// `errors a session 0.02, 0.02 · load p75 412ms, 421ms`, in the order of the variants.
fn guards(scene: &Scene, experiment: &ExperimentView) -> Option<String> {
    let guard = |guard: &Guard| {
        let figures: Vec<_> = experiment.variants.iter().map(|row| figure(scene, row, *guard)).collect();
        format!("{} {}", said(*guard), figures.join(", "))
    };
    let guards: Vec<_> = experiment.guards.iter().map(guard).collect();
    (!guards.is_empty()).then(|| guards.join(&format!(" {} ", scene.symbols().between)))
}

fn said(guard: Guard) -> &'static str {
    match guard {
        Guard::Errors => "errors a session",
        Guard::LoadP75 => "load p75",
        Guard::BounceRate => "bounce",
    }
}

fn figure(scene: &Scene, row: &VariantRow, guard: Guard) -> String {
    let figure = match guard {
        Guard::Errors => row.guard.errors.map(|errors| format!("{errors:.2}")),
        Guard::LoadP75 => row.guard.load_p75.map(when::load),
        Guard::BounceRate => row.guard.bounce_rate.map(text::percent),
    };
    figure.unwrap_or_else(|| scene.symbols().none.to_owned())
}

/// The chance to win, with the warning that belongs to it.
fn chances(experiment: &ExperimentView) -> Option<String> {
    let chance = |row: &VariantRow| {
        Some(format!("{} wins with {}", row.variant, text::percent(row.comparison?.chance_to_win)))
    };
    let chances: Vec<_> = experiment.variants.iter().filter_map(chance).collect();
    (!chances.is_empty())
        .then(|| format!("{}; not safe to watch: decide by the interval", chances.join(", ")))
}

fn meaning(experiment: &ExperimentView) -> String {
    let alpha = text::percent(experiment.alpha);
    format!(
        "The interval holds however often it is watched: where no variant differs, a winner is called in at most \
         {alpha} of experiments. Guards get no verdict."
    )
}
