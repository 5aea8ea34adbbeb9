//! What a user adds to dwell's own tables and rules, in the config file only.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::segments::Segments;
use crate::classify::{agent, kind, source};
use crate::query::definitions::Definitions;

/// All that a user adds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Additions {
    /// `[[rule]]`, in the order of the file; the first that matches counts, before all built-in ones (R2).
    pub rules: Vec<kind::Rule>,
    /// `[[bot]]`, `[[browser]]` and `humans`: they go before the built-in names (R3).
    pub agents: agent::AgentAdditions,
    /// `[[source]]` and `[[channel]]`: they go before the built-in names (R9) and rules (R10).
    pub sources: source::SourceAdditions,
    /// `[segments]`: filters by the name they were given.
    pub segments: Segments,
    /// `[[group]]`, `[[goal]]`, `[[funnel]]` and `[[experiment]]`.
    pub definitions: Arc<Definitions>,
    /// `[keys]`: keys by the name of the action that they are for, as written.
    pub keys: BTreeMap<String, Vec<String>>,
}

impl Additions {
    /// These additions before those of a lower layer.
    pub(super) fn over(mut self, lower: Additions) -> Additions {
        self.rules.extend(lower.rules);
        self.agents.bots.extend(lower.agents.bots);
        self.agents.humans.extend(lower.agents.humans);
        self.agents.browsers.extend(lower.agents.browsers);
        // Of sources the last word counts, so what lies lower stands first.
        self.sources.sources.splice(0..0, lower.sources.sources);
        self.sources.channels.extend(lower.sources.channels);
        if *self.definitions == Definitions::default() {
            self.definitions = lower.definitions;
        }
        for (name, filter) in lower.segments {
            self.segments.entry(name).or_insert(filter);
        }
        for (action, keys) in lower.keys {
            self.keys.entry(action).or_insert(keys);
        }
        self
    }
}
