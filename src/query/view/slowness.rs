//! What slowness does: who bounces and who reaches a goal, by how long the first page took.

use crate::time::Span;

/// A page took too long where it took more than this: what Web Vitals call no longer good.
pub const SLOW: Span = Span(2_500);

/// Lower bounds of the rows; each is for times above its bound, up to and including the next one. The first begins at zero.
pub const SLOWNESS_BOUNDS: [Span; 6] = [Span::ZERO, Span(250), Span(500), Span(1_000), SLOW, Span(5_000)];

/// Sessions that closed in the window, by how long the server took for their first page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SlownessView {
    /// A row for each of [`SLOWNESS_BOUNDS`].
    pub rows: [SlownessRow; SLOWNESS_BOUNDS.len()],
    /// Sessions of whose first page the log does not say it.
    pub unmeasured: u64,
    /// Whether any goals are defined.
    pub has_goals: bool,
}

/// Sessions whose first page took about so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SlownessRow {
    /// How many there are.
    pub sessions: u64,
    /// Of those, the ones that bounced (R7).
    pub bounced: u64,
    /// Of those, the ones that reached a goal.
    pub reached: u64,
}

impl SlownessRow {
    /// The bounce rate from 0 to 1; `None` where there are no sessions.
    #[must_use]
    pub fn bounce_rate(&self) -> Option<f64> {
        (self.sessions > 0).then(|| self.bounced as f64 / self.sessions as f64)
    }

    /// The share that reached a goal, from 0 to 1; `None` where there are no sessions.
    #[must_use]
    pub fn goal_rate(&self) -> Option<f64> {
        (self.sessions > 0).then(|| self.reached as f64 / self.sessions as f64)
    }
}
