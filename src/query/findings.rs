//! Findings: what stands out in an answer and is statistically significant.
//!
//! Many rows are tested per answer, so the threshold is strict: chance exceeds it in one of about two thousand tests
//! ([`SURE`]). The effect must be large enough to matter, too.

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
use super::view::{Finding, Rate, Series};

/// The significance threshold in standard errors: chance exceeds 3.5 in one of about 2,150 tests.
const SURE: f64 = 3.5;
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
    let mut found = Vec::new();
    let changes = match &whole.closeup {
        CloseupPartial::Changes(changes) => Some(&**changes),
        _ => None,
    };
    if let Some(changes) = changes {
        let comparable = knows_the_window_before(changes, frame);
        found.extend(best(errors(changes, known, comparable)));
        if comparable {
            found.extend(best(slower(changes, known)));
        }
    }
    found.extend(best(bouncing(question, whole, known)));
    found.extend(series.and_then(traffic));
    if let Some(changes) = changes.filter(|changes| knows_the_window_before(changes, frame)) {
        found.extend(best(sources(changes, known, question.small_groups)));
    }
    found
}

/// A finding with its standard score.
struct Candidate(f64, Finding);

/// The most significant ones, in order.
fn best(mut found: Vec<Candidate>) -> impl Iterator<Item = Finding> {
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
fn bouncing(question: &Question, whole: &Partial, known: &Dictionaries) -> Vec<Candidate> {
    let pages = question.tables.iter().zip(&whole.tables).find(|(ask, _)| ask.grouping == Grouping::Page);
    let rows = pages.map_or(&[][..], |(_, table)| &table.rows);
    let settled = whole.figures.settled;
    let bounces = |(key, counts): &(RowKey, Counts)| {
        let here = Bounces { bounced: counts.bounced, of: counts.settled };
        let strength = bounces_more(here, settled)?;
        let page = row_name(known, *key).into_owned();
        Some(Candidate(
            strength,
            Finding::Bounces { page, here: rate(here), elsewhere: rate(rest(here, settled)) },
        ))
    };
    rows.iter().filter_map(bounces).collect()
}

fn rate(bounces: Bounces) -> Rate {
    Rate { bounced: bounces.bounced as f64, of: bounces.of }
}

fn rest(here: Bounces, all: Bounces) -> Bounces {
    Bounces { bounced: all.bounced.saturating_sub(here.bounced), of: all.of.saturating_sub(here.of) }
}

/// The standard score of the difference between this bounce rate and that of the rest, if it is significant and at
/// least ten points.
fn bounces_more(here: Bounces, all: Bounces) -> Option<f64> {
    let rest = rest(here, all);
    if here.of < ENOUGH || rest.of < ENOUGH {
        return None;
    }
    let (n, m) = (here.of as f64, rest.of as f64);
    let (p, q) = (here.bounced as f64 / n, rest.bounced as f64 / m);
    let pooled = all.bounced as f64 / (n + m);
    let error = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
    let off = (p - q) / error;
    (off >= SURE && p - q >= 0.1).then_some(off)
}

/// The change of `part` beyond that of `all`, in standard errors of a part that changes in proportion.
fn moved(part: Pair, all: Pair) -> f64 {
    let (sum, expected) =
        ((part.now + part.before) as f64, all.now as f64 / (all.now + all.before).max(1) as f64);
    let error = (sum * expected * (1.0 - expected)).sqrt();
    if error > 0.0 { (part.now as f64 - sum * expected) / error } else { 0.0 }
}

fn shares(part: Pair, all: Pair) -> (f64, f64) {
    (part.now as f64 / all.now.max(1) as f64, part.before as f64 / all.before.max(1) as f64)
}

/// Sources whose share of the sessions has changed by at least a quarter.
fn sources(changes: &ChangesPartial, known: &Dictionaries, small_groups: SmallGroups) -> Vec<Candidate> {
    let all = changes.started;
    let moves = |(source, part): (&crate::ids::SourceId, &Pair)| {
        let (now, before) = shares(*part, all);
        let off = moved(*part, all).abs();
        let matters = now >= before * 1.25 || now <= before * 0.8;
        let is_told = part.now + part.before >= ENOUGH && !small_groups.folds(part.now);
        if !is_told || all.before < ENOUGH || off < SURE || !matters {
            return None;
        }
        let source = known.sources.text(*source).into_owned();
        Some(Candidate(
            off,
            Finding::Source {
                source,
                sessions: part.now,
                before: part.before,
                share: now,
                share_before: before,
            },
        ))
    };
    changes.sources.iter().filter_map(moves).collect()
}

/// Paths that fail for at least five sessions: for more than before, or for at least 2 % of the sessions.
fn errors(changes: &ChangesPartial, known: &Dictionaries, comparable: bool) -> Vec<Candidate> {
    let fails = |(page, errors): (&crate::ids::PageId, &super::closeup::Errors)| {
        let sessions = errors.sessions;
        let grew = comparable && moved(sessions, changes.started) >= SURE;
        let many = shares(sessions, changes.started).0 >= 0.02;
        if sessions.now < 5 || !(grew || many) {
            return None;
        }
        let page = known.pages.text(*page).into_owned();
        let before = comparable.then_some(errors.errors.before);
        let finding = Finding::Errors { page, errors: errors.errors.now, sessions: sessions.now, before };
        Some(Candidate(sessions.now as f64, finding))
    };
    changes.errors.iter().filter_map(fails).collect()
}

/// Pages whose load time has grown by at least a quarter.
fn slower(changes: &ChangesPartial, known: &Dictionaries) -> Vec<Candidate> {
    let slows = |(page, loads): (&crate::ids::PageId, &super::closeup::LogLoads)| {
        if loads.count.now < ENOUGH || loads.count.before < ENOUGH {
            return None;
        }
        let now = MeanAndError::of(loads.count.now, loads.sum.now, loads.squares.now);
        let before = MeanAndError::of(loads.count.before, loads.sum.before, loads.squares.before);
        let error = (now.error_squared + before.error_squared).sqrt();
        let longer = now.mean - before.mean;
        let off = if error > 0.0 { longer / error } else { f64::INFINITY };
        if off < SURE || longer < 1.25_f64.ln() {
            return None;
        }
        let page = known.pages.text(*page).into_owned();
        let finding = Finding::Slower {
            page,
            typical: now.typical(),
            before: before.typical(),
            views: loads.count.now,
        };
        Some(Candidate(off, finding))
    };
    changes.loads.iter().filter_map(slows).collect()
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
fn traffic(series: &Series) -> Option<Finding> {
    let finished = series.points.len().checked_sub(1)?;
    let before: u64 = series.before.iter().take(finished).sum();
    let now: u64 = series.points.iter().take(finished).map(|point| point.started).sum();
    if series.before.is_empty() || now + before < 2 * ENOUGH {
        return None;
    }
    let (n, b) = (now as f64, before as f64);
    let off = (n - b).abs() / (n + b).sqrt();
    let matters = n >= b * 1.5 || n <= b / 1.5;
    (off >= SURE && matters).then_some(Finding::Traffic { sessions: now, before })
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
        let here = |bounced, of| bounces_more(Bounces { bounced, of }, all).is_some();
        assert!(here(80, 100), "80 % against 36 %");
        assert!(!here(20, 25), "too few to tell");
        assert!(!here(24, 50), "8 points on 50 sessions are chance");
        assert!(!here(10, 100), "fewer bounces are no bad news");
        let much = Bounces { bounced: 400_000, of: 1_000_000 };
        let slightly = Bounces { bounced: 45_000, of: 100_000 };
        assert_eq!(bounces_more(slightly, much), None, "no chance, but it hardly matters");
        assert_eq!(bounces_more(all, all), None, "one page is the whole site");
    }

    #[test]
    fn a_part_that_moves_along_with_the_rest_has_not_moved() {
        assert!(moved(pair(200, 100), pair(2_000, 1_000)).abs() < 0.01);
        assert!(moved(pair(200, 100), pair(1_000, 1_000)) >= SURE);
        assert!(moved(pair(20, 100), pair(1_000, 1_000)) <= -SURE);
        assert!(moved(pair(12, 8), pair(1_000, 1_000)).abs() < SURE);
        assert!(moved(pair(0, 0), pair(0, 0)).abs() < SURE);
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
            sources(&changes, &known, small_groups).len()
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
        let found = traffic(&series(&[100, 100, 0], &[50, 50, 900]));
        assert_eq!(found, Some(Finding::Traffic { sessions: 200, before: 100 }));
        assert_eq!(traffic(&series(&[100, 100, 0], &[90, 90, 0])), None);
        assert_eq!(traffic(&series(&[20, 10, 0], &[5, 5, 0])), None, "too few");
        assert_eq!(traffic(&series(&[100, 100, 0], &[])), None, "the window before is not known");
        assert_eq!(traffic(&Series::default()), None);
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
