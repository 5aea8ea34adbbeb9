//! Parses analytics events as JSON lines: Segment, `RudderStack`, `PostHog` (design.md section 5).

use super::cookies::Cookies;
use super::details::{Consent, Details};
use super::fields::{host_of, without_port};
use super::hit::{Hit, LazyDetails, Own, OwnKind};
use super::request::Request;
use super::said::Said;
use super::scan::{JsonValue, Scanner};
use super::scratch::{ScratchText, append, with_query, written};
use super::stamp::StampReader;
use super::{Malformed, Reason, when};

/// A parser of events.
#[derive(Debug, Clone)]
pub struct Events {
    stamps: StampReader,
    scratch: Vec<u8>,
}

/// The object that contains a key: the same name means different things in different objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EventObject {
    Top,
    Properties,
    Context,
    Page,
    Campaign,
}

/// The campaign tags that a client takes out of the page's query, in the order of [`TAG_NAMES`].
const TAGS: usize = 5;
const TAG_NAMES: [&[u8]; TAGS] = [b"utm_source", b"utm_medium", b"utm_campaign", b"utm_term", b"utm_content"];

/// The fields parsed so far.
#[derive(Default)]
struct ParsedEvent<'a> {
    kind: ScratchText<'a>,
    event: ScratchText<'a>,
    name: ScratchText<'a>,
    time: ScratchText<'a>,
    sent: ScratchText<'a>,
    user: ScratchText<'a>,
    device: ScratchText<'a>,
    url: ScratchText<'a>,
    page_url: ScratchText<'a>,
    path: ScratchText<'a>,
    query: ScratchText<'a>,
    referrer: ScratchText<'a>,
    page_referrer: ScratchText<'a>,
    address: ScratchText<'a>,
    agent: ScratchText<'a>,
    tags: [ScratchText<'a>; TAGS],
    variant: ScratchText<'a>,
    value: Option<f64>,
    properties: &'a [u8],
    consent: Consent,
}

impl Events {
    pub(super) fn new() -> Events {
        Events { stamps: StampReader::new(), scratch: Vec::new() }
    }

    /// The timestamp parser.
    pub(super) fn stamps_mut(&mut self) -> &mut StampReader {
        &mut self.stamps
    }

    #[inline(never)]
    pub(super) fn read<'a>(&'a mut self, line: &'a [u8]) -> Result<Hit<'a>, Malformed> {
        self.scratch.clear();
        let mut scanner = Scanner::of_object(line)?;
        let mut found = ParsedEvent::default();
        found.object(EventObject::Top, &mut scanner, &mut self.scratch)?;
        let target = found.target(&mut self.scratch);
        let lacks = |reason| Malformed { at: line.len(), reason };
        let stamps = &mut self.stamps;
        let time = [&found.time, &found.sent]
            .into_iter()
            .find_map(|piece| when::any(piece.text(&self.scratch), stamps));
        let time = time.ok_or(lacks(Reason::Time))?;
        let scratch = self.scratch.as_slice();
        let kind = found.own_kind(scratch).ok_or(lacks(Reason::Type))?;
        let target = target.text(scratch);
        Ok(Hit {
            time,
            request: Request::of_parts(b"GET", target),
            status: 200,
            own: Some(found.own(kind, scratch)),
            lazy: LazyDetails::Read(found.details(target, scratch)),
        })
    }

    /// Whether a line looks like an event: its type is one of the known ones.
    pub(super) fn is_event(line: &[u8]) -> bool {
        Events::new().read(line).is_ok()
    }
}

impl<'a> ParsedEvent<'a> {
    fn object(
        &mut self,
        place: EventObject,
        scanner: &mut Scanner<'a>,
        scratch: &mut Vec<u8>,
    ) -> Result<(), Malformed> {
        while let Some(key) = scanner.key()? {
            let value = scanner.value()?;
            match (value, inner(place, key)) {
                (JsonValue::Object, Some(inner)) => {
                    let begin = *scanner;
                    self.object(inner, scanner, scratch)?;
                    if inner == EventObject::Properties {
                        self.properties = scanner.since(begin);
                    }
                }
                (JsonValue::Object | JsonValue::List, _) => scanner.skip(value)?,
                _ => self.put(place, key, value, scratch),
            }
        }
        Ok(())
    }

    fn put(&mut self, place: EventObject, key: &[u8], value: JsonValue<'a>, scratch: &mut Vec<u8>) {
        if key == b"consent" {
            if matches!(value, JsonValue::Bare(b"false") | JsonValue::Text(b"false")) {
                self.consent = Consent::Refused;
            }
            return;
        }
        if place == EventObject::Properties && matches!(key, b"value" | b"revenue") {
            self.put_value(value);
            return;
        }
        if let Some(piece) = self.field(place, key) {
            *piece = value.piece(scratch);
        }
    }

    fn put_value(&mut self, value: JsonValue) {
        let (JsonValue::Bare(text) | JsonValue::Text(text)) = value else { return };
        let number = std::str::from_utf8(text).ok().and_then(|text| text.parse::<f64>().ok());
        self.value = number.filter(|number| number.is_finite()).or(self.value);
    }

    /// The field for a key; `None` if dwell does not use it.
    fn field(&mut self, place: EventObject, key: &[u8]) -> Option<&mut ScratchText<'a>> {
        Some(match (place, key) {
            (EventObject::Top, b"type") => &mut self.kind,
            (EventObject::Top, b"event") => &mut self.event,
            (EventObject::Top, b"timestamp" | b"originalTimestamp") => &mut self.time,
            (EventObject::Top, b"sentAt" | b"receivedAt" | b"sent_at") => &mut self.sent,
            (EventObject::Top, b"userId" | b"user_id") => &mut self.user,
            (EventObject::Top, b"anonymousId" | b"anonymous_id" | b"distinct_id") => &mut self.device,
            (EventObject::Properties, b"url" | b"$current_url") => &mut self.url,
            (EventObject::Properties, b"referrer" | b"$referrer") => &mut self.referrer,
            (EventObject::Properties, b"path" | b"$pathname") | (EventObject::Page, b"path") => {
                &mut self.path
            }
            (EventObject::Properties | EventObject::Page, b"search") => &mut self.query,
            (EventObject::Properties | EventObject::Top, b"name") => &mut self.name,
            (EventObject::Properties, b"variant") => &mut self.variant,
            (EventObject::Page, b"url") => &mut self.page_url,
            (EventObject::Page, b"referrer") => &mut self.page_referrer,
            (EventObject::Properties, b"$ip") | (EventObject::Context | EventObject::Top, b"ip") => {
                &mut self.address
            }
            (EventObject::Properties, b"$raw_user_agent" | b"$user_agent")
            | (EventObject::Context, b"userAgent" | b"user_agent") => &mut self.agent,
            (EventObject::Campaign, tag) => &mut self.tags[tag_number(tag)?],
            _ => return None,
        })
    }

    fn own_kind<'s>(&self, scratch: &'s [u8]) -> Option<OwnKind<'s>>
    where
        'a: 's,
    {
        let event = self.event.text(scratch);
        match self.kind.text(scratch) {
            b"page" | b"screen" => Some(OwnKind::Page),
            b"identify" | b"group" | b"alias" => Some(OwnKind::Identify),
            b"track" if !event.is_empty() => Some(OwnKind::Track(event)),
            // PostHog has no type: pages and identities are events.
            b"" | b"capture" => match event {
                b"" => None,
                b"$pageview" | b"$screen" => Some(OwnKind::Page),
                b"$autocapture" => Some(OwnKind::Track(event)),
                // Other automatic PostHog events are not user actions; some identify users (R2).
                [b'$', ..] => Some(OwnKind::Identify),
                event => Some(OwnKind::Track(event)),
            },
            _ => None,
        }
    }

    /// The page's URL, path or screen name, with campaign tags.
    fn target(&mut self, scratch: &mut Vec<u8>) -> ScratchText<'a> {
        let take = std::mem::take::<ScratchText<'a>>;
        let whole = [&mut self.url, &mut self.page_url].into_iter().find(|url| !url.is_empty());
        let target = match whole {
            Some(url) => take(url),
            None if !self.path.is_empty() => with_query(take(&mut self.path), &self.query, scratch),
            None => self.name.clone(),
        };
        if self.tags.iter().all(ScratchText::is_empty) || is_tagged(target.text(scratch)) {
            return target;
        }
        self.with_tags(&target, scratch)
    }

    fn with_tags(&self, target: &ScratchText<'a>, scratch: &mut Vec<u8>) -> ScratchText<'a> {
        written(scratch, |scratch| {
            let start = scratch.len();
            append(target, scratch);
            let end = memchr::memchr(b'#', &scratch[start..]).map_or(scratch.len(), |hash| start + hash);
            scratch.truncate(end);
            let mut joint = if scratch[start..].contains(&b'?') { b'&' } else { b'?' };
            for (name, tag) in TAG_NAMES.iter().zip(&self.tags).filter(|(_, tag)| !tag.is_empty()) {
                scratch.push(std::mem::replace(&mut joint, b'&'));
                scratch.extend_from_slice(name);
                scratch.push(b'=');
                append_encoded(tag, scratch);
            }
        })
    }

    fn own<'s>(&self, kind: OwnKind<'s>, scratch: &'s [u8]) -> Own<'s>
    where
        'a: 's,
    {
        Own {
            kind,
            user: self.user.text(scratch),
            device: self.device.text(scratch),
            value: self.value,
            variant: self.variant.text(scratch),
            properties: self.properties,
        }
    }

    fn details<'s>(&self, target: &'s [u8], scratch: &'s [u8]) -> Details<'s>
    where
        'a: 's,
    {
        let referrer = match self.referrer.text(scratch) {
            b"" => self.page_referrer.text(scratch),
            referrer => referrer,
        };
        // PostHog's placeholder for no referrer.
        let referrer = if referrer == b"$direct" { b"" } else { referrer };
        Details {
            address: without_port(self.address.text(scratch)),
            referrer,
            agent: self.agent.text(scratch),
            host: host_of(target),
            load: None,
            size: 0,
            visitor: b"",
            consent: self.consent,
            said: Said::default(),
            cookies: Cookies::default(),
        }
    }
}

/// The object in an object that is looked into.
fn inner(place: EventObject, key: &[u8]) -> Option<EventObject> {
    match (place, key) {
        (EventObject::Top, b"properties") => Some(EventObject::Properties),
        (EventObject::Top, b"context") => Some(EventObject::Context),
        (EventObject::Context, b"page") => Some(EventObject::Page),
        (EventObject::Context, b"campaign") => Some(EventObject::Campaign),
        _ => None,
    }
}

/// Whether the URL already contains campaign tags.
fn is_tagged(target: &[u8]) -> bool {
    memchr::memmem::find(target, b"utm_source=").is_some()
}

fn tag_number(name: &[u8]) -> Option<usize> {
    [&b"source"[..], b"medium", b"name", b"term", b"content"].iter().position(|tag| *tag == name)
}

/// Appends a text, percent-encoded for a query.
fn append_encoded(piece: &ScratchText, scratch: &mut Vec<u8>) {
    let start = scratch.len();
    append(piece, scratch);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    if scratch[start..].iter().all(|&byte| plain(byte)) {
        return;
    }
    let text = scratch.split_off(start);
    for byte in text {
        if plain(byte) {
            scratch.push(byte);
        } else {
            const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
            let (high, low) = (usize::from(byte >> 4), usize::from(byte & 15));
            scratch.extend_from_slice(&[b'%', DIGITS[high], DIGITS[low]]);
        }
    }
}
