//! Agents that name none: what they stand for depends on the other hits of their input (design.md R3).

use super::{Dictionaries, Interned};
use crate::classify::agent::{AgentFacts, BotVerdict};
use crate::classify::batch::InputId;
use crate::ids::AgentId;

/// What hits without an agent stand for in an input.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct NoAgent {
    /// The agent that they have.
    id: Option<AgentId>,
    /// Whether other hits bear one.
    others: bool,
}

impl Dictionaries {
    /// What an agent that names none stands for in an input (R3): there it may be a sign of a bot, or the log may lack
    /// agents altogether. Any other one is itself.
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
        // No agent that a log names holds a newline.
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

    /// A hit of an input bears an agent: from now on those that bear none are flagged for it. Which they are, if that is
    /// new and there are any.
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

    /// Whether it is not known yet whether sessions of this agent are a bot's.
    #[must_use]
    pub fn is_undecided(&self, agent: AgentId) -> bool {
        self.no_agents.iter().any(|input| input.id == Some(agent) && !input.others)
    }

    /// Agents that turned out to be a bot's after sessions may have been sealed.
    pub fn flagged_later(&self) -> impl Iterator<Item = AgentId> {
        self.no_agents.iter().filter(|input| input.others).filter_map(|input| input.id)
    }
}
