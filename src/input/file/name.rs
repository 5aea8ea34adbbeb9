//! Follows a log's name: other files have taken it, or none has it at present.

use std::io::ErrorKind;
use std::time::Duration;

use super::super::position::FileId;
use super::super::successors::{self, Bearer, BearerReader, NameLookup};
use super::{Followed, LINGER, LogFile};
use crate::clock;
use crate::files;

/// The result of checking the log's name.
pub(super) enum NameStatus {
    AsBefore,
    /// Other files have to be read now.
    Another,
}

/// How long a name may be missing in the middle of a rotation.
const ROTATION: Duration = Duration::from_secs(2);

impl LogFile {
    /// At the end of the file: checks what has become of the name.
    pub(super) fn check_name(&mut self) -> NameStatus {
        match std::fs::metadata(&self.path) {
            Ok(metadata) if self.is_settled && Some(FileId::of(&metadata)) == self.identity() => {
                self.is_there();
            }
            Ok(metadata) if metadata.is_file() => return self.follow_name(),
            Ok(_) => {
                let what = files::what_else(&self.path).unwrap_or("no file");
                self.notice.say(format!("{what} has the name now; waiting for a file to have it"));
            }
            Err(error) if error.kind() == ErrorKind::NotFound => self.is_gone(),
            Err(error) => self.notice.say(self.trouble(error).to_string()),
        }
        NameStatus::AsBefore
    }

    fn is_there(&mut self) {
        self.gone_since = None;
        self.notice.say(self.losses.to_string());
    }

    /// A missing name is a rotation in progress: the open file may still be written to.
    fn is_gone(&mut self) {
        let since = *self.gone_since.get_or_insert_with(clock::monotonic);
        if !self.generations.is_empty() && since.elapsed() >= ROTATION {
            self.notice.say("the file is gone; waiting for it to come back".to_owned());
        }
    }

    /// Another file has the name.
    fn follow_name(&mut self) -> NameStatus {
        // Created, but not readable yet: logrotate sets the owner a moment later.
        let look = match successors::look(&self.path) {
            Ok(look) => look,
            Err(error) => {
                self.notice.say(self.trouble(error).to_string());
                return NameStatus::AsBefore;
            }
        };
        let unread = self.unread(&look);
        // The name was missing before, and has been checked ever since.
        let is_gap = |ours| look.has_gap_after(ours, &unread);
        if self.gone_since.is_none() && self.newest().is_some_and(is_gap) {
            self.losses.gaps += 1;
        }
        self.is_settled = unread.is_empty() && look.is_whole && !self.awaits_content(&look);
        self.known.forget_gone(&look);
        self.is_there();
        self.follow(look, &unread);
        if unread.is_empty() { NameStatus::AsBefore } else { NameStatus::Another }
    }

    /// The files found that have not been read yet.
    fn unread(&self, look: &NameLookup) -> Vec<usize> {
        let is_unread = |at: &usize| {
            let bearer = &look.bearers[*at];
            let mut followed = self.generations.iter().map(|followed| &followed.generation);
            if bearer.path == self.path {
                // Whatever it contains: the operator named it.
                return !followed.any(|generation| generation.identity() == bearer.identity);
            }
            !bearer.is_blank()
                && !followed.any(|generation| bearer.is_of(generation))
                && !self.known.knows(bearer)
        };
        (0..look.bearers.len()).filter(is_unread).collect()
    }

    /// Whether any unknown sibling is empty: it may be a copy in the making, whose contents were read already, or a
    /// renamed file that was not written to yet. Only its contents will tell.
    fn awaits_content(&mut self, look: &NameLookup) -> bool {
        let is_followed = |bearer: &Bearer| {
            self.generations.iter().any(|followed| followed.generation.identity() == bearer.identity)
        };
        let is_awaited =
            |bearer: &&Bearer| bearer.is_blank() && !is_followed(bearer) && !self.known.knows(bearer);
        let blanks: Vec<_> = look.bearers.iter().filter(is_awaited).map(|bearer| bearer.identity).collect();
        if blanks.is_empty() {
            self.blank_since = None;
            return false;
        }
        if self.blank_since.get_or_insert_with(clock::monotonic).elapsed() < LINGER {
            return true;
        }
        for blank in blanks {
            self.known.remember(blank, Vec::new());
        }
        false
    }

    /// Follows the unread files from now on, in order: a file may be found later than a newer one.
    fn follow(&mut self, look: NameLookup, unread: &[usize]) {
        let (mut place, packed) = (self.generations.len(), self.packed.len());
        for (at, bearer) in look.bearers.into_iter().enumerate().rev() {
            if let Some(known) =
                self.generations.iter().position(|known| known.generation.identity() == bearer.identity)
            {
                place = known;
            } else if unread.contains(&at) {
                let (identity, beginning) = (bearer.identity, bearer.beginning.clone());
                match bearer.begin() {
                    Ok(BearerReader::Plain(generation)) => {
                        self.generations.insert(place, Followed::new(generation));
                    }
                    Ok(BearerReader::Packed(archive)) => {
                        self.packed.insert(packed, archive);
                        self.known.remember(identity, beginning);
                    }
                    Err(trouble) => self.notice.say(trouble.to_string()),
                }
            }
        }
    }
}
