//! Reads one agent: what its needles say, and whether an agent without a known name is a bot.
//!
//! A program gives itself away by a word (`tables/signs.txt`), by a contact address, or by its shape: browsers write
//! `Mozilla/5.0 (system) engine browser`, libraries `name/1.2`.

use std::ops::Range;

use super::names::AgentNames;
use super::table::{Needle, Says, Seat, SignScope};
use super::{AgentFacts, BotCategory, BotId, BotVerdict, BrowserId, Device, SystemId};

/// An agent in lower case, and the needles found in it.
pub(super) struct MatchedAgent<'a> {
    agent: &'a [u8],
    needles: &'a [Needle],
    /// The position of an Android device's model: makers name models `M bot 60` and `Spider 8` too.
    model: Option<Range<usize>>,
    found: Vec<NeedleMatch>,
}

/// A needle's rank (lower ones take precedence) and its position.
struct NeedleMatch {
    rank: usize,
    place: Range<usize>,
}

/// A sign of a bot, by rank.
struct Sign {
    rank: usize,
    reach: SignScope,
    category: BotCategory,
}

impl<'a> MatchedAgent<'a> {
    pub(super) fn new(agent: &'a [u8], needles: &'a [Needle]) -> MatchedAgent<'a> {
        MatchedAgent { agent, needles, model: android_model(agent), found: Vec::new() }
    }

    /// Records that needle number `rank` is at `place`, unless its neighbours rule it out.
    pub(super) fn note(&mut self, rank: usize, place: Range<usize>) {
        if self.needles.get(rank).is_some_and(|needle| needle.fits(self.agent, &place)) {
            self.found.push(NeedleMatch { rank, place });
        }
    }

    pub(super) fn facts(&self) -> AgentFacts {
        let bot = self.bot();
        AgentFacts {
            browser: self.browser().unwrap_or(BrowserId::UNKNOWN),
            system: self.system().map_or(SystemId::UNKNOWN, |(system, _)| system),
            device: if bot.is_some() { Device::Bot } else { self.device() },
            bot: bot.map(BotVerdict::Agent),
        }
    }

    fn browser(&self) -> Option<BrowserId> {
        self.first(|found| match found {
            Says::Browser(id) => Some(id),
            _ => None,
        })
    }

    fn system(&self) -> Option<(SystemId, Seat)> {
        self.first(|found| match found {
            Says::System(id, seat) => Some((id, seat)),
            _ => None,
        })
    }

    fn device(&self) -> Device {
        let device = self.first(|found| match found {
            Says::Device(device) => Some(device),
            _ => None,
        });
        device.unwrap_or(Device::Unknown)
    }

    fn bot(&self) -> Option<BotId> {
        if self.first(|found| (found == Says::Person).then_some(())).is_some() {
            return None;
        }
        let attack = self.signs().find(|sign| sign.reach == SignScope::Attack);
        if let Some(attack) = attack {
            // An attack names what should be run, not who sends it.
            return Some(AgentNames::unlisted(attack.category));
        }
        let named = self.first(|found| match found {
            Says::Bot(id) => Some(id),
            Says::Library(id) if self.at_desk() => Some(id),
            _ => None,
        });
        named.or_else(|| self.unlisted().map(AgentNames::unlisted))
    }

    /// The category of a bot that no table lists; `None` for a person's agent.
    fn unlisted(&self) -> Option<BotCategory> {
        if let Some(category) = self.given_away() {
            return Some(category);
        }
        let is_bot =
            has_mail_address(self.agent) || !self.has_persons_shape() || self.is_browser_with_a_note();
        is_bot.then(|| self.hint())
    }

    /// The category of a bot that a word in the agent gives away.
    fn given_away(&self) -> Option<BotCategory> {
        let at_desk = self.at_desk();
        let counts = |reach| reach == SignScope::Anywhere || (at_desk && reach == SignScope::Desk);
        let by = self.signs().filter(|sign| counts(sign.reach)).min_by_key(|sign| sign.rank)?;
        Some(if by.category == BotCategory::Other { self.hint() } else { by.category })
    }

    /// Whether nothing suggests a phone, TV or the like, whose apps use libraries too and have all kinds of names.
    fn at_desk(&self) -> bool {
        matches!(self.device(), Device::Desktop | Device::Unknown)
    }

    /// The category that its words suggest for an unlisted bot.
    fn hint(&self) -> BotCategory {
        let telling = self.signs().filter(|sign| sign.category != BotCategory::Other);
        telling.min_by_key(|sign| sign.rank).map_or(BotCategory::Other, |sign| sign.category)
    }

    fn signs(&self) -> impl Iterator<Item = Sign> {
        let open = self.found.iter().filter(|found| !self.is_innocent(&found.place));
        open.filter_map(|found| match self.says(found) {
            Says::Sign(reach, category) => Some(Sign { rank: found.rank, reach, category }),
            _ => None,
        })
    }

    fn is_innocent(&self, place: &Range<usize>) -> bool {
        let innocent = self.found.iter().filter(|found| self.says(found) == Says::Innocent);
        innocent.map(|found| &found.place).chain(&self.model).any(|inner| covers(inner, place))
    }

    /// Whether the agent names a browser, a consumer device, or a system in the way that browsers and apps do. A
    /// browser's agent with a quote in it may have been cut short by the log and is given the benefit of the doubt.
    fn has_persons_shape(&self) -> bool {
        let may_be_cut = self.agent.iter().any(|byte| b"'\"<>\\".contains(byte));
        (may_be_cut && self.agent.starts_with(b"mozilla/"))
            || self.browser().is_some()
            || self.is_on_persons_system()
            || matches!(self.device(), Device::Tv | Device::Console | Device::Wearable | Device::Car)
    }

    /// Whether the named system fits the rest of the agent: current browsers that name a desktop system also name
    /// themselves.
    fn is_on_persons_system(&self) -> bool {
        let Some((_, seat)) = self.system() else {
            return false;
        };
        match self.agent.strip_prefix(b"mozilla/") {
            Some(version) => !version.starts_with(b"5") || self.device() != Device::Desktop,
            None => seat == Seat::People,
        }
    }

    /// Whether a desktop browser's agent has an unusual addition: a name before it, or a bare word after it
    /// (`… Safari/537.36 Checker`).
    fn is_browser_with_a_note(&self) -> bool {
        self.device() == Device::Desktop && (self.has_name_before_mozilla() || self.ends_in_a_bare_word())
    }

    fn has_name_before_mozilla(&self) -> bool {
        memchr::memmem::find(self.agent, b"mozilla/").is_some_and(|at| at > 0)
    }

    fn ends_in_a_bare_word(&self) -> bool {
        let start = memchr::memrchr(b' ', self.agent).map_or(0, |at| at + 1);
        let word = &self.agent[start..];
        let is_bare = word.len() > 2 && word.iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b'-');
        let is_known = self.found.iter().any(|found| found.place.end > start && self.is_name(found));
        self.agent.starts_with(b"mozilla/") && is_bare && !is_known && self.is_whole()
    }

    /// Whether all parentheses are closed: the last word of a truncated agent proves nothing.
    fn is_whole(&self) -> bool {
        let count = |wanted| memchr::memchr_iter(wanted, self.agent).count();
        count(b'(') == count(b')')
    }

    /// Whether the needle is a name found in people's agents.
    fn is_name(&self, found: &NeedleMatch) -> bool {
        !matches!(self.says(found), Says::Sign(..) | Says::Bot(_) | Says::Library(_))
    }

    fn first<T>(&self, pick: impl Fn(Says) -> Option<T>) -> Option<T> {
        let picked = self.found.iter().filter_map(|found| Some((found.rank, pick(self.says(found))?)));
        picked.min_by_key(|(rank, _)| *rank).map(|(_, value)| value)
    }

    fn says(&self, found: &NeedleMatch) -> Says {
        self.needles[found.rank].says
    }
}

fn covers(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// From `Android` to the end of its parenthesis; `None` if a bot introduces itself there.
fn android_model(agent: &[u8]) -> Option<Range<usize>> {
    let start = memchr::memmem::find(agent, b"android ")?;
    let length = memchr::memchr(b')', &agent[start..])?;
    let model = start..start + length;
    let has = |word: &[u8]| memchr::memmem::find(&agent[model.clone()], word).is_some();
    (!has(b"compatible") && !has(b"http")).then_some(model)
}

/// Whether it contains a mail address: `name@host.tld`. Apps also write `ios@9.2` and `en_IR@calendar`.
fn has_mail_address(agent: &[u8]) -> bool {
    memchr::memchr_iter(b'@', agent).any(|at| {
        let is_named = agent[..at].last().is_some_and(u8::is_ascii_alphanumeric);
        let is_host = |byte: &u8| byte.is_ascii_alphanumeric() || b".-".contains(byte);
        let host = agent[at + 1..].split(|byte| !is_host(byte)).next().unwrap_or_default();
        let ending = host.trim_ascii_end().rsplitn(2, |byte| *byte == b'.').next().unwrap_or_default();
        is_named
            && host.len() > ending.len()
            && ending.len() > 1
            && ending.iter().all(u8::is_ascii_alphabetic)
    })
}
