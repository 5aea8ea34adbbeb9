//! Access logs as JSON lines: nginx with `escape=json`, Caddy, Traefik, and whatever uses the usual names.
//!
//! Fields are known by their names, wherever they stand in the line.

use super::fields::{self, Unit, first_address, host_of, without_port};
use super::hit::{Consent, Details, Hit, Request, Rest};
use super::scan::{Scanner, Value};
use super::scratch::{Piece, with_query};
use super::stamp::StampReader;
use super::{Malformed, Reason, when};

/// A reader of JSON lines.
#[derive(Debug, Clone)]
pub struct Json {
    flavour: Flavour,
    stamps: StampReader,
    scratch: Vec<u8>,
}

/// Whose lines they are: all are read alike, it is only said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavour {
    Any,
    Caddy,
    Traefik,
}

impl Flavour {
    pub(super) fn named(name: &str) -> Flavour {
        match name {
            "caddy" => Flavour::Caddy,
            "traefik" => Flavour::Traefik,
            _ => Flavour::Any,
        }
    }

    /// Whose line it looks like.
    pub(super) fn of(line: &[u8]) -> Flavour {
        let has = |text: &[u8]| memchr::memmem::find(line, text).is_some();
        if has(b"\"DownstreamStatus\"") {
            Flavour::Traefik
        } else if has(b"\"request\":{") {
            Flavour::Caddy
        } else {
            Flavour::Any
        }
    }
}

/// What a key stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    /// An address; where there are several, the higher rank counts.
    Address(u8),
    /// A list of addresses: the first one is the client's.
    Forwarded,
    /// A time; where there are several, the higher rank counts.
    Time(u8),
    /// A request line, or an object that has the request's parts.
    Request,
    Method,
    Target,
    Query,
    Status,
    /// The host asked for; where there are several, the higher rank counts.
    Host(u8),
    Referrer,
    Agent,
    Load(Unit),
    /// `1` where the client wants to be left alone.
    Refusal,
    /// `false` where it did not consent.
    Consent,
    /// An object of request headers.
    Headers,
    /// What the server answered: Caddy's last key, and much of its lines.
    Answer,
    /// What dwell has no use for.
    Unknown,
}

impl Field {
    fn named(key: &[u8]) -> Field {
        match key {
            b"realip_remote_addr" => Field::Address(0),
            b"remote_addr" | b"remote_ip" | b"remoteIp" | b"ip" | b"ClientAddr" | b"remoteAddr"
            | b"remote" | b"address" | b"RemoteAddr" => Field::Address(1),
            b"client_ip" | b"ClientHost" | b"clientip" | b"clientIp" | b"client" | b"client_addr"
            | b"real_ip" | b"clientIP" | b"remote_host" => Field::Address(2),
            b"http_x_forwarded_for" | b"x_forwarded_for" | b"forwarded_for" | b"xff" => Field::Forwarded,
            b"StartLocal" | b"time_local" => Field::Time(1),
            b"time" | b"timestamp" | b"@timestamp" | b"ts" | b"time_iso8601" | b"datetime" | b"date" => {
                Field::Time(2)
            }
            b"StartUTC" | b"msec" => Field::Time(3),
            b"request" | b"httpRequest" | b"http" | b"req" | b"request_line" => Field::Request,
            b"method" | b"request_method" | b"RequestMethod" | b"requestMethod" | b"verb" => Field::Method,
            b"uri" | b"request_uri" | b"url" | b"path" | b"RequestPath" | b"requestUrl" | b"target"
            | b"request_path" => Field::Target,
            b"args" | b"query" | b"query_string" => Field::Query,
            b"status" | b"status_code" | b"DownstreamStatus" | b"response_code" | b"statusCode"
            | b"response_status" => Field::Status,
            b"RequestAddr" | b"server_name" | b"vhost" => Field::Host(1),
            b"host" | b"http_host" | b"RequestHost" | b"domain" => Field::Host(2),
            b"referer" | b"referrer" | b"http_referer" | b"http_referrer" | b"request_Referer" => {
                Field::Referrer
            }
            b"user_agent"
            | b"http_user_agent"
            | b"request_User-Agent"
            | b"userAgent"
            | b"agent"
            | b"useragent" => Field::Agent,
            b"request_time" | b"duration" | b"response_time" | b"request_duration" => {
                Field::Load(Unit::Seconds)
            }
            b"duration_ms" | b"request_time_ms" | b"response_time_ms" | b"latency_ms" | b"elapsed_ms" => {
                Field::Load(Unit::Millis)
            }
            b"Duration" => Field::Load(Unit::Nanos),
            b"http_dnt" | b"http_sec_gpc" | b"dnt" | b"sec_gpc" | b"request_Dnt" | b"request_DNT"
            | b"request_Sec-Gpc" => Field::Refusal,
            b"consent" => Field::Consent,
            b"resp_headers" => Field::Answer,
            b"headers" | b"request_headers" => Field::Headers,
            _ => Field::Unknown,
        }
    }

    fn of_header(name: &[u8]) -> Field {
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        match name.len() {
            3 if is("dnt") => Field::Refusal,
            4 if is("host") => Field::Host(1),
            7 if is("referer") => Field::Referrer,
            7 if is("sec-gpc") => Field::Refusal,
            10 if is("user-agent") => Field::Agent,
            _ => Field::Unknown,
        }
    }
}

/// A text and the rank of the field that it comes from.
#[derive(Default)]
struct Ranked<'a> {
    rank: u8,
    piece: Piece<'a>,
}

impl<'a> Ranked<'a> {
    fn put(&mut self, rank: u8, piece: Piece<'a>) {
        if !piece.is_empty() && (self.piece.is_empty() || rank > self.rank) {
            *self = Ranked { rank, piece };
        }
    }
}

/// What was found in a line so far.
#[derive(Default)]
struct Found<'a> {
    address: Ranked<'a>,
    forwarded: Piece<'a>,
    time: Ranked<'a>,
    request: Piece<'a>,
    method: Piece<'a>,
    target: Piece<'a>,
    query: Piece<'a>,
    status: Option<u16>,
    host: Ranked<'a>,
    referrer: Piece<'a>,
    agent: Piece<'a>,
    load: Option<crate::time::Span>,
    consent: Consent,
}

/// How deep fields are looked for: `request` and its `headers`.
const DEEPEST: usize = 3;

impl Json {
    pub(super) fn new(flavour: Flavour) -> Json {
        Json { flavour, stamps: StampReader::new(), scratch: Vec::new() }
    }

    pub(super) fn name(&self) -> &'static str {
        match self.flavour {
            Flavour::Any => "JSON",
            Flavour::Caddy => "JSON (Caddy)",
            Flavour::Traefik => "JSON (Traefik)",
        }
    }

    pub(super) fn read<'a>(&'a mut self, line: &'a [u8]) -> Result<Hit<'a>, Malformed> {
        self.scratch.clear();
        let mut scanner = Scanner::of_object(line)?;
        let mut found = Found::default();
        found.object(&mut scanner, &mut self.scratch, DEEPEST)?;
        found.target = with_query(std::mem::take(&mut found.target), &found.query, &mut self.scratch);
        let lacks = |reason| Malformed { at: line.len(), reason };
        let time = when::any(found.time.piece.text(&self.scratch), &mut self.stamps);
        let (time, status) = (time.ok_or(lacks(Reason::Time))?, found.status.ok_or(lacks(Reason::Status))?);
        let scratch = self.scratch.as_slice();
        let address = found.address(scratch);
        let (request, rest) = (found.request(scratch), Rest::Read(found.details(scratch)));
        Ok(Hit { time, address, request, status, own: None, rest })
    }
}

impl<'a> Found<'a> {
    fn object(
        &mut self,
        scanner: &mut Scanner<'a>,
        scratch: &mut Vec<u8>,
        depth: usize,
    ) -> Result<(), Malformed> {
        while let Some(key) = scanner.key()? {
            let field = Field::named(key);
            if field == Field::Answer && self.status.is_some() && !self.time.piece.is_empty() {
                return Ok(());
            }
            let value = scanner.value()?;
            match (field, value) {
                (Field::Request, Value::Object) if depth > 0 => self.object(scanner, scratch, depth - 1)?,
                (Field::Headers, Value::Object) => self.headers(scanner, scratch)?,
                (Field::Unknown | Field::Headers | Field::Answer, _) | (_, Value::Object | Value::List) => {
                    scanner.skip(value)?;
                }
                _ => self.put(field, value, scratch),
            }
        }
        Ok(())
    }

    /// Headers have one value, or lists of them.
    fn headers(&mut self, scanner: &mut Scanner<'a>, scratch: &mut Vec<u8>) -> Result<(), Malformed> {
        while let Some(key) = scanner.key()? {
            let (field, value) = (Field::of_header(key), scanner.value()?);
            let value = match value {
                Value::List if field != Field::Unknown => scanner.first()?,
                Value::List | Value::Object => {
                    scanner.skip(value)?;
                    None
                }
                _ => Some(value),
            };
            if let Some(value) = value.filter(|_| field != Field::Unknown) {
                self.put(field, value, scratch);
            }
        }
        Ok(())
    }

    fn put(&mut self, field: Field, value: Value<'a>, scratch: &mut Vec<u8>) {
        let piece = value.piece(scratch);
        let text = piece.text(scratch);
        match field {
            Field::Status => self.status = fields::status(text).or(self.status),
            Field::Load(unit) => self.load = fields::span(text, unit).or(self.load),
            Field::Refusal if text == b"1" => self.consent = Consent::Refused,
            Field::Consent if text == b"false" => self.consent = Consent::Refused,
            Field::Address(rank) => self.address.put(rank, piece),
            Field::Time(rank) => self.time.put(rank, piece),
            Field::Host(rank) => self.host.put(rank, piece),
            Field::Forwarded => self.forwarded = piece,
            Field::Request => self.request = piece,
            Field::Method => self.method = piece,
            Field::Target => put_if_empty(&mut self.target, piece),
            Field::Query => self.query = piece,
            Field::Referrer => self.referrer = piece,
            Field::Agent => self.agent = piece,
            Field::Refusal | Field::Consent | Field::Headers | Field::Answer | Field::Unknown => {}
        }
    }

    fn address<'s>(&self, scratch: &'s [u8]) -> &'s [u8]
    where
        'a: 's,
    {
        match first_address(self.forwarded.text(scratch)) {
            b"" => without_port(self.address.piece.text(scratch)),
            forwarded => forwarded,
        }
    }

    fn request<'s>(&self, scratch: &'s [u8]) -> Option<Request<'s>>
    where
        'a: 's,
    {
        let line = self.request.text(scratch);
        if !line.is_empty() {
            return Request::parse(line);
        }
        let method = self.method.text(scratch);
        let method = if method.is_empty() { b"GET" } else { method };
        Request::of_parts(method, self.target.text(scratch))
    }

    fn details<'s>(&self, scratch: &'s [u8]) -> Details<'s>
    where
        'a: 's,
    {
        let host = match self.host.piece.text(scratch) {
            b"" => host_of(self.target.text(scratch)),
            host => host,
        };
        Details {
            referrer: self.referrer.text(scratch),
            agent: self.agent.text(scratch),
            host,
            load: self.load,
            consent: self.consent,
        }
    }
}

/// Of several names for the same thing, the first in the line counts.
fn put_if_empty<'a>(place: &mut Piece<'a>, piece: Piece<'a>) {
    if place.is_empty() {
        *place = piece;
    }
}
