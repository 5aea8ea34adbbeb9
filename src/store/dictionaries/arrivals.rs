//! Arrivals: how they are shown, and which of several counts (design.md R9).

use std::borrow::Cow;

use super::Dictionaries;
use crate::classify::arrival::{self, Brings};
use crate::classify::referrer::Referrer;
use crate::classify::tags;
use crate::ids::ArrivalId;
use crate::session::ArrivalResolver;

impl Dictionaries {
    /// The referrer of an arrival, for display.
    #[must_use]
    pub fn referrer(&self, id: ArrivalId) -> Cow<'_, str> {
        let text = self.arrivals.bytes_of(id);
        String::from_utf8_lossy(arrival::referrer(text, &self.own_hosts, &self.source_tables))
    }

    /// The referrer of an arrival, if inference has yet to say whether it is the site's own.
    #[must_use]
    pub fn possibly_own(&self, id: ArrivalId) -> Option<Referrer<'_>> {
        arrival::possibly_own(self.arrivals.bytes_of(id), &self.source_tables)
    }
}

impl ArrivalResolver for Dictionaries {
    fn brings(&self, arrival: ArrivalId) -> Brings {
        self.arrival(arrival).brings
    }

    /// Combines several arrivals into one: which of them counts may depend on own hosts inferred later.
    fn first_of(&mut self, several: &[ArrivalId]) -> ArrivalId {
        let texts = several.iter().map(|&id| self.arrivals.bytes_of(id));
        let text = tags::several(texts);
        match self.intern_arrival(&text) {
            ArrivalId::OTHER => several.first().copied().unwrap_or_default(),
            id => id,
        }
    }
}
