//! Assets: that a browser loaded what a page needs is a sign of a person (design.md R3).

use crate::format::{Consent, Hit};

use super::super::batch::{Batch, Event, What, is_said};
use super::super::hits::HitMark;
use super::super::kind::Kind;
use super::super::strings::Local;
use super::super::visitor::User;
use super::Classifier;

impl Classifier {
    /// An asset leaves a mark on the session around it. A page's assets come together: of those of one instant the first
    /// says as much as all of them.
    #[inline(never)]
    pub(super) fn asset(&mut self, hit: &Hit, counts: bool, scratch: &mut Vec<u8>, batch: &mut Batch) {
        let mark = HitMark::new(hit.time, Kind::Asset, hit.status).counted_if(counts);
        let details = hit.details(scratch);
        if batch.fields.agents == 0 {
            batch.fields.agents += u64::from(is_said(details.agent));
        }
        if details.consent == Consent::Refused {
            return batch.hits.push(mark);
        }
        let client = self.known.client(&details, &self.shared, batch);
        let named = self.named_visitor(hit, &details, &client);
        let address = self.known.clients.hash(details.address);
        if named.is_none() && !self.known.clients.loads_asset(address, hit.time) {
            return batch.hits.push(mark);
        }
        batch.fields.assets += 1;
        batch.hits.push(HitMark::with_event(hit.time, Kind::Asset, hit.status).counted_if(counts));
        batch.events.push(Event {
            time: hit.time,
            visitor: named.unwrap_or(client.visitor),
            user: User::NONE,
            what: What::Asset,
            page: Local::default(),
            agent: client.agent,
            arrival: Local::default(),
            host: client.host,
            address: client.address,
            country: client.country,
            status: hit.status,
            load: None,
        });
    }
}
