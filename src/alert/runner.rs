//! Runs commands: argv without a shell, a message on standard input, at most 10 s and four at a time.
//!
//! A command that hangs, floods or fails harms nothing: it is ended with its process group, what it writes is cut, and
//! what came of it is told.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, unbounded};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::clock;
use crate::text::harmless;

/// How long a command may run (R16).
pub const LIMIT: Duration = Duration::from_secs(10);
/// Commands that run at the same time: enough for a page and a chat that both hang.
pub const AT_ONCE: usize = 4;
/// Commands that wait for their turn; more are dropped, and counted.
const WAITING: usize = 64;
/// What is kept of a command's output: a message, not a log.
const KEPT: usize = 4096;
/// How often it is looked at whether a command has ended.
const LOOK: Duration = Duration::from_millis(20);

/// A command to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// For whom: the alert and the receiver.
    pub title: String,
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// What it reads.
    pub input: String,
}

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// For whom it was.
    pub title: String,
    /// Nothing if it went well; else what went wrong.
    pub trouble: Option<String>,
    /// The beginning of what it wrote.
    pub output: String,
}

/// Runs commands on threads of their own.
#[derive(Debug)]
pub struct Runner {
    limit: Duration,
    waiting: VecDeque<Run>,
    running: Arc<AtomicUsize>,
    ran: (Sender<Ran>, Receiver<Ran>),
    dropped: u64,
}

impl Default for Runner {
    fn default() -> Runner {
        Runner::with_limit(LIMIT)
    }
}

impl Runner {
    /// A runner whose commands may run this long.
    #[must_use]
    pub fn with_limit(limit: Duration) -> Runner {
        Runner { limit, waiting: VecDeque::new(), running: Arc::default(), ran: unbounded(), dropped: 0 }
    }

    /// Runs a command as soon as there is room.
    pub fn run(&mut self, run: Run) {
        if self.waiting.len() < WAITING {
            self.waiting.push_back(run);
        } else {
            self.dropped += 1;
        }
        self.start_waiting();
    }

    /// Commands that were dropped because too many waited.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// What came of the commands that have ended since the last call.
    pub fn ended(&mut self) -> Vec<Ran> {
        let ended = self.ran.1.try_iter().collect();
        self.start_waiting();
        ended
    }

    /// Waits until every command has ended, as long as commands may run.
    pub fn finish(&mut self) -> Vec<Ran> {
        let deadline = clock::monotonic() + self.limit + self.limit;
        let mut all = self.ended();
        while self.is_busy() && clock::monotonic() < deadline {
            all.extend(self.ran.1.recv_timeout(LOOK));
            self.start_waiting();
        }
        all.extend(self.ended());
        all
    }

    fn is_busy(&self) -> bool {
        !self.waiting.is_empty() || self.running.load(Ordering::Acquire) > 0
    }

    fn start_waiting(&mut self) {
        while self.running.load(Ordering::Acquire) < AT_ONCE {
            let Some(run) = self.waiting.pop_front() else { return };
            self.start(run);
        }
    }

    fn start(&mut self, run: Run) {
        let (running, ran, limit) = (Arc::clone(&self.running), self.ran.0.clone(), self.limit);
        running.fetch_add(1, Ordering::AcqRel);
        let title = run.title.clone();
        let work = move || {
            // Sent before it counts as ended: who waits until nothing runs then has it. Who asked may be gone.
            drop(ran.send(run_now(&run, limit)));
            running.fetch_sub(1, Ordering::AcqRel);
        };
        if let Err(error) = thread::Builder::new().name("alert".to_owned()).spawn(work) {
            self.running.fetch_sub(1, Ordering::AcqRel);
            let trouble = Some(format!("no thread for it: {error}"));
            drop(self.ran.0.send(Ran { title, trouble, output: String::new() }));
        }
    }
}

/// Runs a command to its end, or to the end of its time.
#[must_use]
pub fn run_now(run: &Run, limit: Duration) -> Ran {
    let (trouble, outputs) = run_to_end(&run.argv, run.input.clone(), limit, KEPT);
    let output = outputs.concat();
    let output = harmless(String::from_utf8_lossy(&output).trim()).into_owned();
    Ran { title: run.title.clone(), trouble, output }
}

/// What a command that reads nothing writes to its standard output, as it is, up to so many bytes; and what went wrong.
#[must_use]
pub fn output_of(argv: &[String], limit: Duration, most: usize) -> (Option<String>, Vec<u8>) {
    let (trouble, [output, _]) = run_to_end(argv, String::new(), limit, most);
    (trouble, output)
}

/// What went wrong, and the beginnings of what it wrote to its two outputs.
fn run_to_end(
    argv: &[String],
    input: String,
    limit: Duration,
    most: usize,
) -> (Option<String>, [Vec<u8>; 2]) {
    let failed = |trouble: String| (Some(trouble), Default::default());
    let Some((program, arguments)) = argv.split_first() else {
        return failed("there is nothing to run".to_owned());
    };
    let child = Command::new(program)
        .args(arguments)
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => return failed(format!("{program} cannot be started: {error}")),
    };
    let deadline = clock::monotonic() + limit;
    write_input(&mut child, input);
    let outputs = [
        child.stdout.take().map(|output| keep_beginning(output, most)),
        child.stderr.take().map(|output| keep_beginning(output, most)),
    ];
    let ended = wait(&mut child, deadline);
    // Its children may hold the pipes, or go on without it.
    end_group(&child);
    let trouble = match ended {
        Ok(Some(status)) if status.success() => None,
        Ok(Some(status)) => Some(format!("{program} failed: {}", in_words(status))),
        Ok(None) => {
            drop(child.wait());
            Some(format!("{program} was killed after {} s", limit.as_secs_f32()))
        }
        Err(error) => Some(format!("{program} cannot be waited for: {error}")),
    };
    let kept = |output: Option<Receiver<Vec<u8>>>| output.and_then(|output| output.recv_timeout(GRACE).ok());
    (trouble, outputs.map(|output| kept(output).unwrap_or_default()))
}

/// How long to wait for the end of pipes once all who could write are killed.
const GRACE: Duration = Duration::from_secs(1);

/// On a thread of its own, because a command may not read.
fn write_input(child: &mut Child, input: String) {
    let Some(mut pipe) = child.stdin.take() else { return };
    // A command that does not read its input is none that failed.
    drop(thread::Builder::new().name("alert-in".to_owned()).spawn(move || pipe.write_all(input.as_bytes())));
}

/// The beginning of an output; the rest is read and dropped, so that the command is not held up.
fn keep_beginning(mut output: impl Read + Send + 'static, most: usize) -> Receiver<Vec<u8>> {
    let (sender, kept) = unbounded();
    let work = move || {
        let mut beginning = Vec::new();
        let mut piece = [0; KEPT];
        while let Ok(count @ 1..) = output.read(&mut piece) {
            let room = most - beginning.len();
            beginning.extend(piece.iter().take(count.min(room)));
        }
        drop(sender.send(beginning));
    };
    drop(thread::Builder::new().name("alert-out".to_owned()).spawn(work));
    kept
}

/// Waits for the end; `None` if the time is over.
fn wait(child: &mut Child, deadline: Instant) -> std::io::Result<Option<ExitStatus>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if clock::monotonic() >= deadline {
            return Ok(None);
        }
        thread::sleep(LOOK);
    }
}

fn end_group(child: &Child) {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    // There may be nobody left in it.
    let _ = pid.map(|pid| kill_process_group(pid, Signal::KILL));
}

fn in_words(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exit status {code}"),
        None => "a signal ended it".to_owned(),
    }
}

#[cfg(test)]
mod tests;
