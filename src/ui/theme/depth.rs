//! Colour depth: what a terminal can show, and how a style is reduced to it.

use ratatui::style::{Color, Modifier, Style};

use super::color;
use crate::config::ColorChoice;

/// The colour depth of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Depth {
    /// None: weight only (bold, dim, underline, reverse).
    None,
    /// The eight of ECMA-48.
    Ansi8,
    /// The eight and their bright forms.
    Ansi16,
    /// The 256 of xterm.
    Ansi256,
    /// 24 bits.
    TrueColor,
}

/// Substrings of `TERM` of terminals with 24-bit colours, for when `COLORTERM` is missing (SSH does not forward it).
const TRUE_COLOR_TERMS: [&str; 7] =
    ["-direct", "kitty", "alacritty", "ghostty", "foot", "wezterm", "contour"];

/// Prefixes of `TERM` of terminals with sixteen colours.
const SIXTEEN_COLOR_TERMS: [&str; 6] = ["xterm", "screen", "tmux", "rxvt", "konsole", "st"];

/// Prefixes of `TERM` of terminals without colour.
const COLOURLESS_TERMS: [&str; 4] = ["dumb", "vt", "sun", "wyse"];

impl Depth {
    /// The depth from the environment (`NO_COLOR`, `COLORTERM`, `TERM`) and the user's choice.
    #[must_use]
    pub fn detect(env: &dyn Fn(&str) -> Option<String>, choice: ColorChoice) -> Depth {
        let shown = Depth::of_terminal(env);
        match choice {
            ColorChoice::Never => Depth::None,
            ColorChoice::Always => shown.max(Depth::Ansi8),
            // no-color.org: present and not an empty string, regardless of its value.
            ColorChoice::Auto if env("NO_COLOR").is_some_and(|value| !value.is_empty()) => Depth::None,
            ColorChoice::Auto => shown,
        }
    }

    fn of_terminal(env: &dyn Fn(&str) -> Option<String>) -> Depth {
        let term = env("TERM").unwrap_or_default();
        let color_term = env("COLORTERM").unwrap_or_default();
        if term.is_empty() || begins_with_any(&term, &COLOURLESS_TERMS) {
            return Depth::None;
        }
        if matches!(color_term.as_str(), "truecolor" | "24bit") || contains_any(&term, &TRUE_COLOR_TERMS) {
            return Depth::TrueColor;
        }
        match () {
            () if term.contains("256color") => Depth::Ansi256,
            () if term.ends_with("-mono") => Depth::None,
            () if term.contains("16color") || begins_with_any(&term, &SIXTEEN_COLOR_TERMS) => Depth::Ansi16,
            () => Depth::Ansi8,
        }
    }

    /// The style reduced to the nearest colours on a screen of this colour, but never a foreground that is illegible
    /// on its background.
    pub(super) fn reduce(self, style: Style, screen: Option<Color>) -> Style {
        let ground = style.bg.or(screen).map(|color| self.nearest(color));
        let fg = style.fg.map(|color| self.nearest(color)).map(|fg| match ground {
            Some(ground) if fg == ground => color::legible_on(ground),
            _ => fg,
        });
        let reduced = Style { fg, bg: style.bg.map(|color| self.nearest(color)), ..style };
        match style.fg {
            // None of the eight is grey: dim it instead.
            Some(Color::DarkGray) if self == Depth::Ansi8 => {
                Style { fg: None, ..reduced }.add_modifier(Modifier::DIM)
            }
            _ => reduced,
        }
    }

    fn nearest(self, color: Color) -> Color {
        match self {
            Depth::None => Color::Reset,
            Depth::Ansi8 => color::nearest_of_8(color),
            Depth::Ansi16 => color::nearest_of_16(color),
            Depth::Ansi256 => color::nearest_of_256(color),
            Depth::TrueColor => color,
        }
    }
}

fn begins_with_any(term: &str, names: &[&str]) -> bool {
    names.iter().any(|name| term.starts_with(name))
}

fn contains_any(term: &str, names: &[&str]) -> bool {
    names.iter().any(|name| term.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(variables: &[(&str, &str)], choice: ColorChoice) -> Depth {
        let env = |wanted: &str| {
            variables.iter().find(|(name, _)| *name == wanted).map(|(_, value)| (*value).to_owned())
        };
        Depth::detect(&env, choice)
    }

    #[test]
    fn terminals_get_what_they_can_show() {
        for (term, depth) in [
            ("xterm-256color", Depth::Ansi256),
            ("tmux-256color", Depth::Ansi256),
            ("xterm", Depth::Ansi16),
            ("screen", Depth::Ansi16),
            ("linux", Depth::Ansi8),
            ("ansi", Depth::Ansi8),
            ("xterm-kitty", Depth::TrueColor),
            ("xterm-direct", Depth::TrueColor),
            ("vt220", Depth::None),
            ("xterm-mono", Depth::None),
            ("dumb", Depth::None),
            ("", Depth::None),
        ] {
            assert_eq!(detect(&[("TERM", term)], ColorChoice::Auto), depth, "{term}");
        }
    }

    #[test]
    fn colorterm_raises_but_not_a_dumb_terminal() {
        let detect = |term| detect(&[("TERM", term), ("COLORTERM", "truecolor")], ColorChoice::Auto);
        assert_eq!(detect("xterm-256color"), Depth::TrueColor);
        assert_eq!(detect("dumb"), Depth::None);
    }

    #[test]
    fn no_color_wins_unless_the_user_says_always() {
        let environment = [("TERM", "xterm-256color"), ("NO_COLOR", "1")];
        assert_eq!(detect(&environment, ColorChoice::Auto), Depth::None);
        assert_eq!(detect(&environment, ColorChoice::Always), Depth::Ansi256);
        assert_eq!(detect(&[("TERM", "xterm"), ("NO_COLOR", "")], ColorChoice::Auto), Depth::Ansi16);
        assert_eq!(detect(&[("TERM", "xterm")], ColorChoice::Never), Depth::None);
        assert_eq!(detect(&[("TERM", "dumb")], ColorChoice::Always), Depth::Ansi8);
    }

    #[test]
    fn colours_come_down_to_the_nearest() {
        let orange = Color::Rgb(255, 135, 0);
        let steps = [Depth::TrueColor, Depth::Ansi256, Depth::Ansi16, Depth::Ansi8, Depth::None];
        let shown = steps.map(|depth| depth.nearest(orange));
        let expected = [orange, Color::Indexed(208), Color::LightRed, Color::Yellow, Color::Reset];
        assert_eq!(shown, expected);
        assert_eq!(Depth::Ansi8.nearest(Color::LightGreen), Color::Green);
        assert_eq!(Depth::Ansi16.nearest(Color::LightGreen), Color::LightGreen);
    }

    #[test]
    fn what_would_drown_in_its_ground_does_not() {
        let style = Style::new().fg(Color::Rgb(30, 30, 34));
        let reduced = Depth::Ansi16.reduce(style, Some(Color::Rgb(10, 10, 12)));
        assert_eq!(reduced.fg, Some(Color::White));
    }

    #[test]
    fn grey_is_dimmed_where_there_is_none() {
        let reduced = Depth::Ansi8.reduce(Style::new().fg(Color::DarkGray), None);
        assert_eq!(reduced, Style::new().add_modifier(Modifier::DIM));
    }
}
