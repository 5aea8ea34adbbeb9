//! How an input's format reaches those who read its lines. The feeder knows it at the place up to which the input is
//! read; each worker reads with a copy of its own, which remembers from block to block what lines look like.

use std::collections::HashMap;
use std::sync::Arc;

use super::opening::sample;
use crate::classify::batch::InputId;
use crate::format::Format;

/// An input's format, at the place that it is read up to.
pub(super) struct InputFormat {
    /// The feeder's own.
    pub(super) format: Format,
    /// As it is sent to the workers: another one only after a directive.
    sent: Arc<Format>,
    is_tuned: bool,
}

impl InputFormat {
    pub(super) fn new(format: Format) -> InputFormat {
        InputFormat { sent: Arc::new(format.clone()), format, is_tuned: false }
    }

    /// Lets the input's first block tell what its lines leave open, unless that was told before.
    pub(super) fn tune(&mut self, block: &[u8]) {
        if !std::mem::replace(&mut self.is_tuned, true) {
            self.format.tune(&sample(block));
            self.sent = Arc::new(self.format.clone());
        }
    }

    /// By what the next block is to be read.
    pub(super) fn sent(&self) -> Arc<Format> {
        Arc::clone(&self.sent)
    }

    /// Takes note of what a block says of the format: the blocks after it are read so.
    pub(super) fn follow(&mut self, block: &[u8]) {
        if self.format.follow(block) {
            self.sent = Arc::new(self.format.clone());
        }
    }
}

/// A worker's own formats, one for each input.
#[derive(Default)]
pub(super) struct OwnFormats(HashMap<InputId, OwnFormat>);

struct OwnFormat {
    /// What it is a copy of.
    sent: Arc<Format>,
    format: Format,
}

impl OwnFormat {
    fn copy_of(sent: Arc<Format>) -> OwnFormat {
        OwnFormat { format: Format::clone(&sent), sent }
    }
}

/// A worker that has read so many inputs forgets what their lines look like: most of them have ended.
const MOST_INPUTS: usize = 64;

impl OwnFormats {
    /// The worker's copy of the format by which a block of this input is to be read. Blocks must come in their order: one
    /// that holds a directive changes the copy, and those behind it are sent with another format.
    pub(super) fn copy_of(&mut self, sent: &Arc<Format>, input: InputId) -> &mut Format {
        if self.0.len() >= MOST_INPUTS && !self.0.contains_key(&input) {
            self.0.clear();
        }
        let own = self.0.entry(input).or_insert_with(|| OwnFormat::copy_of(Arc::clone(sent)));
        if !Arc::ptr_eq(&own.sent, sent) {
            *own = OwnFormat::copy_of(Arc::clone(sent));
        }
        &mut own.format
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INPUT: InputId = InputId(0);

    fn target(format: &mut Format, line: &[u8]) -> Option<Vec<u8>> {
        let hit = format.read(line).ok()?;
        hit.request.map(|request| request.target.to_vec())
    }

    #[test]
    fn a_block_is_read_as_the_directives_before_it_say_and_no_others() {
        let mut known = InputFormat::new(Format::named("w3c").expect("a format"));
        let (mut one, mut other) = (OwnFormats::default(), OwnFormats::default());
        known.follow(b"#Fields: date time cs-method cs-uri-stem sc-status\n");
        let before = known.sent();
        known.follow(b"2026-11-24 14:02:33 GET /a 200\n#Fields: date time sc-status cs-method cs-uri-stem\n");
        let after = known.sent();
        // One worker has the block with the directive, the other one a block before it.
        let format = one.copy_of(&before, INPUT);
        assert_eq!(target(format, b"2026-11-24 14:02:33 GET /a 200").as_deref(), Some(&b"/a"[..]));
        assert!(format.directive(b"#Fields: date time sc-status cs-method cs-uri-stem"));
        let format = other.copy_of(&before, INPUT);
        assert_eq!(target(format, b"2026-11-24 14:02:33 GET /b 200").as_deref(), Some(&b"/b"[..]));
        for worker in [&mut one, &mut other] {
            let format = worker.copy_of(&after, INPUT);
            assert_eq!(target(format, b"2026-11-24 14:02:33 200 GET /c").as_deref(), Some(&b"/c"[..]));
        }
    }
}
