//! How an input's formats reach the workers. The feeder has them as of its read position; each worker parses with
//! copies of its own, because formats cache from block to block what lines look like.

use std::collections::HashMap;
use std::sync::Arc;

use super::open_input::sample;
use crate::classify::batch::InputId;
use crate::format::detect::in_wrappers;
use crate::format::{Format, Readings};

/// An input's formats at the current read position.
#[derive(Default)]
pub(super) struct InputFormats {
    /// The feeder's own.
    pub(super) readings: Readings,
    /// As sent to the workers; replaced only after a directive, or when a format was found.
    sent: Arc<Readings>,
    /// In this many more blocks, sample lines are searched for what a named format leaves open.
    looks: u8,
}

/// The output of a command may begin with other messages than requests.
const LOOKS: u8 = 8;

impl InputFormats {
    /// With a format that is known already; `is_named` if the operator named it.
    pub(super) fn new(format: Option<Format>, is_named: bool) -> InputFormats {
        let looks = if is_named { LOOKS } else { 0 };
        let mut formats = InputFormats { looks, ..InputFormats::default() };
        if let Some(format) = format {
            formats.add(format);
        }
        formats
    }

    /// Learns from the first block with a parsable line which wrappers are around lines of a named format, and what
    /// they leave open. Returns the format if that has changed its name.
    pub(super) fn tune(&mut self, block: &[u8]) -> Option<Format> {
        if self.looks == 0 {
            return None;
        }
        let sample = sample(block);
        let named = self.readings.all().first_mut()?;
        let before = named.name();
        *named = in_wrappers(&sample, named.clone());
        let (format, is_read) = (named.clone(), sample.iter().any(|line| named.read(line).is_ok()));
        self.looks = if is_read { 0 } else { self.looks - 1 };
        self.readings = Readings::from(format.clone());
        self.sent = Arc::new(self.readings.clone());
        (format.name() != before).then_some(format)
    }

    /// The formats for the next block.
    pub(super) fn sent(&self) -> Arc<Readings> {
        Arc::clone(&self.sent)
    }

    /// Follows the directives in a block: they apply to the blocks after it.
    pub(super) fn follow(&mut self, block: &[u8]) {
        if self.readings.follow(block) {
            self.sent = Arc::new(self.readings.clone());
        }
    }

    /// Adds a format that was found.
    pub(super) fn add(&mut self, format: Format) {
        self.readings.add(format);
        self.sent = Arc::new(self.readings.clone());
    }
}

/// A worker's own formats, by input.
#[derive(Default)]
pub(super) struct WorkerFormats(HashMap<InputId, WorkerFormat>);

struct WorkerFormat {
    /// The formats that were copied.
    sent: Arc<Readings>,
    readings: Readings,
}

impl WorkerFormat {
    fn copy_of(sent: Arc<Readings>) -> WorkerFormat {
        WorkerFormat { readings: Readings::clone(&sent), sent }
    }
}

/// Past this many inputs a worker drops its copies: most of those inputs have ended.
const MOST_INPUTS: usize = 64;

impl WorkerFormats {
    /// The worker's copy of the formats for a block of this input. Blocks must come in order: a directive in one
    /// changes the copy, and those after it are sent with other formats.
    pub(super) fn copy_of(&mut self, sent: &Arc<Readings>, input: InputId) -> &mut Readings {
        if self.0.len() >= MOST_INPUTS && !self.0.contains_key(&input) {
            self.0.clear();
        }
        let own = self.0.entry(input).or_insert_with(|| WorkerFormat::copy_of(Arc::clone(sent)));
        if !Arc::ptr_eq(&own.sent, sent) {
            *own = WorkerFormat::copy_of(Arc::clone(sent));
        }
        &mut own.readings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INPUT: InputId = InputId(0);

    fn target(readings: &mut Readings, line: &[u8]) -> Option<Vec<u8>> {
        readings.hit_of(line, |hit| hit.request.map(|request| request.target.to_vec()))?
    }

    #[test]
    fn a_block_is_read_as_the_directives_before_it_say_and_no_others() {
        let mut known = InputFormats::new(Format::named("w3c"), false);
        let (mut one, mut other) = (WorkerFormats::default(), WorkerFormats::default());
        known.follow(b"#Fields: date time cs-method cs-uri-stem sc-status\n");
        let before = known.sent();
        known.follow(b"2026-11-24 14:02:33 GET /a 200\n#Fields: date time sc-status cs-method cs-uri-stem\n");
        let after = known.sent();
        // One worker has the block with the directive, the other a block before it.
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
