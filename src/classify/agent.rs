//! User agents: bot or not, browser, system, device, all derived from the logged string.
//!
//! All known names are in `tables/`. One pass searches for all needles (Aho-Corasick), and the first row that matches
//! decides. `signs` judges the agents without a known name. Only what an agent says of itself makes a bot here (R3);
//! bots that pose as browsers are found by their behaviour.

mod additions;
mod kinds;
mod names;
mod signs;
mod table;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use aho_corasick::{AhoCorasick, AhoCorasickKind};

pub use additions::{AgentAdditions, BotAddition, BrowserAddition};
pub use kinds::{AiPurpose, BotCategory, Device};
use names::AgentNames;
use signs::MatchedAgent;
use table::Needle;

macro_rules! name_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub u16);
    };
}

name_id!(
    /// A browser family; [`Agents::browser_name`] tells which.
    BrowserId
);
name_id!(
    /// An operating system; [`Agents::system_name`] tells which.
    SystemId
);
name_id!(
    /// A bot; [`Agents::bot_name`] and [`Agents::bot_category`] tell which.
    BotId
);

/// What a user agent tells about its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AgentFacts {
    /// The browser family; `unknown` if the agent names none.
    pub browser: BrowserId,
    /// The operating system; `unknown` if the agent names none.
    pub system: SystemId,
    /// The class of device; [`Device::Bot`] for an agent that says it is one.
    pub device: Device,
    /// Why it counts as a bot, if it does (R3).
    pub bot: Option<BotVerdict>,
}

/// Why an agent counts as a bot (R3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BotVerdict {
    /// The user agent says so.
    Agent(BotId),
    /// The user agent is empty or `-`.
    NoAgent,
}

/// The reader of user agents: immutable, so that any number of threads may share one.
#[derive(Debug)]
pub struct Agents {
    /// `None` only if the needles are too many for the automaton (2³¹ states): then nothing is found by name.
    automaton: Option<AhoCorasick>,
    needles: Vec<Needle>,
    names: AgentNames,
}

impl Agents {
    /// A reader that knows dwell's own tables and, before them, the user's additions.
    #[must_use]
    pub fn new(additions: &AgentAdditions) -> Agents {
        let mut names = AgentNames::default();
        let mut needles = additions.needles(&mut names);
        needles.extend(table::built_in(&mut names));
        let texts = needles.iter().map(|needle| needle.text.as_bytes());
        // Each distinct agent is parsed once, so build time matters more than search time.
        let mut builder = AhoCorasick::builder();
        builder.kind(Some(AhoCorasickKind::NoncontiguousNFA)).dense_depth(1);
        let automaton = builder.build(texts).ok();
        Agents { automaton, needles, names }
    }

    /// Reads an agent; any bytes will do.
    #[must_use]
    pub fn facts(&self, agent: &[u8]) -> AgentFacts {
        let agent = without_quotes(without_header_name(without_quotes(agent)));
        if agent.is_empty() || agent == b"-" {
            let (browser, system) = (BrowserId::UNKNOWN, SystemId::UNKNOWN);
            return AgentFacts { browser, system, device: Device::Unknown, bot: Some(BotVerdict::NoAgent) };
        }
        self.read(&agent.to_ascii_lowercase()).facts()
    }

    /// Every name of a browser, system or bot, in the order of their ids.
    pub fn each_name(&self, name: impl FnMut(&str)) {
        self.names.each(name);
    }

    /// The name of a browser family.
    #[must_use]
    pub fn browser_name(&self, id: BrowserId) -> &str {
        self.names.browser(id)
    }

    /// The name of an operating system.
    #[must_use]
    pub fn system_name(&self, id: SystemId) -> &str {
        self.names.system(id)
    }

    /// The name of a bot; for one that no table knows, its kind: `unlisted feed reader`.
    #[must_use]
    pub fn bot_name(&self, id: BotId) -> &str {
        &self.names.bot(id).name
    }

    /// What a bot is for.
    #[must_use]
    pub fn bot_category(&self, id: BotId) -> BotCategory {
        self.names.bot(id).category
    }

    /// The purpose of a bot that reads for language models, if that is known.
    #[must_use]
    pub fn bot_purpose(&self, id: BotId) -> Option<AiPurpose> {
        self.names.bot(id).purpose
    }

    /// Finds the needles in an agent in lower case.
    fn read<'a>(&'a self, agent: &'a [u8]) -> MatchedAgent<'a> {
        let mut reading = MatchedAgent::new(agent, &self.needles);
        let found = self.automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(agent));
        for hit in found {
            reading.note(hit.pattern().as_usize(), hit.range());
        }
        reading
    }
}

/// Some programs send the header's name as part of its value.
fn without_header_name(agent: &[u8]) -> &[u8] {
    const NAME: &[u8] = b"user-agent:";
    let named = agent.get(..NAME.len()).is_some_and(|start| start.eq_ignore_ascii_case(NAME));
    if named { &agent[NAME.len()..] } else { agent }
}

/// Some programs send the quotation marks of their manual, too.
fn without_quotes(agent: &[u8]) -> &[u8] {
    let start = agent.iter().take_while(|byte| b"\"' ".contains(byte)).count();
    let end = agent.iter().rev().take_while(|byte| b"\"' ".contains(byte)).count();
    agent.get(start..agent.len() - end).unwrap_or_default()
}
