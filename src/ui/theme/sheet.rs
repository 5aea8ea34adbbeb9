//! A theme file: parsed, checked, merged with the one it inherits from, and turned into styles.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use ratatui::style::{Color, Modifier, Style};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Role, ThemeError, color, guess};

const SHEET_KEYS: [&str; 4] = ["inherits", "palette", "roles", "series"];
const LOOK_KEYS: [&str; 3] = ["fg", "bg", "modifiers"];
const MODIFIERS: [(&str, Modifier); 5] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underlined", Modifier::UNDERLINED),
    ("reversed", Modifier::REVERSED),
];

/// The contents of a theme file.
#[derive(Debug, Default)]
pub(super) struct ThemeSheet {
    /// The theme that it inherits from.
    pub(super) inherits: Option<SheetWord>,
    palette: BTreeMap<String, Color>,
    roles: BTreeMap<usize, StyleSpec>,
    series: Option<Vec<SheetWord>>,
}

/// The style of a role, with colours by name: names are resolved once all parents are known.
#[derive(Debug, Default)]
struct StyleSpec {
    fg: Option<SheetWord>,
    bg: Option<SheetWord>,
    modifiers: Modifier,
}

/// A word of the file, and its position.
#[derive(Debug)]
pub(super) struct SheetWord {
    pub(super) text: String,
    place: String,
}

impl SheetWord {
    pub(super) fn wrong(&self, what: String) -> ThemeError {
        ThemeError::Wrong { place: self.place.clone(), what }
    }
}

impl ThemeSheet {
    /// Parses a theme file.
    pub(super) fn parse(text: &str, file: &str) -> Result<ThemeSheet, ThemeError> {
        let reader = SheetReader { text, file };
        let table = DeTable::parse(text)
            .map_err(|error| reader.wrong(&error.span().unwrap_or(0..0), error.message().to_owned()))?;
        let mut sheet = ThemeSheet::default();
        for (key, value) in table.get_ref() {
            match key.get_ref().as_ref() {
                "inherits" => sheet.inherits = Some(reader.word(value)?),
                "palette" => sheet.palette = reader.palette(value)?,
                "roles" => sheet.roles = reader.roles(value)?,
                "series" => sheet.series = Some(reader.words(value)?),
                _ => return Err(reader.unknown("key", key, &SHEET_KEYS)),
            }
        }
        Ok(sheet)
    }

    /// Merges this sheet over the one it inherits from.
    pub(super) fn over(mut self, mut base: ThemeSheet) -> ThemeSheet {
        base.palette.append(&mut self.palette);
        base.roles.append(&mut self.roles);
        base.series = self.series.or(base.series);
        base
    }

    /// A style for each role, and one for each series.
    pub(super) fn styles(&self) -> Result<([Style; Role::ALL.len()], Vec<Style>), ThemeError> {
        let mut styles = [Style::new(); Role::ALL.len()];
        for (index, look) in &self.roles {
            styles[*index] = self.style(look)?;
        }
        let series = self.series.iter().flatten().map(|word| Ok(Style::new().fg(self.color(word)?)));
        Ok((styles, series.collect::<Result<_, ThemeError>>()?))
    }

    fn style(&self, look: &StyleSpec) -> Result<Style, ThemeError> {
        let color = |word: &Option<SheetWord>| word.as_ref().map(|word| self.color(word)).transpose();
        let (fg, bg) = (color(&look.fg)?, color(&look.bg)?);
        Ok(Style { fg, bg, ..Style::new() }.add_modifier(look.modifiers))
    }

    fn color(&self, word: &SheetWord) -> Result<Color, ThemeError> {
        let known = self.palette.get(&word.text).copied().or_else(|| color::parse(&word.text));
        known.ok_or_else(|| {
            let guess = guess(&word.text, self.palette.keys().map(String::as_str).chain(color::names()));
            word.wrong(format!("`{}` is neither a colour nor a name in the palette{guess}", word.text))
        })
    }
}

/// Reads the values of a file and reports errors with their position.
struct SheetReader<'a> {
    text: &'a str,
    file: &'a str,
}

type SheetKey<'a> = Spanned<Cow<'a, str>>;
type SheetValue<'a> = Spanned<DeValue<'a>>;

impl SheetReader<'_> {
    fn palette(&self, value: &SheetValue) -> Result<BTreeMap<String, Color>, ThemeError> {
        self.table(value)?
            .iter()
            .map(|(key, value)| Ok((key.get_ref().to_string(), self.color(value)?)))
            .collect()
    }

    fn color(&self, value: &SheetValue) -> Result<Color, ThemeError> {
        let word = self.word(value)?;
        color::parse(&word.text).ok_or_else(|| {
            let guess = guess(&word.text, color::names());
            let ways = "write #rrggbb, a number from 0 to 255, or the name of one of the 16 colours";
            word.wrong(format!("`{}` is not a colour{guess}; {ways}", word.text))
        })
    }

    fn roles(&self, value: &SheetValue) -> Result<BTreeMap<usize, StyleSpec>, ThemeError> {
        let mut roles = BTreeMap::new();
        for (key, value) in self.table(value)? {
            let Some(role) = Role::named(key.get_ref()) else {
                return Err(self.unknown("role", key, &Role::ALL.map(Role::name)));
            };
            roles.insert(role.index(), self.look(value)?);
        }
        Ok(roles)
    }

    /// A colour alone is the foreground: `"ink"` is short for `{ fg = "ink" }`.
    fn look(&self, value: &SheetValue) -> Result<StyleSpec, ThemeError> {
        if !value.get_ref().is_table() {
            return Ok(StyleSpec { fg: Some(self.word(value)?), ..StyleSpec::default() });
        }
        let mut look = StyleSpec::default();
        for (key, value) in self.table(value)? {
            match key.get_ref().as_ref() {
                "fg" => look.fg = Some(self.word(value)?),
                "bg" => look.bg = Some(self.word(value)?),
                "modifiers" => look.modifiers = self.modifiers(value)?,
                _ => return Err(self.unknown("key", key, &LOOK_KEYS)),
            }
        }
        Ok(look)
    }

    fn modifiers(&self, value: &SheetValue) -> Result<Modifier, ThemeError> {
        self.words(value)?.iter().map(modifier).collect()
    }

    fn words(&self, value: &SheetValue) -> Result<Vec<SheetWord>, ThemeError> {
        let list = value.get_ref().as_array().ok_or_else(|| self.expected("a list", value))?;
        list.iter().map(|value| self.word(value)).collect()
    }

    /// A string, or a number, so that the 256 colours need no quotes.
    fn word(&self, value: &SheetValue) -> Result<SheetWord, ThemeError> {
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => number.to_string(),
            _ => return Err(self.expected("a text", value)),
        };
        Ok(SheetWord { text, place: self.place(&value.span()) })
    }

    fn table<'v, 'a>(&self, value: &'v SheetValue<'a>) -> Result<&'v DeTable<'a>, ThemeError> {
        value.get_ref().as_table().ok_or_else(|| self.expected("a table", value))
    }

    fn expected(&self, what: &str, found: &SheetValue) -> ThemeError {
        self.wrong(
            &found.span(),
            format!("expected {what}, not a value of type {}", found.get_ref().type_str()),
        )
    }

    fn unknown(&self, what: &str, key: &SheetKey, known: &[&str]) -> ThemeError {
        let guess = guess(key.get_ref(), known.iter().copied());
        let what = format!("unknown {what} `{}`{guess}; known are {}", key.get_ref(), known.join(", "));
        self.wrong(&key.span(), what)
    }

    fn wrong(&self, span: &Range<usize>, what: String) -> ThemeError {
        ThemeError::Wrong { place: self.place(span), what }
    }

    fn place(&self, span: &Range<usize>) -> String {
        let before = &self.text.as_bytes()[..span.start.min(self.text.len())];
        let line = before.split(|byte| *byte == b'\n').count();
        format!("{}:{line}", self.file)
    }
}

fn modifier(word: &SheetWord) -> Result<Modifier, ThemeError> {
    let known = MODIFIERS.iter().find(|(name, _)| *name == word.text).map(|(_, modifier)| *modifier);
    known.ok_or_else(|| {
        let names = MODIFIERS.map(|(name, _)| name);
        let guess = guess(&word.text, names);
        word.wrong(format!("unknown modifier `{}`{guess}; known are {}", word.text, names.join(", ")))
    })
}
