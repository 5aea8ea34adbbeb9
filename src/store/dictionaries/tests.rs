//! What strings mean once their dictionaries are full.

use super::*;
use crate::classify::agent;
use crate::classify::arrival_record::Whose;
use crate::classify::source;
use crate::classify::tags::Tags;
use crate::session::ArrivalResolver;

fn dictionaries(max_memory: usize) -> Dictionaries {
    let agents = Arc::new(Agents::new(&agent::AgentAdditions::default()));
    let sources = Arc::new(Sources::new(&source::SourceAdditions::default()));
    Dictionaries::new(max_memory, agents, sources, OwnHosts::given(["example.com"]))
}

fn arrival(known: &mut Dictionaries, referrer: &str, query: &str) -> ArrivalId {
    let record = ArrivalRecord::new(referrer, Whose::Unknown, Tags::of_query(query.as_bytes()));
    known.intern_arrival(&packed(&record))
}

fn arrived(known: &mut Dictionaries, referrer: &str, query: &str) -> (String, Channel) {
    let id = arrival(known, referrer, query);
    let ArrivalFacts { source, channel, .. } = known.arrival(id);
    (known.sources.text(source).into_owned(), channel)
}

#[test]
fn r9_an_arrival_that_finds_no_place_is_no_direct_one() {
    let mut known = dictionaries(24 * 1024);
    for number in 0..100 {
        arrival(&mut known, &format!("https://{number}.flood.example/"), "");
    }
    assert!(known.folded() > 0, "the flood is too small");
    let tagged = ("", "utm_source=newsletter&utm_medium=email");
    let other = ("(other)".to_owned(), Channel::Referral);
    let direct = ("Direct / None".to_owned(), Channel::Direct);
    for (referrer, query) in [("https://www.google.com/", ""), tagged] {
        assert_eq!(arrived(&mut known, referrer, query), other, "{referrer} {query}");
    }
    assert_eq!(arrived(&mut known, "", ""), direct);
    known.set_own_hosts(OwnHosts::given(["example.org"]));
    assert_eq!(arrived(&mut known, tagged.0, tagged.1), other);
    assert_eq!(arrived(&mut known, "", ""), direct);
}

#[test]
fn r9_several_arrivals_are_one_of_which_the_first_counts_that_brings_something() {
    let mut known = dictionaries(1 << 20);
    let own = arrival(&mut known, "https://example.com/", "");
    let first = arrival(&mut known, "https://first.example/", "");
    let second = arrival(&mut known, "https://second.example/", "");
    for (several, source) in [
        ([own, first, second], "first.example"),
        ([second, own, first], "second.example"),
        ([own, ArrivalId::OTHER, second], "second.example"),
    ] {
        let one = known.first_of(&several);
        assert_eq!(known.sources.text(known.arrival(one).source), source);
        assert_eq!(known.referrer(one), format!("https://{source}/"));
    }
}
