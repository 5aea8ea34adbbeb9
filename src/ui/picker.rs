//! The open theme picker.

use super::action::Action;
use super::theme::{Catalogue, Theme, ThemeError};

/// The open theme picker.
#[derive(Debug, Clone)]
pub(crate) struct Picker {
    choices: Vec<ThemeChoice>,
    at: usize,
    before: Theme,
    mistake: Option<String>,
}

/// A theme that can be picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ThemeChoice {
    /// Its name.
    pub(crate) name: String,
    /// A short description; may be empty.
    pub(crate) about: String,
}

impl Picker {
    /// A picker with the current theme selected.
    pub(crate) fn new(themes: &Catalogue, before: Theme) -> Picker {
        let choice = |name: String| ThemeChoice { about: themes.about(&name), name };
        let choices: Vec<_> = themes.names().into_iter().map(choice).collect();
        let at = choices.iter().position(|choice| choice.name == before.name()).unwrap_or(0);
        Picker { choices, at, before, mistake: None }
    }

    /// The themes to choose from.
    pub(crate) fn choices(&self) -> &[ThemeChoice] {
        &self.choices
    }

    /// The index of the selected one.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The theme to go back to.
    pub(crate) fn before(&self) -> &Theme {
        &self.before
    }

    /// The error in the selected one.
    pub(crate) fn mistake(&self) -> Option<&str> {
        self.mistake.as_deref()
    }

    /// Moves the selection; returns the name of the theme to show.
    pub(crate) fn go(&mut self, action: Action) -> Option<&str> {
        let last = self.choices.len().saturating_sub(1);
        self.at = match action {
            Action::Up => self.at.saturating_sub(1),
            Action::Down => (self.at + 1).min(last),
            Action::First => 0,
            Action::Last => last,
            _ => return None,
        };
        self.mistake = None;
        self.choices.get(self.at).map(|choice| choice.name.as_str())
    }

    /// Records that the selected theme cannot be shown.
    pub(crate) fn complain(&mut self, mistake: &ThemeError) {
        self.mistake = Some(mistake.to_string());
    }

    /// The notice when it is applied: how to make it permanent.
    pub(crate) fn kept(&self) -> String {
        let name = self.choices.get(self.at).map_or("", |choice| choice.name.as_str());
        format!("theme = \"{name}\" in dwell.toml, or --theme {name}, brings it back next time.")
    }
}
