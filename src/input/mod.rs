//! Inputs: where bytes come from.
//!
//! Takes what the operator named, gives blocks of whole lines. Must not know what a line means, nor anything of
//! sessions.

pub mod file;
pub mod stdin;
pub mod watch;

/// A place that lines come from.
pub trait Source: Send {
    /// As the operator named it.
    fn name(&self) -> &str;

    /// How many bytes were there to read when it was opened, where that can be known.
    fn bytes_to_load(&self) -> Option<u64>;

    /// Adds whole lines to `block`, about `most` bytes of them; one line may be longer.
    ///
    /// # Errors
    /// What went wrong, and what to do.
    fn read(&mut self, block: &mut Vec<u8>, most: usize) -> Result<Read, Trouble>;
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
    /// Wait for more, and follow the name when another file takes it.
    Follow,
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
        hint: &'static str,
    },
    /// It is a folder.
    #[error("{name} is a folder; name a log file in it, such as {name}/access.log")]
    Folder {
        /// The input.
        name: String,
    },
    /// One line is longer than any log's.
    #[error("{name}: a line is longer than {} MiB; is this a log?", LONGEST_LINE >> 20)]
    LongLine {
        /// The input.
        name: String,
    },
}

/// The longest line that a file may have, in bytes.
pub const LONGEST_LINE: usize = 16 << 20;

impl Trouble {
    pub(crate) fn io(name: &str, error: std::io::Error) -> Trouble {
        let hint = match error.kind() {
            std::io::ErrorKind::NotFound => {
                "check the name, or run dwell without one to look for the usual logs"
            }
            std::io::ErrorKind::PermissionDenied => {
                "read it as a user who may, for example with sudo or in the group adm"
            }
            _ => "check the device that it lies on",
        };
        Trouble::Io { name: name.to_owned(), error, hint }
    }
}
