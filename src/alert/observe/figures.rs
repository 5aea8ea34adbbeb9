//! The figures of conditions in a view.

use crate::alert::condition::{Figure, Statuses};
use crate::query::view::{AnalysisView, FunnelView, GoalRow, GoalsView, TrafficTotals, View};
use crate::time::Span;

/// A figure, and how many sessions or hits it is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reading {
    /// `None` where it is not known.
    pub(super) value: Option<f64>,
    pub(super) sample: u64,
}

/// Reads a figure; `lines` are those of all inputs in the window.
pub(super) fn reading(view: &View, figure: &Figure, lines: Option<u64>) -> Reading {
    let traffic = view.traffic.as_ref().map(|traffic| &traffic.totals);
    let hits = traffic.map_or(0, |totals| totals.hits);
    let of_hits = |value: Option<f64>| Reading { value, sample: hits };
    let of_sessions = |value| Reading { value, sample: view.totals.sessions };
    match figure {
        Figure::Hits => of_hits(traffic.map(|totals| totals.hits as f64)),
        Figure::Bytes => of_hits(traffic.map(|totals| totals.bytes as f64)),
        Figure::Lines => Reading { value: lines.map(|lines| lines as f64), sample: lines.unwrap_or(0) },
        Figure::LoadP75 => of_hits(traffic.and_then(|totals| totals.load_p75).map(Span::as_seconds)),
        Figure::Errors(statuses) => of_hits(traffic.map(|totals| errors(totals, *statuses) as f64)),
        Figure::Active => of_sessions(Some(view.totals.active as f64)),
        Figure::Started => of_sessions(Some(view.totals.started as f64)),
        Figure::BounceRate => Reading { value: view.bounce.settled.share(), sample: view.bounce.settled.of },
        Figure::Goal(name) => of_sessions(goal(view, name).map(|(_, row)| row.events as f64)),
        Figure::GoalRate(name) => {
            let found = goal(view, name).filter(|(all, _)| all.seen > 0);
            of_sessions(found.map(|(all, row)| row.sessions as f64 / all.seen as f64))
        }
        Figure::FunnelRate(name) => {
            let funnel = funnel(view, name);
            Reading {
                value: funnel.and_then(FunnelView::conversion),
                sample: funnel.map_or(0, |funnel| funnel.settled),
            }
        }
    }
}

/// What servers log when a client has left, which is no failure (R1).
const CLIENT_LEFT: [u16; 2] = [460, 499];

/// Failures, unless one status is asked for.
fn errors(totals: &TrafficTotals, statuses: Statuses) -> u64 {
    let counts = |status: u16| match statuses {
        Statuses::One(one) => status == one,
        Statuses::Class(class) => status / 100 == class && !CLIENT_LEFT.contains(&status),
        Statuses::All => false,
    };
    match statuses {
        Statuses::All => totals.failures,
        _ => totals.by_status.iter().filter(|(status, _)| counts(*status)).map(|(_, hits)| hits).sum(),
    }
}

fn goal<'a>(view: &'a View, name: &str) -> Option<(&'a GoalsView, &'a GoalRow)> {
    let goals = view.analyses.iter().find_map(|analysis| match analysis {
        AnalysisView::Goals(goals) => Some(goals),
        _ => None,
    })?;
    let row = goals.rows.iter().find(|row| row.goal == name)?;
    Some((goals, row))
}

fn funnel<'a>(view: &'a View, name: &str) -> Option<&'a FunnelView> {
    view.analyses.iter().find_map(|analysis| match analysis {
        AnalysisView::Funnel(funnel) if funnel.funnel == name => Some(funnel),
        _ => None,
    })
}
