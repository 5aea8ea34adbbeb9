//! What users add to the tables, as their configuration file has it.

use serde::{Deserialize, Deserializer, de::Error};

use super::names::Names;
use super::table::{Needle, Says};
use super::{BotCategory, BotId};

/// The user's own knowledge of agents. It comes before dwell's tables; a needle is found anywhere in an agent, case
/// ignored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Additions {
    /// Bots that dwell does not know, or calls by another name.
    pub bots: Vec<BotAddition>,
    /// Needles of agents that are never bots, whatever else they contain.
    pub humans: Vec<String>,
    /// Browsers and apps that dwell does not know, or calls by another name.
    pub browsers: Vec<BrowserAddition>,
}

/// A bot that the user knows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BotAddition {
    /// What it is called.
    pub name: String,
    /// What it is for.
    #[serde(default = "other")]
    pub category: BotCategory,
    /// An agent that contains one of these is this bot's.
    #[serde(deserialize_with = "needles")]
    pub contains: Vec<String>,
}

/// A browser or an app that the user knows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrowserAddition {
    /// What it is called.
    pub name: String,
    /// An agent that contains one of these is this browser's.
    #[serde(deserialize_with = "needles")]
    pub contains: Vec<String>,
}

impl Additions {
    /// The needles of all additions, in the order in which they count; empty ones, which every agent contains, are
    /// left out (a configuration file that has one is refused).
    pub(super) fn needles(&self, names: &mut Names) -> Vec<Needle> {
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
