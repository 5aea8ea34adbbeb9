//! The site's own hosts: given, named by each hit, or inferred from what people do (design.md R9).

use std::collections::BTreeSet;

use crate::classify::address::{Address, KeptAddress};
use crate::classify::inference::{Domain, Inference};
use crate::classify::visitor::Visitor;
use crate::ids::{AddressId, ArrivalId, HostId};
use crate::query::view::OwnHostsFrom;
use crate::session::Origin;
use crate::store::dictionaries::Dictionaries;

use super::Engine;

/// Searches for the site's own hosts.
#[derive(Debug, Default)]
pub(super) struct OwnHostsSearch {
    inference: Inference,
    /// The domain that each arrival's referrer is evidence for.
    domains: Vec<Domain>,
    /// Pageviews by named host.
    named: Vec<u64>,
    /// Number of pageviews at the last inference.
    looked_at: u64,
}

/// A host is shown as own if at least one pageview in this many names it: rarer ones are forged or strays.
const NAMED_SHARE: u64 = 100;

impl OwnHostsSearch {
    /// Records a pageview. If the user or the hit names the host, there is nothing to infer; what bots send proves
    /// nothing.
    pub(super) fn note(&mut self, visitor: Visitor, origin: &Origin, known: &Dictionaries) {
        if known.own_hosts().are_given() || known.agent(origin.agent).bot.is_some() {
            return;
        }
        if !known.hosts.bytes_of(origin.host).is_empty() {
            return self.note_named(origin.host);
        }
        let domain = self.domain(origin.arrival, known);
        self.inference.pageview(&network(origin.address, known), visitor, domain);
    }

    fn note_named(&mut self, host: HostId) {
        if self.named.len() <= host.index() {
            self.named.resize(host.index() + 1, 0);
        }
        self.named[host.index()] += 1;
    }

    fn domain(&mut self, arrival: ArrivalId, known: &Dictionaries) -> Domain {
        while self.domains.len() <= arrival.index() {
            let next = ArrivalId(u32::try_from(self.domains.len()).unwrap_or(u32::MAX));
            let page = known.possibly_own(next);
            self.domains.push(page.map_or_else(Domain::default, |page| self.inference.domain(&page)));
        }
        self.domains[arrival.index()]
    }

    /// Where the known hosts come from.
    pub(super) fn told_by(&self, known: &Dictionaries) -> OwnHostsFrom {
        match known.own_hosts() {
            own if own.are_given() => OwnHostsFrom::Given,
            own if own.hosts().next().is_some() => OwnHostsFrom::Inferred,
            _ if self.named.iter().any(|&pageviews| pageviews > 0) => OwnHostsFrom::Log,
            _ => OwnHostsFrom::Unknown,
        }
    }

    /// The own hosts known so far.
    pub(super) fn hosts(&self, known: &Dictionaries) -> Vec<String> {
        if self.told_by(known) != OwnHostsFrom::Log {
            return known.own_hosts().hosts().map(str::to_owned).collect();
        }
        let all: u64 = self.named.iter().sum();
        let hosts = self.named.iter().zip(0..).filter(|(pageviews, _)| **pageviews * NAMED_SHARE >= all);
        let names =
            hosts.filter(|(pageviews, _)| **pageviews > 0).map(|(_, number)| known.site_text(HostId(number)));
        names.map(std::borrow::Cow::into_owned).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Estimated memory, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.inference.bytes() + self.domains.capacity() * size_of::<Domain>() + self.named.capacity() * 8
    }
}

/// A visitor's network: the kept part of an address, the network of a whole address, or the domain of a host name.
fn network(address: KeptAddress<AddressId>, known: &Dictionaries) -> (KeptAddress<AddressId>, &[u8]) {
    let Some(id) = address.text_id() else { return (address, b"") };
    let text = known.addresses.bytes_of(id);
    match Address::parse(text) {
        Address::Name(name) => (KeptAddress::default(), name),
        whole => (KeptAddress::masked(&whole), b""),
    }
}

impl Engine {
    /// Infers own hosts again if there is new evidence (R9). Not while there are snapshots: arrivals must keep their
    /// meaning for those.
    pub(super) fn infer_own_hosts(&mut self) {
        let pageviews = self.own_hosts.inference.pageviews();
        if !self.snapshots.is_empty() || pageviews == self.own_hosts.looked_at {
            return;
        }
        self.own_hosts.looked_at = pageviews;
        let hosts = self.own_hosts.inference.own_hosts(|path| self.dictionaries.is_served(path));
        if hosts != *self.dictionaries.own_hosts() {
            self.dictionaries.set_own_hosts(hosts);
        }
    }
}
