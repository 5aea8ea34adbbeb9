//! The clients of traffic, numbered as they come: the oldest are forgotten first.

use std::collections::VecDeque;

use hashbrown::HashMap;

use crate::classify::address::KeptAddress;
use crate::classify::visitor::{ByVisitor, Visitor};
use crate::ids::{AddressId, AgentId, ClientId};

/// Who sent hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrafficClient {
    /// The kept part of the address (R11).
    pub address: KeptAddress<AddressId>,
    /// The user agent.
    pub agent: AgentId,
}

/// The clients that are known.
#[derive(Debug, Clone)]
pub struct Clients {
    by_visitor: HashMap<Visitor, ClientId, ByVisitor>,
    /// Those from number `first` on.
    known: VecDeque<TrafficClient>,
    first: u32,
    most: usize,
}

/// About what a client takes: its place in the table, and what is known of it.
const BYTES: usize = 40;
/// Fewer are always known.
const FEWEST: usize = 1024;

impl Clients {
    /// What is left of clients that were forgotten, or past a bound.
    pub const OTHER: ClientId = ClientId::OTHER;
    /// Whoever does not want to be recognized (R11).
    pub const NOBODY: ClientId = ClientId(1);

    /// No clients yet, of which so many bytes may be kept.
    #[must_use]
    pub fn new(most_bytes: usize) -> Clients {
        Clients {
            by_visitor: HashMap::default(),
            known: VecDeque::new(),
            first: Clients::NOBODY.0 + 1,
            most: (most_bytes / BYTES).max(FEWEST),
        }
    }

    /// The id of a client.
    pub fn id(&mut self, visitor: Visitor, client: TrafficClient) -> ClientId {
        if let Some(&id) = self.by_visitor.get(&visitor) {
            return id;
        }
        if self.known.len() >= self.most {
            self.forget();
        }
        let id = ClientId(self.first.saturating_add(u32::try_from(self.known.len()).unwrap_or(u32::MAX)));
        self.known.push_back(client);
        self.by_visitor.insert(visitor, id);
        id
    }

    /// A client; `None` of those that were forgotten, and of who does not want to be recognized.
    #[must_use]
    pub fn get(&self, id: ClientId) -> Option<TrafficClient> {
        let at = id.0.checked_sub(self.first)?;
        self.known.get(at as usize).copied()
    }

    /// Forgets the oldest eighth.
    fn forget(&mut self) {
        let oldest = self.known.len() / 8;
        self.known.drain(..oldest);
        self.first = self.first.saturating_add(u32::try_from(oldest).unwrap_or(u32::MAX));
        let first = self.first;
        self.by_visitor.retain(|_, id| id.0 >= first);
    }

    /// Memory used, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.by_visitor.capacity() * 17 + self.known.capacity() * size_of::<TrafficClient>()
    }
}
