//! Pages named as referrers: a visitor who navigates on from a prefetched page has seen it (design.md R2.3).

use crate::format::{Consent, Details, Hit, Purpose};

use super::super::arrivals::HitOn;
use super::super::batch::{Batch, What};
use super::super::clients::Client;
use super::super::hits::HitMark;
use super::super::kind::Kind;
use super::super::paths::PathNumber;
use super::super::strings::WorkerLocalId;
use super::Classifier;
use super::assets::mark_event;

impl Classifier {
    /// A hit that is no event may still name a page.
    #[inline(never)]
    pub(super) fn mention(
        &mut self,
        hit: &Hit,
        (kind, counts): (Kind, bool),
        number: Option<PathNumber>,
        scratch: &mut Vec<u8>,
        batch: &mut Batch,
    ) {
        let details = hit.details(scratch);
        let is_told = details.said.purpose == Purpose::Asked;
        if !is_told || details.consent == Consent::Refused {
            return self.only_counted(hit, (kind, counts), number, &mut Vec::new(), batch);
        }
        let client = self.known.client(&details, &self.shared, batch);
        let Some(page) = self.named_page(&details, &client, batch) else {
            return self.only_counted(hit, (kind, counts), number, &mut Vec::new(), batch);
        };
        let visitor = self.named_visitor(hit, &details, &client).unwrap_or(client.visitor);
        let event = mark_event(hit, What::Mention, Some(page), (visitor, &client));
        batch.fields.marks += 1;
        let number = number.unwrap_or_else(|| self.path(hit));
        let mark = HitMark::with_event(hit.time, kind, hit.status).counted_if(counts);
        self.push(hit, &details, mark, (&client, Some(visitor)), Some(number), batch);
        batch.events.push(event);
    }

    /// The page of its own site that a request names as referrer. A prefetch does not prove that anybody was there.
    pub(super) fn named_page(
        &mut self,
        details: &Details,
        client: &Client,
        batch: &mut Batch,
    ) -> Option<WorkerLocalId> {
        if details.said.purpose != Purpose::Asked {
            return None;
        }
        let (shared, known) = (&self.shared, &mut self.known);
        let site = known.hosts.site(client.spelling);
        let hit = HitOn { site, sites: &shared.sites, keeping: shared.addresses };
        let path = known.arrivals.own_path(details.referrer, &hit)?;
        let number = known.paths.number(path, &shared.rules);
        Some(known.paths.page((number, path), shared.path_keeping(), batch))
    }
}
