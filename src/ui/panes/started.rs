//! Sessions started over time: an area chart, scale on the left, times below, the window before as a dotted line.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::query::view::Series;
use crate::text;
use crate::time::{Millis, Span};
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::area_chart::{AreaChart, column_of, round_top};
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::{put, put_right};

use super::{Pane, border};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let series = scene.view().and_then(|view| view.series.as_ref());
    let inside = border(scene, Pane::Started, titles(scene, series), area, buf);
    let Some(series) = series.filter(|series| !series.points.is_empty()) else { return };
    if inside.width < 12 || inside.height < 2 {
        return;
    }
    draw_chart(scene, series, inside, buf);
}

fn titles(scene: &Scene, series: Option<&Series>) -> Titles {
    let bucket = series.map_or(Span::ZERO, |series| series.bucket);
    let per = if bucket == Span::ZERO { String::new() } else { format!(" per {}", unit(bucket)) };
    let names = vec![format!("{}{per}", Pane::Started.name()), format!("Started{per}")];
    let window = when::window(scene.window);
    let known = series.is_some_and(|series| !series.before.is_empty());
    let right = if known { format!("dotted: the {window} before") } else { String::new() };
    Titles { names, definitions: vec![format!("last {window}"), window], right, ..Titles::default() }
}

/// `minute`, `10s`, `15m`.
fn unit(bucket: Span) -> String {
    match bucket {
        one if one == Span::seconds(1) => "second".to_owned(),
        one if one == Span::minutes(1) => "minute".to_owned(),
        one if one == Span::hours(1) => "hour".to_owned(),
        other => when::round(other),
    }
}

fn draw_chart(scene: &Scene, series: &Series, inside: Rect, buf: &mut Buffer) {
    let values: Vec<u64> = series.points.iter().map(|point| point.started).collect();
    let peak = values.iter().copied().max().unwrap_or(0);
    let before = series.before.iter().copied().max().unwrap_or(0);
    let top = round_top(peak.max(before));
    let gutter = u16::try_from(text::width(&text::thousands(peak))).unwrap_or(u16::MAX).max(3) + 1;
    let plot = Rect {
        x: inside.x + gutter,
        width: inside.width.saturating_sub(gutter),
        height: inside.height - 1,
        ..inside
    };
    AreaChart { values: &values, before: &series.before, top }.draw(scene.theme, plot, buf);
    let labels = Rect { width: gutter - 1, height: plot.height, ..inside };
    if plot.height > 1 {
        put_right(buf, labels, plot.height - 1, &scene.line(Role::Dim, "0"));
    }
    put_right(buf, labels, row_of(peak, top, plot.height), &scene.line(Role::Muted, text::thousands(peak)));
    draw_time_marks(scene, series, Rect { y: plot.bottom(), height: 1, ..plot }, buf);
}

/// The row of a value, from the top.
fn row_of(value: u64, top: u64, height: u16) -> u16 {
    let rows = u64::from(height);
    let reached = (value.saturating_mul(rows)).div_ceil(top.max(1)).clamp(1, rows.max(1));
    u16::try_from(rows.saturating_sub(reached)).unwrap_or(0)
}

fn draw_time_marks(scene: &Scene, series: &Series, area: Rect, buf: &mut Buffer) {
    for (column, text) in time_marks(scene, series, area.width) {
        let mark = Rect { x: area.x + column, width: area.width - column, ..area };
        put(buf, mark, 0, &scene.line(Role::Dim, text));
    }
}

const MARK_WIDTH: u16 = 5;

/// Round times with their columns, far enough apart to be read.
fn time_marks(scene: &Scene, series: &Series, width: u16) -> Vec<(u16, String)> {
    let buckets = series.points.len();
    let step = mark_step(series, width);
    let zone = scene.settings.zone;
    let mut marks = Vec::new();
    for bucket in 0..buckets {
        let at = series.from + Span(series.bucket.0 * bucket as u64);
        // Round in the display's zone, not in UTC.
        let local = Millis(zone.civil(at).and_utc().timestamp_millis());
        let column = column_of(bucket, buckets, width);
        if local.floor_to(step) == local && column + MARK_WIDTH <= width {
            marks.push((column, when::clock(at, zone)));
        }
    }
    marks
}

/// The shortest round step between marks that leaves room between them.
fn mark_step(series: &Series, width: u16) -> Span {
    const MINUTES: [u64; 11] = [1, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440];
    let whole = series.bucket.0 * series.points.len() as u64;
    let least = whole * u64::from(MARK_WIDTH + 2) / u64::from(width.max(1));
    let steps = MINUTES.map(Span::minutes);
    steps.into_iter().find(|step| step.0 >= least).unwrap_or(Span::hours(24))
}
