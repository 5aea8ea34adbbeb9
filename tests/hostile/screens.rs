//! Hostile lines on the screen of a terminal: it is asked nothing that honest lines do not have it asked, and every
//! pane stays in its frame.

use std::collections::BTreeSet;

use crate::logs::{TEMPLATES, Template};
use crate::payloads::is_hostile;
use crate::support::lines::{LONG_AGO, visitors};
use crate::support::place::Place;
use crate::support::terminal::{Session, Size, dwell};
use crate::{CONFIG, is_mark};
use dwell::time::Span;

/// Tall, so that few pages of a list show all of it.
const SIZE: Size = Size(160, 100);
const SMALL: Size = Size(80, 24);

const PAGE_DOWN: &str = "\x1b[6~";

/// The views by their keys and names, and whether their first list is looked through.
const VIEWS: [(&str, &str, bool); 7] = [
    ("2", "Sessions", false),
    ("3", "Sources", true),
    ("4", "Pages", true),
    ("5", "Audience", false),
    ("6", "Goals", false),
    ("7", "Insights", false),
    ("8", "Traffic", true),
];

struct Tour {
    session: Session,
    _place: Place,
}

impl Tour {
    fn start(format: &str, log: &[u8]) -> Tour {
        let place = Place::new().file("access.log", log).file("hostile.toml", CONFIG);
        let [log, config] = ["access.log", "hostile.toml"].map(|name| place.path(name).display().to_string());
        let session = Session::start(dwell(&["--config", &config, "--format", format, &log]), SIZE);
        session.wait_for_header("END OF LOG");
        Tour { session, _place: place }
    }

    /// Looks at every view, through the longest lists, and at a page and a session; what the terminal was asked.
    fn take(mut self) -> BTreeSet<String> {
        self.is_whole();
        for (key, name, is_looked_through) in VIEWS {
            self.goes(key, name);
            if is_looked_through {
                // Its pane alone is one step further.
                self.goes("z", &format!("›  {name}  ›  "));
                self.looks_through();
            }
        }
        self.goes("2", "Sessions");
        self.has_rows();
        self.session.press("\r");
        self.session.wait_for_text("Timeline");
        self.is_whole();
        self.session.resize(SMALL);
        self.session.wait_for("the small screen", || panes(&self.session).is_some_and(|panes| panes > 0));
        self.is_whole();
        let asked = self.session.asked().0;
        self.session.quit();
        asked
    }

    fn goes(&mut self, key: &str, to: &str) {
        self.session.press(key);
        self.session.wait_for_header(to);
        self.is_whole();
    }

    /// From the first row to the last one, once there are rows.
    fn looks_through(&mut self) {
        self.has_rows();
        while let Some((at, of)) = self.position().filter(|(at, of)| at < of) {
            self.session.press(PAGE_DOWN);
            // Another one, not a later one: a number may be read while it is drawn.
            self.session.wait_for(&format!("the page after {at} of {of}"), || {
                self.position().is_some_and(|(next, _)| next != at)
            });
            self.is_whole();
            assert!(of < 10_000, "a list without an end");
        }
    }

    fn has_rows(&self) {
        self.session.wait_for("rows", || self.position().is_some());
    }

    /// Where the cursor stands in the list, and how long it is: `12 / 800` on the lower border.
    fn position(&self) -> Option<(usize, usize)> {
        let rows = self.session.rows();
        let border = rows.iter().find(|row| row.starts_with('╰') && row.contains(" / "))?;
        let (at, of) = border.split_once(" / ")?;
        let number = |word: Option<&str>| word?.replace(',', "").parse().ok();
        Some((number(at.split(' ').next_back())?, number(of.split(' ').next())?))
    }

    /// Waits until every pane is in its frame: a frame may be seen half drawn. Then nothing on the screen is hostile.
    fn is_whole(&self) {
        let session = &self.session;
        session.wait_for("whole frames", || panes(session).is_some_and(|panes| panes > 0));
        for row in session.rows() {
            let hostile = row.chars().find(|&one| is_hostile(one));
            assert!(hostile.is_none(), "{hostile:?} in {row:?}");
            let piled = row.split(|one| !is_mark(one)).map(|marks| marks.chars().count()).max();
            assert!(piled <= Some(4), "{row:?}");
        }
        session.look(|screen| {
            assert!(screen.alternate_screen() && screen.hide_cursor() && screen.bracketed_paste());
            assert!(!screen.application_cursor() && !screen.application_keypad());
            assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        });
    }
}

/// How many panes there are, each in a frame without a gap; `None` where one is broken.
fn panes(session: &Session) -> Option<usize> {
    session.look(|screen| {
        let (rows, columns) = screen.size();
        let shows =
            |row, column, glyph| screen.cell(row, column).is_some_and(|cell| cell.contents() == glyph);
        let corners = (0..rows.get()).flat_map(|row| (0..columns.get()).map(move |column| (row, column)));
        let corners: Vec<_> = corners.filter(|&(row, column)| shows(row, column, "╭")).collect();
        let is_framed = |&(top, left): &(u16, u16)| {
            let right = (left + 1..columns.get()).find(|&column| shows(top, column, "╮"))?;
            let bottom = (top + 1..rows.get()).find(|&row| !shows(row, left, "│"))?;
            let is_closed = shows(bottom, left, "╰") && shows(bottom, right, "╯");
            (is_closed && (top + 1..bottom).all(|row| shows(row, right, "│"))).then_some(())
        };
        corners.iter().map(is_framed).collect::<Option<Vec<_>>>().map(|panes| panes.len())
    })
}

fn hostile(template: &Template) -> BTreeSet<String> {
    Tour::start(template.format, &template.log(LONG_AGO)).take()
}

#[test]
fn a_terminal_is_asked_nothing_and_every_pane_stays_in_its_frame() {
    let pages = visitors(LONG_AGO, Span::seconds(1), 50);
    // Something fails, so that there is a row of that.
    let log = pages.replace("\" 200 ", "\" 404 ") + &pages;
    let honest = Tour::start("combined", log.as_bytes()).take();
    for template in [&TEMPLATES[0], &TEMPLATES[5], &TEMPLATES[9]] {
        assert_eq!(hostile(template), honest, "{}", template.name);
    }
}
