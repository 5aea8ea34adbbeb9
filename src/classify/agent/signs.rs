//! One agent, read: what the needles found in it say, and whether an agent that no name decides is a bot's.
//!
//! A program without a person gives itself away by a word (`tables/signs.txt`), by an address to complain to, or by
//! its shape: browsers write `Mozilla/5.0 (a system people sit at) engine browser`, libraries `name/1.2`.

use std::ops::Range;

use super::names::Names;
use super::table::{Needle, Reach, Says, Seat};
use super::{AgentFacts, BotCategory, BotId, BotVerdict, BrowserId, Device, SystemId};

/// An agent in lower case and the needles found in it.
pub(super) struct Reading<'a> {
    agent: &'a [u8],
    needles: &'a [Needle],
    /// Where it names the model of an Android device: makers call them `M bot 60` and `Spider 8` too.
    model: Option<Range<usize>>,
    found: Vec<Found>,
}

/// A needle by its rank (the lower, the sooner it counts), and where it was found.
struct Found {
    rank: usize,
    place: Range<usize>,
}

/// A sign of a bot, by its rank.
struct Sign {
    rank: usize,
    reach: Reach,
    category: BotCategory,
}

impl<'a> Reading<'a> {
    pub(super) fn new(agent: &'a [u8], needles: &'a [Needle]) -> Reading<'a> {
        Reading { agent, needles, model: android_model(agent), found: Vec::new() }
    }

    /// Notes that the text of needle number `rank` stands at `place`; what stands beside it may rule it out.
    pub(super) fn note(&mut self, rank: usize, place: Range<usize>) {
        if self.needles.get(rank).is_some_and(|needle| needle.fits(self.agent, &place)) {
            self.found.push(Found { rank, place });
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
        let attack = self.signs().find(|sign| sign.reach == Reach::Attack);
        if let Some(attack) = attack {
            // It names what the attacker wants to be run, not who sends it.
            return Some(Names::unlisted(attack.category));
        }
        let named = self.first(|found| match found {
            Says::Bot(id) => Some(id),
            Says::Library(id) if self.at_desk() => Some(id),
            _ => None,
        });
        named.or_else(|| self.unlisted().map(Names::unlisted))
    }

    /// What a bot is for that no table knows; `None` for a person's agent.
    fn unlisted(&self) -> Option<BotCategory> {
        if let Some(category) = self.given_away() {
            return Some(category);
        }
        let is_bot =
            has_mail_address(self.agent) || !self.has_persons_shape() || self.is_browser_with_a_note();
        is_bot.then(|| self.hint())
    }

    /// What a bot is for that a word gives away in this agent.
    fn given_away(&self) -> Option<BotCategory> {
        let at_desk = self.at_desk();
        let counts = |reach| reach == Reach::Anywhere || (at_desk && reach == Reach::Desk);
        let by = self.signs().filter(|sign| counts(sign.reach)).min_by_key(|sign| sign.rank)?;
        Some(if by.category == BotCategory::Other { self.hint() } else { by.category })
    }

    /// Whether nothing speaks of a telephone, a television or the like, where apps are made with libraries too and
    /// bear all kinds of names.
    fn at_desk(&self) -> bool {
        matches!(self.device(), Device::Desktop | Device::Unknown)
    }

    /// What its words make an unlisted bot out to be.
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

    /// Whether the agent names a browser, a device of the living room, the road or the body, or a system as a browser
    /// or an app on it does. A browser's agent with a quote in it, where logs cut it short, may have lost these names
    /// and is not held to this.
    fn has_persons_shape(&self) -> bool {
        let may_be_cut = self.agent.iter().any(|byte| b"'\"<>\\".contains(byte));
        (may_be_cut && self.agent.starts_with(b"mozilla/"))
            || self.browser().is_some()
            || self.is_on_persons_system()
            || matches!(self.device(), Device::Tv | Device::Console | Device::Wearable | Device::Car)
    }

    /// Whether the system named is one that the rest of the agent can be on: a browser of today that names its
    /// desktop system names itself as well.
    fn is_on_persons_system(&self) -> bool {
        let Some((_, seat)) = self.system() else {
            return false;
        };
        match self.agent.strip_prefix(b"mozilla/") {
            Some(version) => !version.starts_with(b"5") || self.device() != Device::Desktop,
            None => seat == Seat::People,
        }
    }

    /// Whether a browser's agent from a desk bears something that browsers do not add: a name before it, or a bare
    /// word (`… Safari/537.36 Checker`) after it.
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

    /// Whether no parenthesis is left open: of an agent cut short the last word proves nothing.
    fn is_whole(&self) -> bool {
        let count = |wanted| memchr::memchr_iter(wanted, self.agent).count();
        count(b'(') == count(b')')
    }

    /// Whether something found is a name that agents of people bear.
    fn is_name(&self, found: &Found) -> bool {
        !matches!(self.says(found), Says::Sign(..) | Says::Bot(_) | Says::Library(_))
    }

    fn first<T>(&self, pick: impl Fn(Says) -> Option<T>) -> Option<T> {
        let picked = self.found.iter().filter_map(|found| Some((found.rank, pick(self.says(found))?)));
        picked.min_by_key(|(rank, _)| *rank).map(|(_, value)| value)
    }

    fn says(&self, found: &Found) -> Says {
        self.needles[found.rank].says
    }
}

fn covers(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// From `Android` to the end of the parenthesis that it stands in; `None` where a bot presents itself there.
fn android_model(agent: &[u8]) -> Option<Range<usize>> {
    let start = memchr::memmem::find(agent, b"android ")?;
    let length = memchr::memchr(b')', &agent[start..])?;
    let model = start..start + length;
    let has = |word: &[u8]| memchr::memmem::find(&agent[model.clone()], word).is_some();
    (!has(b"compatible") && !has(b"http")).then_some(model)
}

/// Whether there is a mail address in it: `name@host.tld`. Apps write `ios@9.2` and `en_IR@calendar` too.
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
