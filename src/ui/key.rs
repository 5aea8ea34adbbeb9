//! A key as the keymap knows it.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::theme::Symbols;

/// A key with its modifiers; capitals and signs come without Shift, as the terminal has applied it already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: KeyCode,
    /// The modifiers held with it.
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

    /// Reads a key as the config writes it: `z`, `ctrl-d`, `^d`, `alt-f`, `shift-tab`, `space`, `PgUp`, `F5`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Key> {
        let mut single = text.chars();
        if let (Some(c), None) = (single.next(), single.next()) {
            return (!c.is_control() && !c.is_whitespace()).then_some(Key::char(c));
        }
        let (modifiers, name) = modified(text)?;
        let code = code_named(name)?;
        Some(match (code, modifiers) {
            (KeyCode::Tab, KeyModifiers::SHIFT) => Key::plain(KeyCode::BackTab),
            // Terminals send the same key for Control with a small letter and a capital.
            (KeyCode::Char(c), KeyModifiers::CONTROL) => Key::ctrl(c.to_ascii_lowercase()),
            (KeyCode::Char(c), KeyModifiers::SHIFT) => Key::char(c.to_ascii_uppercase()),
            (code, modifiers) => Key { code, modifiers },
        })
    }

    /// The key of an event; `None` for a release.
    #[must_use]
    pub fn of(event: KeyEvent) -> Option<Key> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let shift_is_applied = matches!(event.code, KeyCode::Char(_) | KeyCode::BackTab);
        let ignored = if shift_is_applied { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
        Some(Key { code: event.code, modifiers: event.modifiers - ignored })
    }

    /// The character that the key types, if any.
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

/// Splits off the modifiers; `None` if one is unknown.
fn modified(text: &str) -> Option<(KeyModifiers, &str)> {
    if let Some(name) = text.strip_prefix('^').filter(|name| !name.is_empty()) {
        return Some((KeyModifiers::CONTROL, name));
    }
    let mut modifiers = KeyModifiers::NONE;
    let mut rest = text;
    while let Some((word, after)) = rest.split_once('-').filter(|(_, after)| !after.is_empty()) {
        modifiers |= match word.to_ascii_lowercase().as_str() {
            "ctrl" | "c" => KeyModifiers::CONTROL,
            "alt" | "a" => KeyModifiers::ALT,
            "shift" | "s" => KeyModifiers::SHIFT,
            _ => return None,
        };
        rest = after;
    }
    Some((modifiers, rest))
}

fn code_named(name: &str) -> Option<KeyCode> {
    let mut single = name.chars();
    if let (Some(c), None) = (single.next(), single.next()) {
        return Some(KeyCode::Char(c));
    }
    Some(match name.to_ascii_lowercase().as_str() {
        "space" => KeyCode::Char(' '),
        "minus" => KeyCode::Char('-'),
        "enter" | "return" => KeyCode::Enter,
        "esc" | "escape" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "backspace" => KeyCode::Backspace,
        "del" | "delete" => KeyCode::Delete,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pgup" | "pageup" => KeyCode::PageUp,
        "pgdn" | "pagedown" => KeyCode::PageDown,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        other => {
            let number = other.strip_prefix('f')?.parse().ok().filter(|number| (1..=24).contains(number))?;
            KeyCode::F(number)
        }
    })
}

fn name(code: KeyCode, symbols: &Symbols) -> String {
    let [up, down] = symbols.arrows;
    let [left, right] = symbols.sides;
    let known = match code {
        KeyCode::Char(' ') => "space",
        KeyCode::Char(c) => return c.to_string(),
        KeyCode::F(number) => return format!("F{number}"),
        KeyCode::Up => up,
        KeyCode::Down => down,
        KeyCode::Left => left,
        KeyCode::Right => right,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_help_and_people_write_them() {
        let shift_up = Key { code: KeyCode::Up, modifiers: KeyModifiers::SHIFT };
        for (text, key) in [
            ("z", Key::char('z')),
            ("Z", Key::char('Z')),
            ("-", Key::char('-')),
            ("^", Key::char('^')),
            ("^d", Key::ctrl('d')),
            ("Ctrl-D", Key::ctrl('d')),
            ("alt-f", Key { code: KeyCode::Char('f'), modifiers: KeyModifiers::ALT }),
            ("S-Tab", Key::plain(KeyCode::BackTab)),
            ("shift-up", shift_up),
            ("space", Key::char(' ')),
            ("PgUp", Key::plain(KeyCode::PageUp)),
            ("f12", Key::plain(KeyCode::F(12))),
        ] {
            assert_eq!(Key::parse(text), Some(key), "{text}");
        }
        for wrong in ["", " ", "zz", "hyper-x", "f99", "ctrl-"] {
            assert_eq!(Key::parse(wrong), None, "{wrong}");
        }
    }
}
