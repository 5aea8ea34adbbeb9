//! What people and their scripts say happened (R17).

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::query::annotation::{Annotation, AnnotationKind};
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::table::Column;

use super::{Pane, plain};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let rows = scene.rows().annotations();
    let titles = Titles {
        names: vec![Pane::Annotations.name().to_owned()],
        right: "the latest first".to_owned(),
        ..Titles::default()
    };
    let none =
        || EmptyPane::new("Nothing is noted", "dwell annotate \"deploy v2.4.1\" marks a time on all charts.");
    plain::draw(scene, Pane::Annotations, titles, (&rows, columns(scene)), none, area, buf);
}

fn columns<'a>(scene: &'a Scene) -> Vec<Column<'a, &'a &'a Annotation>> {
    vec![
        Column::text("when", (12, 12), |what: &&&Annotation, _| {
            scene.line(Role::Muted, when::day_and_clock(what.at, scene.settings.zone))
        }),
        Column::text("what", (14, 60), |what: &&&Annotation, width| {
            scene.name(role(what.kind), &what.text, width)
        }),
        Column::text("kind", (8, 8), |what: &&&Annotation, _| scene.line(Role::Muted, what.kind.name()))
            .rank(1),
    ]
}

fn role(kind: AnnotationKind) -> Role {
    match kind {
        AnnotationKind::Incident => Role::Bad,
        AnnotationKind::Deploy | AnnotationKind::Campaign | AnnotationKind::Note => Role::Text,
    }
}
