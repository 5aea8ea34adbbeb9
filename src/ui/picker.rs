//! The open picker of themes: what there is, and what the screen looked like before.

use super::action::Action;
use super::theme::{Catalogue, Theme, ThemeError};

/// The open picker of themes.
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
    /// What it is like, in a few words; may be empty.
    pub(crate) about: String,
}

impl Picker {
    /// A picker that stands on the theme as it is.
    pub(crate) fn new(themes: &Catalogue, before: Theme) -> Picker {
        let choice = |name: String| ThemeChoice { about: themes.about(&name), name };
        let choices: Vec<_> = themes.names().into_iter().map(choice).collect();
        let at = choices.iter().position(|choice| choice.name == before.name()).unwrap_or(0);
        Picker { choices, at, before, mistake: None }
    }

    /// The themes that can be picked.
    pub(crate) fn choices(&self) -> &[ThemeChoice] {
        &self.choices
    }

    /// The place of the one picked, from 0.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The theme to go back to.
    pub(crate) fn before(&self) -> &Theme {
        &self.before
    }

    /// What is wrong with the one picked.
    pub(crate) fn mistake(&self) -> Option<&str> {
        self.mistake.as_deref()
    }

    /// Moves; gives the name of the theme to show.
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

    /// Takes note that the theme picked cannot be shown.
    pub(crate) fn complain(&mut self, mistake: &ThemeError) {
        self.mistake = Some(mistake.to_string());
    }

    /// What is said when it is taken: how it stays beyond this run.
    pub(crate) fn kept(&self) -> String {
        let name = self.choices.get(self.at).map_or("", |choice| choice.name.as_str());
        format!("theme = \"{name}\" in dwell.toml, or --theme {name}, brings it back next time.")
    }
}
