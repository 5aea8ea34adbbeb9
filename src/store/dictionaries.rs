//! The program's dictionaries, and what is derived from their strings, once per distinct string.

mod agents;
mod arrivals;
mod names;
#[cfg(test)]
mod tests;
mod translation;

use std::borrow::Cow;
use std::sync::Arc;

use crate::classify::address::KeptAddress;
use crate::classify::agent::{AgentFacts, Agents, BotVerdict};
use crate::classify::arrival::{Arrival, Brings};
use crate::classify::arrival_record::ArrivalRecord;
use crate::classify::channel::Channel;
use crate::classify::own_hosts::OwnHosts;
use crate::classify::properties::Properties;
use crate::classify::source::Sources;
use crate::format::spelled;
use crate::ids::{
    ActionId, AddressId, AgentId, ArrivalId, CampaignId, HostId, PageId, PathId, PropertiesId, SiteId,
    SourceId,
};

use super::dictionary::{Dictionary, Interned};
use agents::NoAgent;
use arrivals::packed;
pub use names::{NameTranslation, Names};
pub use translation::Translation;

/// The meaning of an arrival (R9, R10): derived once per distinct record, and again when own hosts change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArrivalFacts {
    /// The source.
    pub source: SourceId,
    /// The channel.
    pub channel: Channel,
    /// The campaign.
    pub campaign: CampaignId,
    /// Whether the referrer is one of the site's own pages.
    pub resumed: bool,
    /// Whether it tells where the visitor came from.
    pub brings: Brings,
    /// Whether its meaning may change with the own hosts.
    pub unsettled: bool,
    /// Whether the referrer is spam (R3).
    pub spam: bool,
}

/// The interned strings and their derived facts.
#[derive(Debug)]
pub struct Dictionaries {
    /// Pages.
    pub pages: Dictionary<PageId>,
    /// Paths of traffic.
    pub paths: Dictionary<PathId>,
    /// By page: whether it was ever answered with a pageview.
    served: Vec<bool>,
    /// User agents.
    pub agents: Dictionary<AgentId>,
    agent_facts: Vec<AgentFacts>,
    /// Agents that say nothing.
    nobodies: Vec<AgentId>,
    /// What a missing agent means, by input.
    no_agents: Vec<NoAgent>,
    /// The tables that `agent_facts` are derived from.
    pub agent_tables: Arc<Agents>,
    /// Records of arrivals, packed.
    pub arrivals: Dictionary<ArrivalId>,
    arrival_facts: Vec<ArrivalFacts>,
    /// Sources.
    pub sources: Dictionary<SourceId>,
    /// Campaigns.
    pub campaigns: Dictionary<CampaignId>,
    source_tables: Arc<Sources>,
    own_hosts: OwnHosts,
    /// Requested hosts.
    pub hosts: Dictionary<HostId>,
    host_sites: Vec<SiteId>,
    /// Their sites (R4).
    pub sites: Dictionary<SiteId>,
    /// Names of actions.
    pub actions: Dictionary<ActionId>,
    /// Whole addresses, where they are kept (R11).
    pub addresses: Dictionary<AddressId>,
    /// What events say beside page and action, as bytes.
    properties: Dictionary<PropertiesId>,
    /// The same, read.
    properties_read: Vec<Properties>,
    /// How often the meanings of arrivals were derived anew.
    generation: u64,
}

impl Dictionaries {
    /// Empty dictionaries, bounded to about a quarter of `max_memory` bytes.
    #[must_use]
    pub fn new(
        max_memory: usize,
        agent_tables: Arc<Agents>,
        source_tables: Arc<Sources>,
        own_hosts: OwnHosts,
    ) -> Dictionaries {
        let other_agent = agent_tables.facts(b"(other)");
        let mut dictionaries = Dictionaries {
            pages: Dictionary::new(max_memory / 12),
            paths: Dictionary::new(max_memory / 48),
            served: vec![false],
            agents: Dictionary::new(max_memory / 24),
            agent_facts: vec![AgentFacts { bot: None, ..other_agent }],
            nobodies: Vec::new(),
            no_agents: Vec::new(),
            agent_tables,
            arrivals: Dictionary::new(max_memory / 24),
            arrival_facts: Vec::new(),
            sources: Dictionary::new(max_memory / 64),
            campaigns: Dictionary::new(max_memory / 64),
            source_tables,
            own_hosts,
            hosts: Dictionary::new(max_memory / 96),
            host_sites: vec![SiteId::OTHER],
            sites: Dictionary::new(max_memory / 192),
            actions: Dictionary::new(max_memory / 64),
            addresses: Dictionary::new(max_memory / 24),
            properties: Dictionary::new(max_memory / 48),
            properties_read: vec![Properties::default()],
            generation: 0,
        };
        dictionaries.add_other_arrival();
        // Interned first, so that the empty arrival always has an id.
        dictionaries.intern_arrival(&packed(&ArrivalRecord::default()));
        dictionaries
    }

    /// What a user agent says.
    #[must_use]
    pub fn agent(&self, id: AgentId) -> AgentFacts {
        self.agent_facts[id.index().min(self.agent_facts.len() - 1)]
    }

    /// What an arrival means.
    #[must_use]
    pub fn arrival(&self, id: ArrivalId) -> ArrivalFacts {
        self.arrival_facts[id.index().min(self.arrival_facts.len() - 1)]
    }

    /// What an event says beside its page and action; nothing for those past the bound.
    #[must_use]
    pub fn properties(&self, id: PropertiesId) -> &Properties {
        &self.properties_read[id.index().min(self.properties_read.len() - 1)]
    }

    /// How many distinct properties there are, `(other)` included.
    #[must_use]
    pub fn properties_len(&self) -> usize {
        self.properties_read.len()
    }

    /// The site of a host (R4).
    #[must_use]
    pub fn site(&self, host: HostId) -> SiteId {
        self.host_sites.get(host.index()).copied().unwrap_or(SiteId::OTHER)
    }

    /// The name of a host's site.
    #[must_use]
    pub fn site_text(&self, host: HostId) -> Cow<'_, str> {
        self.sites.text(self.site(host))
    }

    /// The kept part of an address, for display: its network, or the whole address.
    #[must_use]
    pub fn address(&self, address: KeptAddress<AddressId>) -> Cow<'_, str> {
        address.text_id().map_or_else(|| address.to_string().into(), |id| self.addresses.text(id))
    }

    /// The number of a campaign's row; `None` for the empty one, which is no campaign.
    #[must_use]
    pub fn campaign_key(&self, campaign: CampaignId) -> Option<u32> {
        (!self.campaigns.bytes_of(campaign).is_empty()).then_some(campaign.0)
    }

    /// The site's own hosts.
    #[must_use]
    pub fn own_hosts(&self) -> &OwnHosts {
        &self.own_hosts
    }

    /// Sets the own hosts and derives the meaning of every arrival again.
    pub fn set_own_hosts(&mut self, own_hosts: OwnHosts) {
        self.own_hosts = own_hosts;
        self.arrival_facts.clear();
        self.generation += 1;
        self.add_other_arrival();
        for number in 1..self.arrivals.len() {
            let meaning = self.meaning(ArrivalId(u32::try_from(number).unwrap_or(0)));
            self.add_arrival_facts(meaning);
        }
    }

    /// Changes whenever earlier answers may no longer hold.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Records that this server answered a page.
    pub fn mark_served(&mut self, page: PageId) {
        if let Some(served) = self.served.get_mut(page.index()) {
            *served = true;
        }
    }

    /// Whether this server ever answered a page of that path.
    #[must_use]
    pub fn is_served(&self, path: &[u8]) -> bool {
        self.pages
            .find(&spelled(path))
            .is_some_and(|page| self.served.get(page.index()).copied().unwrap_or(false))
    }

    /// How many lookups ended in `(other)`.
    #[must_use]
    pub fn folded(&self) -> u64 {
        self.pages.folded()
            + self.paths.folded()
            + self.agents.folded()
            + self.arrivals.folded()
            + self.hosts.folded()
            + self.sites.folded()
            + self.actions.folded()
            + self.addresses.folded()
            + self.properties.folded()
    }

    /// Estimated temporary memory of answering a question, in bytes: counters by page and by arrival on every core, and
    /// a table row for each page and source.
    #[must_use]
    pub fn answering_bytes(&self) -> usize {
        (self.pages.len() + self.arrivals.len()) * ANSWERING
    }

    /// Memory used, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.pages.bytes()
            + self.paths.bytes()
            + self.served.capacity()
            + self.agents.bytes()
            + self.agent_facts.capacity() * size_of::<AgentFacts>()
            + self.arrivals.bytes()
            + self.arrival_facts.capacity() * size_of::<ArrivalFacts>()
            + self.sources.bytes()
            + self.campaigns.bytes()
            + self.hosts.bytes()
            + self.host_sites.capacity() * size_of::<SiteId>()
            + self.sites.bytes()
            + self.actions.bytes()
            + self.addresses.bytes()
            // Read, each takes about as much as its bytes with their overhead.
            + self.properties.bytes() * 2
    }

    fn intern_properties(&mut self, bytes: &[u8]) -> PropertiesId {
        let interned = self.properties.intern(bytes);
        if matches!(interned, Interned::New(_)) {
            self.properties_read.push(Properties::from_bytes(bytes));
        }
        interned.id()
    }

    fn intern_page(&mut self, text: &[u8]) -> PageId {
        let interned = self.pages.intern(text);
        if matches!(interned, Interned::New(_)) {
            self.served.push(false);
        }
        interned.id()
    }

    fn intern_agent(&mut self, text: &[u8], facts: AgentFacts) -> AgentId {
        let interned = self.agents.intern(text);
        if matches!(interned, Interned::New(_)) {
            self.agent_facts.push(facts);
            if facts.bot == Some(BotVerdict::NoAgent) {
                self.nobodies.push(interned.id());
            }
        }
        interned.id()
    }

    fn intern_host(&mut self, text: &[u8], site: &[u8]) -> HostId {
        let interned = self.hosts.intern(text);
        if matches!(interned, Interned::New(_)) {
            self.host_sites.push(self.sites.intern(site).id());
        }
        interned.id()
    }

    /// The id of an arrival, whose records come in their packed form.
    fn intern_arrival(&mut self, packed: &[u8]) -> ArrivalId {
        let interned = self.arrivals.intern(packed);
        if let Interned::New(id) = interned {
            let meaning = self.meaning(id);
            self.add_arrival_facts(meaning);
        }
        interned.id()
    }

    /// The meaning of an arrival past the bound, or of one that cannot be read: it said something, so it is not direct (R10).
    fn add_other_arrival(&mut self) {
        self.arrival_facts.push(ArrivalFacts {
            source: SourceId::OTHER,
            channel: Channel::Referral,
            campaign: self.campaigns.intern(b"").id(),
            resumed: false,
            brings: Brings::Something,
            unsettled: false,
            spam: false,
        });
    }

    fn add_arrival_facts(&mut self, meaning: Option<Arrival>) {
        let Some(meaning) = meaning else { return self.add_other_arrival() };
        self.arrival_facts.push(ArrivalFacts {
            source: self.sources.intern(meaning.source.as_bytes()).id(),
            channel: meaning.channel,
            campaign: self.campaigns.intern(meaning.campaign.as_bytes()).id(),
            resumed: meaning.resumed,
            brings: meaning.brings,
            unsettled: meaning.unsettled,
            spam: meaning.spam,
        });
    }
}

/// Temporary bytes per string while a question is answered: counters on a few cores, merged and ranked.
const ANSWERING: usize = 160;
