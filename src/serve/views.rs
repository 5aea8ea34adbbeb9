//! The way to the engine: asks for views one after the other, and hands out the latest while it is fresh.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout};

use crate::query::inquiry::{Answer, AnswerBody, AsOf, Inquiry};
use crate::query::question::Question;
use crate::query::view::View;

/// How to ask the engine.
pub trait Ask: Send {
    /// Posts the inquiry; never blocks. The answer comes through a channel.
    fn ask(&self, inquiry: Inquiry);
}

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Lately,
    Report,
}

/// So long an answer is handed out again: whoever asks faster gets the same.
const FRESH: Duration = Duration::from_secs(1);
/// An engine that has not answered by then is stuck, or reads a log that it has much left of.
const PATIENCE: Duration = Duration::from_secs(10);
/// So many may wait for an answer.
const WAITING: usize = 64;

/// A handle for asking.
#[derive(Debug, Clone)]
pub(super) struct Views(mpsc::Sender<(Wanted, oneshot::Sender<Option<Arc<View>>>)>);

impl Views {
    /// The view; `None` if the engine does not answer in time, or is gone.
    pub(super) async fn get(&self, wanted: Wanted) -> Option<Arc<View>> {
        let (reply, answered) = oneshot::channel();
        self.0.send((wanted, reply)).await.ok()?;
        answered.await.ok().flatten()
    }
}

/// The two questions, and the latest answer to each.
pub(super) struct Questions {
    pub(super) lately: Question,
    pub(super) report: Question,
}

/// Starts the task that asks.
pub(super) fn start(questions: Questions, asker: Box<dyn Ask>, answers: UnboundedReceiver<Answer>) -> Views {
    let (sender, requests) = mpsc::channel(WAITING);
    let asking = Asking { questions, asker, answers, ticket: 0, known: [None, None] };
    tokio::spawn(asking.run(requests));
    Views(sender)
}

struct Asking {
    questions: Questions,
    asker: Box<dyn Ask>,
    answers: UnboundedReceiver<Answer>,
    ticket: u64,
    known: [Option<(Instant, Arc<View>)>; 2],
}

impl Asking {
    async fn run(mut self, mut requests: mpsc::Receiver<(Wanted, oneshot::Sender<Option<Arc<View>>>)>) {
        while let Some((wanted, reply)) = requests.recv().await {
            let view = self.view(wanted).await;
            // Who asked may be gone.
            drop(reply.send(view));
        }
    }

    async fn view(&mut self, wanted: Wanted) -> Option<Arc<View>> {
        let place = usize::from(wanted == Wanted::Report);
        if let Some((at, view)) = &self.known[place]
            && at.elapsed() < FRESH
        {
            return Some(Arc::clone(view));
        }
        let question = if wanted == Wanted::Report { &self.questions.report } else { &self.questions.lately };
        self.ticket += 1;
        let ask = crate::query::inquiry::Ask::View(Box::new(question.clone()));
        self.asker.ask(Inquiry { ticket: self.ticket, as_of: AsOf::Now, ask });
        let view = timeout(PATIENCE, self.answer()).await.ok().flatten()?;
        self.known[place] = Some((Instant::now(), Arc::clone(&view)));
        Some(view)
    }

    /// The answer to the latest inquiry; earlier ones come too late.
    async fn answer(&mut self) -> Option<Arc<View>> {
        loop {
            let answer = self.answers.recv().await?;
            if answer.ticket == self.ticket
                && let AnswerBody::View(view) = answer.found
            {
                return Some(view);
            }
        }
    }
}
