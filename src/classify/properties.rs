//! The properties of an event: its value, and those that the config asks for (R13, R14).

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::format::{Cookies, Own};

use super::scrub::scrub;

/// The property of an event that names the variant of an experiment, kept in any case.
pub const VARIANT: &str = "variant";

/// The properties of an event. They are interned as a whole: equal ones share an id.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Properties {
    /// Its value, such as an order's total.
    pub value: Option<f64>,
    /// The wanted properties, in the order of the config.
    pub named: Vec<(PropertyKey, String)>,
}

/// Where a property comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PropertyKey {
    /// A property of an event: `property:NAME`.
    Property(String),
    /// A key of the request's query: `query:NAME`.
    Query(String),
    /// A cookie, where the log has the header: `cookie:NAME`.
    Cookie(String),
}

impl PropertyKey {
    /// Reads `property:NAME`, `query:NAME` or `cookie:NAME`.
    ///
    /// ```
    /// use dwell::classify::properties::PropertyKey;
    ///
    /// assert_eq!(PropertyKey::parse("query:v"), Some(PropertyKey::Query("v".to_owned())));
    /// assert_eq!(PropertyKey::parse("header:v"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<PropertyKey> {
        let (kind, name) = text.split_once(':').filter(|(_, name)| !name.is_empty())?;
        let name = name.to_owned();
        match kind {
            "property" => Some(PropertyKey::Property(name)),
            "query" => Some(PropertyKey::Query(name)),
            "cookie" => Some(PropertyKey::Cookie(name)),
            _ => None,
        }
    }
}

impl fmt::Display for PropertyKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PropertyKey::Property(name) => write!(out, "property:{name}"),
            PropertyKey::Query(name) => write!(out, "query:{name}"),
            PropertyKey::Cookie(name) => write!(out, "cookie:{name}"),
        }
    }
}

/// The most characters kept of a value. Variants and plans have short names, and what strangers send must not fill
/// memory.
const LONGEST: usize = 64;

impl Properties {
    /// Whether there is nothing to keep.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.value.is_none() && self.named.is_empty()
    }

    /// The values of the properties that are kept.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.named.iter().map(|(_, text)| text.as_str())
    }

    /// The value of a property, if it is kept.
    #[must_use]
    pub fn get(&self, key: &PropertyKey) -> Option<&str> {
        self.named.iter().find(|(one, _)| one == key).map(|(_, text)| text.as_str())
    }

    /// Encodes them for interning.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // Writing to a vector does not fail.
        postcard::to_stdvec(self).unwrap_or_default()
    }

    /// Decodes what [`Properties::to_bytes`] gives; empty for other bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Properties {
        postcard::from_bytes(bytes).unwrap_or_default()
    }

    fn push(&mut self, key: &PropertyKey, text: Option<Cow<'_, [u8]>>) {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return };
        // Addresses, e-mail addresses and tokens do not name a variant or a plan (R11).
        let text = String::from_utf8_lossy(&scrub(&text)).into_owned();
        self.named.push((key.clone(), text.chars().take(LONGEST).collect()));
    }
}

/// The properties that the config asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WantedProperties {
    keys: Vec<PropertyKey>,
}

impl WantedProperties {
    /// These keys, each once.
    #[must_use]
    pub fn new(keys: impl IntoIterator<Item = PropertyKey>) -> WantedProperties {
        let mut wanted = WantedProperties::default();
        for key in keys {
            if !wanted.keys.contains(&key) && key != PropertyKey::Property(VARIANT.to_owned()) {
                wanted.keys.push(key);
            }
        }
        wanted
    }

    /// Whether nothing from access logs is wanted.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The wanted properties of a hit.
    pub(super) fn of(&self, own: Option<&Own>, query: &[u8], cookies: &Cookies) -> Properties {
        let mut found = Properties { value: own.and_then(|own| own.value), named: Vec::new() };
        if let Some(own) = own.filter(|own| !own.variant.is_empty()) {
            found.push(&PropertyKey::Property(VARIANT.to_owned()), Some(own.variant.into()));
        }
        for key in &self.keys {
            let text = match key {
                PropertyKey::Property(name) => own.and_then(|own| own.property(name)),
                PropertyKey::Query(name) => in_query(query, name),
                PropertyKey::Cookie(name) => cookies.get(name).map(Cow::Borrowed),
            };
            found.push(key, text);
        }
        found
    }
}

fn in_query<'a>(query: &'a [u8], name: &str) -> Option<Cow<'a, [u8]>> {
    url_decoded_pairs(query).find(|(key, _)| *key == name.as_bytes()).map(|(_, value)| decoded(value))
}

fn url_decoded_pairs(query: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    query.split(|&byte| byte == b'&').filter_map(|pair| {
        let at = memchr::memchr(b'=', pair)?;
        Some((&pair[..at], &pair[at + 1..]))
    })
}

fn decoded(value: &[u8]) -> Cow<'_, [u8]> {
    if !value.contains(&b'%') && !value.contains(&b'+') {
        return value.into();
    }
    super::tag_value::percent_decoded(value).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(keys: &[&str]) -> WantedProperties {
        WantedProperties::new(keys.iter().filter_map(|key| PropertyKey::parse(key)))
    }

    fn texts(found: &Properties) -> Vec<&str> {
        found.texts().collect()
    }

    #[test]
    fn r14_a_variant_is_found_in_a_query_or_a_cookie() {
        let wanted = wanted(&["query:v", "cookie:ab"]);
        let found =
            wanted.of(None, b"utm_source=x&v=short%20one&w=2", &Cookies::of_header(b"id=7; ab=blue; x=y"));
        assert_eq!(texts(&found), ["short one", "blue"]);
        assert!(wanted.of(None, b"vv=1", &Cookies::of_header(b"abc=1")).is_empty());
    }

    #[test]
    fn r11_what_names_a_person_is_no_property() {
        let found = wanted(&["query:v"]).of(None, b"v=ann@example.com", &Cookies::default());
        assert_eq!(texts(&found), ["{email}"]);
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        let found = Properties {
            value: Some(49.9),
            named: vec![(PropertyKey::Cookie("ab".to_owned()), "blue".to_owned())],
        };
        assert_eq!(Properties::from_bytes(&found.to_bytes()), found);
        assert_eq!(Properties::from_bytes(b"(other)"), Properties::default());
    }
}
