//! The tables that a user adds, as the file writes them, and what is made of them.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::additions::{
    Additions, BotAddition, ChannelAddition, Outcome, Rule, RuleKind, SourceAddition, SourceKind,
    StatusRange, Verdict,
};
use super::file::Mistake;
use super::from_text::Host;
use super::section::{One, many, one};
use crate::glob::Glob;
use crate::query::filter::Filter;

/// Names of the tables, as they stand at the file's top level.
pub(super) const TABLES: [&str; 5] = ["rule", "bot", "source", "channel", "segments"];

/// The file's tables.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Tables {
    rule: Vec<Spanned<RuleTable>>,
    bot: Vec<Spanned<BotTable>>,
    source: Vec<SourceTable>,
    channel: Vec<Spanned<ChannelTable>>,
    segments: BTreeMap<String, One<Filter>>,
}

impl TryFrom<Tables> for Additions {
    type Error = Mistake;

    fn try_from(tables: Tables) -> Result<Additions, Mistake> {
        Ok(Additions {
            rules: converted(tables.rule)?,
            bots: converted(tables.bot)?,
            sources: tables.source.into_iter().map(SourceAddition::from).collect(),
            channels: converted(tables.channel)?,
            segments: tables.segments.into_iter().map(|(name, One(filter))| (name, filter)).collect(),
        })
    }
}

/// What the tables mean; a mistake lies where its table begins.
fn converted<Written, Meant>(tables: Vec<Spanned<Written>>) -> Result<Vec<Meant>, Mistake>
where
    Meant: TryFrom<Written, Error = &'static str>,
{
    let convert = |table: Spanned<Written>| {
        let at = Some(table.span());
        Meant::try_from(table.into_inner()).map_err(|message| Mistake { at, message: message.to_owned() })
    };
    tables.into_iter().map(convert).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleTable {
    #[serde(default, deserialize_with = "many")]
    method: Vec<String>,
    #[serde(default, deserialize_with = "many")]
    path: Vec<Glob>,
    #[serde(default, deserialize_with = "many")]
    status: Vec<StatusRange>,
    #[serde(default, deserialize_with = "one")]
    kind: Option<RuleKind>,
    #[serde(default, deserialize_with = "one")]
    action: Option<String>,
}

impl TryFrom<RuleTable> for Rule {
    type Error = &'static str;

    fn try_from(table: RuleTable) -> Result<Rule, &'static str> {
        let outcome = match (table.kind, table.action) {
            (Some(kind), None) => Outcome::Kind(kind),
            (None, Some(action)) => Outcome::Action(action),
            (None, None) => {
                return Err("this rule changes nothing: add `kind = \"asset\"` or `action = \"signup\"`");
            }
            (Some(_), Some(_)) => {
                return Err("this rule has both `kind` and `action`: leave one of them out");
            }
        };
        if table.method.is_empty() && table.path.is_empty() && table.status.is_empty() {
            return Err("this rule matches every hit: add `method`, `path` or `status`");
        }
        let methods = table.method.iter().map(|method| Glob::new(&method.to_ascii_uppercase())).collect();
        Ok(Rule { methods, paths: table.path, statuses: table.status, outcome })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BotTable {
    #[serde(default, deserialize_with = "one")]
    name: Option<String>,
    #[serde(default, deserialize_with = "many")]
    agent: Vec<String>,
    #[serde(default)]
    human: bool,
}

impl TryFrom<BotTable> for BotAddition {
    type Error = &'static str;

    fn try_from(table: BotTable) -> Result<BotAddition, &'static str> {
        let Some(first) = table.agent.first() else {
            return Err(
                "this bot has no `agent`: add a part of its user agent, such as `agent = \"acmebot\"`",
            );
        };
        let name = table.name.unwrap_or_else(|| first.clone());
        let verdict = if table.human { Verdict::Human } else { Verdict::Bot };
        Ok(BotAddition { name, agents: table.agent, verdict })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceTable {
    name: String,
    #[serde(default, deserialize_with = "one")]
    kind: Option<SourceKind>,
    #[serde(default, deserialize_with = "many")]
    host: Vec<Host>,
    #[serde(default, deserialize_with = "many")]
    alias: Vec<String>,
}

impl From<SourceTable> for SourceAddition {
    fn from(table: SourceTable) -> SourceAddition {
        let kind = table.kind.unwrap_or_default();
        SourceAddition { name: table.name, kind, hosts: table.host, aliases: table.alias }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChannelTable {
    name: String,
    #[serde(default, deserialize_with = "many")]
    source: Vec<Glob>,
    #[serde(default, deserialize_with = "many")]
    medium: Vec<Glob>,
    #[serde(default, deserialize_with = "many")]
    campaign: Vec<Glob>,
}

impl TryFrom<ChannelTable> for ChannelAddition {
    type Error = &'static str;

    fn try_from(table: ChannelTable) -> Result<ChannelAddition, &'static str> {
        let ChannelTable { name, source: sources, medium: mediums, campaign: campaigns } = table;
        if sources.is_empty() && mediums.is_empty() && campaigns.is_empty() {
            return Err("this channel takes every session: add `source`, `medium` or `campaign`");
        }
        Ok(ChannelAddition { name, sources, mediums, campaigns })
    }
}
