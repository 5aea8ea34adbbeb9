//! Why a filter on events matched nothing: what it names that the log has not, and what is nearest to that.

use crate::glob::Glob;
use crate::query::event_filter::{EventField, EventFilter, EventTest};
use crate::query::view::TableRow;
use crate::text::{nearest, readable_path};

use super::day::Day;
use super::words;

/// So many actions of the log are named where none is near.
const NAMED: usize = 3;

/// Says why a filter matched nothing.
pub(super) fn why_nothing(filter: &EventFilter, day: &Day) -> String {
    let actions = named(filter, EventField::Action);
    if !actions.is_empty() && !day.actions().any(|row| is_any(&actions, &row.key)) {
        return no_action(&actions, day);
    }
    let pages = paths(filter, day);
    match day.pages().find(|row| is_page(&pages, row)) {
        None if !pages.is_empty() => no_page(&pages, day),
        Some(row) if !pages.is_empty() => {
            let views = words::times(row.count);
            format!(
                "Nothing matched: {} was viewed {views}, but no event there meets the rest of it.",
                readable_path(&row.key)
            )
        }
        _ => "Nothing matched.".to_owned(),
    }
}

/// Says that no page of these was viewed.
pub(super) fn no_page(pages: &[Glob], day: &Day) -> String {
    let names: Vec<_> = pages.iter().map(Glob::pattern).collect();
    let none = format!("Nothing matched: no page that was viewed is {}", words::listed(&names, "or"));
    match pages.iter().find_map(|page| nearest_page(page, day)) {
        Some(row) => {
            let views = words::count(row.count, "view");
            format!("{none}; the nearest is {} ({views}).", readable_path(&row.key))
        }
        None => format!("{none}."),
    }
}

fn no_action(actions: &[Glob], day: &Day) -> String {
    let names: Vec<_> = actions.iter().map(Glob::pattern).collect();
    let none = format!("Nothing matched: no action is called {}", words::listed(&names, "or"));
    let near =
        actions.iter().find_map(|one| nearest(&one.pattern(), day.actions().map(|row| row.key.as_str())));
    let some: Vec<_> = day.actions().take(NAMED).map(|row| row.key.clone()).collect();
    match (near, some.is_empty()) {
        (Some(near), _) => format!("{none}; the nearest is {near}."),
        (None, false) => format!("{none}; the log has {}.", words::listed(&some, "and")),
        (None, true) => format!("{none}, and nobody did any."),
    }
}

/// The page that is spelled most like a pattern, up to its first star.
fn nearest_page<'a>(pattern: &Glob, day: &Day<'a>) -> Option<&'a TableRow> {
    let pattern = pattern.pattern();
    let (literal, has_star) =
        pattern.split_once('*').map_or((pattern.as_str(), false), |(start, _)| (start, true));
    let start = |row: &TableRow| -> String {
        let whole = if has_star { literal.chars().count() } else { usize::MAX };
        readable_path(&row.key).chars().take(whole).collect()
    };
    let starts: Vec<_> = day.pages().map(|row| (start(row), row)).collect();
    let near = nearest(literal, starts.iter().map(|(start, _)| start.as_str()))?;
    starts.iter().find(|(start, _)| start == near).map(|(_, row)| *row)
}

fn is_page(pages: &[Glob], row: &TableRow) -> bool {
    pages.iter().any(|page| page.matches_page(&row.key))
}

fn is_any(globs: &[Glob], name: &str) -> bool {
    globs.iter().any(|glob| glob.matches(name))
}

/// The paths that a filter names, itself or by groups.
fn paths(filter: &EventFilter, day: &Day) -> Vec<Glob> {
    let groups = named(filter, EventField::Group);
    let is_meant = |name: &str| groups.iter().any(|group| group.matches_ignoring_case(name));
    let meant = day.definitions.groups.iter().filter(|group| is_meant(&group.name));
    let of_groups = meant.flat_map(|group| group.paths.iter().cloned());
    named(filter, EventField::Page).into_iter().chain(of_groups).collect()
}

/// What a filter names of a field.
fn named(filter: &EventFilter, wanted: EventField) -> Vec<Glob> {
    let globs = filter.terms().iter().filter_map(|term| match &term.test {
        EventTest::Text(field, globs) if *field == wanted && !term.negated => Some(globs),
        _ => None,
    });
    globs.flatten().cloned().collect()
}
