//! Hits without a user agent: what that means depends on the other hits of their input (design.md R3).

use super::{Dictionaries, Interned};
use crate::classify::agent::{AgentFacts, BotVerdict};
use crate::classify::batch::InputId;
use crate::ids::AgentId;

/// What is known of an input's hits without an agent.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct NoAgent {
    /// The id they were given.
    id: Option<AgentId>,
    /// Whether other hits of the input have an agent.
    others: bool,
}

impl Dictionaries {
    /// The id for an agent in an input. An empty one gets an id per input (R3): it is a sign of a bot, unless the log
    /// has no agents at all. Any other agent keeps its id.
    #[inline]
    pub fn agent_of(&mut self, agent: AgentId, input: InputId) -> AgentId {
        if self.nobodies.contains(&agent) { self.no_agent(usize::from(input.0)) } else { agent }
    }

    #[inline(never)]
    fn no_agent(&mut self, input: usize) -> AgentId {
        if self.no_agents.len() <= input {
            self.no_agents.resize(input + 1, NoAgent::default());
        }
        let NoAgent { id, others } = self.no_agents[input];
        if let Some(id) = id {
            return id;
        }
        // The key cannot clash: no agent from a log contains a newline.
        let id = match self.agents.intern(format!("\n{input}").as_bytes()) {
            Interned::New(id) => {
                let facts = self.agent_tables.facts(b"");
                self.agent_facts.push(AgentFacts { bot: facts.bot.filter(|_| others), ..facts });
                id
            }
            found => found.id(),
        };
        self.no_agents[input].id = Some(id);
        id
    }

    /// A hit of this input has an agent: from now on those without are flagged. Returns their id if this is the first
    /// such hit and there are any.
    pub fn bears_agents(&mut self, input: InputId) -> Option<AgentId> {
        let input = usize::from(input.0);
        if self.no_agents.len() <= input {
            self.no_agents.resize(input + 1, NoAgent::default());
        }
        let NoAgent { id, others } = &mut self.no_agents[input];
        if std::mem::replace(others, true) {
            return None;
        }
        let facts = self.agent_facts.get_mut(id.filter(|id| *id != AgentId::OTHER)?.index())?;
        facts.bot = Some(BotVerdict::NoAgent);
        self.generation += 1;
        *id
    }

    /// Whether it is still open if sessions of this agent are bots.
    #[must_use]
    pub fn is_undecided(&self, agent: AgentId) -> bool {
        self.no_agents.iter().any(|input| input.id == Some(agent) && !input.others)
    }

    /// Agents flagged as bots after sessions of theirs may have been sealed.
    pub fn flagged_later(&self) -> impl Iterator<Item = AgentId> {
        self.no_agents.iter().filter(|input| input.others).filter_map(|input| input.id)
    }
}
