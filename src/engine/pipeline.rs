//! The pipeline: a feeder reads blocks, workers classify them on every core, and what they make of them arrives in
//! the order of the blocks, whoever was faster.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use crate::classify::batch::{Batch, InputId};
use crate::classify::classifier::{Classifier, Period, Shared};
use crate::format::Format;
use crate::query::view::InputState;
use crate::time::Millis;

use super::formats::OwnFormats;

/// A block of lines on its way to a worker.
pub(super) struct Job {
    pub(super) turn: u64,
    pub(super) input: InputId,
    pub(super) format: Arc<Format>,
    pub(super) period: Period,
    pub(super) block: Vec<u8>,
    pub(super) freshness: Freshness,
}

/// Whether lines were just written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// They were there before.
    Stored,
    /// They came in while the input was followed, and were read at this instant of the wall clock.
    Fresh(Millis),
}

/// Something that the engine is told, in its turn.
pub enum News {
    /// A batch to apply.
    Batch {
        /// Of which input.
        input: InputId,
        /// By which worker.
        worker: usize,
        /// The batch.
        batch: Box<Batch>,
        /// Whether its lines were just written.
        freshness: Freshness,
    },
    /// An input's format was found.
    Format(InputId, String),
    /// How many bytes an input had when it was opened, less those that are skipped.
    ToLoad(InputId, u64),
    /// An input goes on, but something is wrong with it; empty where all is well again.
    Trouble(InputId, String),
    /// So many lines came too fast and were dropped.
    Dropped(u64),
    /// An input is in another state; with what is wrong, where it failed.
    State(InputId, InputState, String),
}

/// The engine's end of the pipeline.
pub struct Pipeline {
    arriving: Receiver<(u64, News)>,
    early: BTreeMap<u64, News>,
    next_turn: u64,
    spare: Sender<Box<Batch>>,
    /// How many workers there are.
    pub workers: usize,
}

/// The feeder's end of the pipeline.
pub(super) struct Inlet {
    jobs: Sender<Job>,
    arriving: Sender<(u64, News)>,
    blocks: Receiver<Vec<u8>>,
    turn: u64,
}

/// Blocks that may wait for a worker, per worker.
const WAITING_JOBS: usize = 2;
/// Batches that may wait for the engine.
const WAITING_NEWS: usize = 16;

/// Starts workers.
///
/// # Errors
/// The system gives no thread.
pub(super) fn start(workers: usize, shared: &Arc<Shared>) -> std::io::Result<(Inlet, Pipeline)> {
    let (jobs, waiting) = bounded::<Job>(workers * WAITING_JOBS);
    let (arriving_sender, arriving) = bounded(WAITING_NEWS);
    let (block_sender, blocks) = unbounded();
    let (spare, spares) = unbounded();
    for number in 0..workers {
        let worker = Worker {
            number,
            jobs: waiting.clone(),
            arriving: arriving_sender.clone(),
            blocks: block_sender.clone(),
            spares: spares.clone(),
            classifier: Classifier::new(Arc::clone(shared)),
            formats: OwnFormats::default(),
        };
        thread::Builder::new().name(format!("worker {number}")).spawn(move || worker.run())?;
    }
    let inlet = Inlet { jobs, arriving: arriving_sender, blocks, turn: 0 };
    Ok((inlet, Pipeline { arriving, early: BTreeMap::new(), next_turn: 0, spare, workers }))
}

struct Worker {
    number: usize,
    jobs: Receiver<Job>,
    arriving: Sender<(u64, News)>,
    blocks: Sender<Vec<u8>>,
    spares: Receiver<Box<Batch>>,
    classifier: Classifier,
    formats: OwnFormats,
}

impl Worker {
    fn run(mut self) {
        while let Ok(mut job) = self.jobs.recv() {
            let mut batch = self.spares.try_recv().unwrap_or_default();
            let format = self.formats.copy_of(job.format, job.input);
            self.classifier.read(&job.block, format, job.period, &mut batch);
            job.block.clear();
            // Where nobody wants the block back, it is simply freed.
            drop(self.blocks.send(job.block));
            let news = News::Batch { input: job.input, worker: self.number, batch, freshness: job.freshness };
            if self.arriving.send((job.turn, news)).is_err() {
                return;
            }
        }
    }
}

/// The engine is gone: nobody wants more.
pub(super) struct Gone;

impl Inlet {
    /// An empty block to fill.
    pub(super) fn block(&self) -> Vec<u8> {
        self.blocks.try_recv().unwrap_or_default()
    }

    /// Sends a block to the workers; waits while they are busy.
    pub(super) fn lines(
        &mut self,
        (input, period): (InputId, Period),
        format: Arc<Format>,
        block: Vec<u8>,
        freshness: Freshness,
    ) -> Result<(), Gone> {
        let turn = self.take_turn();
        self.jobs.send(Job { turn, input, format, period, block, freshness }).map_err(|_| Gone)
    }

    /// Tells the engine something, after the blocks that were sent before.
    pub(super) fn tell(&mut self, news: News) -> Result<(), Gone> {
        let turn = self.take_turn();
        self.arriving.send((turn, news)).map_err(|_| Gone)
    }

    fn take_turn(&mut self) -> u64 {
        self.turn += 1;
        self.turn - 1
    }
}

impl Pipeline {
    /// What comes next, waiting for it; nothing once all is over.
    pub fn wait(&mut self) -> Option<News> {
        loop {
            if let Some(news) = self.ready() {
                return Some(news);
            }
            let (turn, news) = self.arriving.recv().ok()?;
            self.early.insert(turn, news);
        }
    }

    /// Where things arrive, for waiting on several places at once; give each to [`Pipeline::arrived`].
    #[must_use]
    pub fn arriving(&self) -> Receiver<(u64, News)> {
        self.arriving.clone()
    }

    /// Takes in what arrived.
    pub fn arrived(&mut self, (turn, news): (u64, News)) {
        self.early.insert(turn, news);
    }

    /// What comes next, if it has arrived.
    pub fn ready(&mut self) -> Option<News> {
        let news = self.early.remove(&self.next_turn)?;
        self.next_turn += 1;
        Some(news)
    }

    /// Gives a batch back once it is applied: its memory serves the next one.
    pub fn give_back(&self, mut batch: Box<Batch>) {
        batch.clear();
        // Where all workers have ended, it is simply freed.
        drop(self.spare.send(batch));
    }
}
