//! Requests as logged, each with what the classifier says of it.

use crate::classify::asset_hints::HintRow;
use crate::classify::batch::Batch;
use crate::classify::classifier::Classifier;
use crate::classify::examples::Examples;
use crate::classify::hits::HitMark;
use crate::classify::visitor::Visitor;
use crate::format::{Format, Hit, LineReader, Malformed, spelled};

/// Classifies requests and keeps them.
pub(super) struct Requests {
    classifier: Classifier,
    classified: Vec<ClassifiedRequest>,
    /// A few of each kind.
    pub(super) examples: Examples,
}

struct ClassifiedRequest {
    mark: HitMark,
    /// `None` if the hit is only counted.
    visitor: Option<Visitor>,
    logged: LoggedRequest,
}

/// What batches do not keep of a request; empty if the client asked for nothing.
#[derive(Default)]
struct LoggedRequest {
    method: Vec<u8>,
    /// Normalized (R1).
    path: Vec<u8>,
    referrer: Vec<u8>,
}

impl Requests {
    pub(super) fn new(classifier: Classifier) -> Requests {
        Requests { classifier, classified: Vec::new(), examples: Examples::default() }
    }

    /// Adds the requests of an input's first lines.
    pub(super) fn add(&mut self, lines: &[u8], format: Format) {
        let (mut reader, mut batch) = (CapturingReader { format, logged: Vec::new() }, Batch::default());
        self.classifier.read_through(lines, &mut reader, &mut batch);
        let mut events = batch.events.iter();
        for (mark, logged) in batch.hits.iter().zip(reader.logged) {
            self.examples.note(mark.kind(), &logged.method, &logged.path, mark.status());
            let event = if mark.has_event() { events.next() } else { None };
            let visitor = event.map(|event| event.visitor);
            self.classified.push(ClassifiedRequest { mark, visitor, logged });
        }
    }

    /// All of them, as hints are found in them.
    pub(super) fn rows(&self) -> Vec<HintRow<'_>> {
        self.classified.iter().map(ClassifiedRequest::row).filter(|row| !row.path.is_empty()).collect()
    }
}

impl ClassifiedRequest {
    fn row(&self) -> HintRow<'_> {
        let ClassifiedRequest { mark, visitor, logged: LoggedRequest { method, path, referrer } } = self;
        HintRow { time: mark.time(), visitor: *visitor, kind: mark.kind(), method, path, referrer }
    }
}

/// Reads lines for the classifier, and keeps what batches do not.
struct CapturingReader {
    format: Format,
    /// Of each hit, in line order.
    logged: Vec<LoggedRequest>,
}

impl LineReader for CapturingReader {
    fn read<'a>(&'a mut self, line: &'a [u8]) -> Result<Hit<'a>, Malformed> {
        let hit = self.format.read(line)?;
        self.logged.push(LoggedRequest::of(&hit));
        Ok(hit)
    }

    fn directive(&mut self, line: &[u8]) -> bool {
        self.format.directive(line)
    }
}

impl LoggedRequest {
    fn of(hit: &Hit) -> LoggedRequest {
        let Some(request) = &hit.request else { return LoggedRequest::default() };
        LoggedRequest {
            method: request.method.to_vec(),
            path: spelled(request.path()).into_owned(),
            referrer: hit.details(&mut Vec::new()).referrer.to_vec(),
        }
    }
}
