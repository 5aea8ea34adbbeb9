//! The strings that a worker has interned, and events in terms of their ids.

use super::super::address::{Address, AddressKeeping, KeptAddress, host_without_addresses};
use super::super::arrivals::{Arrivals, HitOn};
use super::super::batch::{Batch, Numbering, What};
use super::super::clients::{Client, Clients};
use super::super::host;
use super::super::hosts::Hosts;
use super::super::kind::{Class, Kind};
use super::super::paths::Paths;
use super::super::scrub::scrub;
use super::super::site::cleaned;
use super::super::strings::{InternResult, LocalHashes, LocalStrings, WorkerLocalId};
use super::super::traffic::InBatch;
use super::super::visitor::AgentDigest;
use super::assets::LastAssets;
use super::{ROBOTS_TXT, Shared};
use crate::bytes;
use crate::format::{Cookies, Details, Hit};
use crate::time::Millis;

/// The strings that a worker has interned.
pub(super) struct WorkerStrings {
    pub(super) paths: Paths,
    agents: LocalStrings,
    pub(super) digests: Vec<AgentDigest>,
    pub(super) arrivals: Arrivals,
    pub(super) hosts: Hosts,
    actions: LocalHashes,
    /// Whole addresses; empty unless the operator asked for them (R11).
    addresses: LocalStrings,
    properties: LocalStrings,
    pub(super) clients: Clients,
    pub(super) assets: LastAssets,
    /// The serial number of the batch at hand.
    serial: u32,
}

/// Past this size a worker clears its strings before the next batch. They stay in the L2 or L3 cache.
const STRINGS_BYTES: usize = 4 << 20;

impl WorkerStrings {
    pub(super) fn new() -> WorkerStrings {
        WorkerStrings {
            paths: Paths::new(),
            agents: LocalStrings::new(),
            digests: Vec::new(),
            arrivals: Arrivals::new(),
            hosts: Hosts::new(),
            actions: LocalHashes::new(),
            addresses: LocalStrings::new(),
            properties: LocalStrings::new(),
            clients: Clients::new(),
            assets: LastAssets::new(),
            serial: 0,
        }
    }

    /// The event that a hit makes; `None` if it is only counted (R5).
    #[inline(always)]
    pub(super) fn what(
        &mut self,
        class: &Class,
        path: &[u8],
        keeping: AddressKeeping,
        batch: &mut Batch,
    ) -> Option<What> {
        match class.kind {
            Kind::Pageview => Some(What::Pageview),
            Kind::Action if class.once_per_path => {
                Some(What::Download(self.action(class.action, keeping, batch)))
            }
            Kind::Action => Some(What::Action(self.action(class.action, keeping, batch))),
            Kind::Error => Some(What::Error),
            Kind::Redirect => Some(What::Redirect),
            Kind::Asset if path == ROBOTS_TXT => Some(What::RobotsTxt),
            Kind::Asset | Kind::Api | Kind::Other => None,
        }
    }

    /// The client that sent an event, by host, address and agent.
    pub(super) fn client(&mut self, details: &Details, shared: &Shared, batch: &mut Batch) -> Client {
        let spelling = self.hosts.spelling(details.host, shared, &mut batch.new);
        let address = self.clients.hash(details.address);
        if let Some(client) = self.clients.last(address)
            && client.spelling == spelling
            && bytes::same(self.agents.text(client.agent), details.agent)
        {
            if batch.traffic.index(client.in_batch).is_none() {
                client.in_batch = batch.traffic.add(client.as_sender(Some(client.visitor)));
            }
            return *client;
        }
        let mut client = self.new_client(spelling, details, shared, batch);
        client.in_batch = batch.traffic.add(client.as_sender(Some(client.visitor)));
        self.clients.remember(address, client);
        client
    }

    #[inline(never)]
    fn new_client(
        &mut self,
        spelling: WorkerLocalId,
        details: &Details,
        shared: &Shared,
        batch: &mut Batch,
    ) -> Client {
        let agent = self.agent(details.agent, shared, batch);
        let address = Address::parse(details.address);
        Client {
            spelling,
            host: self.hosts.host(spelling),
            agent,
            from: shared.key.sender(&address),
            visitor: shared.key.visitor(self.hosts.site(spelling), &address, &self.digests[agent.index()]),
            address: self.kept_address(&address, shared.addresses, batch),
            country: shared.country(&address),
            in_batch: InBatch::default(),
            last_asset: (Millis::MIN, None),
        }
    }

    fn agent(&mut self, agent: &[u8], shared: &Shared, batch: &mut Batch) -> WorkerLocalId {
        match self.agents.number(agent) {
            InternResult::Before(local) => local,
            InternResult::First(local) => {
                self.digests.push(shared.key.agent(agent));
                batch.new.agents.push(agent);
                batch.new.agent_facts.push(shared.agents.facts(agent));
                local
            }
        }
    }

    /// The arrival of a hit. Its own host tells whose site its referrer is on.
    pub(super) fn arrival(
        &mut self,
        referrer: &[u8],
        query: &[u8],
        spelling: WorkerLocalId,
        shared: &Shared,
        batch: &mut Batch,
    ) -> WorkerLocalId {
        let hit = HitOn { site: self.hosts.site(spelling), sites: &shared.sites, keeping: shared.addresses };
        self.arrivals.number(referrer, query, &hit, &mut batch.new)
    }

    fn action(&mut self, name: &[u8], keeping: AddressKeeping, batch: &mut Batch) -> WorkerLocalId {
        match self.actions.number(name) {
            InternResult::Before(local) => local,
            InternResult::First(local) => {
                batch.new.actions.push(&keeping.text(&scrub(name)));
                local
            }
        }
    }

    /// What a hit says beside its page and action; `None` where there is nothing to keep, as in most logs.
    #[inline(always)]
    pub(super) fn properties(
        &mut self,
        (hit, cookies): (&Hit, &Cookies),
        query: &[u8],
        shared: &Shared,
        batch: &mut Batch,
    ) -> Option<WorkerLocalId> {
        if hit.own.is_none() && shared.wanted.is_empty() {
            return None;
        }
        let properties = shared.wanted.of(hit.own.as_ref(), query, cookies);
        if properties.is_empty() {
            return None;
        }
        let bytes = properties.to_bytes();
        Some(known(&mut self.properties, &bytes, |bytes| batch.new.properties.push(bytes)))
    }

    /// The kept part of a client's address: of a host name only the registrable domain (R11).
    fn kept_address(
        &mut self,
        address: &Address,
        keeping: AddressKeeping,
        batch: &mut Batch,
    ) -> KeptAddress<WorkerLocalId> {
        let text = match (keeping, address) {
            (AddressKeeping::Whole, _) => address.whole(),
            (AddressKeeping::Masked, Address::Name(name)) if is_client_name(name) => {
                host_without_addresses(host::registrable(&cleaned(name))).into_bytes().into()
            }
            (AddressKeeping::Masked, _) => return KeptAddress::masked(address),
        };
        let number = known(&mut self.addresses, &text, |text| batch.new.addresses.push(text));
        KeptAddress::numbered(number)
    }

    /// Begins a batch.
    pub(super) fn begin(&mut self, batch: &mut Batch) {
        batch.numbering = self.forget_when_full();
        self.serial = self.serial.wrapping_add(1).max(1);
        batch.traffic.serial = self.serial;
    }

    fn forget_when_full(&mut self) -> Numbering {
        let names = [&self.agents, &self.addresses, &self.properties];
        let bytes: usize = names.into_iter().map(LocalStrings::bytes).sum();
        let others = self.paths.bytes() + self.hosts.bytes() + self.arrivals.bytes() + self.actions.bytes();
        if bytes + others < STRINGS_BYTES {
            return Numbering::GoesOn;
        }
        *self = WorkerStrings::new();
        Numbering::StartsAnew
    }
}

/// Whether a client was logged by its host name: it has a domain, unlike `-` and other placeholders.
fn is_client_name(name: &[u8]) -> bool {
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    name.contains(&b'.') && name.iter().all(is_of_name)
}

/// Interns a string; calls `first` if it is new.
fn known(strings: &mut LocalStrings, text: &[u8], first: impl FnOnce(&[u8])) -> WorkerLocalId {
    match strings.number(text) {
        InternResult::Before(local) => local,
        InternResult::First(local) => {
            first(text);
            local
        }
    }
}
