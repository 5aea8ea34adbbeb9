//! Who takes more than a fair share.

use std::cmp::Reverse;

use crate::classify::address::KeptAddress;
use crate::ids::AddressId;
use crate::query::traffic::partial::Rows;
use crate::query::view::Finding;

use super::{FaultScan, HOUR, LATELY};

/// A client with one of so many hits (R15).
const ONE_OF: u64 = 4;
/// One hit a second, for as long as is looked at: less troubles no server.
const LEAST_HITS: u64 = LATELY.0 / 1000;

pub(super) fn find(scan: FaultScan) -> Vec<Finding> {
    client(scan).into_iter().chain(crawlers(scan)).collect()
}

/// A network that sends a quarter of all hits.
fn client(scan: FaultScan) -> Option<Finding> {
    let mut networks: Rows<KeptAddress<AddressId>, u64> = Rows::default();
    let mut all = 0;
    for (_, _, slot) in scan.last(LATELY) {
        for (id, _, count) in slot.clients() {
            all += count.hits;
            if let Some(client) = scan.traffic.clients().get(id) {
                *networks.entry(client.address).or_default() += count.hits;
            }
        }
    }
    let named = networks.into_iter().filter(|(address, _)| *address != KeptAddress::default());
    let name = |address| scan.known.address(address).into_owned();
    let most = named.max_by_key(|(address, hits)| (*hits, Reverse(name(*address))))?;
    let (network, hits) = (name(most.0), most.1);
    (hits >= LEAST_HITS && hits * ONE_OF >= all).then_some(Finding::Client { network, hits, of: all })
}

/// Crawlers that send more than people do.
fn crawlers(scan: FaultScan) -> Option<Finding> {
    let (mut hits, mut of) = (0, 0);
    for (_, _, slot) in scan.last(HOUR) {
        for (_, class, count) in slot.clients() {
            of += count.hits;
            hits += if scan.traffic.class(class).bot { count.hits } else { 0 };
        }
    }
    (hits >= LEAST_HITS && hits * 2 > of).then_some(Finding::Crawlers { hits, of })
}
