//! The hits of a stretch of time, counted.

use hashbrown::HashMap;

use crate::classify::address::KeptAddress;
use crate::ids::{AddressId, ClassId, ClientId, PathId};
use crate::time::Millis;

use super::tally::{Count, MOST_ROWS, Tally};
use super::{Classes, Clients, Link, LoadTimes, TrafficHit};

/// Counts by key. Keys are numbers that no client chooses, so a fast hash will do.
type Counts<Key, Count> = HashMap<Key, Count, foldhash::fast::FixedState>;

/// The hits of a stretch of time.
#[derive(Debug, Clone, Default)]
pub struct Slot {
    clients: Tally<ClientId>,
    paths: Tally<PathId>,
    loads: Counts<ClassId, LoadTimes>,
    path_loads: Counts<(PathId, ClassId), LoadTimes>,
    failures: Counts<FailureKey, FailureCount>,
    /// The hits of each network in its busiest 10 s, where the slot is longer.
    peaks: Counts<KeptAddress<AddressId>, u64>,
}

/// What failures are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FailureKey {
    /// The path.
    pub path: PathId,
    /// Method, status, kind and so on.
    pub class: ClassId,
    /// Who met it.
    pub client: ClientId,
    /// What led to it.
    pub link: Option<Link>,
}

/// How often, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailureCount {
    /// Number of hits.
    pub hits: u64,
    /// The first of them.
    pub first: Millis,
    /// The last.
    pub last: Millis,
}

/// Classes of a slot whose details are folded: more are a flood of made-up hosts.
const MOST_FOLDED: usize = 64;

impl FailureCount {
    /// Adds others.
    pub fn add(&mut self, other: FailureCount) {
        self.hits += other.hits;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
    }
}

impl Slot {
    /// Counts a hit.
    #[inline]
    pub(super) fn count(&mut self, hit: &TrafficHit, class: ClassId) {
        let count = Count { hits: 1, bytes: hit.bytes };
        self.clients.add(hit.client, class, count);
        if let Some(path) = hit.path {
            self.paths.add(path, class, count);
        }
        if let Some(load) = hit.load {
            self.add_load(hit, class, load);
        }
        if let Some(link) = hit.link {
            let path = hit.path.unwrap_or_default();
            let key = FailureKey { path, class, client: hit.client, link: Some(link) };
            self.add_failure(key, FailureCount { hits: 1, first: hit.time, last: hit.time });
        }
    }

    #[inline(never)]
    fn add_load(&mut self, hit: &TrafficHit, class: ClassId, load: u32) {
        self.loads.entry(class).or_default().add(load);
        if let Some(path) = hit.path {
            self.path_loads_of((path, class)).add(load);
        }
    }

    fn path_loads_of(&mut self, key: (PathId, ClassId)) -> &mut LoadTimes {
        let is_known = self.path_loads.len() < MOST_ROWS || self.path_loads.contains_key(&key);
        self.path_loads.entry(if is_known { key } else { (PathId::OTHER, key.1) }).or_default()
    }

    #[inline(never)]
    fn add_failure(&mut self, key: FailureKey, count: FailureCount) {
        if let Some(known) = self.failures.get_mut(&key) {
            return known.add(count);
        }
        let is_full = self.failures.len() >= MOST_ROWS;
        let key = if is_full { FailureKey::other(key.class) } else { key };
        self.failures.entry(key).and_modify(|known| known.add(count)).or_insert(count);
    }

    /// Adds all hits of a slot of 10 s.
    pub(super) fn merge(&mut self, other: &Slot, clients: &Clients) {
        for (network, hits) in other.networks(clients) {
            let peak = self.peaks.entry(network).or_default();
            *peak = hits.max(*peak);
        }
        self.clients.merge(&other.clients);
        self.paths.merge(&other.paths);
        for (&key, loads) in &other.path_loads {
            self.path_loads_of(key).merge(loads);
        }
        for (&key, &count) in &other.failures {
            self.add_failure(key, count);
        }
        for (&class, loads) in &other.loads {
            self.loads.entry(class).or_default().merge(loads);
        }
    }

    /// The hits of each network.
    fn networks(&self, clients: &Clients) -> Counts<KeptAddress<AddressId>, u64> {
        let mut networks = Counts::default();
        for (client, _, count) in self.clients.iter() {
            if let Some(client) = clients.get(client) {
                *networks.entry(client.address).or_default() += count.hits;
            }
        }
        networks
    }

    /// Folds all that is told apart by client, path or failure: sums by class stay exact. In a flood of hosts, those become
    /// `(other)` too.
    pub(super) fn fold(&mut self, classes: &mut Classes) {
        self.fold_details(|class| class);
        if self.clients.len() > MOST_FOLDED {
            self.fold_details(|class| classes.without_host(class));
        }
    }

    fn fold_details(&mut self, mut class_of: impl FnMut(ClassId) -> ClassId) {
        let mut slim = Slot::default();
        for (_, class, count) in self.clients.iter() {
            slim.clients.add(Clients::OTHER, class_of(class), count);
        }
        for (_, class, count) in self.paths.iter() {
            slim.paths.add(PathId::OTHER, class_of(class), count);
        }
        for (key, &count) in &self.failures {
            slim.add_failure(FailureKey::other(class_of(key.class)), count);
        }
        for (&class, loads) in &self.loads {
            slim.loads.entry(class_of(class)).or_default().merge(loads);
        }
        slim.settle();
        *self = slim;
    }

    /// Merges rows, and frees what is not needed: few hits follow.
    pub(super) fn settle(&mut self) {
        self.clients.settle();
        self.paths.settle();
    }

    /// Hits by client and class; a pair may come more than once.
    pub fn clients(&self) -> impl Iterator<Item = (ClientId, ClassId, Count)> {
        self.clients.iter()
    }

    /// Hits by path and class; a pair may come more than once.
    pub fn paths(&self) -> impl Iterator<Item = (PathId, ClassId, Count)> {
        self.paths.iter()
    }

    /// Load times by path and class.
    pub fn path_loads(&self) -> impl Iterator<Item = (PathId, ClassId, &LoadTimes)> {
        self.path_loads.iter().map(|(&(path, class), loads)| (path, class, loads))
    }

    /// Load times by class.
    pub fn loads(&self) -> impl Iterator<Item = (ClassId, &LoadTimes)> {
        self.loads.iter().map(|(&class, loads)| (class, loads))
    }

    /// Failures.
    pub fn failures(&self) -> impl Iterator<Item = (FailureKey, FailureCount)> {
        self.failures.iter().map(|(&key, &count)| (key, count))
    }

    /// The hits of each network in its busiest 10 s, if the slot is longer than those.
    pub fn peaks(&self) -> impl Iterator<Item = (KeptAddress<AddressId>, u64)> {
        self.peaks.iter().map(|(&network, &hits)| (network, hits))
    }

    /// Memory used, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let loads = self.loads.values().chain(self.path_loads.values());
        let loads = loads.map(|loads| size_of::<LoadTimes>() + loads.bytes()).sum::<usize>();
        let tables = self.clients.bytes() + self.paths.bytes() + taken(&self.failures) + taken(&self.peaks);
        size_of::<Slot>() + tables + loads
    }
}

/// Memory of a table: a byte beside each place, of which an eighth stays free.
fn taken<Key, Count>(counts: &Counts<Key, Count>) -> usize {
    counts.capacity() * 8 / 7 * (size_of::<(Key, Count)>() + 1)
}

impl FailureKey {
    fn other(class: ClassId) -> FailureKey {
        FailureKey { path: PathId::OTHER, class, client: Clients::OTHER, link: None }
    }
}
