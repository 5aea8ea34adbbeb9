//! Who takes more than a fair share.

use std::cmp::Reverse;

use crate::classify::address::KeptAddress;
use crate::classify::agent::{BotId, BotVerdict};
use crate::ids::{AddressId, ClientId};
use crate::query::traffic::partial::Rows;
use crate::query::view::{Anomaly, Finding};
use crate::time::Span;

use super::{FaultScan, LATELY};

/// A client with one of so many hits (R15).
const ONE_OF: u64 = 4;
/// One hit a second, for as long as is looked at: less troubles no server.
const LEAST_HITS: u64 = LATELY.0 / 1000;
/// Crawlers come in bursts: those that outweigh people do it over this span.
const CRAWLED_FOR: Span = Span::minutes(15);

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
    (hits >= LEAST_HITS && hits * ONE_OF >= all).then(|| Anomaly::Client { network, hits, of: all }.into())
}

/// Crawlers that send more than people do.
fn crawlers(scan: FaultScan) -> Option<Finding> {
    let mut bots: Rows<Option<BotId>, u64> = Rows::default();
    let mut of = 0;
    for (_, _, slot) in scan.last(CRAWLED_FOR) {
        for (client, class, count) in slot.clients() {
            of += count.hits;
            if scan.traffic.class(class).bot {
                *bots.entry(bot(scan, client)).or_default() += count.hits;
            }
        }
    }
    let hits = bots.values().sum::<u64>();
    let named =
        bots.into_iter().filter_map(|(bot, hits)| Some((hits, scan.known.agent_tables.bot_name(bot?))));
    let most = named.max_by_key(|(hits, name)| (*hits, Reverse(*name)));
    let name = most.map(|(_, name)| name.to_owned()).unwrap_or_default();
    (hits >= LEAST_HITS && hits * 2 > of).then_some(Anomaly::Crawlers { name, hits, of }.into())
}

/// Which bot the client's agent names.
fn bot(scan: FaultScan, client: ClientId) -> Option<BotId> {
    match scan.known.agent(scan.traffic.clients().get(client)?.agent).bot? {
        BotVerdict::Agent(bot) => Some(bot),
        BotVerdict::NoAgent => None,
    }
}
