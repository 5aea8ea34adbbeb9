//! Annotations on axes of time: a thin line with its time at the top (R17); the header has the text of the latest.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span as TextSpan;

use crate::query::annotation::Annotation;
use crate::text;
use crate::time::Span;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::area_chart::column_of;
use crate::ui::widgets::put;

use super::time_axis::TimeAxis;

/// Cells of a time such as 13:20.
const TIME: u16 = 5;

/// Draws the lines over a chart; one of several in a column, and times where they do not touch.
pub(super) fn draw(scene: &Scene, axis: TimeAxis, plot: Rect, buf: &mut Buffer) {
    let to = axis.from + Span(axis.bucket.0.saturating_mul(axis.buckets as u64));
    let mut free_from = 0;
    let mut last = None;
    for annotation in scene.annotations.within(axis.from, to) {
        let bucket = annotation.at.since(axis.from).0 / axis.bucket.0.max(1);
        let bucket = usize::try_from(bucket).unwrap_or(axis.buckets);
        let column = column_of(bucket.min(axis.buckets), axis.buckets, plot.width);
        if column >= plot.width || last == Some(column) {
            continue;
        }
        last = Some(column);
        draw_line(scene, Rect { x: plot.x + column, width: 1, ..plot }, buf);
        if column >= free_from && column + 1 + TIME <= plot.width {
            let label = Rect { x: plot.x + column + 1, width: TIME, ..plot };
            put(buf, label, 0, &scene.line(Role::Accent, when::clock(annotation.at, scene.settings.zone)));
            free_from = column + TIME + 2;
        }
    }
}

fn draw_line(scene: &Scene, column: Rect, buf: &mut Buffer) {
    for row in 0..column.height {
        put(buf, column, row, &scene.line(Role::Accent, scene.symbols().marker));
    }
}

/// A text in the header is not to push the input out of it.
const LONGEST: usize = 24;

/// `▼ deploy v2.4.1 13:20`: the latest annotation of the window; `None` where there is none, or no room.
pub(super) fn latest(scene: &Scene, room: u16) -> Option<TextSpan<'static>> {
    let annotation = latest_in_window(scene)?;
    let cells = usize::from(room / 5).min(LONGEST);
    if cells < usize::from(TIME) {
        return None;
    }
    let said = text::fit(&text::harmless(&annotation.text), cells);
    let clock = when::clock(annotation.at, scene.settings.zone);
    Some(scene.span(Role::Accent, format!("{} {said} {clock}  ", scene.symbols().down)))
}

fn latest_in_window<'a>(scene: &Scene<'a>) -> Option<&'a Annotation> {
    let view = scene.view()?;
    scene.annotations.within(view.from, view.to).last()
}
