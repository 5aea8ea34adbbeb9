//! Numbers back into texts, for people.

use std::borrow::Cow;

use crate::classify::agent::{BrowserId, Device, SystemId};
use crate::classify::channel::Channel;
use crate::classify::place::Country;
use crate::classify::visitor::alias;
use crate::ids::{ActionId, CampaignId, PageId, SiteId, SourceId};
use crate::store::dictionaries::Dictionaries;
use crate::store::row::BotReason;
use crate::store::visitors::Newness;

use super::matcher::is_bounce_of;
use super::moment::Moment;
use super::question::{BounceRule, Grouping, SessionRef};
use super::rank::RowFacts;
use super::view::SessionRow;

/// The name of a table's row.
pub(super) fn row_name(known: &Dictionaries, grouping: Grouping, key: u32) -> Cow<'_, str> {
    let number = || u16::try_from(key).unwrap_or(0);
    match grouping {
        Grouping::Channel => channel_name(key).into(),
        Grouping::Source => known.sources.text(SourceId(key)),
        Grouping::Campaign => known.campaigns.text(CampaignId(key)),
        Grouping::Page | Grouping::Entry | Grouping::Exit => known.pages.text(PageId(key)),
        Grouping::Country => Country(number()).name().into(),
        Grouping::Browser => known.agent_tables.browser_name(BrowserId(number())).into(),
        Grouping::System => known.agent_tables.system_name(SystemId(number())).into(),
        Grouping::Device => Device::ALL.get(key as usize).map_or("", |device| device.name()).into(),
        Grouping::Newness => Newness::ALL.get(key as usize).map_or("", |one| one.name()).into(),
        Grouping::Site => known.sites.text(SiteId(key)),
        Grouping::Action => known.actions.text(ActionId(key)),
        Grouping::Bot => BotReason::ALL.get(key as usize).map_or("", |reason| reason.name()).into(),
    }
}

/// The name of a channel by its place among all.
pub(super) fn channel_name(key: u32) -> &'static str {
    Channel::ALL.get(key as usize).map_or("", |channel| channel.name())
}

/// A session with its texts.
pub(super) fn session_row(
    known: &Dictionaries,
    facts: &RowFacts,
    moment: &Moment,
    bounce: BounceRule,
) -> SessionRow {
    let arrival = known.arrival(facts.arrival);
    let agent = known.agent(facts.agent);
    let page = |id: Option<PageId>| id.map(|id| known.pages.text(id).into_owned());
    SessionRow {
        session: SessionRef { visitor: facts.visitor, start: facts.start },
        alias: alias(facts.visitor),
        network: facts.network.to_string(),
        start: facts.start,
        end: facts.end,
        pageviews: facts.pageviews,
        actions: facts.actions,
        errors: facts.errors,
        state: moment.state(facts.end),
        bounced: is_bounce_of(facts.pageviews, facts.actions, facts.end.since(facts.start), bounce),
        entry: page(facts.entry),
        exit: page(facts.exit),
        channel: arrival.channel.name().to_owned(),
        source: known.sources.text(arrival.source).into_owned(),
        campaign: known.campaigns.text(arrival.campaign).into_owned(),
        country: facts.country.code(),
        browser: known.agent_tables.browser_name(agent.browser).to_owned(),
        system: known.agent_tables.system_name(agent.system).to_owned(),
        device: agent.device.name().to_owned(),
        site: known.sites.text(facts.site).into_owned(),
        newness: facts.newness,
        bot: facts.bot.map(|reason| reason.name().to_owned()),
    }
}
