//! Overlays, which take the keys: the prompt, the help, the theme picker.

use std::sync::Arc;

use super::super::action::Action;
use super::super::help::Help;
use super::super::message::AppCommand;
use super::super::panes;
use super::super::picker::Picker;
use super::super::prompt::{Known, Prompt};
use super::App;

/// The longest text that is pasted into a search of the help, in characters.
const SEARCH: usize = 100;

/// An overlay, which takes the keys.
pub(super) enum Overlay {
    None,
    Prompt(Prompt),
    Help(Help),
    Themes(Picker),
}

impl App {
    /// Opens the filter prompt.
    pub(super) fn open_prompt(&mut self) {
        if let Some(shown) = &self.shown {
            self.vocabulary.learn(shown.view());
        }
        let known = Known {
            vocabulary: self.vocabulary.clone(),
            segments: self.settings.segments.clone(),
            definitions: Arc::clone(&self.settings.definitions),
            privacy: self.settings.privacy,
        };
        self.overlay = Overlay::Prompt(Prompt::new(&self.location().filter, known));
    }

    /// Opens the theme picker.
    pub(super) fn open_picker(&mut self) {
        self.overlay = Overlay::Themes(Picker::new(&self.themes, self.theme.clone()));
    }

    pub(super) fn act_in_picker(&mut self, action: Action) {
        let Overlay::Themes(picker) = &mut self.overlay else { return };
        match action {
            Action::Accept => {
                let kept = picker.kept();
                self.overlay = Overlay::None;
                self.say(kept);
            }
            Action::Cancel => {
                self.theme = picker.before().clone();
                self.overlay = Overlay::None;
            }
            _ => {
                let theme = picker.go(action).map(|name| self.themes.load(name));
                match theme {
                    Some(Ok(theme)) => self.theme = theme,
                    Some(Err(mistake)) => picker.complain(&mistake),
                    None => {}
                }
            }
        }
    }

    /// A character that is not bound: types it if there is a text field.
    pub(super) fn type_char(&mut self, c: char) {
        match &mut self.overlay {
            Overlay::None | Overlay::Themes(_) => {}
            Overlay::Prompt(prompt) => {
                prompt.type_char(c);
                self.try_filter();
            }
            Overlay::Help(help) => help.type_char(c),
        }
    }

    /// Types pasted text; ignored outside a prompt, where letters are keys.
    pub(super) fn paste(&mut self, text: &str) -> Vec<AppCommand> {
        match &mut self.overlay {
            Overlay::None | Overlay::Themes(_) => {}
            Overlay::Prompt(prompt) => {
                prompt.paste(text);
                self.try_filter();
            }
            Overlay::Help(help) => {
                text.chars().filter(|c| !c.is_control()).take(SEARCH).for_each(|c| help.type_char(c));
            }
        }
        self.stale = true;
        Vec::new()
    }

    pub(super) fn act_in_prompt(&mut self, action: Action) {
        let Overlay::Prompt(prompt) = &mut self.overlay else { return };
        match action {
            Action::Accept => self.accept_filter(),
            Action::Cancel => {
                let before = prompt.before().clone();
                self.trail.try_filter(before);
                self.overlay = Overlay::None;
            }
            _ => {
                prompt.act(action);
                self.try_filter();
            }
        }
    }

    /// Applies the filter typed so far, if it is valid.
    fn try_filter(&mut self) {
        if let Overlay::Prompt(prompt) = &self.overlay
            && let Some(filter) = prompt.filter()
        {
            self.trail.try_filter(filter.clone());
        }
    }

    /// Applies the filter as a step; an invalid one keeps the prompt open.
    fn accept_filter(&mut self) {
        let Overlay::Prompt(prompt) = &self.overlay else { return };
        let Some(filter) = prompt.filter().cloned() else { return };
        let before = prompt.before().clone();
        self.overlay = Overlay::None;
        if filter == before {
            return;
        }
        self.trail.try_filter(before);
        self.filter_by(filter);
    }

    pub(super) fn act_in_help(&mut self, action: Action) {
        let (most, page) = self.help_room();
        let page = isize::try_from(page).unwrap_or(1).max(1);
        let Overlay::Help(help) = &mut self.overlay else { return };
        match action {
            Action::Cancel => self.overlay = Overlay::None,
            Action::Up => help.scroll(-1, most),
            Action::Down => help.scroll(1, most),
            Action::PageUp => help.scroll(-page, most),
            Action::PageDown => help.scroll(page, most),
            Action::DeleteBack => help.delete(),
            Action::DeleteLine => help.clear(),
            _ => {}
        }
    }

    /// How far help can be scrolled, and the lines per page.
    fn help_room(&self) -> (usize, usize) {
        match (&self.overlay, self.layout()) {
            (Overlay::Help(help), Some(layout)) => panes::help_scroll_room(&self.scene(&layout), help),
            _ => (0, 1),
        }
    }
}
