//! The site's own hosts, for logs without a host field: a referrer on one of them is internal (R9).

use std::collections::BTreeSet;

use super::address::host_without_addresses;
use super::host;

/// The own hosts, and how they are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnHosts {
    /// Named by the user (`--site`), subdomains included.
    Given(BTreeSet<String>),
    /// Inferred from what the server serves (see [`super::inference`]): registrable domains, subdomains included.
    Inferred(BTreeSet<String>),
}

impl OwnHosts {
    /// The hosts named by the user.
    pub fn given<S: AsRef<str>>(hosts: impl IntoIterator<Item = S>) -> OwnHosts {
        OwnHosts::Given(hosts.into_iter().filter_map(|host| key(host.as_ref().as_bytes())).collect())
    }

    /// No host so far; some may be inferred.
    #[must_use]
    pub fn not_known() -> OwnHosts {
        OwnHosts::Inferred(BTreeSet::new())
    }

    /// Whether the user named them, so that they never change.
    #[must_use]
    pub fn are_given(&self) -> bool {
        matches!(self, OwnHosts::Given(_))
    }

    /// Whether a host, its port and leading `www.` ignored, is an own host or below one.
    #[must_use]
    pub fn contains(&self, host: &[u8]) -> bool {
        let (OwnHosts::Given(hosts) | OwnHosts::Inferred(hosts)) = self;
        key(host).is_some_and(|host| host::upwards(&host).any(|domain| hosts.contains(domain)))
    }

    /// The hosts, sorted.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        let (OwnHosts::Given(hosts) | OwnHosts::Inferred(hosts)) = self;
        hosts.iter().map(String::as_str)
    }
}

fn key(host: &[u8]) -> Option<String> {
    // Of addresses only the masked form is known here (R11).
    host::normal(host).map(|host| host_without_addresses(host::without_www(&host)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r9_given_hosts_are_own_with_everything_below_them() {
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
}
