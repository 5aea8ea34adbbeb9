//! What a user adds to dwell's own tables and rules, in the config file only.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::choices::Choice;
use super::from_text::{FromText, Host};
use crate::glob::Glob;
use crate::query::filter::Filter;

/// All that a user adds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Additions {
    /// `[[rule]]`, in the order of the file; the first that matches counts, before all built-in ones (R2).
    pub rules: Vec<Rule>,
    /// `[[bot]]`: names that go before the built-in ones (R3).
    pub bots: Vec<BotAddition>,
    /// `[[source]]`: names that go before the built-in ones (R9).
    pub sources: Vec<SourceAddition>,
    /// `[[channel]]`, in the order of the file; the first that matches counts, before all built-in ones (R10).
    pub channels: Vec<ChannelAddition>,
    /// `[segments]`: filters by the name they were given.
    pub segments: BTreeMap<String, Filter>,
}

impl Additions {
    /// These additions before those of a lower layer.
    pub(super) fn over(mut self, lower: Additions) -> Additions {
        self.rules.extend(lower.rules);
        self.bots.extend(lower.bots);
        self.sources.extend(lower.sources);
        self.channels.extend(lower.channels);
        for (name, filter) in lower.segments {
            self.segments.entry(name).or_insert(filter);
        }
        self
    }
}

/// A rule that gives hits their kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Methods in upper case, any of them; empty: every method.
    pub methods: Vec<Glob>,
    /// Paths, any of them; empty: every path.
    pub paths: Vec<Glob>,
    /// Statuses, any of them; empty: every status.
    pub statuses: Vec<StatusRange>,
    /// What such a hit is.
    pub outcome: Outcome,
}

/// What a rule makes of a hit.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// A kind (`kind = "asset"`).
    Kind(RuleKind),
    /// An action of this name (`action = "signup"`).
    Action(String),
}

/// The kinds that a rule can give; an action is given by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RuleKind {
    /// A page that a visitor looks at.
    Pageview,
    /// A part of a page.
    Asset,
    /// A call by a program or script.
    Api,
    /// Refused or failed.
    Error,
    /// Sent elsewhere.
    Redirect,
    /// None of these.
    Other,
}

/// Statuses from the first to the last: `404`, `2xx`, `400-499`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StatusRange(pub RangeInclusive<u16>);

/// A bot that the user knows, or a user agent that is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotAddition {
    /// What it is called.
    pub name: String,
    /// Parts of its user agent, any of them; case is ignored.
    pub agents: Vec<String>,
    /// Whether such agents are bots.
    pub verdict: Verdict,
}

/// What an agent is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// A bot.
    Bot,
    /// A person, even where the built-in names say otherwise (`human = true`).
    Human,
}

/// A source that the user knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceAddition {
    /// What it is called.
    pub name: String,
    /// What it is.
    pub kind: SourceKind,
    /// Its hosts, each with all their subdomains.
    pub hosts: Vec<Host>,
    /// Other names that `utm_source` has for it; case is ignored.
    pub aliases: Vec<String>,
}

/// What a source is: it decides the channel (R10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SourceKind {
    /// A search engine.
    Search,
    /// A social network.
    Social,
    /// A video site.
    Video,
    /// A shop or marketplace.
    Shopping,
    /// A mail host.
    Email,
    /// An AI assistant.
    Assistant,
    /// Any other site.
    #[default]
    Referral,
}

/// A channel of the user's own: every condition that is given must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelAddition {
    /// What it is called.
    pub name: String,
    /// Sources, any of them; empty: every source.
    pub sources: Vec<Glob>,
    /// `utm_medium`, any of them; empty: every medium.
    pub mediums: Vec<Glob>,
    /// `utm_campaign`, any of them; empty: every campaign.
    pub campaigns: Vec<Glob>,
}

impl Choice for RuleKind {
    const WORDS: &'static [(&'static str, RuleKind)] = &[
        ("pageview", RuleKind::Pageview),
        ("asset", RuleKind::Asset),
        ("api", RuleKind::Api),
        ("error", RuleKind::Error),
        ("redirect", RuleKind::Redirect),
        ("other", RuleKind::Other),
    ];
}

impl Choice for SourceKind {
    const WORDS: &'static [(&'static str, SourceKind)] = &[
        ("referral", SourceKind::Referral),
        ("search", SourceKind::Search),
        ("social", SourceKind::Social),
        ("video", SourceKind::Video),
        ("shopping", SourceKind::Shopping),
        ("email", SourceKind::Email),
        ("assistant", SourceKind::Assistant),
    ];
}

impl FromText for StatusRange {
    fn from_text(text: &str) -> Result<StatusRange, String> {
        status_range(text)
            .filter(|range| *range.start() >= 100 && *range.end() <= 599 && range.start() <= range.end())
            .map(StatusRange)
            .ok_or_else(|| format!("`{text}` is not a status; write it like 404, 2xx or 400-499"))
    }
}

fn status_range(text: &str) -> Option<RangeInclusive<u16>> {
    if let Some(hundreds) = text.strip_suffix("xx") {
        let first = hundreds.parse::<u16>().ok()?.checked_mul(100)?;
        return Some(first..=first.checked_add(99)?);
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some(first.trim().parse().ok()?..=last.trim().parse().ok()?)
}
