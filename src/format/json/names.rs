//! The usual names of fields in JSON logs, and what they stand for.

use super::super::fields::Unit;

/// What a key stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// An address; where there are several, the higher rank counts.
    Address(u8),
    /// A list of addresses, as `X-Forwarded-For` has it.
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
    /// Who was signed in.
    User,
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
    pub(super) fn named(key: &[u8]) -> Field {
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

    #[inline]
    pub(super) fn of_header(name: &[u8]) -> Field {
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        match name.len() {
            3 if is("dnt") => Field::Refusal,
            4 if is("host") => Field::Host(1),
            7 if is("referer") => Field::Referrer,
            7 if is("sec-gpc") => Field::Refusal,
            10 if is("user-agent") => Field::Agent,
            15 if is("x-forwarded-for") => Field::Forwarded,
            _ => Field::Unknown,
        }
    }
}
