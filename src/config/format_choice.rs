//! Which format lines are read in: `format` as a flag, as a text in the config, or as its table `[format]`.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::from_text::FromText;
use super::json_fields::JsonFields;

/// How lines are read.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum FormatChoice {
    /// Found by looking at the first lines.
    #[default]
    Auto,
    /// A format known by name.
    Named(String),
    /// A `log_format` (nginx) or `LogFormat` (Apache) string.
    Pattern(String),
    /// JSON lines, with their fields where the config says (`[format]`).
    Mapped(Box<JsonFields>),
}

impl FromText for FormatChoice {
    fn from_text(text: &str) -> Result<FormatChoice, String> {
        match text {
            "" => Err("a format is auto, a name such as combined, or a log_format string".to_owned()),
            "auto" => Ok(FormatChoice::Auto),
            // Both servers' strings name their fields so, and W3C logs begin so; no format's name has such a sign.
            _ if text.contains(['$', '%']) || text.trim_start().starts_with("#Fields:") => {
                Ok(FormatChoice::Pattern(text.to_owned()))
            }
            _ => Ok(FormatChoice::Named(text.to_owned())),
        }
    }
}

/// Reads `format`: a text, or the table that says where the fields of JSON lines are.
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
