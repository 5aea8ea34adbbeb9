//! One planned incident: a bad day for the shop, from a given time on.
//!
//! While one is planned nothing else goes wrong, so that what dwell says is about it alone.

use crate::time::{Millis, Span};

use super::chance::Dice;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Incident {
    /// Nearly every page and API call is answered 5xx.
    Outage,
    /// A page is gone after a deploy; the others still link to it.
    Deploy,
    /// One API call is answered 503.
    Api,
    /// The search is slow.
    Slow,
    /// Nine addresses guess passwords.
    Login,
    /// Thousands of visits of one page, with browsers' user agents.
    Flood,
    /// An AI crawler that fetches more than all people.
    Crawler,
    /// Nobody comes from the largest source.
    Source,
    /// No line at all.
    Silence,
}

/// An incident and when it begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Planned {
    pub(super) incident: Incident,
    pub(super) at: Millis,
}

/// For how long it lasts.
pub(super) const LASTS: Span = Span::minutes(30);
/// Share of requests that an outage fails.
const OUTAGE_FAILS: f64 = 0.9;
/// What the site answers then.
const OUTAGE_ANSWERS: [u16; 3] = [502, 503, 504];
/// The page that the deploy has lost.
const LOST_PAGE: &str = "/pricing";
/// The API call that fails.
const FAILING_CALL: &str = "/api/v2/stock";
/// How much longer the search takes.
const SLOWNESS: f64 = 4.0;
/// The source that dies.
const DEAD_SOURCE: &str = "Google";
/// Arrivals of a flood for each usual one.
const FLOOD_EXTRA: f64 = 2.0;
impl Incident {
    /// All of them, with their names on the command line.
    pub const NAMED: [(&'static str, Incident); 9] = [
        ("outage", Incident::Outage),
        ("deploy", Incident::Deploy),
        ("api", Incident::Api),
        ("slow", Incident::Slow),
        ("login", Incident::Login),
        ("flood", Incident::Flood),
        ("crawler", Incident::Crawler),
        ("source", Incident::Source),
        ("silence", Incident::Silence),
    ];
}

impl Planned {
    fn is_on(self, incident: Incident, at: Millis) -> bool {
        self.incident == incident && at >= self.at && at < self.at + LASTS
    }

    /// The status that a request is answered with instead, if it is hit.
    pub(super) fn fault(self, target: &str, at: Millis, dice: &mut Dice) -> Option<u16> {
        let path = target.split('?').next().unwrap_or(target);
        if self.is_on(Incident::Deploy, at) && path == LOST_PAGE {
            return Some(404);
        }
        if self.is_on(Incident::Api, at) && path == FAILING_CALL {
            return Some(503);
        }
        let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
        let fails = self.is_on(Incident::Outage, at) && !is_file && dice.chance(OUTAGE_FAILS);
        fails.then(|| *dice.pick(&OUTAGE_ANSWERS))
    }

    /// How many times longer a path takes.
    pub(super) fn slowness(self, path: &str, at: Millis) -> f64 {
        if self.is_on(Incident::Slow, at) && path == "/search" { SLOWNESS } else { 1.0 }
    }

    /// Whether nobody comes from a source.
    pub(super) fn is_dead(self, source: &str, at: Millis) -> bool {
        self.is_on(Incident::Source, at) && source == DEAD_SOURCE
    }

    /// Additional arrivals, relative to the usual number.
    pub(super) fn flood(self, at: Millis) -> f64 {
        if self.is_on(Incident::Flood, at) { FLOOD_EXTRA } else { 0.0 }
    }

    /// Until when there is no line, at a time without any.
    pub(super) fn silent_until(self, at: Millis) -> Option<Millis> {
        self.is_on(Incident::Silence, at).then_some(self.at + LASTS)
    }
}
