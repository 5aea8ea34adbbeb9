//! Translates the ids in a partial: each process has ids of its own for strings.

use crate::classify::address::KeptAddress;
use crate::ids::{ActionId, AddressId, AgentId, ArrivalId, CampaignId, HostId, PageId, SiteId, SourceId};

use super::row_key::RowKey;

/// Maps ids.
pub(super) trait Numbers {
    fn page(&mut self, page: PageId) -> PageId;
    fn agent(&mut self, agent: AgentId) -> AgentId;
    fn arrival(&mut self, arrival: ArrivalId) -> ArrivalId;
    fn host(&mut self, host: HostId) -> HostId;
    fn action(&mut self, action: ActionId) -> ActionId;
    fn address(&mut self, address: AddressId) -> AddressId;
    fn source(&mut self, source: SourceId) -> SourceId;
    fn campaign(&mut self, campaign: CampaignId) -> CampaignId;
    fn site(&mut self, site: SiteId) -> SiteId;
}

/// A value that contains ids of strings.
pub(super) trait Renumber {
    /// Translates its ids. Implementations list every field, so that a new one with ids cannot be forgotten.
    #[must_use]
    fn renumbered(self, numbers: &mut impl Numbers) -> Self;
}

impl Renumber for RowKey {
    fn renumbered(self, numbers: &mut impl Numbers) -> RowKey {
        match self {
            RowKey::SourceByChannel(source, channel) => {
                RowKey::SourceByChannel(numbers.source(source), channel)
            }
            RowKey::Source(source) => RowKey::Source(numbers.source(source)),
            RowKey::Campaign(campaign) => RowKey::Campaign(numbers.campaign(campaign)),
            RowKey::Page(page) => RowKey::Page(numbers.page(page)),
            RowKey::Site(site) => RowKey::Site(numbers.site(site)),
            RowKey::Action(action) => RowKey::Action(numbers.action(action)),
            // Ids from dwell's own tables.
            RowKey::Channel(_)
            | RowKey::Country(_)
            | RowKey::Browser(_)
            | RowKey::System(_)
            | RowKey::Device(_)
            | RowKey::Newness(_)
            | RowKey::Bot(_)
            | RowKey::SmallGroups => self,
        }
    }
}

impl Renumber for KeptAddress<AddressId> {
    fn renumbered(self, numbers: &mut impl Numbers) -> KeptAddress<AddressId> {
        KeptAddress::renumbered(self, |address| numbers.address(address))
    }
}

impl<T: Renumber> Renumber for Option<T> {
    fn renumbered(self, numbers: &mut impl Numbers) -> Option<T> {
        self.map(|one| one.renumbered(numbers))
    }
}

impl Renumber for PageId {
    fn renumbered(self, numbers: &mut impl Numbers) -> PageId {
        numbers.page(self)
    }
}

impl Renumber for ActionId {
    fn renumbered(self, numbers: &mut impl Numbers) -> ActionId {
        numbers.action(self)
    }
}

impl Renumber for SourceId {
    fn renumbered(self, numbers: &mut impl Numbers) -> SourceId {
        numbers.source(self)
    }
}
