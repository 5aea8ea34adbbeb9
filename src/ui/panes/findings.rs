//! What stands out, in plain words; all of it is statistically significant.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::query::question::Window;
use crate::query::view::{Basis, Finding};
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
    match finding.rises() {
        Some(up) => moved(scene, up),
        None if finding.is_fault() => scene.line(Role::Bad, symbols.alert.repeat(2)),
        None => scene.line(Role::Warn, symbols.alert),
    }
}

fn moved(scene: &Scene, up: bool) -> Line<'static> {
    let (role, mark) = if up { (Role::Good, scene.symbols().up) } else { (Role::Bad, scene.symbols().down) };
    scene.line(role, mark)
}

/// The finding as a sentence within a width: first it gives fewer figures, then its subject is shortened.
pub(super) fn sentence(scene: &Scene, finding: &Finding, width: usize) -> String {
    let since = match finding.basis {
        Basis::Threshold => finding.since(),
        // The sentence says over what time that is.
        Basis::Test(_) => None,
    };
    let since = since.map(|at| format!(", since {}", when::clock(at, scene.settings.zone)));
    let whole = format!("{}{}", finding.figures(), since.unwrap_or_default());
    let room = |figures: &str| width.saturating_sub(text::width(figures) + 1);
    let figures = if room(&whole) >= LEAST_SUBJECT { whole } else { finding.brief_figures() };
    let subject = finding.subject_within(room(&figures).max(LEAST_SUBJECT));
    text::fit(format!("{subject} {figures}").trim_start(), width)
}

/// The least width for a finding's subject.
const LEAST_SUBJECT: usize = 14;
