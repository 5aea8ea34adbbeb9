//! Arrivals: how they are shown, and which of several counts (design.md R9).

use std::borrow::Cow;

use super::super::dictionary::OTHER;
use super::Dictionaries;
use crate::classify::arrival::{self, Arrival, Brings};
use crate::classify::arrival_record::{ArrivalRecord, unpacked};
use crate::classify::referrer::Referrer;
use crate::ids::ArrivalId;
use crate::session::ArrivalResolver;

impl Dictionaries {
    /// The referrer of an arrival, for display.
    #[must_use]
    pub fn referrer(&self, id: ArrivalId) -> Cow<'_, str> {
        if id == ArrivalId::OTHER {
            return OTHER.into();
        }
        arrival::referrer(self.records(id), &self.own_hosts, &self.source_tables).into()
    }

    /// The referrer of an arrival, if inference has yet to say whether it is the site's own.
    #[must_use]
    pub fn possibly_own(&self, id: ArrivalId) -> Option<Referrer<'_>> {
        arrival::possibly_own(&self.records(id).next()?, &self.source_tables)
    }

    /// What an arrival means on a site with the own hosts known by now; `None` if no record can be read: another process
    /// packed it, and it came in damaged.
    pub(super) fn meaning(&self, id: ArrivalId) -> Option<Arrival> {
        let mut records = self.records(id).peekable();
        records.peek()?;
        Some(arrival::arrival(records, &self.own_hosts, &self.source_tables))
    }

    fn records(&self, id: ArrivalId) -> impl Iterator<Item = ArrivalRecord<'_>> {
        unpacked(self.packed(id))
    }

    /// The records of an arrival in their packed form; none of one past the bound.
    fn packed(&self, id: ArrivalId) -> &[u8] {
        if id == ArrivalId::OTHER { b"" } else { self.arrivals.bytes_of(id) }
    }
}

impl ArrivalResolver for Dictionaries {
    fn brings(&self, arrival: ArrivalId) -> Brings {
        self.arrival(arrival).brings
    }

    /// Combines several arrivals into one: which of them counts may depend on own hosts inferred later.
    fn first_of(&mut self, several: &[ArrivalId]) -> ArrivalId {
        let packed: Vec<u8> = several.iter().flat_map(|&id| self.packed(id)).copied().collect();
        match self.intern_arrival(&packed) {
            ArrivalId::OTHER => several.first().copied().unwrap_or_default(),
            id => id,
        }
    }
}

/// A record in its packed form.
pub(super) fn packed(record: &ArrivalRecord<'_>) -> Vec<u8> {
    let mut packed = Vec::new();
    record.pack(&mut packed);
    packed
}
