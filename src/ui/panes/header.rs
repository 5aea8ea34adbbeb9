//! The first line: input and filter on the left; state, window and the log's time on the right.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{alerts, compared, markers};
use crate::config::segments::SEGMENT;
use crate::query::filter::{Term, Test};
use crate::query::view::{Anomaly, Finding, View};
use crate::text;
use crate::ui::chips::{self, Chip};
use crate::ui::location::Screen;
use crate::ui::scene::Scene;
use crate::ui::shown::Shown;
use crate::ui::stage::{Loaded, Stage};
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::{put, put_right};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let right = right(scene, area.width);
    let right_width = u16::try_from(right.width()).unwrap_or(u16::MAX).min(area.width);
    let left = Rect { width: area.width - right_width, ..area };
    put(buf, left, 0, &breadcrumb(scene, usize::from(left.width)));
    put_right(buf, area, 0, &right);
}

/// State, window and time; in narrow terminals without the day or the time.
fn right(scene: &Scene, room: u16) -> Line<'static> {
    let mut clocks: Vec<String> = Vec::new();
    if let Some(view) = scene.view() {
        clocks.extend([clock(scene, view.now), when::clock(view.now, scene.settings.zone)]);
    }
    let lines = clocks.iter().map(|clock| right_with(scene, room, &format!("  {clock}")));
    lines
        .into_iter()
        .find(|line| line.width() <= usize::from(room))
        .unwrap_or_else(|| right_with(scene, 0, ""))
}

fn right_with(scene: &Scene, room: u16, clock: &str) -> Line<'static> {
    Line::from(vec![
        Span::raw("  "),
        markers::latest(scene, room).unwrap_or_default(),
        status(scene),
        Span::raw("  "),
        scene.span(Role::Strong, when::window(scene.window)),
        scene.span(Role::Muted, clock.to_owned()),
        Span::raw(" "),
    ])
}

/// The log's time, with the day if that is not today.
fn clock(scene: &Scene, now: crate::time::Millis) -> String {
    let zone = scene.settings.zone;
    let (day, today) = (when::day(now, zone), when::day(scene.wall, zone));
    let clock = when::clock(now, zone);
    if day == today { clock } else { format!("{day} {clock}") }
}

fn status(scene: &Scene) -> Span<'static> {
    if let Some(pause) = scene.pause {
        let between = scene.symbols().between;
        let behind = match pause.behind() {
            1 => "1 line".to_owned(),
            lines => format!("{} lines", text::thousands(lines)),
        };
        return scene.span(Role::Warn, format!(" PAUSED {between} {behind} behind "));
    }
    if let Some(alert) = alert(scene) {
        return alert;
    }
    let stage = scene.shown.map_or(Stage::Opening, Shown::stage);
    if let (Some(speed), Stage::Loading(_)) = (scene.settings.replay, stage) {
        return scene.span(Role::Accent, format!("REPLAY {speed}x"));
    }
    match stage {
        Stage::Opening => scene.span(Role::Muted, "OPENING"),
        Stage::Loading(None) => scene.span(Role::Accent, "LOADING"),
        Stage::Loading(Some(loaded)) => scene.span(Role::Accent, loading(scene, loaded)),
        Stage::Live => live(scene),
        Stage::Standing => scene.span(Role::Muted, "END OF LOG"),
        Stage::Ended => scene.span(Role::Muted, "ENDED"),
        Stage::Failed => scene.span(Role::Bad, "FAILED"),
    }
}

/// The name of the alert that fires, and how many others do.
fn alert(scene: &Scene) -> Option<Span<'static>> {
    let mut firing = alerts::firing(scene.alerts);
    let name = text::fit(&text::harmless(&firing.next()?.name), LONGEST_ALERT);
    let more = match firing.count() {
        0 => String::new(),
        more => format!(" +{more}"),
    };
    Some(scene.span(Role::Bad, format!("{} {name}{more}", scene.symbols().alert)))
}

/// A name is not to push the input out of the line.
const LONGEST_ALERT: usize = 20;

/// Green is only for a site that answers and a log that is read.
fn live(scene: &Scene) -> Span<'static> {
    let found = scene.shown.map_or(&[][..], Shown::faults);
    if let Some(silence) = found.iter().find_map(silence) {
        return scene.span(silence.0, silence.1);
    }
    let distorts = |view: &View| view.intake.doubts.iter().filter(|doubt| doubt.kind.distorts()).count();
    let doubts = scene.view().map_or(0, distorts);
    let faults = found.iter().filter(|finding| finding.is_fault()).count();
    let role = if faults > 0 { Role::Bad } else { Role::Warn };
    match faults + doubts {
        0 if reads_nothing(scene) => scene.span(Role::Bad, "NOT READ"),
        0 => scene.span(Role::Good, format!("{} LIVE", scene.symbols().dot)),
        1 => scene.span(role, "1 WARNING"),
        warnings => scene.span(role, format!("{warnings} WARNINGS")),
    }
}

/// `SILENT 10m`; after twice the time from which on it is unusual, it is bad.
fn silence(finding: &Finding) -> Option<(Role, String)> {
    let Anomaly::Silence { lasted, bound, .. } = &finding.what else { return None };
    let role = if lasted.0 >= 2 * bound.0 { Role::Bad } else { Role::Warn };
    Some((role, format!("SILENT {lasted}")))
}

/// Whether there are lines and none of them is understood.
fn reads_nothing(scene: &Scene) -> bool {
    scene.view().is_some_and(|view| view.intake.hits == 0 && view.intake.lines > 0)
}

/// The progress of loading, and the time left once it can be estimated.
fn loading(scene: &Scene, loaded: Loaded) -> String {
    let far = format!("LOADING {}", whole_percent(loaded));
    match scene.throughput.time_for(loaded.left()) {
        Some(left) => format!("{far} {} {} left", scene.symbols().between, when::round(left)),
        None => far,
    }
}

/// The progress of loading in whole per cent, which changes seldom.
pub(super) fn whole_percent(loaded: Loaded) -> String {
    format!("{} %", (loaded.share().clamp(0.0, 1.0) * 100.0).floor())
}

/// One step of the breadcrumb.
struct Crumb {
    role: Role,
    text: String,
}

fn breadcrumb(scene: &Scene, width: usize) -> Line<'static> {
    let mut crumbs = crumbs(scene);
    let input = text::harmless(&input_name(scene)).into_owned();
    let mut dropped = 0;
    // The input's path is shortened first, to its file name; then the oldest terms go.
    while crumbs_width(&crumbs) + SHORTEST_INPUT + 9 > width && crumbs.len() > 1 {
        crumbs.remove(0);
        dropped += 1;
    }
    if dropped > 0 {
        crumbs.insert(0, Crumb { role: Role::Muted, text: scene.symbols().ellipsis.to_owned() });
    }
    let mut spans = beginning(scene, &input, width.saturating_sub(crumbs_width(&crumbs)));
    for crumb in crumbs {
        spans.push(scene.span(Role::Muted, format!(" {} ", scene.symbols().crumb)));
        spans.push(scene.span(crumb.role, crumb.text));
    }
    Line::from(spans)
}

/// The text before the crumbs. In narrow terminals the input goes first, then the rest.
fn beginning(scene: &Scene, input: &str, room: usize) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    if room >= NAME_WIDTH {
        spans.extend([Span::raw(" "), scene.span(Role::Title, "dwell")]);
    }
    if room >= NAME_WIDTH + LEAST_INPUT {
        let input = fitted_input(input, room - NAME_WIDTH - 2);
        spans.extend([Span::raw("  "), scene.span(Role::Text, input)]);
    }
    spans
}

/// ` dwell`
const NAME_WIDTH: usize = 6;
/// The least width for an input.
const LEAST_INPUT: usize = 6;

/// A path that is too long becomes its file name.
fn fitted_input(input: &str, room: usize) -> String {
    let file = input.rsplit('/').next().unwrap_or(input);
    if text::width(input) <= room { input.to_owned() } else { text::fit_middle(file, room) }
}

const SHORTEST_INPUT: usize = 12;

fn crumbs_width(crumbs: &[Crumb]) -> usize {
    crumbs.iter().map(|crumb| 3 + text::width(&crumb.text)).sum()
}

fn input_name(scene: &Scene) -> String {
    match scene.settings.inputs.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first, others @ ..] => format!("{first} +{}", others.len()),
    }
}

/// The screen, the filter's terms, and the session that is open.
fn crumbs(scene: &Scene) -> Vec<Crumb> {
    let place = scene.location;
    let mut crumbs = Vec::new();
    if place.screen != Screen::Overview {
        crumbs.push(Crumb { role: Role::Text, text: padded(place.screen.name()) });
    }
    if let Some(study) = &place.study {
        crumbs.push(Crumb { role: Role::Strong, text: padded(&study.crumb()) });
    }
    let chips = chips::chips(&place.filter, &scene.settings.segments);
    crumbs.extend(chips.iter().map(|chip| Crumb { role: Role::Chip, text: padded(&chip_text(chip)) }));
    if place.paths.is_some() && place.opened.is_none() {
        crumbs.push(Crumb { role: Role::Text, text: padded("paths") });
    }
    let compared = compared::crumb(scene).filter(|_| place.opened.is_none());
    crumbs.extend(compared.map(|(role, text)| Crumb { role, text: padded(&text) }));
    if place.opened.is_some() {
        crumbs.push(Crumb { role: Role::Text, text: padded(&opened_name(scene)) });
    } else if place.zoomed {
        crumbs.push(Crumb { role: Role::Text, text: padded(place.focus.name()) });
    }
    crumbs
}

fn padded(text: &str) -> String {
    format!(" {} ", text::harmless(text))
}

fn opened_name(scene: &Scene) -> String {
    let timeline = scene.opened.and_then(crate::ui::open_session::OpenSession::timeline);
    timeline.map_or_else(|| "session".to_owned(), |timeline| timeline.row.alias.clone())
}

/// A chip: `segment readers`, or `source Google`.
fn chip_text(chip: &Chip) -> String {
    match chip {
        Chip::Segment(name, _) => format!("{SEGMENT} {name}"),
        Chip::Term(term) => term_text(term),
    }
}

/// A term as a chip: `source Google`; as the filter language writes it where it is more than one value.
fn term_text(term: &Term) -> String {
    let sign = if term.negated { "-" } else { "" };
    match &term.test {
        Test::Text(field, globs) if globs.len() == 1 => {
            format!("{sign}{} {}", field.name(), text::readable_path(&globs[0].pattern()))
        }
        _ => term.to_string(),
    }
}
