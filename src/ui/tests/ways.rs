//! Exploring paths (R13): where they begin, how keys go along them, and what Enter opens.

use super::fixture;
use super::keys::busy;
use super::rig::{Rig, settings};
use super::shop_paths::{action, page};
use crate::glob::Glob;
use crate::query::analysis::ask::{Analysis, PathStart, PathsAsk, WholePathsAsk};
use crate::query::definitions::PageGroup;
use crate::query::view::PathStep;
use crate::ui::monitor_settings::MonitorSettings;

fn pricing(after: &[PathStep]) -> PathsAsk {
    let start = PathStart::Page("/pricing".to_owned());
    PathsAsk { start, after: after.to_vec(), ..PathsAsk::default() }
}

fn asked(rig: &Rig) -> PathsAsk {
    let paths = rig.question().analyses.iter().find_map(|analysis| match analysis {
        Analysis::Paths(paths) => Some(paths.clone()),
        _ => None,
    });
    paths.expect("paths are explored")
}

fn with_groups() -> MonitorSettings {
    let group = PageGroup { name: "docs".to_owned(), paths: vec![Glob::new("/docs/*")] };
    let mut settings = settings();
    let mut definitions = (*settings.definitions).clone();
    definitions.groups.push(group);
    settings.definitions = definitions.into();
    settings
}

#[test]
fn r13_paths_begin_at_the_page_under_the_cursor() {
    let mut rig = busy();
    rig.press("4jjp");
    assert_eq!(asked(&rig), pricing(&[]));
    let whole = Analysis::WholePaths(WholePathsAsk { rows: 100, folded: false });
    assert_eq!(rig.question().analyses[1], whole);
    assert!(rig.screen().contains("from the first view in each session"));
    rig.press("<Esc>");
    assert!(rig.screen().contains("3 / 418"), "back on the row");
}

#[test]
fn r13_they_begin_at_the_open_page_an_action_or_where_sessions_begin() {
    let mut rig = busy();
    rig.press("4jj<Enter>p");
    assert_eq!((asked(&rig), rig.filter()), (pricing(&[]), String::new()), "the start says the page");
    rig.press("<Esc>");
    assert_eq!(rig.filter(), "page:/pricing");
    rig.press("6<Tab><Tab><Tab><Tab>p");
    assert_eq!(asked(&rig).start, PathStart::Action("submit".to_owned()));
    rig.press("3<Tab>p");
    assert_eq!(asked(&rig).start, PathStart::Page("/".to_owned()), "a landing page");
    rig.press("2p");
    assert_eq!(asked(&rig).start, PathStart::Entry);
}

#[test]
fn r13_l_follows_a_row_and_each_esc_takes_a_step_back() {
    let mut rig = busy();
    rig.press("4jjpjl");
    assert_eq!(asked(&rig), pricing(&[page("/signup")]));
    assert!(rig.screen().contains("of /signup 52"));
    rig.press("l");
    assert_eq!(asked(&rig), pricing(&[page("/signup"), action("signup")]));
    assert!(rig.screen().contains("this way 17.0 % · 32 of 188"));
    rig.press("hh");
    assert_eq!(asked(&rig).after.len(), 2, "to look back changes nothing");
    rig.press("jl");
    assert_eq!(asked(&rig), pricing(&[page("/features/dimmable-lamps")]), "another row, another way");
    rig.press("<Esc>");
    assert_eq!(asked(&rig).after.len(), 2);
    rig.press("<Esc>");
    assert_eq!(asked(&rig), pricing(&[page("/signup")]));
    rig.press("<Esc><Esc>");
    assert!(rig.question().analyses.iter().all(|analysis| !matches!(analysis, Analysis::Paths(_))));
}

#[test]
fn r13_h_goes_through_the_start_to_what_came_before() {
    let mut rig = busy();
    rig.press("4jjphhjh");
    assert_eq!(asked(&rig).before, [page("/")]);
    assert!(rig.screen().contains("2 before"));
    rig.press("h");
    assert!(rig.screen().contains("The session began here"), "nothing comes before an entry");
}

#[test]
fn r13_who_left_is_not_followed_and_the_screen_says_why() {
    let mut rig = busy();
    rig.press("4jjpl");
    assert_eq!(asked(&rig), pricing(&[]));
    assert!(rig.screen().contains("The session ended here"));
    rig.press("Gl");
    assert!(rig.screen().contains("only one that has a row of its own can be followed"));
}

#[test]
fn r13_enter_opens_the_sessions_that_went_that_way() {
    let mut rig = busy();
    rig.press("4jjpjl<Enter>");
    assert_eq!(rig.filter(), "way:\"@/pricing > /signup > signup\"");
    assert!(rig.question().sessions.is_some());
    rig.press("<Esc><Tab><Enter>");
    assert_eq!(rig.filter(), "way:\"/ > /products > /products/desk-lamp-brass\"", "a whole path");
    rig.press("<Esc>p");
    assert_eq!(asked(&rig).start, PathStart::Page("/".to_owned()));
    assert_eq!(asked(&rig).after, [page("/products"), page("/products/desk-lamp-brass")]);
}

#[test]
fn r13_p_on_a_row_begins_there() {
    let mut rig = busy();
    rig.press("4jjpp");
    assert_eq!(asked(&rig).start, PathStart::Exit, "who left after it: all who left");
    rig.press("<Esc>jp");
    assert_eq!(asked(&rig).start, PathStart::Page("/signup".to_owned()));
}

#[test]
fn r13_page_groups_stand_for_their_pages_on_a_key() {
    let mut rig = busy();
    rig.press("4jjpP");
    assert!(rig.screen().contains("No page groups are defined"));
    let mut rig = Rig::with(with_groups(), 120, 36).answering(fixture::busy());
    rig.press("4jjpP");
    assert!(asked(&rig).folded);
    rig.press("P");
    assert!(!asked(&rig).folded);
}
