//! Answering: all partials of a question become a view. The cache of earlier answers is in `cache`, the view in
//! `view`.

mod cache;
mod view;

use std::sync::Arc;

use crate::store::SealedSegment;
use crate::store::dictionaries::Dictionaries;
use crate::store::row::Row;
use crate::store::segment::Segment;

use super::moment::{Frame, Moment};
use super::names::{SessionRows, session_row};
use super::partial::Partial;
use super::prepared::PreparedQuestion;
use super::question::Question;
use super::rank::RowFacts;
use super::scan::{Counted, Scan};
use super::sessions::{Sessions, Stretched};
use super::view::{Intake, SessionRow, View};
use cache::{Kept, Key, Merged, key, scan_segment};

/// Runs the work of a scan, possibly in parallel: this folder knows no threads.
pub trait Cores {
    /// The number of parts to split work into, at least one.
    fn parts(&self) -> usize;

    /// Does the work on every part; results are in the order of the parts.
    fn each<Part: Sync, Made: Send>(&self, parts: &[Part], work: impl Fn(&Part) -> Made + Sync) -> Vec<Made>;
}

/// A question that is asked again and again, with a cache of its answers for sealed segments.
#[derive(Debug)]
pub struct CachedQuestion {
    prepared: PreparedQuestion,
    /// What was counted in segments that are freed already.
    folded: Counted,
    kept: Kept,
    /// Unfiltered answers by segment, see [`CachedQuestion::reusing_unfiltered`].
    unfiltered: Kept,
    /// The cached answers, merged.
    merged: Merged,
    /// The sessions listed in the last answer.
    listed: SessionRows,
    generation: u64,
}

impl CachedQuestion {
    /// A question that has not been answered yet.
    #[must_use]
    pub fn new(question: Question) -> CachedQuestion {
        let prepared = PreparedQuestion::new(question);
        let folded = Counted::nothing(&prepared);
        CachedQuestion {
            prepared,
            folded,
            kept: Kept::default(),
            unfiltered: Kept::default(),
            merged: Merged::default(),
            listed: SessionRows::default(),
            generation: 0,
        }
    }

    /// Reuses the unfiltered answers: where most of a segment's sessions match, its next answer counts those that do not
    /// and subtracts them.
    #[must_use]
    pub fn reusing_unfiltered(self, all: &CachedQuestion) -> CachedQuestion {
        CachedQuestion { unfiltered: all.kept.clone(), generation: all.generation, ..self }
    }

    /// Whether another question may [reuse](CachedQuestion::reusing_unfiltered) these answers.
    #[must_use]
    pub fn is_unfiltered_for(&self, other: &Question) -> bool {
        let speaks_of_all = self.prepared.question.filter.is_empty() && !other.filter.speaks_of_bots();
        speaks_of_all && self.prepared.question.has_the_figures_of(other)
    }

    /// The question.
    #[must_use]
    pub fn question(&self) -> &Question {
        &self.prepared.question
    }

    /// Estimated memory of the cached answers, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let kept = self.kept.values().map(|partial| partial.bytes()).sum::<usize>();
        kept + self.merged.partial.bytes() + self.listed.bytes()
    }

    /// Drops the cached answers: the next answer scans again.
    pub fn forget(&mut self) {
        self.kept = Kept::default();
        self.unfiltered = Kept::default();
        self.merged = Merged::default();
        self.listed = SessionRows::default();
    }

    /// Folds a segment in for good, so that it can be freed. Only for questions about everything (`Window::All`).
    pub fn fold_in(&mut self, segment: &Segment, known: &Dictionaries, moment: Moment) {
        self.prepared.refresh(known);
        let frame = Frame::new(self.prepared.question.window, &moment);
        let earlier = self.take_folded();
        let scan = Scan::new(&self.prepared, known, moment, frame);
        let mut scan = scan.going_on(earlier);
        scan.fold(segment.rows());
        self.folded = scan.into_counted();
    }

    fn take_folded(&mut self) -> Counted {
        std::mem::replace(&mut self.folded, Counted::nothing(&self.prepared))
    }

    /// The matching sessions of a segment, with their texts.
    pub fn rows<'a>(
        &mut self,
        segment: &'a Segment,
        known: &'a Dictionaries,
        moment: Moment,
    ) -> impl Iterator<Item = SessionRow> {
        self.prepared.refresh(known);
        let PreparedQuestion { question, matcher, .. } = &self.prepared;
        let definitions = &question.definitions;
        let mut rows: Vec<_> = segment.rows().collect();
        matcher.keep(&mut rows, &moment);
        let counting = rows.into_iter().filter(|row| matcher.leaves_out(row).is_none());
        counting
            .map(move |row| session_row(known, &RowFacts::of(&row, matcher, &moment), &moment, definitions))
    }

    /// The answer at a moment. What was folded in is part of this answer only, not of later ones.
    pub fn answer(&mut self, sessions: Sessions, moment: Moment, intake: Intake, cores: &impl Cores) -> View {
        let whole = self.partial(sessions, moment, cores);
        self.view(&whole, sessions.known, moment, intake)
    }

    /// The answer at a moment as a partial, to merge with others.
    pub fn partial(&mut self, sessions: Sessions, moment: Moment, cores: &impl Cores) -> Partial {
        self.refresh(sessions.known);
        let frame = Frame::new(self.prepared.question.window, &moment);
        self.scan_segments(sessions, moment, frame, cores);
        let earlier = self.take_folded();
        let whole = Scan::new(&self.prepared, sessions.known, moment, frame);
        let mut whole = whole.going_on(earlier);
        whole.absorb(&self.merged.partial);
        for numbered in sessions.segments.iter().filter(|numbered| numbered.first <= sessions.begun_by) {
            if key(numbered, &frame, &moment, self.prepared.question.looks_for_changes()).is_none() {
                whole.fold(numbered.segment.rows().rev().filter(|row| row.start() <= sessions.begun_by));
            }
        }
        whole.fold(sessions.filling.rows().rev().filter(|row| row.start() <= sessions.begun_by));
        match &sessions.unsealed_in_stretches(moment.rules.gap, cores.parts())[..] {
            [only] => whole.fold(only.rows()),
            stretches => {
                let found = cores.each(stretches, |stretch| self.scan_stretch(*stretch, moment, frame));
                for found in &found {
                    whole.absorb(found);
                }
            }
        }
        whole.take()
    }

    /// The answer from these partials of the same moment, which may come from other processes.
    pub fn merged(
        &mut self,
        partials: &[Partial],
        known: &Dictionaries,
        moment: Moment,
        intake: Intake,
    ) -> View {
        self.refresh(known);
        let frame = Frame::new(self.prepared.question.window, &moment);
        let mut whole = Scan::new(&self.prepared, known, moment, frame);
        for partial in partials {
            whole.absorb(partial);
        }
        let whole = whole.take();
        self.view(&whole, known, moment, intake)
    }

    /// Scans the segments whose answer can be cached, and merges their answers.
    fn scan_segments(&mut self, sessions: Sessions, moment: Moment, frame: Frame, cores: &impl Cores) {
        let keyed = sessions.segments.iter();
        let hour = self.prepared.question.looks_for_changes();
        let keyed: Vec<_> =
            keyed.filter_map(|numbered| Some((key(numbered, &frame, &moment, hour)?, numbered))).collect();
        let new: Vec<_> = keyed.iter().copied().filter(|(key, _)| !self.kept.contains_key(key)).collect();
        let new_scan = || Scan::new(&self.prepared, sessions.known, moment, frame);
        let unfiltered = std::mem::take(&mut self.unfiltered);
        let scan_part = |part: &&[(Key, &SealedSegment)]| -> Vec<_> {
            let mut scan = new_scan();
            let answer_one = |(key, numbered): &(Key, &SealedSegment)| {
                let partial = scan_segment(numbered, unfiltered.get(key).map(Arc::as_ref), &mut scan);
                (*key, Arc::new(partial))
            };
            part.iter().map(answer_one).collect()
        };
        let parts: Vec<_> = new.chunks(new.len().div_ceil(cores.parts()).max(1)).collect();
        let found = cores.each(&parts, scan_part);
        let keys: Vec<_> = keyed.into_iter().map(|(key, _)| key).collect();
        let mut kept = std::mem::take(&mut self.kept);
        kept.extend(found.into_iter().flatten());
        self.kept = keys.iter().filter_map(|key| Some((*key, kept.remove(key)?))).collect();
        self.merged.bring_to(keys, &self.kept, &mut new_scan());
    }

    fn scan_stretch(&self, stretch: Stretched, moment: Moment, frame: Frame) -> Partial {
        let known = stretch.known;
        let mut scan = Scan::new(&self.prepared, known, moment, frame);
        scan.fold(stretch.rows());
        scan.take()
    }

    fn refresh(&mut self, known: &Dictionaries) {
        self.prepared.refresh(known);
        if self.generation != known.generation() {
            self.generation = known.generation();
            self.forget();
        }
    }
}
