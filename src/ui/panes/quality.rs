//! Data quality: what was read, and what was dropped.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::config::choices::Keyword;
use crate::query::view::{Doubt, Intake, OwnHostsFrom, View};
use crate::text;
use crate::ui::scene::Scene;
use crate::ui::shown::Shown;
use crate::ui::stage::Stage;
use crate::ui::theme::Role;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::put;

use super::{Pane, border, footer};

const LABEL_WIDTH: usize = 9;

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let titles = Titles {
        names: vec![Pane::Quality.name().to_owned()],
        definitions: vec!["since start".to_owned()],
        ..Titles::default()
    };
    let inside = border(scene, Pane::Quality, titles, area, buf);
    let Some(view) = scene.view() else { return };
    for (row, line) in (0..).zip(lines(scene, view, inside.width)) {
        put(buf, inside, row, &line);
    }
}

/// The facts, and the latest malformed lines.
pub(super) fn lines(scene: &Scene, view: &View, width: u16) -> Vec<Line<'static>> {
    let facts = facts(scene, view).into_iter().map(|fact| line(scene, &fact, width));
    facts.chain(examples(scene, &view.intake, width)).collect()
}

/// A label, its text, and whether that is good news.
struct QualityFact {
    label: &'static str,
    value: String,
    role: Role,
}

fn line(scene: &Scene, fact: &QualityFact, width: u16) -> Line<'static> {
    let room = usize::from(width).saturating_sub(LABEL_WIDTH + 2);
    Line::from(vec![
        scene.span(Role::Muted, text::align_left(fact.label, LABEL_WIDTH)),
        Span::raw("  "),
        scene.span(fact.role, text::fit(&fact.value, room)),
    ])
}

fn facts(scene: &Scene, view: &View) -> Vec<QualityFact> {
    let intake = &view.intake;
    let fact = |label, value| QualityFact { label, value, role: Role::Text };
    let mut facts = vec![fact("read", read(scene, intake))];
    facts.extend(loaded(scene).map(|loaded| fact("loaded", loaded)));
    facts.push(fact("format", formats(intake)));
    facts.extend(intake.doubts.iter().map(doubt));
    facts.push(fact("own hosts", own_hosts(intake)));
    facts.push(malformed(intake));
    facts.push(counted("late", intake.late, "too old, dropped"));
    facts.push(counted("dropped", intake.overflow, "came too fast"));
    facts.push(fact("bots", bots(scene, view)));
    // Rare facts are shown only if they occur.
    let seldom = [
        counted("ahead", intake.ahead, "long after all others"),
        counted("withheld", intake.consentless, "GPC, DNT: not linked to a visitor"),
        counted("folded", intake.folded, "names became (other)"),
        counted("let go", intake.evicted, "sessions, for --max-memory"),
        counted("cut short", intake.closed_early, "open sessions, for --max-memory"),
    ];
    facts.extend(seldom.into_iter().filter(|fact| fact.role == Role::Warn));
    let remarks = intake.inputs.iter().flat_map(|input| &input.remarks);
    facts.extend(remarks.map(|remark| fact("to know", text::harmless(remark).into_owned())));
    facts.push(fact("memory", text::bytes(intake.memory)));
    facts.push(fact("privacy", scene.settings.privacy.name().to_owned()));
    facts
}

fn read(scene: &Scene, intake: &Intake) -> String {
    let mut read = format!("{} lines", text::thousands(intake.lines));
    if let Some(rate) = scene.throughput.lines_per_second() {
        read = format!("{read}  {}", text::rate(rate));
    }
    read
}

/// Bytes loaded, while loading.
fn loaded(scene: &Scene) -> Option<String> {
    match scene.shown.map(Shown::stage) {
        Some(Stage::Loading(Some(loaded))) => Some(loaded.in_words()),
        _ => None,
    }
}

/// The formats found, each once.
fn formats(intake: &Intake) -> String {
    let mut formats: Vec<&str> = Vec::new();
    for input in &intake.inputs {
        let also = input.also.iter().map(|also| also.format.as_str());
        for format in std::iter::once(input.format.as_str()).chain(also) {
            if !format.is_empty() && !formats.contains(&format) {
                formats.push(format);
            }
        }
    }
    match formats.as_slice() {
        [] => "not known yet".to_owned(),
        formats => text::harmless(&formats.join(", ")).into_owned(),
    }
}

fn doubt(doubt: &Doubt) -> QualityFact {
    QualityFact { label: "in doubt", value: text::harmless(&doubt.text).into_owned(), role: Role::Warn }
}

fn own_hosts(intake: &Intake) -> String {
    let hosts = text::harmless(&intake.own_hosts.join(", ")).into_owned();
    let how = match intake.own_hosts_from {
        OwnHostsFrom::Unknown => return "none found; try --site".to_owned(),
        OwnHostsFrom::Given => "given",
        OwnHostsFrom::Log => "from the log",
        OwnHostsFrom::Inferred => "inferred",
    };
    format!("{how}: {hosts}")
}

fn malformed(intake: &Intake) -> QualityFact {
    let reasons = intake.malformed_by_reason.iter();
    let reasons: Vec<_> = reasons
        .map(|(reason, count)| format!("{} {}", text::thousands(*count), text::harmless(reason)))
        .collect();
    counted("malformed", intake.malformed, &reasons.join(", "))
}

/// A count that should be zero, explained if it is not.
fn counted(label: &'static str, count: u64, what: &str) -> QualityFact {
    if count == 0 {
        return QualityFact { label, value: "0".to_owned(), role: Role::Text };
    }
    QualityFact {
        label,
        value: format!("{}  {what}", text::thousands(count)).trim_end().to_owned(),
        role: Role::Warn,
    }
}

fn bots(scene: &Scene, view: &View) -> String {
    let bots = view.totals.bots;
    let share = footer::bots(scene).map_or_else(|| "0 %".to_owned(), text::percent);
    let reasons = [
        (bots.agent, "agent"),
        (bots.no_agent, "no agent"),
        (bots.robots_txt, "robots.txt"),
        (bots.rate, "rate"),
        (bots.spam, "spam"),
    ];
    let reasons: Vec<_> = reasons
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, reason)| format!("{reason} {}", text::thousands(*count)))
        .collect();
    format!("{share}  {}", reasons.join(", ")).trim_end().to_owned()
}

/// The latest malformed lines, if there is room.
fn examples(scene: &Scene, intake: &Intake, width: u16) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if !intake.malformed_examples.is_empty() {
        lines.push(Line::default());
        lines.push(scene.line(Role::Muted, "malformed, the latest"));
    }
    for example in &intake.malformed_examples {
        let place = format!("{}:{}:{} {}", example.input, example.line, example.column, example.reason);
        lines.push(scene.name(Role::Warn, &place, width));
        lines.push(scene.name(Role::Dim, &example.text, width));
    }
    lines
}
