//! Everything a key can do. Keys, hints, help and the keymap file name these actions and nothing else.

macro_rules! actions {
    ($($variant:ident = $name:literal, $description:literal;)+) => {
        /// Something that a key can do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action {
            $(#[doc = $description] $variant),+
        }

        impl Action {
            /// Every action, in the order that help lists them.
            pub const ALL: &'static [Action] = &[$(Action::$variant),+];

            /// As a keymap file writes it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Action::$variant => $name),+ }
            }

            /// What it does, in a few words.
            #[must_use]
            pub fn description(self) -> &'static str {
                match self { $(Action::$variant => $description),+ }
            }
        }
    };
}

actions! {
    Up = "up", "one row up";
    Down = "down", "one row down";
    HalfPageUp = "half-page-up", "half a page up";
    HalfPageDown = "half-page-down", "half a page down";
    PageUp = "page-up", "one page up";
    PageDown = "page-down", "one page down";
    First = "first", "first row, and stay pinned to it";
    Last = "last", "last row, and stay pinned to it";
    Open = "open", "filter by the row; open the page or the session";
    Exclude = "exclude", "filter the row out";
    Sort = "sort", "next way to sort the list";
    Reverse = "reverse", "reverse the order";
    FocusNext = "focus-next", "to the next pane";
    FocusPrevious = "focus-previous", "to the pane before";
    FocusLeft = "focus-left", "to the pane at the left";
    FocusRight = "focus-right", "to the pane at the right";
    Paths = "paths", "what came before and after: paths from the page, the action, or where sessions begin";
    Fold = "fold", "in paths: page groups in place of their pages, and back";
    Breakdown = "breakdown", "by channel, source, campaign, page, device, … in turn";
    OpenDropped = "dropped", "the sessions that dropped at this step of the funnel";
    MarkStep = "mark", "mark the page or action as the next step of a funnel; again to unmark it";
    WriteFunnel = "write-funnel", "write the funnel of marked steps to the config file";
    StepOrder = "step-order", "the steps one after the other, strictly, or in any order";
    Zoom = "zoom", "the pane alone on the screen, and back";
    Back = "back", "one step back";
    Filter = "filter", "write a filter";
    DropTerm = "drop-term", "take the filter's last term away";
    WindowShorter = "window-shorter", "a shorter window";
    WindowLonger = "window-longer", "a longer window";
    Compare = "compare", "compare with the window before, yesterday, last week, and no more";
    Pause = "pause", "pause / resume";
    ShowOverview = "overview", "the overview";
    ShowSessions = "sessions", "all sessions of the window";
    ShowSources = "sources", "where sessions come from";
    ShowPages = "pages", "what is looked at";
    ShowAudience = "audience", "countries, browsers, systems, devices, sites, who is new";
    ShowGoals = "goals", "actions: who did what, and by which channel they came";
    ShowInsights = "insights", "what stands out, who the bots are, how good the data is";
    ShowTraffic = "traffic", "all hits: statuses over time, what fails, who sends them, what is slow";
    Follow = "follow", "follow this visitor: the newest step, and the next session";
    Copy = "copy", "copy the row's key, or the filter";
    Theme = "theme", "pick a theme";
    Mouse = "mouse", "the mouse on: click, click again to open, wheel; and off";
    Help = "help", "keys, and what each figure means";
    Suspend = "suspend", "back to the shell; fg returns";
    Quit = "quit", "quit";
    Accept = "accept", "apply";
    Cancel = "cancel", "cancel";
    Complete = "complete", "complete the word; again for the next way to";
    CursorLeft = "cursor-left", "one character to the left";
    CursorRight = "cursor-right", "one character to the right";
    WordLeft = "word-left", "one word to the left";
    WordRight = "word-right", "one word to the right";
    LineStart = "line-start", "to the start";
    LineEnd = "line-end", "to the end";
    DeleteBack = "delete-back", "delete the character before";
    DeleteForward = "delete-forward", "delete the character here";
    DeleteWord = "delete-word", "delete the word before";
    DeleteLine = "delete-line", "delete everything";
}
