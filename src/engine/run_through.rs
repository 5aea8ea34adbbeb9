//! Running the engine through a log once, with a look at every instant that its clock passes: for backtests of alerts.

use crate::clock;
use crate::query::coarse::mark;
use crate::query::question::Question;
use crate::query::view::View;
use crate::time::{Millis, Span};

use super::Engine;
use super::pipeline::Pipeline;

/// A look at the engine as of one instant.
pub struct EngineLook<'a> {
    engine: &'a mut Engine,
    /// The instant.
    pub at: Millis,
}

impl EngineLook<'_> {
    /// The answer as of that instant or an earlier one.
    pub fn answer(&mut self, question: &Question, at: Millis) -> View {
        let question = self.engine.privacy.allowed_of(question.clone());
        let question = self.engine.defined(question);
        if self.engine.privacy.shows_visitors() {
            return self.engine.answer_as_of(&question, at, clock::wall());
        }
        let mut view = self.engine.answer_as_of(&question, mark(at), clock::wall());
        view.coarsen(&question);
        view
    }

    /// The instant from which on lines are known.
    #[must_use]
    pub fn known_from(&self) -> Millis {
        self.engine.kept_from().unwrap_or(self.at)
    }
}

/// In a stretch without lines nothing changes after this: what follows is skipped.
const EMPTY: Span = Span::hours(6);

/// Reads everything, and looks at each multiple of `every` once lines up to it have come; gives what was read.
pub fn run(
    mut engine: Engine,
    mut pipeline: Pipeline,
    every: Span,
    mut look: impl FnMut(EngineLook),
) -> Box<View> {
    let mut last = None;
    while let Some(message) = pipeline.wait() {
        engine.take(message, &pipeline);
        engine.seal();
        engine.infer_own_hosts();
        let until = engine.watermark.get();
        look_until(&mut engine, until, every, &mut last, &mut look);
    }
    drop(pipeline);
    let until = engine.newest();
    look_until(&mut engine, until, every, &mut last, &mut look);
    engine.finish();
    Box::new(engine.answer(&Question::default(), clock::wall()))
}

fn look_until(
    engine: &mut Engine,
    until: Millis,
    every: Span,
    last: &mut Option<Millis>,
    look: &mut impl FnMut(EngineLook),
) {
    let until = until.floor_to(every);
    let Some(first) = last.or_else(|| engine.kept_from().map(|first| first.floor_to(every))) else { return };
    let mut at = first + every;
    while at <= until {
        look(EngineLook { engine: &mut *engine, at });
        *last = Some(at);
        at += every;
        if at.since(first) > EMPTY && until.since(at) > EMPTY {
            at = until;
        }
    }
}
