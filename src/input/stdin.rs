//! Standard input (`-`): read by a thread of its own, so that nobody waits for it.

use std::io::{ErrorKind, Read as _};
use std::thread;

use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};

use super::lines::Unfinished;
use super::{Read, Source, Trouble};

/// Standard input.
pub struct Stdin {
    pieces: Receiver<std::io::Result<Vec<u8>>>,
    unfinished: Unfinished,
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
        Ok(Stdin { pieces, unfinished: Unfinished::default() })
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
                Ok(Ok(piece)) => self.unfinished.add(&piece, block, NAME)?,
                Ok(Err(error)) => return Err(Trouble::io(NAME, error)),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => {
                    self.unfinished.continue_in(block);
                    return Ok(Read::End);
                }
            }
        }
        Ok(if block.is_empty() { Read::NothingNow } else { Read::Lines })
    }
}
