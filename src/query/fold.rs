//! Folding: sessions one by one into a partial.

use crate::store::dictionaries::Dictionaries;
use crate::store::row::{BotReason, Row};
use crate::time::{Millis, Span};

use super::closeup::CloseupPartial;
use super::matcher::{Matcher, Verdict, is_bounce_of};
use super::moment::{Closed, Edges, Frame, Moment};
use super::partial::Partial;
use super::question::{BounceRule, Population, Question, SessionsAsk};
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
    durations: Counting,
    second_after: Counting,
    partial: Partial,
}

impl Counted {
    /// Nothing yet, for a question.
    #[must_use]
    pub fn nothing(question: &Question) -> Counted {
        Counted {
            tallies: Tallies::new(&question.tables),
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
        for row in rows {
            self.row(&row);
        }
    }

    /// Takes in what was found for other sessions.
    pub fn absorb(&mut self, other: &Partial) {
        let counted = &mut self.counted;
        counted.partial.merge_figures(other);
        counted.durations.absorb(&other.durations.spread);
        counted.second_after.absorb(&other.started.second_after);
        counted.tallies.absorb(&other.tables);
    }

    /// The answer for what was put in since the last time.
    pub fn take(&mut self) -> Partial {
        let counted = &mut self.counted;
        let mut partial = std::mem::take(&mut counted.partial);
        counted.partial.best = Best::new(listed_rows(self.question));
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

    fn row(&mut self, row: &impl Row) {
        match self.matcher.verdict(row, &self.moment) {
            Verdict::No => {}
            Verdict::LeftOut(reason) => {
                if self.frame.saw(row.start(), row.end()) {
                    count_bot(&mut self.counted.partial.bots, reason);
                    self.counted.partial.closeup.add_bot(row, reason, self.known);
                }
            }
            Verdict::Counts => self.count(row),
        }
    }

    fn count(&mut self, row: &impl Row) {
        let facts = Facts::of(row, self.question.bounce, &self.edges, &self.frame);
        self.states(row, &facts);
        if facts.seen {
            self.seen(row, &facts);
        }
        self.bounces(row, &facts);
        self.series(&facts);
        self.list(row, &facts);
        if facts.seen || facts.closed.in_window {
            self.counted.tallies.add(row, &facts);
        }
        self.counted.partial.closeup.add(row, &facts, &self.frame, self.known);
    }

    fn states(&mut self, row: &impl Row, facts: &Facts) {
        let partial = &mut self.counted.partial;
        match facts.state {
            SessionState::Closed => partial.closed += u64::from(facts.closed.in_window),
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

    fn seen(&mut self, row: &impl Row, facts: &Facts) {
        let partial = &mut self.counted.partial;
        partial.first = Some(partial.first.map_or(facts.start, |first| first.min(facts.start)));
        partial.sessions += 1;
        partial.with_pageview += u64::from(facts.has_pageview());
        partial.pageviews += u64::from(facts.pageviews);
        partial.actions += u64::from(facts.actions);
        partial.visitors.add(row.visitor());
    }

    /// R7 and R8: the rates, what the estimate needs, and durations.
    fn bounces(&mut self, row: &impl Row, facts: &Facts) {
        let counted = &mut self.counted;
        let partial = &mut counted.partial;
        if facts.closed.in_window {
            partial.durations.add(facts.duration);
            facts.duration.into_iter().for_each(|duration| counted.durations.add(duration));
        }
        if !facts.has_pageview() {
            return;
        }
        if facts.closed.in_window {
            partial.settled.add(facts.bounced);
        }
        if facts.closed.before {
            partial.settled_before.add(facts.bounced);
        }
        if facts.closed.lately && facts.bounced {
            partial.started.lately_bounced += 1;
        } else if facts.closed.lately
            && let Some(after) = row.second_event_after()
        {
            counted.second_after.add(after);
        }
        if facts.start >= self.frame.from && facts.start <= self.frame.to {
            self.started(facts);
        }
    }

    fn started(&mut self, facts: &Facts) {
        let may_change = facts.bounced && facts.state != SessionState::Closed;
        if may_change {
            self.counted.partial.started.open_singles.push(facts.start);
        } else {
            self.counted.partial.started.decided.add(facts.bounced);
        }
    }

    fn series(&mut self, facts: &Facts) {
        let Some(bucket) = self.bucket else { return };
        if facts.start >= self.frame.before && facts.start <= self.frame.to {
            self.counted.partial.started_in.at(facts.start, bucket).started += 1;
        }
        let shown = facts.closed.in_window || facts.closed.before;
        if shown && facts.has_pageview() {
            let point = self.counted.partial.closed_in.at(self.moment.closed_at(facts.end), bucket);
            point.closed += 1;
            point.bounced += u64::from(facts.bounced);
        }
    }

    fn list(&mut self, row: &impl Row, facts: &Facts) {
        let Some(ask) = &self.question.sessions else { return };
        if is_in(ask, facts) {
            self.counted.partial.listed += 1;
            self.counted.partial.best.offer(Rank::of(row, ask), || RowFacts::of(row));
        }
    }
}

fn listed_rows(question: &Question) -> usize {
    question.sessions.map_or(0, |ask| ask.rows)
}

/// What a question asks of each session, read and worked out once.
pub(super) struct Facts {
    start: Millis,
    end: Millis,
    pub(super) pageviews: u32,
    actions: u32,
    pub(super) duration: Option<Span>,
    pub(super) state: SessionState,
    pub(super) seen: bool,
    pub(super) closed: Closed,
    pub(super) bounced: bool,
}

impl Facts {
    #[inline]
    fn of(row: &impl Row, bounce: BounceRule, edges: &Edges, frame: &Frame) -> Facts {
        let (start, end) = (row.start(), row.end());
        let (pageviews, actions) = (row.pageviews(), row.actions());
        let lasted = end.since(start);
        Facts {
            start,
            end,
            pageviews,
            actions,
            // A session of one event has none (R8).
            duration: (pageviews + actions > 1).then_some(lasted),
            state: edges.state(end),
            seen: frame.saw(start, end),
            closed: edges.closed(end),
            bounced: is_bounce_of(pageviews, actions, lasted, bounce),
        }
    }

    pub(super) fn has_pageview(&self) -> bool {
        self.pageviews > 0
    }
}

fn is_in(ask: &SessionsAsk, facts: &Facts) -> bool {
    match ask.population {
        Population::Active => facts.state == SessionState::Active,
        Population::Open => facts.state != SessionState::Closed,
        Population::Seen => facts.seen,
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
