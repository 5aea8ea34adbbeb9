//! What has become of a log's name: other files have taken it, or none has it any more.

use std::io::ErrorKind;
use std::time::Duration;

use super::super::position::FileId;
use super::super::successors::{self, Bearer, Look, Reading};
use super::{Followed, LINGER, LogFile};
use crate::clock;

/// What a look at the log's name found.
pub(super) enum Looked {
    AsBefore,
    /// Other files are to be read now.
    Another,
}

/// A name may be gone for so long in the middle of a rotation.
const ROTATION: Duration = Duration::from_secs(2);

impl LogFile {
    /// All that is there is read: what has become of the name?
    pub(super) fn look_at_name(&mut self) -> Looked {
        match std::fs::metadata(&self.path) {
            Ok(metadata) if self.is_settled && Some(FileId::of(&metadata)) == self.identity() => {
                self.is_there();
            }
            Ok(metadata) if metadata.is_file() => return self.follow_name(),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => self.is_gone(),
            Err(error) => self.notice.say(self.trouble(error).to_string()),
        }
        Looked::AsBefore
    }

    fn is_there(&mut self) {
        self.gone_since = None;
        self.notice.say(self.losses.to_string());
    }

    /// A name that is gone for a while is a rotation half done: the open file may still be written to.
    fn is_gone(&mut self) {
        let since = *self.gone_since.get_or_insert_with(clock::monotonic);
        if !self.generations.is_empty() && since.elapsed() >= ROTATION {
            self.notice.say("the file is gone; waiting for it to come back".to_owned());
        }
    }

    /// Another file has taken the name.
    fn follow_name(&mut self) -> Looked {
        // Created, but not yet given to us: logrotate sets the owner a moment later.
        let look = match successors::look(&self.path) {
            Ok(look) => look,
            Err(error) => {
                self.notice.say(self.trouble(error).to_string());
                return Looked::AsBefore;
            }
        };
        let unread = self.unread(&look);
        // A name that was seen to be gone was looked for all the time since.
        let is_gap = |ours| look.has_gap_after(ours, &unread);
        if self.gone_since.is_none() && self.newest().is_some_and(is_gap) {
            self.losses.gaps += 1;
        }
        self.is_settled = unread.is_empty() && look.is_whole && !self.awaits_content(&look);
        self.known.forget_gone(&look);
        self.is_there();
        self.follow(look, &unread);
        if unread.is_empty() { Looked::AsBefore } else { Looked::Another }
    }

    /// Which of the files that were found nobody has read yet.
    fn unread(&self, look: &Look) -> Vec<usize> {
        let is_unread = |at: &usize| {
            let bearer = &look.bearers[*at];
            let mut followed = self.generations.iter().map(|followed| &followed.generation);
            if bearer.path == self.path {
                // Whatever it holds: it is what the operator named.
                return !followed.any(|generation| generation.identity() == bearer.identity);
            }
            !bearer.is_blank()
                && !followed.any(|generation| bearer.is_of(generation))
                && !self.known.knows(bearer)
        };
        (0..look.bearers.len()).filter(is_unread).collect()
    }

    /// Whether siblings are empty that nobody knows: a copy that is only just made has what was read already, and a
    /// file that was renamed before anything was written has what nobody read. Only what is in it tells.
    fn awaits_content(&mut self, look: &Look) -> bool {
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

    /// Follows what is unread from now on, each file in its place: a file may be found later than a newer one.
    fn follow(&mut self, look: Look, unread: &[usize]) {
        let (mut place, packed) = (self.generations.len(), self.packed.len());
        for (at, bearer) in look.bearers.into_iter().enumerate().rev() {
            if let Some(known) =
                self.generations.iter().position(|known| known.generation.identity() == bearer.identity)
            {
                place = known;
            } else if unread.contains(&at) {
                let (identity, beginning) = (bearer.identity, bearer.beginning.clone());
                match bearer.begin() {
                    Ok(Reading::Plain(generation)) => {
                        self.generations.insert(place, Followed::new(generation));
                    }
                    Ok(Reading::Packed(archive)) => {
                        self.packed.insert(packed, archive);
                        self.known.remember(identity, beginning);
                    }
                    Err(trouble) => self.notice.say(trouble.to_string()),
                }
            }
        }
    }
}
