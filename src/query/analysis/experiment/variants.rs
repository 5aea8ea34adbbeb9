//! Variants: which one an event names, and numbers for their names.

use std::num::NonZeroU32;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::classify::properties::PropertyKey;
use crate::ids::PageId;
use crate::query::definitions::{Experiment, VariantSource};
use crate::store::dictionaries::Dictionaries;
use crate::store::row::TimelineEntry;

/// A variant, by its place among the names of some units; from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct VariantNumber(NonZeroU32);

impl VariantNumber {
    pub(super) fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// The names of variants.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Vec<String>", into = "Vec<String>")]
pub(super) struct VariantNames {
    names: Vec<String>,
    numbers: HashMap<String, VariantNumber>,
}

impl VariantNames {
    pub(super) fn number(&mut self, name: &str) -> VariantNumber {
        if let Some(&known) = self.numbers.get(name) {
            return known;
        }
        self.names.push(name.to_owned());
        // As many as units at most.
        let count = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let number = VariantNumber(NonZeroU32::new(count).unwrap_or(NonZeroU32::MAX));
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// Its name; empty for numbers of others.
    pub(super) fn text(&self, variant: VariantNumber) -> &str {
        self.names.get(variant.index()).map_or("", String::as_str)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Takes in others; the number here of each of them.
    pub(super) fn take_in(&mut self, others: &VariantNames) -> Vec<VariantNumber> {
        others.iter().map(|name| self.number(name)).collect()
    }
}

impl From<Vec<String>> for VariantNames {
    fn from(names: Vec<String>) -> VariantNames {
        let mut all = VariantNames::default();
        for name in names {
            all.number(&name);
        }
        all
    }
}

impl From<VariantNames> for Vec<String> {
    fn from(names: VariantNames) -> Vec<String> {
        names.names
    }
}

/// Finds the variant that an event names.
#[derive(Debug, Clone)]
pub(super) struct VariantFinder {
    place: Place,
    /// Those that the split names; empty where it names none, and any will do.
    listed: Vec<String>,
}

#[derive(Debug, Clone)]
enum Place {
    Property(PropertyKey),
    /// What stands before and after the variant in a path, and the variant that each page names.
    Path(String, String, Vec<Option<Box<str>>>),
}

/// The variant that an event names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named<'a> {
    Variant(&'a str),
    /// One that the split does not list.
    Unlisted,
}

impl VariantFinder {
    pub(super) fn new(experiment: &Experiment) -> VariantFinder {
        let place = match &experiment.variant {
            VariantSource::Property(key) => Place::Property(key.clone()),
            VariantSource::Path(before, after) => Place::Path(before.clone(), after.clone(), Vec::new()),
        };
        VariantFinder { place, listed: experiment.split.iter().map(|(name, _)| name.clone()).collect() }
    }

    pub(super) fn refresh(&mut self, known: &Dictionaries) {
        if let Place::Path(before, after, pages) = &mut self.place {
            for id in pages.len()..known.pages.len() {
                let page = known.pages.text(PageId(u32::try_from(id).unwrap_or(u32::MAX)));
                pages.push(in_path(&page, before, after).map(Box::from));
            }
        }
    }

    pub(super) fn find<'a>(&'a self, entry: &TimelineEntry, known: &'a Dictionaries) -> Option<Named<'a>> {
        let name = match &self.place {
            Place::Property(key) => known.properties(entry.properties).get(key)?,
            Place::Path(_, _, pages) => pages.get(entry.page.0 as usize)?.as_deref()?,
        };
        let is_listed = self.listed.is_empty() || self.listed.iter().any(|one| one == name);
        Some(if is_listed { Named::Variant(name) } else { Named::Unlisted })
    }
}

/// The part of a path between two others, if it is one part.
fn in_path<'a>(page: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let part = page.strip_prefix(before)?.strip_suffix(after)?;
    (!part.is_empty() && !part.contains('/')).then_some(part)
}

#[cfg(test)]
mod tests {
    use super::in_path;

    #[test]
    fn r14_the_variant_is_one_part_of_the_path() {
        assert_eq!(in_path("/pricing/short", "/pricing/", ""), Some("short"));
        assert_eq!(in_path("/a/short/buy", "/a/", "/buy"), Some("short"));
        assert_eq!(in_path("/a/page-b.html", "/a/page-", ".html"), Some("b"));
        for other in ["/pricing/", "/pricing", "/pricing/short/more", "/other/short"] {
            assert_eq!(in_path(other, "/pricing/", ""), None, "{other}");
        }
    }
}
