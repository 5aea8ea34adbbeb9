//! The strings of another process's dictionaries, and their ids in ours.

use serde::{Deserialize, Serialize};

use super::{Dictionaries, Dictionary, Translation};
use crate::classify::batch::NewStrings;
use crate::classify::strings::{Strings, WorkerLocalId};
use crate::ids::{ActionId, AddressId, AgentId, ArrivalId, CampaignId, HostId, PageId, SiteId, SourceId};

/// Strings in the order of their ids, from 1.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Names {
    /// Those that lines have.
    pub of_lines: NewStrings,
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
    of_lines: Translation,
    sources: Vec<SourceId>,
    campaigns: Vec<CampaignId>,
    sites: Vec<SiteId>,
}

impl NameTranslation {
    /// Interns the names and keeps their ids.
    #[must_use]
    pub fn of(mut names: Names, known: &mut Dictionaries) -> NameTranslation {
        let NewStrings { agents, agent_facts, .. } = &mut names.of_lines;
        *agent_facts = agents.iter().map(|text| known.agent_tables.facts(text)).collect();
        let mut of_lines = Translation::default();
        of_lines.extend(&names.of_lines, known);
        NameTranslation {
            of_lines,
            sources: interned(&names.sources, &mut known.sources),
            campaigns: interned(&names.campaigns, &mut known.campaigns),
            sites: interned(&names.sites, &mut known.sites),
        }
    }

    /// A page's id here. As below, an id without a name stands for a string past the bound: `(other)`.
    #[must_use]
    pub fn page(&self, page: PageId) -> PageId {
        local(page.0).map(|local| self.of_lines.page(local)).unwrap_or_default()
    }

    /// A user agent's.
    #[must_use]
    pub fn agent(&self, agent: AgentId) -> AgentId {
        local(agent.0).map(|local| self.of_lines.agent(local)).unwrap_or_default()
    }

    /// An arrival's.
    #[must_use]
    pub fn arrival(&self, arrival: ArrivalId) -> ArrivalId {
        local(arrival.0).map(|local| self.of_lines.arrival(local)).unwrap_or_default()
    }

    /// A host's.
    #[must_use]
    pub fn host(&self, host: HostId) -> HostId {
        local(host.0).map(|local| self.of_lines.host(local)).unwrap_or_default()
    }

    /// An action's.
    #[must_use]
    pub fn action(&self, action: ActionId) -> ActionId {
        local(action.0).map(|local| self.of_lines.action(local)).unwrap_or_default()
    }

    /// A whole address's.
    #[must_use]
    pub fn address(&self, address: AddressId) -> AddressId {
        local(address.0).map(|local| self.of_lines.address_text(local)).unwrap_or_default()
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
    local(number).and_then(|local| known.get(local.index())).copied().unwrap_or_default()
}

/// Where a name stands; 0 is none.
fn local(number: u32) -> Option<WorkerLocalId> {
    number.checked_sub(1).map(WorkerLocalId)
}
