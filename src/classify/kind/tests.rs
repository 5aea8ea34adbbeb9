//! Kinds as R2 has them, request by request.

use super::*;
use crate::format::Purpose;

fn classified<'r>(rules: &'r [Rule], method: &str, target: &str, status: u16) -> Class<'r> {
    of_request(rules, method, target, status, true)
}

fn of_request<'r>(rules: &'r [Rule], method: &str, target: &str, status: u16, refers: bool) -> Class<'r> {
    let request = Request::of_parts(method.as_bytes(), target.as_bytes()).expect("a request");
    let facts = PathFacts::of(request.path(), rules);
    let by_rule = first_rule(rules, &facts, method.as_bytes(), status).map(Rule::class);
    let class = by_rule.unwrap_or_else(|| class_of(&request, facts.when(status), status, || refers));
    if rules.is_empty()
        && let Some(kind) = kind_at_a_glance(request.path())
    {
        assert_eq!(class.kind, kind, "at a glance: {target}");
    }
    class
}

fn name(method: &str, target: &str, status: u16) -> String {
    let class = classified(&[], method, target, status);
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
        ("GET", "/files/manual.pdf", 206, "action download"),
        ("GET", "/files/manual.pdf", 203, "pageview"),
        ("GET", "/page", 203, "pageview"),
        ("GET", "/page", 204, "other"),
        ("GET", "/page", 205, "other"),
        ("GET", "/page", 206, "other"),
        ("GET", "/page", 0, "other"),
        ("POST", "/page", 0, "other"),
        ("GET", "/a/style.css", 0, "asset"),
        ("GET", "/api/users", 0, "api"),
        ("GET", "/page", 499, "error"),
        ("GET", "/style.css;v=1", 200, "asset"),
        ("GET", "/style%2ecss", 200, "asset"),
        ("GET", "/page;v=1.css", 200, "pageview"),
        ("GET", "/wiki/Node.js", 200, "pageview"),
        ("GET", "/group/project/blob/main/a.rs.txt", 200, "pageview"),
        ("GET", "/wiki/Manual.pdf", 200, "action download"),
        ("GET", "/wikis/Node.js", 200, "asset"),
        ("GET", "/_next/image?url=%2Fp.jpg&w=640", 200, "asset"),
        ("GET", "/y?_rsc=1a2b", 200, "api"),
        ("POST", "/?wc-ajax=get_refreshed_fragments", 200, "api"),
        ("GET", "/?rest_route=/wp/v2/posts", 404, "api"),
        ("GET", "/?utm_source=x", 200, "pageview"),
        ("POST", "/chat/negotiate", 200, "api"),
        ("GET", "/chat/negotiate", 200, "pageview"),
        ("GET", "/api/_next/image", 200, "asset"),
        ("GET", "/api/a.css", 200, "asset"),
        ("GET", "/api/a.pdf", 200, "api"),
        ("POST", "/livewire/update", 200, "api"),
        ("GET", "/actuator/env", 200, "api"),
        ("GET", "/actuator/env", 404, "error"),
        ("GET", "/route?_data=x", 404, "error"),
        ("GET", "/downloads/dwell.AppImage", 200, "action download"),
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
fn r2_a_feed_that_no_page_leads_to_is_read_by_a_program() {
    let kind = |refers| of_request(&[], "GET", "/blog/feed/", 200, refers).kind;
    assert_eq!((kind(false), kind(true)), (Kind::Api, Kind::Pageview));
}

#[test]
fn r2_a_download_counts_once_per_path_and_a_submit_each_time() {
    assert!(classified(&[], "GET", "/a.pdf", 206).once_per_path);
    assert!(!classified(&[], "POST", "/a.pdf", 200).once_per_path);
}

#[test]
fn r2_what_the_browser_says_comes_before_the_answer() {
    let heard = |said, method: &str, target, status| {
        classified(&[], method, target, status).heard(said, method.as_bytes()).kind
    };
    let to = |destination| Said { destination, ..Said::default() };
    let prefetch = Said { purpose: Purpose::Prefetch, ..to(Destination::Script) };
    for (said, method, target, status, kind) in [
        (prefetch, "GET", "/page", 200, Kind::Other),
        (prefetch, "GET", "/missing", 404, Kind::Other),
        (prefetch, "GET", "/a.css", 200, Kind::Asset),
        (to(Destination::Part), "GET", "/image/1", 200, Kind::Asset),
        (to(Destination::Part), "GET", "/image/1", 404, Kind::Asset),
        (to(Destination::Part), "GET", "/api/image", 200, Kind::Api),
        (to(Destination::Frame), "GET", "/embed", 200, Kind::Other),
        (to(Destination::Script), "GET", "/more", 200, Kind::Api),
        (to(Destination::Script), "POST", "/more", 200, Kind::Action),
        (to(Destination::Script), "GET", "/a.pdf", 200, Kind::Action),
        (Said { wants_page: true, ..to(Destination::Script) }, "GET", "/more", 200, Kind::Pageview),
        (Said { swaps_page: true, ..to(Destination::Script) }, "GET", "/more", 200, Kind::Pageview),
        (to(Destination::Page), "GET", "/page", 200, Kind::Pageview),
    ] {
        assert_eq!(heard(said, method, target, status), kind, "{said:?} {method} {target} {status}");
    }
}

#[test]
fn r1_rules_see_the_one_spelling_however_they_are_spelled() {
    for pattern in
        ["/caf%C3%A9/*", "/caf%c3%a9/*", "/café/*", "/my file/*", "/my%20file/*", "/%7Ejo/*", "/~jo/*"]
    {
        let rule = Rule {
            methods: vec![],
            paths: vec![Glob::new(pattern)],
            statuses: vec![],
            outcome: RuleOutcome::Kind(Kind::Asset),
        };
        let written = ["/caf%c3%a9/x", r"/caf\xC3\xA9/x", "/my%20file/x", "/%7ejo/x", "/~jo/x"];
        let rules = [rule];
        let matches = written.iter().filter(|path| classified(&rules, "GET", path, 200).kind == Kind::Asset);
        let expected = if pattern.contains("my") { 1 } else { 2 };
        assert_eq!(matches.count(), expected, "{pattern}");
    }
}

#[test]
fn r2_rules_of_the_user_come_first() {
    let images = Rule {
        methods: vec![],
        paths: vec![Glob::new("/image/*"), Glob::new("/thumb/*")],
        statuses: vec![],
        outcome: RuleOutcome::Kind(Kind::Asset),
    };
    let signup = Rule {
        methods: vec![Glob::new("POST"), Glob::new("PUT")],
        paths: vec![Glob::new("/register")],
        statuses: vec![StatusRange(200..=299), StatusRange(303..=303)],
        outcome: RuleOutcome::Action("signup".into()),
    };
    let searches = Rule {
        methods: vec![],
        paths: vec![Glob::new("/search*")],
        statuses: vec![],
        outcome: RuleOutcome::Kind(Kind::Action),
    };
    let rules = [images, signup, searches];
    let class = |method: &str, path: &str, status| {
        let class = classified(&rules, method, path, status);
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

#[test]
fn r2_what_is_known_at_a_glance_is_what_the_table_says() {
    for prefix in API_PREFIXES {
        assert_eq!(machine_of(prefix), Some((Machine::Api, Answers::All)), "{}", prefix.escape_ascii());
    }
}
