//! The key of a table's row.

use crate::classify::agent::{BrowserId, Device, SystemId};
use crate::classify::channel::Channel;
use crate::classify::place::Country;
use crate::ids::{ActionId, CampaignId, PageId, SiteId, SourceId};
use crate::store::row::BotReason;
use crate::store::visitors::Newness;
use serde::{Deserialize, Serialize};

use super::question::Grouping;

/// The key of a row, unique within its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum RowKey {
    Channel(Channel),
    /// Sources are counted per channel, to tell by which one most of their sessions came.
    SourceByChannel(SourceId, Channel),
    Source(SourceId),
    Campaign(CampaignId),
    Page(PageId),
    Country(Country),
    Browser(BrowserId),
    System(SystemId),
    Device(Device),
    Site(SiteId),
    Newness(Newness),
    Action(ActionId),
    Bot(BotReason),
    /// The groups that are too small for rows of their own (R11).
    SmallGroups,
}

/// A power of two above the number of channels.
const CHANNELS: u32 = 32;

impl RowKey {
    /// The key of the row counted under a number; `None` if no row of such a table is.
    pub(super) fn of(grouping: Grouping, number: u32) -> Option<RowKey> {
        let (place, short) = (number as usize, || u16::try_from(number).ok());
        match grouping {
            Grouping::Channel => Channel::ALL.get(place).copied().map(RowKey::Channel),
            Grouping::Source => {
                let channel = Channel::ALL.get((number % CHANNELS) as usize).copied()?;
                Some(RowKey::SourceByChannel(SourceId(number / CHANNELS), channel))
            }
            Grouping::Campaign => Some(RowKey::Campaign(CampaignId(number))),
            Grouping::Page | Grouping::Entry | Grouping::Exit => Some(RowKey::Page(PageId(number))),
            Grouping::Country => short().map(Country).map(RowKey::Country),
            Grouping::Browser => short().map(BrowserId).map(RowKey::Browser),
            Grouping::System => short().map(SystemId).map(RowKey::System),
            Grouping::Device => Device::ALL.get(place).copied().map(RowKey::Device),
            Grouping::Site => Some(RowKey::Site(SiteId(number))),
            Grouping::Newness => Newness::ALL.get(place).copied().map(RowKey::Newness),
            Grouping::Action => Some(RowKey::Action(ActionId(number))),
            Grouping::Bot => BotReason::ALL.get(place).copied().map(RowKey::Bot),
        }
    }

    /// The number under which its row is counted.
    pub(super) fn number(self) -> u32 {
        match self {
            RowKey::Channel(channel) => channel as u32,
            RowKey::SourceByChannel(source, channel) => source.0 * CHANNELS + channel as u32,
            RowKey::Source(source) => source.0,
            RowKey::Campaign(campaign) => campaign.0,
            RowKey::Page(page) => page.0,
            RowKey::Country(country) => country.0.into(),
            RowKey::Browser(browser) => browser.0.into(),
            RowKey::System(system) => system.0.into(),
            RowKey::Device(device) => device as u32,
            RowKey::Site(site) => site.0,
            RowKey::Newness(newness) => newness as u32,
            RowKey::Action(action) => action.0,
            RowKey::Bot(reason) => reason as u32,
            RowKey::SmallGroups => u32::MAX,
        }
    }

    /// Drops the channel of a source's row; other keys are unchanged.
    pub(super) fn whatever_the_channel(self) -> RowKey {
        match self {
            RowKey::SourceByChannel(source, _) => RowKey::Source(source),
            other => other,
        }
    }
}
