//! Assets: a browser that loads a page's assets is a sign of a person (design.md R3).

use std::hash::BuildHasher;

use foldhash::quality::RandomState;

use crate::format::Hit;
use crate::time::Millis;

use super::super::batch::{Batch, BatchEvent, What, is_said};
use super::super::clients::Client;
use super::super::hits::HitMark;
use super::super::kind::Kind;
use super::super::method::Method;
use super::super::strings::WorkerLocalId;
use super::super::traffic::{BatchTraffic, HitTraffic, InBatch, is_failure};
use super::super::visitor::{User, Visitor};
use super::Classifier;
use super::counted::method;

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
    /// Where the batch at hand has the sender.
    in_batch: InBatch,
}

/// Slots of the cache: pages load within a second or two, and few sites have more clients within that time.
const SLOTS: usize = 256;

impl LastAssets {
    pub(super) fn new() -> LastAssets {
        LastAssets { hasher: RandomState::default(), slots: (0..SLOTS).map(|_| None).collect() }
    }

    /// Where the batch has this sender, if its last asset had the same time. Stores this one.
    fn repeated(
        &mut self,
        time: Millis,
        [address, host, rest]: [&[u8]; 3],
        traffic: &BatchTraffic,
    ) -> Result<u32, usize> {
        let address = self.hasher.hash_one(address);
        let slot = usize::try_from(address % SLOTS as u64).unwrap_or(0);
        let last = self.slots[slot].get_or_insert_with(|| LastAsset {
            address: !address,
            time,
            host: 0,
            rest: Vec::new(),
            in_batch: InBatch::default(),
        });
        let is_same = last.address == address
            && last.time == time
            && last.host == host.len()
            && last.rest.len() == host.len() + rest.len()
            && last.rest.starts_with(host)
            && last.rest.ends_with(rest);
        if is_same && let Some(index) = traffic.index(last.in_batch) {
            return Ok(index);
        }
        if !is_same {
            (last.address, last.time, last.host) = (address, time, host.len());
            last.rest.clear();
            last.rest.extend_from_slice(host);
            last.rest.extend_from_slice(rest);
        }
        Err(slot)
    }

    /// Stores where the batch has the sender of the last asset in a slot.
    fn set(&mut self, slot: usize, in_batch: InBatch) {
        if let Some(last) = &mut self.slots[slot] {
            last.in_batch = in_batch;
        }
    }
}

impl Classifier {
    /// An asset leaves a mark on the surrounding session. The assets of a page come together, so only the first of each
    /// instant becomes an event.
    #[inline(never)]
    pub(super) fn asset(&mut self, hit: &Hit, counts: bool, scratch: &mut Vec<u8>, batch: &mut Batch) {
        let mark = HitMark::new(hit.time, Kind::Asset, hit.status).counted_if(counts);
        let mut slot = None;
        if let Some(sender) = hit.sender_as_written()
            && !is_failure(hit.status)
        {
            match self.known.assets.repeated(hit.time, sender, &batch.traffic) {
                Ok(client) => {
                    let bytes = hit.size_at_hand().unwrap_or(0);
                    return batch.push(mark, HitTraffic::new(client, None, bytes, method(hit)));
                }
                Err(place) => slot = Some(place),
            }
        }
        let details = hit.details(scratch);
        if batch.fields.agents == 0 {
            batch.fields.agents += u64::from(is_said(details.agent));
        }
        let client = self.known.client(&details, &self.shared, batch);
        if let Some(slot) = slot {
            self.known.assets.set(slot, client.in_batch);
        }
        // Most of them are of no interest by their path, and interning it costs as much as all else here.
        let path = is_failure(hit.status).then(|| self.path(hit));
        let visitor = self.sender(hit, &details, &client);
        let Some(visitor) = visitor else {
            return self.push(hit, &details, mark, (&client, None), path, batch);
        };
        let page = self.named_page(&details, &client, batch);
        let address = self.known.clients.hash(details.address);
        let is_first = visitor != client.visitor || self.known.clients.loads_asset(address, hit.time, page);
        let mark = if is_first { mark.and_event() } else { mark };
        self.push(hit, &details, mark, (&client, Some(visitor)), path, batch);
        if is_first {
            batch.fields.marks += 1;
            batch.events.push(mark_event(hit, What::Asset, page, (visitor, &client)));
        }
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
