//! Settings that are one of a few words.

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::from_text::{FromText, not_among};
use crate::classify::site::IdScope;
use crate::query::privacy::Privacy;
use crate::query::question::BounceRule;

/// A setting that is one of a few words.
pub trait Choice: Copy + Send + Sync + 'static {
    /// The words and what they stand for, in the order that help lists them.
    const WORDS: &'static [(&'static str, Self)];

    /// The word for this choice.
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
    /// Where the terminal shows colours and `NO_COLOR` is not set.
    #[default]
    Auto,
    /// In any case.
    Always,
    /// In no case.
    Never,
}

impl Choice for Privacy {
    const WORDS: &'static [(&'static str, Privacy)] =
        &[("standard", Privacy::Standard), ("strict", Privacy::Strict), ("off", Privacy::Off)];
}

impl Choice for IdScope {
    const WORDS: &'static [(&'static str, IdScope)] =
        &[("everywhere", IdScope::Everywhere), ("per-site", IdScope::PerSite)];
}

impl Choice for ColorChoice {
    const WORDS: &'static [(&'static str, ColorChoice)] =
        &[("auto", ColorChoice::Auto), ("always", ColorChoice::Always), ("never", ColorChoice::Never)];
}

impl Choice for BounceRule {
    const WORDS: &'static [(&'static str, BounceRule)] =
        &[("single", BounceRule::Single), ("engaged", BounceRule::Engaged)];
}

impl<T: Choice> FromText for T {
    fn from_text(text: &str) -> Result<T, String> {
        let found = T::WORDS.iter().find(|(word, _)| *word == text);
        found
            .map(|(_, choice)| *choice)
            .ok_or_else(|| not_among(text, T::WORDS.iter().map(|(word, _)| *word)))
    }
}

/// The command line's reader of a choice, which lists the words in the help.
pub fn parser<T: Choice>() -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(T::WORDS.iter().map(|(word, _)| *word)).try_map(|word| T::from_text(&word))
}
