//! Questions about traffic (design.md R12): slots become a partial, partials merge, a merged one becomes a view.
//!
//! Takes slots of `traffic` and a filter, gives a [`TrafficView`](super::view::TrafficView). Must not know sessions.

mod faults;
mod fold;
mod matcher;
mod partial;
mod people;
mod points;
mod view;

pub use faults::FaultScan;
pub use fold::TrafficScan;
pub use matcher::TrafficMatcher;
pub use partial::TrafficPartial;
pub use view::traffic_view;
