//! Any size of the terminal, any keys in any order: no panic, and no text outside its pane.

use proptest::prelude::*;
use ratatui::buffer::{Buffer, Cell};

use super::fixture;
use super::rig::Rig;
use crate::query::view::{InputState, View};
use crate::ui::panes;

const KEYS: [&str; 55] = [
    "p",
    "p",
    "f",
    "P",
    "4p",
    "j",
    "k",
    "g",
    "G",
    "h",
    "l",
    "z",
    "s",
    "r",
    "/",
    "?",
    " ",
    "[",
    "]",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "4<Enter>",
    "y",
    "T",
    "F",
    "m",
    "-",
    "a",
    ":",
    "\"",
    "日",
    "<Enter>",
    "<Enter>",
    "<Esc>",
    "<Esc>",
    "<Tab>",
    "<Tab>",
    "<S-Tab>",
    "<Up>",
    "<Down>",
    "<Left>",
    "<Right>",
    "<PgUp>",
    "<PgDn>",
    "<Home>",
    "<End>",
    "<Backspace>",
    "<F1>",
    "<^d>",
    "<^u>",
];

fn views() -> Vec<View> {
    let mut ended = fixture::busy();
    ended.intake.inputs[0].state = InputState::Ended;
    ended.intake.inputs[0].trouble =
        "/var/log/nginx/access.log: the file is gone; waiting for it to come back".to_owned();
    let (empty, loading, failed) = (fixture::empty(), fixture::loading(), fixture::failed());
    vec![fixture::busy(), ended, empty, loading, failed, fixture::no_match()]
}

/// Draws each pane alone on a screen full of marks: the marks outside it must stay.
fn check_panes(rig: &mut Rig) -> Result<(), TestCaseError> {
    let area = *rig.draw().area();
    let Some(layout) = rig.app.layout() else { return Ok(()) };
    let scene = rig.app.scene(&layout);
    for (pane, place) in layout.shown(scene.location.focus) {
        let mut buf = Buffer::filled(area, Cell::new("░"));
        panes::draw(&scene, pane, place, &mut buf);
        for position in area.positions().filter(|position| !place.contains(*position)) {
            prop_assert_eq!(buf[position].symbol(), "░", "{:?} wrote to {}", pane, position);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_size_and_any_keys(
        (width, height) in (1u16..220, 1u16..90),
        (wider, higher) in (1u16..220, 1u16..90),
        view in 0usize..6,
        before in prop::collection::vec(prop::sample::select(&KEYS[..]), 0..25),
        after in prop::collection::vec(prop::sample::select(&KEYS[..]), 0..12),
    ) {
        let mut rig = Rig::new(width, height).answering(views()[view].clone());
        if view % 2 == 0 {
            rig = rig.answering_timelines(fixture::timeline());
        }
        for key in before {
            rig.press(key);
        }
        check_panes(&mut rig)?;
        rig.resize(wider, higher);
        rig.now_answering(views()[(view + 1) % 6].clone());
        rig.beat(crate::time::Span::seconds(7));
        for key in after {
            rig.press(key);
        }
        check_panes(&mut rig)?;
    }
}
