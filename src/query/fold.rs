//! Folding: sessions into a partial.

use crate::store::dictionaries::Dictionaries;
use crate::store::row::{BotReason, Row};
use crate::time::{Millis, Span};

use super::closeup::CloseupPartial;
use super::distinct;
use super::matcher::Matcher;
use super::matching::{Facts, Matching, Stand};
use super::moment::{Edges, Frame, Moment};
use super::partial::{Bounces, Partial};
use super::question::{Population, Question, SessionsAsk};
use super::rank::{Best, Rank, RowFacts};
use super::spread::Counting;
use super::tallies::Tallies;
use super::view::{BotCounts, SessionState};

/// Answers one question for sessions that are put in one by one.
pub struct Folder<'a> {
    question: &'a Question,
    matcher: &'a Matcher,
    known: &'a Dictionaries,
    moment: Moment,
    frame: Frame,
    edges: Edges,
    bucket: Option<Span>,
    counted: Counted,
}

/// What a folder has counted so far. Another one may go on with it, with strings that came since and at a later moment.
#[derive(Debug)]
pub struct Counted {
    tallies: Tallies,
    visitors: distinct::Counting,
    durations: Counting,
    second_after: Counting,
    partial: Partial,
}

/// So many sessions are counted together: few enough for the nearest cache.
const TOGETHER: usize = 128;

impl Counted {
    /// Nothing yet, for a question.
    #[must_use]
    pub fn nothing(question: &Question) -> Counted {
        Counted {
            tallies: Tallies::new(&question.tables),
            visitors: distinct::Counting::default(),
            durations: Counting::default(),
            second_after: Counting::default(),
            partial: Partial { best: Best::new(listed_rows(question)), ..Partial::default() },
        }
    }
}

impl<'a> Folder<'a> {
    /// A folder for a question at a moment; the matcher must be fresh.
    #[must_use]
    pub fn new(
        question: &'a Question,
        matcher: &'a Matcher,
        known: &'a Dictionaries,
        moment: Moment,
        frame: Frame,
        bucket: Option<Span>,
    ) -> Folder<'a> {
        let counted = Counted::nothing(question);
        let edges = Edges::new(&moment, &frame);
        Folder { question, matcher, known, moment, frame, edges, bucket, counted }.looking_closer()
    }

    /// The same folder, going on with what was counted before.
    #[must_use]
    pub fn going_on(self, counted: Counted) -> Folder<'a> {
        Folder { counted, ..self }.looking_closer()
    }

    /// What was counted, for another folder to go on with.
    #[must_use]
    pub fn into_counted(self) -> Counted {
        self.counted
    }

    /// Puts sessions in.
    pub fn fold<R: Row>(&mut self, rows: impl Iterator<Item = R>) {
        let (edges, frame) = (self.edges, self.frame);
        self.fold_where(rows, |start, end| Stand::of((start, end), &edges, &frame));
    }

    /// Puts sessions in that all lie between two instants, and with these on the same side of each edge.
    pub fn fold_alike<R: Row>(&mut self, rows: impl Iterator<Item = R>, extent: (Millis, Millis)) {
        let stand = Stand::of(extent, &self.edges, &self.frame);
        self.fold_where(rows, |_, _| stand);
    }

    fn fold_where<R: Row>(
        &mut self,
        mut rows: impl Iterator<Item = R>,
        stand: impl Fn(Millis, Millis) -> Stand,
    ) {
        let mut together = Vec::with_capacity(TOGETHER);
        let mut sessions = Vec::with_capacity(TOGETHER);
        loop {
            together.extend(rows.by_ref().take(TOGETHER));
            if together.is_empty() {
                return;
            }
            self.matcher.keep(&mut together, &self.moment);
            for row in together.drain(..) {
                match self.matcher.leaves_out(&row) {
                    Some(reason) => self.left_out(&row, reason),
                    None => sessions.push(Matching::new(row, self.question.bounce, &stand)),
                }
            }
            self.count(&sessions);
            sessions.clear();
        }
    }

    /// Takes in what was found for other sessions.
    pub fn absorb(&mut self, other: &Partial) {
        let counted = &mut self.counted;
        counted.partial.merge_figures(other);
        counted.visitors.absorb(&other.visitors);
        counted.durations.absorb(&other.durations.spread);
        counted.second_after.absorb(&other.started.second_after);
        counted.tallies.absorb(&other.tables);
    }

    /// The answer for what was put in since the last time.
    pub fn take(&mut self) -> Partial {
        let counted = &mut self.counted;
        let mut partial = std::mem::take(&mut counted.partial);
        counted.partial.best = Best::new(listed_rows(self.question));
        partial.visitors = counted.visitors.take();
        partial.durations.spread = counted.durations.take();
        partial.started.second_after = counted.second_after.take();
        partial.tables = counted.tallies.take(self.known);
        self.look_closer();
        partial
    }

    fn looking_closer(mut self) -> Folder<'a> {
        self.look_closer();
        self
    }

    /// What is asked for as a close-up may have been named by no line when counting began.
    fn look_closer(&mut self) {
        let closeup = &mut self.counted.partial.closeup;
        if let CloseupPartial::None = closeup {
            *closeup = CloseupPartial::new(self.question.closeup.as_ref(), self.known);
        }
    }

    #[cold]
    fn left_out(&mut self, row: &impl Row, reason: BotReason) {
        if self.frame.saw(row.start(), row.end()) {
            count_bot(&mut self.counted.partial.bots, reason);
            self.counted.partial.closeup.add_bot(row, reason, self.known);
        }
    }

    /// Each thing is counted of all of them before the next one is: the loops are short, and what a question does not
    /// ask for costs nothing per session.
    fn count(&mut self, sessions: &[Matching<impl Row>]) {
        self.states(sessions);
        self.seen(sessions);
        self.durations(sessions);
        self.settled(sessions);
        self.lately(sessions);
        self.started(sessions);
        self.series(sessions);
        self.list(sessions);
        self.counted.tallies.add(sessions);
        self.counted.partial.closeup.add(sessions, &self.frame, self.known);
    }

    fn states(&mut self, sessions: &[Matching<impl Row>]) {
        let partial = &mut self.counted.partial;
        for Matching { row, facts } in sessions {
            match facts.stand.state {
                SessionState::Closed => partial.closed += u64::from(facts.stand.closed.in_window),
                SessionState::Open => partial.open += 1,
                SessionState::Active => {
                    partial.open += 1;
                    partial.active += 1;
                }
            }
            let has_event =
                |from, to| row.happenings().any(|one| one.what.is_event() && (from..=to).contains(&one.time));
            partial.active_before += u64::from(self.edges.was_active((facts.start, facts.end), has_event));
        }
    }

    fn seen(&mut self, sessions: &[Matching<impl Row>]) {
        let Counted { visitors, partial, .. } = &mut self.counted;
        let mut first = partial.first.unwrap_or(Millis::MAX);
        let (mut seen, mut with_pageview, mut pageviews, mut actions) = (0, 0, 0, 0);
        for Matching { row, facts } in sessions.iter().filter(|session| session.facts.stand.seen) {
            first = first.min(facts.start);
            seen += 1;
            with_pageview += u64::from(facts.has_pageview());
            pageviews += u64::from(facts.pageviews);
            actions += u64::from(facts.actions);
            visitors.add(row.visitor());
        }
        partial.sessions += seen;
        partial.with_pageview += with_pageview;
        partial.pageviews += pageviews;
        partial.actions += actions;
        partial.first = (partial.sessions > 0).then_some(first);
    }

    /// R8.
    fn durations(&mut self, sessions: &[Matching<impl Row>]) {
        let Counted { durations, partial, .. } = &mut self.counted;
        for Matching { facts, .. } in sessions.iter().filter(|session| session.facts.stand.closed.in_window) {
            let duration = facts.duration();
            partial.durations.add(duration);
            if let Some(duration) = duration {
                durations.add(duration);
            }
        }
    }

    /// R7's settled rate, and the one of the window before.
    fn settled(&mut self, sessions: &[Matching<impl Row>]) {
        let (mut now, mut before) = (Bounces::default(), Bounces::default());
        for Matching { facts, .. } in sessions.iter().filter(|session| session.facts.has_pageview()) {
            if facts.stand.closed.in_window {
                now.add(facts.bounced);
            }
            if facts.stand.closed.before {
                before.add(facts.bounced);
            }
        }
        self.counted.partial.settled.merge(now);
        self.counted.partial.settled_before.merge(before);
    }

    /// How the sessions ended that closed lately: what the estimate learns from (R7).
    fn lately(&mut self, sessions: &[Matching<impl Row>]) {
        let Counted { second_after, partial, .. } = &mut self.counted;
        let lately =
            |session: &&Matching<_>| session.facts.stand.closed.lately && session.facts.has_pageview();
        for Matching { row, facts } in sessions.iter().filter(lately) {
            if facts.bounced {
                partial.started.lately_bounced += 1;
            } else if let Some(after) = row.second_event_after() {
                second_after.add(after);
            }
        }
    }

    /// The sessions that the estimate speaks of (R7).
    fn started(&mut self, sessions: &[Matching<impl Row>]) {
        let (started, frame) = (&mut self.counted.partial.started, self.frame);
        let mut decided = Bounces::default();
        for Matching { facts, .. } in sessions.iter().filter(|session| session.facts.has_pageview()) {
            if facts.start < frame.from || facts.start > frame.to {
                continue;
            }
            if facts.bounced && facts.stand.state != SessionState::Closed {
                started.open_singles.push(facts.start);
            } else {
                decided.add(facts.bounced);
            }
        }
        started.decided.merge(decided);
    }

    fn series(&mut self, sessions: &[Matching<impl Row>]) {
        let Some(bucket) = self.bucket else { return };
        let (moment, frame) = (self.moment, self.frame);
        let Partial { started_in, closed_in, .. } = &mut self.counted.partial;
        for Matching { facts, .. } in sessions {
            if facts.start >= frame.before && facts.start <= frame.to {
                started_in.at(facts.start, bucket).started += 1;
            }
        }
        for Matching { facts, .. } in sessions.iter().filter(|session| session.facts.has_pageview()) {
            if facts.stand.closed.in_window || facts.stand.closed.before {
                let point = closed_in.at(moment.closed_at(facts.end), bucket);
                point.closed += 1;
                point.bounced += u64::from(facts.bounced);
            }
        }
    }

    fn list(&mut self, sessions: &[Matching<impl Row>]) {
        let Some(ask) = &self.question.sessions else { return };
        let Partial { listed, best, .. } = &mut self.counted.partial;
        for Matching { row, .. } in sessions.iter().filter(|session| is_in(ask, &session.facts)) {
            *listed += 1;
            best.offer(Rank::of(row, ask), || RowFacts::of(row));
        }
    }
}

fn listed_rows(question: &Question) -> usize {
    question.sessions.map_or(0, |ask| ask.rows)
}

fn is_in(ask: &SessionsAsk, facts: &Facts) -> bool {
    match ask.population {
        Population::Active => facts.stand.state == SessionState::Active,
        Population::Open => facts.stand.state != SessionState::Closed,
        Population::Seen => facts.stand.seen,
    }
}

fn count_bot(bots: &mut BotCounts, reason: BotReason) {
    match reason {
        BotReason::Agent => bots.agent += 1,
        BotReason::NoAgent => bots.no_agent += 1,
        BotReason::RobotsTxt => bots.robots_txt += 1,
        BotReason::Rate => bots.rate += 1,
    }
}
