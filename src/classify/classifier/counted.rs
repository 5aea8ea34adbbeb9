//! Hits that make no event, and what all hits add to traffic (design.md R12).

use crate::format::{Consent, Details, Hit};

use super::super::arrivals::HitOn;
use super::super::batch::{Batch, is_said};
use super::super::clients::Client;
use super::super::hits::HitMark;
use super::super::kind::Kind;
use super::super::method::Method;
use super::super::paths::PathNumber;
use super::super::strings::WorkerLocalId;
use super::super::traffic::{BatchFailure, BatchLoad, HitTraffic, is_failure};
use super::super::visitor::Visitor;
use super::Classifier;

impl Classifier {
    /// A hit that sessions do not hear of.
    #[inline(never)]
    pub(super) fn only_counted(
        &mut self,
        hit: &Hit,
        (kind, counts): (Kind, bool),
        path: Option<PathNumber>,
        scratch: &mut Vec<u8>,
        batch: &mut Batch,
    ) {
        let details = hit.details(scratch);
        if batch.fields.agents == 0 {
            batch.fields.agents += u64::from(is_said(details.agent));
        }
        let client = self.known.client(&details, &self.shared, batch);
        let visitor = self.sender(hit, &details, &client);
        let mark = HitMark::new(hit.time, kind, hit.status).counted_if(counts);
        let path = path.unwrap_or_else(|| self.path(hit));
        self.push(hit, &details, mark, (&client, visitor), Some(path), batch);
    }

    /// Who sent a hit; nobody is known to have if it carries a refusal of consent (R11).
    pub(super) fn sender(&self, hit: &Hit, details: &Details, client: &Client) -> Option<Visitor> {
        let is_refused = details.consent == Consent::Refused;
        (!is_refused).then(|| self.named_visitor(hit, details, client).unwrap_or(client.visitor))
    }

    /// Adds a hit to the batch, with all that it adds to traffic.
    #[inline(always)]
    pub(super) fn push(
        &mut self,
        hit: &Hit,
        details: &Details,
        mark: HitMark,
        (client, visitor): (&Client, Option<Visitor>),
        path: Option<PathNumber>,
        batch: &mut Batch,
    ) {
        let sender = if visitor == Some(client.visitor) {
            client.in_batch.index()
        } else {
            batch.traffic.index_of(client.as_sender(visitor))
        };
        if is_failure(hit.status) {
            self.failure(hit, details, client, batch);
        }
        if let Some(load) = details.load {
            let load = u32::try_from(load.0).unwrap_or(u32::MAX);
            batch.traffic.loads.push(BatchLoad { hit: batch.traffic.next(), load });
        }
        let keeping = self.shared.path_keeping();
        let path = path.map(|path| self.known.paths.path((path, path_of(hit)), keeping, batch));
        batch.push(mark, HitTraffic::new(sender, path, details.size, method(hit)));
    }

    /// Adds who or what led to a failure.
    #[inline(never)]
    fn failure(&mut self, hit: &Hit, details: &Details, client: &Client, batch: &mut Batch) {
        let query = hit.request.map_or(&b""[..], |request| request.query());
        let arrival = self.known.arrival(details.referrer, query, client.spelling, &self.shared, batch);
        let linked_from = self.referring_path(details, client, batch);
        batch.traffic.failures.push(BatchFailure { hit: batch.traffic.next(), arrival, linked_from });
    }

    /// The path of its own site that a hit names as referrer.
    fn referring_path(
        &mut self,
        details: &Details,
        client: &Client,
        batch: &mut Batch,
    ) -> Option<WorkerLocalId> {
        let (shared, known) = (&self.shared, &mut self.known);
        let site = known.hosts.site(client.spelling);
        let on = HitOn { site, sites: &shared.sites, keeping: shared.addresses };
        let path = known.arrivals.own_path(details.referrer, &on)?;
        let number = known.paths.number(path, &shared.rules);
        Some(known.paths.path((number, path), shared.path_keeping(), batch))
    }

    /// The number of the path that a hit asked for; that of nothing where it has no request.
    pub(super) fn path(&mut self, hit: &Hit) -> PathNumber {
        self.known.paths.number(path_of(hit), &self.shared.rules)
    }
}

/// A hit's method.
#[inline(always)]
pub(super) fn method(hit: &Hit) -> Method {
    hit.request.map_or(Method::Other, |request| Method::of(request.method))
}

/// The path that a hit asked for; nothing where it has no request.
pub(super) fn path_of<'a>(hit: &Hit<'a>) -> &'a [u8] {
    hit.request.map_or(b"", |request| request.path())
}
