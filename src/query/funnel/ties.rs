//! Events of one instant that came from different inputs have no order: a chain may take them in any (R5, R13).

use super::trail::TrailEvent;

/// So many orders are looked at. Two servers that log seconds make two of them, or three; where there are more, whoever
/// asks for everything at once from many servers takes R5's own.
const MOST_ORDERS: usize = 64;

/// Whether the events have more orders than the one they are in.
pub(super) fn has_ties(events: &[TrailEvent]) -> bool {
    events.windows(2).any(|pair| is_tie(&pair[0], &pair[1]))
}

fn is_tie(before: &TrailEvent, event: &TrailEvent) -> bool {
    event.other_input && event.time == before.time
}

/// All orders that the events may have come in, by their places; the one that they are in comes first.
pub(super) fn orders(events: &[TrailEvent]) -> Vec<Vec<usize>> {
    let mut orders = vec![Vec::new()];
    let mut first = 0;
    for instant in events.chunk_by(|before, event| before.time == event.time) {
        let merged = merged(&by_input(instant, first));
        first += instant.len();
        if orders.len() * merged.len() <= MOST_ORDERS {
            let with_each = |order: Vec<usize>| merged.iter().map(move |next| [&order[..], next].concat());
            orders = orders.into_iter().flat_map(with_each).collect();
        } else {
            for order in &mut orders {
                order.extend(&merged[0]);
            }
        }
    }
    orders
}

/// The places of the events of one instant, each input's by themselves.
fn by_input(instant: &[TrailEvent], first: usize) -> Vec<Vec<usize>> {
    let mut at = first;
    let inputs = instant.chunk_by(|before, event| !is_tie(before, event));
    let places = inputs.map(|events| {
        at += events.len();
        (at - events.len()..at).collect()
    });
    places.collect()
}

/// The ways in which lists merge into one that keeps the order of each; the first one after the other, and at most one
/// more than are looked at.
fn merged(lists: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut ways = Vec::new();
    let left: Vec<&[usize]> = lists.iter().map(Vec::as_slice).collect();
    merge(&left, &mut Vec::new(), &mut ways);
    ways
}

fn merge(left: &[&[usize]], begun: &mut Vec<usize>, ways: &mut Vec<Vec<usize>>) {
    if left.iter().all(|list| list.is_empty()) {
        ways.push(begun.clone());
        return;
    }
    for (nth, list) in left.iter().enumerate() {
        let Some((first, rest)) = list.split_first() else { continue };
        if ways.len() > MOST_ORDERS {
            return;
        }
        let mut left = left.to_vec();
        left[nth] = rest;
        begun.push(*first);
        merge(&left, begun, ways);
        begun.pop();
    }
}
