//! Translates ids back into texts.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use hashbrown::HashMap;

use crate::classify::channel::Channel;
use crate::ids::PageId;
use crate::store::dictionaries::Dictionaries;

use super::definitions::Definitions;
use super::matcher::GoalSet;
use super::moment::Moment;
use super::question::SessionRef;
use super::rank::RowFacts;
use super::row_key::RowKey;
use super::view::{SMALL_GROUPS, SessionRow};

/// The name of a table's row.
pub(super) fn row_name(known: &Dictionaries, key: RowKey) -> Cow<'_, str> {
    match key {
        RowKey::Source(source) | RowKey::SourceByChannel(source, _) => known.sources.text(source),
        RowKey::Campaign(campaign) => known.campaigns.text(campaign),
        RowKey::Page(page) => known.pages.text(page),
        RowKey::Site(site) => known.sites.text(site),
        RowKey::Action(action) => known.actions.text(action),
        RowKey::Channel(channel) => channel.name().into(),
        RowKey::Country(country) => country.name().into(),
        RowKey::Browser(browser) => known.agent_tables.browser_name(browser).into(),
        RowKey::System(system) => known.agent_tables.system_name(system).into(),
        RowKey::Device(device) => device.name().into(),
        RowKey::Newness(newness) => newness.name().into(),
        RowKey::Bot(reason) => reason.name().into(),
        RowKey::SmallGroups => SMALL_GROUPS.into(),
    }
}

/// Compares the names of two rows.
pub(super) fn compare_names(known: &Dictionaries, a: RowKey, b: RowKey) -> Ordering {
    match (name_in_log(known, a), name_in_log(known, b)) {
        (Some(a), Some(b)) => a.cmp(b),
        _ => row_name(known, a).cmp(&row_name(known, b)),
    }
}

/// The name of a table's row as logged; `None` if it is dwell's own.
fn name_in_log(known: &Dictionaries, key: RowKey) -> Option<&[u8]> {
    match key {
        RowKey::Source(source) => Some(known.sources.bytes_of(source)),
        RowKey::Campaign(campaign) => Some(known.campaigns.bytes_of(campaign)),
        RowKey::Page(page) => Some(known.pages.bytes_of(page)),
        RowKey::Site(site) => Some(known.sites.bytes_of(site)),
        RowKey::Action(action) => Some(known.actions.bytes_of(action)),
        _ => None,
    }
}

/// The name of a channel by its index.
pub(super) fn channel_name(key: u32) -> &'static str {
    Channel::ALL.get(key as usize).map_or("", |channel| channel.name())
}

/// A cache of the session rows of the last answer: most recur unchanged in the next one.
#[derive(Debug, Default)]
pub(super) struct SessionRows {
    rows: HashMap<SessionRef, (RowFacts, Arc<SessionRow>)>,
}

impl SessionRows {
    /// The rows of these sessions, reusing those of the last answer that are unchanged.
    pub(super) fn renew(
        &mut self,
        sessions: &[RowFacts],
        known: &Dictionaries,
        moment: &Moment,
        definitions: &Definitions,
    ) -> Vec<Arc<SessionRow>> {
        let mut before = std::mem::take(&mut self.rows);
        let mut row = |facts: &RowFacts| match before.remove(&facts.session()) {
            Some((same, row)) if same == *facts && row.state == moment.state(facts.end) => row,
            _ => Arc::new(session_row(known, facts, moment, definitions)),
        };
        let rows: Vec<_> = sessions.iter().map(&mut row).collect();
        let keyed = sessions.iter().zip(&rows);
        self.rows = keyed.map(|(facts, row)| (facts.session(), (*facts, Arc::clone(row)))).collect();
        rows
    }

    /// Estimated memory beyond that of the answer, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.rows.capacity() * (size_of::<(SessionRef, (RowFacts, Arc<SessionRow>))>() + 1)
    }
}

/// A session with its texts.
pub(super) fn session_row(
    known: &Dictionaries,
    facts: &RowFacts,
    moment: &Moment,
    definitions: &Definitions,
) -> SessionRow {
    let arrival = known.arrival(facts.arrival);
    let agent = known.agent(facts.agent);
    let page = |id: Option<PageId>| id.map(|id| known.pages.text(id).into_owned());
    SessionRow {
        session: facts.session(),
        alias: facts.visitor.alias(),
        address: known.address(facts.address).into_owned(),
        start: facts.start,
        end: facts.end,
        pageviews: facts.pageviews,
        actions: facts.actions,
        errors: facts.errors,
        state: moment.state(facts.end),
        bounced: facts.bounced,
        goals: reached(definitions, facts.goals),
        entry: page(facts.entry),
        exit: page(facts.exit),
        channel: arrival.channel.name().to_owned(),
        source: known.sources.text(arrival.source).into_owned(),
        campaign: known.campaigns.text(arrival.campaign).into_owned(),
        country: facts.country.code(),
        browser: known.agent_tables.browser_name(agent.browser).to_owned(),
        system: known.agent_tables.system_name(agent.system).to_owned(),
        device: agent.device.name().to_owned(),
        site: known.site_text(facts.host).into_owned(),
        host: known.hosts.text(facts.host).into_owned(),
        extended: facts.extended,
        has_assets: facts.has_assets,
        newness: facts.newness,
        bot: facts.bot.map(|reason| reason.name().to_owned()),
        cut: moment.chosen.cuts(facts.start),
    }
}

/// The names of the goals in a set.
fn reached(definitions: &Definitions, goals: GoalSet) -> Vec<String> {
    if goals.is_empty() {
        return Vec::new();
    }
    let goals = definitions.goals.iter().enumerate().filter(|(nth, _)| goals.has(*nth));
    goals.map(|(_, goal)| goal.name.clone()).collect()
}
