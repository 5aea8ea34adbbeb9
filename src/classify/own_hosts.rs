//! The site's own hosts, where a hit does not name its own: a referrer on one of them is internal (R9).

use std::collections::BTreeSet;

use super::address::host_without_addresses;
use super::host;

/// The site's own hosts, and how they came to be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnHosts {
    /// The user named them (`--site`): they and everything below them are own.
    Given(BTreeSet<String>),
    /// They follow from what the server serves (see [`super::inference`]): registrable domains, with everything below.
    Inferred(BTreeSet<String>),
}

impl OwnHosts {
    /// The hosts that the user named.
    pub fn given<S: AsRef<str>>(hosts: impl IntoIterator<Item = S>) -> OwnHosts {
        OwnHosts::Given(hosts.into_iter().filter_map(|host| key(host.as_ref().as_bytes())).collect())
    }

    /// No host yet, to be inferred.
    #[must_use]
    pub fn not_known() -> OwnHosts {
        OwnHosts::Inferred(BTreeSet::new())
    }

    /// Whether the user named them: they stay as they are.
    #[must_use]
    pub fn are_given(&self) -> bool {
        matches!(self, OwnHosts::Given(_))
    }

    /// Whether a host is the site's own, with everything below it; its port and a leading `www.` do not matter.
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
    // Of addresses only what is shown of them is known here (R11).
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
