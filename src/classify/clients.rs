//! A cache of recent clients: who sent an event, from where.
//!
//! Most events come from a client that has just sent another one, so the result for its address and agent is cached.
//! Addresses are stored as hashes only, under a key of this cache's own that never leaves it (R11).

use std::hash::BuildHasher;

use foldhash::quality::RandomState;

use super::address::KeptAddress;
use super::place::Country;
use super::strings::WorkerLocalId;
use super::traffic::{BatchClient, InBatch};
use super::visitor::Visitor;
use crate::time::Millis;

/// What host, address and agent say about the sender of an event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Client {
    /// The id of the host's spelling.
    pub(super) spelling: WorkerLocalId,
    pub(super) host: WorkerLocalId,
    pub(super) agent: WorkerLocalId,
    /// The address alone, as a keyed hash.
    pub(super) from: Visitor,
    /// The visitor, unless the event names one itself (R4).
    pub(super) visitor: Visitor,
    pub(super) address: KeptAddress<WorkerLocalId>,
    pub(super) country: Country,
    /// Where the batch at hand has it.
    pub(super) in_batch: InBatch,
    /// The time of its last asset, and the page that it named.
    pub(super) last_asset: (Millis, Option<WorkerLocalId>),
}

impl Client {
    /// It in a batch, as that visitor's; as nobody's where there is none.
    pub(super) fn as_sender(&self, visitor: Option<Visitor>) -> BatchClient {
        let Client { host, agent, address, .. } = *self;
        BatchClient { visitor, host, agent, address }
    }
}

/// A direct-mapped cache: one slot per address hash.
#[derive(Debug)]
pub(super) struct Clients {
    hasher: RandomState,
    places: Vec<Option<(AddressHash, Client)>>,
}

/// A keyed hash of an address. Among 10^19 pairs about one collides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AddressHash(u64);

/// Slots: about as many clients as a busy site has at a time; they fit into the L2 cache.
const PLACES: usize = 2048;

impl Clients {
    pub(super) fn new() -> Clients {
        Clients { hasher: RandomState::default(), places: vec![None; PLACES] }
    }

    /// The hash of an address as logged.
    pub(super) fn hash(&self, address: &[u8]) -> AddressHash {
        AddressHash(self.hasher.hash_one(address))
    }

    /// The cached client of an address.
    pub(super) fn last(&mut self, address: AddressHash) -> Option<&mut Client> {
        let (remembered, client) = self.places[place(address)].as_mut()?;
        (*remembered == address).then_some(client)
    }

    /// Records that a client loads an asset of a page; returns whether it is the first at this instant.
    pub(super) fn loads_asset(
        &mut self,
        address: AddressHash,
        at: Millis,
        page: Option<WorkerLocalId>,
    ) -> bool {
        match &mut self.places[place(address)] {
            Some((remembered, client)) if *remembered == address => {
                std::mem::replace(&mut client.last_asset, (at, page)) != (at, page)
            }
            _ => true,
        }
    }

    /// Stores a client, evicting the one in its slot.
    pub(super) fn remember(&mut self, address: AddressHash, client: Client) {
        self.places[place(address)] = Some((address, client));
    }
}

fn place(AddressHash(hash): AddressHash) -> usize {
    usize::try_from(hash % PLACES as u64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::classify::address::{Address, KeptAddress};
    use crate::classify::agent::{AgentAdditions, Agents};
    use crate::classify::batch::Batch;
    use crate::classify::classifier::{Classifier, Shared};
    use crate::classify::period::Period;
    use crate::classify::visitor::VisitorKey;
    use crate::format::Format;

    /// More addresses than there are places, and several agents and sites of each.
    fn requests() -> impl Iterator<Item = [String; 3]> {
        let mut random = fastrand::Rng::with_seed(1);
        std::iter::repeat_with(move || {
            let (network, host) = (random.u8(..8), random.u16(..600));
            let address = if random.bool() {
                format!("192.0.{network}.{}", host % 256)
            } else {
                format!("2001:db8:{network}:{host:x}::{}", random.u8(1..3))
            };
            let [site, agent] = [3, 2].map(|few| random.u8(..few));
            [format!("{site}.example"), address, format!("Agent/{agent}")]
        })
    }

    #[test]
    fn what_is_remembered_is_what_would_be_worked_out() {
        let key = VisitorKey::new(&[7; 16]);
        let agents = Arc::new(Agents::new(&AgentAdditions::default()));
        let shared = Shared::new(key.clone(), agents);
        let (mut classifier, mut batch) = (Classifier::new(Arc::new(shared)), Batch::default());
        let mut format = Format::named("vhost_combined").expect("a format");
        let requests: Vec<_> = requests().take(20_000).collect();
        let line = |[site, address, agent]: &[String; 3]| {
            format!(
                "{site} {address} - - [24/Nov/2026:14:02:33 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"{agent}\"\n"
            )
        };
        let log: String = requests.iter().map(line).collect();
        classifier.read(log.as_bytes(), &mut format, Period::ALL, &mut batch);
        assert_eq!(batch.events.len(), requests.len());
        for (event, [site, address, agent]) in batch.events.iter().zip(&requests) {
            let parsed = Address::parse(address.as_bytes());
            let visitor = key.visitor(site.as_bytes(), &parsed, &key.agent(agent.as_bytes()));
            assert_eq!(
                (event.visitor, event.address),
                (visitor, KeptAddress::masked(&parsed)),
                "{site} {address} {agent}"
            );
            assert_eq!(batch.new.hosts.get(event.host.index()), site.as_bytes());
            assert_eq!(batch.new.agents.get(event.agent.index()), agent.as_bytes());
        }
    }
}
