//! Running the engine for the live monitor: a thread that applies what comes in and answers what is asked.

use std::collections::BTreeMap;
use std::io;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, TryRecvError, select};

use crate::clock;
use crate::query::inquiry::{Answer, Inquiry};
use crate::query::view::InputState;
use crate::time::Span;

use super::Engine;
use super::pipeline::{Freshness, Pipeline, PipelineMessage};
use super::port::{AskerId, Latest, Listener, Port, Post};

/// How the live engine treats time.
#[derive(Debug, Clone, Copy)]
pub struct Pacing {
    /// A log that ended longer ago than this is shown up to its own end.
    pub since: Span,
}

/// Ends when nobody asks any more; with what was wrong, where it could not begin.
pub type Running = thread::JoinHandle<io::Result<()>>;

/// Starts the engine's thread, which begins to read; questions may be posted at once.
///
/// # Errors
/// The system gives no thread.
pub fn start(
    begin: impl FnOnce() -> io::Result<(Engine, Pipeline)> + Send + 'static,
    pacing: Pacing,
) -> io::Result<(Port, Running)> {
    let (port, posted) = Port::new();
    let run = move || {
        let (engine, pipeline) = begin()?;
        Live { engine, pipeline, pacing, posted, listeners: BTreeMap::new() }.run();
        Ok(())
    };
    let running = thread::Builder::new().name("engine".into()).spawn(run)?;
    Ok((port, running))
}

struct Live {
    engine: Engine,
    pipeline: Pipeline,
    pacing: Pacing,
    posted: Receiver<Post>,
    listeners: BTreeMap<AskerId, Listener>,
}

/// Whether a message changes more than counters. Most lines are only counted (R5); screens may show that at the next beat.
fn changes_more_than_counts(message: &PipelineMessage) -> bool {
    match message {
        PipelineMessage::Batch { batch, freshness: Freshness::Fresh(_), .. } => {
            !batch.events.is_empty() || !batch.unread.is_empty()
        }
        _ => true,
    }
}

/// How often time moves on while nothing comes in.
const TICK: Duration = Duration::from_secs(1);

/// Nobody asks any more.
struct NobodyAsks;

impl Live {
    fn run(mut self) {
        let arriving = self.pipeline.arriving();
        let mut pipeline_ended = false;
        loop {
            // Questions come first: a key must be answered before the next batch is applied.
            if self.answer_waiting().is_err() {
                return;
            }
            if pipeline_ended {
                match self.posted.recv_timeout(TICK) {
                    Ok(post) => self.take_posts(post),
                    Err(crossbeam_channel::RecvTimeoutError::Timeout) => self.engine.tick(clock::wall()),
                    Err(crossbeam_channel::RecvTimeoutError::Disconnected) => return,
                }
                continue;
            }
            select! {
                recv(arriving) -> arrived => if let Ok(arrived) = arrived {
                    self.take(arrived);
                } else {
                    pipeline_ended = true;
                    self.end();
                },
                recv(self.posted) -> post => match post {
                    Ok(post) => self.take_posts(post),
                    Err(_) => return,
                },
                default(TICK) => self.engine.tick(clock::wall()),
            }
        }
    }

    fn take(&mut self, arrived: (u64, PipelineMessage)) {
        self.pipeline.arrived(arrived);
        let mut is_change = false;
        while let Some(message) = self.pipeline.ready() {
            is_change |= changes_more_than_counts(&message);
            self.engine.see_time(&message);
            let caught_up =
                matches!(message, PipelineMessage::State(_, InputState::Live | InputState::Ended, _));
            self.engine.take(message, &self.pipeline);
            if caught_up {
                self.engine.caught_up(self.pacing.since);
            }
        }
        if is_change {
            self.tell_change();
        }
    }

    /// Nothing more will be read: what has ended is closed (R6).
    fn end(&mut self) {
        self.engine.finish();
        self.tell_change();
    }

    fn tell_change(&self) {
        self.listeners.values().for_each(Listener::tell_change);
    }

    fn answer_waiting(&mut self) -> Result<(), NobodyAsks> {
        match self.posted.try_recv() {
            Ok(post) => self.take_posts(post),
            Err(TryRecvError::Empty) => {}
            Err(TryRecvError::Disconnected) => return Err(NobodyAsks),
        }
        Ok(())
    }

    /// Takes all that was posted by now.
    fn take_posts(&mut self, first: Post) {
        let mut latest = Latest::default();
        let mut next = Some(first);
        while let Some(post) = next {
            match post {
                Post::Came(asker, listener) => self.come(asker, listener),
                Post::Asked(asker, inquiry) => latest.push(asker, inquiry),
                Post::Gone(asker) => self.go(asker),
            }
            next = self.posted.try_recv().ok();
        }
        for (asker, inquiry) in latest.into_inner() {
            self.answer(asker, inquiry);
        }
    }

    fn come(&mut self, asker: AskerId, listener: Listener) {
        self.listeners.insert(asker, listener);
        self.engine.askers = self.listeners.len();
    }

    fn go(&mut self, asker: AskerId) {
        self.listeners.remove(&asker);
        self.engine.askers = self.listeners.len();
        self.engine.release(asker);
    }

    fn answer(&mut self, asker: AskerId, inquiry: Inquiry) {
        let wall = clock::wall();
        self.engine.tick(wall);
        let Inquiry { ticket, as_of, ask } = inquiry;
        let Some(listener) = self.listeners.get(&asker) else { return };
        if let Some(found) = self.engine.ask(asker, as_of, ask, wall) {
            listener.answer(Answer { ticket, found });
        }
    }
}
