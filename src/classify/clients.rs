//! Clients: who sent an event and from where, remembered of those that a worker has read lately.
//!
//! Most events come from a client that has just sent another one, and what its address and agent make of it need not be
//! worked out again. Of an address only a keyed hash is remembered, from which it cannot be found again (R11).

use std::hash::BuildHasher;

use foldhash::quality::RandomState;

use super::address::Network;
use super::place::Country;
use super::strings::Local;
use super::visitor::Visitor;

/// What a site, an address and an agent say of who sent an event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Client {
    pub(super) site: Local,
    pub(super) agent: Local,
    /// Who it is, where the event does not say it itself (R4).
    pub(super) visitor: Visitor,
    pub(super) network: Network,
    pub(super) country: Country,
}

/// The clients that came last, one for each of so many sorts of addresses.
#[derive(Debug)]
pub(super) struct Clients {
    hasher: RandomState,
    places: Vec<Option<(AddressHash, Client)>>,
}

/// What is remembered of an address; of 10^19 pairs about one has the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AddressHash(u64);

/// About as many clients as a busy site has at a time; they fit into a processor's nearer caches.
const PLACES: usize = 2048;

impl Clients {
    pub(super) fn new() -> Clients {
        Clients { hasher: RandomState::default(), places: vec![None; PLACES] }
    }

    /// What is remembered of an address, as it is written.
    pub(super) fn hash(&self, address: &[u8]) -> AddressHash {
        AddressHash(self.hasher.hash_one(address))
    }

    /// The client that came last from an address, if it is remembered.
    pub(super) fn last(&self, address: AddressHash) -> Option<&Client> {
        let (remembered, client) = self.places[place(address)].as_ref()?;
        (*remembered == address).then_some(client)
    }

    /// Remembers a client in place of the one that had its place.
    pub(super) fn remember(&mut self, address: AddressHash, client: Client) {
        self.places[place(address)] = Some((address, client));
    }
}

fn place(AddressHash(hash): AddressHash) -> usize {
    usize::try_from(hash % PLACES as u64).unwrap_or(0)
}
