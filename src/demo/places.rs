//! Client addresses: IPv4 from blocks of access providers in many countries, IPv6 from the documentation prefix (RFC
//! 3849).

use std::net::{Ipv4Addr, Ipv6Addr};

use super::chance::{Dice, whole};
use super::clock_of_day::swing;

/// A client address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DemoAddress {
    V4(Ipv4Addr),
    V6(Ipv6Addr),
}

/// A country's share of the audience.
struct Land {
    /// Its weight over a day.
    share: f64,
    /// UTC offset in hours.
    ahead: f64,
    /// Networks and their prefix lengths.
    blocks: &'static [([u8; 2], u32)],
}

const fn land(share: f64, ahead: f64, blocks: &'static [([u8; 2], u32)]) -> Land {
    Land { share, ahead, blocks }
}

const LANDS: [Land; 26] = [
    /* US */
    land(26.0, -6.0, &[([73, 0], 8), ([98, 192], 10), ([24, 0], 12), ([172, 56], 13), ([71, 160], 11)]),
    /* DE */ land(15.0, 1.0, &[([84, 128], 10), ([91, 0], 10), ([79, 192], 10), ([93, 192], 10)]),
    /* GB */ land(10.0, 0.0, &[([86, 128], 10), ([81, 128], 12), ([92, 0], 11)]),
    /* FR */ land(6.0, 1.0, &[([90, 0], 9), ([82, 64], 14), ([78, 192], 10)]),
    /* NL */ land(4.0, 1.0, &[([84, 80], 13), ([77, 160], 12)]),
    /* CA */ land(4.0, -5.0, &[([99, 224], 11), ([70, 48], 13)]),
    /* IN */ land(4.5, 5.5, &[([49, 32], 12), ([117, 192], 10)]),
    /* AT */ land(2.5, 1.0, &[([80, 108], 15), ([178, 112], 13)]),
    /* CH */ land(2.5, 1.0, &[([178, 192], 11), ([85, 0], 13)]),
    /* ES */ land(2.6, 1.0, &[([83, 32], 11), ([88, 0], 11)]),
    /* IT */ land(2.6, 1.0, &[([79, 0], 10), ([87, 0], 11)]),
    /* PL */ land(2.4, 1.0, &[([83, 0], 11), ([79, 184], 14)]),
    /* SE */ land(2.0, 1.0, &[([81, 224], 12), ([90, 224], 12)]),
    /* AU */ land(3.0, 10.0, &[([1, 120], 13), ([101, 160], 11)]),
    /* JP */ land(2.6, 9.0, &[([126, 0], 8), ([60, 64], 10)]),
    /* BR */ land(3.0, -3.0, &[([177, 32], 11), ([189, 0], 11)]),
    /* MX */ land(1.2, -6.0, &[([189, 128], 10), ([187, 128], 10)]),
    /* TR */ land(1.0, 3.0, &[([78, 160], 11), ([88, 224], 11)]),
    /* CZ */ land(1.0, 1.0, &[([90, 176], 13), ([85, 70], 15)]),
    /* NO */ land(1.0, 1.0, &[([84, 208], 13)]),
    /* PT */ land(0.8, 0.0, &[([85, 240], 13)]),
    /* KR */ land(0.8, 9.0, &[([175, 192], 10), ([211, 192], 11)]),
    /* ID */ land(0.8, 7.0, &[([36, 64], 11)]),
    /* VN */ land(0.6, 7.0, &[([14, 160], 11), ([113, 160], 11)]),
    /* AR */ land(0.6, -3.0, &[([190, 16], 14)]),
    /* NG */ land(0.5, 1.0, &[([105, 112], 12), ([197, 210], 16)]),
];

/// Share of people with IPv6.
const V6_SHARE: f64 = 0.2;

impl DemoAddress {
    /// Draws an access network's address for this hour (UTC): more from where it is afternoon.
    pub(super) fn of_someone(hour: f64, dice: &mut Dice) -> DemoAddress {
        if dice.chance(V6_SHARE) {
            return DemoAddress::V6(documentation_network(dice)).moved_on(dice);
        }
        let land = land_awake(hour, dice);
        let (network, bits) = *dice.pick(land.blocks);
        in_block([network[0], network[1], 0, 0], bits, dice)
    }

    /// Draws one of the first `hosts` addresses of a /24, as used by crawlers.
    pub(super) fn in_fleet(network: [u8; 3], hosts: u8, dice: &mut Dice) -> DemoAddress {
        let host = u8::try_from(dice.between(1, u32::from(hosts))).unwrap_or(1);
        DemoAddress::V4(Ipv4Addr::new(network[0], network[1], network[2], host))
    }

    /// The same connection later: IPv6 hosts change their temporary interface identifier (RFC 8981).
    pub(super) fn moved_on(self, dice: &mut Dice) -> DemoAddress {
        match self {
            DemoAddress::V4(_) => self,
            DemoAddress::V6(address) => {
                let network = u128::from(address) & !u128::from(u64::MAX);
                DemoAddress::V6(Ipv6Addr::from(network | u128::from(dice.bits())))
            }
        }
    }

    /// As logged.
    pub(super) fn text(self) -> String {
        match self {
            DemoAddress::V4(address) => address.to_string(),
            DemoAddress::V6(address) => address.to_string(),
        }
    }
}

fn land_awake(hour: f64, dice: &mut Dice) -> &'static Land {
    let weight = |land: &Land| land.share * (1.15 + swing(hour + land.ahead, 16.0));
    let total: f64 = LANDS.iter().map(weight).sum();
    let mut roll = dice.fraction() * total;
    let found = LANDS.iter().find(|land| {
        roll -= weight(land);
        roll < 0.0
    });
    found.unwrap_or(&LANDS[0])
}

/// A host in the block; never the network or broadcast address.
fn in_block(network: [u8; 4], bits: u32, dice: &mut Dice) -> DemoAddress {
    let hosts = u32::MAX >> bits;
    let host = whole(dice.fraction() * f64::from(hosts));
    let last = dice.between(1, 254);
    DemoAddress::V4(Ipv4Addr::from_bits(u32::from_be_bytes(network) | (host & !0xff) | last))
}

/// A /64 within `2001:db8::/32`.
fn documentation_network(dice: &mut Dice) -> Ipv6Addr {
    let below = u128::from(dice.bits() >> 32) << 64;
    Ipv6Addr::from((0x2001_0db8_u128 << 96) | below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_public_or_for_documentation() {
        let mut dice = Dice::new(3);
        for _ in 0..5000 {
            match DemoAddress::of_someone(12.0, &mut dice) {
                DemoAddress::V4(address) => {
                    assert!(!address.is_private() && !address.is_multicast(), "{address}");
                }
                DemoAddress::V6(address) => assert_eq!(address.segments()[..2], [0x2001, 0x0db8]),
            }
        }
    }

    #[test]
    fn moving_on_keeps_the_network() {
        let mut dice = Dice::new(3);
        let home = DemoAddress::V6(documentation_network(&mut dice));
        let later = home.moved_on(&mut dice);
        let (DemoAddress::V6(home), DemoAddress::V6(later)) = (home, later) else { panic!("not IPv6") };
        assert_eq!(home.segments()[..4], later.segments()[..4]);
        assert_ne!(home, later);
    }
}
