//! All dictionaries of the program, and what is derived from their strings once per string.

mod arrivals;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::Arc;

use crate::classify::address::KeptAddress;
use crate::classify::agent::{AgentFacts, Agents, BotVerdict};
use crate::classify::arrival::{Brings, arrival};
use crate::classify::batch::{Batch, InputId, Numbering};
use crate::classify::channel::Channel;
use crate::classify::own_hosts::OwnHosts;
use crate::classify::source::Sources;
use crate::classify::strings::{Local, Strings};
use crate::format::spelled;
use crate::ids::{ActionId, AddressId, AgentId, ArrivalId, CampaignId, HostId, PageId, SiteId, SourceId};

use super::dictionary::{Dictionary, Interned};

/// What an arrival text means (R9, R10): worked out once per text, and anew when own hosts become known.
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
    /// Whether it says where the visitor came from.
    pub brings: Brings,
    /// Whether it may come to mean something else, as own hosts become known.
    pub unsettled: bool,
    /// Whether the referrer only wants to be seen in reports (R3).
    pub spam: bool,
}

/// Strings and what they mean.
#[derive(Debug)]
pub struct Dictionaries {
    /// Pages.
    pub pages: Dictionary<PageId>,
    /// Which pages were answered with a pageview, by page.
    served: Vec<bool>,
    /// User agents.
    pub agents: Dictionary<AgentId>,
    agent_facts: Vec<AgentFacts>,
    /// Agents that name none.
    nobodies: Vec<AgentId>,
    /// What those stand for in each input.
    no_agents: Vec<NoAgent>,
    /// The tables behind `agent_facts`.
    pub agent_tables: Arc<Agents>,
    /// Referrers with campaign tags.
    pub arrivals: Dictionary<ArrivalId>,
    arrival_facts: Vec<ArrivalFacts>,
    /// Sources.
    pub sources: Dictionary<SourceId>,
    /// Campaigns.
    pub campaigns: Dictionary<CampaignId>,
    source_tables: Arc<Sources>,
    own_hosts: OwnHosts,
    /// Hosts asked for.
    pub hosts: Dictionary<HostId>,
    host_sites: Vec<SiteId>,
    /// Their sites (R4).
    pub sites: Dictionary<SiteId>,
    /// Names of actions.
    pub actions: Dictionary<ActionId>,
    /// Whole addresses, where they are kept (R11).
    pub addresses: Dictionary<AddressId>,
    /// How often what is derived from arrivals was worked out anew.
    generation: u64,
}

impl Dictionaries {
    /// Empty dictionaries that take at most about a quarter of `max_memory` bytes when full.
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
            generation: 0,
        };
        dictionaries.add_other_arrival();
        // The text of all who tell nothing has a place before others take them.
        dictionaries.intern_arrival(b"");
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

    /// What is kept of an address, for people: its network, or all of it.
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

    /// Other own hosts from now on: what every arrival means is worked out anew.
    pub fn set_own_hosts(&mut self, own_hosts: OwnHosts) {
        self.own_hosts = own_hosts;
        self.arrival_facts.clear();
        self.generation += 1;
        self.add_other_arrival();
        for number in 1..self.arrivals.len() {
            let text = self.arrivals.bytes_of(ArrivalId(u32::try_from(number).unwrap_or(0))).to_vec();
            self.add_arrival_facts(&text);
        }
    }

    /// Changes whenever an answer found before may no longer hold.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Notes that this server answered a page.
    pub fn mark_served(&mut self, page: PageId) {
        if let Some(served) = self.served.get_mut(page.index()) {
            *served = true;
        }
    }

    /// Whether this server answered a page of that path.
    #[must_use]
    pub fn is_served(&self, path: &[u8]) -> bool {
        self.pages
            .find(&spelled(path))
            .is_some_and(|page| self.served.get(page.index()).copied().unwrap_or(false))
    }

    /// How often a string became `(other)`.
    #[must_use]
    pub fn folded(&self) -> u64 {
        self.pages.folded()
            + self.agents.folded()
            + self.arrivals.folded()
            + self.hosts.folded()
            + self.sites.folded()
            + self.actions.folded()
            + self.addresses.folded()
    }

    /// About how many bytes answering a question takes for a while: it counts by page and by arrival, on every core,
    /// and tables have a row for each page and source.
    #[must_use]
    pub fn answering_bytes(&self) -> usize {
        (self.pages.len() + self.arrivals.len()) * ANSWERING
    }

    /// How many bytes they take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.pages.bytes()
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

    /// What an agent that names none stands for in an input (R3): there it may be a sign of a bot, or the log may lack
    /// agents altogether. Any other one is itself.
    #[inline]
    pub fn agent_of(&mut self, agent: AgentId, input: InputId) -> AgentId {
        if self.nobodies.contains(&agent) { self.no_agent(usize::from(input.0)) } else { agent }
    }

    #[inline(never)]
    fn no_agent(&mut self, input: usize) -> AgentId {
        if self.no_agents.len() <= input {
            self.no_agents.resize(input + 1, NoAgent::default());
        }
        let NoAgent { id, others } = self.no_agents[input];
        if let Some(id) = id {
            return id;
        }
        // No agent that a log names holds a newline.
        let id = match self.agents.intern(format!("\n{input}").as_bytes()) {
            Interned::New(id) => {
                let facts = self.agent_tables.facts(b"");
                self.agent_facts.push(AgentFacts { bot: facts.bot.filter(|_| others), ..facts });
                id
            }
            found => found.id(),
        };
        self.no_agents[input].id = Some(id);
        id
    }

    /// A hit of an input bears an agent: from now on those that bear none are flagged for it. Which they are, if that is
    /// new and there are any.
    pub fn bears_agents(&mut self, input: InputId) -> Option<AgentId> {
        let input = usize::from(input.0);
        if self.no_agents.len() <= input {
            self.no_agents.resize(input + 1, NoAgent::default());
        }
        let NoAgent { id, others } = &mut self.no_agents[input];
        if std::mem::replace(others, true) {
            return None;
        }
        let facts = self.agent_facts.get_mut(id.filter(|id| *id != AgentId::OTHER)?.index())?;
        facts.bot = Some(BotVerdict::NoAgent);
        self.generation += 1;
        *id
    }

    fn intern_host(&mut self, text: &[u8], site: &[u8]) -> HostId {
        let interned = self.hosts.intern(text);
        if matches!(interned, Interned::New(_)) {
            self.host_sites.push(self.sites.intern(site).id());
        }
        interned.id()
    }

    /// Whether it is not known yet whether sessions of this agent are a bot's.
    #[must_use]
    pub fn is_undecided(&self, agent: AgentId) -> bool {
        self.no_agents.iter().any(|input| input.id == Some(agent) && !input.others)
    }

    /// Agents that turned out to be a bot's after sessions may have been sealed.
    pub fn flagged_later(&self) -> impl Iterator<Item = AgentId> {
        self.no_agents.iter().filter(|input| input.others).filter_map(|input| input.id)
    }

    fn intern_arrival(&mut self, text: &[u8]) -> ArrivalId {
        let interned = self.arrivals.intern(text);
        if matches!(interned, Interned::New(_)) {
            self.add_arrival_facts(text);
        }
        interned.id()
    }

    /// What an arrival means that found no place: it told of something, so it is not direct (R10).
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

    fn add_arrival_facts(&mut self, text: &[u8]) {
        let meaning = arrival(text, &self.own_hosts, &self.source_tables);
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

/// What hits without an agent stand for in an input.
#[derive(Debug, Clone, Copy, Default)]
struct NoAgent {
    /// The agent that they have.
    id: Option<AgentId>,
    /// Whether other hits bear one.
    others: bool,
}

/// What a string takes while a question is answered: counted on a few cores, merged and ranked.
const ANSWERING: usize = 160;

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
