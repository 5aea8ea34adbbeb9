//! Telling the terminal's user of something while the screen may be out of sight: a bell, and where the terminal has
//! them, its notifications.

use std::process::{Command, Stdio};

use crate::text::harmless_ascii;

/// How to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Notifier {
    /// Not at all: `--no-bell`.
    #[default]
    Silent,
    /// A bell.
    Bell,
    /// A bell, and a notification of this kind.
    Osc(Osc, Passthrough),
}

/// The kinds of notifications that terminals know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Osc {
    /// `OSC 9`: iTerm2, `WezTerm`, Ghostty.
    Nine,
    /// `OSC 777`: foot, urxvt.
    SevenSevenSeven,
    /// `OSC 99`: kitty.
    NinetyNine,
}

/// Whether tmux stands between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passthrough {
    /// It does not.
    Direct,
    /// It does, and hands sequences on.
    Tmux,
}

/// The longest text: a line of a notification.
const LONGEST: usize = 120;
const ESC: char = '\x1b';

impl Notifier {
    /// What this terminal knows, by the environment; `tmux_passes` says whether tmux hands sequences on.
    #[must_use]
    pub fn detect(env: &dyn Fn(&str) -> Option<String>, tmux_passes: impl FnOnce() -> bool) -> Notifier {
        let is_tmux = env("TMUX").is_some();
        let Some(osc) = osc(env) else { return Notifier::Bell };
        match is_tmux {
            false => Notifier::Osc(osc, Passthrough::Direct),
            true if tmux_passes() => Notifier::Osc(osc, Passthrough::Tmux),
            true => Notifier::Bell,
        }
    }

    /// The bytes that tell a text.
    #[must_use]
    pub fn bytes(self, text: &str) -> String {
        let osc = match self {
            Notifier::Silent => return String::new(),
            Notifier::Bell => return "\x07".to_owned(),
            Notifier::Osc(osc, passthrough) => passed(&sequence(osc, text), passthrough),
        };
        format!("\x07{osc}")
    }
}

/// The terminal by its own variables; inside tmux those of the terminal that the server was started in.
fn osc(env: &dyn Fn(&str) -> Option<String>) -> Option<Osc> {
    let term = env("TERM").unwrap_or_default();
    let program = env("TERM_PROGRAM").unwrap_or_default();
    let lc_terminal = env("LC_TERMINAL").unwrap_or_default();
    if env("KITTY_WINDOW_ID").is_some() || term.starts_with("xterm-kitty") {
        return Some(Osc::NinetyNine);
    }
    let is_nine = ["iTerm.app", "WezTerm", "ghostty"].contains(&program.as_str())
        || lc_terminal == "iTerm2"
        || env("WEZTERM_PANE").is_some()
        || env("GHOSTTY_RESOURCES_DIR").is_some();
    if is_nine {
        return Some(Osc::Nine);
    }
    (term.starts_with("foot") || term.starts_with("rxvt-unicode")).then_some(Osc::SevenSevenSeven)
}

/// Semicolons separate the parts of a sequence.
fn sequence(osc: Osc, text: &str) -> String {
    let text: String = harmless_ascii(text).chars().take(LONGEST).collect();
    let text = text.replace(';', ",");
    match osc {
        Osc::Nine => format!("{ESC}]9;dwell: {text}{ESC}\\"),
        Osc::SevenSevenSeven => format!("{ESC}]777;notify;dwell;{text}{ESC}\\"),
        Osc::NinetyNine => format!("{ESC}]99;;dwell: {text}{ESC}\\"),
    }
}

fn passed(sequence: &str, passthrough: Passthrough) -> String {
    match passthrough {
        Passthrough::Direct => sequence.to_owned(),
        Passthrough::Tmux => format!("{ESC}Ptmux;{}{ESC}\\", sequence.replace(ESC, "\x1b\x1b")),
    }
}

/// Whether tmux hands sequences on (`allow-passthrough`).
#[must_use]
pub fn tmux_passes() -> bool {
    let option = Command::new("tmux")
        .args(["show-options", "-A", "-p", "-v", "allow-passthrough"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    option.is_ok_and(|option| matches!(option.stdout.trim_ascii(), b"on" | b"all"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(variables: &[(&str, &str)], passes: bool) -> Notifier {
        let env = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        Notifier::detect(&env, || passes)
    }

    #[test]
    fn r16_each_terminal_is_told_in_its_own_way() {
        let tmux = ("TMUX", "/tmp/tmux-0/default,1,0");
        let direct = |osc| Notifier::Osc(osc, Passthrough::Direct);
        for (variables, passes, expected) in [
            (&[("TERM", "xterm-256color")][..], false, Notifier::Bell),
            (&[("TERM", "xterm-kitty")], false, direct(Osc::NinetyNine)),
            (&[("TERM_PROGRAM", "iTerm.app")], false, direct(Osc::Nine)),
            (&[("TERM_PROGRAM", "WezTerm")], false, direct(Osc::Nine)),
            (&[("TERM_PROGRAM", "ghostty")], false, direct(Osc::Nine)),
            (&[("TERM", "foot")], false, direct(Osc::SevenSevenSeven)),
            (&[("TERM", "rxvt-unicode-256color")], false, direct(Osc::SevenSevenSeven)),
            (&[tmux, ("KITTY_WINDOW_ID", "1")], true, Notifier::Osc(Osc::NinetyNine, Passthrough::Tmux)),
            (&[tmux, ("KITTY_WINDOW_ID", "1")], false, Notifier::Bell),
        ] {
            assert_eq!(detected(variables, passes), expected, "{variables:?}");
        }
    }

    #[test]
    fn r16_a_notification_has_no_sequence_but_its_own() {
        let told = Notifier::Osc(Osc::SevenSevenSeven, Passthrough::Direct).bytes("down; \x1b]0;x\x07 fires");
        assert_eq!(told.matches(ESC).count(), 2, "{told:?}");
        assert!(told.starts_with("\x07\x1b]777;notify;dwell;down, "), "{told:?}");
        let told = Notifier::Osc(Osc::Nine, Passthrough::Tmux).bytes("down");
        assert_eq!(told, "\x07\x1bPtmux;\x1b\x1b]9;dwell: down\x1b\x1b\\\x1b\\");
        assert_eq!(
            (Notifier::Bell.bytes("down"), Notifier::Silent.bytes("down")),
            ("\x07".to_owned(), String::new())
        );
    }
}
