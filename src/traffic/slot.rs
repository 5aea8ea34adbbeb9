//! The hits of a stretch of time, counted.

use hashbrown::HashMap;

use crate::classify::address::KeptAddress;
use crate::ids::{AddressId, ClassId, ClientId, PathId};
use crate::time::Millis;

use super::{Classes, Clients, Link, LoadTimes, TrafficHit};

/// Counts by key. Keys are numbers that no client chooses, so a fast hash will do.
type Counts<Key, Count> = HashMap<Key, Count, foldhash::fast::FixedState>;

/// The hits of a stretch of time.
#[derive(Debug, Clone, Default)]
pub struct Slot {
    clients: Counts<(ClientId, ClassId), Count>,
    paths: Counts<(PathId, ClassId), PathCount>,
    loads: Counts<ClassId, LoadTimes>,
    failures: Counts<FailureKey, FailureCount>,
    /// The hits of each network in its busiest 10 s, where the slot is longer.
    peaks: Counts<KeptAddress<AddressId>, u64>,
}

/// Hits and their bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Number of hits.
    pub hits: u64,
    /// Bytes of their answers.
    pub bytes: u64,
}

/// Hits of a path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PathCount {
    /// Hits and bytes.
    pub count: Count,
    /// How long the server took; boxed, because most logs do not say it.
    pub loads: Option<Box<LoadTimes>>,
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

/// Rows of a table in one slot: more are a flood, of which single clients or paths say little.
const MOST_ROWS: usize = 8192;

/// Classes of a slot whose details are folded: more are a flood of made-up hosts.
const MOST_FOLDED: usize = 64;

impl Count {
    /// Adds others.
    #[inline]
    pub fn add(&mut self, other: Count) {
        self.hits += other.hits;
        self.bytes += other.bytes;
    }
}

impl PathCount {
    /// Adds others.
    pub fn add(&mut self, other: &PathCount) {
        self.count.add(other.count);
        if let Some(loads) = &other.loads {
            self.loads.get_or_insert_default().merge(loads);
        }
    }
}

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
        self.add_client((hit.client, class), count);
        if let Some(path) = hit.path {
            self.path_count((path, class)).count.add(count);
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

    #[inline]
    fn add_client(&mut self, key: (ClientId, ClassId), count: Count) {
        match self.clients.get_mut(&key) {
            Some(known) => known.add(count),
            None => self.add_new_client(key, count),
        }
    }

    #[inline(never)]
    fn add_new_client(&mut self, (client, class): (ClientId, ClassId), count: Count) {
        let client = if self.clients.len() < MOST_ROWS { client } else { Clients::OTHER };
        self.clients.entry((client, class)).or_default().add(count);
    }

    fn path_count(&mut self, (path, class): (PathId, ClassId)) -> &mut PathCount {
        let is_known = self.paths.len() < MOST_ROWS || self.paths.contains_key(&(path, class));
        let path = if is_known { path } else { PathId::OTHER };
        self.paths.entry((path, class)).or_default()
    }

    #[inline(never)]
    fn add_load(&mut self, hit: &TrafficHit, class: ClassId, load: u32) {
        self.loads.entry(class).or_default().add(load);
        if let Some(path) = hit.path {
            self.path_count((path, class)).loads.get_or_insert_default().add(load);
        }
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
        for (&key, &count) in &other.clients {
            self.add_client(key, count);
        }
        for (&key, count) in &other.paths {
            self.path_count(key).add(count);
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
        for (&(client, _), count) in &self.clients {
            if let Some(client) = clients.get(client) {
                *networks.entry(client.address).or_default() += count.hits;
            }
        }
        networks
    }

    /// Folds all that is told apart by client, path or failure: sums by class stay exact. In a flood of hosts, those become
    /// `(other)` too.
    pub(super) fn fold(&mut self, classes: &mut Classes) {
        self.fold_details();
        if self.clients.len() > MOST_FOLDED {
            self.fold_hosts(classes);
        }
    }

    fn fold_hosts(&mut self, classes: &mut Classes) {
        let mut slim = Slot::default();
        for (&(client, class), &count) in &self.clients {
            slim.add_client((client, classes.without_host(class)), count);
        }
        for (&(path, class), count) in &self.paths {
            slim.path_count((path, classes.without_host(class))).add(count);
        }
        for (key, &count) in &self.failures {
            slim.add_failure(FailureKey::other(classes.without_host(key.class)), count);
        }
        for (&class, loads) in &self.loads {
            slim.loads.entry(classes.without_host(class)).or_default().merge(loads);
        }
        *self = slim;
    }

    fn fold_details(&mut self) {
        let mut slim = Slot { loads: std::mem::take(&mut self.loads), ..Slot::default() };
        for (&(_, class), &count) in &self.clients {
            slim.add_client((Clients::OTHER, class), count);
        }
        for (&(_, class), count) in &self.paths {
            slim.path_count((PathId::OTHER, class)).add(count);
        }
        for (key, &count) in &self.failures {
            slim.add_failure(FailureKey::other(key.class), count);
        }
        *self = slim;
    }

    /// Hits by client and class.
    pub fn clients(&self) -> impl Iterator<Item = (ClientId, ClassId, Count)> {
        self.clients.iter().map(|(&(client, class), &count)| (client, class, count))
    }

    /// Hits by path and class.
    pub fn paths(&self) -> impl Iterator<Item = (PathId, ClassId, &PathCount)> {
        self.paths.iter().map(|(&(path, class), count)| (path, class, count))
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
        let by_path = self.paths.values().filter_map(|path| path.loads.as_deref());
        let loads = self.loads.values().chain(by_path).map(|loads| size_of::<LoadTimes>() + loads.bytes());
        // Looking for load times is left out where the log has none.
        let loads = if self.loads.is_empty() { 0 } else { loads.sum() };
        let tables = taken(&self.clients) + taken(&self.paths) + taken(&self.failures) + taken(&self.peaks);
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
