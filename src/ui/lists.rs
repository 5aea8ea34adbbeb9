//! The cursor of each list. It follows its row, not its line: lists re-sort while being read.

use std::collections::HashMap;

use crate::query::question::SessionRef;

use super::pane::Pane;

/// Identifies a row on any line.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum CursorKey {
    /// A session.
    Session(SessionRef),
    /// A row of a table, by its name.
    Name(String),
    /// A step of a timeline, by its index.
    Step(usize),
}

/// What the cursor follows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum CursorAnchor {
    /// The first line, whichever row is there.
    #[default]
    First,
    /// The last line, whichever row is there.
    Last,
    /// A row, wherever it moves.
    On(CursorKey),
}

/// A list's cursor and its visible part.
#[derive(Debug, Clone, Default)]
pub(crate) struct List {
    cursor: CursorAnchor,
    line: usize,
    offset: usize,
    height: usize,
}

/// The most rows of a list that are asked for. Nobody reads further; reversing the list shows its other end.
pub(crate) const MOST_ROWS: usize = 10_000;
const FEWEST_ROWS: usize = 100;

impl List {
    /// The cursor's line, from 0.
    pub(crate) fn line(&self) -> usize {
        self.line
    }

    /// The first visible line, from 0.
    pub(crate) fn offset(&self) -> usize {
        self.offset
    }

    /// The visible lines; if the cursor stays on the last one, also those to come.
    pub(crate) fn in_sight(&self) -> std::ops::Range<usize> {
        let end = if self.cursor == CursorAnchor::Last { usize::MAX } else { self.offset + self.height };
        self.offset..end
    }

    /// Whether the cursor is on, or was sent to, the last row that is ever asked for.
    pub(crate) fn is_at_most_rows(&self) -> bool {
        self.cursor == CursorAnchor::Last || self.line + 1 >= MOST_ROWS
    }

    /// The number of rows to ask for: those visible, and the next ones in advance.
    pub(crate) fn rows_wanted(&self) -> usize {
        if self.cursor == CursorAnchor::Last {
            return MOST_ROWS;
        }
        let needed = self.offset.max(self.line) + 2 * self.height;
        needed.next_power_of_two().clamp(FEWEST_ROWS, MOST_ROWS)
    }

    /// Moves by a number of lines and follows the row there.
    fn step(&mut self, keys: &[CursorKey], by: isize) {
        self.hold(keys, self.line.saturating_add_signed(by));
    }

    /// Finds the cursor's row among the current rows. The row keeps its line on the screen if possible. Nothing moves
    /// without rows: they may be on their way.
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

    /// Scrolls by a number of lines; the cursor moves along to stay visible.
    fn scroll(&mut self, keys: &[CursorKey], by: isize) {
        let most = keys.len().saturating_sub(self.height.max(1));
        self.offset = self.offset.saturating_add_signed(by).min(most);
        let lowest = self.offset + self.height.max(1) - 1;
        self.hold(keys, self.line.clamp(self.offset, lowest));
    }

    /// Follows the row on a line.
    fn hold(&mut self, keys: &[CursorKey], line: usize) {
        self.line = line.min(keys.len().saturating_sub(1));
        if let Some(key) = keys.get(self.line) {
            self.cursor = CursorAnchor::On(key.clone());
        }
        self.show_line(keys.len());
    }

    /// Scrolls as little as needed to make the cursor visible.
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
    /// This many lines down; up if negative.
    Lines(isize),
    /// This many half pages down; up if negative.
    HalfPages(isize),
    /// To that line, from 0.
    To(usize),
    /// Scrolls this many lines down; up if negative.
    Scroll(isize),
    /// To the first row (pinned).
    First,
    /// To the last row (pinned).
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

    /// Updates a pane's list to its current rows and its visible height.
    pub(crate) fn settle(&mut self, pane: Pane, keys: &[CursorKey], height: usize) {
        let list = self.lists.entry(pane).or_default();
        list.height = height;
        list.settle(keys);
    }

    /// Resets the cursor: the pane shows another list now.
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
