//! The row of a breakdown that a session belongs to.

use serde::{Deserialize, Serialize};

use crate::ids::CampaignId;
use crate::query::names::row_name;
use crate::query::renumber::{Numbers, Renumber};
use crate::query::row_key::RowKey;
use crate::query::view::NO_SUCH;
use crate::store::dictionaries::Dictionaries;
use crate::store::row::Row;

use super::ask::Breakdown;

/// What the row of a breakdown is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum BreakdownKey {
    /// A row as tables have it.
    Row(RowKey),
    /// A variant, by its name.
    Variant(String),
    /// Sessions of which it cannot be said: no page, no variant, no campaign.
    None,
}

impl BreakdownKey {
    pub(super) fn of(breakdown: Breakdown, row: &impl Row, known: &Dictionaries) -> BreakdownKey {
        let arrival = || known.arrival(row.arrival());
        let key = match breakdown {
            Breakdown::Channel => Some(RowKey::Channel(arrival().channel)),
            Breakdown::Source => Some(RowKey::Source(arrival().source)),
            Breakdown::Campaign => {
                known.campaign_key(arrival().campaign).map(|id| RowKey::Campaign(CampaignId(id)))
            }
            Breakdown::Landing => row.entry().map(RowKey::Page),
            Breakdown::Device => Some(RowKey::Device(known.agent(row.agent()).device)),
            Breakdown::Country => Some(RowKey::Country(row.country())),
            Breakdown::Newness => row.newness().map(RowKey::Newness),
            Breakdown::Variant => {
                return variant(row, known).map_or(BreakdownKey::None, BreakdownKey::Variant);
            }
        };
        key.map_or(BreakdownKey::None, BreakdownKey::Row)
    }

    pub(super) fn name(&self, known: &Dictionaries) -> String {
        match self {
            BreakdownKey::Row(key) => row_name(known, *key).into_owned(),
            BreakdownKey::Variant(name) => name.clone(),
            BreakdownKey::None => NO_SUCH.to_owned(),
        }
    }
}

/// The first property that any event of a session names.
fn variant(row: &impl Row, known: &Dictionaries) -> Option<String> {
    row.timeline().find_map(|entry| known.properties(entry.properties).texts().next().map(str::to_owned))
}

impl Renumber for BreakdownKey {
    fn renumbered(self, numbers: &mut impl Numbers) -> BreakdownKey {
        match self {
            BreakdownKey::Row(key) => BreakdownKey::Row(key.renumbered(numbers)),
            BreakdownKey::Variant(_) | BreakdownKey::None => self,
        }
    }
}
