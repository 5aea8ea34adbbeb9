//! Commands (`exec:COMMAND`): their output is read as lines, their error output is shown.
//!
//! A command's life depends on a pipe held by dwell: however dwell ends, the command and its children end too.

mod shown;

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, ErrorKind, Read as _};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command as Process, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TryRecvError, bounded, unbounded};

use super::lines::{Skipped, Unfinished};
use super::notice::TroubleNotice;
use super::{Aside, AtEnd, Read, Source, Trouble};
use crate::clock;
use shown::Shown;

/// A running command.
pub struct CommandInput {
    name: String,
    /// Hides the secrets that the command repeats.
    shown: Shown,
    at_end: AtEnd,
    pieces: Receiver<RunMessage>,
    unfinished: Unfinished,
    skipped: Skipped,
    complaints: Complaints,
    notice: TroubleNotice,
    ended: Option<Result<(), String>>,
    /// Closing it ends the command.
    life: Life,
    /// Dropped to tell the thread not to restart the command.
    wanted: Option<Sender<()>>,
}

/// A message from the thread that runs the command.
enum RunMessage {
    Output(Vec<u8>),
    Complaint(String),
    /// It has ended, with an error if there was one.
    Ended(Result<(), String>),
    /// It will be restarted after this time.
    Pause(Duration),
}

/// The end of the pipe that the command's life depends on.
type Life = Arc<Mutex<Option<ChildStdin>>>;

/// `$1` is the command. A guard beside it waits for the pipe to close, then ends the process group: first with SIGTERM,
/// then with SIGKILL.
const GUARDED: &str = r#"exec 3<&0
{ trap "" TERM; read -r _ <&3; kill -s TERM 0; sleep 2; kill -s KILL 0; } 3<&3 >/dev/null 2>&1 &
exec 3<&- </dev/null
exec sh -c "$1""#;

const PIECE: usize = 64 << 10;
/// Capacity of the channel to the engine. When it is full, the command blocks (back-pressure).
const PIECES: usize = 16;
/// How long to wait for remaining error output after the command has ended.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// Backoff before a restart: doubles from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LAST_PAUSE: Duration = Duration::from_secs(60);
/// A run of this length counts as a success: the backoff is reset and earlier complaints are dropped.
const GOOD_RUN: Duration = Duration::from_secs(60);

/// A command as an input is named, without the secrets that stand in it.
#[must_use]
pub fn shown_command(command: &str) -> String {
    format!("exec:{}", Shown::of(command).text)
}

impl CommandInput {
    /// Starts a command; `waker` is told when something came.
    ///
    /// # Errors
    /// No command, or the system gives no thread.
    pub fn start(command: &str, at_end: AtEnd, waker: Sender<()>) -> Result<CommandInput, Trouble> {
        let shown = Shown::of(command);
        let name = format!("exec:{}", shown.text);
        if command.trim().is_empty() {
            return Err(Trouble::Command { name, why: "the command is missing".to_owned() });
        }
        let (sender, pieces) = bounded(PIECES);
        let (wanted, still_wanted) = bounded(0);
        let life = Life::default();
        let runner = Runner {
            command: command.to_owned(),
            at_end,
            outlet: RunOutlet { pieces: sender, waker },
            still_wanted,
            life: Arc::clone(&life),
        };
        let thread = thread::Builder::new().name("command".into()).spawn(move || runner.run());
        thread.map_err(|error| Trouble::io(&name, error))?;
        let (unfinished, complaints) = (Unfinished::default(), Complaints::default());
        let notice = TroubleNotice::default();
        Ok(CommandInput {
            name,
            shown,
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

    fn take(&mut self, piece: RunMessage, block: &mut Vec<u8>) {
        match piece {
            RunMessage::Output(bytes) => {
                if self.ended.take().is_some() {
                    self.complaints.forget();
                    self.notice.clear();
                }
                self.unfinished.add(&bytes, block, &mut self.skipped);
            }
            RunMessage::Complaint(line) => self.complain(&line),
            RunMessage::Ended(how) => {
                self.unfinished.finish(block, &mut self.skipped);
                self.ended = Some(how);
            }
            RunMessage::Pause(pause) => {
                let how = match &self.ended {
                    Some(Err(why)) => why.as_str(),
                    _ => "it ended",
                };
                let (said, pause) = (self.complaints.said(), pause.as_secs());
                self.notice.say(format!("{how}{said}; it is started again in {pause} s"));
            }
        }
    }

    fn complain(&mut self, line: &str) {
        if self.ended.take().is_some() {
            // From an earlier run.
            self.complaints.forget();
        }
        self.complaints.add(self.shown.line(line));
        // Without restarts only the exit status matters: many commands complain and go on.
        if self.at_end == AtEnd::Persist {
            self.notice.say(self.complaints.text());
        }
    }

    /// The result of a command that is not restarted.
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

impl Drop for CommandInput {
    fn drop(&mut self) {
        // The order matters: a run that is just beginning checks them in the reverse order.
        drop(self.wanted.take());
        drop(self.life.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

impl Source for CommandInput {
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

/// The last lines of the error output.
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

/// Where a run sends its messages.
#[derive(Clone)]
struct RunOutlet {
    pieces: Sender<RunMessage>,
    waker: Sender<()>,
}

/// The receiver is gone.
struct Unwanted;

impl RunOutlet {
    fn put(&self, piece: RunMessage) -> Result<(), Unwanted> {
        self.pieces.send(piece).map_err(|_| Unwanted)?;
        // A full channel already holds a wake-up.
        let _ = self.waker.try_send(());
        Ok(())
    }
}

/// Runs the command, and restarts it if wanted.
struct Runner {
    command: String,
    at_end: AtEnd,
    outlet: RunOutlet,
    still_wanted: Receiver<()>,
    life: Life,
}

impl Runner {
    fn run(self) {
        let waker = self.outlet.waker.clone();
        // The receiver is gone: nothing is left to do.
        drop(self.run_all());
        let _ = waker.try_send(());
    }

    fn run_all(self) -> Result<(), Unwanted> {
        let mut pause = FIRST_PAUSE;
        loop {
            let started = clock::monotonic();
            let how = self.run_once()?;
            self.outlet.put(RunMessage::Ended(how))?;
            if self.at_end != AtEnd::Persist {
                return Ok(());
            }
            if started.elapsed() >= GOOD_RUN {
                pause = FIRST_PAUSE;
            }
            self.outlet.put(RunMessage::Pause(pause))?;
            if self.still_wanted.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
                return Err(Unwanted);
            }
            pause = (pause * 2).min(LAST_PAUSE);
        }
    }

    /// How the command ended; the inner `Err` if it failed.
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
        // Cancelled before it was started: nobody else holds the pipe.
        if self.still_wanted.try_recv() == Err(TryRecvError::Disconnected) {
            self.set_life(None);
        }
        let complaints = child.stderr.take().map(|stderr| self.listen(stderr));
        let read = child.stdout.take().map_or(Ok(()), |stdout| self.read(stdout));
        let status = read.map(|()| child.wait());
        // Ends whatever it has left behind.
        self.set_life(None);
        if let Some(complaints) = complaints {
            // Ended by its end of file, or by the timeout.
            let _ = complaints.recv_timeout(LAST_WORDS);
        }
        if status.is_err() {
            // The guard ends it.
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
                Ok(read) => self.outlet.put(RunMessage::Output(piece[..read].to_vec()))?,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Ok(()),
            }
        }
    }

    /// Forwards complaints; the returned channel closes after the last one.
    fn listen(&self, stderr: impl io::Read + Send + 'static) -> Receiver<()> {
        let (listening, ended) = unbounded();
        let outlet = self.outlet.clone();
        let spawned = thread::Builder::new().name("command's errors".into()).spawn(move || {
            // The receiver is gone: nothing is left to do.
            drop(pass_on(stderr, &outlet));
            drop(listening);
        });
        if let Err(error) = spawned {
            tracing::warn!(%error, "a command's error output is not read");
        }
        ended
    }
}

/// Longest line of error output that is kept.
const COMPLAINT: u64 = 500;

fn pass_on(stderr: impl io::Read, outlet: &RunOutlet) -> Result<(), Unwanted> {
    let mut stderr = BufReader::new(stderr);
    let mut line = Vec::new();
    while (&mut stderr).take(COMPLAINT).read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        let text = String::from_utf8_lossy(&line).trim().to_owned();
        if !text.is_empty() {
            outlet.put(RunMessage::Complaint(text))?;
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
