//! The pen: the terminal's current style, and the shortest sequence to change it (SGR, ECMA-48).

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

const MODIFIERS: [(Modifier, u8); 9] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::RAPID_BLINK, 6),
    (Modifier::REVERSED, 7),
    (Modifier::HIDDEN, 8),
    (Modifier::CROSSED_OUT, 9),
];

/// Codes that end modifiers, if that is shorter than a reset.
const ENDS: [(Modifier, u8); 7] = [
    (Modifier::BOLD.union(Modifier::DIM), 22),
    (Modifier::ITALIC, 23),
    (Modifier::UNDERLINED, 24),
    (Modifier::SLOW_BLINK.union(Modifier::RAPID_BLINK), 25),
    (Modifier::REVERSED, 27),
    (Modifier::HIDDEN, 28),
    (Modifier::CROSSED_OUT, 29),
];

/// Modifiers that are visible on blanks.
pub(super) const SEEN_ON_BLANKS: Modifier =
    Modifier::UNDERLINED.union(Modifier::REVERSED).union(Modifier::CROSSED_OUT);

/// The sixteen colours, in the order of their codes.
const SIXTEEN: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];

/// The terminal's current style.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Pen {
    /// The pen needed for a cell. A blank shows only its background, so the rest of the pen stays as it is.
    pub(super) fn for_cell(self, cell: &Cell) -> Pen {
        let wanted = Pen { fg: cell.fg, bg: cell.bg, modifier: cell.modifier };
        let is_blank = matches!(cell.symbol(), " " | "");
        if is_blank && !(wanted.modifier | self.modifier).intersects(SEEN_ON_BLANKS) {
            return Pen { bg: wanted.bg, ..self };
        }
        wanted
    }

    /// The shortest sequence that changes this pen to another.
    pub(super) fn sequence_to(self, wanted: Pen) -> String {
        let (changed, anew) = (self.changes_to(wanted), Pen::default().changes_to(wanted).after_reset());
        if changed.len() < anew.len() { changed.sequence() } else { anew.sequence() }
    }

    fn changes_to(self, wanted: Pen) -> Codes {
        let mut codes = Codes::default();
        let mut left = self.modifier;
        for (group, code) in ENDS {
            if (self.modifier - wanted.modifier).intersects(group) {
                // Bold and dim share the code that ends them.
                left -= group;
                codes.add(format_args!("{code}"));
            }
        }
        let added = wanted.modifier - left;
        for (_, code) in MODIFIERS.iter().filter(|(modifier, _)| added.contains(*modifier)) {
            codes.add(format_args!("{code}"));
        }
        if wanted.fg != self.fg {
            codes.color(wanted.fg, 30);
        }
        if wanted.bg != self.bg {
            codes.color(wanted.bg, 40);
        }
        codes
    }
}

/// The parameters of one SGR sequence (ECMA-48).
#[derive(Default)]
struct Codes(Vec<String>);

impl Codes {
    fn add(&mut self, code: std::fmt::Arguments) {
        self.0.push(code.to_string());
    }

    /// These codes after a reset.
    fn after_reset(mut self) -> Codes {
        self.0.insert(0, "0".to_owned());
        self
    }

    /// The approximate length of the sequence: the codes and their separators.
    fn len(&self) -> usize {
        self.0.iter().map(|code| code.len() + 1).sum()
    }

    /// `base` is 30 for the foreground, 40 for the background.
    fn color(&mut self, color: Color, base: u8) {
        match color {
            Color::Reset => self.add(format_args!("{}", base + 9)),
            Color::Rgb(red, green, blue) => self.add(format_args!("{};2;{red};{green};{blue}", base + 8)),
            color => match number(color) {
                number @ 0..8 => self.add(format_args!("{}", base + number)),
                number @ 8..16 => self.add(format_args!("{}", base + 52 + number)),
                number => self.add(format_args!("{};5;{number}", base + 8)),
            },
        }
    }

    fn sequence(&self) -> String {
        // A missing parameter is a zero.
        match self.0.join(";").as_str() {
            "0" => "\x1b[m".to_owned(),
            codes => format!("\x1b[{codes}m"),
        }
    }
}

/// A colour's index among the 256.
pub(super) fn number(color: Color) -> u8 {
    match color {
        Color::Indexed(number) => number,
        color => SIXTEEN.iter().zip(0..).find(|(known, _)| **known == color).map_or(0, |(_, number)| number),
    }
}
