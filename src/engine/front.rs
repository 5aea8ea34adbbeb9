//! The front of a live input: how far it has come in time. No single line moves it (design.md R6): a line ahead of it
//! is held until several lines in a row agree. If the input's clock is set back, the front follows.

use std::collections::VecDeque;

use crate::classify::hits::{HitMark, Hits};
use crate::session::Event;
use crate::time::{Millis, Span};
use crate::traffic::TrafficHit;

use super::time_clusters::FAR;

/// The front of one input.
#[derive(Debug)]
pub(super) struct Front {
    lateness: Span,
    /// The newest accepted time.
    newest: Millis,
    /// The last few lines; those ahead are held here.
    recent: VecDeque<Recent>,
    held: usize,
    behind: Option<Behind>,
    /// When the last line at the front came, by our clock.
    seen_at: Option<Millis>,
}

/// A hit with its event, if it has one.
#[derive(Debug, Clone, Copy)]
pub(super) struct PendingHit {
    pub(super) hit: HitMark,
    pub(super) event: Option<Event>,
    /// What it adds to traffic, unless it does not count.
    pub(super) traffic: Option<TrafficHit>,
}

#[derive(Debug)]
struct Recent {
    time: Millis,
    held: Option<PendingHit>,
}

/// Consecutive lines behind the front.
#[derive(Debug, Clone, Copy)]
struct Behind {
    since: Millis,
    lines: u32,
    newest: Millis,
}

/// When lines are delivered, by our clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    /// They were there when dwell started.
    Stored,
    /// They are replayed; lines ahead are not due yet.
    Replayed,
    /// They are being written now. By our clock, times up to `plausible` are not ahead.
    Fresh { wall: Millis, plausible: Millis },
}

/// The consequences of a line.
#[derive(Debug, Default)]
pub(super) struct Verdicts {
    /// Lines that are accepted now.
    pub(super) believed: Vec<PendingHit>,
    /// Lines that are ahead for good: no others agreed with them.
    pub(super) ahead: Vec<PendingHit>,
    /// How far the input's clock was set back.
    pub(super) set_back: Option<Span>,
}

/// This many lines in a row that agree are accepted (design.md R6).
const ROW: usize = 10;
/// A clock counts as set back after this long without a line at the old front (design.md R6).
const SILENCE: Span = Span::minutes(1);
/// One or two lines behind the front may belong to requests that took long.
const FEWEST_BEHIND: u32 = 3;
/// For stored lines, as many as in [`ROW`].
const FEWEST_STORED: u32 = 10;

impl Front {
    pub(super) fn new(lateness: Span) -> Front {
        Front {
            lateness,
            newest: Millis::MIN,
            recent: VecDeque::with_capacity(ROW),
            held: 0,
            behind: None,
            seen_at: None,
        }
    }

    /// The newest accepted time.
    pub(super) fn newest(&self) -> Millis {
        self.newest
    }

    /// Number of lines held.
    pub(super) fn held(&self) -> u64 {
        self.held as u64
    }

    /// Accepts a batch of hits if none of them is ahead or behind; returns whether it did.
    pub(super) fn takes(&mut self, hits: &Hits, delivery: Delivery) -> bool {
        let Some(newest) = hits.newest() else { return true };
        let is_ahead = newest > delivery.plausible() && !hits.go_on_from(self.newest, self.lateness);
        if self.held > 0 || is_ahead || !hits.are_within(self.lateness, self.newest - self.lateness) {
            return false;
        }
        self.newest = self.newest.max(newest);
        self.see_front(delivery);
        for hit in hits.last(ROW) {
            self.remember(Recent { time: hit.time(), held: None });
        }
        true
    }

    /// Decides about one line.
    pub(super) fn take(&mut self, line: PendingHit, delivery: Delivery) -> Verdicts {
        let mut verdicts = Verdicts::default();
        let time = line.hit.time();
        verdicts.ahead.extend(self.make_room());
        // Lines too old to count prove nothing about the clock: an old log may have been appended.
        verdicts.set_back = if line.hit.is_counted() { self.set_back(time, delivery) } else { None };
        if verdicts.set_back.is_some() {
            verdicts.ahead.extend(self.begin_anew());
        }
        let is_ahead = time > self.newest + self.lateness && time > delivery.plausible();
        if is_ahead {
            self.recent.push_back(Recent { time, held: Some(line) });
            self.held += 1;
        } else {
            self.recent.push_back(Recent { time, held: None });
            if time + self.lateness >= self.newest {
                self.see_front(delivery);
            }
            self.newest = self.newest.max(time);
            verdicts.believed.push(line);
        }
        self.follow_row();
        self.release(|_| true, &mut verdicts.believed);
        verdicts
    }

    /// All stored lines are read, or the input has ended: accepts the held lines that are not later than `plausible`
    /// and not very far from the others.
    pub(super) fn settle(&mut self, plausible: Millis) -> Vec<PendingHit> {
        if self.newest == Millis::MIN {
            self.newest = self.median();
        }
        let mut believed = Vec::new();
        let furthest = plausible.min(self.newest + FAR);
        while let Some(next) = self.held_times().filter(|&time| time <= furthest).min() {
            self.newest = self.newest.max(next);
            self.release(|time| time <= furthest, &mut believed);
        }
        believed
    }

    /// Returns the held lines: the input has ended.
    pub(super) fn give_up(&mut self) -> Vec<PendingHit> {
        self.begin_anew()
    }

    fn make_room(&mut self) -> Option<PendingHit> {
        let oldest = if self.recent.len() == ROW { self.recent.pop_front() } else { None };
        let held = oldest.and_then(|oldest| oldest.held);
        self.held -= usize::from(held.is_some());
        held
    }

    fn remember(&mut self, recent: Recent) {
        self.make_room();
        self.recent.push_back(recent);
    }

    fn begin_anew(&mut self) -> Vec<PendingHit> {
        self.held = 0;
        self.recent.drain(..).filter_map(|recent| recent.held).collect()
    }

    /// Moves the front to the earliest of the last lines. Since that is done for every line, lines in a row that
    /// agree are accepted one after the other.
    fn follow_row(&mut self) {
        if self.recent.len() == ROW {
            let earliest = self.recent.iter().map(|recent| recent.time).min();
            self.newest = self.newest.max(earliest.unwrap_or(Millis::MIN));
        }
    }

    /// Accepts held lines that are no longer ahead.
    fn release(&mut self, may: impl Fn(Millis) -> bool, believed: &mut Vec<PendingHit>) {
        let mut at = 0;
        while at < self.recent.len() {
            let recent = &mut self.recent[at];
            at += 1;
            if recent.time <= self.newest + self.lateness
                && may(recent.time)
                && let Some(line) = recent.held.take()
            {
                self.held -= 1;
                believed.push(line);
                if recent.time > self.newest {
                    self.newest = recent.time;
                    // Others may now be within the lateness: start over.
                    at = 0;
                }
            }
        }
    }

    fn held_times(&self) -> impl Iterator<Item = Millis> {
        self.recent.iter().filter(|recent| recent.held.is_some()).map(|recent| recent.time)
    }

    fn median(&self) -> Millis {
        let mut times: Vec<_> = self.recent.iter().map(|recent| recent.time).collect();
        times.sort_unstable();
        times.get(times.len().saturating_sub(1) / 2).copied().unwrap_or(Millis::MIN)
    }

    fn see_front(&mut self, delivery: Delivery) {
        self.behind = None;
        if let Delivery::Fresh { wall, .. } = delivery {
            self.seen_at = Some(wall);
        }
    }

    /// How far the input's clock was set back, if this line proves it.
    fn set_back(&mut self, time: Millis, delivery: Delivery) -> Option<Span> {
        if time + self.lateness >= self.newest {
            return None;
        }
        // Stored lines come at once: their own times tell how long the silence was.
        let (now, fewest) = match delivery {
            Delivery::Fresh { wall, .. } => (wall, FEWEST_BEHIND),
            Delivery::Stored | Delivery::Replayed => (time, FEWEST_STORED),
        };
        let since = if matches!(delivery, Delivery::Stored | Delivery::Replayed) {
            now
        } else {
            self.seen_at.unwrap_or(now)
        };
        let behind = self.behind.get_or_insert(Behind { since, lines: 0, newest: time });
        (behind.lines, behind.newest) = (behind.lines + 1, behind.newest.max(time));
        let (lines, newest) = (behind.lines, behind.newest);
        if lines < fewest || now.since(behind.since) < SILENCE {
            return None;
        }
        let step = self.newest.since(newest);
        self.newest = newest;
        Some(step)
    }
}

impl Delivery {
    fn plausible(self) -> Millis {
        match self {
            Delivery::Stored => Millis::MIN,
            Delivery::Replayed => Millis::MAX,
            Delivery::Fresh { plausible, .. } => plausible,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::kind::Kind;

    const MINUTE: i64 = 60_000;
    const YEAR: i64 = 365 * 24 * 60;

    fn front() -> Front {
        Front::new(Span::minutes(5))
    }

    fn take(front: &mut Front, minute: i64, delivery: Delivery) -> Verdicts {
        let hit = HitMark::new(Millis(minute * MINUTE), Kind::Pageview, 200);
        front.take(PendingHit { hit, event: None, traffic: None }, delivery)
    }

    /// The minutes accepted after each line.
    fn believed(front: &mut Front, minutes: &[i64]) -> Vec<i64> {
        let lines = minutes.iter().flat_map(|&minute| take(front, minute, Delivery::Stored).believed);
        lines.map(|line| line.hit.time().0 / MINUTE).collect()
    }

    #[test]
    fn r6_a_line_that_is_ahead_is_held_until_ten_in_a_row_agree() {
        let mut front = front();
        let hour: Vec<_> = (0..60).collect();
        assert_eq!(believed(&mut front, &hour), hour);
        let mut next_day: Vec<_> = (1440..1449).collect();
        assert_eq!(believed(&mut front, &next_day), [0; 0]);
        next_day.push(1449);
        assert_eq!(believed(&mut front, &[1449]), next_day);
    }

    #[test]
    fn r6_lines_that_no_others_agree_with_are_ahead_and_move_nothing() {
        let mut front = front();
        let mut ahead = 0;
        for minute in 0..100 {
            let some = if minute % 10 == 3 { vec![minute, YEAR + minute, 9000 * YEAR] } else { vec![minute] };
            for minute in some {
                ahead += take(&mut front, minute, Delivery::Stored).ahead.len();
            }
        }
        assert_eq!((front.newest(), ahead as u64 + front.held()), (Millis(99 * MINUTE), 20));
    }

    #[test]
    fn r6_the_first_lines_are_no_exception() {
        let mut front = front();
        let times = [&[9000 * YEAR], &*(0..20).collect::<Vec<_>>()].concat();
        assert_eq!(believed(&mut front, &times), (0..20).collect::<Vec<_>>());
    }

    #[test]
    fn r6_a_short_log_is_believed_at_its_end() {
        let mut front = front();
        assert_eq!(believed(&mut front, &[0, 20, 9000 * YEAR, 40]), [0; 0]);
        let mut settled: Vec<_> =
            front.settle(Millis::MAX).iter().map(|line| line.hit.time().0 / MINUTE).collect();
        settled.sort_unstable();
        assert_eq!((settled, front.held()), (vec![0, 20, 40], 1));
    }

    #[test]
    fn r6_lines_that_our_clock_agrees_with_are_not_held() {
        for minute in [0, 60, 600] {
            let mut front = front();
            let plausible = Millis((minute + 5) * MINUTE);
            let delivery = Delivery::Fresh { wall: Millis(minute * MINUTE), plausible };
            assert_eq!(take(&mut front, minute, delivery).believed.len(), 1, "{minute}");
            assert_eq!(take(&mut front, minute + 6, delivery).believed.len(), 0, "{minute}");
        }
    }

    #[test]
    fn r6_lines_that_do_not_count_set_no_clock_back() {
        let behind = |counts: bool| {
            let mut front = front();
            believed(&mut front, &(1000..1060).collect::<Vec<_>>());
            let hit =
                |minute: i64| HitMark::new(Millis(minute * MINUTE), Kind::Other, 200).counted_if(counts);
            (0..20)
                .filter_map(|minute| {
                    front
                        .take(PendingHit { hit: hit(minute), event: None, traffic: None }, Delivery::Stored)
                        .set_back
                })
                .count()
        };
        assert_eq!((behind(false), behind(true)), (0, 1));
    }

    #[test]
    fn r6_a_clock_that_was_set_back_is_followed_after_a_minute_without_the_old_front() {
        let mut front = front();
        let delivery =
            |second: i64| Delivery::Fresh { wall: Millis(second * 1000), plausible: Millis(61 * MINUTE) };
        assert!(take(&mut front, 60, delivery(0)).set_back.is_none());
        for second in [10, 20, 59] {
            assert!(take(&mut front, 0, delivery(second)).set_back.is_none(), "{second}");
        }
        assert_eq!(take(&mut front, 1, delivery(60)).set_back, Some(Span::minutes(59)));
        assert_eq!(front.newest(), Millis(MINUTE));
        // A server that is still at the old front holds it.
        let mut front = self::front();
        for second in [0, 30, 60, 90] {
            take(&mut front, 60, delivery(second));
            assert!(take(&mut front, 0, delivery(second + 1)).set_back.is_none());
        }
    }
}
