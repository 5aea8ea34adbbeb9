//! Inputs: where bytes come from.
//!
//! Takes what the operator named, gives blocks of whole lines. Must not know what a line or a session is.

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

/// A source of lines.
pub trait Source: Send {
    /// As the operator named it.
    fn name(&self) -> &str;

    /// Number of bytes available when it was opened, if known.
    fn bytes_to_load(&self) -> Option<u64> {
        None
    }

    /// Appends whole lines to `block`, about `most` bytes; a single line may be longer.
    ///
    /// # Errors
    /// What went wrong, and what to do.
    fn read(&mut self, block: &mut Vec<u8>, most: usize) -> Result<Read, Trouble>;

    /// The position after the last line handed out, for each file that is still being read, oldest first; empty for a
    /// compressed file and for anything that is not a file.
    fn positions(&self) -> Vec<Position> {
        Vec::new()
    }

    /// A message besides its lines, each one once. Called after every read.
    fn aside(&mut self) -> Option<Aside> {
        None
    }

    /// Its first complete lines, if it can be read without consuming it.
    fn head(&mut self) -> Option<Vec<u8>> {
        None
    }

    /// Some bytes from its end, if it can be read without consuming it.
    fn tail(&mut self) -> Option<Vec<u8>> {
        None
    }
}

pub use lines::Skipped;
use position::Position;

/// A message of an input besides its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aside {
    /// Its current trouble; empty once all is well again.
    Trouble(String),
    /// Number of lines dropped because they came too fast.
    Dropped(u64),
    /// What was skipped since the last such message.
    Skipped(Skipped),
    /// A remark; nothing is wrong.
    Remark(String),
}

/// The result of a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// Lines were appended.
    Lines,
    /// Nothing at present.
    NothingNow,
    /// The end of the input; lines may still have been appended.
    End,
}

/// What to do at the end of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtEnd {
    /// Stop.
    Stop,
    /// Wait for more, and follow the name through rotations. Errors are final.
    Follow,
    /// As `Follow`, and retry: wait for what does not exist yet, and restart what ends.
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
        /// The advice.
        hint: String,
    },
    /// It is packed in a way that dwell does not support.
    #[error(
        "{name} is compressed in a way that dwell does not read; unpack it, or pack it with gzip, zstd, xz or bzip2"
    )]
    Packed {
        /// The file.
        name: String,
    },
    /// An invalid address to listen on.
    #[error("{name}: {why}; write it like {example}")]
    Address {
        /// As the operator named it.
        name: String,
        /// What is wrong with it.
        why: String,
        /// The valid syntax.
        example: &'static str,
    },
    /// The system refused to listen on an address.
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

/// The longest line accepted from a file, an archive, a pipe or a command, in bytes: far longer than any server's, and
/// yet little memory. Longer ones are skipped and counted.
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
