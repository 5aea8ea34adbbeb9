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
        Column::text("", (1, 1), |finding: &&Finding, _| mark(scene, finding)),
        Column::text("what", (7, 7), |finding: &&Finding, _| scene.line(Role::Muted, finding.kind())).rank(1),
        Column::text("finding", (20, 120), |finding: &&Finding, width| {
            scene.line(Role::Text, sentence(finding, usize::from(width)))
        }),
    ]
}

/// What went up, went down, or wants attention.
pub(super) fn mark(scene: &Scene, finding: &Finding) -> Line<'static> {
    let symbols = scene.symbols();
    match finding {
        Finding::Errors { .. } | Finding::Slower { .. } | Finding::Bounces { .. } => {
            scene.line(Role::Bad, symbols.alert)
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
pub(super) fn sentence(finding: &Finding, width: usize) -> String {
    let (whole, brief) = (whole(finding), brief(finding));
    let room = |figures: &str| width.saturating_sub(text::width(figures) + 1);
    let figures = if room(&whole) >= LEAST_SUBJECT { whole } else { brief };
    let room = room(&figures).max(LEAST_SUBJECT);
    let subject = match finding {
        Finding::Errors { page, .. } | Finding::Slower { page, .. } | Finding::Bounces { page, .. } => {
            text::fit_middle(&text::readable_path(page), room)
        }
        Finding::Source { source, .. } => text::fit(&text::harmless(source), room),
        Finding::Traffic { .. } => return text::fit(&figures, width),
    };
    text::fit(&format!("{subject} {figures}"), width)
}

/// The least width for a finding's subject.
const LEAST_SUBJECT: usize = 14;

/// The sentence with every figure.
fn whole(finding: &Finding) -> String {
    let count = |count: &u64| text::thousands(*count);
    match finding {
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

/// The short sentence.
fn brief(finding: &Finding) -> String {
    match finding {
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
