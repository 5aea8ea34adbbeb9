//! The key that goes through what rows are told apart by.

use crate::query::analysis::ask::ReturningBy;

use super::super::location::Screen;
use super::App;

impl App {
    /// Goes on to the next thing that the pane's rows are told apart by.
    pub(super) fn break_down(&mut self) {
        match self.location().screen {
            // Nothing else on that screen is told apart by anything.
            Screen::Audience => self.returning = self.next_returning(),
            _ => self.breakdown = self.breakdown.next(),
        }
    }

    /// The next length after the one on the screen.
    fn next_returning(&self) -> ReturningBy {
        let shown = self.shown.as_ref().and_then(|shown| shown.returning());
        match self.returning {
            ReturningBy::Fitting => shown.map_or(ReturningBy::Hour, |view| view.by.next()),
            chosen => chosen.next(),
        }
    }
}
