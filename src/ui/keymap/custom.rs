//! `[keys]` in the config: the user's keys replace the default ones.

use std::collections::BTreeMap;

use super::{Binding, BoundTwice, KeyLayer, Keymap, standard};
use crate::text::nearest;
use crate::ui::action::Action;
use crate::ui::key::Key;

/// An error in a user's keys.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    /// A key would do two things.
    #[error("[keys]: {0}")]
    BoundTwice(#[from] BoundTwice),
    /// No action has that name.
    #[error("[keys]: no action is called `{name}`{guess}")]
    UnknownAction {
        /// As written.
        name: String,
        /// The nearest known name, or all of them, as the rest of the sentence.
        guess: String,
    },
    /// No key has that name.
    #[error("[keys]: {action}: `{key}` is not a key; write it like z, ctrl-d, alt-f, space, PgUp or F5")]
    UnknownKey {
        /// For which action.
        action: &'static str,
        /// As written.
        key: String,
    },
    /// A letter for an action that is only available while letters are typed.
    #[error("[keys]: {action}: `{key}` is typed there; give it a key such as ctrl-{key}")]
    Typed {
        /// For which action.
        action: &'static str,
        /// As written.
        key: String,
    },
}

impl Keymap {
    /// The default keys, except for the actions in `keys`, which have only the keys given there.
    ///
    /// # Errors
    /// An unknown action, an invalid key, or a key bound twice in a layer.
    pub fn customized(keys: &BTreeMap<String, Vec<String>>) -> Result<Keymap, KeymapError> {
        let mut bindings = standard();
        for (name, keys) in keys {
            let action = action_named(name)?;
            let keys = keys.iter().map(|key| key_named(action, key)).collect::<Result<Vec<_>, _>>()?;
            refuse_typed(&bindings, action, &keys)?;
            rebind(&mut bindings, action, &keys);
        }
        Ok(Keymap::new(bindings)?)
    }
}

fn action_named(name: &str) -> Result<Action, KeymapError> {
    let found = Action::ALL.iter().find(|action| action.name() == name);
    found.copied().ok_or_else(|| {
        let names = || Action::ALL.iter().map(|action| action.name());
        let all = || format!("; there are: {}", names().collect::<Vec<_>>().join(", "));
        let guess = nearest(name, names()).map_or_else(all, |near| format!("; did you mean `{near}`?"));
        KeymapError::UnknownAction { name: name.to_owned(), guess }
    })
}

fn key_named(action: Action, key: &str) -> Result<Key, KeymapError> {
    let unknown = || KeymapError::UnknownKey { action: action.name(), key: key.to_owned() };
    Key::parse(key).ok_or_else(unknown)
}

fn refuse_typed(bindings: &[Binding], action: Action, keys: &[Key]) -> Result<(), KeymapError> {
    let mut layers = bindings.iter().filter(|one| one.action == action).map(|one| one.layer);
    let typed = keys.iter().find_map(|key| key.typed());
    match typed {
        Some(key) if layers.all(KeyLayer::is_for_typing) => {
            Err(KeymapError::Typed { action: action.name(), key: key.to_string() })
        }
        _ => Ok(()),
    }
}

/// Replaces the action's keys. Where letters are typed, letter keys are ignored; and ^C always quits.
fn rebind(bindings: &mut Vec<Binding>, action: Action, keys: &[Key]) {
    let mut layers: Vec<KeyLayer> = Vec::new();
    for binding in bindings.iter().filter(|one| one.action == action) {
        if !layers.contains(&binding.layer) {
            layers.push(binding.layer);
        }
    }
    for layer in layers {
        let fits = |key: &&Key| !layer.is_for_typing() || key.typed().is_none();
        let fitting: Vec<_> = keys.iter().filter(fits).collect();
        let stays = layer.is_for_typing()
            && (fitting.is_empty() || layer == KeyLayer::Always && action == Action::Quit);
        if stays {
            continue;
        }
        let is_old = |one: &Binding| one.layer == layer && one.action == action;
        let at = bindings.iter().position(is_old).unwrap_or(bindings.len());
        bindings.retain(|one| !is_old(one));
        bindings.splice(at..at, fitting.into_iter().map(|key| Binding { layer, key: *key, action }));
    }
}

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::KeyCode;

    use super::*;

    fn customized(keys: &[(&str, &[&str])]) -> Result<Keymap, String> {
        let keys = keys
            .iter()
            .map(|(action, keys)| ((*action).to_owned(), keys.iter().map(|key| (*key).to_owned()).collect()));
        Keymap::customized(&keys.collect()).map_err(|error| error.to_string())
    }

    const ON_SCREEN: [KeyLayer; 3] = [KeyLayer::List, KeyLayer::Screen, KeyLayer::Always];

    #[test]
    fn keys_of_ones_own_take_the_place_of_the_standard_ones() {
        let keymap = customized(&[("zoom", &["x", "ctrl-x"]), ("up", &["e", "up"])]).expect("good keys");
        let does = |key| keymap.action(&ON_SCREEN, key);
        assert_eq!((does(Key::char('x')), does(Key::ctrl('x'))), (Some(Action::Zoom), Some(Action::Zoom)));
        assert_eq!((does(Key::char('z')), does(Key::char('k'))), (None, None));
        assert_eq!(does(Key::char('e')), Some(Action::Up));
        let in_help = |key| keymap.action(&[KeyLayer::Help], key);
        assert_eq!(in_help(Key::char('e')), None, "letters are searched for there");
        assert_eq!(in_help(Key::plain(KeyCode::Up)), Some(Action::Up));
    }

    #[test]
    fn control_c_always_ends_dwell() {
        let keymap = customized(&[("quit", &["ctrl-q"])]).expect("good keys");
        for key in [Key::ctrl('q'), Key::ctrl('c')] {
            assert_eq!(keymap.action(&ON_SCREEN, key), Some(Action::Quit));
        }
        assert_eq!(keymap.action(&ON_SCREEN, Key::char('q')), None);
    }

    #[test]
    fn mistakes_are_named() {
        for (action, key, message) in [
            ("zom", "x", "no action is called `zom`; did you mean `zoom`?"),
            ("wallpaper", "x", "; there are: up, down,"),
            ("zoom", "xx", "zoom: `xx` is not a key"),
            ("complete", "x", "complete: `x` is typed there; give it a key such as ctrl-x"),
            ("zoom", "s", "the key s is bound twice"),
            ("zoom", "ctrl-c", "the key ^c is bound twice"),
        ] {
            let error = customized(&[(action, &[key])]).expect_err(message);
            assert!(error.contains(message), "{error}");
        }
    }

    #[test]
    fn keys_can_change_places() {
        assert!(customized(&[("zoom", &["s"]), ("sort", &["z"])]).is_ok());
    }
}
