//! Folds slots into a partial.

use crate::classify::agent::BotVerdict;
use crate::ids::{ClientId, PathId};
use crate::store::dictionaries::Dictionaries;
use crate::time::{Millis, Span};
use crate::traffic::{Class, Clients, Count, FINE, FailureCount, FailureKey, Slot, Traffic, TrafficClient};

use super::matcher::TrafficMatcher;
use super::partial::{AgentLabel, FailureCounts, FailureRowKey, Rows, TrafficPartial};

/// Everything that a slot is folded with.
#[derive(Debug, Clone, Copy)]
pub struct TrafficScan<'a> {
    /// Its classes and clients.
    pub traffic: &'a Traffic,
    /// The strings.
    pub known: &'a Dictionaries,
    /// The filter, which knows all of them.
    pub matcher: &'a TrafficMatcher,
}

impl TrafficScan<'_> {
    /// Adds a slot to the answer.
    pub fn fold(&self, (start, length, slot): (Millis, Span, &Slot), into: &mut TrafficPartial) {
        into.see_span(start, start + length);
        self.totals(start, length, slot, into);
        self.clients(length, slot, into);
        self.paths(slot, into);
        for (key, count) in slot.failures() {
            self.failure(key, count, into);
        }
        into.bound();
    }

    fn totals(&self, start: Millis, length: Span, slot: &Slot, into: &mut TrafficPartial) {
        let mut hits = 0;
        let point = into.points.at(start);
        for (_, class, count) in slot.clients().filter(|(_, class, _)| self.matcher.has_class(*class)) {
            let class = self.traffic.class(class);
            into.by_class.entry((class.kind, class.status, class.method)).or_default().add(count);
            point.add(class, count);
            hits += count.hits;
        }
        for (_, loads) in slot.loads().filter(|(class, _)| self.matcher.has_class(*class)) {
            into.loads.merge(loads);
            point.loads.merge(loads);
        }
        into.peak.see(hits);
        into.peak.is_known &= length == FINE;
    }

    fn clients(&self, length: Span, slot: &Slot, into: &mut TrafficPartial) {
        let mut by_network = Rows::default();
        for (id, class, count) in slot.clients().filter(|(_, class, _)| self.matcher.has_class(*class)) {
            if !self.matcher.has_client(id, self.traffic, self.known) {
                continue;
            }
            let Some(client) = self.traffic.clients().get(id) else {
                into.folded.clients += if id == Clients::NOBODY { 0 } else { count.hits };
                continue;
            };
            *by_network.entry(client.address).or_insert(0) += count.hits;
            self.client(client, self.traffic.class(class), count, into);
        }
        if length == FINE {
            for (network, hits) in by_network {
                into.clients.entry(network).or_default().peak.see(hits);
            }
        } else if self.matcher.parts_networks() {
            // Only the peaks of all hits are kept.
            for network in by_network.keys() {
                into.clients.entry(*network).or_default().peak.is_known = false;
            }
        } else {
            for (network, hits) in slot.peaks().filter(|(network, _)| by_network.contains_key(network)) {
                into.clients.entry(network).or_default().peak.see(hits);
            }
        }
    }

    fn client(&self, client: TrafficClient, class: Class, count: Count, into: &mut TrafficPartial) {
        let row = into.clients.entry(client.address).or_default();
        row.count.add(count);
        row.pageviews += if class.is_pageview() { count.hits } else { 0 };
        row.failures += if class.is_failure() { count.hits } else { 0 };
        let facts = self.known.agent(client.agent);
        let bot = match facts.bot {
            Some(BotVerdict::Agent(bot)) => Some(bot),
            Some(BotVerdict::NoAgent) | None => None,
        };
        row.agents.see(AgentLabel { browser: facts.browser, bot });
    }

    fn paths(&self, slot: &Slot, into: &mut TrafficPartial) {
        for (path, _, count) in slot.paths().filter(|(_, class, _)| self.matcher.has_class(*class)) {
            if path == PathId::OTHER {
                into.folded.paths += count.count.hits;
            } else if self.matcher.has_path(path) {
                into.paths.entry(path).or_default().add(count);
            }
        }
    }

    fn failure(&self, key: FailureKey, count: FailureCount, into: &mut TrafficPartial) {
        let FailureKey { path, class, client, link } = key;
        if !self.matcher.has_class(class) {
            return;
        }
        if path == PathId::OTHER {
            into.folded.failures += count.hits;
            return;
        }
        if !self.matcher.has_path(path) || !self.matcher.has_client(client, self.traffic, self.known) {
            return;
        }
        let Class { kind, status, method, .. } = self.traffic.class(class);
        let key = FailureRowKey { path, method, status, kind };
        let row = into.failures.entry(key).or_insert_with(|| FailureCounts::at(count.first));
        row.hits += count.hits;
        (row.first, row.last) = (row.first.min(count.first), row.last.max(count.last));
        if is_somebody(client) {
            row.people.add(client);
        }
        if let Some(link) = link {
            row.add_link(link, count.hits);
        }
    }
}

/// Whether it is one client, and not what is left of several.
pub(super) fn is_somebody(client: ClientId) -> bool {
    client != Clients::OTHER && client != Clients::NOBODY
}
