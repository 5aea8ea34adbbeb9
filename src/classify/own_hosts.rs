//! The site's own hosts: a referrer on one of them is internal (R9).

use std::collections::BTreeSet;

use super::address::host_without_addresses;
use super::host;

/// The site's own hosts, and how they came to be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnHosts {
    /// The user named them (`--site`): they and everything below them are own.
    Given(BTreeSet<String>),
    /// The log's host field named them: just they are own.
    Log(BTreeSet<String>),
    /// They follow from what the server serves (see [`super::inference`]): registrable domains, with everything below.
    Inferred(BTreeSet<String>),
}

impl OwnHosts {
    /// The hosts that the user named.
    pub fn given<S: AsRef<str>>(hosts: impl IntoIterator<Item = S>) -> OwnHosts {
        OwnHosts::Given(hosts.into_iter().filter_map(|host| key(host.as_ref().as_bytes())).collect())
    }

    /// No host yet, to be told by the log.
    #[must_use]
    pub fn from_log() -> OwnHosts {
        OwnHosts::Log(BTreeSet::new())
    }

    /// Adds a host, and says whether it is new.
    pub fn insert(&mut self, host: &[u8]) -> bool {
        let (OwnHosts::Given(hosts) | OwnHosts::Log(hosts) | OwnHosts::Inferred(hosts)) = self;
        key(host).is_some_and(|host| hosts.insert(host))
    }

    /// Whether a host is the site's own; its port and a leading `www.` do not matter.
    #[must_use]
    pub fn contains(&self, host: &[u8]) -> bool {
        let Some(host) = key(host) else { return false };
        match self {
            OwnHosts::Log(hosts) => hosts.contains(&host),
            OwnHosts::Given(hosts) | OwnHosts::Inferred(hosts) => {
                host::upwards(&host).any(|domain| hosts.contains(domain))
            }
        }
    }

    /// The hosts, sorted.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        let (OwnHosts::Given(hosts) | OwnHosts::Log(hosts) | OwnHosts::Inferred(hosts)) = self;
        hosts.iter().map(String::as_str)
    }
}

fn key(host: &[u8]) -> Option<String> {
    // Of addresses only what is shown of them is known here (R11).
    host::normal(host).map(|host| host_without_addresses(host::without_www(&host)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_hosts_are_own_with_everything_below_them() {
        let own = OwnHosts::given(["www.Example.com", "shop.example.org", "192.0.2.7"]);
        for host in
            ["example.com", "WWW.example.com:8080", "blog.example.com", "shop.example.org", "192.0.2.7:80"]
        {
            assert!(own.contains(host.as_bytes()), "{host}");
        }
        for host in ["example.org", "notexample.com", "com", "", ":80", "7"] {
            assert!(!own.contains(host.as_bytes()), "{host}");
        }
    }

    #[test]
    fn hosts_of_the_log_are_own_by_themselves() {
        let mut own = OwnHosts::from_log();
        assert!(own.insert(b"www.example.com:443"));
        assert!(!own.insert(b"example.com"));
        assert!(own.contains(b"example.com") && own.contains(b"www.example.com"));
        assert!(!own.contains(b"blog.example.com"));
    }
}
