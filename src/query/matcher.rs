//! A compiled filter: texts are compared once per distinct string, sessions by their ids.

mod entries;
mod funnels;
mod goals;
mod texts;
mod way;

use crate::glob::Glob;
use crate::ids::{ActionId, AddressId, AgentId, ArrivalId, HostId, PageId, PropertiesId};
use crate::store::dictionaries::Dictionaries;
use crate::store::row::{BotReason, EntryKind, Row};
use crate::store::visitors::Newness;
use crate::time::Span;

use super::definitions::Definitions;
use super::event_matcher::{is_any, refresh_pages, with_spellings};
use super::filter::{AssetsTest, BotTest, Compare, Filter, Flag, NumberField, Term, Test, TextField};
use super::matching_ids::MatchingIds;
use super::moment::Moment;
use super::question::{Bots, BounceRule, Question};
use super::view::{SLOW, SessionState};
use entries::EntryField;
use funnels::{Asked, FunnelStepMatcher};
pub(super) use goals::{GoalMatcher, GoalMatchers, GoalSet};
pub(super) use texts::agent_name;
use texts::{AgentText, ArrivalText, HostText, agent_text, arrival_text, host_text};
use way::WayMatcher;

/// A filter compiled against the strings known so far.
#[derive(Debug, Clone)]
pub struct Matcher {
    terms: Vec<(bool, Compiled)>,
    bots: Bots,
    bounce: BounceRule,
    goals: GoalMatchers,
    generation: u64,
}

#[derive(Debug, Clone)]
enum Compiled {
    Pages(Which, Globs, MatchingIds),
    Arrivals(ArrivalText, Globs, MatchingIds),
    Agents(AgentText, Globs, MatchingIds),
    Hosts(HostText, Globs, MatchingIds),
    Actions(Globs, MatchingIds),
    Entries(EntryField, Globs, MatchingIds),
    Goals(Vec<GoalMatcher>),
    Funnels(Vec<FunnelStepMatcher>),
    Variant(Globs, MatchingIds),
    Country(Globs),
    Visitor(Globs),
    Address(Globs, MatchingIds),
    Number(NumberField, Compare, u64),
    Flag(Flag),
    Resumed(MatchingIds),
    Bot(BotTest),
    Assets(bool),
    Ways(Vec<WayMatcher>),
    Word(Globs, MatchingIds, MatchingIds),
}

/// What the rules say about a session.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judgement {
    /// Whether it is a bounce (R7).
    pub(super) bounced: bool,
    /// The goals it has reached (R13).
    pub(super) goals: GoalSet,
}

/// Several patterns of which one must match.
type Globs = Vec<Glob>;

/// Which of a session's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Any,
    First,
    Last,
}

impl Matcher {
    /// Compiles a question's filter; [`Matcher::refresh`] it before each scan.
    #[must_use]
    pub fn new(question: &Question) -> Matcher {
        Matcher::of(&question.filter, question.bots, question.bounce, &question.definitions)
    }

    /// Compiles a filter that may refer to definitions.
    pub(super) fn of(filter: &Filter, bots: Bots, bounce: BounceRule, definitions: &Definitions) -> Matcher {
        let bots = if filter.speaks_of_bots() { Bots::Included } else { bots };
        let compiled = |term: &Term| (term.negated, Compiled::new(&term.test, definitions));
        let terms = filter.terms().iter().map(compiled).collect();
        Matcher { terms, bots, bounce, goals: GoalMatchers::new(definitions), generation: 0 }
    }

    /// Tests the strings that are new since the last call.
    pub fn refresh(&mut self, dictionaries: &Dictionaries) {
        let anew = self.generation != dictionaries.generation();
        self.generation = dictionaries.generation();
        for (_, compiled) in &mut self.terms {
            if anew {
                compiled.forget();
            }
            compiled.refresh(dictionaries);
        }
        self.goals.refresh(dictionaries);
    }

    /// Keeps the matching sessions.
    pub fn keep<R: Row>(&self, rows: &mut Vec<R>, moment: &Moment) {
        self.part(rows, &mut Gone, moment);
    }

    /// Keeps the matching sessions, and moves the others to `others`.
    pub fn part<R: Row>(&self, rows: &mut Vec<R>, others: &mut impl Extend<R>, moment: &Moment) {
        for (negated, term) in &self.terms {
            term.part(rows, others, *negated, (moment, self));
        }
    }

    /// What the rules say about a session so far.
    pub(super) fn judgement(&self, row: &impl Row, moment: &Moment) -> Judgement {
        let bounced = self.is_bounce(row, figures(row), moment);
        Judgement { bounced, goals: self.goals.reached_by(row, moment) }
    }

    /// Whether a session is a bounce so far (R7), given its pageviews, actions and length.
    #[inline]
    pub(super) fn is_bounce(
        &self,
        row: &impl Row,
        (pageviews, actions, lasted): (u32, u32, Span),
        moment: &Moment,
    ) -> bool {
        match self.bounce {
            BounceRule::Single => pageviews == 1 && actions == 0,
            BounceRule::Engaged if pageviews != 1 || lasted >= ENGAGED => false,
            // Without configured goals, any action counts as one.
            BounceRule::Engaged if self.goals.is_empty() => actions == 0,
            BounceRule::Engaged => self.goals.reached_by(row, moment).is_empty(),
        }
    }

    /// The goals that are defined, in their order.
    pub(super) fn goals(&self) -> &GoalMatchers {
        &self.goals
    }

    /// The reason why a matching session is left out (R3); `None` if it counts.
    #[inline]
    pub fn leaves_out(&self, row: &impl Row) -> Option<BotReason> {
        if self.bots == Bots::LeftOut { row.bot() } else { None }
    }
}

impl Compiled {
    fn new(test: &Test, definitions: &Definitions) -> Compiled {
        match test {
            Test::Text(field, globs) => Compiled::text(*field, globs.clone(), definitions),
            Test::Number(field, compare, value) => Compiled::Number(*field, *compare, *value),
            Test::Flag(Flag::Resumed) => Compiled::Resumed(MatchingIds::default()),
            Test::Flag(flag) => Compiled::Flag(*flag),
            Test::Bot(test) => Compiled::Bot(*test),
            Test::Assets(test) => Compiled::Assets(*test == AssetsTest::Some),
            Test::Way(ways) => {
                Compiled::Ways(ways.iter().map(|way| WayMatcher::new(way, definitions)).collect())
            }
            Test::Word(glob) => {
                Compiled::Word(vec![glob.clone()], MatchingIds::default(), MatchingIds::default())
            }
        }
    }

    fn text(field: TextField, globs: Globs, definitions: &Definitions) -> Compiled {
        let none = MatchingIds::default();
        match field {
            TextField::Page => Compiled::Pages(Which::Any, with_spellings(globs), none),
            TextField::Entry => Compiled::Pages(Which::First, with_spellings(globs), none),
            TextField::Exit => Compiled::Pages(Which::Last, with_spellings(globs), none),
            TextField::Source => Compiled::Arrivals(ArrivalText::Source, globs, none),
            TextField::Channel => Compiled::Arrivals(ArrivalText::Channel, globs, none),
            TextField::Campaign => Compiled::Arrivals(ArrivalText::Campaign, globs, none),
            TextField::Browser => Compiled::Agents(AgentText::Browser, globs, none),
            TextField::System => Compiled::Agents(AgentText::System, globs, none),
            TextField::Device => Compiled::Agents(AgentText::Device, globs, none),
            TextField::Agent => Compiled::Agents(AgentText::Bot, globs, none),
            TextField::Site => Compiled::Hosts(HostText::Site, globs, none),
            TextField::Host => Compiled::Hosts(HostText::Host, globs, none),
            TextField::Action => Compiled::Actions(globs, none),
            TextField::Kind => Compiled::Entries(EntryField::Kind, globs, none),
            TextField::Status => Compiled::Entries(EntryField::Status, globs, none),
            TextField::Method => Compiled::Entries(EntryField::Method, globs, none),
            TextField::Path => Compiled::Entries(EntryField::Path, with_spellings(globs), none),
            TextField::Goal => Compiled::Goals(GoalMatcher::named(&globs, definitions)),
            TextField::Reached => {
                Compiled::Funnels(FunnelStepMatcher::named(&globs, Asked::Reached, definitions))
            }
            TextField::Dropped => {
                Compiled::Funnels(FunnelStepMatcher::named(&globs, Asked::Dropped, definitions))
            }
            TextField::Group => Compiled::Pages(Which::Any, definitions.paths_of_groups(&globs), none),
            TextField::Variant => Compiled::Variant(globs, none),
            TextField::Country => Compiled::Country(globs),
            TextField::Visitor => Compiled::Visitor(globs),
            TextField::Address => Compiled::Address(globs, none),
        }
    }

    fn forget(&mut self) {
        match self {
            Compiled::Arrivals(_, _, numbers)
            | Compiled::Word(_, _, numbers)
            | Compiled::Resumed(numbers) => {
                *numbers = MatchingIds::default();
            }
            _ => {}
        }
    }

    fn refresh(&mut self, known: &Dictionaries) {
        match self {
            Compiled::Pages(_, globs, pages) => refresh_pages(pages, globs, known),
            Compiled::Arrivals(text, globs, arrivals) => arrivals.extend_to(known.arrivals.len(), |number| {
                is_any(globs, &arrival_text(known, ArrivalId(number), *text))
            }),
            Compiled::Resumed(arrivals) => {
                arrivals.extend_to(known.arrivals.len(), |number| known.arrival(ArrivalId(number)).resumed);
            }
            Compiled::Agents(text, globs, agents) => agents.extend_to(known.agents.len(), |number| {
                is_any(globs, agent_text(known, AgentId(number), *text))
            }),
            Compiled::Hosts(text, globs, hosts) => hosts.extend_to(known.hosts.len(), |number| {
                is_any(globs, &host_text(known, HostId(number), *text))
            }),
            Compiled::Entries(field, globs, ids) => field.refresh(globs, ids, known),
            Compiled::Actions(globs, actions) => {
                actions.extend_to(known.actions.len(), |number| {
                    is_any(globs, &known.actions.text(ActionId(number)))
                });
            }
            Compiled::Word(globs, pages, arrivals) => {
                pages.extend_to(known.pages.len(), |number| {
                    let text = known.pages.text(PageId(number));
                    globs.iter().any(|glob| glob.matches_page_ignoring_case(&text))
                });
                arrivals.extend_to(known.arrivals.len(), |number| {
                    is_any(globs, &arrival_text(known, ArrivalId(number), ArrivalText::Source))
                });
            }
            Compiled::Address(globs, addresses) => addresses.extend_to(known.addresses.len(), |number| {
                is_any(globs, &known.addresses.text(AddressId(number)))
            }),
            Compiled::Goals(goals) => goals.iter_mut().for_each(|goal| goal.refresh(known)),
            Compiled::Ways(ways) => ways.iter_mut().for_each(|way| way.refresh(known)),
            Compiled::Funnels(steps) => steps.iter_mut().for_each(|step| step.refresh(known)),
            Compiled::Variant(globs, properties) => properties.extend_to(known.properties_len(), |id| {
                known.properties(PropertiesId(id)).texts().any(|text| is_any(globs, text))
            }),
            Compiled::Country(_)
            | Compiled::Visitor(_)
            | Compiled::Number(..)
            | Compiled::Flag(_)
            | Compiled::Bot(_)
            | Compiled::Assets(_) => {}
        }
    }

    /// Partitions rows by this term; the term is dispatched once per batch of rows.
    fn part<R: Row>(
        &self,
        rows: &mut Vec<R>,
        others: &mut impl Extend<R>,
        negated: bool,
        (moment, matcher): (&Moment, &Matcher),
    ) {
        let mut by_id = |numbers: &MatchingIds, id: fn(&R) -> Option<u32>| {
            part(rows, others, negated, |row| id(row).is_some_and(|id| numbers.has(id)));
        };
        match self {
            Compiled::Pages(Which::Any, _, pages) => part(rows, others, negated, |row| views_any(row, pages)),
            Compiled::Pages(Which::First, _, pages) => by_id(pages, |row| row.entry().map(|page| page.0)),
            Compiled::Pages(Which::Last, _, pages) => by_id(pages, |row| row.exit().map(|page| page.0)),
            Compiled::Arrivals(_, _, arrivals) | Compiled::Resumed(arrivals) => {
                by_id(arrivals, |row| Some(row.arrival().0));
            }
            Compiled::Agents(_, _, agents) => by_id(agents, |row| Some(row.agent().0)),
            Compiled::Hosts(_, _, hosts) => by_id(hosts, |row| Some(row.host().0)),
            Compiled::Actions(_, actions) => part(rows, others, negated, |row| did_any(row, actions)),
            Compiled::Entries(field, _, ids) => part(rows, others, negated, |row| field.holds(row, ids)),
            Compiled::Goals(goals) => {
                part(rows, others, negated, |row| goals.iter().any(|goal| goal.is_reached(row, moment)));
            }
            Compiled::Funnels(steps) => {
                part(rows, others, negated, |row| steps.iter().any(|step| step.holds(row, moment)));
            }
            Compiled::Variant(_, properties) => {
                let names = |row: &R| row.timeline().any(|one| properties.has(one.properties.0));
                part(rows, others, negated, names);
            }
            Compiled::Country(globs) => {
                part(rows, others, negated, |row| is_any(globs, &row.country().name()));
            }
            Compiled::Visitor(globs) => {
                part(rows, others, negated, |row| is_any(globs, &row.visitor().alias()));
            }
            Compiled::Address(globs, addresses) => {
                part(rows, others, negated, |row| match row.address().text_id() {
                    Some(AddressId(number)) => addresses.has(number),
                    None => is_any(globs, &row.address().to_string()),
                });
            }
            Compiled::Number(field, compare, value) => {
                let holds = |n: u64| compare.holds(&n, value);
                part(rows, others, negated, |row| number(row, *field).is_some_and(holds));
            }
            Compiled::Flag(flag) => part(rows, others, negated, |row| is_so(row, *flag, moment, matcher)),
            Compiled::Bot(test) => part(rows, others, negated, |row| is_bot(*test, row.bot())),
            Compiled::Assets(some) => part(rows, others, negated, |row| row.has_assets() == *some),
            Compiled::Ways(ways) => {
                part(rows, others, negated, |row| ways.iter().any(|way| way.matches(row, moment)));
            }
            Compiled::Word(_, pages, arrivals) => {
                part(rows, others, negated, |row| arrivals.has(row.arrival().0) || views_any(row, pages));
            }
        }
    }
}

fn part<R: Row>(rows: &mut Vec<R>, others: &mut impl Extend<R>, negated: bool, holds: impl Fn(&R) -> bool) {
    others.extend(rows.extract_if(.., |row| holds(row) == negated));
}

/// Discards sessions.
struct Gone;

impl<R> Extend<R> for Gone {
    fn extend<T: IntoIterator<Item = R>>(&mut self, rows: T) {
        rows.into_iter().for_each(drop);
    }
}

/// Branch-free: an early exit would mispredict more often than it saves.
fn views_any(row: &impl Row, pages: &MatchingIds) -> bool {
    row.pages().fold(false, |found, page| found | pages.has(page.0))
}

fn did_any(row: &impl Row, actions: &MatchingIds) -> bool {
    row.timeline().any(|one| matches!(one.what, EntryKind::Action(action) if actions.has(action.0)))
}

fn number(row: &impl Row, field: NumberField) -> Option<u64> {
    match field {
        // A session of one event has no duration: no comparison with it holds (R8).
        NumberField::Duration => row.duration().map(|span| span.0),
        NumberField::Pageviews => Some(row.pageviews().into()),
        NumberField::Actions => Some(row.actions().into()),
        NumberField::Errors => Some(row.errors().into()),
    }
}

/// What decides about a bounce: pageviews, actions and length.
fn figures(row: &impl Row) -> (u32, u32, Span) {
    (row.pageviews(), row.actions(), row.end().since(row.start()))
}

fn is_so(row: &impl Row, flag: Flag, moment: &Moment, matcher: &Matcher) -> bool {
    let state = || moment.state(row.end());
    match flag {
        Flag::Bounced => matcher.is_bounce(row, figures(row), moment),
        Flag::Active => state() == SessionState::Active,
        Flag::Open => state() != SessionState::Closed,
        Flag::Closed => state() == SessionState::Closed,
        Flag::New => row.newness() == Some(Newness::New),
        Flag::Returning => row.newness() == Some(Newness::Returning),
        Flag::Slow => row.entry_load().is_some_and(|load| Span(load.into()) > SLOW),
        Flag::Resumed => false, // is a fact of the arrival, see `Compiled::Resumed`
    }
}

fn is_bot(test: BotTest, reason: Option<BotReason>) -> bool {
    match test {
        BotTest::Yes => reason.is_some(),
        BotTest::No => reason.is_none(),
        BotTest::Any => true,
        BotTest::Agent => reason == Some(BotReason::Agent),
        BotTest::NoAgent => reason == Some(BotReason::NoAgent),
        BotTest::RobotsTxt => reason == Some(BotReason::RobotsTxt),
        BotTest::Rate => reason == Some(BotReason::Rate),
        BotTest::Spam => reason == Some(BotReason::Spam),
    }
}

/// A session of this length is engaged (GA4).
const ENGAGED: Span = Span::seconds(10);
