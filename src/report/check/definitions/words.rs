//! Filters and other parts of definitions in plain words.

use crate::classify::properties::PropertyKey;
use crate::glob::Glob;
use crate::query::definitions::VariantSource;
use crate::query::event_filter::{Candidates, EventField, EventFilter, EventTerm, EventTest};
use crate::query::filter::{Compare, Filter, Flag, NumberField, Term, Test, TextField};
use crate::query::view::EventExample;
use crate::text::{readable_path, thousands};
use crate::time::Span;

use super::EXAMPLES;

/// An event: `a view of /welcome`, `the action order or purchase, with a value of at least 50`.
pub(super) fn event(filter: &EventFilter) -> String {
    let (candidates, terms) = (filter.candidates(), filter.terms());
    let named = (0..).zip(terms).find_map(|(at, term)| Some((at, subject(candidates, term)?)));
    let (at, words) = named.map_or((None, anything(candidates).to_owned()), |(at, words)| (Some(at), words));
    let others = (0..).zip(terms).filter(|(nth, _)| Some(*nth) != at).map(|(_, term)| quality(term));
    format!("{words}{}", others.collect::<String>())
}

fn anything(candidates: Candidates) -> &'static str {
    match candidates {
        Candidates::Pageviews => "a view of a page",
        Candidates::Actions => "an action",
        Candidates::All => "a pageview or an action",
    }
}

/// What an event is called after a term; `None` where that says something else of it.
fn subject(candidates: Candidates, term: &EventTerm) -> Option<String> {
    let EventTest::Text(field, globs) = &term.test else { return None };
    let names = any_of(globs);
    match (candidates, field) {
        _ if term.negated => None,
        (Candidates::Actions, EventField::Action) => Some(format!("the action {names}")),
        (Candidates::Pageviews, EventField::Page) => Some(format!("a view of {names}")),
        (Candidates::Pageviews, EventField::Group) => Some(format!("a view of a page of the group {names}")),
        _ => None,
    }
}

/// What else must hold of an event, with a comma before it.
fn quality(term: &EventTerm) -> String {
    let not = if term.negated { "not " } else { "" };
    let words = match &term.test {
        EventTest::Text(field, globs) => text_quality(*field, &any_of(globs)),
        EventTest::Value(compare, number) => format!("with a value of {}{number}", comparison(*compare)),
    };
    format!(", {not}{words}")
}

fn text_quality(field: EventField, names: &str) -> String {
    match field {
        EventField::Page => format!("on {names}"),
        EventField::Group => format!("on a page of the group {names}"),
        EventField::Action => format!("the action {names}"),
        EventField::Method => format!("sent by {names}"),
        EventField::Status => format!("answered {names}"),
        EventField::Variant => format!("with the variant {names}"),
    }
}

/// `a`, `a or b`, `a, b or c`.
fn any_of(globs: &[Glob]) -> String {
    listed(&globs.iter().map(Glob::pattern).collect::<Vec<_>>(), "or")
}

/// Names in a sentence: `a, b and c`.
pub(super) fn listed(names: &[String], last: &str) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

fn comparison(compare: Compare) -> &'static str {
    match compare {
        Compare::Less => "less than ",
        Compare::AtMost => "at most ",
        Compare::Equal => "",
        Compare::AtLeast => "at least ",
        Compare::Greater => "more than ",
    }
}

/// A filter on sessions, after `sessions`: `that last at least 1 minute and have at least 3 pageviews`.
pub(super) fn session(filter: &Filter) -> String {
    let terms: Vec<_> = filter.terms().iter().map(term).collect();
    if terms.is_empty() { "of any kind".to_owned() } else { format!("that {}", listed(&terms, "and")) }
}

fn term(term: &Term) -> String {
    let words = match &term.test {
        Test::Text(field, globs) => text_test(*field, &any_of(globs)),
        Test::Number(NumberField::Duration, compare, millis) => {
            Some(format!("last {}{}", comparison(*compare), length(Span(*millis))))
        }
        Test::Number(field, compare, count) => {
            Some(format!("have {}{} {}", comparison(*compare), thousands(*count), field.name()))
        }
        Test::Flag(flag) => Some(flag_test(*flag).to_owned()),
        Test::Bot(_) | Test::Assets(_) | Test::Way(_) | Test::Word(_) => None,
    };
    match words {
        Some(words) if term.negated => negated(&words),
        Some(words) => words,
        // What has no plain words is written as the filter has it.
        None => format!("match {term}"),
    }
}

/// What holds of sessions, as what does not: `do not view /cart`, `are not active`.
fn negated(words: &str) -> String {
    match words.strip_prefix("are ") {
        Some(rest) => format!("are not {rest}"),
        None => format!("do not {words}"),
    }
}

fn text_test(field: TextField, names: &str) -> Option<String> {
    Some(match field {
        TextField::Page => format!("view {names}"),
        TextField::Group => format!("view a page of the group {names}"),
        TextField::Entry => format!("begin on {names}"),
        TextField::Exit => format!("end on {names}"),
        TextField::Action => format!("do the action {names}"),
        TextField::Kind | TextField::Status | TextField::Method | TextField::Path => {
            format!("make a request of the {} {names}", field.name())
        }
        TextField::Goal => format!("reach the goal {names}"),
        TextField::Variant => format!("see the variant {names}"),
        TextField::Source | TextField::Channel | TextField::Campaign => {
            format!("come by the {} {names}", field.name())
        }
        TextField::Country
        | TextField::Browser
        | TextField::System
        | TextField::Device
        | TextField::Site
        | TextField::Host => format!("have the {} {names}", field.name()),
        TextField::Reached
        | TextField::Dropped
        | TextField::Visitor
        | TextField::Address
        | TextField::Agent => {
            return None;
        }
    })
}

fn flag_test(flag: Flag) -> &'static str {
    match flag {
        Flag::Bounced => "bounce",
        Flag::Active => "are active",
        Flag::Open => "are not closed yet",
        Flag::Closed => "are closed",
        Flag::Resumed => "go on from the site's own pages",
        Flag::New => "are their visitor's first",
        Flag::Returning => "are of visitors who were here before",
        Flag::Slow => "wait over 2.5 s for their first page",
    }
}

/// Where a variant is named.
pub(super) fn variant_source(source: &VariantSource) -> String {
    match source {
        VariantSource::Property(PropertyKey::Property(name)) => format!("the property {name} of events"),
        VariantSource::Property(PropertyKey::Query(name)) => format!("the key {name} of the query"),
        VariantSource::Property(PropertyKey::Cookie(name)) => format!("the cookie {name}"),
        VariantSource::Path(before, after) => format!("the path, as in {before}{{variant}}{after}"),
    }
}

/// What sessions did, most of them first: `, most by /welcome (12), order on /cart (3)`, with the number of sessions.
/// Under `strict` there may be nothing to name (R11).
pub(super) fn examples(examples: &[EventExample]) -> String {
    let one = |one: &EventExample| {
        let page = readable_path(&one.page);
        let done = match &one.action {
            Some(action) => format!("{action} on {page}"),
            None => page.into_owned(),
        };
        format!("{done} ({})", thousands(one.sessions))
    };
    let names = examples.iter().map(one).collect::<Vec<_>>().join(", ");
    match examples.len() {
        0 => String::new(),
        // There may be more than are named.
        EXAMPLES.. => format!(", most by {names}"),
        _ => format!(", by {names}"),
    }
}

/// `1 session`, `1,204 sessions`.
pub(super) fn count(count: u64, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {what}{plural}", thousands(count))
}

/// How often: `once`, `1,204 times`; `never`.
pub(in crate::report::check) fn times(count: u64) -> String {
    match count {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        _ => format!("{} times", thousands(count)),
    }
}

/// A length of time in its greatest unit that is whole: `30 minutes`.
pub(super) fn length(span: Span) -> String {
    let units = [(86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute"), (1000, "second")];
    let fits = |(length, _): &(u64, &str)| span.0 >= *length && span.0.is_multiple_of(*length);
    let (length, name) = units.into_iter().find(fits).unwrap_or((1, "millisecond"));
    count(span.0 / length, name)
}
