//! What stands out, in plain words; all of it is statistically significant.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::query::question::Window;
use crate::query::view::{Finding, Rate};
use crate::text;
use crate::ui::scene::Scene;
use crate::ui::shown::Shown;
use crate::ui::stage::Stage;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::table::Column;

use super::{Pane, nothing, plain};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let rows = scene.rows().findings();
    let definition = match scene.window {
        Window::All => "in all that is kept".to_owned(),
        Window::Last(span) => format!("{0} against the {0} before", when::round(span)),
    };
    let titles = Titles {
        names: vec![Pane::Findings.name().to_owned()],
        definitions: vec![definition],
        right: "the most urgent first".to_owned(),
        ..Titles::default()
    };
    plain::draw(scene, Pane::Findings, titles, (rows, columns(scene)), || none(scene), area, buf);
}

fn none(scene: &Scene) -> EmptyPane {
    let sessions = scene.view().map_or(0, |view| view.totals.sessions);
    let quiet = matches!(scene.shown.map(Shown::stage), Some(Stage::Live | Stage::Standing | Stage::Ended));
    if sessions == 0 || !quiet {
        return nothing::why(scene, Pane::Findings);
    }
    let help = match scene.window {
        Window::All => "What changed shows where there is a window before: ] and [ choose one.",
        Window::Last(_) => "Nothing unusual: all changes are within normal variation.",
    };
    EmptyPane::new("Nothing stands out", help)
}

fn columns<'a>(scene: &'a Scene) -> Vec<Column<'a, &'a Finding>> {
    vec![
        Column::text("", (2, 2), |finding: &&Finding, _| mark(scene, finding)),
        Column::text("what", (8, 8), |finding: &&Finding, _| scene.line(Role::Muted, finding.kind())).rank(1),
        Column::text("finding", (20, 120), |finding: &&Finding, width| {
            scene.line(Role::Text, sentence(scene, finding, usize::from(width)))
        }),
    ]
}

/// What went up, went down, or wants attention.
pub(super) fn mark(scene: &Scene, finding: &Finding) -> Line<'static> {
    let symbols = scene.symbols();
    match finding {
        Finding::Errors { .. }
        | Finding::Slower { .. }
        | Finding::Bounces { .. }
        | Finding::OnlyFails { .. }
        | Finding::Broken { .. }
        | Finding::Client { .. }
        | Finding::Crawlers { .. } => scene.line(Role::Warn, symbols.alert),
        Finding::Silence { .. } | Finding::Outage { .. } | Finding::Failing { .. } => {
            scene.line(Role::Bad, symbols.alert.repeat(2))
        }
        Finding::Traffic { sessions: now, before } => moved(scene, now > before),
        Finding::Source { share, share_before, .. } => moved(scene, share > share_before),
    }
}

fn moved(scene: &Scene, up: bool) -> Line<'static> {
    let (role, mark) = if up { (Role::Good, scene.symbols().up) } else { (Role::Bad, scene.symbols().down) };
    scene.line(role, mark)
}

/// The finding as a sentence within a width: first it gives fewer figures, then its subject is shortened.
pub(super) fn sentence(scene: &Scene, finding: &Finding, width: usize) -> String {
    let since = finding.since().map(|at| format!(", since {}", when::clock(at, scene.settings.zone)));
    let whole = format!("{}{}", whole(finding), since.unwrap_or_default());
    let room = |figures: &str| width.saturating_sub(text::width(figures) + 1);
    let figures = if room(&whole) >= LEAST_SUBJECT { whole } else { brief(finding) };
    let subject = subject(finding, room(&figures).max(LEAST_SUBJECT));
    text::fit(format!("{subject} {figures}").trim_start(), width)
}

/// The least width for a finding's subject.
const LEAST_SUBJECT: usize = 14;

fn subject(finding: &Finding, room: usize) -> String {
    match finding {
        Finding::Errors { page, .. } | Finding::Slower { page, .. } | Finding::Bounces { page, .. } => {
            text::fit_middle(&text::readable_path(page), room)
        }
        Finding::Failing { failure } | Finding::Broken { failure, .. } => {
            request(failure.method, &failure.path, room)
        }
        Finding::OnlyFails { method, path, .. } => request(method, path, room),
        Finding::Source { source: name, .. } | Finding::Client { network: name, .. } => {
            text::fit(&text::harmless(name), room)
        }
        Finding::Silence { .. }
        | Finding::Outage { .. }
        | Finding::Crawlers { .. }
        | Finding::Traffic { .. } => String::new(),
    }
}

/// `POST /checkout`; of a page that was merely read, its path alone.
fn request(method: &str, path: &str, room: usize) -> String {
    let path = text::readable_path(path);
    let whole = if method == "GET" { path.into_owned() } else { format!("{method} {path}") };
    text::fit_middle(&whole, room)
}

/// The sentence with every figure.
fn whole(finding: &Finding) -> String {
    let count = |count: &u64| text::thousands(*count);
    match finding {
        Finding::Silence { lasted, bound, .. } => {
            format!("no line for {}; more than {} is unusual", when::length(*lasted), when::length(*bound))
        }
        Finding::Outage { failed, of, people, .. } => format!(
            "{} of pages and actions are answered 5xx: {} of {} in 2m, for {} people",
            share(*failed, *of),
            count(failed),
            count(of),
            count(people)
        ),
        Finding::Failing { failure } => format!(
            "answers {} for {} people: {} failures, none before",
            failure.status,
            count(&failure.people),
            count(&failure.hits)
        ),
        Finding::OnlyFails { clients, hits, status, .. } => format!(
            "is tried by {} clients that get no page: {} answers {status} at most",
            count(clients),
            count(hits)
        ),
        Finding::Broken { failure, from } => format!(
            "is not there, but {} links to it: {} people met {}",
            text::readable_path(from),
            count(&failure.people),
            failure.status
        ),
        Finding::Client { hits, of, .. } => {
            format!("sends {} of all hits: {} of {} in 5m", share(*hits, *of), count(hits), count(of))
        }
        Finding::Crawlers { hits, of } => {
            format!("bots send {} of all hits: {} of {} in 1h", share(*hits, *of), count(hits), count(of))
        }
        Finding::Errors { errors, sessions, before, .. } => {
            let before = before.map(|before| format!(", {} before", count(&before))).unwrap_or_default();
            format!("fails: {} errors in {} sessions{before}", count(errors), count(sessions))
        }
        Finding::Slower { typical, before, views, .. } => {
            format!("takes {}, {} before ({} views)", when::load(*typical), when::load(*before), count(views))
        }
        Finding::Bounces { here, elsewhere, .. } => {
            let of = count(&here.of);
            format!("bounces {} of {of} entries, the rest {}", percent(*here), percent(*elsewhere))
        }
        Finding::Traffic { sessions, before } => {
            format!("{} sessions began, {} in the window before", count(sessions), count(before))
        }
        Finding::Source { sessions, before, share, share_before, .. } => format!(
            "brings {} of sessions, {} before ({}, {})",
            text::percent(*share),
            text::percent(*share_before),
            count(sessions),
            count(before)
        ),
    }
}

fn share(part: u64, of: u64) -> String {
    text::percent(part as f64 / of.max(1) as f64)
}

/// The short sentence.
fn brief(finding: &Finding) -> String {
    match finding {
        Finding::Silence { lasted, .. } => format!("no line for {}", when::length(*lasted)),
        Finding::Outage { failed, of, .. } => format!("5xx for {} of requests", share(*failed, *of)),
        Finding::Failing { failure } | Finding::Broken { failure, .. } => {
            format!("{} for {} people", failure.status, text::thousands(failure.people))
        }
        Finding::OnlyFails { hits, status, .. } => format!("{} times {status}", text::thousands(*hits)),
        Finding::Client { hits, of, .. } => format!("sends {}", share(*hits, *of)),
        Finding::Crawlers { hits, of } => format!("bots send {} of hits", share(*hits, *of)),
        Finding::Errors { sessions, .. } => format!("fails {} sessions", text::thousands(*sessions)),
        Finding::Slower { typical, before, .. } => {
            format!("{}, was {}", when::load(*typical), when::load(*before))
        }
        Finding::Bounces { here, .. } => format!("bounces {}", percent(*here)),
        Finding::Traffic { sessions, before } => {
            format!("{} began, {} before", text::thousands(*sessions), text::thousands(*before))
        }
        Finding::Source { share, share_before, .. } => {
            format!("{}, was {}", text::percent(*share), text::percent(*share_before))
        }
    }
}

fn percent(rate: Rate) -> String {
    text::percent(rate.share().unwrap_or(0.0))
}
