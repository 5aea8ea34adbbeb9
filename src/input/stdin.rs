//! Standard input (`-`): read by a thread of its own, so that nobody waits for it.

use std::io::{ErrorKind, Read as _};
use std::thread;

use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};

use super::{LONGEST_LINE, Read, Source, Trouble};

/// Standard input.
pub struct Stdin {
    pieces: Receiver<std::io::Result<Vec<u8>>>,
    unfinished: Vec<u8>,
}

const NAME: &str = "-";
const PIECE: usize = 256 << 10;
/// How many pieces may wait: then the writer waits.
const PIECES: usize = 4;

impl Stdin {
    /// Begins to read; `waker` is told when something came.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn open(waker: Sender<()>) -> Result<Stdin, Trouble> {
        let (sender, pieces) = bounded(PIECES);
        let thread = thread::Builder::new().name("stdin".into()).spawn(move || read_all(&sender, &waker));
        thread.map_err(|error| Trouble::io(NAME, error))?;
        Ok(Stdin { pieces, unfinished: Vec::new() })
    }
}

fn read_all(pieces: &Sender<std::io::Result<Vec<u8>>>, waker: &Sender<()>) {
    let mut stdin = std::io::stdin().lock();
    loop {
        let mut piece = vec![0; PIECE];
        let read = match stdin.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => {
                // Nobody listens any more: nothing left to do.
                drop(pieces.send(Err(error)));
                break;
            }
        };
        piece.truncate(read);
        if pieces.send(Ok(piece)).is_err() {
            return;
        }
        // A full channel holds a wake-up already.
        let _ = waker.try_send(());
    }
    let _ = waker.try_send(());
}

impl Source for Stdin {
    fn name(&self) -> &str {
        NAME
    }

    fn bytes_to_load(&self) -> Option<u64> {
        None
    }

    fn read(&mut self, block: &mut Vec<u8>, most: usize) -> Result<Read, Trouble> {
        while block.len() < most {
            match self.pieces.try_recv() {
                Ok(Ok(piece)) => self.take(&piece, block)?,
                Ok(Err(error)) => return Err(Trouble::io(NAME, error)),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => {
                    block.append(&mut self.unfinished);
                    return Ok(Read::End);
                }
            }
        }
        Ok(if block.is_empty() { Read::NothingNow } else { Read::Lines })
    }
}

impl Stdin {
    fn take(&mut self, piece: &[u8], block: &mut Vec<u8>) -> Result<(), Trouble> {
        let whole = memchr::memrchr(b'\n', piece).map_or(0, |newline| newline + 1);
        if whole > 0 {
            block.append(&mut self.unfinished);
            block.extend_from_slice(&piece[..whole]);
        }
        self.unfinished.extend_from_slice(&piece[whole..]);
        if self.unfinished.len() > LONGEST_LINE {
            return Err(Trouble::LongLine { name: NAME.to_owned() });
        }
        Ok(())
    }
}
