//! The rules of sessions once more (design.md R3, R4, R5, R7, R8), as plainly as they can be written: all hits are
//! sorted, then cut. Nothing here is fast, and nothing of the library's own rules is used.
#![allow(dead_code, unreachable_pub, reason = "every test that shares these helpers uses a part of them")]

pub mod answers;
pub mod arrivals;
pub mod closeups;
pub mod event_matches;
pub mod experiments;
pub mod funnels;
pub mod paths;
pub mod requests;
pub mod rig;
pub mod traffic;
pub mod visits;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use dwell::classify::address::AddressKeeping;
use dwell::time::{Millis, Span};

use arrivals::Arrival;

/// One line of a log, and what it means.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    pub time: Millis,
    pub input: u16,
    pub address: &'static str,
    pub agent: &'static str,
    /// The host asked for, as the client spelled it.
    pub host: &'static str,
    pub referrer: &'static str,
    pub query: &'static str,
    pub page: &'static str,
    pub deed: Deed,
}

/// What a hit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    View,
    Submit,
    Download,
    Fail,
    Move,
    RobotsTxt,
    Asset,
    Api,
    Head,
    Prefetch,
}

impl Deed {
    pub fn is_event(self) -> bool {
        matches!(self, Deed::View | Deed::Submit | Deed::Download)
    }

    fn is_note(self) -> bool {
        matches!(self, Deed::Fail | Deed::Move)
    }

    pub fn action(self) -> Option<&'static str> {
        match self {
            Deed::Submit => Some("submit"),
            Deed::Download => Some("download"),
            _ => None,
        }
    }
}

impl Hit {
    /// The path that such a hit asks for.
    pub fn path(&self) -> &'static str {
        match self.deed {
            Deed::Download => "/manual.pdf",
            Deed::RobotsTxt => "/robots.txt",
            Deed::Asset => "/style.css",
            Deed::Api => "/api/cart",
            _ => self.page,
        }
    }

    pub fn method(&self) -> &'static str {
        match self.deed {
            Deed::Submit => "POST",
            Deed::Head => "HEAD",
            _ => "GET",
        }
    }

    pub fn status(&self) -> u16 {
        match self.deed {
            Deed::Fail => 404,
            Deed::Move => 301,
            Deed::Submit => 303,
            _ => 200,
        }
    }

    pub fn bears_agent(&self) -> bool {
        !matches!(self.agent, "" | "-")
    }

    /// How many milliseconds the server took, where the log says it: any that differ will do.
    pub fn load(&self) -> Option<u64> {
        let load = (self.time.0.cast_unsigned() / 1000 * 37 + self.page.len() as u64 * 211) % 3000;
        (!load.is_multiple_of(5)).then_some(load)
    }

    /// Whether its referrer is that page of the hit's own site.
    fn names(&self, page: &str) -> bool {
        let address = self.referrer.split_once("://").map_or("", |(_, address)| address);
        let (named, path) = address.split_at(address.find('/').unwrap_or(address.len()));
        site(named) == site(self.host) && path == page
    }

    /// The hit as a server logs it, by [`rig::FORMAT`].
    pub fn line(&self) -> String {
        let method = self.method();
        let stamp = self.time.utc().format("%d/%b/%Y:%H:%M:%S +0000");
        let seconds = |load: u64| format!("{}.{:03}", load / 1000, load % 1000);
        let load = self.load().map_or_else(|| "-".to_owned(), seconds);
        let purpose = if self.deed == Deed::Prefetch { "prefetch" } else { "-" };
        let (address, path, query, status) = (self.address, self.path(), self.query, self.status());
        format!(
            "{address} - - [{stamp}] \"{method} {path}{query} HTTP/1.1\" {status} 512 \"{}\" \"{}\" {load} {} {purpose}\n",
            self.referrer, self.agent, self.host
        )
    }
}

/// What the operator sets.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    pub gap: Span,
    pub lateness: Span,
    pub active: Span,
    /// R11: masked, unless privacy is off.
    pub addresses: AddressKeeping,
}

/// Who sent a hit: R4 without a user id.
pub type Visitor = (String, String, &'static str);

#[derive(Debug, Clone)]
pub struct Session {
    pub visitor: Visitor,
    /// Its events, never none: of its requests for one file the first (R2).
    pub events: Vec<Hit>,
    /// When its last request came, repeated or not.
    pub last: Millis,
    /// How many requests it has, repeated ones and all.
    pub requests: usize,
    pub notes: Vec<Hit>,
    pub arrival: Arrival,
    pub bot: Option<&'static str>,
    pub has_assets: bool,
}

/// All sessions of these hits, which stand in the order of their lines.
pub fn sessions(hits: &[Hit], rules: Rules) -> Vec<Session> {
    sessions_where(&bearing(hits), hits, rules)
}

/// The inputs in which some hit bears an agent.
pub fn bearing(hits: &[Hit]) -> BTreeSet<u16> {
    hits.iter().filter(|hit| hit.bears_agent()).map(|hit| hit.input).collect()
}

/// All sessions of these hits, where it is known of these inputs that some hit bears an agent.
pub fn sessions_where(bearing: &BTreeSet<u16>, hits: &[Hit], rules: Rules) -> Vec<Session> {
    let mut sorted = hits.to_vec();
    // The sort is stable: of equal times and inputs, the earlier line comes first (R5).
    sorted.sort_by_key(|hit| (hit.time, hit.input));
    let mut by_visitor: BTreeMap<Visitor, Vec<Hit>> = BTreeMap::new();
    for hit in sorted {
        by_visitor.entry(visitor(&hit)).or_default().push(hit);
    }
    by_visitor
        .into_iter()
        .flat_map(|(visitor, hits)| of_one(&visitor, &with_those_viewed(&hits, rules.gap), bearing, rules))
        .collect()
}

/// R2: a page that was prefetched is viewed once a later hit within a gap names it as referrer. Of equal times it comes
/// last.
fn with_those_viewed(hits: &[Hit], gap: Span) -> Vec<Hit> {
    let is_viewed = |page: &Hit| {
        let mut later = hits.iter().filter(|hit| hit.time >= page.time && hit.time.since(page.time) <= gap);
        later.any(|hit| hit.deed != Deed::Prefetch && hit.names(page.page))
    };
    let deed = |hit: &Hit| if hit.deed == Deed::Prefetch && is_viewed(hit) { Deed::View } else { hit.deed };
    let mut viewed: Vec<_> =
        hits.iter().map(|hit| (hit.deed == Deed::Prefetch, Hit { deed: deed(hit), ..hit.clone() })).collect();
    viewed.sort_by_key(|(was_prefetched, hit)| (hit.time, hit.input, *was_prefetched));
    viewed.into_iter().map(|(_, hit)| hit).collect()
}

fn of_one(visitor: &Visitor, hits: &[Hit], bearing: &BTreeSet<u16>, rules: Rules) -> Vec<Session> {
    let robots = hits.iter().find(|hit| hit.deed == Deed::RobotsTxt).map(|hit| hit.time);
    let session = |events: Vec<Hit>| {
        let arrival = arrivals::arrival(&events[0], hits);
        let (last, requests) = (events[events.len() - 1].time, events.len());
        let events = once_per_file(events);
        let visitor = visitor.clone();
        let mut session = Session {
            visitor,
            events,
            last,
            requests,
            notes: Vec::new(),
            arrival,
            bot: None,
            has_assets: false,
        };
        session.has_assets =
            hits.iter().any(|hit| hit.deed == Deed::Asset && session.surrounds(hit, rules.gap));
        session.notes = notes(&session, hits, rules.gap);
        session.bot = bot(&session, robots, bearing, rules.gap);
        session
    };
    cut(hits, rules.gap).into_iter().map(session).collect()
}

/// R4: IPv6 counts by its /64, an IPv4-mapped address as IPv4.
pub fn visitor(hit: &Hit) -> Visitor {
    let address = match hit.address.parse::<IpAddr>().expect("an address").to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).to_string(),
    };
    (site(hit.host), address, hit.agent)
}

/// R4: a host without case, port and closing dot.
pub fn host(spelled: &str) -> String {
    let port = spelled.rfind(':').filter(|colon| spelled[colon + 1..].parse::<u16>().is_ok());
    let host = &spelled[..port.unwrap_or(spelled.len())];
    host.trim_end_matches('.').to_lowercase()
}

/// R4: all that is below the host that `--site` names is one site, and others are themselves, without `www.`.
pub fn site(spelled: &str) -> String {
    let host = host(spelled);
    let bare = host.strip_prefix("www.").unwrap_or(&host);
    if bare == rig::OWN_HOST || bare.ends_with(&format!(".{}", rig::OWN_HOST)) {
        return rig::OWN_HOST.to_owned();
    }
    bare.to_owned()
}

/// R11: addresses are shown masked, or whole where the operator asked for that.
pub fn kept_address(address: &str, keeping: AddressKeeping) -> String {
    match (address.parse::<IpAddr>().expect("an address").to_canonical(), keeping) {
        (address, AddressKeeping::Whole) => address.to_string(),
        (IpAddr::V4(address), AddressKeeping::Masked) => {
            format!("{}/24", Ipv4Addr::from_bits(address.to_bits() >> 8 << 8))
        }
        (IpAddr::V6(address), AddressKeeping::Masked) => {
            let [a, b, c, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}

/// R2: of a session's requests for one file the first is an event, the others only extend the session.
fn once_per_file(requests: Vec<Hit>) -> Vec<Hit> {
    let mut events: Vec<Hit> = Vec::new();
    for request in requests {
        let is_same = |other: &Hit| other.deed == Deed::Download && other.path() == request.path();
        if request.deed != Deed::Download || !events.iter().any(is_same) {
            events.push(request);
        }
    }
    events
}

/// R5: two neighbours belong together when they are at most one gap apart.
fn cut(hits: &[Hit], gap: Span) -> Vec<Vec<Hit>> {
    let mut sessions: Vec<Vec<Hit>> = Vec::new();
    for event in hits.iter().filter(|hit| hit.deed.is_event()) {
        match sessions.last_mut() {
            Some(events) if event.time.since(events[events.len() - 1].time) <= gap => {
                events.push(event.clone());
            }
            _ => sessions.push(vec![event.clone()]),
        }
    }
    sessions
}

/// R5: errors and redirects are noted on the session that surrounds them: from its first event until it closes.
fn notes(session: &Session, hits: &[Hit], gap: Span) -> Vec<Hit> {
    hits.iter().filter(|hit| hit.deed.is_note() && session.surrounds(hit, gap)).cloned().collect()
}

/// R3: the first reason that holds. Where no hit of an input bears an agent, nobody is flagged for having none.
fn bot(
    session: &Session,
    robots: Option<Millis>,
    bearing: &BTreeSet<u16>,
    gap: Span,
) -> Option<&'static str> {
    let first = &session.events[0];
    if first.agent.contains("Googlebot") {
        Some("agent")
    } else if !first.bears_agent() && bearing.contains(&first.input) {
        Some("no agent")
    } else if robots.is_some_and(|fetched| fetched <= session.end() + gap) {
        Some("robots.txt")
    } else {
        session.is_hasty().then_some("rate")
    }
}

impl Session {
    pub fn start(&self) -> Millis {
        self.events[0].time
    }

    pub fn end(&self) -> Millis {
        self.last
    }

    /// R5: from its first event until it closes.
    fn surrounds(&self, hit: &Hit, gap: Span) -> bool {
        hit.time >= self.start() && hit.time <= self.end() + gap
    }

    /// The pages viewed, in order.
    pub fn pages(&self) -> Vec<&'static str> {
        self.views().map(Hit::path).collect()
    }

    pub fn views(&self) -> impl Iterator<Item = &Hit> {
        self.events.iter().filter(|event| event.deed == Deed::View)
    }

    pub fn actions(&self) -> impl Iterator<Item = &'static str> {
        self.events.iter().filter_map(|event| event.deed.action())
    }

    pub fn errors(&self) -> usize {
        self.notes.iter().filter(|note| note.deed == Deed::Fail).count()
    }

    /// R8: a session with one event is unmeasured.
    pub fn duration(&self) -> Option<Span> {
        (self.requests > 1).then(|| self.end().since(self.start()))
    }

    /// R3: more than 60 pageviews within 60 s.
    fn is_hasty(&self) -> bool {
        let times: Vec<_> = self.views().map(|view| view.time).collect();
        times.windows(61).any(|some| some[60].since(some[0]) <= Span::seconds(60))
    }

    /// Events and notes in the order of their times; of equal times, events come first.
    pub fn happenings(&self) -> Vec<&Hit> {
        let mut all: Vec<_> = self.events.iter().chain(&self.notes).collect();
        all.sort_by_key(|hit| (hit.time, !hit.deed.is_event()));
        all
    }
}

/// R6: the least of the newest times of the inputs, none of which is idle.
pub fn watermark(hits: &[Hit], inputs: u16) -> Millis {
    let newest = |input| hits.iter().filter(|hit| hit.input == input).map(|hit| hit.time).max();
    (0..inputs).map(|input| newest(input).unwrap_or(Millis::MIN)).min().expect("inputs")
}
