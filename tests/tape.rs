//! Plays `demo.tape`: its input works, and the screen shows what it waits for.
#![cfg(unix)]

mod support;

use std::time::Duration;

use support::tape::{self, Step};

#[test]
fn the_tape_shows_what_it_means_to_show_and_ends_in_good_order() {
    let mut session = tape::shell();
    tape::play(&mut session, |_, _| {});
    // What is typed before the shell asks for more may still be read by dwell.
    let asks = || session.contents().trim_end().ends_with("ready>");
    session.wait_for("the shell", || session.look(|screen| !screen.alternate_screen()) && asks());
    session.press("exit $?\r");
    assert_eq!(session.wait_for_end().exit_code(), 0);
    session.assert_given_back();
}

#[test]
fn the_tour_is_neither_hasty_nor_long() {
    let takes: Duration = tape::parse().iter().map(Step::takes).sum();
    assert!((30..=40).contains(&takes.as_secs()), "{takes:?}");
}

#[test]
fn after_every_key_that_changes_the_screen_the_tape_waits_for_what_it_shows() {
    let steps = tape::parse();
    let typed = steps.iter().filter(|step| matches!(step, Step::Keys(..))).count();
    let waits = steps.iter().filter(|step| matches!(step, Step::Wait(_))).count();
    // But for the command, its Enter being waited for, and the key that quits.
    assert_eq!(typed, waits + 2);
}

#[test]
fn a_command_of_no_known_sort_is_refused() {
    for line in
        ["Dance", "Down@fast 3", "Type unquoted", "Sleep 3 hours", "Wait+Screen /(a|b)/", "Enter twice"]
    {
        assert_eq!(tape::step(line), None, "{line}");
    }
    let down = "\x1b[B".to_owned();
    let down = Step::Keys(vec![down.clone(), down], Duration::from_millis(350));
    assert_eq!(tape::step("Down@350ms 2"), Some(down));
}
