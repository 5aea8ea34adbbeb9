//! The line below a chart: round times, far enough apart to be read.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::time::{Millis, Span};
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::area_chart::column_of;
use crate::ui::widgets::put;

/// The buckets of a chart.
#[derive(Debug, Clone, Copy)]
pub(super) struct TimeAxis {
    /// Where the first one begins.
    pub(super) from: Millis,
    /// The length of each.
    pub(super) bucket: Span,
    /// How many there are.
    pub(super) buckets: usize,
}

const MARK_WIDTH: u16 = 5;

impl TimeAxis {
    pub(super) fn draw(self, scene: &Scene, area: Rect, buf: &mut Buffer) {
        for (column, text) in self.marks(scene, area.width) {
            let mark = Rect { x: area.x + column, width: area.width - column, ..area };
            put(buf, mark, 0, &scene.line(Role::Dim, text));
        }
    }

    /// Round times with their columns.
    fn marks(self, scene: &Scene, width: u16) -> Vec<(u16, String)> {
        let step = self.step(width);
        let zone = scene.settings.zone;
        let mut marks = Vec::new();
        for bucket in 0..self.buckets {
            let at = self.from + Span(self.bucket.0 * bucket as u64);
            // Round in the display's zone, not in UTC.
            let local = Millis(zone.civil(at).and_utc().timestamp_millis());
            let column = column_of(bucket, self.buckets, width);
            if local.floor_to(step) == local && column + MARK_WIDTH <= width {
                marks.push((column, when::clock(at, zone)));
            }
        }
        marks
    }

    /// The shortest round step between marks that leaves room between them.
    fn step(self, width: u16) -> Span {
        const MINUTES: [u64; 11] = [1, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440];
        let whole = self.bucket.0 * self.buckets as u64;
        let least = whole * u64::from(MARK_WIDTH + 2) / u64::from(width.max(1));
        let steps = MINUTES.map(Span::minutes);
        steps.into_iter().find(|step| step.0 >= least).unwrap_or(Span::hours(24))
    }
}
