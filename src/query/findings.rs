//! Findings: what stands out in an answer and is statistically significant (design.md R15).
//!
//! Many rows are tested per answer, so the threshold grows with their number; the effect must be large enough to matter,
//! too. Faults, which need no statistics, are found in `traffic::faults`.

use std::cmp::Ordering;

use crate::store::dictionaries::Dictionaries;
use crate::time::{Millis, Span};

use super::closeup::{ChangesPartial, CloseupPartial, Pair};
use super::counts::{Bounces, Counts};
use super::moment::Frame;
use super::names::row_name;
use super::partial::Partial;
use super::question::{Grouping, Question, SmallGroups};
use super::row_key::RowKey;
use super::significance::{at_least, at_most, threshold};
use super::view::{Finding, Rate, Series};

/// The least sample size, in sessions, views or settled visits.
const ENOUGH: u64 = 30;
/// The most findings of one kind: more would bury each other.
const MOST: usize = 4;

/// The findings in the answer to a question, the most urgent first.
pub(super) fn find(
    question: &Question,
    whole: &Partial,
    known: &Dictionaries,
    frame: &Frame,
    series: Option<&Series>,
) -> Vec<Finding> {
    let changes = match &whole.closeup {
        CloseupPartial::Changes(changes) => Some(&**changes),
        _ => None,
    };
    let comparable = changes.filter(|changes| knows_the_window_before(changes, frame));
    let families = [
        changes.map_or_else(Family::default, |changes| errors(changes, known, comparable.is_some())),
        comparable.map_or_else(Family::default, |changes| slower(changes, known)),
        bouncing(question, whole, known),
        comparable.and(series).map_or_else(Family::default, traffic),
        comparable.map_or_else(Family::default, |changes| sources(changes, known, question.small_groups)),
    ];
    let sure = threshold(families.iter().map(|family| family.tests).sum());
    families.into_iter().flat_map(|family| best(family, sure)).collect()
}

/// The findings of one kind that are large enough to matter, and how many rows could have given one.
#[derive(Default)]
struct Family {
    tests: usize,
    candidates: Vec<Candidate>,
}

impl Family {
    /// Tests rows: each gives its standard score, with the finding if it matters; nothing if there is too little of it.
    fn of(rows: impl Iterator<Item = Option<(f64, Option<Finding>)>>) -> Family {
        let mut family = Family::default();
        for (score, finding) in rows.flatten() {
            family.tests += 1;
            family.candidates.extend(finding.map(|finding| Candidate(score, finding)));
        }
        family
    }
}

/// A finding with its standard score.
struct Candidate(f64, Finding);

/// The most significant ones, in order.
fn best(family: Family, sure: f64) -> impl Iterator<Item = Finding> {
    let mut found = family.candidates;
    found.retain(|candidate| candidate.0 >= sure);
    let by_strength = |a: &Candidate, b: &Candidate| b.0.total_cmp(&a.0);
    let by_name = |a: &Candidate, b: &Candidate| a.1.subject().cmp(b.1.subject());
    found.sort_unstable_by(|a, b| match by_strength(a, b) {
        Ordering::Equal => by_name(a, b),
        other => other,
    });
    found.into_iter().take(MOST).map(|candidate| candidate.1)
}

/// Whether sessions of the whole window before are kept; otherwise everything would seem to have grown from zero.
fn knows_the_window_before(changes: &ChangesPartial, frame: &Frame) -> bool {
    let length = frame.from.since(frame.before);
    let slack = Span(length.0 / 20);
    frame.before > Millis::MIN && changes.earliest.is_some_and(|first| first <= frame.before + slack)
}

/// Entry pages that bounce more often than the rest of the site.
fn bouncing(question: &Question, whole: &Partial, known: &Dictionaries) -> Family {
    let pages = question.tables.iter().zip(&whole.tables).find(|(ask, _)| ask.grouping == Grouping::Page);
    let rows = pages.map_or(&[][..], |(_, table)| &table.rows);
    let settled = whole.figures.settled;
    let bounces = |(key, counts): &(RowKey, Counts)| {
        let here = Bounces { bounced: counts.bounced, of: counts.settled };
        let rest = rest(here, settled);
        let score = bounces_more(here, rest)?;
        let finding = || Finding::Bounces {
            page: row_name(known, *key).into_owned(),
            here: rate(here),
            elsewhere: rate(rest),
        };
        Some((score, is_ten_points_more(here, rest).then(finding)))
    };
    Family::of(rows.iter().map(bounces))
}

fn rate(bounces: Bounces) -> Rate {
    Rate { bounced: bounces.bounced as f64, of: bounces.of }
}

fn rest(here: Bounces, all: Bounces) -> Bounces {
    Bounces { bounced: all.bounced.saturating_sub(here.bounced), of: all.of.saturating_sub(here.of) }
}

/// The standard score of the difference between this bounce rate and that of the rest: the test of two proportions.
fn bounces_more(here: Bounces, rest: Bounces) -> Option<f64> {
    if here.of < ENOUGH || rest.of < ENOUGH {
        return None;
    }
    let (n, m) = (here.of as f64, rest.of as f64);
    let pooled = (here.bounced + rest.bounced) as f64 / (n + m);
    let error = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
    let off = here.bounced as f64 / n - rest.bounced as f64 / m;
    Some(if error > 0.0 { off / error } else { 0.0 })
}

/// Whether the difference matters (R15).
fn is_ten_points_more(here: Bounces, rest: Bounces) -> bool {
    here.bounced as f64 / here.of as f64 - rest.bounced as f64 / rest.of as f64 >= 0.1
}

/// How sure it is that a part has grown beyond the whole, and that it has shrunk: if it had moved along, each of it would
/// be of now as probably as each of the whole is.
fn moved(part: Pair, all: Pair) -> (f64, f64) {
    let (sum, share) = (part.now + part.before, all.now as f64 / (all.now + all.before).max(1) as f64);
    (at_least(part.now, sum, share), at_most(part.now, sum, share))
}

fn shares(part: Pair, all: Pair) -> (f64, f64) {
    (part.now as f64 / all.now.max(1) as f64, part.before as f64 / all.before.max(1) as f64)
}

/// Sources whose share of the sessions has changed by at least a quarter.
fn sources(changes: &ChangesPartial, known: &Dictionaries, small_groups: SmallGroups) -> Family {
    let all = changes.started;
    let moves = |(source, part): (&crate::ids::SourceId, &Pair)| {
        if part.now + part.before < ENOUGH || all.before < ENOUGH || small_groups.folds(part.now) {
            return None;
        }
        let (now, before) = shares(*part, all);
        let (grown, shrunk) = moved(*part, all);
        let matters = now >= before * 1.25 || now <= before * 0.8;
        let finding = || Finding::Source {
            source: known.sources.text(*source).into_owned(),
            sessions: part.now,
            before: part.before,
            share: now,
            share_before: before,
        };
        Some((grown.max(shrunk), matters.then(finding)))
    };
    Family::of(changes.sources.iter().map(moves))
}

/// Paths that fail for at least five sessions: for more than before, or for at least 2 % of the sessions.
fn errors(changes: &ChangesPartial, known: &Dictionaries, comparable: bool) -> Family {
    let fails = |(page, errors): (&crate::ids::PageId, &super::closeup::Errors)| {
        let sessions = errors.sessions;
        if sessions.now < 5 {
            return None;
        }
        let (grown, _) = moved(sessions, changes.started);
        let many = shares(sessions, changes.started).0 >= 0.02;
        let finding = || Finding::Errors {
            page: known.pages.text(*page).into_owned(),
            errors: errors.errors.now,
            sessions: sessions.now,
            before: comparable.then_some(errors.errors.before),
        };
        // What fails for many is told whether or not it is new, the most sessions first.
        let score = if many { MANY + sessions.now as f64 } else { grown };
        Some((score, (many || comparable).then(finding)))
    };
    Family::of(changes.errors.iter().map(fails))
}

/// A score above all that tests give.
const MANY: f64 = 1e3;

/// Pages whose load time has grown by at least a quarter.
fn slower(changes: &ChangesPartial, known: &Dictionaries) -> Family {
    let slows = |(page, loads): (&crate::ids::PageId, &super::closeup::LogLoads)| {
        if loads.count.now < ENOUGH || loads.count.before < ENOUGH {
            return None;
        }
        let now = MeanAndError::of(loads.count.now, loads.sum.now, loads.squares.now);
        let before = MeanAndError::of(loads.count.before, loads.sum.before, loads.squares.before);
        let error = (now.error_squared + before.error_squared).sqrt();
        let longer = now.mean - before.mean;
        let off = if error > 0.0 { longer / error } else { f64::INFINITY };
        let finding = || Finding::Slower {
            page: known.pages.text(*page).into_owned(),
            typical: now.typical(),
            before: before.typical(),
            views: loads.count.now,
        };
        Some((off, (longer >= 1.25_f64.ln()).then(finding)))
    };
    Family::of(changes.loads.iter().map(slows))
}

/// The mean of logarithms of load times, and its standard error.
struct MeanAndError {
    mean: f64,
    error_squared: f64,
}

impl MeanAndError {
    /// From the count, the sum and the sum of squares of values in thousandths.
    fn of(count: u64, sum: u64, squares: u64) -> MeanAndError {
        let n = count.max(2) as f64;
        let mean = sum as f64 / n;
        let variance = (squares as f64 / n - mean * mean).max(0.0) * n / (n - 1.0);
        MeanAndError { mean: mean / 1000.0, error_squared: variance / n / 1e6 }
    }

    /// The geometric mean, which a single very long load hardly moves.
    fn typical(&self) -> Span {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturating is meant")]
        let milliseconds = self.mean.exp_m1().round() as u64;
        Span(milliseconds)
    }
}

/// A large change in the number of sessions since the window before. The unfinished bucket is left out of both.
fn traffic(series: &Series) -> Family {
    let finished = series.points.len().saturating_sub(1);
    let before: u64 = series.before.iter().take(finished).sum();
    let now: u64 = series.points.iter().take(finished).map(|point| point.started).sum();
    if series.before.is_empty() || now + before < 2 * ENOUGH {
        return Family::default();
    }
    let score = at_least(now, now + before, 0.5).max(at_most(now, now + before, 0.5));
    let matters = now as f64 >= before as f64 * 1.5 || now as f64 <= before as f64 / 1.5;
    Family::of([Some((score, matters.then_some(Finding::Traffic { sessions: now, before })))].into_iter())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::closeup::LogLoads;
    use super::super::view::Point;
    use super::*;
    use crate::classify::agent::{self, Agents};
    use crate::classify::own_hosts::OwnHosts;
    use crate::classify::source::{self, Sources};
    use crate::ids::SourceId;

    fn pair(now: u64, before: u64) -> Pair {
        Pair { now, before }
    }

    #[test]
    fn a_page_bounces_more_only_where_it_is_no_chance_and_matters() {
        let all = Bounces { bounced: 400, of: 1_000 };
        let is_told = |here, all| {
            let rest = rest(here, all);
            let is_sure = bounces_more(here, rest).is_some_and(|score| score >= threshold(100));
            is_sure && is_ten_points_more(here, rest)
        };
        let here = |bounced, of| is_told(Bounces { bounced, of }, all);
        assert!(here(80, 100), "80 % against 36 %");
        assert!(!here(20, 25), "too few to tell");
        assert!(!here(24, 50), "8 points on 50 sessions are chance");
        assert!(!here(10, 100), "fewer bounces are no bad news");
        let much = Bounces { bounced: 400_000, of: 1_000_000 };
        let slightly = Bounces { bounced: 45_000, of: 100_000 };
        assert!(!is_told(slightly, much), "no chance, but it hardly matters");
        assert!(!is_told(all, all), "one page is the whole site");
    }

    #[test]
    fn a_part_that_moves_along_with_the_rest_has_not_moved() {
        let sure = threshold(100);
        let (grown, shrunk) = moved(pair(200, 100), pair(2_000, 1_000));
        assert!(grown < 0.1 && shrunk < 0.1);
        assert!(moved(pair(200, 100), pair(1_000, 1_000)).0 >= sure);
        assert!(moved(pair(20, 100), pair(1_000, 1_000)).1 >= sure);
        assert!(moved(pair(12, 8), pair(1_000, 1_000)).0 < sure);
        assert_eq!(moved(pair(0, 0), pair(0, 0)), (0.0, 0.0));
    }

    /// R11.
    #[test]
    fn a_source_of_which_few_are_left_is_a_finding_only_where_small_groups_are_shown() {
        let agents = Arc::new(Agents::new(&agent::AgentAdditions::default()));
        let tables = Arc::new(Sources::new(&source::SourceAdditions::default()));
        let known = Dictionaries::new(1 << 20, agents, tables, OwnHosts::given([""; 0]));
        let found = |left, small_groups| {
            let mut changes = ChangesPartial::default();
            changes.started = pair(1_000, 1_000);
            changes.sources.insert(SourceId::OTHER, pair(left, 100));
            sources(&changes, &known, small_groups).candidates.len()
        };
        assert_eq!([4, 5].map(|left| found(left, SmallGroups::Shown)), [1, 1]);
        assert_eq!([4, 5].map(|left| found(left, SmallGroups::Folded)), [0, 1]);
    }

    #[test]
    fn the_traffic_of_the_bucket_that_is_not_finished_counts_in_neither_window() {
        let series = |now: &[u64], before: &[u64]| Series {
            points: now.iter().map(|&started| Point { started, ..Point::default() }).collect(),
            before: before.to_vec(),
            ..Series::default()
        };
        let found = |series: &Series| best(traffic(series), threshold(1)).next();
        assert_eq!(
            found(&series(&[100, 100, 0], &[50, 50, 900])),
            Some(Finding::Traffic { sessions: 200, before: 100 })
        );
        assert_eq!(found(&series(&[100, 100, 0], &[90, 90, 0])), None);
        assert_eq!(found(&series(&[20, 10, 0], &[5, 5, 0])), None, "too few");
        assert_eq!(found(&series(&[100, 100, 0], &[])), None, "the window before is not known");
        assert_eq!(found(&Series::default()), None);
    }

    #[test]
    fn the_typical_load_time_is_not_moved_by_one_long_one() {
        let mut loads = LogLoads::default();
        for milliseconds in [100, 110, 90, 100, 60_000] {
            let log = (f64::from(milliseconds).ln_1p() * 1000.0).round();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number")]
            let log = log as u64;
            loads.count.now += 1;
            loads.sum.now += log;
            loads.squares.now += log * log;
        }
        let spread = MeanAndError::of(loads.count.now, loads.sum.now, loads.squares.now);
        let typical = spread.typical().0;
        assert!((340..380).contains(&typical), "{typical} ms; the mean would be 12,080 ms");
    }

    #[test]
    fn growth_needs_a_window_before_that_is_known() {
        let frame = Frame { before: Millis(0), from: Millis(1_000), lately: Millis(0), to: Millis(2_000) };
        let since = |first| {
            let mut changes = ChangesPartial::default();
            changes.earliest = Some(Millis(first));
            changes
        };
        assert!(knows_the_window_before(&since(50), &frame));
        assert!(!knows_the_window_before(&since(51), &frame));
        assert!(!knows_the_window_before(&ChangesPartial::default(), &frame));
        let everything = Frame { before: Millis::MIN, from: Millis::MIN, ..frame };
        assert!(!knows_the_window_before(&since(0), &everything));
    }
}
