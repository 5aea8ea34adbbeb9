//! A worker's classifier: takes lines, gives batches.

mod assets;
mod counted;
mod prefetch;
mod shared;
mod worker_strings;

use counted::path_of;
use std::sync::Arc;

use crate::format::{Consent, Details, Format, Hit, LineReader, Malformed, OwnKind, Unknown};

use super::batch::{Batch, BatchEvent, What};
use super::clients::Client;
use super::hits::HitMark;
use super::kind::{Kind, class, kind_at_a_glance};
use super::method::Method;
use super::paths::PathNumber;
use super::period::Period;
use super::site::IdScope;
use super::visitor::{User, Visitor};
pub use shared::Shared;
use worker_strings::WorkerStrings;

/// Parses and classifies lines for one worker.
pub struct Classifier {
    shared: Arc<Shared>,
    known: WorkerStrings,
}

/// A visitor who fetches this is a bot (R3).
const ROBOTS_TXT: &[u8] = b"/robots.txt";

impl Classifier {
    /// A classifier without interned strings.
    #[must_use]
    pub fn new(shared: Arc<Shared>) -> Classifier {
        Classifier { shared, known: WorkerStrings::new() }
    }

    /// Reads a block of whole lines into an empty `batch`; the last line may lack its newline.
    pub fn read(&mut self, block: &[u8], format: &mut Format, period: Period, batch: &mut Batch) {
        self.read_by(block, std::slice::from_mut(format), period, batch);
    }

    /// As `read`, with several formats: the first one that parses a line wins.
    pub fn read_by(&mut self, block: &[u8], formats: &mut [Format], period: Period, batch: &mut Batch) {
        self.begin(batch);
        batch.bytes += block.len() as u64;
        (batch.unread.period, batch.unread.readings) = (period, formats.len());
        match formats.split_first_mut() {
            // The most common format gets its own loop: with the parser inlined, a hit's fields stay in registers.
            Some((Format::Combined(combined), others)) => self.lines(block, combined, others, period, batch),
            Some((format, others)) => self.lines(block, format, others, period, batch),
            None => self.lines(block, &mut Unknown, &mut [], period, batch),
        }
    }

    /// As `read`, of all times, by a reader that may keep what batches do not.
    pub fn read_through(&mut self, block: &[u8], reader: &mut impl LineReader, batch: &mut Batch) {
        self.begin(batch);
        self.lines(block, reader, &mut [], Period::ALL, batch);
    }

    /// Begins a batch whose lines follow one by one through [`Classifier::read_line`].
    pub fn begin(&mut self, batch: &mut Batch) {
        self.known.begin(batch);
    }

    /// Reads one line without counting it. Returns whether any of the formats accepts it.
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
        // A file may begin with a byte order mark.
        let block = block.strip_prefix(b"\xef\xbb\xbf").unwrap_or(block);
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
        batch.mark_earlier();
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
        // Matched by reference: a hit is too large to be moved for every line.
        match &reader.read(line) {
            Ok(hit) if period.has(hit.time) => {
                batch.mark_earlier();
                self.hit(hit, period.counts(hit.time), scratch, batch);
            }
            Ok(hit) if hit.time >= period.ahead => batch.ahead += u64::from(period.counts(hit.time)),
            Ok(hit) => batch.earlier.pass(hit.time),
            Err(malformed) => return Err(*malformed),
        }
        Ok(())
    }

    /// The first format rejected the line: tries the others.
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

    /// Reads a line by another format than the first. Returns whether it accepts the line.
    fn read_by_other(&mut self, line: &[u8], format: &mut Format, period: Period, batch: &mut Batch) -> bool {
        if format.directive(line) {
            return true;
        }
        let Ok(hit) = &format.read(line) else { return false };
        if period.has(hit.time) {
            batch.mark_earlier();
            self.hit(hit, period.counts(hit.time), &mut Vec::new(), batch);
        } else if hit.time >= period.ahead {
            batch.ahead += u64::from(period.counts(hit.time));
        } else {
            batch.earlier.pass(hit.time);
        }
        true
    }

    #[inline(always)]
    fn hit(&mut self, hit: &Hit, counts: bool, scratch: &mut Vec<u8>, batch: &mut Batch) {
        let path = path_of(hit);
        if let Some(kind) = self.kind_at_a_glance(hit, path) {
            return self.no_event(hit, (kind, counts), None, scratch, batch);
        }
        let (shared, known) = (&self.shared, &mut self.known);
        let number = known.paths.number(path, &shared.rules);
        let class = class(&shared.rules, hit, known.paths.facts(number), || names_referrer(hit));
        let identifies = hit.own.is_some_and(|own| own.kind == OwnKind::Identify);
        if !(identifies || may_count(class.kind, path) || (class.is_open && hit.may_have_headers())) {
            return self.no_event(hit, (class.kind, counts), Some(number), scratch, batch);
        }
        let details = hit.details(scratch);
        batch.fields.count(&details);
        let is_page = class.kind == Kind::Pageview;
        let class = class.heard(details.said, hit.request.map_or(b"", |request| request.method));
        let what = match class.kind {
            _ if identifies => Some(What::Identify),
            Kind::Other if is_page && details.said.prefetches() => Some(What::Prefetch { counts }),
            _ => known.what(&class, path, shared.addresses, batch),
        };
        let mark = HitMark::new(hit.time, class.kind, hit.status).counted_if(counts);
        let Some(what) = what else {
            return self.no_event(hit, (class.kind, counts), Some(number), scratch, batch);
        };
        let client = self.known.client(&details, &self.shared, batch);
        if details.consent == Consent::Refused {
            // Counted, but never linked to a visitor (R11).
            batch.consentless += u64::from(counts);
            return self.push(hit, &details, mark, (&client, None), Some(number), batch);
        }
        let visitor = self.named_visitor(hit, &details, &client).unwrap_or(client.visitor);
        self.push(hit, &details, mark.and_event(), (&client, Some(visitor)), Some(number), batch);
        let event = self.event(hit, &details, (what, number), (visitor, client), batch);
        batch.events.push(event);
    }

    /// A hit that is only counted, except for the mark that an asset leaves.
    #[inline(always)]
    fn no_event(
        &mut self,
        hit: &Hit,
        (kind, counts): (Kind, bool),
        path: Option<PathNumber>,
        scratch: &mut Vec<u8>,
        batch: &mut Batch,
    ) {
        if kind == Kind::Asset {
            return self.asset(hit, counts, scratch, batch);
        }
        if hit.may_have_headers() {
            return self.mention(hit, (kind, counts), path, scratch, batch);
        }
        self.only_counted(hit, (kind, counts), path, scratch, batch);
    }

    /// The kind of a hit that is only counted, if its path alone decides it.
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
        (visitor, client): (Visitor, Client),
        batch: &mut Batch,
    ) -> BatchEvent {
        let query = hit.request.map_or(&b""[..], |request| request.query());
        batch.fields.senders.vote(client.from);
        let named = self.named_page(details, &client, batch);
        let properties = self.known.properties((hit, &details.cookies), query, &self.shared, batch);
        BatchEvent {
            time: hit.time,
            visitor,
            user: hit.own.map_or(User::NONE, |own| self.shared.key.person(self.tenant(&client), own.user)),
            what,
            page: self.known.paths.page((path, path_of(hit)), self.shared.path_keeping(), batch),
            named,
            agent: client.agent,
            arrival: self.known.arrival(details.referrer, query, client.spelling, &self.shared, batch),
            host: client.host,
            address: client.address,
            country: client.country,
            status: hit.status,
            load: details.load.map(|span| u32::try_from(span.0).unwrap_or(u32::MAX)),
            method: hit.request.map_or(Method::default(), |request| Method::of(request.method)),
            properties,
        }
    }

    /// The device or user named by the input (R4), if any; otherwise address and agent identify the visitor.
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

    /// The scope of a hit's ids: its site, or global (R4).
    fn tenant(&self, client: &Client) -> &[u8] {
        match self.shared.ids {
            IdScope::Everywhere => b"",
            IdScope::PerSite => self.known.hosts.site(client.spelling),
        }
    }
}

/// Whether a hit of that kind may count for sessions.
#[inline(always)]
fn may_count(kind: Kind, path: &[u8]) -> bool {
    match kind {
        Kind::Pageview | Kind::Action | Kind::Error | Kind::Redirect => true,
        Kind::Asset => path == ROBOTS_TXT,
        Kind::Api | Kind::Other => false,
    }
}

/// Whether a request has a referrer. Evaluated lazily: few kinds depend on it.
#[inline(never)]
fn names_referrer(hit: &Hit) -> bool {
    !hit.details(&mut Vec::new()).referrer.is_empty()
}
