//! The classifier of one worker: lines in, a batch out.

use std::sync::Arc;

use crate::bytes;
use crate::format::{Consent, Details, Format, Hit, LineReader, Malformed, OwnKind, Unknown};
use crate::time::Millis;

use super::address::{Address, AddressKeeping, KeptAddress, host_without_addresses};
use super::agent::Agents;
use super::arrivals::{Arrivals, HitOn};
use super::batch::{Batch, Event, LineExamples, Numbering, What, is_said};
use super::clients::{Client, Clients};
use super::hits::HitMark;
use super::host;
use super::hosts::Hosts;
use super::kind::{Class, Kind, Rule, class, kind_at_a_glance};
use super::paths::{PathNumber, Paths};
use super::place::{Country, Places};
use super::site::{IdScope, Sites, cleaned};
use super::strings::{Local, LocalStrings, Seen};
use super::visitor::{AgentDigest, User, Visitor, VisitorKey};

/// What all workers share: the same for the whole run.
pub struct Shared {
    /// The run's random key.
    pub key: VisitorKey,
    /// The user's rules for kinds.
    pub rules: Vec<Rule>,
    /// The tables of user agents.
    pub agents: Arc<Agents>,
    /// Where addresses are, if the operator gave a database.
    pub places: Option<Places>,
    /// How much of an address is kept.
    pub addresses: AddressKeeping,
    /// Whether lines that could not be read may be looked at.
    pub examples: LineExamples,
    /// Which hosts are one site.
    pub sites: Sites,
    /// Where the ids of devices and users mean the same.
    pub ids: IdScope,
}

/// Which hits of an input count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// From here on hits are read: sessions may reach back beyond what counts.
    pub from: Millis,
    /// Hits before this are not counted.
    pub since: Millis,
    /// Nor those at this instant or after it.
    pub until: Millis,
    /// From here on times are known to be ahead of all others (R6).
    pub ahead: Millis,
}

impl Period {
    /// All hits.
    pub const ALL: Period =
        Period { from: Millis::MIN, since: Millis::MIN, until: Millis::MAX, ahead: Millis::MAX };

    fn has(self, time: Millis) -> bool {
        time >= self.from && time < self.ahead
    }

    fn counts(self, time: Millis) -> bool {
        time >= self.since && time < self.until
    }
}

/// Reads and classifies lines for one worker.
pub struct Classifier {
    shared: Arc<Shared>,
    known: Known,
}

/// The strings that a worker knows.
struct Known {
    paths: Paths,
    agents: LocalStrings,
    digests: Vec<AgentDigest>,
    arrivals: Arrivals,
    hosts: Hosts,
    actions: LocalStrings,
    /// Whole addresses; none unless the operator asked for them (R11).
    addresses: LocalStrings,
    clients: Clients,
}

/// Who fetches this says that it is a bot (R3).
const ROBOTS_TXT: &[u8] = b"/robots.txt";

/// A worker that knows more strings than this forgets them before its next batch.
const STRINGS_BYTES: usize = 4 << 20;

impl Classifier {
    /// A classifier that knows no strings yet.
    #[must_use]
    pub fn new(shared: Arc<Shared>) -> Classifier {
        Classifier { shared, known: Known::new() }
    }

    /// Reads a block of whole lines into `batch`, which is empty; a last line without newline counts too.
    pub fn read(&mut self, block: &[u8], format: &mut Format, period: Period, batch: &mut Batch) {
        self.read_by(block, std::slice::from_mut(format), period, batch);
    }

    /// The same, where a line is read by the first of several formats that reads it.
    pub fn read_by(&mut self, block: &[u8], formats: &mut [Format], period: Period, batch: &mut Batch) {
        self.begin(batch);
        batch.bytes += block.len() as u64;
        // A file may begin with a byte order mark.
        let block = block.strip_prefix(b"\xef\xbb\xbf").unwrap_or(block);
        (batch.unread.period, batch.unread.readings) = (period, formats.len());
        match formats.split_first_mut() {
            // Most logs': what a hit says need not be written into memory where its reader is a part of the loop.
            Some((Format::Combined(combined), others)) => self.lines(block, combined, others, period, batch),
            Some((format, others)) => self.lines(block, format, others, period, batch),
            None => self.lines(block, &mut Unknown, &mut [], period, batch),
        }
    }

    /// Begins a batch whose lines come one by one, by [`Classifier::read_line`].
    pub fn begin(&mut self, batch: &mut Batch) {
        batch.numbering = self.known.forget_when_full();
    }

    /// Reads one line that is counted elsewhere. Whether any of the formats reads it, or takes note of it.
    pub fn read_line(
        &mut self,
        line: &[u8],
        formats: &mut [Format],
        period: Period,
        batch: &mut Batch,
    ) -> bool {
        formats.iter_mut().any(|format| self.read_by_other(line, format, period, batch))
    }

    fn lines(
        &mut self,
        block: &[u8],
        reader: &mut impl LineReader,
        others: &mut [Format],
        period: Period,
        batch: &mut Batch,
    ) {
        let (mut start, mut scratch) = (0, Vec::new());
        for end in memchr::memchr_iter(b'\n', block).chain(std::iter::once(block.len())) {
            let line = block[start..end].strip_suffix(b"\r").unwrap_or(&block[start..end]);
            start = (end + 1).min(block.len());
            if !line.is_empty()
                && let Err(malformed) = self.line(line, reader, period, &mut scratch, batch)
            {
                self.line_unread(line, malformed, others, period, batch);
            }
        }
    }

    #[inline(always)]
    fn line(
        &mut self,
        line: &[u8],
        reader: &mut impl LineReader,
        period: Period,
        scratch: &mut Vec<u8>,
        batch: &mut Batch,
    ) -> Result<(), Malformed> {
        batch.lines += 1;
        if reader.directive(line) {
            return Ok(());
        }
        // Looked at where it is: a hit is too large to be moved for every line.
        match &reader.read(line) {
            Ok(hit) if period.has(hit.time) => self.hit(hit, period.counts(hit.time), scratch, batch),
            Ok(hit) if hit.time >= period.ahead => batch.ahead += u64::from(period.counts(hit.time)),
            Ok(_) => {}
            Err(malformed) => return Err(*malformed),
        }
        Ok(())
    }

    /// A line that the first format does not read: another one may.
    #[cold]
    #[inline(never)]
    fn line_unread(
        &mut self,
        line: &[u8],
        malformed: Malformed,
        others: &mut [Format],
        period: Period,
        batch: &mut Batch,
    ) {
        if !self.read_line(line, others, period, batch) {
            batch.unread.push(batch.lines - 1, batch.hits.len(), malformed, line);
        }
    }

    /// Reads a line by a format that is not the first one. Whether it does.
    fn read_by_other(&mut self, line: &[u8], format: &mut Format, period: Period, batch: &mut Batch) -> bool {
        if format.directive(line) {
            return true;
        }
        let Ok(hit) = &format.read(line) else { return false };
        if period.has(hit.time) {
            self.hit(hit, period.counts(hit.time), &mut Vec::new(), batch);
        } else if hit.time >= period.ahead {
            batch.ahead += u64::from(period.counts(hit.time));
        }
        true
    }

    #[inline(always)]
    fn hit(&mut self, hit: &Hit, counts: bool, scratch: &mut Vec<u8>, batch: &mut Batch) {
        let path = hit.request.map_or(&b""[..], |request| request.path());
        if let Some(kind) = self.kind_at_a_glance(hit, path) {
            return only_counted(hit, (kind, counts), scratch, batch);
        }
        let (shared, known) = (&self.shared, &mut self.known);
        let number = known.paths.number(path, &shared.rules);
        let class = class(&shared.rules, hit, known.paths.facts(number), || names_referrer(hit));
        let identifies = hit.own.is_some_and(|own| own.kind == OwnKind::Identify);
        if !(identifies || may_count(class.kind, path) || (class.is_open && hit.may_have_headers())) {
            return only_counted(hit, (class.kind, counts), scratch, batch);
        }
        let details = hit.details(scratch);
        batch.fields.count(&details);
        let class = class.heard(details.said, hit.request.map_or(b"", |request| request.method));
        let what =
            if identifies { Some(What::Identify) } else { known.what(&class, path, shared.addresses, batch) };
        let Some(what) = what else {
            return batch.hits.push(HitMark::new(hit.time, class.kind, hit.status).counted_if(counts));
        };
        if details.consent == Consent::Refused {
            // Counted, and never tied to a visitor (R11).
            batch.consentless += u64::from(counts);
            return batch.hits.push(HitMark::new(hit.time, class.kind, hit.status).counted_if(counts));
        }
        batch.hits.push(HitMark::with_event(hit.time, class.kind, hit.status).counted_if(counts));
        let event = self.event(hit, &details, (what, number), batch);
        batch.events.push(event);
    }

    /// The kind of a hit that is only counted, where its path says it at a glance.
    #[inline(always)]
    fn kind_at_a_glance(&self, hit: &Hit, path: &[u8]) -> Option<Kind> {
        if !self.shared.rules.is_empty() || hit.own.is_some() {
            return None;
        }
        kind_at_a_glance(path).filter(|kind| *kind != Kind::Asset || path != ROBOTS_TXT)
    }

    #[inline(always)]
    fn event(
        &mut self,
        hit: &Hit,
        details: &Details,
        (what, path): (What, PathNumber),
        batch: &mut Batch,
    ) -> Event {
        let query = hit.request.map_or(&b""[..], |request| request.query());
        let client = self.known.client(details, &self.shared, batch);
        batch.fields.senders.vote(client.from);
        Event {
            time: hit.time,
            visitor: self.named_visitor(hit, details, &client).unwrap_or(client.visitor),
            user: hit.own.map_or(User::NONE, |own| self.shared.key.person(self.tenant(&client), own.user)),
            what,
            page: self.known.paths.page(path, self.shared.addresses, batch),
            agent: client.agent,
            arrival: self.known.arrival(details.referrer, query, client.spelling, &self.shared, batch),
            host: client.host,
            address: client.address,
            country: client.country,
            status: hit.status,
            load: details.load.map(|span| u32::try_from(span.0).unwrap_or(u32::MAX)),
        }
    }

    /// The device or user that the input names (R4); where it names none, address and agent say who sent the hit.
    fn named_visitor(&self, hit: &Hit, details: &Details, client: &Client) -> Option<Visitor> {
        let key = &self.shared.key;
        if !details.visitor.is_empty() {
            return Some(key.device(self.tenant(client), details.visitor));
        }
        let own = hit.own?;
        if !own.device.is_empty() {
            return Some(key.device(self.tenant(client), own.device));
        }
        let digest = self.known.digests.get(client.agent.index())?;
        (!own.user.is_empty()).then(|| key.user(self.tenant(client), own.user, digest))
    }

    /// Whose ids those of a hit are: each site's own, or everybody's (R4).
    fn tenant(&self, client: &Client) -> &[u8] {
        match self.shared.ids {
            IdScope::Everywhere => b"",
            IdScope::PerSite => self.known.hosts.site(client.spelling),
        }
    }
}

impl Shared {
    /// What there is without flags: no rules of the user's, no places, and addresses are masked.
    #[must_use]
    pub fn new(key: VisitorKey, agents: Arc<Agents>) -> Shared {
        Shared {
            key,
            rules: Vec::new(),
            agents,
            places: None,
            addresses: AddressKeeping::default(),
            examples: LineExamples::default(),
            sites: Sites::default(),
            ids: IdScope::default(),
        }
    }

    fn country(&self, address: &Address) -> Country {
        match (&self.places, address.ip()) {
            (Some(places), Some(ip)) => places.country(ip),
            _ => Country::UNKNOWN,
        }
    }
}

impl Known {
    fn new() -> Known {
        Known {
            paths: Paths::new(),
            agents: LocalStrings::new(),
            digests: Vec::new(),
            arrivals: Arrivals::new(),
            hosts: Hosts::new(),
            actions: LocalStrings::new(),
            addresses: LocalStrings::new(),
            clients: Clients::new(),
        }
    }

    /// What the hit means to sessions; `None` where it is only counted (R5).
    #[inline(always)]
    fn what(
        &mut self,
        class: &Class,
        path: &[u8],
        keeping: AddressKeeping,
        batch: &mut Batch,
    ) -> Option<What> {
        match class.kind {
            Kind::Pageview => Some(What::Pageview),
            Kind::Action if class.once_per_path => {
                Some(What::Download(self.action(class.action, keeping, batch)))
            }
            Kind::Action => Some(What::Action(self.action(class.action, keeping, batch))),
            Kind::Error => Some(What::Error),
            Kind::Redirect => Some(What::Redirect),
            Kind::Asset if path == ROBOTS_TXT => Some(What::RobotsTxt),
            Kind::Asset | Kind::Api | Kind::Other => None,
        }
    }

    /// Who sent an event, as far as address and agent say it.
    fn client(&mut self, details: &Details, shared: &Shared, batch: &mut Batch) -> Client {
        let spelling = self.hosts.spelling(details.host, shared, &mut batch.new);
        let address = self.clients.hash(details.address);
        if let Some(client) = self.clients.last(address)
            && client.spelling == spelling
            && bytes::same(self.agents.text(client.agent), details.agent)
        {
            return *client;
        }
        let client = self.new_client(spelling, details, shared, batch);
        self.clients.remember(address, client);
        client
    }

    #[inline(never)]
    fn new_client(
        &mut self,
        spelling: Local,
        details: &Details,
        shared: &Shared,
        batch: &mut Batch,
    ) -> Client {
        let agent = self.agent(details.agent, shared, batch);
        let address = Address::parse(details.address);
        Client {
            spelling,
            host: self.hosts.host(spelling),
            agent,
            from: shared.key.visitor(b"", &address, &shared.key.agent(b"")),
            visitor: shared.key.visitor(self.hosts.site(spelling), &address, &self.digests[agent.index()]),
            address: self.kept_address(&address, shared.addresses, batch),
            country: shared.country(&address),
        }
    }

    fn agent(&mut self, agent: &[u8], shared: &Shared, batch: &mut Batch) -> Local {
        match self.agents.number(agent) {
            Seen::Before(local) => local,
            Seen::First(local) => {
                self.digests.push(shared.key.agent(agent));
                batch.new.agents.push(agent);
                batch.new.agent_facts.push(shared.agents.facts(agent));
                local
            }
        }
    }

    /// How a hit arrived; what its own host is says whose site its referrer is on.
    fn arrival(
        &mut self,
        referrer: &[u8],
        query: &[u8],
        spelling: Local,
        shared: &Shared,
        batch: &mut Batch,
    ) -> Local {
        let hit = HitOn { site: self.hosts.site(spelling), sites: &shared.sites, keeping: shared.addresses };
        self.arrivals.number(referrer, query, &hit, &mut batch.new)
    }

    fn action(&mut self, name: &[u8], keeping: AddressKeeping, batch: &mut Batch) -> Local {
        known(&mut self.actions, name, |name| batch.new.actions.push(&keeping.text(name)))
    }

    /// What is kept of who sent a hit: of a host name only the domain that somebody registered (R11).
    fn kept_address(
        &mut self,
        address: &Address,
        keeping: AddressKeeping,
        batch: &mut Batch,
    ) -> KeptAddress<Local> {
        let text = match (keeping, address) {
            (AddressKeeping::Whole, _) => address.whole(),
            (AddressKeeping::Masked, Address::Name(name)) if is_client_name(name) => {
                host_without_addresses(host::registrable(&cleaned(name))).into_bytes().into()
            }
            (AddressKeeping::Masked, _) => return KeptAddress::masked(address),
        };
        let number = known(&mut self.addresses, &text, |text| batch.new.addresses.push(text));
        KeptAddress::numbered(number)
    }

    fn forget_when_full(&mut self) -> Numbering {
        let names = [&self.actions, &self.addresses];
        let bytes: usize = std::iter::once(&self.agents).chain(names).map(LocalStrings::bytes).sum();
        let others = self.paths.bytes() + self.hosts.bytes() + self.arrivals.bytes();
        if bytes + others < STRINGS_BYTES {
            return Numbering::GoesOn;
        }
        *self = Known::new();
        Numbering::StartsAnew
    }
}

/// A hit of which only time, kind and status go on.
#[inline(always)]
fn only_counted(hit: &Hit, (kind, counts): (Kind, bool), scratch: &mut Vec<u8>, batch: &mut Batch) {
    if batch.fields.agents == 0 {
        look_for_agent(hit, scratch, batch);
    }
    batch.hits.push(HitMark::new(hit.time, kind, hit.status).counted_if(counts));
}

/// Whether any hit bears an agent is asked of the input (R3): of most logs the first line tells it.
#[cold]
#[inline(never)]
fn look_for_agent(hit: &Hit, scratch: &mut Vec<u8>, batch: &mut Batch) {
    let details = hit.details(scratch);
    batch.fields.agents += u64::from(is_said(details.agent));
}

/// Whether a client was logged by its host's name: it has a domain, which a dash and other stand-ins have not.
fn is_client_name(name: &[u8]) -> bool {
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    name.contains(&b'.') && name.iter().all(is_of_name)
}

/// Whether a hit of that kind may mean something to sessions.
#[inline(always)]
fn may_count(kind: Kind, path: &[u8]) -> bool {
    match kind {
        Kind::Pageview | Kind::Action | Kind::Error | Kind::Redirect => true,
        Kind::Asset => path == ROBOTS_TXT,
        Kind::Api | Kind::Other => false,
    }
}

/// Whether a request comes from a page. Few kinds depend on it.
#[inline(never)]
fn names_referrer(hit: &Hit) -> bool {
    !hit.details(&mut Vec::new()).referrer.is_empty()
}

/// The string's number; a string that comes for the first time is told to `first`.
fn known(strings: &mut LocalStrings, text: &[u8], first: impl FnOnce(&[u8])) -> Local {
    match strings.number(text) {
        Seen::Before(local) => local,
        Seen::First(local) => {
            first(text);
            local
        }
    }
}
