//! Commands (`exec:COMMAND`): what they print is read as lines, what they complain about is shown.
//!
//! A command's life hangs on a pipe that dwell holds: however dwell ends, the command and all that it started end too.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, ErrorKind, Read as _};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command as Process, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TryRecvError, bounded, unbounded};

use super::lines::{Skipped, Unfinished};
use super::notice::Notice;
use super::{Aside, AtEnd, Read, Source, Trouble};
use crate::clock;

/// A command that is run for its output.
pub struct Command {
    name: String,
    at_end: AtEnd,
    pieces: Receiver<Piece>,
    unfinished: Unfinished,
    skipped: Skipped,
    complaints: Complaints,
    notice: Notice,
    ended: Option<Result<(), String>>,
    /// Closing it ends the command.
    life: Life,
    /// Dropped to tell the thread that no other run is wanted.
    wanted: Option<Sender<()>>,
}

/// What a run of the command brings.
enum Piece {
    Output(Vec<u8>),
    Complaint(String),
    /// It has ended, well or with a reason.
    Ended(Result<(), String>),
    /// It is started again after so long.
    Pause(Duration),
}

/// The end of the pipe that the command's life hangs on.
type Life = Arc<Mutex<Option<ChildStdin>>>;

/// `$1` is the command. Beside it waits a guard until the pipe is closed; then it ends the whole group, first
/// politely.
const GUARDED: &str = r#"exec 3<&0
{ trap "" TERM; read -r _ <&3; kill -s TERM 0; sleep 2; kill -s KILL 0; } 3<&3 >/dev/null 2>&1 &
exec 3<&- </dev/null
exec sh -c "$1""#;

const PIECE: usize = 64 << 10;
/// How many pieces may wait for the engine: then the command waits.
const PIECES: usize = 16;
/// How long to wait for what a command that has ended still has to say.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// The pauses before it is started again double from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LAST_PAUSE: Duration = Duration::from_secs(60);
/// A run of so long was a good one: pauses begin anew, and earlier complaints are over.
const GOOD_RUN: Duration = Duration::from_secs(60);

impl Command {
    /// Starts a command; `waker` is told when something came.
    ///
    /// # Errors
    /// No command, or the system gives no thread.
    pub fn start(command: &str, at_end: AtEnd, waker: Sender<()>) -> Result<Command, Trouble> {
        let name = format!("exec:{command}");
        if command.trim().is_empty() {
            return Err(Trouble::Command { name, why: "the command is missing".to_owned() });
        }
        let (sender, pieces) = bounded(PIECES);
        let (wanted, still_wanted) = bounded(0);
        let life = Life::default();
        let runner = Runner {
            command: command.to_owned(),
            at_end,
            outlet: Outlet { pieces: sender, waker },
            still_wanted,
            life: Arc::clone(&life),
        };
        let thread = thread::Builder::new().name("command".into()).spawn(move || runner.run());
        thread.map_err(|error| Trouble::io(&name, error))?;
        let (unfinished, complaints) = (Unfinished::default(), Complaints::default());
        let notice = Notice::default();
        Ok(Command {
            name,
            at_end,
            pieces,
            unfinished,
            skipped: Skipped::default(),
            complaints,
            notice,
            ended: None,
            life,
            wanted: Some(wanted),
        })
    }

    fn take(&mut self, piece: Piece, block: &mut Vec<u8>) {
        match piece {
            Piece::Output(bytes) => {
                if self.ended.take().is_some() {
                    self.complaints.forget();
                    self.notice.clear();
                }
                self.unfinished.add(&bytes, block, &mut self.skipped);
            }
            Piece::Complaint(line) => self.complain(line),
            Piece::Ended(how) => {
                self.unfinished.finish(block, &mut self.skipped);
                self.ended = Some(how);
            }
            Piece::Pause(pause) => {
                let how = match &self.ended {
                    Some(Err(why)) => why.as_str(),
                    _ => "it ended",
                };
                let (said, pause) = (self.complaints.said(), pause.as_secs());
                self.notice.say(format!("{how}{said}; it is started again in {pause} s"));
            }
        }
    }

    fn complain(&mut self, line: String) {
        if self.ended.take().is_some() {
            // Of an earlier run.
            self.complaints.forget();
        }
        self.complaints.add(line);
        // Where it is not started again only its end matters: many complain and go on.
        if self.at_end == AtEnd::Persist {
            self.notice.say(self.complaints.text());
        }
    }

    /// What it ended with, where it is not started again.
    fn outcome(&mut self) -> Result<Read, Trouble> {
        match &self.ended {
            Some(Err(why)) => {
                let why = format!("{why}{}", self.complaints.said());
                Err(Trouble::Command { name: self.name.clone(), why })
            }
            _ => Ok(Read::End),
        }
    }
}

impl Drop for Command {
    fn drop(&mut self) {
        // In this order, because a run that is just beginning looks at them in the other.
        drop(self.wanted.take());
        drop(self.life.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

impl Source for Command {
    fn name(&self) -> &str {
        &self.name
    }

    fn read(&mut self, block: &mut Vec<u8>, most: usize) -> Result<Read, Trouble> {
        while block.len() < most {
            match self.pieces.try_recv() {
                Ok(piece) => self.take(piece, block),
                Err(TryRecvError::Disconnected) if block.is_empty() => return self.outcome(),
                Err(_) => break,
            }
        }
        if self.ended.is_none() && self.complaints.are_old() {
            self.complaints.forget();
            self.notice.clear();
        }
        Ok(if block.is_empty() { Read::NothingNow } else { Read::Lines })
    }

    fn aside(&mut self) -> Option<Aside> {
        self.skipped.aside().or_else(|| self.notice.aside())
    }
}

/// The last lines of a command's error output.
#[derive(Debug, Default)]
struct Complaints {
    lines: VecDeque<String>,
    latest: Option<Instant>,
}

impl Complaints {
    const KEPT: usize = 3;

    fn add(&mut self, line: String) {
        if self.lines.len() == Self::KEPT {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
        self.latest = Some(clock::monotonic());
    }

    fn text(&self) -> String {
        self.lines.iter().map(String::as_str).collect::<Vec<_>>().join(" / ")
    }

    /// As the end of a sentence.
    fn said(&self) -> String {
        if self.lines.is_empty() { String::new() } else { format!(", and said: {}", self.text()) }
    }

    fn are_old(&self) -> bool {
        self.latest.is_some_and(|latest| latest.elapsed() >= GOOD_RUN)
    }

    fn forget(&mut self) {
        *self = Complaints::default();
    }
}

/// Where a run puts what it brings.
#[derive(Clone)]
struct Outlet {
    pieces: Sender<Piece>,
    waker: Sender<()>,
}

/// Nobody wants more of it.
struct Unwanted;

impl Outlet {
    fn put(&self, piece: Piece) -> Result<(), Unwanted> {
        self.pieces.send(piece).map_err(|_| Unwanted)?;
        // A full channel holds a wake-up already.
        let _ = self.waker.try_send(());
        Ok(())
    }
}

/// Runs the command, and again where it is to be persisted with.
struct Runner {
    command: String,
    at_end: AtEnd,
    outlet: Outlet,
    still_wanted: Receiver<()>,
    life: Life,
}

impl Runner {
    fn run(self) {
        let waker = self.outlet.waker.clone();
        // Where nobody wants more, all is done.
        drop(self.run_all());
        let _ = waker.try_send(());
    }

    fn run_all(self) -> Result<(), Unwanted> {
        let mut pause = FIRST_PAUSE;
        loop {
            let started = clock::monotonic();
            let how = self.run_once()?;
            self.outlet.put(Piece::Ended(how))?;
            if self.at_end != AtEnd::Persist {
                return Ok(());
            }
            if started.elapsed() >= GOOD_RUN {
                pause = FIRST_PAUSE;
            }
            self.outlet.put(Piece::Pause(pause))?;
            if self.still_wanted.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
                return Err(Unwanted);
            }
            pause = (pause * 2).min(LAST_PAUSE);
        }
    }

    /// How the command ended; `Err` inside where it failed.
    fn run_once(&self) -> Result<Result<(), String>, Unwanted> {
        match self.spawn() {
            Ok(child) => self.attend(child),
            Err(error) => Ok(Err(format!("it cannot be started: {error}"))),
        }
    }

    fn spawn(&self) -> io::Result<Child> {
        Process::new("sh")
            .args(["-c", GUARDED, "sh", &self.command])
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
    }

    fn attend(&self, mut child: Child) -> Result<Result<(), String>, Unwanted> {
        self.set_life(child.stdin.take());
        // Given up before it was started: the pipe that it hangs on is ours alone.
        if self.still_wanted.try_recv() == Err(TryRecvError::Disconnected) {
            self.set_life(None);
        }
        let complaints = child.stderr.take().map(|stderr| self.listen(stderr));
        let read = child.stdout.take().map_or(Ok(()), |stdout| self.read(stdout));
        let status = read.map(|()| child.wait());
        // Whatever it has left behind ends too.
        self.set_life(None);
        if let Some(complaints) = complaints {
            // Ended by the last complaint, or by our patience.
            let _ = complaints.recv_timeout(LAST_WORDS);
        }
        if status.is_err() {
            // It ends by the guard's hand.
            let _ = child.wait();
        }
        status.map(how_it_ended)
    }

    fn set_life(&self, stdin: Option<ChildStdin>) {
        *self.life.lock().unwrap_or_else(PoisonError::into_inner) = stdin;
    }

    fn read(&self, mut stdout: impl io::Read) -> Result<(), Unwanted> {
        let mut piece = vec![0; PIECE];
        loop {
            match stdout.read(&mut piece) {
                Ok(0) => return Ok(()),
                Ok(read) => self.outlet.put(Piece::Output(piece[..read].to_vec()))?,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Ok(()),
            }
        }
    }

    /// Passes complaints on; the channel that is given back closes with the last one.
    fn listen(&self, stderr: impl io::Read + Send + 'static) -> Receiver<()> {
        let (listening, ended) = unbounded();
        let outlet = self.outlet.clone();
        let spawned = thread::Builder::new().name("command's errors".into()).spawn(move || {
            // Where nobody wants more, all is done.
            drop(pass_on(stderr, &outlet));
            drop(listening);
        });
        if let Err(error) = spawned {
            tracing::warn!(%error, "a command's error output is not read");
        }
        ended
    }
}

/// How much of a line of error output is kept.
const COMPLAINT: u64 = 500;

fn pass_on(stderr: impl io::Read, outlet: &Outlet) -> Result<(), Unwanted> {
    let mut stderr = BufReader::new(stderr);
    let mut line = Vec::new();
    while (&mut stderr).take(COMPLAINT).read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        let text = String::from_utf8_lossy(&line).trim().to_owned();
        if !text.is_empty() {
            outlet.put(Piece::Complaint(text))?;
        }
        line.clear();
    }
    Ok(())
}

fn how_it_ended(status: io::Result<ExitStatus>) -> Result<(), String> {
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(match status.code() {
            Some(code) => format!("it ended with status {code}"),
            None => format!("it was ended by {status}"),
        }),
        Err(error) => Err(format!("it cannot be waited for: {error}")),
    }
}
