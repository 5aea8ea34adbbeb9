//! The user's additions to the built-in tables and rules; config file only.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::annotations::AnnotationSources;
use super::segments::Segments;
use super::serve::ServeTable;
use crate::alert::rule::Rules;
use crate::classify::{agent, kind, source};
use crate::glob::Glob;
use crate::query::definitions::Definitions;

/// Everything that the config file adds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Additions {
    /// `[[rule]]` in file order; the first match wins, before all built-in rules (R2).
    pub rules: Vec<kind::Rule>,
    /// `[[bot]]`, `[[browser]]` and `humans`; take precedence over built-in names (R3).
    pub agents: agent::AgentAdditions,
    /// `[[source]]` and `[[channel]]`; take precedence over built-in names (R9) and rules (R10).
    pub sources: source::SourceAdditions,
    /// `[segments]`: saved filters by name.
    pub segments: Segments,
    /// `[[group]]`, `[[goal]]`, `[[funnel]]` and `[[experiment]]`.
    pub definitions: Arc<Definitions>,
    /// `[[alert]]` and `[[notify]]`.
    pub alerts: Arc<Rules>,
    /// `[privacy-paths]`: paths that keep what looks like a secret (R11).
    pub exempt_paths: Vec<Glob>,
    /// `[serve]`: who may read over HTTP.
    pub serve: ServeTable,
    /// `[[annotation]]` and `[annotate]` (R17).
    pub annotations: AnnotationSources,
    /// `[keys]`: keys as written, by action name.
    pub keys: BTreeMap<String, Vec<String>>,
}

impl Additions {
    /// Puts these additions before those of `lower`.
    pub(super) fn over(mut self, lower: Additions) -> Additions {
        self.rules.extend(lower.rules);
        self.agents.bots.extend(lower.agents.bots);
        self.agents.humans.extend(lower.agents.humans);
        self.agents.browsers.extend(lower.agents.browsers);
        // For sources the last entry wins, so the lower ones go first.
        self.sources.sources.splice(0..0, lower.sources.sources);
        self.sources.channels.extend(lower.sources.channels);
        if *self.definitions == Definitions::default() {
            self.definitions = lower.definitions;
        }
        if *self.alerts == Rules::default() {
            self.alerts = lower.alerts;
        }
        self.exempt_paths.extend(lower.exempt_paths);
        if self.serve == ServeTable::default() {
            self.serve = lower.serve;
        }
        if self.annotations == AnnotationSources::default() {
            self.annotations = lower.annotations;
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
