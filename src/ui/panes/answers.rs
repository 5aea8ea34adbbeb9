//! All hits over time, stacked by the class of their status, failures along the foot.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::query::view::{TrafficPoint, TrafficView};
use crate::text;
use crate::time::Span as TimeSpan;
use crate::ui::scene::Scene;
use crate::ui::shown::Shown;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::area_chart::round_top;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::put;
use crate::ui::widgets::stacked_chart::{Layer, StackedChart, dots};

use super::hit_lists::without;
use super::markers;
use super::scale;
use super::started::unit;
use super::time_axis::TimeAxis;
use super::{Pane, border, nothing};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let traffic = scene.shown.and_then(Shown::traffic);
    let inside = border(scene, Pane::Answers, titles(scene, traffic), area, buf);
    let Some(traffic) = traffic.filter(|traffic| traffic.totals.hits > 0) else {
        return nothing::why(scene, Pane::Answers).draw(scene.theme, inside, buf);
    };
    if inside.width < 12 || inside.height < 3 {
        return;
    }
    put(buf, inside, 0, &legend(scene, traffic, inside.width));
    draw_chart(scene, traffic, Rect { y: inside.y + 1, height: inside.height - 1, ..inside }, buf);
}

fn titles(scene: &Scene, traffic: Option<&TrafficView>) -> Titles {
    let bucket = traffic.map(|traffic| traffic.series.bucket).filter(|bucket| *bucket > TimeSpan::ZERO);
    let per = bucket.map(|bucket| format!(" per {}", unit(bucket)));
    let names = vec![format!("{}{}", Pane::Answers.name(), per.unwrap_or_default())];
    let left_out = traffic.map(|traffic| &traffic.left_out.totals[..]).unwrap_or_default();
    Titles {
        names,
        definitions: vec![when::window(scene.window)],
        right: without(left_out),
        ..Titles::default()
    }
}

/// The classes, the worst first: their name, colour, and what fills their cells.
fn classes(scene: &Scene) -> [(&'static str, usize, Role, Option<&'static str>); 4] {
    let is_plain = scene.symbols().columns[8] == "#";
    let (worst, bad, other) = if is_plain { ("5", "4", "3") } else { ("█", "▓", "▒") };
    [
        ("5xx", 4, Role::Bad, Some(worst)),
        ("4xx", 3, Role::Warn, Some(bad)),
        ("3xx", 2, Role::Muted, Some(other)),
        ("2xx", 1, Role::Bar, None),
    ]
}

/// `█ 5xx 14  ▓ 4xx 320  ▒ 3xx 163  ⣿ 2xx 9,500`: as many as fit.
fn legend(scene: &Scene, traffic: &TrafficView, width: u16) -> Line<'static> {
    let mut line = Line::default();
    for (name, at, role, fill) in classes(scene) {
        let hits: u64 = traffic.series.points.iter().map(|point| point.by_class[at]).sum();
        let mark = fill.unwrap_or_else(|| dots(scene.theme, 8));
        let (mark, hits) = (format!("{mark} "), text::thousands(hits));
        if line.width() + text::width(&mark) + text::width(&hits) + name.len() + 1 > usize::from(width) {
            break;
        }
        line.spans.push(Span::styled(mark, scene.ink(role)));
        line.spans.push(scene.span(Role::Muted, format!("{name} ")));
        line.spans.push(scene.span(Role::Text, format!("{hits}  ")));
    }
    line
}

fn draw_chart(scene: &Scene, traffic: &TrafficView, inside: Rect, buf: &mut Buffer) {
    let points = &traffic.series.points;
    let Some(first) = points.first() else { return };
    let peak = points.iter().map(|point| point.hits).max().unwrap_or(0);
    let top = round_top(peak);
    let plot = scale::draw(scene, inside, (peak, top), buf);
    let layers = classes(scene).map(|(_, at, role, fill)| Layer {
        values: points.iter().map(|point| value(point, at)).collect(),
        role,
        fill,
    });
    StackedChart { layers: &layers, top }.draw(scene.theme, plot, buf);
    let axis = TimeAxis { from: first.from, bucket: traffic.series.bucket, buckets: points.len() };
    markers::draw(scene, axis, plot, buf);
    axis.draw(scene, Rect { y: plot.bottom(), height: 1, ..plot }, buf);
}

/// The hits of a class; those without a status count with the successful ones, so that the top is all hits.
fn value(point: &TrafficPoint, class: usize) -> u64 {
    let with_status: u64 = point.by_class.iter().sum();
    let rest = if class == 1 { point.by_class[0] + point.hits.saturating_sub(with_status) } else { 0 };
    point.by_class[class] + rest
}
