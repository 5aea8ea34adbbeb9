//! The first lines of an input, kept beside the run that reads everything: a file is read ahead, a stream, which comes
//! only once, is copied by a tee.

use crossbeam_channel::{Receiver, Sender, unbounded};

use crate::engine::open_input::{LineSource, OpenInput};
use crate::input::file::LogFile;
use crate::input::{Aside, Read, Source, Trouble};

/// About how many lines are kept of each input.
const LINES: usize = 50_000;
/// About how many bytes are kept at most, however long the lines are.
const BYTES: usize = 32 << 20;
/// How much is read at once.
const BLOCK: usize = 256 << 10;

/// The first lines of an input.
pub(super) enum FirstLines {
    /// They were read ahead.
    ReadAhead(Vec<u8>),
    /// They are copied while everything is read.
    Copied(Receiver<Vec<u8>>),
}

impl FirstLines {
    /// The lines; of a stream those that have come by now.
    pub(super) fn bytes(self) -> Vec<u8> {
        match self {
            FirstLines::ReadAhead(bytes) => bytes,
            FirstLines::Copied(pieces) => pieces.try_iter().flatten().collect(),
        }
    }
}

/// Gives the input back for the run, and its first lines.
pub(super) fn keep(input: OpenInput) -> (OpenInput, FirstLines) {
    let (source, lines) = match input.source {
        Ok(LineSource::File(mut file)) => {
            let bytes = read_ahead(&mut file);
            // The run begins where it is told to, wherever the file was read before.
            (Ok(LineSource::File(file)), FirstLines::ReadAhead(bytes))
        }
        Ok(LineSource::Stored(source)) => {
            let (source, lines) = tee(source);
            (Ok(LineSource::Stored(source)), lines)
        }
        Ok(LineSource::Stream(source)) => {
            let (source, lines) = tee(source);
            (Ok(LineSource::Stream(source)), lines)
        }
        Err(trouble) => (Err(trouble), FirstLines::ReadAhead(Vec::new())),
    };
    (OpenInput { source, ..input }, lines)
}

fn tee(source: Box<dyn Source>) -> (Box<dyn Source>, FirstLines) {
    let (copies, pieces) = unbounded();
    (Box::new(Tee { source, copies, quota: Quota::FULL }), FirstLines::Copied(pieces))
}

/// As much as can be read: the run meets and tells whatever goes wrong.
fn read_ahead(file: &mut LogFile) -> Vec<u8> {
    let (mut bytes, mut quota) = (Vec::new(), Quota::FULL);
    while quota.is_left() {
        let start = bytes.len();
        let read = file.read(&mut bytes, BLOCK);
        quota.take(&bytes[start..]);
        if !matches!(read, Ok(Read::Lines)) {
            break;
        }
    }
    bytes
}

/// How much is still to be kept.
struct Quota {
    lines: usize,
    bytes: usize,
}

impl Quota {
    const FULL: Quota = Quota { lines: LINES, bytes: BYTES };

    fn is_left(&self) -> bool {
        self.lines > 0 && self.bytes > 0
    }

    fn take(&mut self, block: &[u8]) {
        self.lines = self.lines.saturating_sub(memchr::memchr_iter(b'\n', block).count());
        self.bytes = self.bytes.saturating_sub(block.len());
    }
}

/// A source whose first lines are copied to a channel.
struct Tee {
    source: Box<dyn Source>,
    copies: Sender<Vec<u8>>,
    quota: Quota,
}

impl Source for Tee {
    fn name(&self) -> &str {
        self.source.name()
    }

    fn bytes_to_load(&self) -> Option<u64> {
        self.source.bytes_to_load()
    }

    fn read(&mut self, block: &mut Vec<u8>, most: usize) -> Result<Read, Trouble> {
        let start = block.len();
        let read = self.source.read(block, most)?;
        if self.quota.is_left() {
            self.quota.take(&block[start..]);
            // Where nobody listens any more, nobody misses it.
            drop(self.copies.send(block[start..].to_vec()));
        }
        Ok(read)
    }

    fn aside(&mut self) -> Option<Aside> {
        self.source.aside()
    }

    fn head(&mut self) -> Option<Vec<u8>> {
        self.source.head()
    }

    fn tail(&mut self) -> Option<Vec<u8>> {
        self.source.tail()
    }
}
