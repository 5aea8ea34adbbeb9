//! Entry pages that bounce more often: than the rest of the site, or than they did before.

use crate::query::closeup::{ChangesPartial, EntryBounces};
use crate::query::counts::{Bounces, Counts};
use crate::query::names::row_name;
use crate::query::question::Grouping;
use crate::query::row_key::RowKey;
use crate::query::view::{Against, Anomaly, Rate};

use super::{ENOUGH, Family, FindingScan, Tested};

/// A rate matters that is ten points higher (R15).
const POINTS: f64 = 0.1;

/// Entry pages that bounce more often than the rest of the site.
pub(super) fn than_the_rest(scan: &FindingScan) -> Family {
    let tables = scan.question.tables.iter().zip(&scan.whole.tables);
    let pages = tables.into_iter().find(|(ask, _)| ask.grouping == Grouping::Page);
    let rows = pages.map_or(&[][..], |(_, table)| &table.rows);
    let settled = scan.whole.figures.settled;
    let bounces = |(key, counts): &(RowKey, Counts)| {
        let here = Bounces { bounced: counts.bounced, of: counts.settled };
        let rest = Bounces {
            bounced: settled.bounced.saturating_sub(here.bounced),
            of: settled.of.saturating_sub(here.of),
        };
        test(here, rest, (scan, Against::Rest), || row_name(scan.known, *key).into_owned())
    };
    Family::of(rows.iter().map(bounces))
}

/// Entry pages that bounce more often than in the window before.
pub(super) fn than_before(changes: &ChangesPartial, scan: &FindingScan) -> Family {
    let bounces = |(page, EntryBounces { settled, bounced }): (&crate::ids::PageId, &EntryBounces)| {
        let now = Bounces { bounced: bounced.now, of: settled.now };
        let before = Bounces { bounced: bounced.before, of: settled.before };
        test(now, before, (scan, Against::Window), || scan.known.pages.text(*page).into_owned())
    };
    Family::of(changes.window.bounces.iter().map(bounces))
}

fn test(
    here: Bounces,
    other: Bounces,
    (scan, against): (&FindingScan, Against),
    page: impl FnOnce() -> String,
) -> Option<(Tested, Option<Anomaly>)> {
    let z = more(here, other)?;
    let matters = share(here) - share(other) >= POINTS;
    let what = || Anomaly::Bounces { page: page(), here: rate(here), elsewhere: rate(other) };
    Some((Tested { z, against, since: scan.frame.from }, matters.then(what)))
}

fn rate(bounces: Bounces) -> Rate {
    Rate { bounced: bounces.bounced as f64, of: bounces.of }
}

fn share(bounces: Bounces) -> f64 {
    super::share(bounces.bounced, bounces.of)
}

/// The standard score of a higher rate: the test of two proportions.
pub(super) fn more(here: Bounces, other: Bounces) -> Option<f64> {
    if here.of < ENOUGH || other.of < ENOUGH {
        return None;
    }
    let (n, m) = (here.of as f64, other.of as f64);
    let pooled = (here.bounced + other.bounced) as f64 / (n + m);
    let error = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt();
    let off = share(here) - share(other);
    Some(if error > 0.0 { off / error } else { 0.0 })
}
