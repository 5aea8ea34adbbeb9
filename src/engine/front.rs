//! How far an input has come that goes on: no single line moves that (design.md R6). A line that is ahead of it is held
//! until lines in a row agree with it, and a clock that was set back is followed.

use std::collections::VecDeque;

use crate::classify::hits::{HitMark, Hits};
use crate::session::Event;
use crate::time::{Millis, Span};

use super::time_clusters::FAR;

/// The front of one input.
#[derive(Debug)]
pub(super) struct Front {
    lateness: Span,
    /// The newest time that is believed.
    newest: Millis,
    /// The last few lines, with what is held of them.
    recent: VecDeque<Recent>,
    held: usize,
    behind: Option<Behind>,
    /// When the last line came that was at the front, by our clock.
    seen_at: Option<Millis>,
}

/// A hit, with what it means to sessions.
#[derive(Debug, Clone, Copy)]
pub(super) struct PendingHit {
    pub(super) hit: HitMark,
    pub(super) event: Option<Event>,
}

#[derive(Debug)]
struct Recent {
    time: Millis,
    held: Option<PendingHit>,
}

/// Lines behind the front, with none at it between them.
#[derive(Debug, Clone, Copy)]
struct Behind {
    since: Millis,
    lines: u32,
    newest: Millis,
}

/// When lines come, by our clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    /// They were there before.
    Stored,
    /// They are played back: what is ahead is not due yet.
    Replayed,
    /// They are written now; nothing is ahead that is at most this, which follows from our clock.
    Fresh { wall: Millis, plausible: Millis },
}

/// What follows from a line.
#[derive(Debug, Default)]
pub(super) struct Verdicts {
    /// Lines that are believed now.
    pub(super) believed: Vec<PendingHit>,
    /// Lines that no others came to agree with.
    pub(super) ahead: Vec<PendingHit>,
    /// By how much the input's clock was set back.
    pub(super) set_back: Option<Span>,
}

/// So many lines in a row that agree are believed (design.md R6).
const ROW: usize = 10;
/// A clock was set back where for so long no line came at the old front (design.md R6).
const SILENCE: Span = Span::minutes(1);
/// One or two lines may be of requests that took long.
const FEWEST_BEHIND: u32 = 3;
/// While older lines are read, so many as are believed in a row.
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

    /// The newest time that is believed.
    pub(super) fn newest(&self) -> Millis {
        self.newest
    }

    /// How many lines are held.
    pub(super) fn held(&self) -> u64 {
        self.held as u64
    }

    /// Takes hits in at once, where none of them is ahead or behind; whether it was so.
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

    /// Takes a line in.
    pub(super) fn take(&mut self, line: PendingHit, delivery: Delivery) -> Verdicts {
        let mut verdicts = Verdicts::default();
        let time = line.hit.time();
        verdicts.ahead.extend(self.make_room());
        // Lines that are too old to count stand for no clock: an old log may have been appended.
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

    /// All that was there is read, or nothing more will come: what is held is believed if it is at most `plausible` and not
    /// very far from the others.
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

    /// Lets go what is held: nothing more will come.
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

    /// Lines in a row that agree are believed: the earliest of them, and so one after the other.
    fn follow_row(&mut self) {
        if self.recent.len() == ROW {
            let earliest = self.recent.iter().map(|recent| recent.time).min();
            self.newest = self.newest.max(earliest.unwrap_or(Millis::MIN));
        }
    }

    /// Releases what is not ahead any more.
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
                    // Others may be near it.
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

    /// By how much the input's clock was set back, if this line shows that it was.
    fn set_back(&mut self, time: Millis, delivery: Delivery) -> Option<Span> {
        if time + self.lateness >= self.newest {
            return None;
        }
        // While older lines are read, their own times say how long nothing came.
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
        front.take(PendingHit { hit, event: None }, delivery)
    }

    /// The minutes that are believed after each line.
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
                    front.take(PendingHit { hit: hit(minute), event: None }, Delivery::Stored).set_back
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
