//! Paths as an engine would give them for the shop of `fixture`.

use crate::query::analysis::ask::PathsAsk;
use crate::query::view::*;
use crate::time::Span;

pub(super) fn page(text: &str) -> PathStep {
    PathStep::Page(text.to_owned())
}

pub(super) fn action(name: &str) -> PathStep {
    PathStep::Action(name.to_owned())
}

fn column(rows: Vec<(PathStep, u64)>, other: PathOther) -> PathColumn {
    let sessions = rows.iter().map(|(_, sessions)| sessions).sum::<u64>() + other.sessions;
    let rows = rows.into_iter().map(|(step, sessions)| PathRow { step, sessions, mark: None }).collect();
    PathColumn { sessions, rows, other }
}

fn marked(mut column: PathColumn, step: &PathStep, mark: PathMark) -> PathColumn {
    let of = column.rows.iter_mut().find(|row| row.step == *step);
    of.expect("a row of the column").mark = Some(mark);
    column
}

const NONE: PathOther = PathOther { rows: 0, sessions: 0 };

/// What an engine would answer: 188 sessions viewed the start, of which 52 went on to the form.
pub(super) fn paths(ask: &PathsAsk) -> PathsView {
    let before = vec![
        (PathStep::Entered, 78),
        (page("/"), 43),
        (page("/features/dimmable-lamps"), 34),
        (page("/blog/2026/11/how-we-pack-lamps-so-that-they-arrive-whole"), 20),
    ];
    let after = vec![
        (PathStep::Left, 68),
        (page("/signup"), 52),
        (page("/features/dimmable-lamps"), 31),
        (page("/goodbye"), 18),
        (PathStep::StillHere, 2),
    ];
    let second =
        vec![(action("signup"), 32), (PathStep::Left, 13), (page("/pricing"), 5), (PathStep::StillHere, 2)];
    let third = vec![(page("/welcome"), 30), (PathStep::Left, 2)];
    let of_all = vec![(PathStep::Left, 51), (action("signup"), 32), (page("/"), 35)];
    let first = column(after, PathOther { rows: 6, sessions: 17 });
    let mut columns = vec![marked(first, &page("/goodbye"), PathMark::DeadEnd)];
    if ask.after.is_empty() {
        columns.push(column(of_all, NONE));
    } else {
        columns.push(marked(column(second, NONE), &page("/pricing"), PathMark::Loop));
    }
    if ask.after.len() > 1 {
        columns.push(column(third, NONE));
    }
    let mut earlier = vec![column(before, PathOther { rows: 7, sessions: 13 })];
    if !ask.before.is_empty() {
        earlier.push(column(vec![(PathStep::Entered, 40), (page("/search"), 3)], NONE));
    }
    PathsView {
        sessions: 188,
        exits: 68,
        still_here: 2,
        followed: [188, 52, 32][ask.after.len().min(2)],
        loads: 188,
        load_p75: Span(410),
        is_dead_end: false,
        before: earlier,
        after: columns,
    }
}

pub(super) fn whole_paths() -> WholePathsView {
    let row = |(steps, sessions): ([&str; 3], u64)| WholePathRow { steps: steps.map(page), sessions };
    let rows = [
        (["/", "/products", "/products/desk-lamp-brass"], 214),
        (["/products", "/products/desk-lamp-brass", "/cart"], 121),
        (["/products/desk-lamp-brass", "/cart", "/checkout/address"], 96),
        (["/", "/pricing", "/signup"], 43),
        (["/blog/2026/11/how-we-pack-lamps-so-that-they-arrive-whole", "/", "/products"], 31),
        (["/search", "/\u{1b}[31mevil\u{202e}txt.exe", "/search"], 3),
    ];
    WholePathsView {
        sessions: 2310,
        rows: rows.map(row).to_vec(),
        other: PathOther { rows: 1204, sessions: 3020 },
        beyond: 0,
    }
}
