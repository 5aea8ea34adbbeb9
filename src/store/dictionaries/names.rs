//! The strings of another process's dictionaries, and their ids in ours.

use serde::{Deserialize, Serialize};

use super::{Dictionaries, Dictionary};
use crate::classify::strings::Strings;
use crate::ids::{ActionId, AddressId, AgentId, ArrivalId, CampaignId, HostId, PageId, SiteId, SourceId};

/// Strings in the order of their ids, from 1.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Names {
    /// Pages.
    pub pages: Strings,
    /// User agents.
    pub agents: Strings,
    /// Records of arrivals, packed.
    pub arrivals: Strings,
    /// Hosts asked for.
    pub hosts: Strings,
    /// The site of each of `hosts` (R4).
    pub host_sites: Strings,
    /// Names of actions.
    pub actions: Strings,
    /// Whole addresses (R11).
    pub addresses: Strings,
    /// Sources.
    pub sources: Strings,
    /// Campaigns.
    pub campaigns: Strings,
    /// Sites.
    pub sites: Strings,
}

/// Translates the ids of [`Names`] into ours.
#[derive(Debug, Default)]
pub struct NameTranslation {
    pages: Vec<PageId>,
    agents: Vec<AgentId>,
    arrivals: Vec<ArrivalId>,
    hosts: Vec<HostId>,
    actions: Vec<ActionId>,
    addresses: Vec<AddressId>,
    sources: Vec<SourceId>,
    campaigns: Vec<CampaignId>,
    sites: Vec<SiteId>,
}

impl NameTranslation {
    /// Interns the names and keeps their ids.
    #[must_use]
    pub fn of(names: &Names, known: &mut Dictionaries) -> NameTranslation {
        NameTranslation {
            pages: names.pages.iter().map(|text| known.intern_page(text)).collect(),
            agents: names
                .agents
                .iter()
                .map(|text| known.intern_agent(text, known.agent_tables.facts(text)))
                .collect(),
            arrivals: names.arrivals.iter().map(|packed| known.intern_foreign_arrival(packed)).collect(),
            hosts: names
                .hosts
                .iter()
                .zip(names.host_sites.iter())
                .map(|(text, site)| known.intern_host(text, site))
                .collect(),
            actions: interned(&names.actions, &mut known.actions),
            addresses: interned(&names.addresses, &mut known.addresses),
            sources: interned(&names.sources, &mut known.sources),
            campaigns: interned(&names.campaigns, &mut known.campaigns),
            sites: interned(&names.sites, &mut known.sites),
        }
    }

    /// A page's id here. As below, an id without a name stands for a string past the bound: `(other)`.
    #[must_use]
    pub fn page(&self, page: PageId) -> PageId {
        of(&self.pages, page.0)
    }

    /// A user agent's.
    #[must_use]
    pub fn agent(&self, agent: AgentId) -> AgentId {
        of(&self.agents, agent.0)
    }

    /// An arrival's.
    #[must_use]
    pub fn arrival(&self, arrival: ArrivalId) -> ArrivalId {
        of(&self.arrivals, arrival.0)
    }

    /// A host's.
    #[must_use]
    pub fn host(&self, host: HostId) -> HostId {
        of(&self.hosts, host.0)
    }

    /// An action's.
    #[must_use]
    pub fn action(&self, action: ActionId) -> ActionId {
        of(&self.actions, action.0)
    }

    /// A whole address's.
    #[must_use]
    pub fn address(&self, address: AddressId) -> AddressId {
        of(&self.addresses, address.0)
    }

    /// A source's.
    #[must_use]
    pub fn source(&self, source: SourceId) -> SourceId {
        of(&self.sources, source.0)
    }

    /// A campaign's.
    #[must_use]
    pub fn campaign(&self, campaign: CampaignId) -> CampaignId {
        of(&self.campaigns, campaign.0)
    }

    /// A site's.
    #[must_use]
    pub fn site(&self, site: SiteId) -> SiteId {
        of(&self.sites, site.0)
    }
}

fn interned<Id: From<u32> + Into<u32> + Copy>(names: &Strings, all: &mut Dictionary<Id>) -> Vec<Id> {
    names.iter().map(|text| all.intern(text).id()).collect()
}

fn of<Id: Copy + Default>(known: &[Id], number: u32) -> Id {
    let place = number.checked_sub(1).and_then(|place| usize::try_from(place).ok());
    place.and_then(|place| known.get(place)).copied().unwrap_or_default()
}
