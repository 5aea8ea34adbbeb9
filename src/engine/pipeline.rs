//! The pipeline: a feeder reads blocks, workers classify them on every core, and the batches arrive in the order of the
//! blocks, whichever worker was faster. On a single core the feeder classifies what it reads.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use crate::classify::batch::{Batch, InputId};
use crate::classify::classifier::{Classifier, Shared};
use crate::classify::period::Period;
use crate::format::{Format, Readings};
use crate::input::Skipped;
use crate::input::position::Position;
use crate::query::view::InputState;
use crate::time::Millis;

use super::formats::WorkerFormats;

/// A block of lines on its way to a worker.
pub(super) struct Job {
    pub(super) seq: u64,
    pub(super) input: InputId,
    pub(super) formats: Arc<Readings>,
    pub(super) period: Period,
    pub(super) block: Vec<u8>,
    pub(super) freshness: Freshness,
    /// Up to where the input has been read once this block is applied.
    pub(super) positions: Vec<Position>,
}

/// Whether lines were just written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// They were there before.
    Stored,
    /// They came in while the input was followed, and were read at this instant of the wall clock.
    Fresh(Millis),
}

/// A message to the engine; they are handled in the order of their sequence numbers.
pub enum PipelineMessage {
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
        /// Up to where the input has been read once it is applied.
        positions: Vec<Position>,
    },
    /// An input's format is known before any of its lines is read.
    Format(InputId, Box<Format>),
    /// How many bytes an input had when it was opened, less those that are skipped.
    ToLoad(InputId, u64),
    /// An input goes on, but something is wrong with it; empty where all is well again.
    Trouble(InputId, String),
    /// This many lines came too fast and were dropped.
    Dropped(u64),
    /// What was left out of an input.
    Skipped(InputId, Skipped),
    /// What there is to know of an input, though nothing is wrong.
    Remark(InputId, String),
    /// An input is in another state; with what is wrong, where it failed.
    State(InputId, InputState, String),
}

/// The engine's end of the pipeline.
pub struct Pipeline {
    arriving: Receiver<(u64, PipelineMessage)>,
    early: BTreeMap<u64, PipelineMessage>,
    next_seq: u64,
    spare: Sender<Box<Batch>>,
    found: Sender<(InputId, Format)>,
    /// How many workers there are.
    pub workers: usize,
}

/// The feeder's end of the pipeline.
pub(super) struct Inlet {
    hands: Dispatch,
    arriving: Sender<(u64, PipelineMessage)>,
    /// Formats that the engine has found.
    pub(super) found: Receiver<(InputId, Format)>,
    seq: u64,
}

/// Where blocks are classified.
enum Dispatch {
    /// On worker threads; the blocks that they have emptied come back to be reused.
    Workers { jobs: Sender<Job>, emptied: Receiver<Vec<u8>> },
    /// On the feeder's own thread, which reuses one block. On a single core another thread makes nothing faster, and handing
    /// blocks over costs 5 % of the time.
    Feeder { worker: Box<Worker>, emptied: Vec<u8> },
}

/// Blocks that may wait, per worker: one is classified while the next is ready, so no worker idles. More would only take memory
/// (256 KiB each) and delay back-pressure on the inputs.
const WAITING_JOBS: usize = 2;
/// Messages that may wait for the engine; when it is full, workers wait, and the feeder with them (back-pressure).
const WAITING_NEWS: usize = 16;

/// Starts workers; a single one needs no thread.
///
/// # Errors
/// The system gives no thread.
pub(super) fn start(workers: usize, shared: &Arc<Shared>) -> std::io::Result<(Inlet, Pipeline)> {
    let (arriving_sender, arriving) = bounded(WAITING_NEWS);
    let (spare, spares) = unbounded();
    let (found_sender, found) = unbounded();
    let worker = |number| Worker {
        number,
        arriving: arriving_sender.clone(),
        spares: spares.clone(),
        classifier: Classifier::new(Arc::clone(shared)),
        formats: WorkerFormats::default(),
    };
    let hands = match workers {
        0 | 1 => Dispatch::Feeder { worker: Box::new(worker(0)), emptied: Vec::new() },
        _ => on_threads((0..workers).map(worker))?,
    };
    let inlet = Inlet { hands, arriving: arriving_sender, found, seq: 0 };
    let early = BTreeMap::new();
    Ok((inlet, Pipeline { arriving, early, next_seq: 0, spare, found: found_sender, workers }))
}

fn on_threads(workers: impl ExactSizeIterator<Item = Worker>) -> std::io::Result<Dispatch> {
    let (jobs, waiting) = bounded::<Job>(workers.len() * WAITING_JOBS);
    let (blocks, emptied) = unbounded();
    for worker in workers {
        let (waiting, blocks) = (waiting.clone(), blocks.clone());
        let name = format!("worker {}", worker.number);
        thread::Builder::new().name(name).spawn(move || worker.run(&waiting, &blocks))?;
    }
    Ok(Dispatch::Workers { jobs, emptied })
}

struct Worker {
    number: usize,
    arriving: Sender<(u64, PipelineMessage)>,
    spares: Receiver<Box<Batch>>,
    classifier: Classifier,
    formats: WorkerFormats,
}

impl Worker {
    fn run(mut self, jobs: &Receiver<Job>, blocks: &Sender<Vec<u8>>) {
        while let Ok(mut job) = jobs.recv() {
            let batch = self.classify(&job);
            // If the feeder has ended, the block is simply freed.
            drop(blocks.send(std::mem::take(&mut job.block)));
            if self.send(&mut job, batch).is_err() {
                return;
            }
        }
    }

    fn classify(&mut self, job: &Job) -> Box<Batch> {
        let mut batch = self.spares.try_recv().unwrap_or_default();
        let formats = self.formats.copy_of(&job.formats, job.input);
        self.classifier.read_by(&job.block, formats.all(), job.period, &mut batch);
        batch
    }

    fn send(&self, job: &mut Job, batch: Box<Batch>) -> Result<(), Disconnected> {
        let (freshness, positions) = (job.freshness, std::mem::take(&mut job.positions));
        let message =
            PipelineMessage::Batch { input: job.input, worker: self.number, batch, freshness, positions };
        self.arriving.send((job.seq, message)).map_err(|_| Disconnected)
    }
}

/// The engine has ended: nothing more is wanted.
pub(super) struct Disconnected;

impl Inlet {
    /// An empty block to fill.
    pub(super) fn block(&mut self) -> Vec<u8> {
        let mut block = match &mut self.hands {
            Dispatch::Workers { emptied, .. } => emptied.try_recv().unwrap_or_default(),
            Dispatch::Feeder { emptied, .. } => std::mem::take(emptied),
        };
        block.clear();
        block
    }

    /// Gives a block to the workers; blocks while they are busy (back-pressure).
    pub(super) fn lines(
        &mut self,
        (input, period): (InputId, Period),
        formats: Arc<Readings>,
        block: Vec<u8>,
        (freshness, positions): (Freshness, Vec<Position>),
    ) -> Result<(), Disconnected> {
        let seq = self.take_seq();
        let mut job = Job { seq, input, formats, period, block, freshness, positions };
        match &mut self.hands {
            Dispatch::Workers { jobs, .. } => jobs.send(job).map_err(|_| Disconnected),
            Dispatch::Feeder { worker, emptied } => {
                let batch = worker.classify(&job);
                worker.send(&mut job, batch)?;
                *emptied = job.block;
                Ok(())
            }
        }
    }

    /// Tells the engine something, after the blocks that were sent before.
    pub(super) fn tell(&mut self, message: PipelineMessage) -> Result<(), Disconnected> {
        let seq = self.take_seq();
        self.arriving.send((seq, message)).map_err(|_| Disconnected)
    }

    fn take_seq(&mut self) -> u64 {
        self.seq += 1;
        self.seq - 1
    }
}

impl Pipeline {
    /// Waits for the next message; `None` once the feeder and all workers have ended.
    pub fn wait(&mut self) -> Option<PipelineMessage> {
        loop {
            if let Some(message) = self.ready() {
                return Some(message);
            }
            let (seq, message) = self.arriving.recv().ok()?;
            self.early.insert(seq, message);
        }
    }

    /// The channel of messages, for a `select!`; give what comes to [`Pipeline::arrived`].
    #[must_use]
    pub fn arriving(&self) -> Receiver<(u64, PipelineMessage)> {
        self.arriving.clone()
    }

    /// Takes in a message that arrived, perhaps before its turn.
    pub fn arrived(&mut self, (seq, message): (u64, PipelineMessage)) {
        self.early.insert(seq, message);
    }

    /// The next message in order, if it has arrived.
    pub fn ready(&mut self) -> Option<PipelineMessage> {
        let message = self.early.remove(&self.next_seq)?;
        self.next_seq += 1;
        Some(message)
    }

    /// Tells the feeder of a format that was found, for the lines to come.
    pub(super) fn tell_found(&self, input: InputId, format: Format) {
        // A feeder that has ended has no more lines.
        drop(self.found.send((input, format)));
    }

    /// Returns a batch once it is applied, so that its memory is reused.
    pub fn give_back(&self, mut batch: Box<Batch>) {
        batch.clear();
        // Where all workers have ended, it is simply freed.
        drop(self.spare.send(batch));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::agent::{AgentAdditions, Agents};
    use crate::classify::visitor::VisitorKey;

    const PERIOD: (InputId, Period) = (InputId(0), Period::ALL);

    fn started(workers: usize) -> (Inlet, Pipeline, Arc<Readings>) {
        let shared =
            Shared::new(VisitorKey::new(&[7; 16]), Arc::new(Agents::new(&AgentAdditions::default())));
        let (inlet, pipeline) = start(workers, &Arc::new(shared)).expect("threads");
        (inlet, pipeline, Arc::new(Format::named("combined").expect("a format").into()))
    }

    /// Blocks of one to seven lines, a second apart.
    fn blocks() -> Vec<String> {
        let line = |second: u32| {
            let (minute, second) = (second / 60, second % 60);
            format!(
                "192.0.2.7 - - [24/Nov/2026:14:{minute:02}:{second:02} +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"A\"\n"
            )
        };
        (0..200).map(|at| (0..=at % 7).map(|one| line(at + one)).collect()).collect()
    }

    #[test]
    fn batches_arrive_in_the_order_of_the_blocks_whoever_classifies_them() {
        for workers in [1, 2, 3] {
            let (mut inlet, mut pipeline, format) = started(workers);
            let feeder = thread::spawn(move || {
                for text in blocks() {
                    let mut block = inlet.block();
                    assert!(block.is_empty());
                    block.extend_from_slice(text.as_bytes());
                    assert!(
                        inlet
                            .lines(PERIOD, Arc::clone(&format), block, (Freshness::Stored, Vec::new()))
                            .is_ok()
                    );
                }
            });
            for text in blocks() {
                let Some(PipelineMessage::Batch { batch, .. }) = pipeline.wait() else {
                    panic!("no batch for {text}")
                };
                let times = batch.events.iter().map(|event| event.time.0 / 1000 % 3600);
                let written = text.lines().map(|line| {
                    let number = |at: usize| line[at..at + 2].parse::<i64>().expect("digits");
                    number(30) * 60 + number(33)
                });
                assert_eq!(times.collect::<Vec<_>>(), written.collect::<Vec<_>>(), "{workers} workers");
                pipeline.give_back(batch);
            }
            assert!(pipeline.wait().is_none());
            feeder.join().expect("a feeder that ends");
        }
    }

    #[test]
    fn the_feeder_is_told_when_nobody_wants_more() {
        for workers in [1, 2] {
            let (mut inlet, pipeline, format) = started(workers);
            drop(pipeline);
            // Workers find out with the first batch that they send; until then there is room for blocks.
            let mut send = || {
                inlet.lines(
                    PERIOD,
                    Arc::clone(&format),
                    blocks()[0].clone().into(),
                    (Freshness::Stored, Vec::new()),
                )
            };
            assert!((0..1000).any(|_| send().is_err()), "{workers} workers");
        }
    }
}
