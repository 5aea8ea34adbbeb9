//! Assets: a browser that loads a page's assets is a sign of a person (design.md R3).

use std::hash::BuildHasher;

use foldhash::quality::RandomState;

use crate::format::{Consent, Hit};
use crate::time::Millis;

use super::super::batch::{Batch, BatchEvent, What, is_said};
use super::super::clients::Client;
use super::super::hits::HitMark;
use super::super::kind::Kind;
use super::super::method::Method;
use super::super::strings::WorkerLocalId;
use super::super::visitor::{User, Visitor};
use super::Classifier;

/// A direct-mapped cache of the senders of the latest assets, so that repeated ones need no classifying.
pub(super) struct LastAssets {
    hasher: RandomState,
    slots: Vec<Option<LastAsset>>,
}

struct LastAsset {
    /// A hash only: addresses are not stored (R11).
    address: u64,
    time: Millis,
    /// The length of the host, then host and other fields in one buffer.
    host: usize,
    rest: Vec<u8>,
}

/// Slots of the cache: pages load within a second or two, and few sites have more clients within that time.
const SLOTS: usize = 256;

impl LastAssets {
    pub(super) fn new() -> LastAssets {
        LastAssets { hasher: RandomState::default(), slots: (0..SLOTS).map(|_| None).collect() }
    }

    /// Whether this sender's last asset had the same time. Stores this one.
    fn is_repeated(&mut self, time: Millis, [address, host, rest]: [&[u8]; 3]) -> bool {
        let address = self.hasher.hash_one(address);
        let slot = usize::try_from(address % SLOTS as u64).unwrap_or(0);
        let last = self.slots[slot].get_or_insert_with(|| LastAsset {
            address: !address,
            time,
            host: 0,
            rest: Vec::new(),
        });
        let is_same = last.address == address
            && last.time == time
            && last.host == host.len()
            && last.rest.len() == host.len() + rest.len()
            && last.rest.starts_with(host)
            && last.rest.ends_with(rest);
        if !is_same {
            (last.address, last.time, last.host) = (address, time, host.len());
            last.rest.clear();
            last.rest.extend_from_slice(host);
            last.rest.extend_from_slice(rest);
        }
        is_same
    }
}

impl Classifier {
    /// An asset leaves a mark on the surrounding session. The assets of a page come together, so only the first of each
    /// instant becomes an event.
    #[inline(never)]
    pub(super) fn asset(&mut self, hit: &Hit, counts: bool, scratch: &mut Vec<u8>, batch: &mut Batch) {
        let mark = HitMark::new(hit.time, Kind::Asset, hit.status).counted_if(counts);
        if let Some(sender) = hit.sender_as_written()
            && self.known.assets.is_repeated(hit.time, sender)
        {
            return batch.hits.push(mark);
        }
        let details = hit.details(scratch);
        if batch.fields.agents == 0 {
            batch.fields.agents += u64::from(is_said(details.agent));
        }
        if details.consent == Consent::Refused {
            return batch.hits.push(mark);
        }
        let client = self.known.client(&details, &self.shared, batch);
        let named = self.named_visitor(hit, &details, &client);
        let page = self.named_page(&details, &client, batch);
        let address = self.known.clients.hash(details.address);
        if named.is_none() && !self.known.clients.loads_asset(address, hit.time, page) {
            return batch.hits.push(mark);
        }
        let visitor = named.unwrap_or(client.visitor);
        let event = mark_event(hit, What::Asset, page, (visitor, &client));
        batch.fields.marks += 1;
        batch.hits.push(HitMark::with_event(hit.time, Kind::Asset, hit.status).counted_if(counts));
        batch.events.push(event);
    }
}

/// An event with time, visitor, type and named page only.
pub(super) fn mark_event(
    hit: &Hit,
    what: What,
    named: Option<WorkerLocalId>,
    (visitor, client): (Visitor, &Client),
) -> BatchEvent {
    BatchEvent {
        time: hit.time,
        visitor,
        user: User::NONE,
        what,
        page: WorkerLocalId::default(),
        named,
        agent: client.agent,
        arrival: WorkerLocalId::default(),
        host: client.host,
        address: client.address,
        country: client.country,
        status: hit.status,
        load: None,
        method: Method::default(),
        properties: None,
    }
}
