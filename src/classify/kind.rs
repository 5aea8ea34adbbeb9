//! Kinds: what a hit is (design.md R2).

use std::ops::RangeInclusive;

use memchr::memmem;

use crate::bytes;
use crate::format::{Destination, Hit, Own, OwnKind, Request, Said, spelled};
use crate::glob::Glob;

use super::file_type::FileType;
use super::glance::needs_a_look;
use super::machines::{Answers, Machine, has_machine_key, machine_of};

/// The kind of a hit, in the order of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A page was viewed.
    Pageview,
    /// A form was submitted, a file downloaded, or whatever else a rule calls an action.
    Action,
    /// A part of a page.
    Asset,
    /// A call by a program.
    Api,
    /// The server answered with an error.
    Error,
    /// The server sent the client elsewhere.
    Redirect,
    /// The rest.
    Other,
}

impl Kind {
    /// All kinds, in the order of reports.
    pub const ALL: [Kind; 7] =
        [Kind::Pageview, Kind::Action, Kind::Asset, Kind::Api, Kind::Error, Kind::Redirect, Kind::Other];

    /// Its name in configs and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Pageview => "pageview",
            Kind::Action => "action",
            Kind::Asset => "asset",
            Kind::Api => "api",
            Kind::Error => "error",
            Kind::Redirect => "redirect",
            Kind::Other => "other",
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A kind, and the action's name if it is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Class<'a> {
    /// The kind.
    pub kind: Kind,
    /// The action's name; empty for other kinds.
    pub action: &'a [u8],
    /// Whether it counts once per session and path: files are fetched in ranges (R2).
    pub once_per_path: bool,
    /// Whether request headers like `Sec-Fetch-Dest` may still change it (R2.3).
    pub is_open: bool,
}

impl<'a> Class<'a> {
    const OTHER: Class<'static> = Class::plain(Kind::Other);
    const DOWNLOAD: Class<'static> =
        Class { kind: Kind::Action, action: b"download", once_per_path: true, is_open: true };

    /// A kind that needs no more.
    #[must_use]
    pub const fn plain(kind: Kind) -> Class<'static> {
        Class { kind, action: b"", once_per_path: false, is_open: false }
    }

    fn action(action: &'a [u8]) -> Class<'a> {
        Class { kind: Kind::Action, action, once_per_path: false, is_open: false }
    }

    fn open(self) -> Class<'a> {
        Class { is_open: true, ..self }
    }

    /// The class, corrected by what the browser's headers say (R2.3).
    #[must_use]
    #[inline]
    pub fn heard(self, said: Said, method: &[u8]) -> Class<'a> {
        if !self.is_open || said == Said::default() { self } else { self.corrected(said, method) }
    }

    #[inline(never)]
    fn corrected(self, said: Said, method: &[u8]) -> Class<'a> {
        let is_whole_page = said.wants_page || said.swaps_page || self.once_per_path;
        match said.destination {
            _ if said.prefetches() => Class::plain(Kind::Other),
            Destination::Part => Class::plain(Kind::Asset),
            Destination::Frame => Class::plain(Kind::Other),
            Destination::Script if method == b"GET" && !is_whole_page => Class::plain(Kind::Api),
            Destination::Script | Destination::Page => self,
        }
    }
}

/// A `[[rule]]` of the user's, applied before those of R2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Methods in upper case; empty for all.
    pub methods: Vec<Glob>,
    /// Paths; empty for all.
    pub paths: Vec<Glob>,
    /// Statuses; empty for all.
    pub statuses: Vec<StatusRange>,
    /// The kind or action of such hits.
    pub outcome: RuleOutcome,
}

/// An inclusive range of statuses.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StatusRange(pub RangeInclusive<u16>);

/// The result of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleOutcome {
    /// A kind of R2; an action without a name is called `action`.
    Kind(Kind),
    /// An action with this name.
    Action(String),
}

impl Rule {
    fn is_for_path(&self, path: &str) -> bool {
        self.paths.is_empty() || self.paths.iter().any(|glob| page_matches(glob, path))
    }

    fn is_for(&self, method: &str, status: u16) -> bool {
        let is_status =
            self.statuses.is_empty() || self.statuses.iter().any(|range| range.0.contains(&status));
        is_status && (self.methods.is_empty() || self.methods.iter().any(|glob| glob.matches(method)))
    }

    fn class(&self) -> Class<'_> {
        match &self.outcome {
            RuleOutcome::Kind(Kind::Action) => Class::action(b"action"),
            RuleOutcome::Kind(kind) => Class::plain(*kind),
            RuleOutcome::Action(name) => Class::action(name.as_bytes()),
        }
    }
}

/// Whether a normalized page (R1) matches a glob, in whatever spelling the glob is written.
fn page_matches(glob: &Glob, page: &str) -> bool {
    glob.matches_page(page) || respelled(glob).is_some_and(|glob| glob.matches(page))
}

/// The glob with its escapes normalized; `None` if it is normalized already.
#[must_use]
pub fn respelled(glob: &Glob) -> Option<Glob> {
    let spelling = glob.map(|part| String::from_utf8_lossy(&spelled(part.as_bytes())).into_owned());
    (spelling != *glob).then_some(spelling)
}

/// What a path alone says about its requests, cached per path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathFacts {
    kind: PathKind,
    /// The answers for which `kind` holds.
    answers: Answers,
    /// The user's rules that match the path.
    rules: Box<[usize]>,
}

/// What a path is requested for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PathKind {
    Asset,
    Api,
    ApiByPost,
    ApiWithoutReferrer,
    Download,
    /// It depends on method and status.
    Any,
}

impl PathFacts {
    /// The facts of a path as logged.
    #[must_use]
    pub fn of(path: &[u8], rules: &[Rule]) -> PathFacts {
        let path = spelled(path);
        let text = String::from_utf8_lossy(&path);
        let for_path = |(nth, rule): (usize, &Rule)| rule.is_for_path(&text).then_some(nth);
        let (kind, answers) = PathKind::of(&path);
        PathFacts { kind, answers, rules: rules.iter().enumerate().filter_map(for_path).collect() }
    }
}

impl PathFacts {
    /// The kind, given the status.
    #[inline(always)]
    fn when(&self, status: u16) -> PathKind {
        if self.answers.has(status) { self.kind } else { PathKind::Any }
    }
}

impl PathKind {
    /// By R2, of a normalized path.
    fn of(path: &[u8]) -> (PathKind, Answers) {
        match (FileType::of(path), machine_of(path)) {
            (Some(FileType::Asset), _) if !is_text_of_people(path) => (PathKind::Asset, Answers::All),
            (_, Some((machine, answers))) => (PathKind::of_machine(machine), answers),
            (Some(FileType::Download), None) => (PathKind::Download, Answers::All),
            _ => (PathKind::Any, Answers::All),
        }
    }

    fn of_machine(machine: Machine) -> PathKind {
        match machine {
            Machine::Asset => PathKind::Asset,
            Machine::Api => PathKind::Api,
            Machine::ApiByPost => PathKind::ApiByPost,
            Machine::ApiWithoutReferrer => PathKind::ApiWithoutReferrer,
        }
    }
}

/// Folders below which pages may be named like files.
fn is_text_of_people(path: &[u8]) -> bool {
    [&b"/wiki/"[..], b"/blob/"].iter().any(|folder| memmem::find(path, folder).is_some())
}

/// The most common prefixes of API paths.
const API_PREFIXES: [&[u8]; 6] =
    [b"/api/", b"/graphql/", b"/rest/", b"/wp-json/", b"/cdn-cgi/", b"/socket.io/"];

/// The kind of a request if its path alone decides it (R2.1, R2.2) and no user rule can change it; `None` if the path
/// must be looked up.
#[inline(always)]
pub(super) fn kind_at_a_glance(path: &[u8]) -> Option<Kind> {
    if FileType::of(path) == Some(FileType::Asset) {
        return (!needs_a_look(path)).then_some(Kind::Asset);
    }
    let maybe = path.first_chunk().is_some_and(|first| begins_like_api(u32::from_le_bytes(*first)));
    if maybe { api_at_a_glance(path) } else { None }
}

#[inline(never)]
fn api_at_a_glance(path: &[u8]) -> Option<Kind> {
    let is_api = API_PREFIXES.iter().any(|prefix| path.starts_with(prefix));
    // Every machine's asset has one of these two bytes in its path.
    let may_be_asset = needs_a_look(path) || bytes::position(&path[4..], [b'_', b'.']).is_some();
    (is_api && !may_be_asset).then_some(Kind::Api)
}

/// Whether the first four bytes are those of one of [`API_PREFIXES`]. Branch-free: an early exit would mispredict.
fn begins_like_api(four: u32) -> bool {
    API_PREFIXES.iter().fold(false, |is_like, prefix| {
        let [a, b, c, d, ..] = **prefix else { return is_like };
        is_like | (u32::from_le_bytes([a, b, c, d]) == four)
    })
}

/// The class of a hit: an event's own word, else the user's rules, else R2. `has_referrer` is evaluated only if it
/// matters.
#[must_use]
#[inline(always)]
pub fn class<'a>(
    rules: &'a [Rule],
    hit: &Hit<'a>,
    path: &PathFacts,
    has_referrer: impl FnOnce() -> bool,
) -> Class<'a> {
    match (&hit.own, &hit.request) {
        (Some(own), _) if own.kind != OwnKind::Request => class_of_own(own),
        (_, Some(request)) => {
            let rule = if path.rules.is_empty() {
                None
            } else {
                first_rule(rules, path, request.method, hit.status)
            };
            match rule {
                None => class_of(request, path.when(hit.status), hit.status, has_referrer),
                Some(rule) => rule.class(),
            }
        }
        // An empty request (R1).
        (_, None) => Class::OTHER,
    }
}

/// The class of an event that names its own kind (R2).
fn class_of_own<'a>(own: &Own<'a>) -> Class<'a> {
    match own.kind {
        OwnKind::Page => Class::plain(Kind::Pageview),
        OwnKind::Track(action) => Class::action(action),
        // Requests are classified by R2, and logins have no class.
        OwnKind::Identify | OwnKind::Request => Class::OTHER,
    }
}

/// Not inlined: few users have rules, and its stack frame would burden every line.
#[inline(never)]
fn first_rule<'r>(rules: &'r [Rule], path: &PathFacts, method: &[u8], status: u16) -> Option<&'r Rule> {
    let method = String::from_utf8_lossy(method);
    let for_path = path.rules.iter().filter_map(|&nth| rules.get(nth));
    for_path.into_iter().find(|rule| rule.is_for(&method, status))
}

/// R2 without user rules: the first match.
#[inline(always)]
fn class_of(
    request: &Request,
    path: PathKind,
    status: u16,
    has_referrer: impl FnOnce() -> bool,
) -> Class<'static> {
    let is_machine = match path {
        PathKind::Asset => return Class::plain(Kind::Asset),
        PathKind::Api => true,
        PathKind::ApiByPost => request.method == b"POST",
        PathKind::ApiWithoutReferrer => !has_referrer(),
        PathKind::Download | PathKind::Any => false,
    };
    if is_machine || has_machine_key(request.query(), status) {
        return Class::plain(Kind::Api);
    }
    by_answer(request.method, path, status).open()
}

/// R2.4 and later: by method and status.
#[inline(always)]
fn by_answer(method: &[u8], path: PathKind, status: u16) -> Class<'static> {
    let get = method == b"GET";
    match status {
        400.. => Class::plain(Kind::Error),
        200..400 if matches!(method, b"POST" | b"PUT" | b"PATCH" | b"DELETE") => Class::action(b"submit"),
        200 | 206 | 304 if get && path == PathKind::Download => Class::DOWNLOAD,
        300..304 | 305..400 => Class::plain(Kind::Redirect),
        200 | 203 | 304 if get => Class::plain(Kind::Pageview),
        // Also if the client left before an answer (R1).
        _ => Class::plain(Kind::Other),
    }
}

#[cfg(test)]
mod tests;
