//! Colours as numbers: parsing, perceived distance, contrast.

use ratatui::style::Color;

/// The sixteen colours by name, in the order of their codes, with xterm's values. Terminals may show other ones.
const SIXTEEN: [(&str, Color, Rgb); 16] = [
    ("black", Color::Black, Rgb(0, 0, 0)),
    ("red", Color::Red, Rgb(205, 0, 0)),
    ("green", Color::Green, Rgb(0, 205, 0)),
    ("yellow", Color::Yellow, Rgb(205, 205, 0)),
    ("blue", Color::Blue, Rgb(0, 0, 238)),
    ("magenta", Color::Magenta, Rgb(205, 0, 205)),
    ("cyan", Color::Cyan, Rgb(0, 205, 205)),
    ("white", Color::Gray, Rgb(229, 229, 229)),
    ("bright-black", Color::DarkGray, Rgb(127, 127, 127)),
    ("bright-red", Color::LightRed, Rgb(255, 0, 0)),
    ("bright-green", Color::LightGreen, Rgb(0, 255, 0)),
    ("bright-yellow", Color::LightYellow, Rgb(255, 255, 0)),
    ("bright-blue", Color::LightBlue, Rgb(92, 92, 255)),
    ("bright-magenta", Color::LightMagenta, Rgb(255, 0, 255)),
    ("bright-cyan", Color::LightCyan, Rgb(0, 255, 255)),
    ("bright-white", Color::White, Rgb(255, 255, 255)),
];

/// The name of the terminal's default colour.
const DEFAULT: &str = "default";

/// Steps of the 6×6×6 cube in xterm's 256 colours.
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// A colour as red, green and blue, sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rgb(pub(super) u8, pub(super) u8, pub(super) u8);

impl Rgb {
    /// What the colour usually looks like; `None` for the terminal's own foreground or background.
    pub(super) fn of(color: Color) -> Option<Rgb> {
        match color {
            Color::Rgb(red, green, blue) => Some(Rgb(red, green, blue)),
            Color::Indexed(index) => Some(Rgb::indexed(index)),
            named => SIXTEEN.iter().find(|(_, known, _)| *known == named).map(|(_, _, rgb)| *rgb),
        }
    }

    fn indexed(index: u8) -> Rgb {
        match index {
            0..16 => SIXTEEN[usize::from(index)].2,
            16..232 => {
                let step = |size: u8| CUBE[usize::from((index - 16) / size % 6)];
                Rgb(step(36), step(6), step(1))
            }
            232.. => {
                let grey = 8 + (index - 232) * 10;
                Rgb(grey, grey, grey)
            }
        }
    }

    /// Ottosson's Oklab: lightness and two hue axes, in which distances match perception.
    pub(super) fn oklab(self) -> [f64; 3] {
        let [red, green, blue] = self.linear();
        let long = (0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue).cbrt();
        let medium = (0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue).cbrt();
        let short = (0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue).cbrt();
        [
            0.210_454_255_3 * long + 0.793_617_785_0 * medium - 0.004_072_046_8 * short,
            1.977_998_495_1 * long - 2.428_592_205_0 * medium + 0.450_593_709_9 * short,
            0.025_904_037_1 * long + 0.782_771_766_2 * medium - 0.808_675_766_0 * short,
        ]
    }

    /// Linear light, each from 0 to 1 (without sRGB's gamma).
    pub(super) fn linear(self) -> [f64; 3] {
        [self.0, self.1, self.2].map(|value| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        })
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.linear();
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

/// The contrast ratio of WCAG 2.2, from 1 (none) to 21.
pub(super) fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (one.luminance() + 0.05, other.luminance() + 0.05);
    one.max(other) / one.min(other)
}

/// Black or white, whichever contrasts more with this background.
pub(super) fn legible_on(ground: Color) -> Color {
    let (black, white) = (Rgb(0, 0, 0), Rgb(255, 255, 255));
    match Rgb::of(ground) {
        None => Color::Reset,
        Some(ground) if contrast(black, ground) > contrast(white, ground) => Color::Black,
        Some(_) => Color::White,
    }
}

/// The perceived distance of two colours.
pub(super) fn distance(one: [f64; 3], other: [f64; 3]) -> f64 {
    one.iter().zip(other).map(|(one, other)| (one - other).powi(2)).sum::<f64>().sqrt()
}

/// The nearest of xterm's 256 without the first sixteen, which users redefine; one of the 256 stays as it is.
pub(super) fn nearest_of_256(color: Color) -> Color {
    match color {
        Color::Rgb(red, green, blue) => nearest(
            Rgb(red, green, blue),
            (16..=255).map(|index| (Color::Indexed(index), Rgb::indexed(index))),
        ),
        other => other,
    }
}

/// The nearest of the sixteen.
pub(super) fn nearest_of_16(color: Color) -> Color {
    match Rgb::of(color) {
        Some(rgb) if code(color).is_none() => nearest(rgb, sixteen()),
        _ => color,
    }
}

/// The nearest of the eight; a bright one of the sixteen becomes its normal form.
pub(super) fn nearest_of_8(color: Color) -> Color {
    match (Rgb::of(color), code(color)) {
        (_, Some(code)) => SIXTEEN[code % 8].1,
        (Some(rgb), None) => nearest(rgb, sixteen().take(8)),
        (None, None) => color,
    }
}

/// Its code, if it is one of the sixteen.
fn code(color: Color) -> Option<usize> {
    SIXTEEN.iter().position(|(_, known, _)| *known == color)
}

fn sixteen() -> impl Iterator<Item = (Color, Rgb)> {
    SIXTEEN.iter().map(|(_, color, rgb)| (*color, *rgb))
}

fn nearest(wanted: Rgb, candidates: impl Iterator<Item = (Color, Rgb)>) -> Color {
    let wanted = wanted.oklab();
    candidates
        .map(|(color, rgb)| (distance(wanted, rgb.oklab()), color))
        .min_by(|one, other| one.0.total_cmp(&other.0))
        .map_or(Color::Reset, |(_, color)| color)
}

/// Parses a colour of a theme: `#1b1e28`, `bright-blue`, `default`, or an index of the 256.
pub(super) fn parse(text: &str) -> Option<Color> {
    if let Some(hex) = text.strip_prefix('#') {
        let number = u32::from_str_radix(hex, 16)
            .ok()
            .filter(|_| hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        let [_, red, green, blue] = number.to_be_bytes();
        return Some(Color::Rgb(red, green, blue));
    }
    if text == DEFAULT {
        return Some(Color::Reset);
    }
    let named = SIXTEEN.iter().find(|(name, ..)| *name == text).map(|(_, color, _)| *color);
    named.or_else(|| text.parse().ok().map(Color::Indexed))
}

/// The names of colours that every theme can use.
pub(super) fn names<'a>() -> impl Iterator<Item = &'a str> {
    SIXTEEN.iter().map(|(name, ..)| *name).chain([DEFAULT])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_as_themes_write_them() {
        assert_eq!(parse("#1b1e28"), Some(Color::Rgb(0x1b, 0x1e, 0x28)));
        assert_eq!(parse("bright-blue"), Some(Color::LightBlue));
        assert_eq!(parse("default"), Some(Color::Reset));
        assert_eq!(parse("208"), Some(Color::Indexed(208)));
        for wrong in ["#1b1e2", "#+b1e28", "#1b1e2g", "bleu", "256", ""] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn contrast_is_as_wcag_has_it() {
        assert!((contrast(Rgb(0, 0, 0), Rgb(255, 255, 255)) - 21.0).abs() < 1e-9);
        // #767676 is the lightest grey that passes AA on white.
        assert!(contrast(Rgb(0x76, 0x76, 0x76), Rgb(255, 255, 255)) >= 4.5);
        assert!(contrast(Rgb(0x77, 0x77, 0x77), Rgb(255, 255, 255)) < 4.5);
    }

    #[test]
    fn each_of_the_256_is_nearest_to_itself() {
        for index in 16..=255 {
            let rgb = Rgb::indexed(index);
            assert_eq!(Rgb::of(nearest_of_256(Color::Rgb(rgb.0, rgb.1, rgb.2))), Some(rgb), "{index}");
        }
    }
}
