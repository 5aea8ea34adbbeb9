//! Response times: typical for each path, with some noise; sometimes the search is slow.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use crate::time::{Millis, Span};

use super::chance::{Dice, whole};
use super::episodes::Episodes;
use super::incident::Planned;

/// The server behind the shop. It has its own generator, so that logging response times does not change the traffic.
pub(super) struct SimulatedServer {
    dice: Dice,
    episodes: Episodes,
    planned: Option<Planned>,
}

/// Slowdown of the search during an episode.
const SLOWNESS: f64 = 3.5;

impl SimulatedServer {
    pub(super) fn new(seed: u64) -> SimulatedServer {
        SimulatedServer { dice: Dice::new(seed ^ 0x7365), episodes: Episodes::new(seed), planned: None }
    }

    /// The same server without episodes, but with a planned incident.
    pub(super) fn planned(self, planned: Option<Planned>) -> SimulatedServer {
        SimulatedServer { episodes: Episodes::none(), planned, ..self }
    }

    /// The response time for a request.
    pub(super) fn takes(&mut self, target: &str, at: Millis) -> Span {
        let path = target.split('?').next().unwrap_or(target);
        let usual = usual_milliseconds(path);
        let slow = path == "/search" && self.episodes.search_is_slow(at);
        let planned = self.planned.map_or(1.0, |planned| planned.slowness(path, at));
        let slowness = if slow { SLOWNESS } else { planned };
        let taken = usual * slowness * (0.6 + self.dice.exponential(0.4));
        Span(u64::from(whole(taken)).max(1))
    }
}

/// From 15 to 255 ms; a tenth of that for files, recognized by an extension.
fn usual_milliseconds(path: &str) -> f64 {
    let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(path);
    let page = 15.0 + f64::from(u8::try_from(hash % 241).unwrap_or(0));
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    if is_file { page / 10.0 } else { page }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_search_gets_slow_now_and_then_and_no_other_page_does() {
        let mut server = SimulatedServer::new(42);
        let mut mean = |path: &str, hour: u64| {
            let times = (0..360).map(|step| Millis(0) + Span::hours(hour) + Span::seconds(step * 10));
            times.map(|at| server.takes(path, at).0).sum::<u64>() / 360
        };
        let search: Vec<_> = (0..12).map(|hour| mean("/search?q=a", hour)).collect();
        let start: Vec<_> = (0..12).map(|hour| mean("/", hour)).collect();
        let spread =
            |means: &[u64]| means.iter().max().zip(means.iter().min()).map(|(most, least)| most / least);
        assert!(spread(&search) >= Some(2), "{search:?}");
        assert_eq!(spread(&start), Some(1), "{start:?}");
    }
}
