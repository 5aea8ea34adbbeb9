//! Running the engine for the live monitor: a thread that applies what comes in and answers what is asked.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, TryRecvError, select, unbounded};
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;

use crate::clock;
use crate::query::inquiry::{Answer, AsOf, Ask, Found, Inquiry};
use crate::query::question::BounceRule;
use crate::query::view::InputState;
use crate::time::Span;

use super::Engine;
use super::pipeline::{Freshness, News, Pipeline};

/// The way to a live engine.
#[derive(Clone)]
pub struct Handle {
    inquiries: Sender<Inquiry>,
    changes: Arc<Notify>,
}

impl Handle {
    /// Posts a question. Never waits; the answer comes when it comes.
    pub fn ask(&self, inquiry: Inquiry) {
        // An engine that has ended answers nothing more.
        drop(self.inquiries.send(inquiry));
    }

    /// Who is told whenever something came in.
    #[must_use]
    pub fn changes(&self) -> Arc<Notify> {
        Arc::clone(&self.changes)
    }
}

/// How the live engine treats time.
#[derive(Debug, Clone, Copy)]
pub struct Pacing {
    /// A log that ended longer ago than this is shown up to its own end.
    pub since: Span,
    /// What counts as a bounce.
    pub bounce: BounceRule,
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
    answers: UnboundedSender<Answer>,
) -> io::Result<(Handle, Running)> {
    let (inquiries, asked) = unbounded();
    let changes = Arc::new(Notify::new());
    let handle = Handle { inquiries, changes: Arc::clone(&changes) };
    let run = move || {
        let (engine, pipeline) = begin()?;
        Live { engine, pipeline, pacing, asked, answers, changes }.run();
        Ok(())
    };
    let running = thread::Builder::new().name("engine".into()).spawn(run)?;
    Ok((handle, running))
}

struct Live {
    engine: Engine,
    pipeline: Pipeline,
    pacing: Pacing,
    asked: Receiver<Inquiry>,
    answers: UnboundedSender<Answer>,
    changes: Arc<Notify>,
}

/// Most lines are only counted (R5): what they change can wait until time itself makes a beat.
fn changes_more_than_counts(news: &News) -> bool {
    match news {
        News::Batch { batch, freshness: Freshness::Fresh(_), .. } => {
            !batch.events.is_empty() || !batch.unread.is_empty()
        }
        _ => true,
    }
}

/// How often time moves on where nothing comes in.
const TICK: Duration = Duration::from_secs(1);

/// Nobody asks any more.
struct NobodyAsks;

impl Live {
    fn run(mut self) {
        let arriving = self.pipeline.arriving();
        let mut pipeline_ended = false;
        loop {
            // A key is answered before the next batch.
            if self.answer_waiting().is_err() {
                return;
            }
            if pipeline_ended {
                match self.asked.recv_timeout(TICK) {
                    Ok(inquiry) => self.answer(&inquiry),
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
                recv(self.asked) -> inquiry => match inquiry {
                    Ok(inquiry) => self.answer_latest(inquiry),
                    Err(_) => return,
                },
                default(TICK) => self.engine.tick(clock::wall()),
            }
        }
    }

    fn take(&mut self, arrived: (u64, News)) {
        self.pipeline.arrived(arrived);
        let mut is_change = false;
        while let Some(news) = self.pipeline.ready() {
            is_change |= changes_more_than_counts(&news);
            self.engine.see_time(&news);
            let caught_up = matches!(news, News::State(_, InputState::Live | InputState::Ended, _));
            self.engine.take(news, &self.pipeline);
            if caught_up {
                self.engine.caught_up(self.pacing.since);
            }
        }
        if is_change {
            self.changes.notify_one();
        }
    }

    /// Nothing more will be read: what has ended is closed (R6).
    fn end(&mut self) {
        self.engine.finish();
        self.changes.notify_one();
    }

    fn answer_waiting(&mut self) -> Result<(), NobodyAsks> {
        match self.asked.try_recv() {
            Ok(inquiry) => self.answer_latest(inquiry),
            Err(TryRecvError::Empty) => {}
            Err(TryRecvError::Disconnected) => return Err(NobodyAsks),
        }
        Ok(())
    }

    /// Of several questions that wait, only the last of each sort matters.
    fn answer_latest(&mut self, first: Inquiry) {
        let sort = |inquiry: &Inquiry| (std::mem::discriminant(&inquiry.ask), inquiry.as_of);
        let mut latest = vec![first];
        while let Ok(next) = self.asked.try_recv() {
            latest.retain(|one| sort(one) != sort(&next));
            latest.push(next);
        }
        for inquiry in latest {
            self.answer(&inquiry);
        }
    }

    fn answer(&mut self, inquiry: &Inquiry) {
        let wall = clock::wall();
        self.engine.tick(wall);
        let (engine, bounce) = (&mut self.engine, self.pacing.bounce);
        let found = match (&inquiry.ask, inquiry.as_of) {
            (Ask::View(question), AsOf::Now) => Found::View(Arc::new(engine.answer(question, wall))),
            (Ask::View(question), AsOf::Held) => Found::View(Arc::new(engine.answer_held(question, wall))),
            (Ask::Timeline(session), AsOf::Now) => {
                Found::Timeline(engine.timeline(*session, bounce, wall).map(Arc::new))
            }
            (Ask::Timeline(session), AsOf::Held) => {
                Found::Timeline(engine.timeline_held(*session, bounce, wall).map(Arc::new))
            }
            (Ask::Release, _) => return engine.release(),
        };
        // A screen that is gone wants no answers.
        drop(self.answers.send(Answer { ticket: inquiry.ticket, found }));
    }
}

impl Engine {
    /// An input is not idle that brings fresh lines.
    fn see_time(&mut self, news: &News) {
        if let News::Batch { input, freshness: Freshness::Fresh(wall), .. } = news {
            self.mark_fed(*input, *wall);
        }
    }

    /// What was there is read, once that is so of every input: from now on time moves, unless the log ended long ago.
    fn caught_up(&mut self, since: Span) {
        if self.counters.is_loading() {
            return;
        }
        let newest = self.newest();
        self.clock_mut().caught_up(newest, clock::wall(), since);
    }
}
