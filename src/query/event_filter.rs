//! Filters on one event: what goals, steps of funnels and exposures are made of (R13, R14).
//!
//! `page:/welcome`, `action:order,purchase`, `page:/checkout method:POST`, `value>=50 variant:blue`: the words of the filter
//! language, held against a single pageview or action. All terms must match, `,` is or, `-` negates, `*` globs.

use std::fmt;

use crate::glob::Glob;

use super::filter::words::{Value, Word, split};
use super::filter::{Compare, FilterError};

/// A filter on one event; it has at least one term.
#[derive(Debug, Clone, PartialEq)]
pub struct EventFilter {
    terms: Vec<EventTerm>,
}

/// One term of an event filter.
#[derive(Debug, Clone, PartialEq)]
pub struct EventTerm {
    /// Whether the test must fail.
    pub negated: bool,
    /// What is tested.
    pub test: EventTest,
}

/// What a term tests of an event.
#[derive(Debug, Clone, PartialEq)]
pub enum EventTest {
    /// A text matches one of the patterns.
    Text(EventField, Vec<Glob>),
    /// The value compares as said; an event without one never does.
    Value(Compare, f64),
}

/// Texts of an event that a filter can test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventField {
    /// The page.
    Page,
    /// A page group (`[[group]]`) that has the page.
    Group,
    /// The action's name.
    Action,
    /// The request's method.
    Method,
    /// The status: `404`, or `2xx`.
    Status,
    /// The value of any property that is kept.
    Variant,
}

impl EventField {
    /// Every one, in the order that messages list them.
    pub const ALL: [EventField; 6] = [
        EventField::Page,
        EventField::Group,
        EventField::Action,
        EventField::Method,
        EventField::Status,
        EventField::Variant,
    ];

    /// As the filter language writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            EventField::Page => "page",
            EventField::Group => "group",
            EventField::Action => "action",
            EventField::Method => "method",
            EventField::Status => "status",
            EventField::Variant => "variant",
        }
    }
}

/// The number of an event that a filter can test.
const VALUE: &str = "value";

impl EventFilter {
    /// Reads a filter on one event.
    ///
    /// ```
    /// use dwell::query::event_filter::EventFilter;
    ///
    /// let order = EventFilter::parse("action:order,purchase value>=50")?;
    /// assert_eq!(order.to_string(), "action:order,purchase value>=50");
    /// // Sessions have a channel, single events do not.
    /// assert!(EventFilter::parse("channel:Email").is_err());
    /// # Ok::<_, dwell::FilterError>(())
    /// ```
    ///
    /// # Errors
    /// A word that says nothing of one event, a value of the wrong kind, or no word at all; with its place.
    pub fn parse(text: &str) -> Result<EventFilter, FilterError> {
        let words = split(text)?;
        if words.is_empty() {
            let message = "an event filter needs a word such as page:/welcome or action:order".to_owned();
            return Err(FilterError { at: 0..text.len(), message });
        }
        let terms = words.iter().map(EventTerm::from_word).collect::<Result<_, _>>()?;
        Ok(EventFilter { terms })
    }

    /// The filter for one exact text.
    #[must_use]
    pub fn exactly(field: EventField, value: &str) -> EventFilter {
        let test = EventTest::Text(field, vec![Glob::literal(value)]);
        EventFilter { terms: vec![EventTerm { negated: false, test }] }
    }

    /// Its terms, in the order they were given.
    #[must_use]
    pub fn terms(&self) -> &[EventTerm] {
        &self.terms
    }

    /// The names of the page groups that it speaks of.
    pub fn groups(&self) -> impl Iterator<Item = &Glob> {
        let groups = self.terms.iter().filter_map(|term| match &term.test {
            EventTest::Text(EventField::Group, globs) => Some(globs),
            _ => None,
        });
        groups.flatten()
    }

    /// Which events it can match. `page:` alone means a view of the page; with an action or a method it says where that
    /// happened.
    #[must_use]
    pub fn candidates(&self) -> Candidates {
        let has = |fields: &[EventField]| {
            self.terms
                .iter()
                .any(|term| matches!(&term.test, EventTest::Text(field, _) if fields.contains(field)))
        };
        if has(&[EventField::Action]) {
            Candidates::Actions
        } else if has(&[EventField::Page, EventField::Group]) && !has(&[EventField::Method]) {
            Candidates::Pageviews
        } else {
            Candidates::All
        }
    }
}

/// Which events a filter can match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Candidates {
    /// Pageviews only.
    Pageviews,
    /// Actions only.
    Actions,
    /// Both.
    All,
}

impl EventTerm {
    fn from_word(word: &Word) -> Result<EventTerm, FilterError> {
        let Some((compare, values)) = &word.values else {
            return Err(unknown(word));
        };
        let name = word.name.to_ascii_lowercase();
        let test = match EventField::ALL.into_iter().find(|field| field.name() == name) {
            Some(field) => text_test(word, field, *compare, values)?,
            None if name == VALUE => value_test(word, *compare, values)?,
            None => return Err(unknown(word)),
        };
        Ok(EventTerm { negated: word.negated, test })
    }
}

fn text_test(
    word: &Word,
    field: EventField,
    compare: Compare,
    values: &[Value],
) -> Result<EventTest, FilterError> {
    if compare != Compare::Equal {
        return Err(word.error(format!("{} is a text: write {}:VALUE", field.name(), field.name())));
    }
    if field == EventField::Status && !values.iter().all(|value| is_status(&value.text)) {
        return Err(word.error("status takes a number or a class, such as 404 or 2xx".to_owned()));
    }
    Ok(EventTest::Text(field, values.iter().map(Value::glob).collect()))
}

fn is_status(text: &str) -> bool {
    let (class, rest) = text.split_at_checked(1).unwrap_or_default();
    "12345".contains(class)
        && (rest == "xx" || (rest.len() == 2 && rest.bytes().all(|byte| byte.is_ascii_digit())))
}

fn value_test(word: &Word, compare: Compare, values: &[Value]) -> Result<EventTest, FilterError> {
    let [value] = values else {
        return Err(word.error("value takes one number".to_owned()));
    };
    let number = value.text.parse().ok().filter(|number: &f64| number.is_finite());
    let number = number.ok_or_else(|| word.error("value takes a number such as 49.90".to_owned()))?;
    Ok(EventTest::Value(compare, number))
}

fn unknown(word: &Word) -> FilterError {
    let names: Vec<_> = EventField::ALL.iter().map(|field| format!("{}:", field.name())).collect();
    word.error(format!("`{}` says nothing of one event; there are: {} value>", word.name, names.join(" ")))
}

impl fmt::Display for EventFilter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, term) in self.terms.iter().enumerate() {
            let space = if nth == 0 { "" } else { " " };
            write!(out, "{space}{term}")?;
        }
        Ok(())
    }
}

impl fmt::Display for EventTerm {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negated { "-" } else { "" };
        match &self.test {
            EventTest::Text(field, globs) => {
                let values: Vec<_> = globs.iter().map(super::filter::value_text).collect();
                write!(out, "{sign}{}:{}", field.name(), values.join(","))
            }
            EventTest::Value(compare, number) => write!(out, "{sign}{VALUE}{}{number}", compare.sign()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_the_same() {
        for text in [
            "page:/welcome",
            "action:order,purchase value>=49.9",
            "page:/checkout method:POST -status:4xx,500",
            "group:Products -variant:\"two words\"",
        ] {
            let filter = EventFilter::parse(text).expect(text);
            assert_eq!(filter.to_string(), text);
        }
    }

    #[test]
    fn an_error_says_what_an_event_has() {
        for wrong in ["", "channel:Email", "bounced", "value>many", "status:9", "page>3"] {
            assert!(EventFilter::parse(wrong).is_err(), "{wrong}");
        }
        let error = EventFilter::parse("source:x").expect_err("sessions have sources");
        assert!(error.message.contains("page: group: action: method: status: variant: value>"), "{error}");
    }

    #[test]
    fn r13_a_page_alone_means_its_view() {
        let candidates = |text| EventFilter::parse(text).map(|filter| filter.candidates());
        assert_eq!(candidates("page:/a"), Ok(Candidates::Pageviews));
        assert_eq!(candidates("page:/a action:submit"), Ok(Candidates::Actions));
        assert_eq!(candidates("page:/a method:POST"), Ok(Candidates::All));
    }
}
