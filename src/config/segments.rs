//! Saved filters (`[segments]`) and their expansion in other filters: `bounced segment:buyers`.

use std::collections::BTreeMap;
use std::ops::Range;

use super::from_text::{FromText, with_caret};
use crate::query::definitions::Definitions;
use crate::query::filter::{Filter, FilterError};

/// Saved filters by name.
pub type Segments = BTreeMap<String, Filter>;

/// The filter field that refers to a saved filter.
pub const SEGMENT: &str = "segment";

/// A filter as written. Segments in it are expanded once the config file has been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterText(String);

impl FilterText {
    /// Parses the filter and expands segments.
    ///
    /// # Errors
    /// An unknown segment, goal, group or funnel, with a list of those that exist.
    pub fn resolve(&self, segments: &Segments, definitions: &Definitions) -> Result<Filter, String> {
        read(&self.0, segments, definitions).map_err(|error| with_caret(&self.0, &error))
    }
}

impl FromText for FilterText {
    fn from_text(text: &str) -> Result<FilterText, String> {
        let read = Filter::refuse_if_long(text)
            .and_then(|()| Written::split(text))
            .and_then(|written| Filter::parse(&written.terms));
        read.map_err(|error| with_caret(text, &error))?;
        Ok(FilterText(text.to_owned()))
    }
}

/// Parses a filter, replacing each `segment:NAME` by the terms of the saved filter.
///
/// # Errors
/// What is wrong, and where.
pub fn read(text: &str, segments: &Segments, definitions: &Definitions) -> Result<Filter, FilterError> {
    Filter::refuse_if_long(text)?;
    let written = Written::split(text)?;
    let filter = Filter::parse(&written.terms)?;
    let filter =
        written.named.into_iter().try_fold(filter, |filter, (name, at)| match segments.get(&name) {
            Some(segment) if filter.terms().len() + segment.terms().len() > Filter::MOST_TERMS => {
                let most = Filter::MOST_TERMS;
                Err(FilterError {
                    at,
                    message: format!("with its segments the filter has more than {most} terms"),
                })
            }
            Some(segment) => Ok(filter.and_all(segment)),
            None => Err(FilterError { at, message: no_segment(&name, segments) }),
        })?;
    match definitions.undefined_in(&filter) {
        None => Ok(filter),
        Some((message, pattern)) => {
            let at = words(text).into_iter().find(|at| text[at.clone()].contains(&pattern));
            Err(FilterError { at: at.unwrap_or(0..text.len()), message })
        }
    }
}

/// A filter's text, split into terms and segments.
struct Written {
    /// The text with segments blanked out, so that error positions stay valid.
    terms: String,
    /// Names and positions of segments.
    named: Vec<(String, Range<usize>)>,
}

impl Written {
    fn split(text: &str) -> Result<Written, FilterError> {
        let mut written = Written { terms: text.to_owned(), named: Vec::new() };
        for at in words(text) {
            if let Some(name) = segment(&text[at.clone()], &at)? {
                written.terms.replace_range(at.clone(), &" ".repeat(at.len()));
                written.named.push((name.to_owned(), at));
            }
        }
        Ok(written)
    }
}

/// The segment name if the word is `segment:NAME`.
fn segment<'a>(word: &'a str, at: &Range<usize>) -> Result<Option<&'a str>, FilterError> {
    let field = format!("{SEGMENT}:");
    if word.strip_prefix('-').is_some_and(|word| word.starts_with(&field)) {
        let message = "a segment cannot be excluded as a whole: exclude its terms".to_owned();
        return Err(FilterError { at: at.clone(), message });
    }
    Ok(word.strip_prefix(&field).map(|name| name.trim_matches('"')))
}

fn no_segment(name: &str, segments: &Segments) -> String {
    let known: Vec<_> = segments.keys().map(String::as_str).collect();
    match known.as_slice() {
        [] => "no segments are saved: name filters under [segments] in dwell.toml".to_owned(),
        known => format!("no segment is called `{name}`; there are: {}", known.join(", ")),
    }
}

/// Splits a filter into words (byte ranges); quoted spaces do not split.
#[must_use]
pub fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let (mut start, mut quoted, mut escaped) = (None, false, false);
    for (at, c) in text.char_indices() {
        if c.is_whitespace() && !quoted {
            words.extend(start.take().map(|start| start..at));
            continue;
        }
        start = start.or(Some(at));
        quoted ^= c == '"' && !escaped;
        escaped = quoted && c == '\\' && !escaped;
    }
    words.extend(start.map(|start| start..text.len()));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_in_quotes_part_no_words() {
        let text = "a  source:\"b \\\" c\" d";
        let words: Vec<_> = words(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(words, ["a", "source:\"b \\\" c\"", "d"]);
    }

    #[test]
    fn a_filter_has_at_most_4_kib_and_so_many_terms_with_its_segments() {
        let longest = "a ".repeat(Filter::LONGEST / 2);
        let segments = Segments::from([("all".to_owned(), Filter::parse(&longest).expect("a filter"))]);
        let resolved = |text: &str| {
            FilterText::from_text(text).and_then(|text| text.resolve(&segments, &Definitions::default()))
        };
        assert!(resolved(&longest).is_ok());
        assert!(resolved("segment:all").is_ok());
        let wrong = resolved(&format!("{longest}a")).unwrap_err();
        assert_eq!(wrong, "a filter has at most 4 KiB, and this one has 4097 bytes; shorten it");
        let wrong = resolved("open segment:all").unwrap_err();
        assert!(wrong.contains("more than 2048 terms"), "{wrong}");
    }

    #[test]
    fn a_segment_stands_for_its_terms_once_it_is_known() {
        let mail = Filter::parse("device:Phone channel:Email").expect("a filter");
        let segments = Segments::from([("mail".to_owned(), mail)]);
        let resolved = |text| {
            FilterText::from_text(text).and_then(|text| text.resolve(&segments, &Definitions::default()))
        };
        let shown = resolved("bounced segment:mail open").map(|filter| filter.to_string());
        assert_eq!(shown, Ok("bounced open device:Phone channel:Email".to_owned()));
        let wrong = resolved("bounced segment:male").unwrap_err();
        assert!(wrong.contains("there are: mail") && wrong.ends_with("        ^^^^^^^^^^^^"), "{wrong}");
        assert!(resolved("-segment:mail").is_err());
    }

    #[test]
    fn r13_a_goal_that_is_not_defined_is_an_error_and_no_empty_answer() {
        let read =
            |text| read(text, &Segments::new(), &definitions()).map_err(|error| (error.message, error.at));
        assert!(read("goal:signup group:Docs reached:checkout/2 goal:sign*").is_ok());
        let (message, at) = read("bounced goal:sginup").expect_err("no such goal");
        assert_eq!((message.as_str(), at), ("no goal is called `sginup`; there are: signup", 8..19));
        let (message, _) = read("dropped:check-out/2").expect_err("no such funnel");
        assert_eq!(message, "no funnel is called `check-out/2`; there are: checkout");
        let none = super::read("goal:signup", &Segments::new(), &Definitions::default()).expect_err("none");
        assert_eq!(none.message, "no goals are defined: add a [[goal]] to dwell.toml");
    }

    fn definitions() -> Definitions {
        let text = "[[group]]\nname = \"Docs\"\npath = \"/docs/*\"\n\
                    [[goal]]\nname = \"signup\"\nevent = \"page:/welcome\"\n\
                    [[funnel]]\nname = \"checkout\"\nsteps = [{ event = \"page:/cart\" }, { goal = \"signup\" }]\n";
        let read =
            crate::config::file::parse(std::path::Path::new("dwell.toml"), text).expect("a good config");
        Definitions::clone(&read.additions.definitions)
    }
}
