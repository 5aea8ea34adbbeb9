//! Infers the site's own hosts if neither the user nor the hits name them (R9): a referrer host whose paths this server
//! serves, named on at least 5 % of people's pageviews, from at least 5 networks, and by each of these on more than
//! half of its later pages. A host in the tables of sources is never own and not recorded here.
//!
//! Evidence is counted by registrable domain. The path `/` proves nothing, because every host has it; most of the other
//! paths must be served here. A few forged lines, or many from a few networks, make no host own.
//!
//! The outcome does not depend on the order of lines: paths and networks are sampled by least hash (bottom-k), which
//! gives the same sample in any order.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher, Hash};

use foldhash::quality::FixedState;
use hashbrown::HashSet;
use hashbrown::hash_map::{Entry, HashMap as QuickMap};

use super::host;
use super::own_hosts::OwnHosts;
use super::referrer::Referrer;
use super::visitor::{ByVisitor, Visitor};

/// The size of a domain's sample of distinct paths.
const PATHS: usize = 64;
/// How many of the sampled paths must be served before a domain can be own.
const SERVED: usize = 2;
/// The size of the sample of networks: even if only every tenth has later pages, many times [`NETWORKS_NEEDED`].
const NETWORKS: usize = 1024;
/// At least this many networks must name a domain.
const NETWORKS_NEEDED: usize = 5;
/// A domain must be named on one pageview in this many: 5 %.
const SHARE: u64 = 20;
/// Visitors told apart per network: one with more is a flood, not an office.
const VISITORS: usize = 256;

/// The number of a domain; 0 for one that cannot be own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Domain(u32);

/// Collects the evidence.
#[derive(Debug, Clone, Default)]
pub struct Inference {
    numbers: HashMap<String, Domain>,
    /// Evidence by domain, from number 1.
    domains: Vec<DomainEvidence>,
    /// All pageviews by people.
    pageviews: u64,
    /// The sampled networks, by hash.
    networks: QuickMap<u64, Network, FixedState>,
    /// The hashes in order: once the sample is full, greater ones than the last are ignored.
    hashes: BTreeSet<u64>,
    greatest: Option<u64>,
    /// Estimated memory of the networks, in bytes.
    network_bytes: usize,
}

/// The evidence for a domain.
#[derive(Debug, Clone, Default)]
struct DomainEvidence {
    name: String,
    /// Pageviews that name it.
    pageviews: u64,
    /// The sampled paths, sorted by hash.
    paths: Vec<(u64, Box<[u8]>)>,
}

/// The pageviews of a network.
#[derive(Debug, Clone, Default)]
struct Network {
    visitors: HashSet<Visitor, ByVisitor>,
    pageviews: u32,
    /// A list, not a map: people of one network come from few domains.
    by_domain: Vec<(Domain, u32)>,
}

impl Inference {
    /// No evidence yet.
    #[must_use]
    pub fn new() -> Inference {
        Inference::default()
    }

    /// The domain of a referrer. Records its path.
    pub fn domain(&mut self, page: &Referrer) -> Domain {
        let Some(host) = host::normal(page.host) else { return Domain::default() };
        let name = host::registrable(&host);
        let domain = match self.numbers.get(name) {
            Some(&domain) => domain,
            None => self.add(name),
        };
        if let Some(evidence) = self.domains.get_mut(domain.0 as usize - 1) {
            evidence.note(page.path);
        }
        domain
    }

    fn add(&mut self, name: &str) -> Domain {
        self.domains.push(DomainEvidence { name: name.to_owned(), ..DomainEvidence::default() });
        let domain = Domain(u32::try_from(self.domains.len()).unwrap_or(u32::MAX));
        self.numbers.insert(name.to_owned(), domain);
        domain
    }

    /// Records a person's pageview.
    pub fn pageview(&mut self, network: &impl Hash, visitor: Visitor, domain: Domain) {
        self.pageviews += 1;
        if let Some(evidence) = (domain.0 as usize).checked_sub(1).and_then(|at| self.domains.get_mut(at)) {
            evidence.pageviews += 1;
        }
        let hash = hash_of(network);
        if self.greatest.is_some_and(|greatest| greatest < hash) {
            return;
        }
        let (is_new, network) = match self.networks.entry(hash) {
            Entry::Occupied(known) => (false, known.into_mut()),
            Entry::Vacant(place) => (true, place.insert(Network::default())),
        };
        let before = if is_new { 0 } else { network.bytes() };
        network.note(visitor, domain);
        self.network_bytes += network.bytes() - before;
        if is_new {
            self.keep_the_least(hash);
        }
    }

    /// Adds a network to the sample; if it is full, the greatest hash is evicted.
    fn keep_the_least(&mut self, new: u64) {
        self.hashes.insert(new);
        if self.hashes.len() > NETWORKS
            && let Some(gone) = self.hashes.pop_last().and_then(|last| self.networks.remove(&last))
        {
            self.network_bytes -= gone.bytes();
        }
        if self.hashes.len() == NETWORKS {
            self.greatest = self.hashes.last().copied();
        }
    }

    /// Number of pageviews recorded.
    #[must_use]
    pub fn pageviews(&self) -> u64 {
        self.pageviews
    }

    /// The own hosts by the evidence so far. `is_served` tells whether this server answered a path with a page.
    pub fn own_hosts(&self, is_served: impl Fn(&[u8]) -> bool) -> OwnHosts {
        let own = self.domains.iter().zip(1..).filter(|(evidence, number)| {
            evidence.pageviews > 0
                && evidence.pageviews * SHARE >= self.pageviews
                && self.networks.values().filter(|network| network.speaks_for(Domain(*number))).count()
                    >= NETWORKS_NEEDED
                && evidence.is_served_here(&is_served)
        });
        OwnHosts::Inferred(own.map(|(evidence, _)| evidence.name.clone()).collect::<BTreeSet<_>>())
    }

    /// Estimated memory, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let domain = size_of::<DomainEvidence>() + size_of::<(String, Domain)>() + 64;
        self.domains.len() * domain + self.network_bytes
    }
}

impl DomainEvidence {
    fn note(&mut self, path: &[u8]) {
        if matches!(path, b"" | b"/") {
            return;
        }
        let hash = hash_of(path);
        if let Err(at) = self.paths.binary_search_by_key(&hash, |(hash, _)| *hash)
            && at < PATHS
        {
            self.paths.insert(at, (hash, path.into()));
            self.paths.truncate(PATHS);
        }
    }

    fn is_served_here(&self, is_served: impl Fn(&[u8]) -> bool) -> bool {
        let served = self.paths.iter().filter(|(_, path)| is_served(path)).count();
        served >= SERVED && served * 2 > self.paths.len()
    }
}

impl Network {
    fn note(&mut self, visitor: Visitor, domain: Domain) {
        if self.visitors.len() < VISITORS {
            self.visitors.insert(visitor);
        }
        self.pageviews = self.pageviews.saturating_add(1);
        if domain == Domain::default() {
            return;
        }
        match self.by_domain.iter_mut().find(|(other, _)| *other == domain) {
            Some((_, pageviews)) => *pageviews += 1,
            None => self.by_domain.push((domain, 1)),
        }
    }

    /// Estimated memory, in bytes.
    fn bytes(&self) -> usize {
        self.visitors.capacity() * (size_of::<Visitor>() + 1)
            + self.by_domain.capacity() * size_of::<(Domain, u32)>()
            + size_of::<(u64, Network)>()
    }

    /// Whether more than half of its later pages name a domain: all but the first of each visitor.
    fn speaks_for(&self, domain: Domain) -> bool {
        let named =
            self.by_domain.iter().find(|(other, _)| *other == domain).map_or(0, |(_, pageviews)| *pageviews);
        let first = u32::try_from(self.visitors.len()).unwrap_or(u32::MAX);
        let later = self.pageviews.saturating_sub(first);
        later > 0 && u64::from(named) * 2 > u64::from(later)
    }
}

fn hash_of(what: &(impl Hash + ?Sized)) -> u64 {
    // A fixed seed: the sample must be the same in every run.
    FixedState::default().hash_one(what)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::classify::referrer;

    /// A pageview: the last number of the network and of the visitor in it, and the referrer.
    type View = (u8, u8, &'static str);

    fn gathered<'a>(views: impl IntoIterator<Item = (u8, u8, &'a str)>) -> Inference {
        let mut inference = Inference::new();
        for (network, visitor, referrer) in views {
            let page = referrer::parse(referrer.as_bytes());
            let domain = page.map_or(Domain::default(), |page| inference.domain(&page));
            inference.pageview(&network, Visitor(u64::from(network) << 8 | u64::from(visitor)), domain);
        }
        inference
    }

    fn inferred<'a>(views: impl IntoIterator<Item = (u8, u8, &'a str)>) -> Vec<String> {
        let own = gathered(views).own_hosts(|path| [&b"/a"[..], b"/b", b"/c"].contains(&path));
        own.hosts().map(str::to_owned).collect()
    }

    /// Visits from so many networks: a first page and, from there, two more.
    fn visits(networks: u8, host: &'static str) -> Vec<View> {
        let page = |name: &str| -> &'static str { format!("https://{host}{name}").leak() };
        let visit = |network| [(network, 0, "-"), (network, 0, page("/a")), (network, 0, page("/b"))];
        (0..networks).flat_map(visit).collect()
    }

    #[test]
    fn r9_a_host_that_five_networks_go_on_from_is_own() {
        assert_eq!(inferred(visits(5, "www.example.com")), ["example.com"]);
        assert_eq!(inferred(visits(4, "www.example.com")), [""; 0], "from too few networks");
        let own = gathered(visits(5, "www.example.com")).own_hosts(|_| true);
        assert!(own.contains(b"shop.example.com:8080"));
        let elsewhere = gathered(visits(5, "www.example.com")).own_hosts(|_| false);
        assert!(!elsewhere.contains(b"example.com"), "its paths are not served here");
    }

    #[test]
    fn r9_a_host_that_only_brings_visitors_is_not_own() {
        let brought = (0..50).map(|network| (network, 0, "https://partner.example/a"));
        let brought = brought.chain((0..50).map(|network| (network, 0, "https://partner.example/b")));
        let stayed = visits(50, "example.com").into_iter().map(|(network, _, page)| (network, 1, page));
        assert_eq!(inferred(stayed.chain(brought.take(50))), ["example.com"]);
    }

    #[test]
    fn r9_a_host_that_few_pageviews_name_is_not_own() {
        let many = (0..200).flat_map(|visitor| [(200, visitor, "-"), (200, visitor, "-")]);
        assert_eq!(inferred(visits(5, "example.com").into_iter().chain(many)), [""; 0]);
    }

    #[test]
    fn r9_roots_prove_nothing() {
        assert_eq!(
            inferred((0..9).flat_map(|network| [(network, 0, "-"), (network, 0, "https://spam.example/")])),
            [""; 0]
        );
    }

    #[test]
    fn r9_many_lines_from_few_networks_make_no_host_own() {
        let forged = (0..4).flat_map(|network| {
            (0..200)
                .flat_map(move |_| [(network, 0, "https://x.example/a"), (network, 0, "https://x.example/b")])
        });
        assert_eq!(inferred(forged), [""; 0]);
    }

    proptest! {
        #[test]
        fn r9_order_does_not_matter(
            views in proptest::collection::vec((0..12_u8, 0..3_u8, 0..3_u8, 0..4_u8), 0..200),
            seed in any::<u64>(),
        ) {
            let page = |host: u8, path: u8| format!("https://h{host}.example/{}", ["", "a", "b", "x"][usize::from(path)]);
            let views: Vec<_> = views.iter().map(|&(network, visitor, host, path)| (network, visitor, page(host, path))).collect();
            let gather = |views: &[(u8, u8, String)]| inferred(views.iter().map(|(n, v, page)| (*n, *v, page.as_str())));
            let mut shuffled = views.clone();
            fastrand::Rng::with_seed(seed).shuffle(&mut shuffled);
            prop_assert_eq!(gather(&views), gather(&shuffled));
        }

        #[test]
        fn r9_the_networks_looked_at_do_not_depend_on_order(seed in any::<u64>()) {
            let mut views: Vec<u32> = (0..3000).chain(0..3000).collect();
            let gather = |views: &[u32]| {
                let mut inference = Inference::new();
                for &network in views {
                    inference.pageview(&network, Visitor(network.into()), Domain::default());
                }
                let counts: std::collections::BTreeMap<_, _> =
                    inference.networks.iter().map(|(hash, one)| (*hash, one.pageviews)).collect();
                counts
            };
            let before = gather(&views);
            fastrand::Rng::with_seed(seed).shuffle(&mut views);
            prop_assert_eq!(before.len(), NETWORKS);
            prop_assert_eq!(before, gather(&views));
        }
    }
}
