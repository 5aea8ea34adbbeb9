//! Details of a JSON line, read on demand for events only: most lines are assets, whose headers nobody needs.

use super::super::cookies::Cookies;
use super::super::details::{Consent, Details};
use super::super::durations;
use super::super::encoded;
use super::super::fields::{self, Unit, host_of, without_port};
use super::super::forwarded::client;
use super::super::said::Said;
use super::super::scratch::ScratchText;
use super::headers::Headers;

/// The unparsed details of a line.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct JsonDetails<'a> {
    pub(super) address: &'a [u8],
    pub(super) forwarded: &'a [u8],
    pub(super) referrer: &'a [u8],
    pub(super) agent: &'a [u8],
    pub(super) host: &'a [u8],
    /// May be a whole URL with the host.
    pub(super) target: &'a [u8],
    pub(super) load: Option<(&'a [u8], Unit)>,
    pub(super) consent: Consent,
    pub(super) said: Said,
    pub(super) size: &'a [u8],
    pub(super) cookies: &'a [u8],
    /// The raw headers object.
    pub(super) headers: &'a [u8],
}

impl PartialEq for JsonDetails<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.details(&mut Vec::new()) == other.details(&mut Vec::new())
    }
}

impl<'a> JsonDetails<'a> {
    /// Parses the details. Headers fill in what the line itself lacks; `scratch` takes unescaped texts.
    pub(in super::super) fn details<'s>(&self, scratch: &'s mut Vec<u8>) -> Details<'s>
    where
        'a: 's,
    {
        scratch.clear();
        let headers = Headers::read(self.headers, scratch);
        let agent =
            if self.agent.is_empty() { headers.agent.clone() } else { encoded::agent(self.agent, scratch) };
        let scratch: &'s [u8] = scratch;
        let or = |text: &'a [u8], header: &ScratchText<'a>| {
            if text.is_empty() { header.text(scratch) } else { text }
        };
        let host = or(self.host, &headers.host);
        Details {
            address: client(without_port(self.address), or(self.forwarded, &headers.forwarded)),
            referrer: or(self.referrer, &headers.referrer),
            agent: agent.text(scratch),
            host: if host.is_empty() { host_of(self.target) } else { host },
            load: self.load.and_then(|(text, unit)| durations::span(text, unit)),
            size: fields::size(self.size),
            visitor: b"",
            consent: self.consent.or(headers.consent),
            said: self.said.or(headers.said),
            cookies: Cookies::of_header(or(self.cookies, &headers.cookies)),
        }
    }
}
