//! Themes: colours by role from a TOML file, reduced to what the terminal can show.
//!
//! Takes a theme's name, the user's theme folder and the environment; gives a style for each role and the glyphs to
//! draw with. Must not know panes or widgets: they ask for roles, never for colours.

mod color;
mod depth;
mod role;
mod sheet;
mod symbols;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use ratatui::style::Style;

use crate::files;
use crate::text::nearest;

pub use depth::Depth;
pub use role::Role;
pub use symbols::{Plot, Symbols};

use sheet::ThemeSheet;

/// The default theme.
pub const DEFAULT: &str = "terminal";

/// The theme for [`Depth::None`], whatever was asked for.
const COLOURLESS: &str = "colourless";

const BUILT_IN: [(&str, &str); 10] = [
    (DEFAULT, include_str!("../../themes/terminal.toml")),
    ("dusk", include_str!("../../themes/dusk.toml")),
    ("ember", include_str!("../../themes/ember.toml")),
    ("lagoon", include_str!("../../themes/lagoon.toml")),
    ("paper", include_str!("../../themes/paper.toml")),
    ("chalk", include_str!("../../themes/chalk.toml")),
    ("beacon", include_str!("../../themes/beacon.toml")),
    ("noon", include_str!("../../themes/noon.toml")),
    ("harbour", include_str!("../../themes/harbour.toml")),
    (COLOURLESS, include_str!("../../themes/colourless.toml")),
];

/// The names of the built-in themes, the default one first.
pub fn built_in_names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

/// A theme, reduced to what the terminal can show.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    name: String,
    styles: [Style; Role::ALL.len()],
    series: Vec<Style>,
    symbols: &'static Symbols,
}

impl Theme {
    /// The style of a role, to be patched over what is below it.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        self.styles[role.index()]
    }

    /// The style of a series. The same number always has the same colour; after the last colour they repeat.
    #[must_use]
    pub fn series(&self, index: usize) -> Style {
        match self.series.len() {
            0 => Style::new(),
            count => self.series[index % count],
        }
    }

    /// The glyphs; Unicode unless set by [`Theme::with_symbols`].
    #[must_use]
    pub fn symbols(&self) -> &'static Symbols {
        self.symbols
    }

    /// Whether it shows weight instead of colour.
    #[must_use]
    pub fn is_colourless(&self) -> bool {
        self.styles.iter().all(|style| style.fg.is_none() && style.bg.is_none())
    }

    /// The name under which it was loaded.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The theme with other glyphs.
    #[must_use]
    pub fn with_symbols(self, symbols: &'static Symbols) -> Theme {
        Theme { symbols, ..self }
    }
}

/// Loads a theme: `NAME.toml` in the user's theme folder, or else the built-in theme of that name.
///
/// # Errors
/// No theme of that name, an unreadable file, or an error in it, with file and line.
pub fn load(name: &str, user_dir: Option<&Path>, depth: Depth) -> Result<Theme, ThemeError> {
    // Parsed even if no colour can be shown, so that errors in a theme are found on every terminal.
    let asked = resolve(name, user_dir)?.styles()?;
    let (styles, series) = match depth {
        Depth::None => resolve(COLOURLESS, None)?.styles()?,
        _ => asked,
    };
    let screen = styles[Role::Screen.index()].bg;
    Ok(Theme {
        name: name.to_owned(),
        styles: styles.map(|style| depth.reduce(style, screen)),
        series: series.into_iter().map(|style| depth.reduce(style, screen)).collect(),
        symbols: &Symbols::UNICODE,
    })
}

/// Reads a theme and those it inherits from.
fn resolve(name: &str, user_dir: Option<&Path>) -> Result<ThemeSheet, ThemeError> {
    let mut seen = vec![name.to_owned()];
    let mut sheet = read(name, user_dir)?;
    while let Some(parent) = sheet.inherits.take() {
        let again = seen.contains(&parent.text);
        if again && !built_in_names().any(|built_in| built_in == parent.text) {
            return Err(parent.wrong(format!("theme `{}` inherits itself", parent.text)));
        }
        // A repeated name is the built-in theme: a user's theme may inherit from the built-in one of its own name.
        let base = read(&parent.text, user_dir.filter(|_| !again)).map_err(|error| match error {
            ThemeError::Unknown { .. } => parent.wrong(error.to_string()),
            other => other,
        })?;
        seen.push(parent.text);
        sheet = sheet.over(base);
    }
    Ok(sheet)
}

fn read(name: &str, user_dir: Option<&Path>) -> Result<ThemeSheet, ThemeError> {
    let (text, file) = text_of(name, user_dir)?;
    ThemeSheet::parse(&text, &file)
}

/// The text of a theme, and its file.
fn text_of(name: &str, user_dir: Option<&Path>) -> Result<(Cow<'static, str>, String), ThemeError> {
    if let Some(path) = user_dir.and_then(|dir| user_file(name, dir)) {
        let file = path.display().to_string();
        let text = files::read_text(&path).map_err(|source| ThemeError::Read { path, source })?;
        return Ok((text.into(), file));
    }
    match BUILT_IN.iter().find(|(built_in, _)| *built_in == name) {
        Some((_, text)) => Ok(((*text).into(), format!("themes/{name}.toml"))),
        None => Err(ThemeError::unknown(name, user_dir)),
    }
}

/// The file of a user's theme, if it exists. A name with path separators is rejected.
fn user_file(name: &str, dir: &Path) -> Option<PathBuf> {
    let is_file_name = Path::new(name).file_name().is_some_and(|file| file == name);
    let path = dir.join(format!("{name}.toml"));
    (is_file_name && path.exists()).then_some(path)
}

/// The available themes, as the terminal can show them.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// The user's theme folder, if there is one.
    pub folder: Option<PathBuf>,
    /// The terminal's colour depth.
    pub depth: Depth,
    /// The glyphs to draw with.
    pub symbols: &'static Symbols,
}

impl Catalogue {
    /// Only the built-in themes.
    #[must_use]
    pub fn built_in(depth: Depth) -> Catalogue {
        Catalogue { folder: None, depth, symbols: &Symbols::UNICODE }
    }

    /// Their names: first the built-in ones, then the user's.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = built_in_names().map(str::to_owned).collect();
        let entries = self.folder.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten();
        let files = entries.filter_map(|entry| Some(entry.ok()?.file_name().to_str()?.to_owned()));
        let mut own: Vec<_> = files.filter_map(|file| Some(file.strip_suffix(".toml")?.to_owned())).collect();
        own.retain(|name| !names.contains(name));
        own.sort_unstable();
        names.append(&mut own);
        names
    }

    /// A theme's description: the first sentence of the comment at its top, or empty.
    #[must_use]
    pub fn about(&self, name: &str) -> String {
        let text = text_of(name, self.folder.as_deref()).map(|(text, _)| text).unwrap_or_default();
        let comment = text.lines().next().and_then(|line| line.strip_prefix('#')).unwrap_or_default();
        comment.split('.').next().unwrap_or_default().trim().to_owned()
    }

    /// Loads a theme: see [`load`].
    ///
    /// # Errors
    /// As [`load`].
    pub fn load(&self, name: &str) -> Result<Theme, ThemeError> {
        Ok(load(name, self.folder.as_deref(), self.depth)?.with_symbols(self.symbols))
    }
}

/// An error in a theme.
#[derive(Debug, thiserror::Error)]
pub enum ThemeError {
    /// No theme has that name.
    #[error("there is no theme `{name}`{guess}; known are {known}, and files NAME.toml in {dir}")]
    Unknown {
        /// The name asked for.
        name: String,
        /// The nearest known name, as part of the sentence, or empty.
        guess: String,
        /// The built-in themes.
        known: String,
        /// The user's theme folder.
        dir: String,
    },
    /// The file cannot be read.
    #[error("cannot read the theme {path}: {source}", path = path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Something in the file is wrong.
    #[error("{place}: {what}")]
    Wrong {
        /// The file and line: `themes/dusk.toml:12`.
        place: String,
        /// What is wrong there.
        what: String,
    },
}

impl ThemeError {
    fn unknown(name: &str, user_dir: Option<&Path>) -> ThemeError {
        ThemeError::Unknown {
            name: name.to_owned(),
            guess: guess(name, built_in_names()),
            known: built_in_names().collect::<Vec<_>>().join(", "),
            dir: user_dir.map_or_else(|| "the config folder".to_owned(), |dir| dir.display().to_string()),
        }
    }
}

/// The nearest known word as part of a sentence, or nothing.
fn guess<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, known).map_or_else(String::new, |near| format!(", did you mean `{near}`?"))
}

#[cfg(test)]
mod tests;
