//! What all workers share, and which hits of an input count.

use std::sync::Arc;

use super::super::address::{Address, AddressKeeping};
use super::super::agent::Agents;
use super::super::batch::LineExamples;
use super::super::kind::Rule;
use super::super::place::{Country, Places};
use super::super::site::{IdScope, Sites};
use super::super::visitor::VisitorKey;
use crate::time::Millis;

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

    pub(super) fn has(self, time: Millis) -> bool {
        time >= self.from && time < self.ahead
    }

    pub(super) fn counts(self, time: Millis) -> bool {
        time >= self.since && time < self.until
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

    pub(super) fn country(&self, address: &Address) -> Country {
        match (&self.places, address.ip()) {
            (Some(places), Some(ip)) => places.country(ip),
            _ => Country::UNKNOWN,
        }
    }
}
