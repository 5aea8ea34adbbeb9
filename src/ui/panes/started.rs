//! Sessions started over time: an area chart, scale on the left, times below, the window before as a dotted line.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::query::comparison::CompareWith;
use crate::query::view::Series;
use crate::time::Span;
use crate::ui::comparing::ComparedTo;
use crate::ui::scene::Scene;
use crate::ui::when;
use crate::ui::widgets::area_chart::{AreaChart, round_top};
use crate::ui::widgets::pane_frame::Titles;

use super::markers;
use super::scale;
use super::time_axis::TimeAxis;
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
    let known = series.is_some_and(|series| !before(scene, series).is_empty());
    let right = if known { dotted(scene, &window) } else { String::new() };
    Titles { names, definitions: vec![format!("last {window}"), window], right, ..Titles::default() }
}

/// `minute`, `10s`, `15m`.
pub(super) fn unit(bucket: Span) -> String {
    match bucket {
        one if one == Span::seconds(1) => "second".to_owned(),
        one if one == Span::minutes(1) => "minute".to_owned(),
        one if one == Span::hours(1) => "hour".to_owned(),
        other => when::round(other),
    }
}

/// What the dots are.
fn dotted(scene: &Scene, window: &str) -> String {
    match scene.comparing.map(|comparing| &comparing.to) {
        Some(ComparedTo::Earlier(with @ (CompareWith::Yesterday | CompareWith::LastWeek))) => {
            format!("dotted: {}", with.in_words())
        }
        _ => format!("dotted: the {window} before"),
    }
}

/// The sessions of the window before, or of the one that is compared with, bucket by bucket.
fn before<'a>(scene: &Scene<'a>, series: &'a Series) -> Cow<'a, [u64]> {
    if scene.comparing.is_none() {
        return Cow::Borrowed(&series.before);
    }
    let earlier = scene.comparison.and_then(|compared| compared.earlier().series.as_ref());
    let earlier = earlier.filter(|earlier| earlier.bucket == series.bucket);
    let points = earlier.into_iter().flat_map(|earlier| &earlier.points);
    Cow::Owned(points.take(series.points.len()).map(|point| point.started).collect())
}

fn draw_chart(scene: &Scene, series: &Series, inside: Rect, buf: &mut Buffer) {
    let values: Vec<u64> = series.points.iter().map(|point| point.started).collect();
    let peak = values.iter().copied().max().unwrap_or(0);
    let before = before(scene, series);
    let top = round_top(peak.max(before.iter().copied().max().unwrap_or(0)));
    let plot = scale::draw(scene, inside, (peak, top), buf);
    AreaChart { values: &values, before: &before, top }.draw(scene.theme, plot, buf);
    let axis = TimeAxis { from: series.from, bucket: series.bucket, buckets: series.points.len() };
    markers::draw(scene, axis, plot, buf);
    axis.draw(scene, Rect { y: plot.bottom(), height: 1, ..plot }, buf);
}
