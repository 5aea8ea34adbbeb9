//! The numbers that workers give to strings, translated into those of the whole program.

use super::{Dictionaries, Dictionary};
use crate::classify::address::KeptAddress;
use crate::classify::batch::{Batch, Numbering};
use crate::classify::strings::{Local, Strings};
use crate::ids::{ActionId, AddressId, AgentId, ArrivalId, HostId, PageId};

/// Translates the numbers of one worker into those of the whole program.
#[derive(Debug, Default)]
pub struct Translation {
    pages: Vec<PageId>,
    agents: Vec<AgentId>,
    arrivals: Vec<ArrivalId>,
    hosts: Vec<HostId>,
    actions: Vec<ActionId>,
    addresses: Vec<AddressId>,
}

impl Translation {
    /// Learns the strings that are new with a batch. Batches of one worker must come in their order.
    pub fn learn(&mut self, batch: &Batch, dictionaries: &mut Dictionaries) {
        if batch.numbering == Numbering::StartsAnew {
            *self = Translation::default();
        }
        let new = &batch.new;
        self.pages.extend(new.pages.iter().map(|text| dictionaries.intern_page(text)));
        let agents = new.agents.iter().zip(&new.agent_facts);
        self.agents.extend(agents.map(|(text, facts)| dictionaries.intern_agent(text, *facts)));
        self.arrivals.extend(new.arrivals.iter().map(|text| dictionaries.intern_arrival(text)));
        let hosts = new.hosts.iter().zip(new.host_sites.iter());
        self.hosts.extend(hosts.map(|(text, site)| dictionaries.intern_host(text, site)));
        extend(&mut self.actions, &new.actions, &mut dictionaries.actions);
        extend(&mut self.addresses, &new.addresses, &mut dictionaries.addresses);
    }

    /// A page by the worker's number.
    #[must_use]
    pub fn page(&self, local: Local) -> PageId {
        of(&self.pages, local)
    }

    /// A user agent by the worker's number.
    #[must_use]
    pub fn agent(&self, local: Local) -> AgentId {
        of(&self.agents, local)
    }

    /// An arrival by the worker's number.
    #[must_use]
    pub fn arrival(&self, local: Local) -> ArrivalId {
        of(&self.arrivals, local)
    }

    /// A host by the worker's number.
    #[must_use]
    pub fn host(&self, local: Local) -> HostId {
        of(&self.hosts, local)
    }

    /// An action by the worker's number.
    #[must_use]
    pub fn action(&self, local: Local) -> ActionId {
        of(&self.actions, local)
    }

    /// What is kept of an address; a whole one by the worker's number.
    #[must_use]
    pub fn address(&self, kept: KeptAddress<Local>) -> KeptAddress<AddressId> {
        kept.renumbered(|local| of(&self.addresses, local))
    }
}

fn extend<Id: From<u32> + Into<u32> + Copy>(known: &mut Vec<Id>, new: &Strings, all: &mut Dictionary<Id>) {
    known.extend(new.iter().map(|text| all.intern(text).id()));
}

fn of<Id: Copy + Default>(known: &[Id], local: Local) -> Id {
    known.get(local.index()).copied().unwrap_or_default()
}
