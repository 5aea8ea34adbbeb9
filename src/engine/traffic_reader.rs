//! The traffic of a batch, hit by hit, in program-wide ids (design.md R12).

use std::slice::Iter;

use crate::classify::agent::BotVerdict;
use crate::classify::batch::InputId;
use crate::classify::hits::HitMark;
use crate::classify::traffic::{BatchClient, BatchFailure, BatchLoad, BatchTraffic, HitTraffic};
use crate::ids::{ClientId, HostId};
use crate::store::dictionaries::{Dictionaries, Translation};
use crate::traffic::{Clients, Link, Traffic, TrafficHit};

/// Goes through the traffic of a batch together with its hits.
pub(super) struct TrafficReader<'a> {
    clients: &'a [BatchClient],
    hits: Iter<'a, HitTraffic>,
    failures: Iter<'a, BatchFailure>,
    loads: Iter<'a, BatchLoad>,
    /// The index of the next hit.
    next: u32,
    /// The index of the next hit that failed, and of the next whose load time is known.
    next_failure: u32,
    next_load: u32,
    /// By the client's index in the batch, once a hit needed it.
    senders: Vec<Option<Sender>>,
    input: InputId,
}

/// The index of no hit.
const NEVER: u32 = u32::MAX;

/// Who sent a hit, in program-wide ids.
#[derive(Debug, Clone, Copy)]
struct Sender {
    client: ClientId,
    host: HostId,
    bot: bool,
}

/// What a reader translates with.
pub(super) struct TrafficIds<'a> {
    pub(super) translation: &'a Translation,
    pub(super) dictionaries: &'a mut Dictionaries,
    pub(super) traffic: &'a mut Traffic,
}

impl<'a> TrafficReader<'a> {
    pub(super) fn new(batch: &'a BatchTraffic, input: InputId) -> TrafficReader<'a> {
        TrafficReader {
            clients: &batch.clients,
            hits: batch.hits.iter(),
            failures: batch.failures.iter(),
            loads: batch.loads.iter(),
            next: 0,
            next_failure: batch.failures.first().map_or(NEVER, |failure| failure.hit),
            next_load: batch.loads.first().map_or(NEVER, |load| load.hit),
            senders: vec![None; batch.clients.len()],
            input,
        }
    }

    /// What the next hit, which is this one, adds to traffic; nothing if it is not counted.
    #[inline]
    pub(super) fn next(&mut self, mark: HitMark, ids: &mut TrafficIds) -> Option<TrafficHit> {
        let hit = *self.hits.next()?;
        let at = self.next;
        self.next += 1;
        let link = if at == self.next_failure { self.link(ids.translation) } else { None };
        let load = if at == self.next_load { self.load() } else { None };
        let sender = if mark.is_counted() { self.sender(hit.client(), ids)? } else { return None };
        Some(TrafficHit {
            time: mark.time(),
            kind: mark.kind(),
            status: mark.status(),
            method: hit.method(),
            host: sender.host,
            bot: sender.bot,
            client: sender.client,
            path: hit.path().map(|path| ids.translation.path(path)),
            bytes: hit.bytes(),
            load,
            link,
        })
    }

    /// What led to the failure that comes next.
    #[inline(never)]
    fn link(&mut self, translation: &Translation) -> Option<Link> {
        let failure = self.failures.next()?;
        self.next_failure = self.failures.as_slice().first().map_or(NEVER, |failure| failure.hit);
        Some(Link {
            arrival: translation.arrival(failure.arrival),
            path: failure.linked_from.map(|path| translation.path(path)),
        })
    }

    /// The load time that comes next.
    fn load(&mut self) -> Option<u32> {
        let load = self.loads.next()?.load;
        self.next_load = self.loads.as_slice().first().map_or(NEVER, |load| load.hit);
        Some(load)
    }

    #[inline]
    fn sender(&mut self, index: usize, ids: &mut TrafficIds) -> Option<Sender> {
        match self.senders.get(index)? {
            Some(sender) => Some(*sender),
            None => self.new_sender(index, ids),
        }
    }

    #[inline(never)]
    fn new_sender(&mut self, index: usize, ids: &mut TrafficIds) -> Option<Sender> {
        let TrafficIds { translation, dictionaries, traffic } = ids;
        let client = self.clients.get(index)?;
        let agent = dictionaries.agent_of(translation.agent(client.agent), self.input);
        let address = translation.address(client.address);
        let sender = Sender {
            client: client.visitor.map_or(Clients::NOBODY, |visitor| traffic.client(visitor, address, agent)),
            host: translation.host(client.host),
            bot: matches!(dictionaries.agent(agent).bot, Some(BotVerdict::Agent(_))),
        };
        self.senders[index] = Some(sender);
        Some(sender)
    }
}
