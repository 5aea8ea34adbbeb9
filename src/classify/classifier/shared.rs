//! What all workers share.

use std::sync::Arc;

use super::super::address::{Address, AddressKeeping};
use super::super::agent::Agents;
use super::super::batch::LineExamples;
use super::super::kind::Rule;
use super::super::path_keeping::PathKeeping;
use super::super::place::{Country, GeoDb};
use super::super::properties::WantedProperties;
use super::super::site::{IdScope, Sites};
use super::super::visitor::VisitorKey;
use crate::glob::Glob;

/// Shared by all workers, immutable for the whole run.
pub struct Shared {
    /// The run's random key.
    pub key: VisitorKey,
    /// The user's `[[rule]]`s.
    pub rules: Vec<Rule>,
    /// The tables of user agents.
    pub agents: Arc<Agents>,
    /// The country database, if the operator gave one.
    pub geo_db: Option<GeoDb>,
    /// Paths that keep what looks like a secret.
    pub exempt_paths: Vec<Glob>,
    /// How much of an address is kept.
    pub addresses: AddressKeeping,
    /// Whether unparsable lines are kept as examples.
    pub examples: LineExamples,
    /// Which hosts form one site.
    pub sites: Sites,
    /// The scope of device and user ids.
    pub ids: IdScope,
    /// The properties of events and requests that are kept.
    pub wanted: WantedProperties,
}

impl Shared {
    /// The defaults: no user rules, no country database, masked addresses.
    #[must_use]
    pub fn new(key: VisitorKey, agents: Arc<Agents>) -> Shared {
        Shared {
            key,
            rules: Vec::new(),
            agents,
            geo_db: None,
            exempt_paths: Vec::new(),
            addresses: AddressKeeping::default(),
            examples: LineExamples::default(),
            sites: Sites::default(),
            ids: IdScope::default(),
            wanted: WantedProperties::default(),
        }
    }

    /// What is kept of paths.
    pub(super) fn path_keeping(&self) -> PathKeeping<'_> {
        PathKeeping { addresses: self.addresses, exempt: &self.exempt_paths }
    }

    pub(super) fn country(&self, address: &Address) -> Country {
        match (&self.geo_db, address.ip()) {
            (Some(geo_db), Some(ip)) => geo_db.country(ip),
            _ => Country::UNKNOWN,
        }
    }
}
