//! A long interactive session on a busy site: an hour of operator actions while lines keep arriving, replayed in 20
//! seconds.
#![cfg(unix)]
#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

mod support;

use support::place::Place;
use support::terminal::{Session, Size, dwell};

const SIZE: Size = Size(120, 36);

/// The log's minutes go by that much faster.
const SPEED: &str = "180";

/// About an hour of traffic.
const LINES: &str = "11000";

struct Operator {
    session: Session,
    minute: u32,
}

impl Operator {
    /// Presses keys and waits for a text.
    fn does(&mut self, keys: &str, brings: &str) {
        self.session.press(keys);
        self.session.wait_for_text(brings);
    }

    /// Presses keys and waits for the header.
    fn goes(&mut self, keys: &str, to: &str) {
        self.session.press(keys);
        self.session.wait_for_header(to);
    }

    /// Presses keys and waits until a text is gone.
    fn leaves(&mut self, keys: &str, what: &str) {
        self.session.press(keys);
        self.session.wait_for(&format!("{what:?} to go"), || !self.session.sees(what));
    }

    /// Waits until the breadcrumb has `count` steps.
    fn has_crumbs(&self, count: usize) {
        let crumbs = || self.session.header().matches('›').count();
        self.session.wait_for(&format!("{count} crumbs"), || crumbs() == count);
    }

    /// Waits until the log's clock advances, which shows that the screen is live.
    fn looks_on(&mut self) {
        let before = self.minute;
        self.session.wait_for("time to pass", || minute(&self.session) != before);
        self.minute = minute(&self.session);
    }
}

/// The minute of the log's clock, at the end of the header.
fn minute(session: &Session) -> u32 {
    let header = session.header();
    let digits = header.trim_end().rsplit(':').next().expect("a clock");
    digits.parse().unwrap_or(0)
}

/// Starts the monitor on an hour that is played.
fn start(place: Place) -> (Operator, Place) {
    let simulated = place.run(&["demo", "--seed", "7", "--print", LINES]);
    let place = place.file("access.log", simulated.out);
    let log = place.path("access.log").display().to_string();
    let mut command = dwell(&["--replay", SPEED, &log]);
    command.env("COLORTERM", "truecolor");
    let session = Session::start(command, SIZE);
    session.wait_for_header(&format!("REPLAY {SPEED}x"));
    session.wait_for("sessions", || session.sees("Direct / None"));
    session.assert_held();
    (Operator { minute: minute(&session), session }, place)
}

#[test]
fn an_hour_of_an_operator() {
    let (mut operator, _place) = start(Place::new());
    operator.looks_on();
    drills_down(&mut operator);
    filters(&mut operator);
    pauses(&mut operator);
    sorts(&mut operator);
    picks_a_theme(&mut operator);
    resizes(&mut operator);
    follows(&mut operator);
    operator.session.wait_for_header("END OF LOG");
    operator.session.quit();
}

fn drills_down(operator: &mut Operator) {
    operator.does("\r", "Timeline");
    operator.does("\x1b", "Duration");
    operator.goes("3", "Sources");
    operator.does("\t", "1 / ");
    // Its rows come with the answer, after the header.
    operator.session.wait_for_text("Organic Search");
    operator.session.press("\r");
    operator.has_crumbs(2);
    operator.goes("4", "Pages");
    operator.does("1", "Bounce rate");
    operator.looks_on();
    // Each step is taken back by one.
    operator.goes("\x1b", "Pages");
    operator.goes("\x1b", "Sources");
    operator.session.press("\x1b");
    operator.has_crumbs(1);
    operator.session.press("\x1b");
    operator.has_crumbs(0);
}

fn filters(operator: &mut Operator) {
    operator.does("/sorce:goo", "no field is called `sorce`");
    operator.goes("\x15source:goo\t\r", "source Google");
    operator.session.wait_for("Google alone", || !operator.session.sees("Direct / None"));
    operator.looks_on();
    operator.goes("]", "  1h  ");
    operator.goes("[", "  30m  ");
    operator.does("\x7f", "Direct / None");
}

fn pauses(operator: &mut Operator) {
    operator.goes(" ", "PAUSED");
    operator.session.wait_for("lines behind", || !operator.session.header().contains(" 0 lines"));
    operator.does("s", "by start");
    operator.does("\r", "Timeline");
    operator.leaves("\x1b", "Timeline");
    assert!(operator.session.header().contains("PAUSED"), "{}", operator.session.header());
    operator.goes(" ", "REPLAY");
    operator.looks_on();
}

fn sorts(operator: &mut Operator) {
    operator.does("s", "by duration ▼");
    operator.does("r", "by duration ▲");
    operator.looks_on();
}

fn picks_a_theme(operator: &mut Operator) {
    let ground = |session: &Session| session.look(|screen| screen.cell(0, 0).map(vt100::Cell::bgcolor));
    let before = ground(&operator.session);
    operator.does("Tj", "2 / 10");
    operator.session.wait_for("its ground behind it", || ground(&operator.session) != before);
    operator.leaves("\r", "harbour");
    assert_ne!(ground(&operator.session), before, "the theme stays");
}

fn resizes(operator: &mut Operator) {
    for size in [Size(80, 24), Size(40, 12), Size(160, 48), SIZE] {
        operator.session.resize(size);
        // What was said last gives way to the hints.
        operator.session.press("g");
        operator.session.wait_for("a whole screen of that size", || {
            let mut rows = operator.session.rows().into_iter().rev();
            let hints = rows.next().is_some_and(|row| row.contains("? help"));
            hints && rows.next().is_some_and(|row| row.ends_with('╯'))
        });
        operator.looks_on();
    }
}

fn follows(operator: &mut Operator) {
    operator.goes("2", "Sessions");
    operator.does("F", "following the visitor");
    operator.looks_on();
    operator.leaves("F", "following the visitor");
    operator.leaves("\x1b", "Timeline");
}
