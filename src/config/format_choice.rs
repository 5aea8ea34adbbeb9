//! The log format setting: the `--format` flag, `format` in the config, or its `[format]` table.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::from_text::FromText;
use super::json_fields::JsonFields;

/// The format of the lines.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum FormatChoice {
    /// Detected from the first lines.
    #[default]
    Auto,
    /// A built-in format.
    Named(String),
    /// A `log_format` (nginx) or `LogFormat` (Apache) string.
    Pattern(String),
    /// JSON lines with fields mapped by `[format]`.
    Mapped(Box<JsonFields>),
}

impl FromText for FormatChoice {
    fn from_text(text: &str) -> Result<FormatChoice, String> {
        match text {
            "" => Err("a format is auto, a name such as combined, or a log_format string".to_owned()),
            "auto" => Ok(FormatChoice::Auto),
            // `$` (nginx) and `%` (Apache) mark the fields of a format string, and `#Fields:` a W3C header. No built-in
            // name contains them.
            _ if text.contains(['$', '%']) || text.trim_start().starts_with("#Fields:") => {
                Ok(FormatChoice::Pattern(text.to_owned()))
            }
            _ => Ok(FormatChoice::Named(text.to_owned())),
        }
    }
}

/// Deserializes `format`: a string, or a table of JSON fields.
pub(super) fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Option<FormatChoice>, D::Error> {
    from.deserialize_any(FormatVisitor).map(Some)
}

struct FormatVisitor;

impl<'de> Visitor<'de> for FormatVisitor {
    type Value = FormatChoice;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a text in quotes, or a table [format]")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<FormatChoice, E> {
        FormatChoice::from_text(text).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<FormatChoice, A::Error> {
        let fields = JsonFields::deserialize(MapAccessDeserializer::new(table))?;
        fields.complete().map(Box::new).map(FormatChoice::Mapped).map_err(Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_known_by_its_signs() {
        assert_eq!(FormatChoice::from_text("combined"), Ok(FormatChoice::Named("combined".to_owned())));
        assert!(matches!(
            FormatChoice::from_text("$remote_addr [$time_local]"),
            Ok(FormatChoice::Pattern(_))
        ));
        assert!(matches!(FormatChoice::from_text("%h %l %u"), Ok(FormatChoice::Pattern(_))));
    }
}
