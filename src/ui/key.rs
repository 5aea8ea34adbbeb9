//! A key as the keymap knows it.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::theme::Symbols;

/// A key with its modifiers; capitals and signs come without Shift, as the terminal has applied it already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// What is held with it.
    pub modifiers: KeyModifiers,
}

impl Key {
    /// A key by itself.
    #[must_use]
    pub const fn plain(code: KeyCode) -> Key {
        Key { code, modifiers: KeyModifiers::NONE }
    }

    /// A key that types a character.
    #[must_use]
    pub const fn char(c: char) -> Key {
        Key::plain(KeyCode::Char(c))
    }

    /// A character with Control.
    #[must_use]
    pub const fn ctrl(c: char) -> Key {
        Key { code: KeyCode::Char(c), modifiers: KeyModifiers::CONTROL }
    }

    /// The key of an event; nothing where a key was let go.
    #[must_use]
    pub fn of(event: KeyEvent) -> Option<Key> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let shift_is_applied = matches!(event.code, KeyCode::Char(_) | KeyCode::BackTab);
        let ignored = if shift_is_applied { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
        Some(Key { code: event.code, modifiers: event.modifiers - ignored })
    }

    /// The character that the key types, where it types one.
    #[must_use]
    pub fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if self.modifiers.is_empty() => Some(c),
            _ => None,
        }
    }

    /// The key as hints and help show it: `^d`, `space`, `⏎`.
    #[must_use]
    pub fn label(self, symbols: &Symbols) -> String {
        let name = name(self.code, symbols);
        let mut label = String::new();
        if self.modifiers.contains(KeyModifiers::ALT) {
            label.push_str("alt-");
        }
        if self.modifiers.contains(KeyModifiers::SHIFT) {
            label.push_str("shift-");
        }
        if self.modifiers.contains(KeyModifiers::CONTROL) {
            label.push_str(if name.chars().count() == 1 { "^" } else { "ctrl-" });
        }
        label + &name
    }
}

fn name(code: KeyCode, symbols: &Symbols) -> String {
    let [up, down] = symbols.arrows;
    let known = match code {
        KeyCode::Char(' ') => "space",
        KeyCode::Char(c) => return c.to_string(),
        KeyCode::F(number) => return format!("F{number}"),
        KeyCode::Up => up,
        KeyCode::Down => down,
        KeyCode::Left => "Left",
        KeyCode::Right => "Right",
        KeyCode::Enter => symbols.enter,
        KeyCode::Esc => "Esc",
        KeyCode::Tab => "Tab",
        KeyCode::BackTab => "S-Tab",
        KeyCode::Backspace => "Backspace",
        KeyCode::Delete => "Delete",
        KeyCode::Home => "Home",
        KeyCode::End => "End",
        KeyCode::PageUp => "PgUp",
        KeyCode::PageDown => "PgDn",
        _ => return format!("{code:?}"),
    };
    known.to_owned()
}
