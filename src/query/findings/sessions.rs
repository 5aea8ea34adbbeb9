//! How many sessions there are, where they come from, and whether they scan like people.

use crate::ids::SourceId;
use crate::query::closeup::{ChangesPartial, Pair};
use crate::query::question::SmallGroups;
use crate::query::significance::{LEAST_DISPERSION, at_least, at_most, is_a_quarter_off};
use crate::query::view::{Against, Anomaly, Series};
use crate::store::dictionaries::Dictionaries;

use super::{ENOUGH, Family, SpanComparison, moved, share, shares};

/// The number of sessions matters where it is half as large again, or the other way round: it changes by a quarter with
/// the time of the day.
const GROWTH: f64 = 1.5;
/// Of one degree of freedom.
const MEDIAN_OF_CHI_SQUARED: f64 = 0.4549;
/// A share matters that is ten points larger (R15).
const POINTS: f64 = 0.1;
/// Most sessions fetch assets, where at most this share does not.
const MOST_FETCH: f64 = 0.5;
/// Then this share of sessions without is told whatever it was before.
const MANY_WITHOUT: f64 = 0.25;

/// Far more or far fewer sessions than before.
pub(super) fn traffic(compared: &SpanComparison, series: Option<&Series>) -> Family {
    let counts = match compared.against {
        Against::Window => series.map(finished),
        _ => Some((compared.counts.started, compared.share_of_time())),
    };
    Family::one(counts.and_then(|(started, share)| {
        if started.now + started.before < 2 * ENOUGH {
            return None;
        }
        let sum = started.now + started.before;
        let z = at_least(started.now, sum, share).max(at_most(started.now, sum, share));
        let z = z / dispersion(series).sqrt();
        let expected = started.before as f64 * share / (1.0 - share);
        let matters = started.now as f64 >= expected * GROWTH || started.now as f64 <= expected / GROWTH;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturating is meant")]
        let what = || Anomaly::Traffic { sessions: started.now, before: expected.round() as u64 };
        Some((compared.test(z), matters.then(what)))
    }))
}

/// How much more than by chance the number of sessions varies from bucket to bucket (the index of dispersion): who begins a
/// session often begins another soon, and a shared link brings several. The median keeps a step, which is to be found,
/// from counting as variation.
fn dispersion(series: Option<&Series>) -> f64 {
    let Some(series) = series else { return LEAST_DISPERSION };
    let finished = series.points.len().saturating_sub(1);
    let now = series.points.iter().take(finished).map(|point| point.started);
    let started: Vec<f64> =
        series.before.iter().take(finished).copied().chain(now).map(|count| count as f64).collect();
    let mean = started.iter().sum::<f64>() / started.len().max(1) as f64;
    let mut squares: Vec<f64> = started.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).collect();
    squares.sort_unstable_by(f64::total_cmp);
    match squares.get(squares.len() / 2) {
        Some(median) if mean > 0.0 => (median / (2.0 * MEDIAN_OF_CHI_SQUARED * mean)).max(LEAST_DISPERSION),
        _ => LEAST_DISPERSION,
    }
}

/// The sessions of the window and of the one before, each without the unfinished bucket.
fn finished(series: &Series) -> (Pair, f64) {
    let finished = series.points.len().saturating_sub(1);
    let before = series.before.iter().take(finished).sum();
    let now = series.points.iter().take(finished).map(|point| point.started).sum();
    (if series.before.is_empty() { Pair::default() } else { Pair { now, before } }, 0.5)
}

/// Sources whose share of the sessions has changed by at least a quarter.
pub(super) fn sources(compared: &SpanComparison, known: &Dictionaries, small_groups: SmallGroups) -> Family {
    let all = compared.counts.started;
    let moves = |(source, part): (&SourceId, &Pair)| {
        if part.now + part.before < ENOUGH || all.before < ENOUGH || small_groups.folds(part.now) {
            return None;
        }
        let (now, before) = shares(*part, all);
        let (grown, shrunk) = moved(*part, all);
        let matters = is_a_quarter_off(now, before);
        let what = || Anomaly::Source {
            source: known.sources.text(*source).into_owned(),
            sessions: part.now,
            before: part.before,
            share: now,
            share_before: before,
        };
        Some((compared.test(grown.max(shrunk)), matters.then(what)))
    };
    Family::of(compared.counts.sources.iter().map(moves))
}

/// More visits of one page than before that fetch no asset, where most did.
pub(super) fn no_assets(compared: &SpanComparison) -> Family {
    let (without, all) = (compared.counts.of_one_page_without_assets, compared.counts.of_one_page);
    let (now, before) = shares(without, all);
    if without.now + without.before < ENOUGH || all.before < ENOUGH || before > MOST_FETCH {
        return Family::default();
    }
    let what = || Anomaly::NoAssets { sessions: without.now, of: all.now, before: Some(before) };
    let matters = now >= before + POINTS;
    Family::one(Some((compared.test(moved(without, all).0), matters.then(what))))
}

/// Many sessions that fetch no asset, where most do, whatever it was before.
pub(super) fn many_without_assets(changes: &ChangesPartial) -> Family {
    let (without, of) = (changes.window.without_assets.now, changes.window.with_pageview.now);
    let share = share(without, of);
    let many = without >= ENOUGH && (MANY_WITHOUT..=MOST_FETCH).contains(&share);
    let what = Anomaly::NoAssets { sessions: without, of, before: None };
    Family::of_size(many.then_some((without, what)).into_iter())
}
