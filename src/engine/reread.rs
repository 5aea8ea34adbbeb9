//! Rereads lines that no known format reads. They are buffered in order; when a format for them is detected, they are read with
//! it, and so are the lines that follow (design.md section 5).
//!
//! Workers may have classified blocks before a format was found. What they left unread is read here and spliced in at its place,
//! so that neither the number of workers nor the size of blocks makes a difference.

use std::sync::Arc;

use crate::classify::address::AddressKeeping;
use crate::classify::batch::{Batch, InputId, LineExamples, Numbering};
use crate::classify::classifier::{Classifier, Shared};
use crate::classify::period::Period;
use crate::classify::unread::{UnreadLine, shown};
use crate::format::{Format, Malformed, Readings};

use super::counters::{Counters, MalformedLine};
use super::find_format::FormatHints;
use super::unread_buffer::{BufferedLine, UnreadBuffer};
use super::unused_fields::UnusedFields;

/// Reads what workers left unread.
pub(super) struct Rereader {
    classifier: Classifier,
    addresses: AddressKeeping,
    examples: LineExamples,
    inputs: Vec<InputLines>,
    /// Formats that the feeder has not been told of yet.
    untold: Vec<(InputId, Format)>,
}

/// One input's.
#[derive(Debug)]
struct InputLines {
    readings: Readings,
    hints: FormatHints,
    period: Period,
    kept: UnreadBuffer,
    /// The first lines, as long as nothing is known of them.
    first: Vec<u8>,
    /// Whether it was said that they are in no known format.
    is_called_strange: bool,
}

/// The hits of lines that workers left unread and that were read here.
#[derive(Debug, Default)]
pub(super) struct Reread {
    /// What they say.
    pub(super) batch: Batch,
    /// Where the hits among them belong.
    pub(super) splice_points: Vec<SplicePoint>,
}

/// Where the next hits of [`Reread::batch`] belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SplicePoint {
    /// Before them come so many hits of the worker's batch.
    pub(super) hits_before: usize,
    /// They are those of the reread batch up to this one, not including.
    pub(super) up_to: usize,
}

impl Rereader {
    pub(super) fn new(shared: &Arc<Shared>, hints: Vec<FormatHints>) -> Rereader {
        Rereader {
            classifier: Classifier::new(Arc::clone(shared)),
            addresses: shared.addresses,
            examples: shared.examples,
            inputs: hints.into_iter().map(InputLines::new).collect(),
            untold: Vec::new(),
        }
    }

    /// Whether lines that cannot be read may be quoted.
    pub(super) fn examples(&self) -> LineExamples {
        self.examples
    }

    /// An input's format is known, before any of its lines was read.
    pub(super) fn set_format(&mut self, input: InputId, format: Format) {
        if let Some(lines) = self.inputs.get_mut(usize::from(input.0)) {
            lines.readings.set_first(format);
        }
    }

    /// Readings that were found since this was asked last, for the lines to come.
    pub(super) fn take_untold(&mut self) -> Vec<(InputId, Format)> {
        std::mem::take(&mut self.untold)
    }

    /// Counts what a batch has left unread, and reads it if that can be done. `before` is how many lines the input had
    /// before those of the batch.
    pub(super) fn reread(
        &mut self,
        input: InputId,
        batch: &Batch,
        before: u64,
        counters: &mut Counters,
    ) -> Option<Reread> {
        let lines = self.inputs.get_mut(usize::from(input.0))?;
        if batch.unread.is_empty() && lines.kept.is_between_runs() {
            return None;
        }
        lines.period = batch.unread.period;
        let (classifier, untold) = (&mut self.classifier, &mut self.untold);
        let mut work = Work::new(input, lines, classifier, counters, untold);
        work.batch(batch, before, (self.addresses, self.examples));
        work.done()
    }

    /// Looks at the lines of an input that nobody reads, however few they are: it has nothing more at present.
    pub(super) fn look(&mut self, input: InputId, counters: &mut Counters) -> Option<Reread> {
        let lines = self.inputs.get_mut(usize::from(input.0))?;
        if !lines.kept.has_new() {
            return None;
        }
        let mut work = Work::new(input, lines, &mut self.classifier, counters, &mut self.untold);
        work.look(Sample::All, 0);
        work.done()
    }

    /// What an input's lines hold that is not read.
    pub(super) fn unused_fields(&self, input: usize) -> Option<&UnusedFields> {
        self.inputs.get(input).map(|lines| &lines.hints.unused)
    }

    /// The lines of an input of which none can be read, the first and the latest; `None` where some can, or there are none.
    pub(super) fn strange(&self, input: InputId) -> Option<(&[u8], Vec<&[u8]>)> {
        let lines = self.inputs.get(usize::from(input.0))?;
        let is_strange = lines.readings.is_empty() && !lines.first.is_empty();
        is_strange.then(|| (lines.first.as_slice(), lines.kept.texts()))
    }

    /// Whether lines came of an input, and none can be read.
    pub(super) fn is_strange(&self, input: InputId) -> bool {
        self.inputs
            .get(usize::from(input.0))
            .is_some_and(|lines| lines.readings.is_empty() && !lines.first.is_empty())
    }

    /// It is said that an input's lines are in no known format. Whether that is new.
    pub(super) fn call_strange(&mut self, input: InputId) -> bool {
        let lines = self.inputs.get_mut(usize::from(input.0));
        lines.is_some_and(|lines| !std::mem::replace(&mut lines.is_called_strange, true))
    }
}

impl InputLines {
    fn new(hints: FormatHints) -> InputLines {
        InputLines {
            readings: Readings::default(),
            hints,
            period: Period::ALL,
            kept: UnreadBuffer::default(),
            first: Vec::new(),
            is_called_strange: false,
        }
    }

    /// Whether another reading may be found.
    fn is_open(&self) -> bool {
        !self.hints.given && !self.readings.is_full()
    }
}

/// In which lines a format is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sample {
    /// The latest, for it is done again and again.
    Latest,
    /// All that are kept.
    All,
}

/// An input's lines while a batch of them is looked through.
struct Work<'a> {
    input: InputId,
    lines: &'a mut InputLines,
    classifier: &'a mut Classifier,
    counters: &'a mut Counters,
    untold: &'a mut Vec<(InputId, Format)>,
    reread: Reread,
}

impl<'a> Work<'a> {
    fn new(
        input: InputId,
        lines: &'a mut InputLines,
        classifier: &'a mut Classifier,
        counters: &'a mut Counters,
        untold: &'a mut Vec<(InputId, Format)>,
    ) -> Work<'a> {
        let mut reread = Reread::default();
        classifier.begin(&mut reread.batch);
        Work { input, lines, classifier, counters, untold, reread }
    }

    /// What was read; where that brought nothing, the worker's batch can be applied as it is.
    fn done(self) -> Option<Reread> {
        let batch = &self.reread.batch;
        let is_nothing = batch.hits.is_empty() && batch.numbering == Numbering::GoesOn;
        (!is_nothing).then_some(self.reread)
    }

    fn batch(&mut self, batch: &Batch, before: u64, (addresses, examples): (AddressKeeping, LineExamples)) {
        let input = self.input;
        let shown_from = batch.unread.len().saturating_sub(SHOWN);
        let mut run_ends_at = 0;
        for (at, (unread, text)) in batch.unread.iter().enumerate() {
            let number = before + unread.line + 1;
            self.end_run_before(number, run_ends_at);
            run_ends_at = unread.hits_before;
            let known = self.lines.readings.all().get_mut(batch.unread.readings..).unwrap_or_default();
            if unread.is_whole()
                && self.classifier.read_line(text, known, self.lines.period, &mut self.reread.batch)
            {
                self.end_run(run_ends_at);
                self.splice(run_ends_at);
                continue;
            }
            let malformed = self.malformed(unread, text);
            let is_shown = examples == LineExamples::Shown && at >= shown_from;
            let shown = is_shown.then(|| shown(text, addresses));
            self.counters.add_malformed(input, MalformedLine { number, malformed, text: shown });
            if unread.is_whole() {
                self.keep(BufferedLine { number, malformed, text: text.to_vec() }, unread.hits_before);
            }
        }
        self.end_run_before(before + batch.lines + 1, run_ends_at);
    }

    /// The hits that were read last belong behind so many of the worker's batch.
    fn splice(&mut self, hits_before: usize) {
        let up_to = self.reread.batch.hits.len();
        self.reread.splice_points.push(SplicePoint { hits_before, up_to });
    }

    /// Where reading stops in a line, and why.
    fn malformed(&mut self, unread: &UnreadLine, text: &[u8]) -> Malformed {
        if !self.lines.readings.is_empty() {
            return unread.malformed;
        }
        if self.lines.first.len() < FIRST {
            self.lines.first.extend_from_slice(text);
            self.lines.first.push(b'\n');
        }
        self.lines.readings.malformed(text)
    }

    fn keep(&mut self, line: BufferedLine, hits_before: usize) {
        if !self.lines.is_open() {
            return;
        }
        self.lines.kept.push(line);
        let kept = &self.lines.kept;
        if self.lines.readings.is_empty() {
            if kept.are_as_many_as_can_be() {
                self.look(Sample::All, hits_before);
            }
        } else if kept.are_due_in_run() {
            self.lines.kept.spend_look_at_run();
            self.look(Sample::Latest, hits_before);
        }
    }

    fn end_run_before(&mut self, number: u64, hits_before: usize) {
        if self.lines.kept.run_ended_before(number) {
            self.end_run(hits_before);
        }
    }

    fn end_run(&mut self, hits_before: usize) {
        self.lines.kept.end_run();
        if self.lines.is_open() && self.lines.kept.are_due_at_end_of_run() {
            self.look(Sample::Latest, hits_before);
        }
    }

    /// Looks for readings of the lines that are kept, until none is found.
    fn look(&mut self, sample: Sample, hits_before: usize) {
        let mut found = Vec::new();
        if sample == Sample::Latest {
            found.extend(self.reading_of(&self.lines.kept.latest_texts()));
            if found.is_empty() {
                return self.lines.kept.looked_at(false);
            }
        }
        let mut unread = self.lines.kept.texts();
        for format in &found {
            leave_unread(&mut unread, format);
        }
        while let Some(format) = self.reading_of(&unread)
            && self.lines.readings.len() + found.len() < Readings::MOST
        {
            leave_unread(&mut unread, &format);
            found.push(format);
        }
        if self.lines.readings.is_empty()
            && let Some(format) = found.first()
        {
            self.lines.hints.unused = UnusedFields::of(&self.lines.kept.texts(), format);
        }
        self.lines.kept.looked_at(!found.is_empty());
        self.read_kept_by(found);
        self.splice(hits_before);
    }

    /// A format that reads some of these lines.
    fn reading_of(&self, lines: &[&[u8]]) -> Option<Format> {
        if lines.is_empty() { None } else { self.lines.hints.format_among(lines) }
    }

    /// Adds readings, and reads by them what is kept, in its order.
    fn read_kept_by(&mut self, formats: Vec<Format>) {
        let (lines, classifier, counters) = (&mut *self.lines, &mut *self.classifier, &mut *self.counters);
        let (input, batch, period) = (self.input, &mut self.reread.batch, lines.period);
        let mut found: Vec<(Format, u64)> = formats.iter().map(|format| (format.clone(), 0)).collect();
        lines.kept.take_out(|line| {
            let mut by = found.iter_mut();
            let Some(first) = by.find_map(|(format, first)| {
                let reads = classifier.read_line(&line.text, std::slice::from_mut(format), period, batch);
                reads.then_some(first)
            }) else {
                return false;
            };
            *first = if *first == 0 { line.number } else { *first };
            counters.take_malformed_back(input, line.number, line.malformed);
            true
        });
        let used = found.into_iter().zip(formats).filter(|((_, first), _)| *first > 0);
        for ((read_so_far, first), format) in used {
            // How a reading with directives goes on is known here only, and of what is found after it the feeder must not
            // know either: it numbers readings as they are numbered here.
            if !lines.readings.has_directives() && !read_so_far.has_directives() {
                self.untold.push((input, format.clone()));
            }
            if std::mem::take(&mut lines.is_called_strange) {
                counters.clear_trouble(input);
            }
            counters.add_reading(input, format.name(), first);
            lines.readings.add(read_so_far);
        }
    }
}

/// The first bytes of an input that no format reads, for the message that says so: enough to show that it is an archive or HTML.
const FIRST: usize = 1 << 10;

/// Leaves of some lines those that a format does not read.
fn leave_unread(lines: &mut Vec<&[u8]>, format: &Format) {
    let mut format = format.clone();
    lines.retain(|line| !format.directive(line) && format.read(line).is_err());
}

/// How many of a batch's lines that could not be read are kept to look at.
const SHOWN: usize = 8;
