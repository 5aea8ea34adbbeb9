//! Paths and ways counted once more: every session is written out as the list of its steps (design.md R13).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use dwell::glob::Glob;
use dwell::query::analysis::ask::{NextStepsAsk, PathStart, PathsAsk, WholePathsAsk};
use dwell::query::definitions::{Definitions, PageGroup};
use dwell::query::filter::{Way, WayStep};
use dwell::query::question::SmallGroups;
use dwell::query::view::{
    NextSteps, NextStepsView, PathColumn, PathMark, PathOther, PathRow, PathStep, PathsView, SessionState,
    WholePathRow, WholePathsView,
};
use dwell::time::Span;

use super::answers::{Answers, Known};

/// The one page group of the rigs.
pub const GROUP: &str = "letters";

/// What the rigs define.
pub fn definitions() -> Definitions {
    let group = PageGroup { name: GROUP.to_owned(), paths: vec![Glob::new("/a*")] };
    Definitions { groups: vec![group], ..Definitions::default() }
}

/// The steps of a session from its beginning to its end, neighbours that are the same as one; and how long each took to
/// load at first, where that is known.
fn steps(known: &Known, is_folded: bool, named: &[&str]) -> Vec<(PathStep, Option<u64>)> {
    let mut steps = vec![(PathStep::Entered, None)];
    for event in &known.session.events {
        let page = event.path();
        let step = match event.deed.action() {
            Some(action) => PathStep::Action(action.to_owned()),
            None if is_folded && page.starts_with("/a") && !named.contains(&page) => {
                PathStep::Group(GROUP.to_owned())
            }
            None => PathStep::Page(page.to_owned()),
        };
        if steps.last().map(|(last, _)| last) != Some(&step) {
            steps.push((step, event.load()));
        }
    }
    let is_active = known.state == SessionState::Active;
    steps.push((if is_active { PathStep::StillHere } else { PathStep::Left }, None));
    steps
}

/// A session seen from the start: what came before it, backwards; and what came after it.
struct Seen {
    before: Vec<PathStep>,
    after: Vec<PathStep>,
    load: Option<u64>,
}

fn seen(known: &Known, ask: &PathsAsk) -> Option<Seen> {
    let (start, named) = match &ask.start {
        PathStart::Entry => (PathStep::Entered, None),
        PathStart::Exit => (PathStep::Left, None),
        PathStart::Page(page) => (PathStep::Page(page.clone()), Some(page.as_str())),
        PathStart::Action(action) => (PathStep::Action(action.clone()), None),
        PathStart::Group(group) => (PathStep::Group(group.clone()), None),
        PathStart::Event(_) => panic!("not tried here"),
    };
    let named: Vec<_> = named.into_iter().collect();
    let steps = steps(known, ask.folded, &named);
    let place = steps.iter().position(|(step, _)| *step == start)?;
    let plain = |(step, _): &(PathStep, Option<u64>)| step.clone();
    let is_action = matches!(start, PathStep::Action(_));
    Some(Seen {
        before: steps[..place].iter().rev().map(plain).collect(),
        after: steps[place + 1..].iter().map(plain).collect(),
        load: steps[place].1.filter(|_| !is_action),
    })
}

impl Answers {
    /// Paths, but for the percentile, which is beside them.
    pub fn paths(&self, ask: &PathsAsk) -> (PathsView, Vec<Span>) {
        let all: Vec<_> = self.seen().filter_map(|known| seen(known, ask)).collect();
        let count = |test: &dyn Fn(&Seen) -> bool| all.iter().filter(|seen| test(seen)).count() as u64;
        let column = |nth: usize, chosen: &[PathStep], side: fn(&Seen) -> &[PathStep]| {
            let chosen = &chosen[..nth.min(chosen.len())];
            let there = all.iter().map(side).filter(|steps| steps.len() > nth && steps.starts_with(chosen));
            column(there.map(|steps| (&steps[nth], steps.get(nth + 1))), |step| {
                chosen.contains(step) || is_start(ask, step)
            })
        };
        let [before, after]: [fn(&Seen) -> &[PathStep]; 2] = [|seen| &seen.before, |seen| &seen.after];
        let mut loads: Vec<_> = all.iter().filter_map(|seen| seen.load.map(Span)).collect();
        loads.sort_unstable();
        let exits = count(&|seen| seen.after.first() == Some(&PathStep::Left));
        let still_here = count(&|seen| seen.after.first() == Some(&PathStep::StillHere));
        let sessions = all.len() as u64;
        let is_page = matches!(ask.start, PathStart::Page(_) | PathStart::Group(_));
        let view = PathsView {
            sessions,
            exits,
            still_here,
            followed: count(&|seen| {
                seen.before.starts_with(&ask.before) && seen.after.starts_with(&ask.after)
            }),
            loads: loads.len() as u64,
            load_p75: Span::ZERO,
            is_dead_end: is_page && is_dead_end(sessions - still_here, exits),
            before: (0..(ask.before.len() + 1).min(5)).map(|nth| column(nth, &ask.before, before)).collect(),
            after: (0..(ask.after.len() + 1).clamp(2, 5)).map(|nth| column(nth, &ask.after, after)).collect(),
        };
        (view, loads)
    }

    /// The most frequent ways over three pages.
    pub fn whole_paths(&self, ask: WholePathsAsk) -> WholePathsView {
        let mut paths: BTreeMap<[PathStep; 3], u64> = BTreeMap::new();
        for known in self.seen() {
            let steps: Vec<_> = steps(known, ask.folded, &[]).into_iter().map(|(step, _)| step).collect();
            let is_page = |step: &PathStep| matches!(step, PathStep::Page(_) | PathStep::Group(_));
            let three = steps.windows(3).filter(|three| three.iter().all(is_page));
            let went: BTreeSet<[PathStep; 3]> =
                three.map(|three| three.to_vec().try_into().expect("three")).collect();
            for path in went {
                *paths.entry(path).or_default() += 1;
            }
        }
        let mut rows: Vec<_> =
            paths.into_iter().map(|(steps, sessions)| WholePathRow { steps, sessions }).collect();
        rows.sort_by_key(|row| Reverse(row.sessions));
        let other = rows.split_off(ask.rows.min(rows.len()));
        WholePathsView {
            sessions: self.seen().count() as u64,
            rows,
            other: PathOther {
                rows: other.len() as u64,
                sessions: other.iter().map(|row| row.sessions).sum(),
            },
            beyond: 0,
        }
    }

    /// What came after the pages that most sessions viewed.
    pub fn next_steps(&self, ask: NextStepsAsk) -> NextStepsView {
        let viewed: BTreeSet<_> = self.seen().flat_map(Known::pages).collect();
        let next = |page: &str| {
            let ask = PathsAsk { start: PathStart::Page(page.to_owned()), ..PathsAsk::default() };
            let (paths, _) = self.paths(&ask);
            let mut after = paths.after;
            for row in after.iter_mut().flat_map(|column| &mut column.rows) {
                row.mark = row.mark.filter(|mark| *mark == PathMark::Loop);
            }
            NextSteps { page: page.to_owned(), sessions: paths.sessions, after }
        };
        let mut pages: Vec<_> = viewed.into_iter().map(next).collect();
        pages.sort_by_key(|page| Reverse(page.sessions));
        pages.truncate(ask.pages);
        NextStepsView { pages, beyond: 0 }
    }
}

fn is_start(ask: &PathsAsk, step: &PathStep) -> bool {
    match (&ask.start, step) {
        (PathStart::Page(start), PathStep::Page(one))
        | (PathStart::Group(start), PathStep::Group(one))
        | (PathStart::Action(start), PathStep::Action(one)) => start == one,
        _ => false,
    }
}

/// Nine of ten of at least ten whose next step is known.
fn is_dead_end(decided: u64, left: u64) -> bool {
    decided >= 10 && left * 10 >= decided * 9
}

fn column<'a>(
    there: impl Iterator<Item = (&'a PathStep, Option<&'a PathStep>)>,
    is_loop: impl Fn(&PathStep) -> bool,
) -> PathColumn {
    let mut steps: BTreeMap<&PathStep, Vec<Option<&PathStep>>> = BTreeMap::new();
    there.for_each(|(step, next)| steps.entry(step).or_default().push(next));
    let row = |(step, next): (&PathStep, Vec<Option<&PathStep>>)| {
        let count = |what: PathStep| next.iter().filter(|one| **one == Some(&what)).count() as u64;
        let sessions = next.len() as u64;
        let dead = is_dead_end(sessions - count(PathStep::StillHere), count(PathStep::Left));
        let is_page = matches!(step, PathStep::Page(_) | PathStep::Group(_));
        let mark =
            if is_loop(step) { Some(PathMark::Loop) } else { (is_page && dead).then_some(PathMark::DeadEnd) };
        PathRow { step: step.clone(), sessions, mark }
    };
    let mut rows: Vec<_> = steps.into_iter().map(row).collect();
    rows.sort_by_key(|row| Reverse(row.sessions));
    PathColumn { sessions: rows.iter().map(|row| row.sessions).sum(), rows, other: PathOther::default() }
}

/// R11: steps of fewer than five sessions have no row of their own.
pub fn fold_small(column: &mut PathColumn, small_groups: SmallGroups) {
    if small_groups == SmallGroups::Folded {
        for row in column.rows.extract_if(.., |row| row.step.is_event() && row.sessions < 5) {
            column.other.rows += 1;
            column.other.sessions += row.sessions;
        }
    }
}

/// Whether a session went a way.
pub fn goes(known: &Known, way: &Way) -> bool {
    let is_folded = way.steps().iter().any(|step| matches!(step, WayStep::Group(_)));
    let pages = ["/", "/a", "/a/b", "/pricing"];
    let is_named =
        |page: &str| way.steps().iter().any(|step| matches!(step, WayStep::Page(glob) if glob.matches(page)));
    let named: Vec<_> = pages.into_iter().filter(|page| is_named(page)).collect();
    let steps: Vec<_> = steps(known, is_folded, &named).into_iter().map(|(step, _)| step).collect();
    let takes = |from: usize| {
        let rest = &steps[from..];
        rest.len() >= way.steps().len() && way.steps().iter().zip(rest).all(|(wanted, step)| is(wanted, step))
    };
    match way.first() {
        None => (0..steps.len()).any(takes),
        Some(first) => {
            let start = steps.iter().position(|step| is(&way.steps()[first], step));
            start.is_some_and(|start| start >= first && takes(start - first))
        }
    }
}

fn is(wanted: &WayStep, step: &PathStep) -> bool {
    match (wanted, step) {
        (WayStep::Any, step) => step.is_event(),
        (WayStep::Entered, PathStep::Entered)
        | (WayStep::Left, PathStep::Left)
        | (WayStep::StillHere, PathStep::StillHere) => true,
        (WayStep::Page(glob), PathStep::Page(page)) => glob.matches(page),
        (WayStep::Group(glob), PathStep::Group(name)) | (WayStep::Action(glob), PathStep::Action(name)) => {
            glob.matches_ignoring_case(name)
        }
        _ => false,
    }
}
