//! A filter as chips: a saved filter by its name, if all of its terms are present, and other terms one by one.

use crate::config::segments::Segments;
use crate::query::filter::{Filter, Term};

/// A part of a filter that is shown and removed as a unit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Chip {
    /// A saved filter, by its name.
    Segment(String, Filter),
    /// One term.
    Term(Term),
}

/// The chips of a filter. If saved filters share terms, the longest one wins.
pub(crate) fn chips(filter: &Filter, segments: &Segments) -> Vec<Chip> {
    let mut saved: Vec<_> = segments.iter().filter(|(_, saved)| !saved.is_empty()).collect();
    saved.sort_by_key(|(_, saved)| std::cmp::Reverse(saved.terms().len()));
    let mut left = filter.terms().to_vec();
    let mut named = Vec::new();
    for (name, saved) in saved {
        if saved.terms().iter().all(|term| left.contains(term)) {
            left.retain(|term| !saved.terms().contains(term));
            named.push(Chip::Segment(name.clone(), saved.clone()));
        }
    }
    let mut chips: Vec<_> = left.into_iter().map(Chip::Term).chain(named).collect();
    chips.sort_by_key(|chip| first_place(chip, filter));
    chips
}

/// The index of a chip's first term in the filter.
fn first_place(chip: &Chip, filter: &Filter) -> Option<usize> {
    filter.terms().iter().position(|term| match chip {
        Chip::Segment(_, saved) => saved.terms().contains(term),
        Chip::Term(one) => one == term,
    })
}

/// The filter without its last chip; `None` if there is none.
pub(crate) fn without_last(filter: &Filter, segments: &Segments) -> Option<Filter> {
    let last = chips(filter, segments).pop()?;
    let stays = |term: &&Term| match &last {
        Chip::Segment(_, saved) => !saved.terms().contains(term),
        Chip::Term(one) => one != *term,
    };
    Some(
        filter.terms().iter().filter(stays).cloned().fold(Filter::default(), |filter, term| filter.and(term)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(text: &str) -> Filter {
        Filter::parse(text).expect(text)
    }

    fn named(text: &str) -> Vec<String> {
        let saved = [("readers", "page:/blog/* pageviews>=3"), ("phones", "device:Phone"), ("all", "")];
        let segments = saved.map(|(name, text)| (name.to_owned(), filter(text))).into();
        let name = |chip| match chip {
            Chip::Segment(name, _) => format!("[{name}]"),
            Chip::Term(term) => term.to_string(),
        };
        chips(&filter(text), &segments).into_iter().map(name).collect()
    }

    #[test]
    fn a_saved_filter_goes_by_its_name_where_all_of_it_is_there() {
        assert_eq!(named("bounced page:/blog/* pageviews>=3 open"), ["bounced", "[readers]", "open"]);
        assert_eq!(named("pageviews>=3 device:Phone page:/blog/*"), ["[readers]", "[phones]"]);
        assert_eq!(named("page:/blog/*"), ["page:/blog/*"]);
        assert!(named("").is_empty());
    }

    #[test]
    fn the_last_chip_goes_as_one() {
        let segments = [("readers".to_owned(), filter("page:/blog/* pageviews>=3"))].into();
        let without = |text| without_last(&filter(text), &segments).map(|filter| filter.to_string());
        assert_eq!(without("bounced page:/blog/* pageviews>=3"), Some("bounced".to_owned()));
        assert_eq!(without("bounced open"), Some("bounced".to_owned()));
        assert_eq!(without(""), None);
    }
}
