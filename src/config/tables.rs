//! The config file's tables and arrays of tables, and their conversion.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::additions::Additions;
use super::alerts::{AlertTable, AlertTables, NotifyTable};
use super::annotations::{self, AnnotateTable, AnnotationTable};
use super::definitions::{DefinitionTables, ExperimentTable, FunnelTable, GoalTable, GroupTable};
use super::mistake::Mistake;
use super::section::{Many, One, many, one};
use super::segments::Segments;
use super::serve::ServeTable;
use crate::classify::agent::{self, BotAddition, BrowserAddition};
use crate::classify::channel::ChannelRule;
use crate::classify::kind::{Kind, Rule, RuleOutcome, StatusRange};
use crate::classify::source::{self, SourceAddition};
use crate::glob::Glob;
use crate::query::definitions::Definitions;
use crate::query::filter::Filter;

/// The top-level table names.
pub(super) const TABLES: [&str; 18] = [
    "humans",
    "rule",
    "bot",
    "browser",
    "source",
    "channel",
    "segments",
    "keys",
    "group",
    "goal",
    "funnel",
    "experiment",
    "alert",
    "notify",
    "serve",
    "annotation",
    "annotate",
    "privacy-paths",
];

/// The tables as deserialized.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Tables {
    #[serde(deserialize_with = "many")]
    humans: Vec<String>,
    rule: Vec<Spanned<RuleTable>>,
    bot: Vec<BotAddition>,
    browser: Vec<BrowserAddition>,
    source: Vec<SourceAddition>,
    channel: Vec<Spanned<ChannelRule>>,
    segments: BTreeMap<String, One<Filter>>,
    keys: BTreeMap<String, Many<String>>,
    group: Vec<Spanned<GroupTable>>,
    goal: Vec<Spanned<GoalTable>>,
    funnel: Vec<Spanned<FunnelTable>>,
    experiment: Vec<Spanned<ExperimentTable>>,
    alert: Vec<Spanned<AlertTable>>,
    notify: Vec<Spanned<NotifyTable>>,
    serve: ServeTable,
    annotation: Vec<Spanned<AnnotationTable>>,
    annotate: Option<Spanned<AnnotateTable>>,
    #[serde(rename = "privacy-paths")]
    privacy_paths: PrivacyPathsTable,
}

/// Paths that hold no secrets, though they look so (R11).
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct PrivacyPathsTable {
    #[serde(deserialize_with = "many")]
    keep: Vec<Glob>,
}

impl TryFrom<Tables> for Additions {
    type Error = Mistake;

    fn try_from(tables: Tables) -> Result<Additions, Mistake> {
        let channels = each(tables.channel, conditional)?;
        let definitions = DefinitionTables {
            groups: tables.group,
            goals: tables.goal,
            funnels: tables.funnel,
            experiments: tables.experiment,
        };
        let definitions: Definitions = definitions.try_into()?;
        let segments: Segments =
            tables.segments.into_iter().map(|(name, One(filter))| (name, filter)).collect();
        let alerts = AlertTables { alerts: tables.alert, notify: tables.notify };
        Ok(Additions {
            alerts: Arc::new(alerts.rules(&segments, &definitions)?),
            definitions: Arc::new(definitions),
            rules: each(tables.rule, Rule::try_from)?,
            agents: agent::AgentAdditions {
                bots: tables.bot,
                humans: tables.humans,
                browsers: tables.browser,
            },
            sources: source::SourceAdditions { sources: tables.source, channels },
            segments,
            exempt_paths: tables.privacy_paths.keep,
            serve: tables.serve,
            annotations: annotations::sources(tables.annotation, tables.annotate)?,
            keys: tables.keys.into_iter().map(|(action, Many(keys))| (action, keys)).collect(),
        })
    }
}

/// Converts each table; errors point to the start of the table.
fn each<Written, Meant>(
    tables: Vec<Spanned<Written>>,
    meaning: fn(Written) -> Result<Meant, &'static str>,
) -> Result<Vec<Meant>, Mistake> {
    let read = |table: Spanned<Written>| {
        let at = Some(table.span());
        meaning(table.into_inner()).map_err(|message| Mistake { at, message: message.to_owned() })
    };
    tables.into_iter().map(read).collect()
}

fn conditional(rule: ChannelRule) -> Result<ChannelRule, &'static str> {
    if rule.is_for_everything() {
        return Err("this channel takes every session: add `source`, `medium` or `campaign`");
    }
    Ok(rule)
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
    kind: Option<Kind>,
    #[serde(default, deserialize_with = "one")]
    action: Option<String>,
}

impl TryFrom<RuleTable> for Rule {
    type Error = &'static str;

    fn try_from(table: RuleTable) -> Result<Rule, &'static str> {
        if table.method.is_empty() && table.path.is_empty() && table.status.is_empty() {
            return Err("this rule matches every hit: add `method`, `path` or `status`");
        }
        let outcome = outcome(table.kind, table.action)?;
        let methods = table.method.iter().map(|method| Glob::new(&method.to_ascii_uppercase())).collect();
        Ok(Rule { methods, paths: table.path, statuses: table.status, outcome })
    }
}

fn outcome(kind: Option<Kind>, action: Option<String>) -> Result<RuleOutcome, &'static str> {
    match (kind, action) {
        (None | Some(Kind::Action), Some(action)) => Ok(RuleOutcome::Action(action)),
        (Some(kind), None) => Ok(RuleOutcome::Kind(kind)),
        (None, None) => Err("this rule changes nothing: add `kind = \"asset\"` or `action = \"signup\"`"),
        (Some(_), Some(_)) => Err("this rule has an `action` and another `kind`: leave one of them out"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::file;

    #[test]
    fn an_action_has_one_key_or_several() {
        let text = "[keys]\nzoom = \"x\"\nup = [\"e\", \"Up\"]\nsort = []\n";
        let keys = file::parse(Path::new("dwell.toml"), text).expect("good keys").additions.keys;
        assert_eq!(keys["zoom"], ["x"]);
        assert_eq!(keys["up"], ["e", "Up"]);
        assert!(keys["sort"].is_empty());
        let error = file::parse(Path::new("dwell.toml"), "[keys]\nzoom = true\n").expect_err("no key");
        assert!(error.to_string().starts_with("dwell.toml:2: "), "{error}");
    }
}
