//! Pipes: standard input (`-`), named pipes, and the shell's `<(COMMAND)`. Each is read by a thread of its own, so that
//! a blocking read holds up nobody.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::thread;

use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};

use super::lines::{Skipped, Unfinished};
use super::{Aside, Read, Source, Trouble};

/// A file that cannot be seeked.
pub struct Pipe {
    name: String,
    pieces: Receiver<io::Result<Vec<u8>>>,
    unfinished: Unfinished,
    skipped: Skipped,
}

const PIECE: usize = 256 << 10;
/// Capacity of the channel. When it is full, the writer blocks (back-pressure).
const PIECES: usize = 4;

/// Whether a path names something that cannot be seeked.
#[must_use]
pub fn is_pipe(path: &Path) -> bool {
    let kind = std::fs::metadata(path).map(|metadata| metadata.file_type());
    kind.is_ok_and(|kind| kind.is_fifo() || kind.is_char_device())
}

impl Pipe {
    /// Starts to read standard input; `waker` is notified of new data.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn stdin(waker: Sender<()>) -> Result<Pipe, Trouble> {
        Pipe::start("-".to_owned(), waker, || Ok(io::stdin().lock()))
    }

    /// Starts to read a named pipe; `waker` is notified of new data.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn named(path: &Path, waker: Sender<()>) -> Result<Pipe, Trouble> {
        let owned = path.to_owned();
        // Opening blocks until there is a writer.
        Pipe::start(path.display().to_string(), waker, move || File::open(owned))
    }

    fn start<R: io::Read>(
        name: String,
        waker: Sender<()>,
        open: impl FnOnce() -> io::Result<R> + Send + 'static,
    ) -> Result<Pipe, Trouble> {
        let (sender, pieces) = bounded(PIECES);
        let thread = thread::Builder::new().name("pipe".into()).spawn(move || {
            match open() {
                Ok(reader) => read_all(reader, &sender, &waker),
                // The receiver may be gone: nobody is left to tell.
                Err(error) => drop(sender.send(Err(error))),
            }
            drop(sender);
            // A full channel already holds a wake-up.
            let _ = waker.try_send(());
        });
        thread.map_err(|error| Trouble::io(&name, error))?;
        Ok(Pipe { name, pieces, unfinished: Unfinished::default(), skipped: Skipped::default() })
    }
}

fn read_all(mut reader: impl io::Read, pieces: &Sender<io::Result<Vec<u8>>>, waker: &Sender<()>) {
    loop {
        let mut piece = vec![0; PIECE];
        let read = match reader.read(&mut piece) {
            Ok(0) => return,
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            // The receiver may be gone: nobody is left to tell.
            Err(error) => return drop(pieces.send(Err(error))),
        };
        piece.truncate(read);
        if pieces.send(Ok(piece)).is_err() {
            return;
        }
        // A full channel already holds a wake-up.
        let _ = waker.try_send(());
    }
}

impl Source for Pipe {
    fn name(&self) -> &str {
        &self.name
    }

    fn read(&mut self, block: &mut Vec<u8>, most: usize) -> Result<Read, Trouble> {
        while block.len() < most {
            match self.pieces.try_recv() {
                Ok(Ok(piece)) => self.unfinished.add(&piece, block, &mut self.skipped),
                Ok(Err(error)) => return Err(Trouble::io(&self.name, error)),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => {
                    self.unfinished.give(block, &mut self.skipped);
                    return Ok(Read::End);
                }
            }
        }
        Ok(if block.is_empty() { Read::NothingNow } else { Read::Lines })
    }

    fn aside(&mut self) -> Option<Aside> {
        self.skipped.aside()
    }
}
