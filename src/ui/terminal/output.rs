//! Writes bytes to the terminal completely, and counts them.

use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::ownership;

/// How long to wait for a terminal that accepts no more bytes.
const PATIENCE: Duration = Duration::from_millis(2);

/// Counter of bytes written so far; clones share it.
#[derive(Debug, Clone, Default)]
pub struct BytesWritten(Arc<AtomicU64>);

impl BytesWritten {
    /// The count.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn add(&self, bytes: usize) {
        self.0.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

/// A counting writer.
#[derive(Debug, Clone)]
pub(super) struct Output<W> {
    writer: W,
    written: BytesWritten,
}

impl<W> Output<W> {
    pub(super) fn new(writer: W, written: BytesWritten) -> Output<W> {
        Output { writer, written }
    }

    pub(super) fn writer(&self) -> &W {
        &self.writer
    }
}

impl<W: Write> Output<W> {
    /// Writes everything, in one write if the terminal accepts it.
    pub(super) fn send(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let taken = match self.writer.write(bytes) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(taken) => taken,
                Err(error) => bear(error)?,
            };
            self.written.add(taken);
            bytes = &bytes[taken..];
        }
        self.writer.flush()
    }
}

/// Nothing was accepted, but it may be later: another program that shares the terminal may have made it non-blocking.
fn bear(error: io::Error) -> io::Result<usize> {
    match error.kind() {
        ErrorKind::Interrupted => Ok(0),
        ErrorKind::WouldBlock => {
            std::thread::sleep(PATIENCE);
            Ok(0)
        }
        _ => Err(error),
    }
}

/// Standard output without buffer and lock: a frame is one write, and [`super::restore`] never waits for a thread
/// that is stuck in one.
#[derive(Debug, Clone)]
pub struct Stdout(Arc<File>);

impl Stdout {
    pub(super) fn open() -> io::Result<Stdout> {
        let descriptor = io::stdout().as_fd().try_clone_to_owned()?;
        Ok(Stdout(Arc::new(File::from(descriptor))))
    }

    pub(super) fn is_terminal(&self) -> bool {
        self.0.is_terminal()
    }

    /// Writes although the terminal is no longer held: used to restore it.
    pub(super) fn write_past_hold(&mut self, bytes: &[u8]) -> io::Result<()> {
        (&*self.0).write_all(bytes)
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !ownership::is_ours() {
            return Err(io::Error::new(ErrorKind::BrokenPipe, "the terminal was given back"));
        }
        (&*self.0).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes three bytes at a time, and is not ready every other time.
    #[derive(Default)]
    struct Slow {
        taken: Vec<u8>,
        calls: usize,
    }

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.calls += 1;
            if self.calls.is_multiple_of(2) {
                return Err(ErrorKind::WouldBlock.into());
            }
            let taken = &bytes[..bytes.len().min(3)];
            self.taken.extend_from_slice(taken);
            Ok(taken.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_slow_terminal_gets_it_all_and_it_is_counted_once() {
        let written = BytesWritten::default();
        let mut output = Output::new(Slow::default(), written.clone());
        output.send(b"a whole frame").unwrap();
        assert_eq!(output.writer().taken, b"a whole frame");
        assert_eq!(written.get(), 13);
    }

    #[test]
    fn a_terminal_that_takes_nothing_more_is_an_error() {
        let mut nothing: [u8; 0] = [];
        let mut output = Output::new(&mut nothing[..], BytesWritten::default());
        assert_eq!(output.send(b"x").unwrap_err().kind(), ErrorKind::WriteZero);
    }
}
