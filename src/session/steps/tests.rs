//! What a session promises, whatever the order of its events.

use proptest::prelude::*;

use super::*;
use crate::session::fixture::{action, at, download, note, session, view};

/// A session of these steps, added in this order.
fn of(steps: &[Step]) -> Session {
    let mut session = session(steps[0]);
    for step in &steps[1..] {
        session.insert(*step, Origin::default());
    }
    session
}

fn views(seconds: impl IntoIterator<Item = u64>) -> Vec<Step> {
    seconds.into_iter().map(|second| view(at(second), 1)).collect()
}

#[test]
fn r5_steps_go_by_time_then_input_then_as_they_came() {
    let by = |input, step: Step| Step { input: InputId(input), ..step };
    let steps = [by(1, view(at(5), 1)), by(0, view(at(5), 2)), by(0, view(at(5), 3)), by(0, view(at(1), 4))];
    let pages: Vec<_> = of(&steps).steps.iter().map(|step| step.page.0).collect();
    assert_eq!(pages, [4, 2, 3, 1]);
}

#[test]
fn r5_what_was_prefetched_comes_last_of_equal_times() {
    let prefetched = |number, page| Step { prefetched: number, ..view(at(5), page) };
    let steps = [prefetched(2, 3), prefetched(1, 2), view(at(5), 1)];
    let pages: Vec<_> = of(&steps).steps.iter().map(|step| step.page.0).collect();
    assert_eq!(pages, [1, 2, 3]);
}

#[test]
fn r9_a_session_comes_from_where_its_first_event_does() {
    let from = |arrival| Origin { arrival: ArrivalId(arrival), ..Origin::default() };
    let mut session = session(view(at(10), 1));
    assert!(!session.insert(view(at(20), 1), from(1)));
    assert_eq!(session.origin, Origin::default());
    assert!(session.insert(view(at(5), 1), from(2)));
    assert_eq!((session.origin, session.first_arrival), (from(2), ArrivalId(2)));
}

#[test]
fn r2_a_file_counts_once_and_its_other_requests_extend_the_session() {
    let session = of(&[download(at(10), 1), download(at(20), 2), download(at(90), 1)]);
    assert_eq!(session.steps, [download(at(10), 1), download(at(20), 2)]);
    assert_eq!((session.end(), session.actions(), session.extended), (at(90), 2, true));
}

#[test]
fn r2_of_a_files_requests_the_first_by_time_counts_whichever_came_first() {
    let session = of(&[view(at(0), 9), download(at(90), 1), download(at(10), 1)]);
    assert_eq!(session.steps, [view(at(0), 9), download(at(10), 1)]);
    assert_eq!((session.end(), session.extended), (at(90), true));
}

#[test]
fn r3_more_than_60_pageviews_within_60_seconds_are_no_persons() {
    assert!(!of(&views(0..60)).hasty);
    assert!(of(&views(0..61)).hasty);
    assert!(of(&views((0..61).rev())).hasty, "in any order");
    assert!(!of(&views((0..61).map(|second| second * 2))).hasty);
    let actions: Vec<_> = (0..61).map(|second| action(at(second), 1)).collect();
    assert!(!of(&actions).hasty, "only pageviews count");
}

#[test]
fn r3_haste_shows_where_two_sessions_join() {
    let mut earlier = of(&views(0..31));
    let later = of(&views(31..61));
    assert!(!earlier.hasty && !later.hasty);
    earlier.join(later);
    assert!(earlier.hasty);
}

#[test]
fn r5_notes_change_no_figure_but_that_of_errors() {
    let mut session = of(&[view(at(0), 1), action(at(10), 1)]);
    let before = (session.start(), session.end(), session.steps.len(), session.actions());
    session.insert_note(note(at(8), NoteKind::Error));
    session.insert_note(note(at(4), NoteKind::Redirect));
    assert_eq!(before, (session.start(), session.end(), session.steps.len(), session.actions()));
    assert_eq!(session.errors(), 1);
    assert!(session.notes.is_sorted_by_key(|note| note.time));
}

#[test]
fn r3_an_asset_leaves_a_mark_and_no_note() {
    let mut session = session(view(at(0), 1));
    session.insert_note(Note::asset(at(1)));
    assert!(session.has_assets && session.notes.is_empty());
}

#[test]
fn r4_of_several_users_it_is_the_same_one_in_any_order() {
    let user_of = |users: [u64; 2]| {
        let mut session = session(view(at(0), 1));
        for user in users {
            session.insert_note(note(at(1), NoteKind::Identified(User(user))));
        }
        session.user
    };
    assert_eq!(user_of([1, 2]), user_of([2, 1]));
}

/// Steps of any kind on a few pages, each at an instant of its own, in the order of time.
fn in_order() -> impl Strategy<Value = Vec<Step>> {
    let kinds = prop_oneof![Just(view as fn(_, _) -> _), Just(action as _), Just(download as _)];
    prop::collection::vec((1..20_u64, kinds, 1..4_u32), 2..90).prop_map(|steps| {
        let mut second = 0;
        let place = |(pause, kind, page): (u64, fn(Millis, u32) -> Step, u32)| {
            second += pause;
            kind(at(second), page)
        };
        steps.into_iter().map(place).collect()
    })
}

proptest! {
    #[test]
    fn r5_the_order_in_which_steps_come_leaves_no_trace(
        (steps, shuffled) in in_order().prop_flat_map(|steps| (Just(steps.clone()), Just(steps).prop_shuffle())),
    ) {
        prop_assert_eq!(of(&shuffled), of(&steps));
    }

    #[test]
    fn r5_two_sessions_that_join_are_what_one_of_all_their_steps_is(
        (steps, cut) in in_order().prop_flat_map(|steps| { let cuts = 1..steps.len(); (Just(steps), cuts) }),
    ) {
        let (earlier, later) = steps.split_at(cut);
        let mut joined = of(earlier);
        joined.join(of(later));
        prop_assert_eq!(joined, of(&steps));
    }
}
