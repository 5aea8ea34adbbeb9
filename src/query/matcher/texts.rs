//! The texts of arrivals, agents and hosts that a filter can test.

use std::borrow::Cow;

use crate::classify::agent::BotVerdict;
use crate::ids::{AgentId, ArrivalId, HostId};
use crate::store::dictionaries::Dictionaries;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ArrivalText {
    Source,
    Channel,
    Campaign,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AgentText {
    Browser,
    System,
    Device,
    Bot,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HostText {
    Host,
    Site,
}

pub(super) fn arrival_text(known: &Dictionaries, id: ArrivalId, text: ArrivalText) -> Cow<'_, str> {
    let facts = known.arrival(id);
    match text {
        ArrivalText::Source => known.sources.text(facts.source),
        ArrivalText::Channel => facts.channel.name().into(),
        ArrivalText::Campaign => known.campaigns.text(facts.campaign),
    }
}

pub(super) fn host_text(known: &Dictionaries, id: HostId, text: HostText) -> Cow<'_, str> {
    match text {
        HostText::Host => known.hosts.text(id),
        HostText::Site => known.site_text(id),
    }
}

pub(super) fn agent_text(known: &Dictionaries, id: AgentId, text: AgentText) -> &str {
    let facts = known.agent(id);
    match text {
        AgentText::Browser => known.agent_tables.browser_name(facts.browser),
        AgentText::System => known.agent_tables.system_name(facts.system),
        AgentText::Device => facts.device.name(),
        AgentText::Bot => agent_name(known, id),
    }
}

/// The name of a bot; empty for anyone else.
pub(in crate::query) fn agent_name(known: &Dictionaries, id: AgentId) -> &str {
    match known.agent(id).bot {
        Some(BotVerdict::Agent(bot)) => known.agent_tables.bot_name(bot),
        Some(BotVerdict::NoAgent) | None => "",
    }
}
