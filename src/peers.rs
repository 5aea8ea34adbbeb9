//! Who may connect to a socket, and how many connections a peer may have at a time.

use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ipnetwork::IpNetwork;

/// A network of addresses in CIDR notation; a single address is a network of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(IpNetwork);

impl Network {
    /// Reads `10.0.0.0/8`, `2001:db8::/32` or an address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Network> {
        text.trim().parse().ok().map(Network)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// The networks whose peers are admitted; everybody where none is named.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Allowed(Arc<[Network]>);

impl Allowed {
    /// Whether every peer is admitted.
    #[must_use]
    pub fn is_everybody(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a peer is admitted. An IPv4 address that arrives in the guise of IPv6 is itself.
    #[must_use]
    pub fn admits(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.is_everybody() || self.0.iter().any(|Network(network)| network.contains(peer))
    }
}

impl From<Vec<Network>> for Allowed {
    fn from(networks: Vec<Network>) -> Allowed {
        Allowed(networks.into())
    }
}

/// The open connections of each peer, none of which may have more than its share.
#[derive(Debug, Clone)]
pub struct Shares {
    share: usize,
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// One of the connections of a peer, until it is dropped.
#[derive(Debug)]
pub struct Place {
    shares: Shares,
    peer: IpAddr,
}

impl Shares {
    /// Each peer may have so many connections at a time.
    #[must_use]
    pub fn of(share: usize) -> Shares {
        Shares { share, open: Arc::default() }
    }

    /// A place for one more connection; `None` where the peer has its share.
    #[must_use]
    pub fn take(&self, peer: IpAddr) -> Option<Place> {
        let peer = sender(peer);
        let mut all = self.all();
        let open = all.entry(peer).or_default();
        if *open >= self.share {
            return None;
        }
        *open += 1;
        Some(Place { shares: self.clone(), peer })
    }

    fn all(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = self.shares.all();
        match all.get_mut(&self.peer) {
            Some(open) if *open > 1 => *open -= 1,
            _ => drop(all.remove(&self.peer)),
        }
    }
}

/// Whose share it is: one machine has a whole /64 of IPv6 to choose addresses from (RFC 4291).
fn sender(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => {
            let [first, second, third, fourth, ..] = address.segments();
            Ipv6Addr::new(first, second, third, fourth, 0, 0, 0, 0).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn allowed(networks: &[&str]) -> Allowed {
        networks.iter().map(|text| Network::parse(text).expect("a network")).collect::<Vec<_>>().into()
    }

    #[test]
    fn who_is_not_in_a_network_that_is_named_is_not_admitted() {
        let allowed = allowed(&["10.0.0.0/8", "192.0.2.7", "2001:db8::/32"]);
        for admitted in ["10.255.0.1", "192.0.2.7", "::ffff:192.0.2.7", "2001:db8:1::1"] {
            assert!(allowed.admits(ip(admitted)), "{admitted}");
        }
        for refused in ["11.0.0.1", "192.0.2.8", "127.0.0.1", "::1", "2001:db9::1", "::10.0.0.1"] {
            assert!(!allowed.admits(ip(refused)), "{refused}");
        }
        assert!(Allowed::default().admits(ip("203.0.113.9")));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for wrong in ["", "10.0.0.0/33", "10.0.0/8", "localhost", "2001:db8::/129", "10.0.0.0/-1"] {
            assert_eq!(Network::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_peer_has_its_share_and_takes_none_of_others() {
        let shares = Shares::of(2);
        let one = shares.take(ip("192.0.2.1")).expect("the first");
        let _two = shares.take(ip("::ffff:192.0.2.1")).expect("the second");
        assert!(shares.take(ip("192.0.2.1")).is_none());
        assert!(shares.take(ip("192.0.2.2")).is_some());
        drop(one);
        assert!(shares.take(ip("192.0.2.1")).is_some());
        let _six = [shares.take(ip("2001:db8::1")), shares.take(ip("2001:db8::2"))];
        assert!(shares.take(ip("2001:db8::3")).is_none(), "one network, one peer");
        assert!(shares.take(ip("2001:db8:0:1::3")).is_some());
    }

    #[test]
    fn peers_that_are_gone_are_forgotten() {
        let shares = Shares::of(1);
        for last in 0..100 {
            drop(shares.take(IpAddr::from([192, 0, 2, last])));
        }
        assert_eq!(shares.all().len(), 0);
    }
}
