//! Where the cursor stands in each list. It follows its row, not its line: lists re-sort while one reads them.

use std::collections::HashMap;

use crate::query::question::SessionRef;

use super::pane::Pane;

/// What names a row, whatever line it stands on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum CursorKey {
    /// A session.
    Session(SessionRef),
    /// A row of a table, by its name.
    Name(String),
    /// A step of a timeline, by its place.
    Step(usize),
}

/// What the cursor holds on to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum CursorAnchor {
    /// The first line, whichever row stands there.
    #[default]
    First,
    /// The last line, whichever row stands there.
    Last,
    /// A row, wherever it goes.
    On(CursorKey),
}

/// A list's cursor and what part of the list can be seen.
#[derive(Debug, Clone, Default)]
pub(crate) struct List {
    cursor: CursorAnchor,
    line: usize,
    offset: usize,
    height: usize,
}

/// At most so many rows of a list are asked for. Nobody reads further; the other end is where the list begins when it
/// is reversed.
pub(crate) const MOST_ROWS: usize = 10_000;
const FEWEST_ROWS: usize = 100;

impl List {
    /// The line the cursor stands on, from 0.
    pub(crate) fn line(&self) -> usize {
        self.line
    }

    /// The first line that can be seen, from 0.
    pub(crate) fn offset(&self) -> usize {
        self.offset
    }

    /// The lines that can be seen; where the cursor stays on the last one, those that come after it will be.
    pub(crate) fn in_sight(&self) -> std::ops::Range<usize> {
        let end = if self.cursor == CursorAnchor::Last { usize::MAX } else { self.offset + self.height };
        self.offset..end
    }

    /// Whether the cursor stands on, or has been sent to, the last row that is ever asked for.
    pub(crate) fn is_at_most_rows(&self) -> bool {
        self.cursor == CursorAnchor::Last || self.line + 1 >= MOST_ROWS
    }

    /// How many rows are worth asking for: those that can be seen, and the next ones before they are needed.
    pub(crate) fn rows_wanted(&self) -> usize {
        if self.cursor == CursorAnchor::Last {
            return MOST_ROWS;
        }
        let needed = self.offset.max(self.line) + 2 * self.height;
        needed.next_power_of_two().clamp(FEWEST_ROWS, MOST_ROWS)
    }

    /// Moves by so many lines and holds on to the row there.
    fn step(&mut self, keys: &[CursorKey], by: isize) {
        self.hold(keys, self.line.saturating_add_signed(by));
    }

    /// Finds the cursor's row among the rows as they are now. The row keeps its line on the screen if it can. Where there
    /// are none, they may be on their way: nothing moves.
    fn settle(&mut self, keys: &[CursorKey]) {
        if keys.is_empty() {
            return;
        }
        let last = keys.len().saturating_sub(1);
        let before = self.line;
        self.line = match &self.cursor {
            CursorAnchor::First => 0,
            CursorAnchor::Last => last,
            CursorAnchor::On(key) => keys.iter().position(|one| one == key).unwrap_or(before.min(last)),
        };
        if let CursorAnchor::On(key) = &mut self.cursor
            && let Some(now) = keys.get(self.line)
        {
            key.clone_from(now);
            self.offset = (self.offset + self.line).saturating_sub(before);
        }
        self.show_line(keys.len());
    }

    /// Moves what can be seen by so many lines; the cursor comes along where it would be left behind.
    fn scroll(&mut self, keys: &[CursorKey], by: isize) {
        let most = keys.len().saturating_sub(self.height.max(1));
        self.offset = self.offset.saturating_add_signed(by).min(most);
        let lowest = self.offset + self.height.max(1) - 1;
        self.hold(keys, self.line.clamp(self.offset, lowest));
    }

    /// Holds on to the row on a line.
    fn hold(&mut self, keys: &[CursorKey], line: usize) {
        self.line = line.min(keys.len().saturating_sub(1));
        if let Some(key) = keys.get(self.line) {
            self.cursor = CursorAnchor::On(key.clone());
        }
        self.show_line(keys.len());
    }

    /// Moves what can be seen by no more than it takes to see the cursor.
    fn show_line(&mut self, rows: usize) {
        let height = self.height.max(1);
        let lowest = self.line.saturating_sub(height - 1);
        self.offset = self.offset.clamp(lowest, self.line).min(rows.saturating_sub(height).max(lowest));
    }
}

/// All lists on the screen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lists {
    lists: HashMap<Pane, List>,
}

/// A movement of the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Movement {
    /// So many lines down, or up where negative.
    Lines(isize),
    /// So many half pages down, or up where negative.
    HalfPages(isize),
    /// To that line, from 0.
    To(usize),
    /// What can be seen moves so many lines down, or up where negative.
    Scroll(isize),
    /// To the first row, and stay there.
    First,
    /// To the last row, and stay there.
    Last,
}

impl Lists {
    /// The pane's list.
    pub(crate) fn of(&self, pane: Pane) -> List {
        self.lists.get(&pane).cloned().unwrap_or_default()
    }

    /// Moves the pane's cursor among these rows.
    pub(crate) fn go(&mut self, pane: Pane, movement: Movement, keys: &[CursorKey]) {
        let list = self.lists.entry(pane).or_default();
        let half = isize::try_from(list.height / 2).unwrap_or(1).max(1);
        match movement {
            Movement::Lines(by) => list.step(keys, by),
            Movement::HalfPages(by) => list.step(keys, by * half),
            Movement::To(line) => list.hold(keys, line),
            Movement::Scroll(by) => list.scroll(keys, by),
            Movement::First => list.cursor = CursorAnchor::First,
            Movement::Last => list.cursor = CursorAnchor::Last,
        }
        list.settle(keys);
    }

    /// Takes note of the rows of a pane as they are now, and of how many of them can be seen.
    pub(crate) fn settle(&mut self, pane: Pane, keys: &[CursorKey], height: usize) {
        let list = self.lists.entry(pane).or_default();
        list.height = height;
        list.settle(keys);
    }

    /// Forgets where the cursor stood: another list is shown in the pane now.
    pub(crate) fn forget(&mut self, pane: Pane) {
        self.lists.remove(&pane);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(names: &[&str]) -> Vec<CursorKey> {
        names.iter().map(|name| CursorKey::Name((*name).to_owned())).collect()
    }

    fn lists(names: &[&str], height: usize) -> Lists {
        let mut lists = Lists::default();
        lists.settle(Pane::Sources, &keys(names), height);
        lists
    }

    #[test]
    fn the_cursor_follows_its_row() {
        let mut lists = lists(&["a", "b", "c", "d"], 3);
        lists.go(Pane::Sources, Movement::Lines(1), &keys(&["a", "b", "c", "d"]));
        lists.settle(Pane::Sources, &keys(&["x", "y", "a", "b", "c", "d"]), 3);
        assert_eq!(lists.of(Pane::Sources).line(), 3, "still on b");
        assert_eq!(lists.of(Pane::Sources).offset(), 2, "and b on the same line of the screen");
    }

    #[test]
    fn a_cursor_that_was_never_moved_stays_at_the_top() {
        let mut lists = lists(&["a", "b"], 3);
        lists.settle(Pane::Sources, &keys(&["x", "a", "b"]), 3);
        assert_eq!(lists.of(Pane::Sources).line(), 0);
    }

    #[test]
    fn where_the_row_is_gone_the_line_stays() {
        let mut lists = lists(&["a", "b", "c"], 3);
        lists.go(Pane::Sources, Movement::Lines(2), &keys(&["a", "b", "c"]));
        lists.settle(Pane::Sources, &keys(&["a", "b"]), 3);
        assert_eq!(lists.of(Pane::Sources).line(), 1);
        lists.settle(Pane::Sources, &[], 3);
        lists.settle(Pane::Sources, &keys(&["x"]), 3);
        assert_eq!(lists.of(Pane::Sources).line(), 0);
    }

    #[test]
    fn while_rows_are_on_their_way_nothing_moves() {
        let mut lists = lists(&["a", "b", "c"], 3);
        lists.go(Pane::Sources, Movement::Lines(2), &keys(&["a", "b", "c"]));
        lists.settle(Pane::Sources, &[], 3);
        lists.settle(Pane::Sources, &keys(&["a", "b", "c"]), 3);
        assert_eq!((lists.of(Pane::Sources).line(), lists.of(Pane::Sources).offset()), (2, 0));
    }

    #[test]
    fn scrolling_leaves_the_cursor_where_it_can_be_seen() {
        let keys = keys(&["a", "b", "c", "d", "e"]);
        let mut lists = lists(&["a", "b", "c", "d", "e"], 2);
        lists.go(Pane::Sources, Movement::Scroll(2), &keys);
        assert_eq!((lists.of(Pane::Sources).offset(), lists.of(Pane::Sources).line()), (2, 2));
        lists.go(Pane::Sources, Movement::Scroll(9), &keys);
        assert_eq!((lists.of(Pane::Sources).offset(), lists.of(Pane::Sources).line()), (3, 3));
        lists.go(Pane::Sources, Movement::Scroll(-9), &keys);
        assert_eq!((lists.of(Pane::Sources).offset(), lists.of(Pane::Sources).line()), (0, 1));
    }

    #[test]
    fn the_last_row_stays_the_last_one_and_all_rows_are_asked_for() {
        let mut lists = lists(&["a", "b", "c"], 2);
        lists.go(Pane::Sources, Movement::Last, &keys(&["a", "b", "c"]));
        assert_eq!(lists.of(Pane::Sources).rows_wanted(), MOST_ROWS);
        lists.settle(Pane::Sources, &keys(&["a", "b", "c", "d", "e"]), 2);
        assert_eq!((lists.of(Pane::Sources).line(), lists.of(Pane::Sources).offset()), (4, 3));
        lists.go(Pane::Sources, Movement::First, &keys(&["a", "b", "c", "d", "e"]));
        assert_eq!((lists.of(Pane::Sources).line(), lists.of(Pane::Sources).offset()), (0, 0));
    }
}
