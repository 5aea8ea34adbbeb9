//! Assets: that a browser loaded what a page needs is a sign of a person (design.md R3).

use std::hash::BuildHasher;

use foldhash::quality::RandomState;

use crate::format::{Consent, Hit};
use crate::time::Millis;

use super::super::batch::{Batch, Event, What, is_said};
use super::super::clients::Client;
use super::super::hits::HitMark;
use super::super::kind::Kind;
use super::super::strings::Local;
use super::super::visitor::{User, Visitor};
use super::Classifier;

/// The last assets of some clients, as far as their lines say who sent them.
pub(super) struct LastAssets {
    hasher: RandomState,
    places: Vec<Option<LastAsset>>,
}

struct LastAsset {
    /// Of the address only a hash is remembered (R11).
    address: u64,
    time: Millis,
    /// The length of the host before the address, then that and the rest of the line, one behind the other.
    host: usize,
    rest: Vec<u8>,
}

/// Pages load within a second or two: so many clients do so at a time on a busy site.
const PLACES: usize = 256;

impl LastAssets {
    pub(super) fn new() -> LastAssets {
        LastAssets { hasher: RandomState::default(), places: (0..PLACES).map(|_| None).collect() }
    }

    /// Whether this sender's last asset came at the same instant. This one is the last from now on.
    fn is_repeated(&mut self, time: Millis, [address, host, rest]: [&[u8]; 3]) -> bool {
        let address = self.hasher.hash_one(address);
        let place = usize::try_from(address % PLACES as u64).unwrap_or(0);
        let last = self.places[place].get_or_insert_with(|| LastAsset {
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
    /// An asset leaves a mark on the session around it. A page's assets come together: of those of one instant the first
    /// says as much as all of them.
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

/// An event that says nothing but what, when, who, and which page was named.
pub(super) fn mark_event(
    hit: &Hit,
    what: What,
    named: Option<Local>,
    (visitor, client): (Visitor, &Client),
) -> Event {
    Event {
        time: hit.time,
        visitor,
        user: User::NONE,
        what,
        page: Local::default(),
        named,
        agent: client.agent,
        arrival: Local::default(),
        host: client.host,
        address: client.address,
        country: client.country,
        status: hit.status,
        load: None,
    }
}
