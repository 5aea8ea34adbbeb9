//! Settings with a fixed set of values.

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::from_text::{FromText, not_among};
use crate::classify::site::IdScope;
use crate::query::comparison::CompareWith;
use crate::query::privacy::Privacy;
use crate::query::question::BounceRule;

/// A setting whose values are keywords.
pub trait Keyword: Copy + Send + Sync + 'static {
    /// The keywords and their values, in the order of the help.
    const WORDS: &'static [(&'static str, Self)];

    /// The keyword of this value.
    fn name(self) -> &'static str
    where
        Self: PartialEq,
    {
        Self::WORDS.iter().find(|(_, choice)| *choice == self).map_or("", |(word, _)| word)
    }
}

/// Whether output is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ColorChoice {
    /// If the terminal supports colours and `NO_COLOR` is not set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Keyword for Privacy {
    const WORDS: &'static [(&'static str, Privacy)] =
        &[("standard", Privacy::Standard), ("strict", Privacy::Strict), ("off", Privacy::Off)];
}

impl Keyword for IdScope {
    const WORDS: &'static [(&'static str, IdScope)] =
        &[("everywhere", IdScope::Everywhere), ("per-site", IdScope::PerSite)];
}

impl Keyword for CompareWith {
    const WORDS: &'static [(&'static str, CompareWith)] = &[
        ("before", CompareWith::Before),
        ("yesterday", CompareWith::Yesterday),
        ("week", CompareWith::LastWeek),
    ];
}

impl Keyword for ColorChoice {
    const WORDS: &'static [(&'static str, ColorChoice)] =
        &[("auto", ColorChoice::Auto), ("always", ColorChoice::Always), ("never", ColorChoice::Never)];
}

impl Keyword for BounceRule {
    const WORDS: &'static [(&'static str, BounceRule)] =
        &[("single", BounceRule::Single), ("engaged", BounceRule::Engaged)];
}

impl<T: Keyword> FromText for T {
    fn from_text(text: &str) -> Result<T, String> {
        let found = T::WORDS.iter().find(|(word, _)| *word == text);
        found
            .map(|(_, choice)| *choice)
            .ok_or_else(|| not_among(text, T::WORDS.iter().map(|(word, _)| *word)))
    }
}

/// A clap parser that lists the keywords in the help.
pub fn parser<T: Keyword>() -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(T::WORDS.iter().map(|(word, _)| *word)).try_map(|word| T::from_text(&word))
}
