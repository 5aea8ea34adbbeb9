//! Folds slots into a partial.

use crate::classify::agent::BotVerdict;
use crate::ids::{ClientId, PathId};
use crate::store::dictionaries::Dictionaries;
use crate::time::{Millis, Span};
use crate::traffic::{Class, Clients, Count, FINE, FailureCount, FailureKey, Slot, Traffic, TrafficClient};

use super::matcher::TrafficMatcher;
use super::partial::{AgentLabel, FailureCounts, FailureRowKey, TrafficPartial};

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
        self.hits(start, length, slot, into);
        self.loads(start, slot, into);
        self.paths(slot, into);
        for (key, count) in slot.failures() {
            self.failure(start, (key, count), into);
        }
        into.bound();
    }

    /// Adds only what totals need: no rows, no points, no peak.
    pub fn fold_totals(&self, (start, length, slot): (Millis, Span, &Slot), into: &mut TrafficPartial) {
        into.see_span(start, start + length);
        for (_, class, count) in slot.clients().filter(|(_, class, _)| self.matcher.has_class(*class)) {
            let class = self.traffic.class(class);
            into.by_class.entry((class.kind, class.status, class.method)).or_default().add(count);
        }
        for (_, loads) in slot.loads().filter(|(class, _)| self.matcher.has_class(*class)) {
            into.loads.merge(loads);
        }
    }

    fn hits(&self, start: Millis, length: Span, slot: &Slot, into: &mut TrafficPartial) {
        // Most rows are of few classes, which are looked up once for the slot.
        let classes = self.traffic.classes().all();
        let mut by_class = vec![Count::default(); classes.len()];
        for (id, class, count) in slot.clients().filter(|(_, class, _)| self.matcher.has_class(*class)) {
            by_class[class.index()].add(count);
            if !self.matcher.has_client(id, self.traffic, self.known) {
                continue;
            }
            match self.traffic.clients().get(id) {
                Some(client) => self.client((start, client), classes[class.index()], count, into),
                None if id == Clients::NOBODY => {}
                None => into.folded.clients += count.hits,
            }
        }
        let point = into.points.at(start);
        for (class, count) in classes.iter().zip(&by_class).filter(|(_, count)| count.hits > 0) {
            into.by_class.entry((class.kind, class.status, class.method)).or_default().add(*count);
            point.add(*class, *count);
        }
        into.peak.see(by_class.iter().map(|count| count.hits).sum());
        into.peak.is_known &= length == FINE;
        if length != FINE {
            self.peaks(start, slot, into);
        }
    }

    /// The peaks of networks in a slot that is longer than those.
    fn peaks(&self, start: Millis, slot: &Slot, into: &mut TrafficPartial) {
        for (network, hits) in slot.peaks() {
            let Some(row) = into.clients.get_mut(&network).filter(|row| row.in_slot.0 == start) else {
                continue;
            };
            // Only the peaks of all hits are kept.
            let hits = if self.matcher.parts_networks() { 0 } else { hits };
            row.peak.is_known &= !self.matcher.parts_networks();
            row.in_slot = (start, hits);
        }
    }

    fn loads(&self, start: Millis, slot: &Slot, into: &mut TrafficPartial) {
        for (_, loads) in slot.loads().filter(|(class, _)| self.matcher.has_class(*class)) {
            into.loads.merge(loads);
            into.points.at(start).loads.merge(loads);
        }
    }

    fn client(
        &self,
        (start, client): (Millis, TrafficClient),
        class: Class,
        count: Count,
        into: &mut TrafficPartial,
    ) {
        let row = into.clients.entry(client.address).or_default();
        row.count.add(count);
        row.see_slot(start, count.hits);
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
        for (path, class, count) in slot.paths() {
            if !self.matcher.has_class(class) {
                continue;
            }
            if path == PathId::OTHER {
                into.folded.paths += count.hits;
            } else if self.matcher.has_path(path) {
                into.paths.entry(path).or_default().count.add(count);
            }
        }
        for (path, class, loads) in slot.path_loads() {
            if path != PathId::OTHER && self.matcher.has_class(class) && self.matcher.has_path(path) {
                into.paths.entry(path).or_default().loads.get_or_insert_default().merge(loads);
            }
        }
    }

    fn failure(&self, start: Millis, (key, count): (FailureKey, FailureCount), into: &mut TrafficPartial) {
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
        if let Some(parts) = into.parts {
            row.see_part(start, count.hits, parts);
        }
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
