//! Folds sessions into a partial.

mod figures;

use crate::classify::agent::BotVerdict;
use crate::store::dictionaries::Dictionaries;
use crate::store::row::{BotReason, Row};
use crate::time::{Millis, Span};

use super::analysis::{Analyzer, Scanned};
use super::closeup::CloseupPartial;
use super::distinct;
use super::matched::{Matched, TimeClass};
use super::matcher::Matcher;
use super::moment::{Edges, Frame, Moment};
use super::partial::{Members, Partial};
use super::prepared::PreparedQuestion;
use super::question::{Population, Question};
use super::rank::{Best, Rank, RowFacts};
use super::spread::Counting;
use super::table_counters::TableCounters;
use super::view::{BotCounts, SessionState};

/// Answers one question for the sessions folded into it.
pub struct Scan<'a> {
    question: &'a Question,
    matcher: &'a Matcher,
    analyzers: &'a [Analyzer],
    known: &'a Dictionaries,
    moment: Moment,
    frame: Frame,
    edges: Edges,
    bucket: Option<Span>,
    counted: Counted,
}

/// The counts of a scan so far. A later scan, with newer strings and a later moment, may continue with them.
#[derive(Debug)]
pub struct Counted {
    tallies: TableCounters,
    visitors: distinct::Counting,
    durations: Counting,
    second_after: Counting,
    partial: Partial,
}

/// Sessions counted per batch: few enough for the L1 cache.
const TOGETHER: usize = 128;

impl Counted {
    /// Empty counts for a question.
    #[must_use]
    pub fn nothing(prepared: &PreparedQuestion) -> Counted {
        let question = &prepared.question;
        Counted {
            tallies: TableCounters::new(&question.tables),
            visitors: distinct::Counting::over(question.window),
            durations: Counting::default(),
            second_after: Counting::default(),
            partial: nothing(question, &prepared.analyzers),
        }
    }
}

impl<'a> Scan<'a> {
    /// A scan for a question at a moment; the question must be refreshed.
    #[must_use]
    pub fn new(
        prepared: &'a PreparedQuestion,
        known: &'a Dictionaries,
        moment: Moment,
        frame: Frame,
    ) -> Scan<'a> {
        let counted = Counted::nothing(prepared);
        let edges = Edges::new(&moment, &frame);
        let PreparedQuestion { question, matcher, analyzers, bucket } = prepared;
        let scan =
            Scan { question, matcher, analyzers, known, moment, frame, edges, bucket: *bucket, counted };
        scan.looking_closer()
    }

    /// Continues with earlier counts.
    #[must_use]
    pub fn going_on(self, counted: Counted) -> Scan<'a> {
        Scan { counted, ..self }.looking_closer()
    }

    /// The counts, for another scan to continue with.
    #[must_use]
    pub fn into_counted(self) -> Counted {
        self.counted
    }

    /// Folds sessions.
    pub fn fold<R: Row>(&mut self, rows: impl Iterator<Item = R>) {
        let (edges, frame) = (self.edges, self.frame);
        let stand = |start, end| TimeClass::of((start, end), &edges, &frame);
        self.fold_together(rows, stand, |scan, sessions| {
            sessions.sort_unstable_by_key(|session| session.stand);
            sessions.chunk_by(|one, next| one.stand == next.stand).for_each(|alike| scan.count(alike));
        });
    }

    /// Folds sessions that all lie within `extent`, which no edge of the frame splits.
    pub fn fold_alike<R: Row>(&mut self, rows: impl Iterator<Item = R>, extent: (Millis, Millis)) {
        let stand = TimeClass::of(extent, &self.edges, &self.frame);
        self.fold_together(rows, |_, _| stand, |scan, sessions| scan.count(sessions));
    }

    fn fold_together<R: Row>(
        &mut self,
        mut rows: impl Iterator<Item = R>,
        stand: impl Fn(Millis, Millis) -> TimeClass,
        count: impl Fn(&mut Scan<'a>, &mut [Matched<R>]),
    ) {
        let mut together = Vec::with_capacity(TOGETHER);
        let mut sessions = Vec::with_capacity(TOGETHER);
        loop {
            together.extend(rows.by_ref().take(TOGETHER));
            if together.is_empty() {
                return;
            }
            self.matcher.keep(&mut together, &self.moment);
            self.look_at(&mut together, &mut sessions, &stand);
            count(self, &mut sessions);
            sessions.clear();
        }
    }

    /// As [`Scan::fold_alike`], but counts the figures of the sessions that do not match. There are fewer of them,
    /// and `Partial::without` subtracts them from the known answer for all.
    pub fn fold_others<R: Row>(&mut self, mut rows: impl Iterator<Item = R>, extent: (Millis, Millis)) {
        let stand = TimeClass::of(extent, &self.edges, &self.frame);
        let (mut matching, mut others) = (Vec::with_capacity(TOGETHER), Vec::with_capacity(TOGETHER));
        let mut sessions = Vec::with_capacity(TOGETHER);
        loop {
            matching.extend(rows.by_ref().take(TOGETHER));
            if matching.is_empty() {
                return;
            }
            self.matcher.part(&mut matching, &mut others, &self.moment);
            matching.retain(|row| self.matcher.leaves_out(row).is_none());
            self.members(matching.iter(), stand);
            self.look_at(&mut others, &mut sessions, |_, _| stand);
            self.figures(&sessions, stand);
            matching.clear();
            sessions.clear();
        }
    }

    /// Whether most sessions match, so that counting the others is less work. Members are taken from the matching
    /// ones in either case.
    pub fn mostly_matches<R: Row>(&self, rows: impl Iterator<Item = R>) -> bool {
        let mut rows: Vec<_> = rows.collect();
        let all = rows.len();
        self.matcher.keep(&mut rows, &self.moment);
        rows.len() * 5 > all * 3
    }

    /// Derives the facts of each session, except those left out.
    fn look_at<R: Row>(
        &mut self,
        rows: &mut Vec<R>,
        sessions: &mut Vec<Matched<R>>,
        stand: impl Fn(Millis, Millis) -> TimeClass,
    ) {
        for row in rows.drain(..) {
            match self.matcher.leaves_out(&row) {
                Some(reason) => self.left_out(&row, reason),
                None => sessions.push(Matched::new(row, (self.matcher, &self.moment), &stand)),
            }
        }
    }

    /// Merges the answer for other sessions.
    pub fn absorb(&mut self, other: &Partial) {
        let counted = &mut self.counted;
        counted.partial.merge_figures(other);
        counted.visitors.absorb(&other.members.visitors);
        counted.durations.absorb(&other.spreads.durations);
        counted.second_after.absorb(&other.spreads.second_after);
        counted.tallies.absorb(&other.tables);
    }

    /// Takes the answer for the sessions folded since the last call.
    pub fn take(&mut self) -> Partial {
        let counted = &mut self.counted;
        let mut partial = std::mem::replace(&mut counted.partial, nothing(self.question, self.analyzers));
        partial.members.visitors = counted.visitors.take();
        partial.spreads.durations = counted.durations.take();
        partial.spreads.second_after = counted.second_after.take();
        partial.tables = counted.tallies.take(self.known);
        self.look_closer();
        partial
    }

    fn looking_closer(mut self) -> Scan<'a> {
        self.look_closer();
        self
    }

    /// The subject of a close-up may not have occurred in any line when counting began.
    fn look_closer(&mut self) {
        let closeup = &mut self.counted.partial.closeup;
        if let CloseupPartial::None = closeup {
            *closeup = CloseupPartial::new(self.question.closeup.as_ref(), self.known);
        }
    }

    #[cold]
    fn left_out(&mut self, row: &impl Row, reason: BotReason) {
        if self.frame.saw(row.start(), row.end()) {
            count_bot(&mut self.counted.partial.figures.bots, reason);
            self.count_taken(row);
            self.counted.partial.closeup.add_bot(row, reason, self.known);
        }
    }

    /// Counts the sessions and pageviews of bots that read for language models.
    fn count_taken(&mut self, row: &impl Row) {
        let Some(BotVerdict::Agent(bot)) = self.known.agent(row.agent()).bot else { return };
        if let Some(purpose) = self.known.agent_tables.bot_purpose(bot) {
            let taken = &mut self.counted.partial.figures.bots.ai[purpose as usize];
            taken.sessions += 1;
            taken.pageviews += u64::from(row.pageviews());
        }
    }

    /// Counts sessions of the same class.
    fn count(&mut self, sessions: &[Matched<impl Row>]) {
        let Some(&Matched { stand, .. }) = sessions.first() else { return };
        self.figures(sessions, stand);
        self.members(sessions.iter().map(|session| &session.row), stand);
        self.analyze(sessions);
    }

    fn analyze(&mut self, sessions: &[Matched<impl Row>]) {
        let scanned = Scanned { known: self.known, moment: &self.moment, frame: &self.frame };
        let partials = &mut self.counted.partial.analyses;
        for (analyzer, partial) in self.analyzers.iter().zip(partials) {
            analyzer.add(partial, sessions, scanned);
        }
    }

    /// Collects what cannot be subtracted.
    fn members<'r, R: Row + 'r>(&mut self, rows: impl Iterator<Item = &'r R> + Clone, stand: TimeClass) {
        let Counted { visitors, partial, .. } = &mut self.counted;
        let members = &mut partial.members;
        if stand.seen {
            let first = rows.clone().map(Row::start).min();
            members.first = members.first.into_iter().chain(first).min();
            rows.clone().for_each(|row| visitors.add(row.visitor()));
        }
        if stand.closed.in_window {
            let longest = rows.clone().filter_map(Row::duration).max();
            members.longest = members.longest.max(longest.unwrap_or_default());
        }
        if let Some(ask) = self.question.sessions.filter(|ask| is_in(ask.population, stand)) {
            for row in rows {
                members.listed += 1;
                members.best.offer(Rank::of(row, &ask), || RowFacts::of(row, self.matcher, &self.moment));
            }
        }
    }
}

/// The answer for no sessions.
fn nothing(question: &Question, analyzers: &[Analyzer]) -> Partial {
    let listed = question.sessions.map_or(0, |ask| ask.rows);
    let members = Members { best: Best::new(listed), ..Members::default() };
    let analyses = analyzers.iter().map(Analyzer::nothing).collect();
    Partial { members, analyses, ..Partial::default() }
}

fn is_in(population: Population, stand: TimeClass) -> bool {
    match population {
        Population::Active => stand.state == SessionState::Active,
        Population::Open => stand.state != SessionState::Closed,
        Population::Seen => stand.seen,
    }
}

fn count_bot(bots: &mut BotCounts, reason: BotReason) {
    match reason {
        BotReason::Agent => bots.agent += 1,
        BotReason::NoAgent => bots.no_agent += 1,
        BotReason::RobotsTxt => bots.robots_txt += 1,
        BotReason::Rate => bots.rate += 1,
        BotReason::Spam => bots.spam += 1,
    }
}
