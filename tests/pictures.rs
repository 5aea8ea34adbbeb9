//! Generates the README's pictures: plays the program on a terminal and draws its screen.
//!
//! ```sh
//! cargo test --release --test pictures -- --ignored     # makes those in tests/pictures/ again
//! ```
#![cfg(unix)]
#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

mod support;
mod svg;

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use support::tape;
use support::terminal::{Session, Size, dwell};
use svg::{Film, Grid, still};

/// A picture that does not move: what is pressed before it is taken, each with what must be on the screen then.
struct Scene {
    /// The beginning of its files' names in tests/pictures/.
    name: &'static str,
    keys: &'static [(&'static str, &'static str)],
}

const SCENES: [Scene; 2] =
    [Scene { name: "overview", keys: &[] }, Scene { name: "timeline", keys: &TO_A_TIMELINE }];

/// The ends of the files' names, and the themes of the pictures in them.
const GROUNDS: [(&str, &str); 2] = [("dark", "dusk"), ("light", "paper")];

/// To the longest session of those whom Google sent.
const TO_A_TIMELINE: [(&str, &str); 5] = [
    ("2", "Sessions  "),
    ("/source:google\r", "source google"),
    ("s", "by start"),
    ("s", "by duration"),
    ("\r", "Timeline"),
];

const SIZE: Size = Size(120, 36);

/// Plays a scene up to its picture, with that much time after each key.
fn play(scene: &Scene, theme: &str, pause: Duration) -> Session {
    let mut command = dwell(&["demo", "--seed", "7", "--theme", theme]);
    command.env("COLORTERM", "truecolor");
    let mut session = Session::showing("LIVE", command, SIZE);
    for (keys, shows) in scene.keys {
        session.press(keys);
        session.wait_for_text(shows);
        thread::sleep(pause);
    }
    session
}

fn grid(session: &Session) -> Grid {
    session.look(Grid::of)
}

/// The screen, once it has been the same for a moment: a frame may be half read.
fn settled(session: &Session) -> Grid {
    let mut last = grid(session);
    session.wait_for("a screen that stands still", || {
        thread::sleep(Duration::from_millis(20));
        let before = std::mem::replace(&mut last, grid(session));
        before == last
    });
    last
}

/// Adds what the screen shows during that time to a film. The shell before and after is no part of it.
fn shoot(film: &mut Film, session: &Session, time: Duration) {
    const FRAME: Duration = Duration::from_millis(250);
    let mut left = time;
    while !left.is_zero() {
        let passes = left.min(FRAME);
        thread::sleep(passes);
        if session.look(vt100::Screen::alternate_screen) {
            film.pass(passes, settled(session));
        }
        left -= passes;
    }
}

fn save(name: &str, picture: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures").join(name).with_extension("svg");
    fs::write(&path, picture).expect("the picture is written");
}

/// Not a test: makes the pictures.
#[test]
#[ignore = "writes the pictures in tests/pictures/, and takes as long as the tour"]
fn make_them() {
    for (scene, (ground, theme)) in SCENES.iter().flat_map(|scene| GROUNDS.map(|ground| (scene, ground))) {
        // The engine answers between two keys.
        let session = play(scene, theme, Duration::from_secs(2));
        // A moment of life: sessions that have just begun, a trend.
        thread::sleep(Duration::from_secs(5));
        save(&format!("{}-{ground}", scene.name), &still(&settled(&session)));
        session.quit();
    }
    let (mut film, mut session) = (Film::default(), tape::shell());
    tape::play(&mut session, |session, time| shoot(&mut film, session, time));
    save("tour", &film.picture().expect("the tour has pictures"));
}

/// The text that a picture shows, in the order in which it is drawn.
fn words(picture: &str) -> String {
    let texts = picture.split("<text ").skip(1).filter_map(|text| text.split_once('>')?.1.split_once('<'));
    texts.map(|(text, _)| text).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_scene_can_be_played_and_drawn() {
    for scene in &SCENES {
        let session = play(scene, GROUNDS[0].1, Duration::ZERO);
        let picture = still(&settled(&session));
        let (_, shows) = scene.keys.last().unwrap_or(&("", "Active now"));
        assert!(words(&picture).contains(shows.trim()), "{}: {}", scene.name, words(&picture));
        session.quit();
    }
}
