//! Screens as they look when something lies on top of them or something is wrong; the views themselves are in `views`.

use super::fixture;
use super::rig::{Rig, settings};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (160, 48)];

/// Takes a snapshot at each of the usual sizes, after these keys.
fn at_all_sizes(name: &str, view: &crate::query::view::View, keys: &str) {
    for (width, height) in SIZES {
        let mut rig = Rig::new(width, height).answering(view.clone());
        rig.draw();
        rig.press(keys);
        insta::assert_snapshot!(format!("{name}-{width}x{height}"), rig.screen());
    }
}

#[test]
fn an_input_that_cannot_be_read() {
    at_all_sizes("failed", &fixture::failed(), "");
}

#[test]
fn help_over_the_overview() {
    at_all_sizes("help", &fixture::busy(), "?");
}

#[test]
fn prompt_with_an_error() {
    at_all_sizes("prompt-error", &fixture::busy(), "/source:Google pagee:/x bounced");
}

#[test]
fn prompt_without_an_error() {
    let mut rig = Rig::new(80, 24).answering(fixture::busy());
    rig.press("/source:Google");
    insta::assert_snapshot!("prompt-80x24", rig.screen());
}

#[test]
fn a_filter_that_nothing_matches() {
    let mut rig = Rig::new(80, 24).answering(fixture::busy());
    rig.now_answering(fixture::no_match());
    rig.press("/source:Nowhere<Enter>");
    insta::assert_snapshot!("no-match-80x24", rig.screen());
}

#[test]
fn the_smallest_terminal() {
    let mut rig = Rig::new(40, 12).answering(fixture::busy());
    insta::assert_snapshot!("busy-40x12", rig.screen());
    rig.press("<Tab><Tab>");
    insta::assert_snapshot!("busy-40x12-second-list", rig.screen());
}

#[test]
fn drilled_down_and_paused() {
    let mut rig = Rig::new(120, 36).answering(fixture::busy());
    rig.draw();
    rig.press("<Tab><Tab><Tab><Enter><Tab>j<Enter> ");
    let mut later = fixture::busy();
    later.intake.lines += 1204;
    rig.now_answering(later);
    rig.beat(crate::time::Span::seconds(1));
    insta::assert_snapshot!("drilled-paused-120x36", rig.screen());
}

#[test]
fn nothing_answered_yet() {
    let mut settings = settings();
    settings.inputs.push("-".to_owned());
    let mut rig = Rig::with(settings, 80, 24);
    insta::assert_snapshot!("opening-80x24", rig.screen());
}
