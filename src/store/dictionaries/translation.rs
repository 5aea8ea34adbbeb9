//! Translates the ids that workers give to strings into program-wide ones.

use super::{Dictionaries, Dictionary};
use crate::classify::address::KeptAddress;
use crate::classify::batch::{Batch, NewStrings, Numbering};
use crate::classify::strings::{Strings, WorkerLocalId};
use crate::ids::{ActionId, AddressId, AgentId, ArrivalId, HostId, PageId, PathId, PropertiesId};

/// Translates one worker's ids into program-wide ones.
#[derive(Debug, Default)]
pub struct Translation {
    pages: Vec<PageId>,
    paths: Vec<PathId>,
    agents: Vec<AgentId>,
    arrivals: Vec<ArrivalId>,
    hosts: Vec<HostId>,
    actions: Vec<ActionId>,
    addresses: Vec<AddressId>,
    properties: Vec<PropertiesId>,
}

impl Translation {
    /// Interns the new strings of a batch. A worker's batches must be given in order.
    pub fn learn(&mut self, batch: &Batch, dictionaries: &mut Dictionaries) {
        if batch.numbering == Numbering::StartsAnew {
            *self = Translation::default();
        }
        self.extend(&batch.new, dictionaries);
    }

    /// Interns strings whose ids follow those known.
    pub(super) fn extend(&mut self, new: &NewStrings, dictionaries: &mut Dictionaries) {
        self.pages.extend(new.pages.iter().map(|text| dictionaries.intern_page(text)));
        append(&mut self.paths, &new.paths, &mut dictionaries.paths);
        let agents = new.agents.iter().zip(&new.agent_facts);
        self.agents.extend(agents.map(|(text, facts)| dictionaries.intern_agent(text, *facts)));
        self.arrivals.extend(new.arrivals.iter().map(|text| dictionaries.intern_arrival(text)));
        let hosts = new.hosts.iter().zip(new.host_sites.iter());
        self.hosts.extend(hosts.map(|(text, site)| dictionaries.intern_host(text, site)));
        append(&mut self.actions, &new.actions, &mut dictionaries.actions);
        append(&mut self.addresses, &new.addresses, &mut dictionaries.addresses);
        self.properties.extend(new.properties.iter().map(|bytes| dictionaries.intern_properties(bytes)));
    }

    /// A page's id.
    #[must_use]
    pub fn page(&self, local: WorkerLocalId) -> PageId {
        of(&self.pages, local)
    }

    /// The id of a path of traffic.
    #[must_use]
    pub fn path(&self, local: WorkerLocalId) -> PathId {
        of(&self.paths, local)
    }

    /// A user agent's id.
    #[must_use]
    pub fn agent(&self, local: WorkerLocalId) -> AgentId {
        of(&self.agents, local)
    }

    /// An arrival's id.
    #[must_use]
    pub fn arrival(&self, local: WorkerLocalId) -> ArrivalId {
        of(&self.arrivals, local)
    }

    /// A host's id.
    #[must_use]
    pub fn host(&self, local: WorkerLocalId) -> HostId {
        of(&self.hosts, local)
    }

    /// An action's id.
    #[must_use]
    pub fn action(&self, local: WorkerLocalId) -> ActionId {
        of(&self.actions, local)
    }

    /// The id of what an event says beside page and action.
    #[must_use]
    pub fn properties(&self, local: Option<WorkerLocalId>) -> PropertiesId {
        local.map_or(PropertiesId::OTHER, |local| of(&self.properties, local))
    }

    /// The kept part of an address; a whole address is an id.
    #[must_use]
    pub fn address(&self, kept: KeptAddress<WorkerLocalId>) -> KeptAddress<AddressId> {
        kept.renumbered(|local| self.address_text(local))
    }

    /// A whole address's id.
    pub(super) fn address_text(&self, local: WorkerLocalId) -> AddressId {
        of(&self.addresses, local)
    }
}

fn append<Id: From<u32> + Into<u32> + Copy>(known: &mut Vec<Id>, new: &Strings, all: &mut Dictionary<Id>) {
    known.extend(new.iter().map(|text| all.intern(text).id()));
}

fn of<Id: Copy + Default>(known: &[Id], local: WorkerLocalId) -> Id {
    known.get(local.index()).copied().unwrap_or_default()
}
