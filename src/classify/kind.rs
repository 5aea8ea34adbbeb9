//! Kinds: what a hit is (design.md R2).

use std::ops::RangeInclusive;

use crate::format::{Hit, Own, OwnKind, Request};
use crate::glob::Glob;

use super::file_type::FileType;

/// What a hit is. The order is that of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A page was answered.
    Pageview,
    /// Something was submitted or downloaded, or whatever else a rule calls an action.
    Action,
    /// A part of a page.
    Asset,
    /// A call by a program.
    Api,
    /// The server refused or failed.
    Error,
    /// The server sent the client elsewhere.
    Redirect,
    /// The rest.
    Other,
}

impl Kind {
    /// Every kind, in the order of reports.
    pub const ALL: [Kind; 7] =
        [Kind::Pageview, Kind::Action, Kind::Asset, Kind::Api, Kind::Error, Kind::Redirect, Kind::Other];

    /// The kind's name in configs and reports.
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

    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A kind, and for actions which one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Class<'a> {
    /// The kind.
    pub kind: Kind,
    /// The action's name; empty for other kinds.
    pub action: &'a [u8],
}

impl Class<'_> {
    const OTHER: Class<'static> = Class { kind: Kind::Other, action: b"" };

    fn plain(kind: Kind) -> Class<'static> {
        Class { kind, action: b"" }
    }

    fn action(action: &'static str) -> Class<'static> {
        Class { kind: Kind::Action, action: action.as_bytes() }
    }
}

/// A rule of the user's, which comes before those of R2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Methods it is for, in upper case; empty for all.
    pub methods: Vec<Glob>,
    /// Paths it is for; empty for all.
    pub paths: Vec<Glob>,
    /// Statuses it is for; empty for all.
    pub statuses: Vec<StatusRange>,
    /// What such hits are.
    pub outcome: Outcome,
}

/// Statuses from the first to the last.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StatusRange(pub RangeInclusive<u16>);

/// What a rule makes of a hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A kind of R2; an action that is given no name is called `action`.
    Kind(Kind),
    /// An action of this name.
    Action(String),
}

impl Rule {
    fn is_for(&self, method: &str, path: &str, status: u16) -> bool {
        let any = |globs: &[Glob], text| globs.is_empty() || globs.iter().any(|glob| glob.matches(text));
        let is_status =
            self.statuses.is_empty() || self.statuses.iter().any(|range| range.0.contains(&status));
        is_status && any(&self.methods, method) && any(&self.paths, path)
    }

    fn class(&self) -> Class<'_> {
        match &self.outcome {
            Outcome::Kind(Kind::Action) => Class::action("action"),
            Outcome::Kind(kind) => Class::plain(*kind),
            Outcome::Action(name) => Class { kind: Kind::Action, action: name.as_bytes() },
        }
    }
}

/// The class of a hit: what an event says of itself, else by the user's rules and then by R2.
#[must_use]
#[inline(always)]
pub fn class<'a>(rules: &'a [Rule], hit: &Hit<'a>) -> Class<'a> {
    match (&hit.own, &hit.request) {
        (Some(own), _) if own.kind != OwnKind::Request => class_of_own(own),
        (_, Some(request)) => class_of_request(rules, request, hit.status),
        // It asks for nothing (R1).
        (_, None) => Class::OTHER,
    }
}

/// By the user's rules and then by R2: the first match wins.
#[inline(always)]
fn class_of_request<'r>(rules: &'r [Rule], request: &Request, status: u16) -> Class<'r> {
    let path = request.path();
    let rule = if rules.is_empty() { None } else { first_rule(rules, request.method, path, status) };
    match rule {
        None => class_of(request.method, path, status),
        Some(rule) => rule.class(),
    }
}

/// The class of an event, which names its own kind (R2).
fn class_of_own<'a>(own: &Own<'a>) -> Class<'a> {
    match own.kind {
        OwnKind::Page => Class::plain(Kind::Pageview),
        OwnKind::Track(action) => Class { kind: Kind::Action, action },
        // Of a request R2 says what it is, and of one who was named there is nothing to say.
        OwnKind::Identify | OwnKind::Request => Class::OTHER,
    }
}

/// Few users have any, and what it needs is not made ready for the others' lines.
#[inline(never)]
fn first_rule<'r>(rules: &'r [Rule], method: &[u8], path: &[u8], status: u16) -> Option<&'r Rule> {
    let (method, path) = (String::from_utf8_lossy(method), String::from_utf8_lossy(path));
    rules.iter().find(|rule| rule.is_for(&method, &path, status))
}

/// R2 without rules of the user's.
#[inline(always)]
fn class_of(method: &[u8], path: &[u8], status: u16) -> Class<'static> {
    let file = FileType::of(path);
    if file == Some(FileType::Asset) {
        return Class::plain(Kind::Asset);
    }
    if is_api(path) {
        return Class::plain(Kind::Api);
    }
    if status >= 400 {
        return Class::plain(Kind::Error);
    }
    if matches!(method, b"POST" | b"PUT" | b"PATCH" | b"DELETE") && status >= 200 {
        return Class::action("submit");
    }
    let get = method == b"GET";
    if get && matches!(status, 200 | 304) && file == Some(FileType::Download) {
        return Class::action("download");
    }
    match status {
        200..300 | 304 if get => Class::plain(Kind::Pageview),
        300..304 | 305..400 => Class::plain(Kind::Redirect),
        _ => Class::plain(Kind::Other),
    }
}

/// How paths of programs begin.
const API_PREFIXES: [&[u8]; 8] = [
    b"/api/",
    b"/graphql",
    b"/rest/",
    b"/wp-json/",
    b"/cdn-cgi/",
    b"/.well-known/",
    b"/socket.io/",
    b"/xmlrpc.php",
];

fn is_api(path: &[u8]) -> bool {
    let maybe = path.first_chunk().is_some_and(|first| begins_like_api(u32::from_le_bytes(*first)));
    (maybe && API_PREFIXES.iter().any(|prefix| path.starts_with(prefix)))
        || path.ends_with(b"/admin-ajax.php")
}

/// Whether the first four bytes are those of one of [`API_PREFIXES`]: few other paths have them. All are looked at, for
/// that is less than to guess where to stop.
fn begins_like_api(four: u32) -> bool {
    API_PREFIXES.iter().fold(false, |is_like, prefix| {
        let [a, b, c, d, ..] = **prefix else { return is_like };
        is_like | (u32::from_le_bytes([a, b, c, d]) == four)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(method: &str, target: &str, status: u16) -> String {
        let request = Request::of_parts(method.as_bytes(), target.as_bytes()).expect("a request");
        let class = class_of_request(&[], &request, status);
        format!("{} {}", class.kind.name(), String::from_utf8_lossy(class.action)).trim_end().to_owned()
    }

    #[test]
    fn r2_first_match_wins() {
        for (method, target, status, kind) in [
            ("GET", "/a/style.css", 200, "asset"),
            ("POST", "/a/STYLE.CSS?v=1", 404, "asset"),
            ("GET", "/manifest.webmanifest", 200, "asset"),
            ("GET", "/robots.txt", 200, "asset"),
            ("GET", "/api/users", 500, "api"),
            ("GET", "/graphql", 200, "api"),
            ("POST", "/wp-admin/admin-ajax.php", 200, "api"),
            ("GET", "/apiary", 200, "pageview"),
            ("GET", "/missing", 404, "error"),
            ("POST", "/login", 403, "error"),
            ("POST", "/login", 302, "action submit"),
            ("DELETE", "/cart/1", 204, "action submit"),
            ("POST", "/login", 101, "other"),
            ("GET", "/files/Manual.PDF", 200, "action download"),
            ("GET", "/files/manual.pdf", 304, "action download"),
            ("GET", "/files/manual.pdf", 206, "pageview"),
            ("GET", "/old", 301, "redirect"),
            ("HEAD", "/old", 301, "redirect"),
            ("GET", "/page", 304, "pageview"),
            ("GET", "/page", 200, "pageview"),
            ("GET", "/a.b/page", 200, "pageview"),
            ("HEAD", "/page", 200, "other"),
            ("HEAD", "/page", 304, "other"),
            ("OPTIONS", "*", 204, "other"),
            ("GET", "/page", 100, "other"),
        ] {
            assert_eq!(name(method, target, status), kind, "{method} {target} {status}");
        }
    }

    #[test]
    fn r2_rules_of_the_user_come_first() {
        let images = Rule {
            methods: vec![],
            paths: vec![Glob::new("/image/*"), Glob::new("/thumb/*")],
            statuses: vec![],
            outcome: Outcome::Kind(Kind::Asset),
        };
        let signup = Rule {
            methods: vec![Glob::new("POST"), Glob::new("PUT")],
            paths: vec![Glob::new("/register")],
            statuses: vec![StatusRange(200..=299), StatusRange(303..=303)],
            outcome: Outcome::Action("signup".into()),
        };
        let searches = Rule {
            methods: vec![],
            paths: vec![Glob::new("/search*")],
            statuses: vec![],
            outcome: Outcome::Kind(Kind::Action),
        };
        let rules = [images, signup, searches];
        let class = |method: &str, path: &str, status| {
            let request = Request::of_parts(method.as_bytes(), path.as_bytes()).expect("a request");
            let class = class_of_request(&rules, &request, status);
            (class.kind, String::from_utf8_lossy(class.action).into_owned())
        };
        assert_eq!(class("GET", "/image/1/200x200", 200).0, Kind::Asset);
        assert_eq!(class("GET", "/thumb/1", 404).0, Kind::Asset);
        assert_eq!(class("POST", "/register", 303), (Kind::Action, "signup".into()));
        assert_eq!(class("PUT", "/register", 201), (Kind::Action, "signup".into()));
        assert_eq!(class("POST", "/register", 302), (Kind::Action, "submit".into()));
        assert_eq!(class("GET", "/search/shoes", 200), (Kind::Action, "action".into()));
        assert_eq!(class("POST", "/register", 500).0, Kind::Error);
        assert_eq!(class("GET", "/register", 200).0, Kind::Pageview);
    }
}
