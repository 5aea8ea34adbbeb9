//! The feeder: reads all inputs, the one that is furthest behind first, and sends their blocks to the workers.

use std::time::{Duration, Instant};

use crate::classify::batch::InputId;
use crate::classify::period::Period;
use crate::clock;
use crate::format::Readings;
use crate::input::position::Position;
use crate::input::watch::{LOOK_AGAIN, Watch};
use crate::input::{Aside, Read, Trouble};
use crate::query::view::InputState;
use crate::time::Millis;

use super::find_format::FormatHints;
use super::formats::InputFormats;
use super::log_clock::Replay;
use super::open_input::{LineSource, OpenInput, sample};
use super::pipeline::{Disconnected, Freshness, Inlet, PipelineMessage};
use super::redaction::Redaction;

/// Reads inputs until they end or the deadline passes.
pub(super) struct Feeder {
    pub(super) inlet: Inlet,
    pub(super) inputs: Vec<Feed>,
    pub(super) watch: Watch,
    pub(super) replay: Option<Replay>,
    /// When to stop reading inputs that have no end.
    pub(super) deadline: Option<Instant>,
    pub(super) redaction: Redaction,
}

/// One input while it is read.
pub(super) struct Feed {
    id: InputId,
    /// As the operator named it.
    name: String,
    lines: Option<LineSource>,
    /// Why it could not be opened.
    trouble: Option<Trouble>,
    /// Its formats at the current read position.
    formats: InputFormats,
    /// Further hints for finding its format.
    hints: FormatHints,
    period: Period,
    state: InputState,
    /// The newest time seen: inputs are merged by it.
    newest: Millis,
    /// Lines read ahead of their time in a replay.
    not_due: Vec<u8>,
    /// Remarks from opening it.
    remarks: Vec<String>,
}

/// Bytes per read: small enough for the cache, large enough to make the cost of sending negligible.
const BLOCK: usize = 256 << 10;
/// How often a replay checks for lines that are due.
const REPLAY_STEP: Duration = Duration::from_millis(50);

impl Feed {
    /// The input, if it could be opened; `is_named` where the operator named its format.
    pub(super) fn new(opened: OpenInput, period: Period, is_named: bool) -> Feed {
        let hints = opened.hints();
        let OpenInput { id, name, source, format, remarks, .. } = opened;
        let (lines, trouble) = match source {
            Ok(lines) => (Some(lines), None),
            Err(trouble) => (None, Some(trouble)),
        };
        let formats = InputFormats::new(format, is_named);
        let (state, newest) = (InputState::Loading, Millis::MIN);
        Feed { id, name, lines, trouble, formats, hints, period, state, newest, not_due: Vec::new(), remarks }
    }
}

impl Feed {
    /// The read position; none while lines of a replay are held back.
    fn positions(&mut self) -> Vec<Position> {
        let lines = self.lines.as_mut().filter(|_| self.not_due.is_empty());
        lines.map(|lines| lines.source().positions()).unwrap_or_default()
    }
}

impl Feeder {
    /// Reads everything.
    pub(super) fn run(mut self) {
        // If the engine is gone, nobody is left to tell.
        drop(self.read_all());
    }

    fn read_all(&mut self) -> Result<(), Disconnected> {
        self.tell_openings()?;
        while !self.is_over() {
            if !self.read_furthest_behind()? && !self.read_live()? {
                self.watch.wait(self.patience());
            }
        }
        self.end_all()
    }

    fn tell_openings(&mut self) -> Result<(), Disconnected> {
        for at in 0..self.inputs.len() {
            let feed = &mut self.inputs[at];
            for remark in feed.remarks.drain(..) {
                self.inlet.tell(PipelineMessage::Remark(feed.id, remark))?;
            }
            if let Some(trouble) = feed.trouble.take() {
                self.fail(at, &trouble)?;
                continue;
            }
            let bytes = feed.lines.as_mut().and_then(|lines| lines.source().bytes_to_load());
            if let Some(bytes) = bytes {
                self.inlet.tell(PipelineMessage::ToLoad(feed.id, bytes))?;
            }
            if let Some(format) = feed.formats.readings.first() {
                self.inlet.tell(PipelineMessage::Format(feed.id, Box::new(format.clone())))?;
            }
        }
        Ok(())
    }

    fn is_over(&self) -> bool {
        let late = self.deadline.is_some_and(|deadline| clock::monotonic() >= deadline);
        late || self.inputs.iter().all(|feed| feed.lines.is_none())
    }

    fn end_all(&mut self) -> Result<(), Disconnected> {
        for at in 0..self.inputs.len() {
            if self.inputs[at].lines.is_some() {
                self.end(at)?;
            }
        }
        Ok(())
    }

    fn patience(&self) -> Duration {
        let step = if self.replay.is_some() { REPLAY_STEP } else { LOOK_AGAIN };
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(clock::monotonic()));
        left.map_or(step, |left| left.min(step))
    }

    /// Reads the input being loaded whose newest time is the oldest, because inputs are merged by time (R6); in a
    /// replay, the next one if its lines are not due yet. Returns whether anything was read.
    fn read_furthest_behind(&mut self) -> Result<bool, Disconnected> {
        let loading = self.inputs.iter().enumerate();
        let loading = loading.filter(|(_, feed)| feed.lines.is_some() && feed.state == InputState::Loading);
        let mut furthest_first: Vec<_> = loading.map(|(at, feed)| (feed.newest, at)).collect();
        furthest_first.sort_unstable();
        for (_, at) in furthest_first {
            if self.read(at)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn read_live(&mut self) -> Result<bool, Disconnected> {
        let mut any = false;
        for at in 0..self.inputs.len() {
            if self.inputs[at].lines.is_some() && self.inputs[at].state == InputState::Live {
                any |= self.read(at)?;
            }
        }
        Ok(any)
    }

    /// Reads a block of one input. Returns whether anything was read or the input's state has changed.
    fn read(&mut self, at: usize) -> Result<bool, Disconnected> {
        let mut block = self.inlet.block();
        let feed = &mut self.inputs[at];
        let Some(lines) = &mut feed.lines else { return Ok(false) };
        if !feed.not_due.is_empty() {
            block.append(&mut feed.not_due);
            return self.send(at, block);
        }
        let read = lines.source().read(&mut block, BLOCK);
        self.pass_asides_on(at)?;
        match read {
            Err(trouble) => {
                self.send(at, block)?;
                self.fail(at, &trouble).map(|()| true)
            }
            Ok(Read::Lines) => self.send(at, block),
            Ok(Read::NothingNow) => self.caught_up(at),
            Ok(Read::End) => {
                self.send(at, block)?;
                if self.inputs[at].not_due.is_empty() {
                    self.end(at)?;
                }
                Ok(true)
            }
        }
    }

    fn pass_asides_on(&mut self, at: usize) -> Result<(), Disconnected> {
        let feed = &mut self.inputs[at];
        while let Some(aside) = feed.lines.as_mut().and_then(|lines| lines.source().aside()) {
            self.inlet.tell(match aside {
                Aside::Trouble(said) => {
                    PipelineMessage::Trouble(feed.id, self.redaction.trouble(&feed.name, &said))
                }
                Aside::Dropped(lines) => PipelineMessage::Dropped(lines),
                Aside::Skipped(skipped) => PipelineMessage::Skipped(feed.id, skipped),
                Aside::Remark(remark) => PipelineMessage::Remark(feed.id, remark),
            })?;
        }
        Ok(())
    }

    fn send(&mut self, at: usize, mut block: Vec<u8>) -> Result<bool, Disconnected> {
        if block.is_empty() {
            return Ok(false);
        }
        self.learn_formats();
        self.hold_until_due(at, &mut block)?;
        let feed = &mut self.inputs[at];
        if block.is_empty() {
            return Ok(false);
        }
        let freshness = match feed.state {
            InputState::Live => Freshness::Fresh(clock::wall()),
            _ => Freshness::Stored,
        };
        // The block is sent with the formats valid at its beginning; directives in it apply to the next one.
        if let Some(format) = feed.formats.tune(&block) {
            self.inlet.tell(PipelineMessage::Format(feed.id, Box::new(format)))?;
        }
        let sent = feed.formats.sent();
        feed.formats.follow(&block);
        let newest = newest(&block, &mut feed.formats.readings, feed.period.ahead);
        feed.newest = newest.unwrap_or(feed.newest).max(feed.newest);
        self.inlet.lines((feed.id, feed.period), sent, block, (freshness, feed.positions()))?;
        Ok(true)
    }

    /// Adopts formats that the engine has found, for the lines to come.
    fn learn_formats(&mut self) {
        while let Ok((input, format)) = self.inlet.found.try_recv() {
            if let Some(feed) = self.inputs.iter_mut().find(|feed| feed.id == input) {
                feed.formats.add(format);
            }
        }
    }

    /// In a replay, holds back the lines that are not due yet.
    fn hold_until_due(&mut self, at: usize, block: &mut Vec<u8>) -> Result<(), Disconnected> {
        let Some(replay) = self.replay else { return Ok(()) };
        self.find_format(at, block)?;
        let feed = &mut self.inputs[at];
        let (mut readings, now) = (feed.formats.readings.clone(), replay.at(clock::wall()));
        let mut due = 0;
        for line in block.split_inclusive(|&byte| byte == b'\n') {
            let text = line.strip_suffix(b"\n").unwrap_or(line);
            if !readings.directive(text) && readings.hit_of(text, |hit| hit.time > now) == Some(true) {
                break;
            }
            due += line.len();
        }
        feed.not_due.extend_from_slice(&block[due..]);
        block.truncate(due);
        Ok(())
    }

    /// A replay must parse times before lines are sent, so it needs the format.
    fn find_format(&mut self, at: usize, block: &[u8]) -> Result<(), Disconnected> {
        let feed = &mut self.inputs[at];
        if !feed.formats.readings.is_empty() {
            return Ok(());
        }
        let Some(format) = feed.hints.format_among(&sample(block)) else { return Ok(()) };
        feed.formats.add(format.clone());
        self.inlet.tell(PipelineMessage::Format(feed.id, Box::new(format)))
    }

    /// An input has nothing more at present: from now on it is followed.
    fn caught_up(&mut self, at: usize) -> Result<bool, Disconnected> {
        let feed = &mut self.inputs[at];
        if feed.state == InputState::Live || !feed.not_due.is_empty() {
            return Ok(false);
        }
        feed.state = InputState::Live;
        self.inlet.tell(PipelineMessage::State(feed.id, InputState::Live, String::new()))?;
        Ok(true)
    }

    fn end(&mut self, at: usize) -> Result<(), Disconnected> {
        let feed = &mut self.inputs[at];
        feed.lines = None;
        feed.state = InputState::Ended;
        self.inlet.tell(PipelineMessage::State(feed.id, InputState::Ended, String::new()))
    }

    fn fail(&mut self, at: usize, trouble: &Trouble) -> Result<(), Disconnected> {
        let feed = &mut self.inputs[at];
        feed.lines = None;
        feed.state = InputState::Failed;
        self.inlet.tell(PipelineMessage::State(
            feed.id,
            InputState::Failed,
            self.redaction.trouble(&feed.name, &trouble.to_string()),
        ))
    }
}

/// The time of the last parsable line among the last few that is not ahead of all others.
fn newest(block: &[u8], readings: &mut Readings, ahead: Millis) -> Option<Millis> {
    let lines = last_lines(block).filter(|line| !line.is_empty());
    lines.take(8).find_map(|line| readings.hit_of(line, |hit| hit.time).filter(|&time| time < ahead))
}

/// The lines of a block, the last one first.
fn last_lines(block: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut left = Some(block);
    std::iter::from_fn(move || {
        let lines = left?;
        let newline = memchr::memrchr(b'\n', lines);
        left = newline.map(|newline| &lines[..newline]);
        Some(newline.map_or(lines, |newline| &lines[newline + 1..]))
    })
}
