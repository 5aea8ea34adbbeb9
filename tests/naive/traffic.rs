//! Random traffic: few visitors and few pages, so that everything meets everything, with times around the borders
//! of the rules; and random ways in which its lines may come.

use std::collections::HashMap;

use dwell::classify::address::AddressKeeping;
use dwell::time::{Millis, Span};
use proptest::prelude::*;
use proptest::sample::select;

use super::rig::Rig;
use super::{Deed, Hit, Rules};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 \
                      (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
const GOOGLEBOT: &str = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

/// Addresses of which some are the same visitor's (R4), with agents of which some are bots'.
const SENDERS: [(&str, &str); 8] = [
    ("192.0.2.1", FIREFOX),
    ("::ffff:192.0.2.1", FIREFOX),
    ("192.0.2.1", IPHONE),
    ("192.0.2.9", FIREFOX),
    ("2001:db8:1:2::1", IPHONE),
    ("2001:db8:1:2:ffff::2", IPHONE),
    ("192.0.2.1", GOOGLEBOT),
    ("192.0.2.1", "-"),
];
/// Hosts of which several are one site (R4).
const HOSTS: [&str; 6] = [
    "shop.example",
    "www.Shop.example:443",
    "pay.shop.example.",
    "shop.example",
    "notshop.example",
    "WWW.other.example",
];
const PAGES: [&str; 4] = ["/", "/a", "/a/b", "/pricing"];
const REFERRERS: [&str; 6] = [
    "-",
    "https://www.google.com/",
    "https://news.example/story",
    "https://shop.example/a",
    "https://shop.example/a",
    "https://www.shop.example/pricing",
];
const QUERIES: [&str; 5] =
    ["", "", "", "?utm_source=newsletter&utm_medium=email&utm_campaign=spring", "?utm_source=fb-ads"];

/// 2026-11-24T12:00:00Z.
pub const NOON: Millis = Millis(1_795_521_600_000);

/// The settings that rules are tried with: gaps longer and shorter than what makes a visitor hasty.
pub fn rules() -> impl Strategy<Value = Rules> {
    let half_hour = Span::minutes(30);
    let gaps = select(vec![half_hour, half_hour, half_hour, Span::minutes(2), Span::seconds(20)]);
    let latenesses = select(vec![Span::minutes(5), Span::minutes(5), Span::ZERO, Span::minutes(40)]);
    let addresses = select(vec![AddressKeeping::Masked, AddressKeeping::Whole]);
    (gaps, latenesses, addresses).prop_map(|(gap, lateness, addresses)| {
        let active = gap.min(Span::minutes(5));
        Rules { gap, lateness, active, addresses }
    })
}

/// One move of one sender: so long after its last one, it does this once or, in a burst, often.
#[derive(Debug, Clone)]
struct Move {
    sender: usize,
    host: usize,
    pause: i64,
    deed: Deed,
    page: usize,
    referrer: usize,
    query: usize,
    input: u16,
    /// So many times, within so many seconds.
    burst: Option<(i64, i64)>,
}

fn moves(gap: Span, inputs: u16) -> impl Strategy<Value = Vec<Move>> {
    let gap = gap.0.cast_signed() / 1000;
    let pauses =
        select(vec![0, 0, 1, 9, 10, 30, 59, 60, 61, 240, gap - 1, gap, gap, gap + 1, gap + 1, 2 * gap]);
    let burst = prop_oneof![15 => Just(None), 1 => (58..64_i64, 58..63_i64).prop_map(Some)];
    let sender = prop_oneof![3 => 0..2_usize, 2 => 0..SENDERS.len()];
    let hosts = 0..HOSTS.len();
    let places = (0..PAGES.len(), 0..REFERRERS.len(), 0..QUERIES.len(), 0..inputs);
    let one = (sender, hosts, pauses, deed(), places, burst).prop_map(
        |(sender, host, pause, deed, places, burst)| {
            let (page, referrer, query, input) = places;
            Move { sender, host, pause, deed, page, referrer, query, input, burst }
        },
    );
    prop::collection::vec(one, 1..40)
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        12 => Just(Deed::View),
        2 => Just(Deed::Submit),
        1 => Just(Deed::Download),
        4 => Just(Deed::Fail),
        2 => Just(Deed::Move),
        1 => Just(Deed::RobotsTxt),
        1 => select(vec![Deed::Asset, Deed::Api, Deed::Head]),
        2 => Just(Deed::Prefetch),
    ]
}

/// Hits in the order of their lines.
pub fn hits(gap: Span, inputs: u16) -> impl Strategy<Value = Vec<Hit>> {
    moves(gap, inputs).prop_map(|moves| {
        let mut clocks: HashMap<usize, i64> = HashMap::new();
        let mut hits: Vec<Hit> = Vec::new();
        for one in moves {
            // Both addresses of one visitor share a clock.
            let clock = clocks.entry(one.sender / 2).or_default();
            *clock += one.pause;
            let (count, seconds) = one.burst.unwrap_or((1, 0));
            hits.extend((0..count).map(|nth| one.hit(*clock + seconds * nth / (count - 1).max(1))));
            *clock += seconds;
        }
        hits.sort_by_key(|hit| hit.time);
        hits
    })
}

/// Hits of some hours, one hour's after the other's.
pub fn hours(gap: Span) -> impl Strategy<Value = Vec<Hit>> {
    prop::collection::vec(hits(gap, 1), 3..10).prop_map(|hours| {
        let later = |(nth, hits): (u64, Vec<Hit>)| {
            hits.into_iter().map(move |hit| Hit { time: hit.time + Span::hours(nth), ..hit })
        };
        let mut hits: Vec<_> = (0..).zip(hours).flat_map(later).collect();
        hits.sort_by_key(|hit| hit.time);
        hits
    })
}

impl Hit {
    /// A page that somebody views at noon.
    pub fn of_anyone() -> Hit {
        let [host, referrer, query, page] = [HOSTS[0], REFERRERS[0], QUERIES[0], PAGES[0]];
        let (address, agent) = SENDERS[0];
        Hit { time: NOON, input: 0, address, agent, host, referrer, query, page, deed: Deed::View }
    }
}

impl Move {
    fn hit(&self, second: i64) -> Hit {
        let (address, agent) = SENDERS[self.sender];
        Hit {
            time: Millis(NOON.0 + second * 1000),
            input: self.input,
            address,
            agent,
            host: HOSTS[self.host],
            referrer: REFERRERS[self.referrer],
            query: QUERIES[self.query],
            page: PAGES[self.page],
            deed: self.deed,
        }
    }
}

/// How lines come: how late each is, and how they are cut into batches.
#[derive(Debug, Clone)]
pub struct Ways {
    /// For each hit, how late it comes, in thousandths of the lateness.
    delays: Vec<u64>,
    /// For each batch: of which input, how many lines, read by which worker.
    batches: Vec<(usize, usize, usize)>,
}

pub fn ways() -> impl Strategy<Value = Ways> {
    let delay = prop_oneof![3 => Just(0), 1 => Just(1000), 2 => 0..1000_u64];
    let batches = prop::collection::vec((0..100_usize, 1..30_usize, 0..100_usize), 1..20);
    (prop::collection::vec(delay, 200), batches).prop_map(|(delays, batches)| Ways { delays, batches })
}

/// Lines of some hits that go to one worker together.
#[derive(Debug)]
pub struct Block {
    pub input: u16,
    pub worker: usize,
    /// Places in the list of hits.
    pub hits: Vec<usize>,
}

impl Ways {
    /// The blocks in which these hits come, none later than the lateness allows.
    pub fn blocks(&self, hits: &[Hit], inputs: u16, workers: usize, lateness: Span) -> Vec<Block> {
        let mut coming: Vec<Vec<usize>> =
            (0..inputs).map(|input| self.coming(hits, input, lateness)).collect();
        let mut blocks = Vec::new();
        for &(input, count, worker) in self.batches.iter().cycle() {
            let waiting: Vec<_> = (0..coming.len()).filter(|&input| !coming[input].is_empty()).collect();
            let Some(&input) = waiting.get(input % waiting.len().max(1)) else { return blocks };
            let count = count.min(coming[input].len());
            let hits = coming[input].drain(..count).collect();
            let input = u16::try_from(input).expect("few inputs");
            blocks.push(Block { input, worker: worker % workers, hits });
        }
        blocks
    }

    /// One input's hits as they come. Those of one visitor with the same time keep their order (R6).
    fn coming(&self, hits: &[Hit], input: u16, lateness: Span) -> Vec<usize> {
        let mut latest: HashMap<_, Span> = HashMap::new();
        let mut coming: Vec<(Millis, usize)> = Vec::new();
        for (at, hit) in hits.iter().enumerate().filter(|(_, hit)| hit.input == input) {
            let delay = Span(lateness.0 * self.delays[at % self.delays.len()] / 1000);
            let latest = latest.entry((super::visitor(hit), hit.time)).or_insert(delay);
            *latest = delay.max(*latest);
            coming.push((hit.time + *latest, at));
        }
        coming.sort_by_key(|(time, _)| *time);
        coming.into_iter().map(|(_, at)| at).collect()
    }
}

impl Block {
    /// Lets its worker read it.
    pub fn read(&self, rig: &mut Rig, hits: &[Hit]) {
        let lines: String = self.hits.iter().map(|&at| hits[at].line()).collect();
        rig.read(self.input, self.worker, &lines);
    }
}
