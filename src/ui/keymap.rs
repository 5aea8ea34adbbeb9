//! The table of keys: layer, key, action. Hints and help are made from it.

mod custom;

use ratatui::crossterm::event::{KeyCode, KeyModifiers};

use super::action::Action;
use super::key::Key;
use super::theme::Symbols;

pub use custom::KeymapError;

/// Where a key is valid. Inner layers take precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyLayer {
    /// Everywhere, including the prompt.
    Always,
    /// On every screen, while nothing is being typed.
    Screen,
    /// In a pane that is a list.
    List,
    /// While a filter is being written.
    Prompt,
    /// While help is open.
    Help,
    /// While a theme is being picked.
    Themes,
}

impl KeyLayer {
    /// The layer's name, as help and errors say it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            KeyLayer::Always => "always",
            KeyLayer::Screen => "on every screen",
            KeyLayer::List => "in a list",
            KeyLayer::Prompt => "while writing a filter",
            KeyLayer::Help => "in this help",
            KeyLayer::Themes => "while picking a theme",
        }
    }

    /// Whether letters are text there and cannot be keys.
    fn is_for_typing(self) -> bool {
        matches!(self, KeyLayer::Always | KeyLayer::Prompt | KeyLayer::Help)
    }

    /// Whether a key bound in both layers would be ambiguous.
    fn meets(self, other: KeyLayer) -> bool {
        let on_screen = |layer| matches!(layer, KeyLayer::Screen | KeyLayer::List);
        self == other
            || self == KeyLayer::Always
            || other == KeyLayer::Always
            || (on_screen(self) && on_screen(other))
    }
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Binding {
    /// The layer in which the key is valid.
    pub layer: KeyLayer,
    /// The key.
    pub key: Key,
    /// What it does.
    pub action: Action,
}

/// A table of keys in which no key is bound twice in a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

/// A key that is bound to two actions that could both be meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the key {key} is bound twice {layer}: to `{first}` and to `{second}`; give one of them another key")]
pub struct BoundTwice {
    key: String,
    layer: &'static str,
    first: &'static str,
    second: &'static str,
}

impl Keymap {
    /// A table of these bindings.
    ///
    /// # Errors
    /// A key that is bound to two actions that could both be meant.
    pub fn new(bindings: Vec<Binding>) -> Result<Keymap, BoundTwice> {
        match bound_twice(&bindings) {
            Some(twice) => Err(twice),
            None => Ok(Keymap { bindings }),
        }
    }

    /// The action of a key in the first of these layers that binds it.
    #[must_use]
    pub fn action(&self, layers: &[KeyLayer], key: Key) -> Option<Action> {
        let in_layer =
            |layer: &KeyLayer| self.bindings.iter().find(|one| one.layer == *layer && one.key == key);
        layers.iter().find_map(in_layer).map(|binding| binding.action)
    }

    /// The keys of an action, the most usual one first.
    pub fn keys(&self, action: Action) -> impl Iterator<Item = Key> {
        self.bindings.iter().filter(move |one| one.action == action).map(|one| one.key)
    }

    /// Every row of the table.
    #[must_use]
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }
}

/// The first key that is bound twice, with the names of both actions.
fn bound_twice(bindings: &[Binding]) -> Option<BoundTwice> {
    bindings.iter().enumerate().find_map(|(index, second)| {
        let same_key = |first: &&Binding| first.layer.meets(second.layer) && first.key == second.key;
        let first = bindings[..index].iter().find(same_key)?;
        Some(BoundTwice {
            key: second.key.label(&Symbols::UNICODE),
            layer: second.layer.name(),
            first: first.action.name(),
            second: second.action.name(),
        })
    })
}

const fn plain(code: KeyCode) -> Key {
    Key::plain(code)
}

const ALT_B: Key = Key { code: KeyCode::Char('b'), modifiers: KeyModifiers::ALT };
const ALT_F: Key = Key { code: KeyCode::Char('f'), modifiers: KeyModifiers::ALT };

/// An action with its keys.
type Keys = (Action, &'static [Key]);

/// The default keys.
const STANDARD: &[(KeyLayer, &[Keys])] = &[
    (
        KeyLayer::List,
        &[
            (Action::Up, &[plain(KeyCode::Up), Key::char('k')]),
            (Action::Down, &[plain(KeyCode::Down), Key::char('j')]),
            (Action::HalfPageUp, &[Key::ctrl('u')]),
            (Action::HalfPageDown, &[Key::ctrl('d')]),
            (Action::PageUp, &[plain(KeyCode::PageUp)]),
            (Action::PageDown, &[plain(KeyCode::PageDown)]),
            // `gg` works too: the second `g` changes nothing.
            (Action::First, &[Key::char('g'), plain(KeyCode::Home)]),
            (Action::Last, &[Key::char('G'), plain(KeyCode::End)]),
            (Action::Open, &[plain(KeyCode::Enter)]),
            (Action::Exclude, &[Key::char('-')]),
            (Action::Sort, &[Key::char('s')]),
            (Action::Reverse, &[Key::char('r')]),
            (Action::Follow, &[Key::char('F')]),
            (Action::Breakdown, &[Key::char('b')]),
            (Action::OpenDropped, &[Key::char('d')]),
            (Action::MarkStep, &[Key::char('f')]),
            (Action::WriteFunnel, &[Key::char('w')]),
            (Action::StepOrder, &[Key::char('o')]),
        ],
    ),
    (
        KeyLayer::Screen,
        &[
            (Action::FocusNext, &[plain(KeyCode::Tab)]),
            (Action::FocusPrevious, &[plain(KeyCode::BackTab)]),
            (Action::FocusLeft, &[plain(KeyCode::Left), Key::char('h')]),
            (Action::FocusRight, &[plain(KeyCode::Right), Key::char('l')]),
            (Action::Paths, &[Key::char('p')]),
            (Action::Fold, &[Key::char('P')]),
            (Action::Zoom, &[Key::char('z')]),
            (Action::Back, &[plain(KeyCode::Esc)]),
            (Action::Filter, &[Key::char('/')]),
            (Action::DropTerm, &[plain(KeyCode::Backspace)]),
            (Action::WindowShorter, &[Key::char('[')]),
            (Action::WindowLonger, &[Key::char(']')]),
            (Action::Compare, &[Key::char('c')]),
            (Action::Pause, &[Key::char(' ')]),
            (Action::ShowOverview, &[Key::char('1')]),
            (Action::ShowSessions, &[Key::char('2')]),
            (Action::ShowSources, &[Key::char('3')]),
            (Action::ShowPages, &[Key::char('4')]),
            (Action::ShowAudience, &[Key::char('5')]),
            (Action::ShowGoals, &[Key::char('6')]),
            (Action::ShowInsights, &[Key::char('7')]),
            (Action::ShowTraffic, &[Key::char('8')]),
            (Action::Copy, &[Key::char('y')]),
            (Action::Theme, &[Key::char('T')]),
            (Action::Mouse, &[Key::char('m')]),
            (Action::Help, &[Key::char('?'), plain(KeyCode::F(1))]),
            (Action::Quit, &[Key::char('q')]),
        ],
    ),
    (
        KeyLayer::Prompt,
        &[
            (Action::Accept, &[plain(KeyCode::Enter)]),
            (Action::Cancel, &[plain(KeyCode::Esc)]),
            (Action::Complete, &[plain(KeyCode::Tab)]),
            (Action::CursorLeft, &[plain(KeyCode::Left), Key::ctrl('b')]),
            (Action::CursorRight, &[plain(KeyCode::Right), Key::ctrl('f')]),
            (Action::WordLeft, &[ALT_B]),
            (Action::WordRight, &[ALT_F]),
            (Action::LineStart, &[plain(KeyCode::Home), Key::ctrl('a')]),
            (Action::LineEnd, &[plain(KeyCode::End), Key::ctrl('e')]),
            (Action::DeleteBack, &[plain(KeyCode::Backspace), Key::ctrl('h')]),
            (Action::DeleteForward, &[plain(KeyCode::Delete), Key::ctrl('d')]),
            (Action::DeleteWord, &[Key::ctrl('w')]),
            (Action::DeleteLine, &[Key::ctrl('u')]),
        ],
    ),
    (
        KeyLayer::Help,
        &[
            (Action::Cancel, &[plain(KeyCode::Esc), plain(KeyCode::F(1)), plain(KeyCode::Enter)]),
            (Action::Up, &[plain(KeyCode::Up)]),
            (Action::Down, &[plain(KeyCode::Down)]),
            (Action::PageUp, &[plain(KeyCode::PageUp)]),
            (Action::PageDown, &[plain(KeyCode::PageDown)]),
            (Action::DeleteBack, &[plain(KeyCode::Backspace)]),
            (Action::DeleteLine, &[Key::ctrl('u')]),
        ],
    ),
    (
        KeyLayer::Themes,
        &[
            (Action::Up, &[plain(KeyCode::Up), Key::char('k')]),
            (Action::Down, &[plain(KeyCode::Down), Key::char('j')]),
            (Action::First, &[Key::char('g'), plain(KeyCode::Home)]),
            (Action::Last, &[Key::char('G'), plain(KeyCode::End)]),
            (Action::Accept, &[plain(KeyCode::Enter)]),
            (Action::Cancel, &[plain(KeyCode::Esc), Key::char('T')]),
        ],
    ),
    (KeyLayer::Always, &[(Action::Quit, &[Key::ctrl('c')]), (Action::Suspend, &[Key::ctrl('z')])]),
];

/// The default keys as rows for [`Keymap::new`].
#[must_use]
pub fn standard() -> Vec<Binding> {
    let mut bindings = Vec::new();
    for (layer, actions) in STANDARD {
        for (action, keys) in *actions {
            bindings.extend(keys.iter().map(|key| Binding { layer: *layer, key: *key, action: *action }));
        }
    }
    bindings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_standard_key_is_bound_twice() {
        assert!(Keymap::new(standard()).is_ok());
    }

    #[test]
    fn a_key_bound_twice_is_refused_with_both_names() {
        let mut bindings = standard();
        bindings.push(Binding { layer: KeyLayer::Screen, key: Key::char('z'), action: Action::Pause });
        let error = Keymap::new(bindings).expect_err("z is zoom already").to_string();
        assert!(error.contains("zoom") && error.contains("pause") && error.contains('z'), "{error}");
    }

    #[test]
    fn the_nearer_layer_is_asked_first() {
        let keymap = Keymap::new(standard()).expect("standard");
        let escape = plain(KeyCode::Esc);
        assert_eq!(keymap.action(&[KeyLayer::Prompt, KeyLayer::Screen], escape), Some(Action::Cancel));
        assert_eq!(keymap.action(&[KeyLayer::Screen], escape), Some(Action::Back));
        assert_eq!(keymap.action(&[KeyLayer::Prompt], Key::char('q')), None);
    }

    #[test]
    fn every_action_has_a_key_and_a_name_of_its_own() {
        let keymap = Keymap::new(standard()).expect("standard");
        for (index, action) in Action::ALL.iter().enumerate() {
            assert!(keymap.keys(*action).next().is_some(), "{action:?}");
            assert!(Action::ALL[..index].iter().all(|other| other.name() != action.name()), "{action:?}");
        }
    }
}
