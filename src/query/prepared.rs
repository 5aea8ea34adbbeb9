//! A compiled question: its filter and analyses, against the strings known so far.

use crate::store::dictionaries::Dictionaries;
use crate::time::Span;

use super::analysis::Analyzer;
use super::matcher::Matcher;
use super::question::Question;
use super::series::counting_bucket;

/// A question, and what is compiled from it.
#[derive(Debug, Clone)]
pub struct PreparedQuestion {
    pub(super) question: Question,
    pub(super) matcher: Matcher,
    pub(super) analyzers: Vec<Analyzer>,
    /// The length of the buckets in which the series is counted.
    pub(super) bucket: Option<Span>,
}

impl PreparedQuestion {
    /// Compiles a question; [`PreparedQuestion::refresh`] it before each scan.
    #[must_use]
    pub fn new(question: Question) -> PreparedQuestion {
        let matcher = Matcher::new(&question);
        let analyzer = |ask| Analyzer::new(ask, &question.definitions);
        let analyzers = question.analyses.iter().map(analyzer).collect();
        let bucket = question.series.map(|ask| counting_bucket(ask, question.window));
        PreparedQuestion { question, matcher, analyzers, bucket }
    }

    /// Tests the strings that are new since the last call.
    pub fn refresh(&mut self, known: &Dictionaries) {
        self.matcher.refresh(known);
        self.analyzers.iter_mut().for_each(|analyzer| analyzer.refresh(known));
    }
}
