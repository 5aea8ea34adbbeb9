//! Sites: which hosts are one, so that a visit that goes on to a subdomain goes on (design.md R4).

use std::collections::BTreeSet;

use super::host;

/// Which hosts are one site.
#[derive(Debug, Clone, Default)]
pub struct Sites {
    /// The hosts that the operator named (`--site`), without `www.`: they and everything below them are one site.
    named: BTreeSet<String>,
    /// What that site is called: the first of them.
    name: String,
}

/// Whether the ids that a log gives devices and users are known on every site, or on each apart (R4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum IdScope {
    /// An id means the same device or user wherever it stands, also where no host does.
    #[default]
    Everywhere,
    /// Sites belong to different tenants, whose ids may be alike by chance.
    PerSite,
}

impl Sites {
    /// The sites where the operator named these hosts as one.
    pub fn naming<S: AsRef<str>>(hosts: impl IntoIterator<Item = S>) -> Sites {
        let hosts = hosts.into_iter().map(|named| cleaned(named.as_ref().as_bytes()));
        let hosts: Vec<_> = hosts.map(|named| host::without_www(&named).to_owned()).collect();
        let name = hosts.first().cloned().unwrap_or_default();
        Sites { named: hosts.into_iter().filter(|named| !named.is_empty()).collect(), name }
    }

    /// The site of a host that is [`cleaned`]: the registrable domain, or what the operator says.
    #[must_use]
    pub fn site_of<'a>(&'a self, host: &'a str) -> &'a str {
        if self.named.is_empty() {
            return host::registrable(host::without_www(host));
        }
        let is_named = host::upwards(host).any(|domain| self.named.contains(domain));
        if is_named { &self.name } else { host::without_www(host) }
    }
}

/// A host as it is shown and compared: without case, port and closing dot. Empty where the log names none.
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
