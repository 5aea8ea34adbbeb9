//! The names that ids stand for: one number per name, so that what is kept per agent is small.

use super::{AiPurpose, BotCategory, BotId, BrowserId, SystemId};

const UNKNOWN: &str = "unknown";

impl BrowserId {
    /// The agent names no browser that the tables know.
    pub const UNKNOWN: BrowserId = BrowserId(0);
}

impl SystemId {
    /// The agent names no system that the tables know.
    pub const UNKNOWN: SystemId = SystemId(0);
}

/// A bot's name and purpose.
#[derive(Debug)]
pub(super) struct NamedBot {
    pub(super) name: String,
    pub(super) category: BotCategory,
    /// Its purpose, if it is a known crawler for language models.
    pub(super) purpose: Option<AiPurpose>,
}

/// The names behind the ids. Id 0 of browsers and systems is `unknown`; the first bots are the unlisted ones, one per
/// category.
#[derive(Debug)]
pub(super) struct AgentNames {
    browsers: Vec<String>,
    systems: Vec<String>,
    bots: Vec<NamedBot>,
}

impl Default for AgentNames {
    fn default() -> AgentNames {
        let unlisted = |&category: &BotCategory| NamedBot {
            name: category.unlisted().to_owned(),
            category,
            purpose: None,
        };
        AgentNames {
            browsers: vec![UNKNOWN.to_owned()],
            systems: vec![UNKNOWN.to_owned()],
            bots: BotCategory::ALL.iter().map(unlisted).collect(),
        }
    }
}

impl AgentNames {
    /// The id of a browser family, which is added if new; `unknown` once all 65,535 ids are taken.
    pub(super) fn add_browser(&mut self, name: &str) -> BrowserId {
        BrowserId(place_of(&mut self.browsers, name))
    }

    /// The id of a system, likewise.
    pub(super) fn add_system(&mut self, name: &str) -> SystemId {
        SystemId(place_of(&mut self.systems, name))
    }

    /// The id of a new bot; the unlisted one of its category once all 65,535 ids are taken.
    pub(super) fn add_bot(&mut self, name: &str, category: BotCategory, purpose: Option<AiPurpose>) -> BotId {
        let Ok(id) = u16::try_from(self.bots.len()) else {
            return AgentNames::unlisted(category);
        };
        self.bots.push(NamedBot { name: name.to_owned(), category, purpose });
        BotId(id)
    }

    /// Every name, in the order of the ids.
    pub(super) fn each(&self, mut name: impl FnMut(&str)) {
        let bots = self.bots.iter().map(|bot| &bot.name);
        self.browsers.iter().chain(&self.systems).chain(bots).for_each(|one| name(one));
    }

    /// The bot that stands for the unlisted ones of a category.
    pub(super) fn unlisted(category: BotCategory) -> BotId {
        BotId(category as u16)
    }

    pub(super) fn browser(&self, id: BrowserId) -> &str {
        self.browsers.get(usize::from(id.0)).map_or(UNKNOWN, String::as_str)
    }

    pub(super) fn system(&self, id: SystemId) -> &str {
        self.systems.get(usize::from(id.0)).map_or(UNKNOWN, String::as_str)
    }

    /// The bot of an id; an id from another reader counts as an unlisted bot.
    pub(super) fn bot(&self, id: BotId) -> &NamedBot {
        self.bots.get(usize::from(id.0)).unwrap_or(&self.bots[BotCategory::Other as usize])
    }
}

fn place_of(names: &mut Vec<String>, name: &str) -> u16 {
    let place = names.iter().position(|known| known == name).unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    });
    u16::try_from(place).unwrap_or_default()
}
