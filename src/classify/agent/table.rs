//! The agent tables in `src/classify/tables/`, and the needles in their rows.
//!
//! They are parsed once at start-up. Invalid lines are skipped; a test makes sure that there are none.

use std::ops::Range;

use super::names::AgentNames;
use super::{AiPurpose, BotCategory, BotId, BrowserId, Device, SystemId};

pub(super) const BOTS: &str = include_str!("../tables/bots.txt");
pub(super) const BROWSERS: &str = include_str!("../tables/browsers.txt");
pub(super) const SYSTEMS: &str = include_str!("../tables/systems.txt");
pub(super) const DEVICES: &str = include_str!("../tables/devices.txt");
pub(super) const SIGNS: &str = include_str!("../tables/signs.txt");

/// What a needle says about an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// Never a bot, whatever else the agent contains: the user says so.
    Person,
    Bot(BotId),
    /// A bot, except in apps, which use the same libraries.
    Library(BotId),
    Browser(BrowserId),
    System(SystemId, Seat),
    Device(Device),
    /// Cancels the signs of bots.
    Innocent,
    Sign(SignScope, BotCategory),
}

/// What kind of device a system runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seat {
    People,
    ServersToo,
}

/// Which agents a sign applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SignScope {
    /// All, and it comes before any name.
    Attack,
    Anywhere,
    Desk,
    /// None: it only tells the category of a bot.
    Hint,
}

/// A text to search for, in lower case, and what may stand next to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Needle {
    pub(super) text: String,
    pub(super) left: NeedleEdge,
    pub(super) right: NeedleEdge,
    pub(super) says: Says,
}

/// What may stand on one side of a needle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NeedleEdge {
    /// No letter or digit.
    Word,
    /// Anything: `*`.
    Open,
    /// Nothing: `^`, `$`.
    End,
}

impl Needle {
    pub(super) fn anywhere(text: &str, says: Says) -> Needle {
        Needle { text: text.to_ascii_lowercase(), left: NeedleEdge::Open, right: NeedleEdge::Open, says }
    }

    /// Parses a needle of a table; `None` if it consists of marks only.
    pub(super) fn from_table(written: &str, says: Says) -> Option<Needle> {
        let (left, text) = match written.strip_prefix(['*', '^']) {
            Some(text) if written.starts_with('^') => (NeedleEdge::End, text),
            Some(text) => (NeedleEdge::Open, text),
            None => (NeedleEdge::Word, written),
        };
        let (right, text) = match text.strip_suffix(['*', '$']) {
            Some(rest) if text.ends_with('$') => (NeedleEdge::End, rest),
            Some(rest) => (NeedleEdge::Open, rest),
            None => (NeedleEdge::Word, text),
        };
        (!text.is_empty()).then(|| Needle { text: text.to_ascii_lowercase(), left, right, says })
    }

    /// Whether the neighbours of the needle at `place` are allowed.
    pub(super) fn fits(&self, agent: &[u8], place: &Range<usize>) -> bool {
        let before = place.start.checked_sub(1).and_then(|at| agent.get(at));
        self.left.allows(before) && self.right.allows(agent.get(place.end))
    }
}

impl NeedleEdge {
    fn allows(self, neighbour: Option<&u8>) -> bool {
        match self {
            NeedleEdge::Word => neighbour.is_none_or(|byte| !byte.is_ascii_alphanumeric()),
            NeedleEdge::Open => true,
            NeedleEdge::End => neighbour.is_none(),
        }
    }
}

/// The needles of the built-in tables, by precedence.
pub(super) fn built_in(names: &mut AgentNames) -> Vec<Needle> {
    let mut needles = Vec::with_capacity(2500);
    for line in lines(BOTS) {
        if let Some((category, purpose)) = bots(line.section) {
            let id = names.add_bot(line.name, category, purpose);
            let is_library = category == BotCategory::Script;
            needles.extend(line.needles(if is_library { Says::Library(id) } else { Says::Bot(id) }));
        }
    }
    for line in lines(BROWSERS) {
        needles.extend(line.needles(Says::Browser(names.add_browser(line.name))));
    }
    for line in lines(SYSTEMS) {
        if let Some(seat) = seat(line.section) {
            needles.extend(line.needles(Says::System(names.add_system(line.name), seat)));
        }
    }
    needles.extend(lines(DEVICES).flat_map(|line| {
        let device = Device::named(line.section);
        device.into_iter().flat_map(move |device| line.needles(Says::Device(device)))
    }));
    needles.extend(lines(SIGNS).flat_map(|line| {
        let says = sign(line.section);
        says.into_iter().flat_map(move |says| line.needles(says))
    }));
    needles
}

/// Parses a section heading of `bots.txt`: `search`, or `ai: training`.
pub(super) fn bots(section: &str) -> Option<(BotCategory, Option<AiPurpose>)> {
    match section.split_once(": ") {
        Some((category, purpose)) => Some((BotCategory::named(category)?, Some(AiPurpose::named(purpose)?))),
        None => Some((BotCategory::named(section)?, None)),
    }
}

pub(super) fn seat(section: &str) -> Option<Seat> {
    match section {
        "people" => Some(Seat::People),
        "servers too" => Some(Seat::ServersToo),
        _ => None,
    }
}

pub(super) fn sign(section: &str) -> Option<Says> {
    if section == "innocent" {
        return Some(Says::Innocent);
    }
    let (reach, category) = section.split_once(": ")?;
    let reach = match reach {
        "attack" => SignScope::Attack,
        "anywhere" => SignScope::Anywhere,
        "desk" => SignScope::Desk,
        "hint" => SignScope::Hint,
        _ => return None,
    };
    Some(Says::Sign(reach, BotCategory::named(category)?))
}

/// A row of a table: `name = needle, needle, …` or just needles, in a section.
#[derive(Debug, Clone, Copy)]
pub(super) struct AgentRow<'a> {
    pub(super) section: &'a str,
    pub(super) name: &'a str,
    pub(super) written: &'a str,
}

impl<'a> AgentRow<'a> {
    fn needles(self, says: Says) -> impl Iterator<Item = Needle> + 'a {
        self.written.split(", ").filter_map(move |written| Needle::from_table(written, says))
    }
}

pub(super) fn lines(table: &str) -> impl Iterator<Item = AgentRow<'_>> {
    let mut section = "";
    table.lines().filter_map(move |line| {
        if let Some(heading) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = heading;
            return None;
        }
        let (name, written) = line.split_once(" = ").unwrap_or((line, line));
        (!line.is_empty() && !line.starts_with('#')).then_some(AgentRow { section, name, written })
    })
}
