//! Completions for a word of a filter: names of fields, or values of the field that it names.

use crate::config::segments::{SEGMENT, Segments, words};
use crate::query::filter::{AssetsTest, BotTest, Flag, NumberField, Term, TextField};

use super::vocabulary::Vocabulary;

/// Ways to complete a word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Completions {
    /// The byte from which the text is replaced, up to the cursor.
    pub(crate) from: usize,
    /// The replacements.
    pub(crate) candidates: Vec<String>,
}

/// The ways to complete the last word of `text`.
pub(crate) fn completions(text: &str, vocabulary: &Vocabulary, segments: &Segments) -> Completions {
    let start =
        words(text).last().filter(|word| word.end == text.len()).map_or(text.len(), |word| word.start);
    let start = start + usize::from(text[start..].starts_with('-'));
    let word = &text[start..];
    let Some(colon) = word.find(':') else {
        return Completions { from: start, candidates: matching(word, names(segments)) };
    };
    let value_from = start + last_value(&word[colon + 1..]) + colon + 1;
    let typed = text[value_from..].trim_start_matches('"');
    Completions {
        from: value_from,
        candidates: matching(typed, values(&word[..colon], vocabulary, segments)),
    }
}

/// The start of the last of several values.
fn last_value(values: &str) -> usize {
    let mut quoted = false;
    let commas = values.char_indices().filter(|(_, c)| {
        quoted ^= *c == '"';
        *c == ',' && !quoted
    });
    commas.last().map_or(0, |(at, _)| at + 1)
}

fn names(segments: &Segments) -> Vec<String> {
    let texts = TextField::ALL.iter().map(|field| format!("{}:", field.name()));
    let numbers = NumberField::ALL.iter().map(|field| format!("{}>", field.name()));
    let flags = Flag::ALL.iter().map(|flag| flag.name().to_owned());
    let segments = (!segments.is_empty()).then(|| format!("{SEGMENT}:"));
    texts
        .chain(numbers)
        .chain(flags)
        .chain(["bot:", "assets:", "way:"].map(str::to_owned))
        .chain(segments)
        .collect()
}

/// The values of a field in filter syntax.
fn values(name: &str, vocabulary: &Vocabulary, segments: &Segments) -> Vec<String> {
    let name = name.to_ascii_lowercase();
    if name == SEGMENT {
        return segments.keys().map(|name| quoted(name)).collect();
    }
    if name == "assets" {
        return AssetsTest::ALL.iter().map(|test| test.name().to_owned()).collect();
    }
    if name == "bot" {
        return BotTest::ALL.iter().map(|test| quoted(test.name())).collect();
    }
    let Some(field) = TextField::ALL.iter().copied().find(|field| field.name() == name) else {
        return Vec::new();
    };
    let written = |value: &String| {
        let term = Term::exactly(field, value).to_string();
        term[field.name().len() + 1..].to_owned()
    };
    vocabulary.values(field).iter().map(written).collect()
}

fn quoted(name: &str) -> String {
    if name.contains(char::is_whitespace) { format!("\"{name}\"") } else { name.to_owned() }
}

/// First those that begin with the typed text, then those that contain it, ignoring case.
fn matching(typed: &str, all: Vec<String>) -> Vec<String> {
    let typed = typed.to_lowercase();
    let place = |candidate: &String| candidate.trim_start_matches('"').to_lowercase().find(&typed);
    let (first, rest): (Vec<_>, Vec<_>) = all
        .into_iter()
        .filter(|candidate| place(candidate).is_some() && candidate.to_lowercase() != typed)
        .partition(|candidate| place(candidate) == Some(0));
    first.into_iter().chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::filter::Filter;
    use crate::query::question::Grouping;
    use crate::query::view::{Table, TableRow, View};

    fn vocabulary() -> Vocabulary {
        let row = |key: &str| TableRow { key: key.to_owned(), ..TableRow::default() };
        let rows = ["Google", "Direct / None", "news.google.com"].map(row).to_vec();
        let table = Table { grouping: Some(Grouping::Source), rows, ..Table::default() };
        let mut vocabulary = Vocabulary::default();
        vocabulary.learn(&View { tables: vec![table], ..View::default() });
        vocabulary
    }

    fn complete(text: &str) -> (usize, Vec<String>) {
        let segments = Segments::from([("big spenders".to_owned(), Filter::default())]);
        let Completions { from, candidates } = completions(text, &vocabulary(), &segments);
        (from, candidates)
    }

    #[test]
    fn names_and_values_are_completed() {
        assert_eq!(complete("bounced so"), (8, vec!["source:".to_owned()]));
        assert_eq!(complete("-sour").0, 1, "what excludes stays");
        assert_eq!(complete("source:goo"), (7, vec!["Google".to_owned(), "news.google.com".to_owned()]));
        assert_eq!(complete("source:Google,di"), (14, vec!["\"Direct / None\"".to_owned()]));
        assert_eq!(complete("source:\"Direct /"), (7, vec!["\"Direct / None\"".to_owned()]));
        assert_eq!(complete("segment:b"), (8, vec!["\"big spenders\"".to_owned()]));
        assert_eq!(complete("bot:no"), (4, vec!["\"no agent\"".to_owned()]));
        assert!(complete("bounced ").1.len() > 15, "every name, where nothing is typed yet");
        assert!(complete("duration>").1.is_empty());
    }
}
