//! Paths as an operator asks for them (design.md R13): worked-out sums, and the filter that stands for each row.
#![expect(clippy::expect_used, clippy::panic, reason = "what helps a test fails as the test would")]

#[path = "support/lines.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod lines;

use std::fmt::Write as _;

use dwell::Filter;
use dwell::query::analysis::ask::{Analysis, PathSide, PathStart, PathsAsk, WholePathsAsk};
use dwell::query::question::Question;
use dwell::query::view::{
    AnalysisView, PathColumn, PathMark, PathOther, PathStep, PathsView, WholePathsView,
};
use dwell::time::Span;
use lines::{Hit, LONG_AGO};

/// The log of visitors who each view these pages, a minute apart; `!` before one is an action there.
fn log(visits: &[&str]) -> String {
    let mut log = String::new();
    for (visitor, pages) in visits.iter().enumerate() {
        for (minute, page) in pages.split(' ').enumerate() {
            let at = LONG_AGO + Span::minutes(minute as u64);
            let address = format!("203.0.{}.{}", visitor / 250, visitor % 250 + 1);
            let path = page.trim_start_matches('!');
            let line = Hit { at, address: &address, path, referrer: "-", agent: lines::BROWSER }.line();
            log += &if page.starts_with('!') { line.replace("GET", "POST") } else { line };
        }
    }
    log
}

fn ask(log: &str, filter: &str, analysis: Analysis) -> AnalysisView {
    let filter = Filter::parse(filter).expect("a filter");
    let question = Question { analyses: vec![analysis], ..Question::about(filter) };
    dwell::read(log).ask(&question).expect("lines that are read").analyses.remove(0)
}

fn paths(log: &str, ask_for: &PathsAsk) -> PathsView {
    match ask(log, "", Analysis::Paths(ask_for.clone())) {
        AnalysisView::Paths(paths) => paths,
        other => panic!("{other:?}"),
    }
}

fn whole_paths(log: &str, rows: usize) -> WholePathsView {
    match ask(log, "", Analysis::WholePaths(WholePathsAsk { rows, folded: false })) {
        AnalysisView::WholePaths(paths) => paths,
        other => panic!("{other:?}"),
    }
}

fn from(page: &str) -> PathsAsk {
    PathsAsk { start: PathStart::Page(page.to_owned()), ..PathsAsk::default() }
}

/// Rows as a screen might write them.
fn rows(column: &PathColumn) -> String {
    let mut text = String::new();
    for row in &column.rows {
        let name = match &row.step {
            PathStep::Page(name) | PathStep::Group(name) | PathStep::Action(name) => name.as_str(),
            PathStep::Entered => "entered",
            PathStep::Left => "left",
            PathStep::StillHere => "still here",
        };
        let mark = match row.mark {
            Some(PathMark::Loop) => " loop",
            Some(PathMark::DeadEnd) => " dead end",
            None => "",
        };
        let comma = if text.is_empty() { "" } else { ", " };
        write!(text, "{comma}{name} {}{mark}", row.sessions).expect("a text");
    }
    text
}

#[test]
fn r13_paths_lead_from_the_first_time_to_both_sides() {
    let log = log(&[
        "/ /pricing /signup !/signup",
        // Reloads are one step, and the second time at the start is none.
        "/pricing /pricing /docs /pricing /signup",
        "/ /pricing",
        "/blog / /pricing /signup",
        "/docs",
    ]);
    let found = paths(&log, &from("/pricing"));
    assert_eq!((found.sessions, found.exits), (4, 1));
    assert_eq!(rows(&found.before[0]), "/ 3, entered 1");
    assert_eq!(rows(&found.after[0]), "/signup 2, left 1, /docs 1");
    // Without a chosen way, of all who took a second step.
    assert_eq!(rows(&found.after[1]), "left 1, /pricing 1 loop, submit 1");

    let chosen = PathsAsk {
        before: vec![PathStep::Page("/".to_owned())],
        after: vec![PathStep::Page("/signup".to_owned())],
        ..from("/pricing")
    };
    let found = paths(&log, &chosen);
    assert_eq!(found.followed, 2);
    assert_eq!(rows(&found.before[1]), "entered 2, /blog 1");
    assert_eq!(rows(&found.after[1]), "left 1, submit 1");
}

#[test]
fn r13_entries_and_exits_are_starts() {
    let log = log(&["/a /b", "/a", "/c /b"]);
    let entries = paths(&log, &PathsAsk::default());
    assert_eq!((entries.sessions, rows(&entries.after[0])), (3, "/a 2, /c 1".to_owned()));
    assert_eq!(rows(&entries.before[0]), "");
    let exits = paths(&log, &PathsAsk { start: PathStart::Exit, ..PathsAsk::default() });
    assert_eq!((exits.sessions, rows(&exits.before[0])), (3, "/b 2, /a 1".to_owned()));
}

#[test]
fn r13_a_column_has_20_rows_and_what_is_beyond_is_counted() {
    let visits: Vec<_> =
        (0..30).map(|nth| format!("/start /page{nth:02}")).chain(["/start".to_owned()]).collect();
    let visits: Vec<_> = visits.iter().map(String::as_str).collect();
    let found = paths(&log(&visits), &from("/start"));
    let column = &found.after[0];
    assert_eq!((column.rows.len(), column.sessions), (20, 31));
    // Who left has a row of their own, wherever it ranks.
    assert!(column.rows.iter().any(|row| row.step == PathStep::Left));
    assert_eq!(column.other, PathOther { rows: 11, sessions: 11 });
}

#[test]
fn r13_a_dead_end_is_where_nine_of_ten_leave_of_ten_at_least() {
    let mut visits = vec!["/ /end"; 18];
    visits.extend(["/ /end /", "/ /end /more"]);
    assert_eq!(rows(&paths(&log(&visits), &from("/")).after[0]), "/end 20 dead end");
    visits.push("/ /end /more");
    assert_eq!(rows(&paths(&log(&visits), &from("/")).after[0]), "/end 21");
    assert_eq!(rows(&paths(&log(&["/ /end"; 9]), &from("/")).after[0]), "/end 9");
}

#[test]
fn r13_whole_paths_are_three_pages_one_right_after_the_other() {
    let log = log(&["/a /b /b /c /a /b /c", "/a /b /c", "/b /a", "/a /b !/b /c"]);
    let found = whole_paths(&log, 1);
    assert_eq!((found.sessions, found.rows.len(), found.beyond), (4, 1, 0));
    let [a, b, c] = ["/a", "/b", "/c"].map(|page| PathStep::Page(page.to_owned()));
    assert_eq!((&found.rows[0].steps, found.rows[0].sessions), (&[a, b, c], 2));
    assert_eq!(found.other, PathOther { rows: 2, sessions: 2 });
}

#[test]
fn r13_each_row_has_a_filter_for_its_sessions() {
    let log = log(&[
        "/ /pricing /signup !/signup",
        "/pricing /pricing /docs /pricing /signup",
        "/ /pricing /docs",
        "/blog / /pricing /signup",
        "/docs / /docs /pricing /a*b",
        "/docs",
    ]);
    let page = |page: &str| PathStep::Page(page.to_owned());
    let starts = [
        PathStart::Entry,
        PathStart::Exit,
        PathStart::Page("/pricing".to_owned()),
        PathStart::Action("submit".to_owned()),
    ];
    let mut looked_at = 0;
    for start in starts {
        let ways = [
            (vec![], vec![]),
            (vec![page("/")], vec![page("/docs")]),
            (vec![page("/signup")], vec![page("/")]),
        ];
        for (before, after) in ways {
            let asked = PathsAsk { start: start.clone(), before, after, folded: false };
            let found = paths(&log, &asked);
            for (side, columns) in [(PathSide::Before, &found.before), (PathSide::After, &found.after)] {
                for (nth, row) in columns
                    .iter()
                    .enumerate()
                    .flat_map(|(nth, one)| one.rows.iter().map(move |row| (nth, row)))
                {
                    let term = asked.term(side, nth, &row.step).expect("a term");
                    let filter = Filter::parse(&term.to_string()).expect("what was written");
                    let question = Question::about(filter.clone());
                    let view = dwell::read(&log).ask(&question).expect("lines");
                    assert_eq!(view.totals.sessions, row.sessions, "{filter}: {row:?}");
                    looked_at += 1;
                }
            }
        }
    }
    assert!(looked_at > 30, "{looked_at}");
    for row in whole_paths(&log, 100).rows {
        let filter = Filter::default().and(WholePathsAsk::term(&row.steps));
        let view = dwell::read(&log).ask(&Question::about(filter.clone())).expect("lines");
        assert_eq!(view.totals.sessions, row.sessions, "{filter}");
    }
}
