//! What is kept of queries and referrers.

use proptest::prelude::*;

use super::*;

fn text(referrer: &str, query: &str) -> String {
    let mut out = Vec::new();
    arrival_text(referrer.as_bytes(), Whose::Unknown, &Tags::of_query(query.as_bytes()), &mut out);
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn r11_queries_are_dropped_but_for_tags_and_names_of_click_ids() {
    for (query, kept) in [
        ("", ""),
        ("page=2&token=secret", ""),
        ("id=7&utm_source=news&token=secret", "\u{1f}utm_source=news"),
        ("gclid=EAIaIQobChMI&x=1", "\u{1f}gclid"),
        ("gclid", "\u{1f}gclid"),
        ("fbclid=IwAR0&utm_medium=social&utm_source=fb", "\u{1f}utm_source=fb&utm_medium=social&fbclid"),
        (
            "ScCid=7&gad_source=1&pk_campaign=May&MTM_Source=fb",
            "\u{1f}utm_source=fb&gad_source&sccid&utm_campaign=May",
        ),
        ("my_utm_source=x&preference=y&sources=z", ""),
    ] {
        assert_eq!(text("-", query), kept, "{query}");
    }
}

#[test]
fn r9_values_are_decoded_and_the_first_one_counts() {
    for (query, kept) in [
        ("UTM_Source=News", "utm_source=News"),
        ("utm_campaign=spring+sale%21", "utm_campaign=spring sale!"),
        ("utm_campaign=a%26b%2Bc%25", "utm_campaign=a%26b%2Bc%25"),
        ("utm_campaign=100%&ref=%zz", "utm_campaign=100%25&ref=%25zz"),
        ("utm_source=&utm_source=one&utm_source=two", "utm_source=one"),
        ("utm_term=jane@example.com", "utm_term=(email)"),
        ("utm_term=jane%2540example.com", "utm_term=(email)"),
        ("ref=a%0a%1fb", "ref=a  b"),
    ] {
        assert_eq!(text("-", query), format!("\u{1f}{kept}"), "{query}");
    }
    assert_eq!(text("https://example.com/", "utm_source=%20"), "https://example.com/");
}

#[test]
fn texts_are_bounded_and_keep_the_most_important_tags() {
    let long = "x".repeat(300);
    let query = Tag::ALL.map(|tag| format!("{}={long}", tag.name())).join("&");
    let text = text(&format!("https://example.com/{long}{long}"), &query);
    assert!(text.len() <= LONGEST_TEXT, "{}", text.len());
    let (_, _, tags) = split(text.as_bytes());
    assert_eq!(tags.value(Tag::UtmSource), Some("x".repeat(100)));
    assert_eq!(tags.value(Tag::UtmMedium), Some("x".repeat(100)));
}

proptest! {
    #[test]
    fn a_text_made_of_its_own_parts_is_itself(
        referrer in "(https?|android-app)://[a-zA-Zé:@.\\[\\]0-9-]{0,12}(/[ -~é\u{1f}]{0,400})?|[ -~]{0,20}",
        query in "((utm_source|UTM_MEDIUM|utm_campaign|utm_content|ref|source|gclid|x)(=[ -~é\u{1}]{0,60})?&){0,8}",
    ) {
        let once = text(&referrer, &query);
        let (own_referrer, own_query) = once.split_once('\u{1f}').unwrap_or((&once, ""));
        prop_assert_eq!(&text(own_referrer, own_query), &once);
    }

    #[test]
    fn any_bytes_make_a_bounded_text(
        referrer in proptest::collection::vec(any::<u8>(), 0..700),
        query in proptest::collection::vec(any::<u8>(), 0..700),
    ) {
        let mut out = b"before".to_vec();
        let tags = Tags::of_query(&query);
        arrival_text(&referrer, Whose::Own, &tags, &mut out);
        arrival_text(&[b"http://", referrer.as_slice()].concat(), Whose::Foreign, &tags, &mut out);
        prop_assert!(out.starts_with(b"before") && out.len() <= 6 + 2 * LONGEST_TEXT);
        prop_assert!(String::from_utf8(out).is_ok());
    }

    #[test]
    fn the_order_of_parameters_does_not_matter(
        shuffled in Just(Tag::ALL.map(|tag| format!("{}=v-{}", tag.name(), tag.name())).to_vec()).prop_shuffle(),
    ) {
        let sorted = Tag::ALL.map(|tag| format!("{}=v-{}", tag.name(), tag.name()));
        prop_assert_eq!(text("-", &shuffled.join("&")), text("-", &sorted.join("&")));
    }
}
