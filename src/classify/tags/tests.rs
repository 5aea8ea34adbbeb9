//! What is kept of queries.

use proptest::prelude::*;

use super::*;

/// The tags as a query, its values as people read them.
fn kept(query: &str) -> String {
    let tags = Tags::of_query(query.as_bytes());
    let parameter = |TagValue { tag, value }: &TagValue| {
        let mark = if tag.is_click_id() { "" } else { "=" };
        format!("{}{mark}{value}", tag.name())
    };
    tags.found.iter().map(parameter).collect::<Vec<_>>().join("&")
}

#[test]
fn r11_queries_are_dropped_but_for_tags_and_names_of_click_ids() {
    for (query, expected) in [
        ("", ""),
        ("page=2&token=secret", ""),
        ("id=7&utm_source=news&token=secret", "utm_source=news"),
        ("gclid=EAIaIQobChMI&x=1", "gclid"),
        ("gclid", "gclid"),
        ("fbclid=IwAR0&utm_medium=social&utm_source=fb", "utm_source=fb&utm_medium=social&fbclid"),
        (
            "ScCid=7&gad_source=1&pk_campaign=May&MTM_Source=fb",
            "utm_source=fb&gad_source&sccid&utm_campaign=May",
        ),
        ("my_utm_source=x&preference=y&sources=z", ""),
    ] {
        assert_eq!(kept(query), expected, "{query}");
    }
}

#[test]
fn r9_values_are_decoded_and_the_first_one_counts() {
    for (query, expected) in [
        ("UTM_Source=News", "utm_source=News"),
        ("utm_campaign=spring+sale%21", "utm_campaign=spring sale!"),
        ("utm_campaign=a%26b%2Bc%25", "utm_campaign=a&b+c%"),
        ("utm_campaign=100%&ref=%zz", "utm_campaign=100%&ref=%zz"),
        ("utm_source=&utm_source=one&utm_source=two", "utm_source=one"),
        ("utm_source=%20&utm_source=two", ""),
        ("utm_term=jane@example.com", "utm_term={email}"),
        ("utm_term=jane%2540example.com", "utm_term={email}"),
        ("ref=a%0a%1fb", "ref=a  b"),
    ] {
        assert_eq!(kept(query), expected, "{query}");
    }
}

#[test]
fn values_are_cut_to_what_a_query_of_100_bytes_holds() {
    for (letter, written, most) in [("a", "a", 100), ("+", "%2B", 33), ("é", "é", 50)] {
        let query = format!("utm_source={}", written.repeat(200));
        assert_eq!(kept(&query), format!("utm_source={}", letter.repeat(most)));
    }
}

proptest! {
    #[test]
    fn the_order_of_parameters_does_not_matter(
        shuffled in Just(Tag::ALL.map(|tag| format!("{}=v-{}", tag.name(), tag.name())).to_vec()).prop_shuffle(),
    ) {
        let sorted = Tag::ALL.map(|tag| format!("{}=v-{}", tag.name(), tag.name()));
        prop_assert_eq!(kept(&shuffled.join("&")), kept(&sorted.join("&")));
    }
}
