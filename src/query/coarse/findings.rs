//! What stands out (R15).

use super::{floor, floor_all, floor_rate, floor_time, round_share};
use crate::query::view::{Anomaly, Basis, Finding, PathFailure, Significance};

impl Finding {
    pub(super) fn coarsen(&mut self) {
        let Finding { what, basis } = self;
        what.coarsen();
        if let Basis::Test(Significance { z, threshold, tests, against: _, since }) = basis {
            floor_time(since);
            // An exact score tells the counts that it was made from.
            (*z, *threshold) = (z.floor(), (*threshold * 10.0).round() / 10.0);
            *tests -= *tests % 5;
        }
    }
}

impl Anomaly {
    pub(super) fn coarsen(&mut self) {
        match self {
            Anomaly::Silence { since, lasted: _, bound: _ } => floor_time(since),
            Anomaly::Outage { failed, of, people, since } => {
                floor_all([failed, of, people]);
                floor_time(since);
            }
            Anomaly::Failing { failure, calm: _ } | Anomaly::Broken { failure, from: _ } => {
                let PathFailure { method: _, path: _, status: _, hits, people, since } = failure;
                floor_all([hits, people]);
                floor_time(since);
            }
            Anomaly::OnlyFails { clients, hits, method: _, path: _, status: _, since } => {
                floor_all([clients, hits]);
                floor_time(since);
            }
            Anomaly::Client { network: _, hits, of } | Anomaly::Crawlers { name: _, hits, of } => {
                floor_all([hits, of]);
            }
            Anomaly::Errors { page: _, errors, sessions, before } => {
                floor_all([errors, sessions]);
                before.iter_mut().for_each(floor);
            }
            Anomaly::Slower { page: _, typical: _, before: _, views } => floor(views),
            Anomaly::Bounces { page: _, here, elsewhere } => {
                [here, elsewhere].into_iter().for_each(floor_rate);
            }
            Anomaly::NoAssets { sessions, of, before } => {
                floor_all([sessions, of]);
                before.iter_mut().for_each(round_share);
            }
            Anomaly::Traffic { sessions, before } => floor_all([sessions, before]),
            Anomaly::Source { source: _, sessions, before, share, share_before } => {
                floor_all([sessions, before]);
                [share, share_before].into_iter().for_each(round_share);
            }
            Anomaly::Step { funnel: _, step: _, name: _, rate, before, of } => {
                floor(of);
                [rate, before].into_iter().for_each(round_share);
            }
        }
    }
}
