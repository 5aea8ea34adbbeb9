//! Inputs: where bytes come from.
//!
//! Takes what the operator named, gives blocks of whole lines. Must not know what a line means, nor anything of
//! sessions.

pub mod archive;
pub mod command;
pub mod denied;
pub mod file;
pub mod framing;
mod generation;
pub mod history;
mod lines;
mod losses;
pub mod newcomers;
pub mod not_text;
mod notice;
pub mod pipe;
pub mod position;
pub mod rotated;
pub mod socket;
mod successors;
pub mod watch;

use std::path::Path;

/// A place that lines come from.
pub trait Source: Send {
    /// As the operator named it.
    fn name(&self) -> &str;

    /// How many bytes were there to read when it was opened, where that can be known.
    fn bytes_to_load(&self) -> Option<u64> {
        None
    }

    /// Adds whole lines to `block`, about `most` bytes of them; one line may be longer.
    ///
    /// # Errors
    /// What went wrong, and what to do.
    fn read(&mut self, block: &mut Vec<u8>, most: usize) -> Result<Read, Trouble>;

    /// Up to where its lines have been given out: one position for each file that it is still reading, the oldest file
    /// first; none where it is no file, or a packed one.
    fn positions(&self) -> Vec<Position> {
        Vec::new()
    }

    /// What it has to say besides its lines, each thing once; asked after every reading.
    fn aside(&mut self) -> Option<Aside> {
        None
    }

    /// Its first lines, as far as they are whole, where one can look there without reading on.
    fn head(&mut self) -> Option<Vec<u8>> {
        None
    }

    /// Some bytes of its end, where one can look there without reading on.
    fn tail(&mut self) -> Option<Vec<u8>> {
        None
    }
}

pub use lines::Skipped;
use position::Position;

/// What an input says besides its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aside {
    /// What is wrong with it, though it goes on; empty where all is well again.
    Trouble(String),
    /// So many lines came too fast and were dropped.
    Dropped(u64),
    /// What was left out of it, since it was said last.
    Skipped(Skipped),
    /// What there is to know of it, though nothing is wrong.
    Remark(String),
}

/// What a reading brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// Lines were added.
    Lines,
    /// Nothing at present.
    NothingNow,
    /// Nothing any more; lines may still have been added.
    End,
}

/// What to do at the end of what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtEnd {
    /// Stop: what is there is all.
    Stop,
    /// Wait for more, and follow the name when another file takes it. What fails has failed.
    Follow,
    /// Like `Follow`; and what is not there yet is waited for, and what ends is begun again.
    Persist,
}

/// An input that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The system refused.
    #[error("{name}: {error}; {hint}")]
    Io {
        /// The input.
        name: String,
        /// What the system said.
        error: std::io::Error,
        /// What to do.
        hint: String,
    },
    /// It is a folder.
    #[error("{name} is a folder; name a log file in it, such as {}", Path::new(.name).join("access.log").display())]
    Folder {
        /// The input.
        name: String,
    },
    /// A compressed log that cannot be read to its end.
    #[error("{name} is damaged or cut short ({error}); what could be read counts, look at the file itself")]
    Damaged {
        /// The file.
        name: String,
        /// What is wrong.
        error: std::io::Error,
    },
    /// A log that holds no hits.
    #[error("{name} is {what}, not an access log; {hint}")]
    ErrorLog {
        /// The file.
        name: String,
        /// Whose log it is.
        what: &'static str,
        /// What to do.
        hint: String,
    },
    /// It is packed in a way that dwell cannot read.
    #[error(
        "{name} is compressed in a way that dwell does not read; unpack it, or pack it with gzip, zstd, xz or bzip2"
    )]
    Packed {
        /// The file.
        name: String,
    },
    /// A place to listen at that makes no sense.
    #[error("{name}: {why}; write it like {example}")]
    Address {
        /// As the operator named it.
        name: String,
        /// What is wrong with it.
        why: String,
        /// How it is written.
        example: &'static str,
    },
    /// A place to listen at that the system does not give.
    #[error("{name}: cannot listen there: {error}; {hint}")]
    Listen {
        /// As the operator named it.
        name: String,
        /// What the system said.
        error: std::io::Error,
        /// What to do.
        hint: &'static str,
    },
    /// A command that failed.
    #[error("{name}: {why}; run the command by itself to see what it does")]
    Command {
        /// As the operator named it.
        name: String,
        /// How it ended, and what it said.
        why: String,
    },
}

/// The longest line that is taken from a file, an archive, a pipe or a command, in bytes: far longer than any server's,
/// and yet little memory. Longer ones are skipped and counted.
pub const LONGEST_LINE: usize = 16 << 20;

impl Trouble {
    pub(crate) fn io(name: &str, error: std::io::Error) -> Trouble {
        let hint = match error.kind() {
            std::io::ErrorKind::NotFound => {
                "check the name, or run dwell without one to look for the usual logs".to_owned()
            }
            std::io::ErrorKind::PermissionDenied => denied::advice(&denied::denied_part(Path::new(name))),
            _ => "check the device that it lies on".to_owned(),
        };
        Trouble::Io { name: name.to_owned(), error, hint }
    }
}
