//! The site's own hosts: given, named by the log, or inferred from it (design.md R9).

use crate::classify::batch::Batch;
use crate::classify::inference::Inference;
use crate::classify::own_hosts::OwnHosts;
use crate::classify::referrer;
use crate::ids::{ArrivalId, HostId};
use crate::query::view::OwnHostsFrom;
use crate::store::dictionaries::Dictionaries;

use super::Engine;

/// How the site's own hosts are found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OwnHostsSearch {
    /// They were given, or it is too late to change them.
    Settled(OwnHostsFrom),
    /// Inferred from referrers, last when so many arrivals and pages were known.
    Inferring(usize),
}

impl OwnHostsSearch {
    /// The search that begins where these hosts were given.
    pub(super) fn beginning_with(given: &[String]) -> OwnHostsSearch {
        if given.is_empty() {
            OwnHostsSearch::Inferring(0)
        } else {
            OwnHostsSearch::Settled(OwnHostsFrom::Given)
        }
    }

    /// Where the hosts known by now come from.
    pub(super) fn found(self, known: &Dictionaries) -> OwnHostsFrom {
        match self {
            OwnHostsSearch::Settled(from) => from,
            OwnHostsSearch::Inferring(_) if known.own_hosts().hosts().next().is_some() => {
                OwnHostsFrom::Inferred
            }
            OwnHostsSearch::Inferring(_) => OwnHostsFrom::Unknown,
        }
    }
}

impl Engine {
    /// Learns the hosts that a batch names. While an instant is held, what arrivals mean stays as it is: they are
    /// learnt once it is released.
    pub(super) fn learn_sites(&mut self, batch: &Batch) {
        if self.held.is_none() {
            self.learn_hosts(batch.new.hosts.iter());
        }
    }

    /// Learns the hosts that were named while an instant was held.
    pub(super) fn learn_sites_missed(&mut self) {
        let numbers = 1..self.known.hosts.len();
        let site = |number| self.known.hosts.bytes_of(HostId(u32::try_from(number).unwrap_or(0))).to_vec();
        let sites: Vec<_> = numbers.map(site).collect();
        self.learn_hosts(sites.iter().map(Vec::as_slice));
    }

    fn learn_hosts<'a>(&mut self, sites: impl Iterator<Item = &'a [u8]>) {
        let mut named = sites.filter(|site| !site.is_empty()).peekable();
        if named.peek().is_none() || self.own_hosts == OwnHostsSearch::Settled(OwnHostsFrom::Given) {
            return;
        }
        self.own_hosts = OwnHostsSearch::Settled(OwnHostsFrom::Log);
        let mut hosts = match self.known.own_hosts() {
            OwnHosts::Log(_) => self.known.own_hosts().clone(),
            _ => OwnHosts::from_log(),
        };
        let mut new = false;
        for site in named {
            new |= hosts.insert(site);
        }
        if new {
            self.known.set_own_hosts(hosts);
        }
    }

    /// R9: a referrer host whose paths this server serves is the site's own. Looked at again when much is new.
    pub(super) fn infer_own_hosts(&mut self) {
        let OwnHostsSearch::Inferring(looked_at) = self.own_hosts else { return };
        let much = self.known.arrivals.len() + self.known.pages.len();
        if self.held.is_some() || much < looked_at + looked_at / 4 + 8 {
            return;
        }
        self.own_hosts = OwnHostsSearch::Inferring(much);
        let hosts = inferred(&self.known);
        if hosts != *self.known.own_hosts() {
            self.known.set_own_hosts(hosts);
        }
    }

    /// Folded sessions keep the sources that they were folded with: own hosts stay as they are from then on.
    pub(super) fn settle_own_hosts(&mut self) {
        self.infer_own_hosts();
        self.own_hosts = OwnHostsSearch::Settled(self.own_hosts.found(&self.known));
    }
}

fn inferred(known: &Dictionaries) -> OwnHosts {
    let mut inference = Inference::new();
    for number in 1..known.arrivals.len() {
        let id = ArrivalId(u32::try_from(number).unwrap_or(0));
        // What follows the separator are campaign tags.
        let text = known.arrivals.bytes_of(id).split(|&byte| byte == 0x1f).next();
        if let Some(referrer) = text.and_then(referrer::parse) {
            inference.referrer(referrer.host, referrer.path, known.is_served(referrer.path));
        }
    }
    inference.own_hosts()
}
