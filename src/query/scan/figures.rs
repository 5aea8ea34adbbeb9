//! Counts the figures of sessions of the same class.

use crate::store::row::Row;
use crate::time::Span;

use super::super::counts::Bounces;
use super::super::figure::Figure;
use super::super::matched::{Matched, Sums, TimeClass};
use super::super::moment::WasActive;
use super::super::partial::Figures;
use super::super::view::SessionState;
use super::{Counted, Scan};

impl Scan<'_> {
    /// Each figure is counted over all sessions before the next one: the loops are short, and figures that a question
    /// does not need cost nothing per session.
    pub(super) fn figures(&mut self, sessions: &[Matched<impl Row>], stand: TimeClass) {
        if sessions.is_empty() {
            return;
        }
        let sums = Sums::of(sessions);
        self.states(sessions, stand);
        self.totals(&sums, stand);
        self.bounces(&sums, stand);
        if stand.closed.in_window {
            self.durations(sessions);
        }
        if stand.closed.lately {
            self.lately(sessions);
        }
        if stand.started && stand.state != SessionState::Closed {
            self.open_singles(sessions);
        }
        self.series(sessions, &sums, stand);
        self.counted.tallies.add(sessions, stand);
        self.counted.partial.closeup.add(sessions, &self.frame, self.known);
    }

    fn states<R: Row>(&mut self, sessions: &[Matched<R>], stand: TimeClass) {
        let partial = &mut self.counted.partial.figures;
        let count = sessions.len() as u64;
        match stand.state {
            SessionState::Closed => partial.closed += if stand.closed.in_window { count } else { 0 },
            SessionState::Open => partial.open += count,
            SessionState::Active => {
                partial.open += count;
                partial.active += count;
            }
        }
        let then = self.edges.active_then();
        let had_event = |session: &&Matched<R>| {
            session.row.timeline().any(|one| one.what.is_event() && then.contains(&one.time))
        };
        partial.active_before += match stand.was_active {
            WasActive::No => 0,
            WasActive::Yes => count,
            WasActive::WithEvent => sessions.iter().filter(had_event).count() as u64,
        };
    }

    fn totals(&mut self, sums: &Sums, stand: TimeClass) {
        if !stand.seen {
            return;
        }
        let partial = &mut self.counted.partial.figures;
        partial.sessions += sums.sessions;
        partial.new += if stand.started { sums.sessions } else { 0 };
        partial.with_pageview += sums.with_pageview;
        partial.pageviews += sums.pageviews;
        partial.actions += sums.actions;
    }

    /// R7: the settled rate, that of the window before, and the input of the estimate of the rate now.
    fn bounces(&mut self, sums: &Sums, stand: TimeClass) {
        let Figures { settled, settled_before, started, .. } = &mut self.counted.partial.figures;
        let bounces = sums.bounces();
        if stand.closed.in_window {
            settled.merge(&bounces);
        }
        if stand.closed.before {
            settled_before.merge(&bounces);
        }
        if stand.closed.lately {
            started.lately_bounced += bounces.bounced;
        }
        if stand.started {
            started.decided.merge(&match stand.state {
                SessionState::Closed => bounces,
                // Those that are still single are undecided.
                SessionState::Open | SessionState::Active => {
                    Bounces { bounced: 0, of: bounces.of - bounces.bounced }
                }
            });
        }
    }

    /// R8.
    fn durations(&mut self, sessions: &[Matched<impl Row>]) {
        let Counted { durations, partial, .. } = &mut self.counted;
        for Matched { facts, .. } in sessions {
            let duration = facts.duration();
            partial.figures.durations.add(duration);
            if let Some(duration) = duration {
                durations.add(duration);
            }
        }
    }

    /// Times to the second event, from which the estimate learns (R7).
    fn lately(&mut self, sessions: &[Matched<impl Row>]) {
        let stayed = |session: &&Matched<_>| session.facts.has_pageview() && !session.facts.bounced;
        for Matched { row, .. } in sessions.iter().filter(stayed) {
            if let Some(after) = row.second_event_after() {
                self.counted.second_after.add(after);
            }
        }
    }

    /// Open single sessions: the estimate gives the probability that they stay single (R7).
    fn open_singles(&mut self, sessions: &[Matched<impl Row>]) {
        let singles = sessions.iter().filter(|session| session.facts.bounced);
        self.counted
            .partial
            .figures
            .started
            .open_singles
            .0
            .extend(singles.map(|session| session.facts.start));
    }

    fn series(&mut self, sessions: &[Matched<impl Row>], sums: &Sums, stand: TimeClass) {
        let Some(bucket) = self.bucket else { return };
        if stand.started_lately {
            self.series_of_starts(sessions, sums, bucket);
        }
        if stand.closed.in_window || stand.closed.before {
            self.series_of_ends(sessions, sums, bucket);
        }
    }

    fn series_of_starts(&mut self, sessions: &[Matched<impl Row>], sums: &Sums, bucket: Span) {
        let started_in = &mut self.counted.partial.figures.started_in;
        if let Some(point) = started_in.spanning(sums.starts, bucket) {
            point.started += sums.sessions;
            return;
        }
        for Matched { facts, .. } in sessions {
            started_in.at(facts.start, bucket).started += 1;
        }
    }

    fn series_of_ends(&mut self, sessions: &[Matched<impl Row>], sums: &Sums, bucket: Span) {
        let (moment, closed_in) = (self.moment, &mut self.counted.partial.figures.closed_in);
        let ends = (moment.closed_at(sums.ends.0), moment.closed_at(sums.ends.1));
        if let Some(point) = closed_in.spanning(ends, bucket) {
            point.closed += sums.with_pageview;
            point.bounced += sums.bounced;
            return;
        }
        for Matched { facts, .. } in sessions.iter().filter(|session| session.facts.has_pageview()) {
            let point = closed_in.at(moment.closed_at(facts.end), bucket);
            point.closed += 1;
            point.bounced += u64::from(facts.bounced);
        }
    }
}
