//! A filter on traffic: of its terms each table takes those that it can (design.md R12).

use crate::classify::address::KeptAddress;
use crate::classify::kind::Kind;
use crate::glob::Glob;
use crate::ids::{AddressId, AgentId, ClassId, ClientId, PathId};
use crate::query::event_matcher::{is_any, is_status, with_spellings};
use crate::query::filter::{BotTest, Filter, Term, Test, TextField};
use crate::query::matcher::agent_name;
use crate::query::matching_ids::MatchingIds;
use crate::query::view::{KIND_NAMES, LeftOut};
use crate::store::dictionaries::Dictionaries;
use crate::traffic::{Class, Clients, Traffic};

/// A filter compiled against what is known of traffic.
#[derive(Debug, Clone, Default)]
pub struct TrafficMatcher {
    of_classes: Vec<Term>,
    of_paths: Vec<Term>,
    of_clients: Vec<Term>,
    left_out: LeftOut,
    classes: MatchingIds,
    paths: MatchingIds,
}

/// What a term speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    Class,
    Path,
    Client,
    /// What traffic does not know.
    Sessions,
}

impl TrafficMatcher {
    /// Compiles a filter; [`TrafficMatcher::refresh`] it before each scan.
    #[must_use]
    pub fn new(filter: &Filter) -> TrafficMatcher {
        let mut matcher = TrafficMatcher::default();
        for term in filter.terms() {
            let text = term.to_string();
            let LeftOut { totals, failures, clients, paths } = &mut matcher.left_out;
            let (terms, left_out): (_, Vec<&mut Vec<String>>) = match about(&term.test) {
                About::Class => (Some(&mut matcher.of_classes), vec![]),
                About::Path => (Some(&mut matcher.of_paths), vec![totals, clients]),
                About::Client => (Some(&mut matcher.of_clients), vec![totals, paths]),
                About::Sessions => (None, vec![totals, failures, clients, paths]),
            };
            for tables in left_out {
                tables.push(text.clone());
            }
            if let Some(terms) = terms {
                terms.push(with_all_spellings(term.clone()));
            }
        }
        matcher
    }

    /// The terms that tables leave out.
    #[must_use]
    pub fn left_out(&self) -> &LeftOut {
        &self.left_out
    }

    /// Whether it leaves out hits of some network.
    pub(super) fn parts_networks(&self) -> bool {
        !self.of_classes.is_empty() || !self.of_clients.is_empty()
    }

    /// Tests what is new since the last call.
    pub fn refresh(&mut self, traffic: &Traffic, known: &Dictionaries) {
        let TrafficMatcher { of_classes, of_paths, classes, paths, .. } = self;
        let all = traffic.classes().all();
        classes.extend_to(all.len(), |id| {
            all.get(id as usize)
                .is_some_and(|class| has_all(of_classes, |test| is_class(test, *class, known)))
        });
        paths.extend_to(known.paths.len(), |id| {
            has_all(of_paths, |test| is_path(test, &known.paths.text(PathId(id))))
        });
    }

    pub(super) fn has_class(&self, class: ClassId) -> bool {
        self.classes.has(class.0)
    }

    pub(super) fn has_path(&self, path: PathId) -> bool {
        self.paths.has(path.0)
    }

    /// Whether a client matches. What is left of clients that were forgotten matches no term.
    pub(super) fn has_client(&self, id: ClientId, traffic: &Traffic, known: &Dictionaries) -> bool {
        if self.of_clients.is_empty() {
            return true;
        }
        let client = traffic.clients().get(id);
        if client.is_none() && id != Clients::NOBODY {
            return false;
        }
        let address = client.map(|client| client.address).unwrap_or_default();
        let agent = client.map(|client| client.agent);
        has_all(&self.of_clients, |test| is_client(test, address, agent, known))
    }
}

fn about(test: &Test) -> About {
    match test {
        Test::Text(field, _) => match field {
            TextField::Host | TextField::Kind | TextField::Status | TextField::Method => About::Class,
            TextField::Path => About::Path,
            TextField::Address | TextField::Agent => About::Client,
            _ => About::Sessions,
        },
        Test::Bot(BotTest::Yes | BotTest::No | BotTest::Any | BotTest::Agent) => About::Class,
        _ => About::Sessions,
    }
}

/// Paths are also found in the spelling that they were given.
fn with_all_spellings(mut term: Term) -> Term {
    if let Test::Text(TextField::Path, globs) = &mut term.test {
        *globs = with_spellings(std::mem::take(globs));
    }
    term
}

fn has_all(terms: &[Term], holds: impl Fn(&Test) -> bool) -> bool {
    terms.iter().all(|term| holds(&term.test) != term.negated)
}

fn is_class(test: &Test, class: Class, known: &Dictionaries) -> bool {
    match test {
        Test::Text(TextField::Host, globs) => is_any(globs, &known.hosts.text(class.host)),
        Test::Text(TextField::Kind, globs) => is_kind(globs, class.kind),
        Test::Text(TextField::Status, globs) => is_status(globs, class.status),
        Test::Text(TextField::Method, globs) => is_any(globs, class.method.name()),
        Test::Bot(BotTest::Yes | BotTest::Agent) => class.bot,
        Test::Bot(BotTest::No) => !class.bot,
        _ => true,
    }
}

fn is_kind(globs: &[Glob], kind: Kind) -> bool {
    KIND_NAMES.get(kind as usize).is_some_and(|name| is_any(globs, name))
}

fn is_path(test: &Test, path: &str) -> bool {
    match test {
        Test::Text(_, globs) => globs.iter().any(|glob| glob.matches_page(path)),
        _ => true,
    }
}

fn is_client(
    test: &Test,
    address: KeptAddress<AddressId>,
    agent: Option<AgentId>,
    known: &Dictionaries,
) -> bool {
    match test {
        Test::Text(TextField::Agent, globs) => {
            is_any(globs, agent.map_or("", |agent| agent_name(known, agent)))
        }
        Test::Text(_, globs) => is_any(globs, &known.address(address)),
        _ => true,
    }
}
