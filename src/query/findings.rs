//! Findings: what stands out in an answer and is statistically significant (design.md R15).
//!
//! Many rows are tested per answer, so the threshold grows with their number; the effect must be large enough to matter,
//! too. Faults, which need no statistics, are found in `traffic::faults`. A file for each family of findings.

mod bounces;
mod funnels;
mod pages;
mod sessions;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use crate::store::dictionaries::Dictionaries;
use crate::time::{Millis, Span};

use super::closeup::{ChangeCounts, ChangesPartial, CloseupPartial, Pair};
use super::moment::Frame;
use super::partial::Partial;
use super::question::Question;
use super::significance::{ENOUGH, at_least, at_most, threshold};
use super::view::{Against, AnalysisView, Anomaly, Basis, Finding, Series, Significance};

/// The most findings of one kind: more would bury each other.
const MOST: usize = 4;

/// What is looked at.
pub(super) struct FindingScan<'a> {
    pub(super) question: &'a Question,
    pub(super) whole: &'a Partial,
    pub(super) known: &'a Dictionaries,
    pub(super) frame: &'a Frame,
    pub(super) series: Option<&'a Series>,
    pub(super) analyses: &'a [AnalysisView],
}

/// The findings in the answer to a question, the most urgent first.
pub(super) fn find(scan: &FindingScan) -> Vec<Finding> {
    let changes = match &scan.whole.closeup {
        CloseupPartial::Changes(changes) => &**changes,
        _ => return Vec::new(),
    };
    let hour = scan.frame.hour();
    let knows_hour = is_known_before(changes, &hour);
    let knows_window = is_known_before(changes, scan.frame);
    let compared = [
        (knows_hour, SpanComparison { counts: &changes.hour, frame: &hour, against: Against::Hour }),
        (
            knows_window,
            SpanComparison { counts: &changes.window, frame: scan.frame, against: Against::Window },
        ),
    ];
    let compared: Vec<_> =
        compared.into_iter().filter(|(known, _)| *known).map(|(_, compared)| compared).collect();
    let mut families: [Family; 7] = Default::default();
    let [errors, slower, bounces, steps, assets, traffic, sources] = &mut families;
    for comparison in &compared {
        errors.join(pages::errors(comparison, scan.known));
        slower.join(pages::slower(comparison, scan.known));
        assets.join(sessions::no_assets(comparison));
        traffic.join(sessions::traffic(comparison, scan.series));
        sources.join(sessions::sources(comparison, scan.known, scan.question.small_groups));
    }
    if knows_window {
        bounces.join(bounces::than_before(changes, scan));
    } else {
        errors.join(pages::many_errors(&changes.window, scan));
    }
    bounces.join(bounces::than_the_rest(scan));
    steps.join(funnels::steps(scan));
    assets.join(sessions::many_without_assets(changes));
    let tests = families.iter().map(|family| family.tests).sum();
    let sure = Sure { threshold: threshold(tests), tests };
    families.into_iter().flat_map(|family| best(family, sure)).collect()
}

/// Counts of two spans, and what they are compared as.
#[derive(Clone, Copy)]
struct SpanComparison<'a> {
    counts: &'a ChangeCounts,
    frame: &'a Frame,
    against: Against,
}

impl SpanComparison<'_> {
    /// The expected share of the first span in the sum of both, if nothing changed: by their lengths.
    fn share_of_time(&self) -> f64 {
        let now = self.frame.to.since(self.frame.from).0 as f64;
        now / self.frame.to.since(self.frame.before).0.max(1) as f64
    }

    fn test(&self, z: f64) -> Tested {
        Tested { z, against: self.against, since: self.frame.from }
    }
}

/// The outcome of one test.
#[derive(Clone, Copy)]
struct Tested {
    z: f64,
    against: Against,
    since: Millis,
}

/// How sure a finding must be.
#[derive(Clone, Copy)]
struct Sure {
    threshold: f64,
    tests: usize,
}

/// The findings of one kind that are large enough to matter, and how many rows could have given one.
#[derive(Default)]
struct Family {
    tests: usize,
    candidates: Vec<Candidate>,
}

impl Family {
    /// Tests rows: each gives its outcome, with the finding if it matters; nothing if there is too little of it.
    fn of(rows: impl Iterator<Item = Option<(Tested, Option<Anomaly>)>>) -> Family {
        let mut family = Family::default();
        for (tested, what) in rows.flatten() {
            family.tests += 1;
            family.candidates.extend(what.map(|what| Candidate {
                tested: Some(tested),
                size: tested.z,
                what,
            }));
        }
        family
    }

    fn one(row: Option<(Tested, Option<Anomaly>)>) -> Family {
        Family::of(std::iter::once(row))
    }

    /// Findings that are told for their size alone, the largest first.
    fn of_size(rows: impl Iterator<Item = (u64, Anomaly)>) -> Family {
        let candidate = |(size, what)| Candidate { tested: None, size: size as f64, what };
        Family { tests: 0, candidates: rows.map(candidate).collect() }
    }

    fn join(&mut self, other: Family) {
        self.tests += other.tests;
        self.candidates.extend(other.candidates);
    }
}

/// A possible finding: what it tells, with its test unless it is told for its size alone.
struct Candidate {
    tested: Option<Tested>,
    size: f64,
    what: Anomaly,
}

impl Candidate {
    fn is_sure(&self, sure: Sure) -> bool {
        self.tested.is_none_or(|tested| tested.z >= sure.threshold)
    }

    fn into_finding(self, sure: Sure) -> Finding {
        let basis = self.tested.map_or(Basis::Threshold, |tested| {
            Basis::Test(Significance {
                z: tested.z,
                threshold: sure.threshold,
                tests: sure.tests,
                against: tested.against,
                since: tested.since,
            })
        });
        Finding { what: self.what, basis }
    }
}

/// The most significant ones, in order, each subject once.
fn best(family: Family, sure: Sure) -> impl Iterator<Item = Finding> {
    let mut found = family.candidates;
    found.retain(|candidate| candidate.is_sure(sure));
    found.sort_by(|a, b| {
        let by_size = (a.tested.is_some(), b.size).partial_cmp(&(b.tested.is_some(), a.size));
        by_size.unwrap_or(Ordering::Equal)
    });
    let mut told: Vec<Finding> = Vec::new();
    for candidate in found {
        let finding = candidate.into_finding(sure);
        if told.len() < MOST && told.iter().all(|other| other.subject() != finding.subject()) {
            told.push(finding);
        }
    }
    told.into_iter()
}

/// Whether sessions of the whole span before are kept; otherwise everything would seem to have grown from zero.
fn is_known_before(changes: &ChangesPartial, frame: &Frame) -> bool {
    let length = frame.from.since(frame.before);
    let slack = Span(length.0 / 20);
    frame.before > Millis::MIN && changes.earliest.is_some_and(|first| first <= frame.before + slack)
}

/// How sure it is that a part has grown beyond the whole, and that it has shrunk: if it had moved along, each of it would
/// be of now as probably as each of the whole is.
fn moved(part: Pair, all: Pair) -> (f64, f64) {
    let (sum, share) = (part.now + part.before, all.now as f64 / (all.now + all.before).max(1) as f64);
    (at_least(part.now, sum, share), at_most(part.now, sum, share))
}

fn shares(part: Pair, all: Pair) -> (f64, f64) {
    (share(part.now, all.now), share(part.before, all.before))
}

fn share(part: u64, of: u64) -> f64 {
    part as f64 / of.max(1) as f64
}
