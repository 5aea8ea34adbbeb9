//! Records are bounded, and their packed form loses nothing.

use proptest::prelude::*;

use super::super::tags::Tag;
use super::*;

fn packed(records: &[ArrivalRecord]) -> Vec<u8> {
    let mut packed = Vec::new();
    for record in records {
        record.pack(&mut packed);
    }
    packed
}

#[test]
fn records_are_bounded_and_keep_the_most_important_tags() {
    let long = "a".repeat(300);
    let query = Tag::ALL.map(|tag| format!("{}={long}", tag.name())).join("&");
    let referrer = referrer::kept(format!("https://example.com/{long}{long}").as_bytes());
    let record = ArrivalRecord::new(&referrer, Whose::Own, Tags::of_query(query.as_bytes()));
    assert_eq!(record.referrer.len(), LONGEST_TAGGED_REFERRER);
    assert_eq!(record.tags.value(Tag::UtmSource), Some("a".repeat(100).as_str()));
    assert_eq!(record.tags.value(Tag::UtmMedium), Some("a".repeat(100).as_str()));
    assert_eq!(record.tags.value(Tag::UtmContent), None);
}

#[test]
fn a_referrer_is_longer_where_no_tags_follow() {
    let referrer = format!("https://example.com/{}", "a".repeat(LONGEST - 20));
    let record = ArrivalRecord::new(&referrer, Whose::Own, Tags::of_query(b"page=2"));
    assert_eq!(record.referrer, referrer);
}

#[test]
fn where_there_is_no_referrer_it_is_nobodys() {
    assert_eq!(ArrivalRecord::new("", Whose::Own, Tags::default()), ArrivalRecord::default());
}

/// Referrers, and queries with tags of all kinds.
fn said() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    let referrer = "(https?|android-app)://[a-zA-Zé:@.\\[\\]0-9-]{0,12}(/[ -~é]{0,600})?|[ -~]{0,20}";
    let query =
        "((utm_source|UTM_MEDIUM|utm_campaign|utm_content|ref|source|gclid|x)(=[ -~é\u{1}]{0,60})?&){0,8}";
    let texts = (referrer, query).prop_map(|(referrer, query)| (referrer.into_bytes(), query.into_bytes()));
    let any_bytes = || proptest::collection::vec(any::<u8>(), 0..700);
    prop_oneof![texts, (any_bytes(), any_bytes())]
}

proptest! {
    #[test]
    fn what_is_packed_comes_out_again(hits in proptest::collection::vec(said(), 0..4)) {
        let referrers: Vec<String> = hits.iter().map(|(referrer, _)| referrer::kept(referrer)).collect();
        let records: Vec<_> = (referrers.iter().zip(&hits))
            .map(|(referrer, (_, query))| ArrivalRecord::new(referrer, Whose::Foreign, Tags::of_query(query)))
            .collect();
        let packed = packed(&records);
        prop_assert_eq!(unpacked(&packed).collect::<Vec<_>>(), records);
    }

    #[test]
    fn whatever_is_said_records_are_bounded((referrer, query) in said()) {
        let referrer = referrer::kept(&[b"http://", referrer.as_slice()].concat());
        let record = ArrivalRecord::new(&referrer, Whose::Own, Tags::of_query(&query));
        // Packing adds lengths to what is kept.
        prop_assert!(packed(&[record]).len() <= LONGEST + 8);
    }

    #[test]
    fn any_bytes_are_some_records_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(unpacked(&bytes).count() <= bytes.len());
    }
}
