//! Messages of empty panes: what is missing, why, and the key or flag that helps.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::config::Privacy;
use crate::query::view::Durations;
use crate::text;
use crate::ui::action::Action;
use crate::ui::glossary::in_window;
use crate::ui::scene::Scene;
use crate::ui::shown::Shown;
use crate::ui::stage::{Loaded, Stage};
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::{put, rounded};

use super::{Pane, banner, header};

/// Why a pane is empty. The advice is shown in one pane only.
pub(super) fn why(scene: &Scene, pane: Pane) -> EmptyPane {
    let message = whole(scene, pane);
    if pane == Pane::Sessions || pane == scene.location.focus {
        return message;
    }
    EmptyPane { help: Vec::new(), ..message }
}

fn whole(scene: &Scene, pane: Pane) -> EmptyPane {
    let Some(shown) = scene.shown else {
        return EmptyPane { what: "Opening the log".to_owned(), help: Vec::new() };
    };
    match shown.stage() {
        Stage::Failed => failed(scene, shown),
        _ if !scene.location.filter.is_empty() && shown.view().totals.sessions == 0 => no_match(scene),
        Stage::Opening | Stage::Loading(_) => loading(scene, shown),
        _ if shown.view().intake.lines == 0 => no_lines(scene),
        _ if pane == Pane::Sessions && scene.settings.privacy == Privacy::Strict => no_single_visitors(),
        _ if pane == Pane::Sessions && scene.lists_active() => nobody_active(scene),
        _ if shown.view().totals.sessions > 0 => not_known(pane),
        _ => none_in_window(scene),
    }
}

/// The answer has not come yet.
pub(super) fn looking_up() -> EmptyPane {
    EmptyPane { what: "Looking it up".to_owned(), help: Vec::new() }
}

/// The empty pane of sessions; while a log is loading, it shows the progress.
pub(super) fn draw_no_sessions(scene: &Scene, inside: Rect, buf: &mut Buffer) {
    why(scene, Pane::Sessions).draw(scene.theme, inside, buf);
    if let Some(Stage::Loading(Some(loaded))) = scene.shown.map(Shown::stage) {
        let below = inside.height.saturating_sub(4) / 4 + 4;
        put(buf, inside, below.min(inside.height.saturating_sub(1)), &progress(scene, loaded, inside.width));
    }
}

fn progress(scene: &Scene, loaded: Loaded, width: u16) -> Line<'static> {
    let width = width.saturating_sub(8).min(40);
    let mut line = bar(scene.theme, scene.ink(Role::Bar), rounded(loaded.share() * 1000.0), 1000, width);
    line.spans.push(Span::raw("  "));
    line.spans.push(scene.span(Role::Strong, header::whole_percent(loaded)));
    line
}

/// Why there is no histogram.
pub(super) fn no_durations(scene: &Scene, durations: &Durations) -> EmptyPane {
    let window = in_window(scene.window);
    match durations.unmeasured {
        0 => EmptyPane::new(
            "No durations yet",
            format!(
                "No session closed {window}: one closes {} after its last event.",
                when::round(scene.settings.rules.gap)
            ),
        ),
        count => EmptyPane::new(
            "No durations",
            format!(
                "{} sessions closed {window}, each with one event: those have none.",
                text::thousands(count)
            ),
        ),
    }
}

fn failed(scene: &Scene, shown: &Shown) -> EmptyPane {
    let troubles = banner::troubles(&shown.view().intake);
    EmptyPane {
        what: "Nothing can be read".to_owned(),
        help: troubles.into_iter().map(|input| banner::sentence(scene, input)).collect(),
    }
}

fn no_match(scene: &Scene) -> EmptyPane {
    let (filter, back, drop) =
        (scene.key(Action::Filter), scene.key(Action::Back), scene.key(Action::DropTerm));
    let way_back =
        if scene.leads_back { format!("{back} takes the last step back. ") } else { String::new() };
    EmptyPane {
        what: "Nothing matches the filter".to_owned(),
        help: vec![
            text::harmless(&scene.location.filter.to_string()).into_owned(),
            format!("{way_back}{drop} takes the last term away, {filter} changes it."),
        ],
    }
}

fn loading(scene: &Scene, shown: &Shown) -> EmptyPane {
    let intake = &shown.view().intake;
    let lines = format!("{} lines so far", text::thousands(intake.lines));
    let rate =
        scene.throughput.lines_per_second().map(|rate| format!(", {}", text::rate(rate))).unwrap_or_default();
    let bytes = match shown.stage() {
        Stage::Loading(Some(loaded)) => vec![bytes(scene, loaded)],
        _ => Vec::new(),
    };
    if scene.settings.replay.is_some() {
        return EmptyPane::new("Playing the log back", "Every figure grows as it did then.");
    }
    EmptyPane {
        what: "Reading what is there already".to_owned(),
        help: [
            vec![format!("{lines}{rate}.")],
            bytes,
            vec!["Every figure grows while it is read.".to_owned()],
        ]
        .concat(),
    }
}

/// `1,204 MiB of 10,300 MiB, 498 MiB/s, 18s left.`
fn bytes(scene: &Scene, loaded: Loaded) -> String {
    let mut bytes = loaded.in_words();
    if let Some((rate, left)) =
        scene.throughput.bytes_per_second().zip(scene.throughput.time_for(loaded.left()))
    {
        bytes = format!("{bytes}, {}/s, {} left", text::bytes(rounded(rate)), when::round(left));
    }
    format!("{bytes}.")
}

fn no_lines(scene: &Scene) -> EmptyPane {
    let help = match scene.shown.map(Shown::stage) {
        Some(Stage::Ended) => "The log is empty.".to_owned(),
        _ => "The log is empty so far; what is appended shows at once.".to_owned(),
    };
    EmptyPane::new("No lines yet", help)
}

fn nobody_active(scene: &Scene) -> EmptyPane {
    let sessions = scene.key(Action::ShowSessions);
    EmptyPane::new(
        format!("No one has been active in the last {}", when::round(scene.settings.rules.active)),
        format!("{sessions} lists the sessions seen {}.", in_window(scene.window)),
    )
}

fn no_single_visitors() -> EmptyPane {
    EmptyPane::new("Single visitors are not shown", "--privacy strict shows groups only.")
}

fn not_known(pane: Pane) -> EmptyPane {
    let help = match pane {
        Pane::Countries => "Start with --geoip FILE (a MaxMind database).",
        Pane::Sites => "The log does not say which host was asked for.",
        Pane::Campaigns => "No session seen came with a utm_campaign.",
        Pane::Actions => return no_actions(),
        _ => "The sessions seen do not say.",
    };
    let what = if pane == Pane::Campaigns { "No campaigns" } else { "Not known" };
    EmptyPane::new(what, help)
}

fn no_actions() -> EmptyPane {
    EmptyPane {
        what: "No actions yet".to_owned(),
        help: vec![
            "A form that is sent (POST, answered 2xx or 3xx) is the action submit; a document that is fetched, download. Tracked events bear their own names.".to_owned(),
            "[[rule]] in dwell.toml names one: method = \"POST\", path = \"/signup\", action = \"sign up\".".to_owned(),
        ],
    }
}

fn none_in_window(scene: &Scene) -> EmptyPane {
    let longer = scene.key(Action::WindowLonger);
    EmptyPane::new(
        format!("Nothing seen {}", in_window(scene.window)),
        format!("{longer} makes the window longer."),
    )
}
