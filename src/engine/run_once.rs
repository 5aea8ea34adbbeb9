//! Running the engine once through everything: for reports.

use std::convert::Infallible;

use crate::clock;
use crate::query::answer::CachedQuestion;
use crate::query::question::Question;
use crate::query::view::{InputState, InputStatus, SessionRow, View};
use crate::store::Store;
use crate::store::row::Row;
use crate::store::segment::{Sealed, Segment};
use crate::time::{Millis, Span};
use crate::traffic::Traffic;

use super::Engine;
use super::pipeline::Pipeline;
use super::read_mode::Measured;
use super::traffic::FoldedTraffic;

/// Who wants the matching sessions one by one; `None` where the answer is enough.
pub type RowSink<'a, E> = Option<&'a mut dyn FnMut(SessionRow) -> Result<(), E>>;

/// [`run`] for those who want the answer only.
#[must_use]
pub fn answer(engine: Engine, pipeline: Pipeline, question: &Question) -> Outcome {
    match run::<Infallible>(engine, pipeline, question, None) {
        Ok(outcome) => outcome,
    }
}

/// What came of a run.
pub enum Outcome {
    /// An answer.
    Answer(Box<View>),
    /// Lines are out of order: all is to be read again, by what was measured (R6).
    ReadAgain(Measured),
}

/// Reads everything and answers one question, which must be about everything (`Window::All`). Each sealed segment
/// is folded into the answer and let go; before that, its matching sessions are given to `rows`.
///
/// # Errors
/// What `rows` says.
pub fn run<E>(
    engine: Engine,
    mut pipeline: Pipeline,
    question: &Question,
    mut rows: RowSink<'_, E>,
) -> Result<Outcome, E> {
    let question = &engine.defined(engine.privacy.allowed_of(question.clone()));
    rows = rows.filter(|_| engine.privacy.shows_visitors());
    let mut engine = engine.for_one(question);
    let mut cached = CachedQuestion::new(question.clone());
    let mut unsettled = Segment::default();
    let mut traffic = FoldedTraffic::of(question);
    let reach = if question.looks_for_changes() { Traffic::FINE_FOR } else { Span::ZERO };
    while let Some(message) = pipeline.wait() {
        engine.take(message, &pipeline);
        engine.fold_segments(&mut cached, &mut rows, &mut unsettled)?;
        engine.fold_traffic(reach, &mut traffic);
        if engine.is_past_what_counts() {
            break;
        }
    }
    // Who still reads is told that nobody wants more.
    drop(pipeline);
    if let Some(measured) = engine.measured() {
        return Ok(Outcome::ReadAgain(measured));
    }
    engine.finish();
    engine.fold_segments(&mut cached, &mut rows, &mut unsettled)?;
    engine.fold_unsettled(unsettled, &mut cached, &mut rows)?;
    let mut view = engine.fold_rest(&mut cached, &mut rows)?;
    if question.looks_for_changes() {
        engine.add_faults(question, &engine.moment(clock::wall()), &mut view);
    }
    engine.fold_traffic_until(Millis::MAX, &mut traffic);
    view.traffic = traffic.and_then(|traffic| engine.folded_traffic(question, &traffic));
    if !engine.privacy.shows_visitors() {
        view.coarsen(question);
    }
    Ok(Outcome::Answer(Box::new(view)))
}

/// So many sessions are folded together: few enough to be in a near cache still.
const FOLDED_TOGETHER: usize = 256;

impl Engine {
    /// The same engine, which has seen nothing yet, for a single question. What that does not ask for is not kept.
    fn for_one(self, question: &Question) -> Engine {
        let store = Store::with_segments_of(FOLDED_TOGETHER);
        let store = if question.asks_for_newness() { store } else { store.forgetting_visitors() };
        Engine { store, ..self }
    }

    /// Folds the segments that are full, but for the sessions whose source depends on what will be known of own hosts (R9).
    fn fold_segments<E>(
        &mut self,
        cached: &mut CachedQuestion,
        rows: &mut RowSink<'_, E>,
        unsettled: &mut Segment,
    ) -> Result<(), E> {
        let full: Vec<_> = self.store.take_segments().collect();
        for numbered in full {
            let known = &self.dictionaries;
            let is_unsettled =
                |row: &Sealed| known.arrival(row.arrival()).unsettled || known.is_undecided(row.agent());
            match numbered.segment.without(is_unsettled, unsettled) {
                Some(settled) => self.fold(&settled, cached, rows)?,
                None => self.fold(&numbered.segment, cached, rows)?,
            }
        }
        if unsettled.bytes() > self.max_memory / 8 {
            // What is known by now has to do for them.
            self.fold_unsettled(std::mem::take(unsettled), cached, rows)?;
        }
        Ok(())
    }

    /// Folds the sessions that have waited for what is known by now.
    fn fold_unsettled<E>(
        &mut self,
        mut unsettled: Segment,
        cached: &mut CachedQuestion,
        rows: &mut RowSink<'_, E>,
    ) -> Result<(), E> {
        self.infer_own_hosts();
        for agent in self.dictionaries.flagged_later() {
            unsettled.flag_no_agent(agent);
        }
        self.fold(&unsettled, cached, rows)
    }

    fn fold<E>(
        &mut self,
        segment: &Segment,
        cached: &mut CachedQuestion,
        rows: &mut RowSink<'_, E>,
    ) -> Result<(), E> {
        let moment = self.moment(clock::wall());
        if let Some(rows) = rows {
            cached.rows(segment, &self.dictionaries, moment).try_for_each(rows)?;
        }
        cached.fold_in(segment, &self.dictionaries, moment);
        Ok(())
    }

    fn fold_rest<E>(&mut self, cached: &mut CachedQuestion, rows: &mut RowSink<'_, E>) -> Result<View, E> {
        let moment = self.moment(clock::wall());
        if let Some(rows) = rows {
            cached.rows(self.store.filling(), &self.dictionaries, moment).try_for_each(rows)?;
        }
        let intake = self.intake();
        Ok(cached.answer(self.sessions(), moment, intake, &self.cores))
    }

    /// Inputs that could not be read, with what is wrong and what to do.
    #[must_use]
    pub fn failed(view: &View) -> Vec<String> {
        let inputs = view.intake.inputs.iter();
        let failed = inputs.filter(|input| input.state == InputState::Failed || !input.trouble.is_empty());
        failed.map(sentence).collect()
    }
}

/// What is wrong, and with which input.
#[must_use]
pub fn sentence(input: &InputStatus) -> String {
    let InputStatus { name, trouble, .. } = input;
    if trouble.contains(name) { trouble.clone() } else { format!("{name}: {trouble}") }
}
