//! The user's additions to the agent tables, from the config.

use serde::{Deserialize, Deserializer, de::Error};

use super::names::AgentNames;
use super::table::{Needle, Says};
use super::{BotCategory, BotId};

/// The user's agents. They take precedence over the built-in tables; a needle matches anywhere in an agent, ignoring
/// case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AgentAdditions {
    /// Bots that dwell does not know or names differently.
    pub bots: Vec<BotAddition>,
    /// Needles of agents that are never bots, whatever else they contain.
    pub humans: Vec<String>,
    /// Browsers and apps that dwell does not know or names differently.
    pub browsers: Vec<BrowserAddition>,
}

/// A bot from the config.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BotAddition {
    /// What it is called.
    pub name: String,
    /// What it is for.
    #[serde(default = "other")]
    pub category: BotCategory,
    /// An agent with any of these needles is this bot.
    #[serde(deserialize_with = "needles")]
    pub contains: Vec<String>,
}

/// A browser or an app from the config.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrowserAddition {
    /// What it is called.
    pub name: String,
    /// An agent with any of these needles is this browser.
    #[serde(deserialize_with = "needles")]
    pub contains: Vec<String>,
}

impl AgentAdditions {
    /// The needles of all additions by precedence. Empty ones would match every agent and are left out; the config
    /// rejects them.
    pub(super) fn needles(&self, names: &mut AgentNames) -> Vec<Needle> {
        let mut needles = anywhere(&self.humans, Says::Person);
        for bot in &self.bots {
            let id: BotId = names.add_bot(&bot.name, bot.category, None);
            needles.extend(anywhere(&bot.contains, Says::Bot(id)));
        }
        for browser in &self.browsers {
            let id = names.add_browser(&browser.name);
            needles.extend(anywhere(&browser.contains, Says::Browser(id)));
        }
        needles
    }
}

fn anywhere(texts: &[String], says: Says) -> Vec<Needle> {
    let filled = texts.iter().filter(|text| !text.is_empty());
    filled.map(|text| Needle::anywhere(text, says)).collect()
}

fn other() -> BotCategory {
    BotCategory::Other
}

fn needles<'de, D: Deserializer<'de>>(source: D) -> Result<Vec<String>, D::Error> {
    let texts = Vec::<String>::deserialize(source)?;
    if texts.is_empty() {
        return Err(D::Error::custom("an empty list fits no user agent; write part of one"));
    }
    if texts.iter().any(|text| text.trim().is_empty()) {
        return Err(D::Error::custom("an empty text is contained in every user agent; write part of one"));
    }
    Ok(texts)
}
