//! Sites: which hosts belong together, so that a session continues across subdomains (design.md R4).

use std::collections::BTreeSet;

use super::host;

/// Which hosts form one site.
#[derive(Debug, Clone, Default)]
pub struct Sites {
    /// The hosts from `--site`, without `www.`: they and their subdomains are one site.
    named: BTreeSet<String>,
    /// The name of that site: the first of its hosts.
    name: String,
}

/// Whether device and user ids are global or per site (R4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum IdScope {
    /// An id is the same device or user on every site, and without a host.
    #[default]
    Everywhere,
    /// Sites belong to different tenants, whose ids may coincide.
    PerSite,
}

impl Sites {
    /// The sites, with these hosts as one.
    pub fn naming<S: AsRef<str>>(hosts: impl IntoIterator<Item = S>) -> Sites {
        let hosts = hosts.into_iter().map(|named| cleaned(named.as_ref().as_bytes()));
        let hosts: Vec<_> = hosts.map(|named| host::without_www(&named).to_owned()).collect();
        let name = hosts.first().cloned().unwrap_or_default();
        Sites { named: hosts.into_iter().filter(|named| !named.is_empty()).collect(), name }
    }

    /// The site of a [`cleaned`] host: the operator's, or else the registrable domain.
    #[must_use]
    pub fn site_of<'a>(&'a self, host: &'a str) -> &'a str {
        if self.named.is_empty() {
            return host::registrable(host::without_www(host));
        }
        let is_named = host::upwards(host).any(|domain| self.named.contains(domain));
        if is_named { &self.name } else { host::without_www(host) }
    }
}

/// A host normalized for display and comparison: lower case, no port, no trailing dot. Empty if the log has none.
#[must_use]
pub fn cleaned(host: &[u8]) -> String {
    host::normal(host).filter(|host| host != "-").unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(sites: &Sites, host: &str) -> String {
        sites.site_of(&cleaned(host.as_bytes())).to_owned()
    }

    #[test]
    fn r4_the_site_is_the_registrable_domain() {
        for (host, expected) in [
            ("example.com", "example.com"),
            ("WWW.Example.com:443", "example.com"),
            ("checkout.example.com.", "example.com"),
            ("www.shop.example.co.uk", "example.co.uk"),
            ("jane.github.io", "jane.github.io"),
            ("www.joe.github.io", "joe.github.io"),
            ("localhost:8080", "localhost"),
            ("intranet", "intranet"),
            ("192.0.2.7:80", "192.0.2.7"),
            ("[2001:DB8::1]:443", "[2001:db8::1]"),
            ("2001:db8::1", "[2001:db8::1]"),
            ("www.com", "www.com"),
            ("-", ""),
            ("", ""),
        ] {
            assert_eq!(site(&Sites::default(), host), expected, "{host}");
        }
    }

    #[test]
    fn r4_all_hosts_that_are_named_are_one_site_and_others_are_themselves() {
        let sites = Sites::naming(["www.Example.com", "example.org", "192.0.2.7"]);
        for (host, expected) in [
            ("www.example.com", "example.com"),
            ("blog.example.com:8080", "example.com"),
            ("EXAMPLE.org", "example.com"),
            ("192.0.2.7:80", "example.com"),
            ("www.other.example", "other.example"),
            ("shop.other.example", "shop.other.example"),
            ("notexample.com", "notexample.com"),
            ("", ""),
        ] {
            assert_eq!(site(&sites, host), expected, "{host}");
        }
    }
}
