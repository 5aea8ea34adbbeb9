//! Which hosts are the site's own, where neither the user nor the log says so: a referrer host whose paths this
//! server serves (R9).
//!
//! Evidence is counted by registrable domain, over distinct paths. `/` proves nothing, for every host has it. A few
//! paths of which most are served here prove a host: search engines and spam name paths of their own.
//!
//! The outcome depends on what evidence came in, not on its order or on how often it came: a path that was served once
//! counts as served, and the paths looked at are those with the least hashes, which is the same choice in any order.
//! Further served paths never make a host less own; paths that are not served can. Only when more than
//! [`CANDIDATES`] domains compete does the order matter: the one with the fewest served paths gives way then, so a
//! flood of spam cannot push out a host that has proof.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeSet, HashMap};
use std::hash::{Hash, Hasher};

use super::host;
use super::own_hosts::OwnHosts;

/// How many domains are looked at.
pub const CANDIDATES: usize = 256;
/// How many distinct paths of a domain are looked at.
const SAMPLE: usize = 64;
/// How many distinct paths of a domain must be served before it can be own.
const ENOUGH: usize = 3;

/// Gathers evidence of the site's own hosts, in at most some 300 KiB.
#[derive(Debug, Clone, Default)]
pub struct Inference {
    candidates: HashMap<String, Evidence>,
}

impl Inference {
    /// No evidence yet.
    #[must_use]
    pub fn new() -> Inference {
        Inference::default()
    }

    /// Takes note of a referrer: its host, its path, and whether this server itself has answered that very path with a
    /// page or an asset.
    pub fn referrer(&mut self, host: &[u8], path: &[u8], served: bool) {
        if matches!(path, b"" | b"/") {
            return;
        }
        let Some(host) = host::normal(host) else { return };
        let domain = host::registrable(&host);
        if let Some(evidence) = self.candidates.get_mut(domain) {
            return evidence.note(path, served);
        }
        if self.make_room(served) {
            self.candidates.entry(domain.to_owned()).or_default().note(path, served);
        }
    }

    /// The hosts that are own, as far as the evidence goes.
    #[must_use]
    pub fn own_hosts(&self) -> OwnHosts {
        let own = self.candidates.iter().filter(|(_, evidence)| evidence.proves());
        OwnHosts::Inferred(own.map(|(domain, _)| domain.clone()).collect::<BTreeSet<_>>())
    }

    /// Whether a new candidate may come in, which sends off one with less proof where all places are taken.
    fn make_room(&mut self, served: bool) -> bool {
        if self.candidates.len() < CANDIDATES {
            return true;
        }
        let weakest = self.candidates.iter().map(|(domain, evidence)| (evidence.served(), domain)).min();
        let Some((proof, domain)) = weakest else { return false };
        let gives_way = proof < usize::from(served);
        if gives_way {
            let domain = domain.clone();
            self.candidates.remove(&domain);
        }
        gives_way
    }
}

/// The distinct paths of one domain: those with the least hashes, sorted by them.
#[derive(Debug, Clone, Default)]
struct Evidence {
    paths: Vec<PathSeen>,
}

#[derive(Debug, Clone, Copy)]
struct PathSeen {
    hash: u64,
    served: bool,
}

impl Evidence {
    fn note(&mut self, path: &[u8], served: bool) {
        let hash = hash_of(path);
        match self.paths.binary_search_by_key(&hash, |seen| seen.hash) {
            Ok(at) => self.paths[at].served |= served,
            Err(at) => {
                self.paths.insert(at, PathSeen { hash, served });
                self.paths.truncate(SAMPLE);
            }
        }
    }

    fn served(&self) -> usize {
        self.paths.iter().filter(|seen| seen.served).count()
    }

    fn proves(&self) -> bool {
        let served = self.served();
        served >= ENOUGH && served * 2 > self.paths.len()
    }
}

fn hash_of(path: &[u8]) -> u64 {
    // Without random keys: the sample must be the same in every run.
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn inferred(evidence: &[(&str, &str, bool)]) -> Vec<String> {
        let mut inference = Inference::new();
        for &(host, path, served) in evidence {
            inference.referrer(host.as_bytes(), path.as_bytes(), served);
        }
        inference.own_hosts().hosts().map(str::to_owned).collect()
    }

    #[test]
    fn a_host_whose_paths_are_served_is_own_with_its_subdomains() {
        let evidence = [
            ("www.example.com", "/blog/a", true),
            ("example.com", "/blog/b", true),
            ("www.example.com:8080", "/style.css", true),
            ("www.example.com", "/gone", false),
        ];
        assert_eq!(inferred(&evidence), ["example.com"]);
        let mut inference = Inference::new();
        for (host, path, served) in evidence {
            inference.referrer(host.as_bytes(), path.as_bytes(), served);
        }
        assert!(inference.own_hosts().contains(b"www.example.com"));
    }

    #[test]
    fn roots_prove_nothing_and_one_path_counts_once() {
        assert_eq!(inferred(&[("spam.example", "/", true), ("spam.example", "", true)]), [""; 0]);
        assert_eq!(inferred(&[("spam.example", "/a", true); 100]), [""; 0]);
    }

    #[test]
    fn search_engines_and_spam_are_not_own() {
        let search = ["/search", "/url", "/imgres", "/webhp", "/m", "/aclk", "/maps", "/cse"];
        let mut evidence: Vec<_> = search
            .iter()
            .map(|path| ("www.google.com", *path, ["/search", "/url", "/m"].contains(path)))
            .collect();
        let spam: Vec<_> = (0..100).map(|page| format!("/{page}.html")).collect();
        evidence.extend(spam.iter().map(|path| ("spam.example", path.as_str(), false)));
        assert_eq!(inferred(&evidence), [""; 0]);
    }

    #[test]
    fn a_flood_of_spam_does_not_push_out_what_has_proof() {
        let mut inference = Inference::new();
        let flood = |inference: &mut Inference| {
            for number in 0..2 * CANDIDATES {
                inference.referrer(format!("spam-{number}.example").as_bytes(), b"/page", false);
            }
        };
        flood(&mut inference);
        for path in ["/a", "/b", "/c"] {
            inference.referrer(b"example.com", path.as_bytes(), true);
        }
        flood(&mut inference);
        assert_eq!(inference.own_hosts(), OwnHosts::Inferred(BTreeSet::from(["example.com".to_owned()])));
        assert_eq!(inference.candidates.len(), CANDIDATES);
    }

    proptest! {
        #[test]
        fn neither_order_nor_repetition_matters(
            evidence in proptest::collection::vec((0..3_u8, 0..200_u8, any::<bool>()), 0..400),
            seed in any::<u64>(),
        ) {
            let gather = |evidence: &[(u8, u8, bool)]| {
                let mut inference = Inference::new();
                for (host, path, served) in evidence {
                    inference.referrer(format!("h{host}.example").as_bytes(), format!("/{path}").as_bytes(), *served);
                }
                inference.own_hosts()
            };
            let mut shuffled = [evidence.as_slice(), evidence.as_slice()].concat();
            fastrand::Rng::with_seed(seed).shuffle(&mut shuffled);
            prop_assert_eq!(gather(&evidence), gather(&shuffled));
        }

        #[test]
        fn a_served_path_never_makes_a_host_less_own(
            evidence in proptest::collection::vec((0..90_u8, any::<bool>()), 0..60),
            path in 0..90_u8,
        ) {
            let mut inference = Inference::new();
            for (path, served) in &evidence {
                inference.referrer(b"example.com", format!("/{path}").as_bytes(), *served);
            }
            let before = inference.own_hosts();
            inference.referrer(b"example.com", format!("/{path}").as_bytes(), true);
            let after = inference.own_hosts();
            prop_assert!(before.hosts().all(|host| after.contains(host.as_bytes())));
        }
    }
}
