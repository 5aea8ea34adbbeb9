//! The usual names of fields in JSON logs, and what they stand for.

use super::super::fields;

/// What a key stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// The client's address, as a proxy says or as the server made it out.
    ClientAddress,
    /// The address that the server takes for the client's; counts where that one is missing.
    PeerAddress,
    /// Who was connected; counts where both are missing.
    ConnectedAddress,
    /// A list of addresses, as `X-Forwarded-For` has it.
    Forwarded,
    /// A time that needs no zone.
    ExactTime,
    /// A time; counts where that one is missing.
    Time,
    /// A time on the server's clock; counts where both are missing.
    LocalTime,
    /// A request line, or an object that has the request's parts.
    Request,
    Method,
    Target,
    Query,
    Status,
    /// The host asked for.
    Host,
    /// The name that the server goes by; counts where that one is missing.
    ServerName,
    Referrer,
    Agent,
    /// Who was signed in.
    User,
    LoadSeconds,
    LoadMillis,
    LoadMicros,
    LoadNanos,
    // Those before are texts; those after are none.
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
    /// No field: the line's object has ended.
    End,
}

impl Field {
    /// So many fields are texts.
    pub(super) const TEXTS: usize = Field::Refusal as usize;

    /// How long the server took, in some unit.
    pub(super) fn is_load(self) -> bool {
        matches!(self, Field::LoadSeconds | Field::LoadMillis | Field::LoadMicros | Field::LoadNanos)
    }

    /// Whether the field may say this. A dash says nothing; and where a number is meant, a word is none: some servers write
    /// `"status":"ok"` beside a status by another name.
    #[inline]
    pub(super) fn takes(self, text: &[u8]) -> bool {
        match self {
            Field::Status => fields::status(text).is_some(),
            Field::LoadSeconds | Field::LoadMillis | Field::LoadMicros | Field::LoadNanos => {
                text.last().is_some_and(u8::is_ascii_digit)
            }
            _ => text != b"-",
        }
    }

    /// Whether this text in the field says that the client wants to be left alone (design.md R11).
    pub(super) fn refuses(self, text: &[u8]) -> bool {
        match self {
            Field::Refusal => text == b"1",
            Field::Consent => text == b"false",
            _ => false,
        }
    }

    pub(super) fn named(key: &[u8]) -> Field {
        match key {
            b"realip_remote_addr" => Field::ConnectedAddress,
            b"remote_addr" | b"remote_ip" | b"remoteIp" | b"ip" | b"ClientAddr" | b"remoteAddr"
            | b"remote" | b"address" | b"RemoteAddr" => Field::PeerAddress,
            b"client_ip" | b"ClientHost" | b"clientip" | b"clientIp" | b"client" | b"client_addr"
            | b"real_ip" | b"clientIP" | b"remote_host" => Field::ClientAddress,
            b"http_x_forwarded_for" | b"x_forwarded_for" | b"forwarded_for" | b"xff" => Field::Forwarded,
            b"StartLocal" | b"time_local" => Field::LocalTime,
            b"time" | b"timestamp" | b"@timestamp" | b"ts" | b"time_iso8601" | b"datetime" | b"date" => {
                Field::Time
            }
            b"StartUTC" | b"msec" => Field::ExactTime,
            b"request" | b"httpRequest" | b"http" | b"req" | b"request_line" => Field::Request,
            b"method" | b"request_method" | b"RequestMethod" | b"requestMethod" | b"verb" => Field::Method,
            b"uri" | b"request_uri" | b"url" | b"path" | b"RequestPath" | b"requestUrl" | b"target"
            | b"request_path" => Field::Target,
            b"args" | b"query" | b"query_string" => Field::Query,
            b"status" | b"status_code" | b"DownstreamStatus" | b"response_code" | b"statusCode"
            | b"response_status" => Field::Status,
            b"RequestAddr" | b"server_name" | b"vhost" => Field::ServerName,
            b"host" | b"http_host" | b"RequestHost" | b"domain" => Field::Host,
            b"referer" | b"referrer" | b"http_referer" | b"http_referrer" | b"request_Referer" => {
                Field::Referrer
            }
            b"user_agent"
            | b"http_user_agent"
            | b"request_User-Agent"
            | b"userAgent"
            | b"agent"
            | b"useragent" => Field::Agent,
            b"request_time" | b"duration" | b"response_time" | b"request_duration" => Field::LoadSeconds,
            b"duration_ms" | b"request_time_ms" | b"response_time_ms" | b"latency_ms" | b"elapsed_ms" => {
                Field::LoadMillis
            }
            b"Duration" => Field::LoadNanos,
            b"http_dnt" | b"http_sec_gpc" | b"dnt" | b"sec_gpc" | b"request_Dnt" | b"request_DNT"
            | b"request_Sec-Gpc" => Field::Refusal,
            b"consent" => Field::Consent,
            b"resp_headers" => Field::Answer,
            b"headers" | b"request_headers" => Field::Headers,
            _ => Field::Unknown,
        }
    }

    /// What a header stands for, in capital letters or small ones. Most have a length or a first letter that none of
    /// these has.
    #[inline]
    pub(super) fn of_header(name: &[u8]) -> Field {
        let Some(first) = name.first() else { return Field::Unknown };
        let has_length = name.len() < 32 && HEADER_LENGTHS >> name.len() & 1 == 1;
        let may_be_known = has_length && HEADER_LETTERS >> (first & 31) & 1 == 1;
        if may_be_known { Field::of_header_that_begins_so(name) } else { Field::Unknown }
    }

    #[inline(never)]
    fn of_header_that_begins_so(name: &[u8]) -> Field {
        let is = |known: &[u8]| name == known || name.eq_ignore_ascii_case(known);
        HEADERS.into_iter().find(|(known, _)| is(known)).map_or(Field::Unknown, |(_, field)| field)
    }
}

/// The headers that count, as most servers write them.
const HEADERS: [(&[u8], Field); 6] = [
    (b"User-Agent", Field::Agent),
    (b"Referer", Field::Referrer),
    (b"X-Forwarded-For", Field::Forwarded),
    (b"Host", Field::ServerName),
    (b"Dnt", Field::Refusal),
    (b"Sec-Gpc", Field::Refusal),
];

/// Which lengths they have, a bit for each.
const HEADER_LENGTHS: u32 = {
    let (mut lengths, mut next) = (0, 0);
    while next < HEADERS.len() {
        lengths |= 1 << HEADERS[next].0.len();
        next += 1;
    }
    lengths
};

/// Which letters they begin with, capital ones or small ones: a bit for each, by its place in the alphabet.
const HEADER_LETTERS: u32 = {
    let (mut letters, mut next) = (0, 0);
    while next < HEADERS.len() {
        letters |= 1 << (HEADERS[next].0[0] & 31);
        next += 1;
    }
    letters
};
