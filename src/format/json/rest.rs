//! What a line of JSON says besides, for events only: most lines are assets, and nobody asks for their headers.

use super::super::fields::{self, Unit, host_of, without_port};
use super::super::forwarded::client;
use super::super::hit::{Consent, Details};
use super::super::scan::Value;
use super::headers;
use super::names::Field;

/// The rest of a line, as far as it was found.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Rest<'a> {
    pub(super) address: &'a [u8],
    pub(super) forwarded: &'a [u8],
    pub(super) referrer: &'a [u8],
    pub(super) agent: &'a [u8],
    pub(super) host: &'a [u8],
    /// May be a whole URL, and name the host.
    pub(super) target: &'a [u8],
    pub(super) load: Option<(&'a [u8], Unit)>,
    pub(super) consent: Consent,
    /// Not looked into yet.
    pub(super) headers: &'a [u8],
}

impl PartialEq for Rest<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.details() == other.details()
    }
}

impl<'a> Rest<'a> {
    /// Reads the headers too: they say what the line itself does not.
    pub(in super::super) fn details(&self) -> Details<'a> {
        let mut rest = *self;
        headers::each(self.headers, |field, value| rest.put(field, value));
        let host = if rest.host.is_empty() { host_of(rest.target) } else { rest.host };
        Details {
            address: client(without_port(rest.address), rest.forwarded),
            referrer: rest.referrer,
            agent: rest.agent,
            host,
            load: rest.load.and_then(|(text, unit)| fields::span(text, unit)),
            consent: rest.consent,
        }
    }

    fn put(&mut self, field: Field, value: Value<'a>) {
        let text = value.plain();
        if field.refuses(text) {
            self.consent = Consent::Refused;
        }
        let place = match field {
            Field::Referrer => &mut self.referrer,
            Field::Agent => &mut self.agent,
            Field::ServerName => &mut self.host,
            Field::Forwarded => &mut self.forwarded,
            _ => return,
        };
        if place.is_empty() {
            *place = text;
        }
    }
}
