//! What strings mean once their dictionaries are full.

use super::*;
use crate::classify::agent;
use crate::classify::source;

fn dictionaries(max_memory: usize) -> Dictionaries {
    let agents = Arc::new(Agents::new(&agent::AgentAdditions::default()));
    let sources = Arc::new(Sources::new(&source::SourceAdditions::default()));
    Dictionaries::new(max_memory, agents, sources, OwnHosts::given(["example.com"]))
}

fn arrived(known: &mut Dictionaries, text: &str) -> (String, Channel) {
    let id = known.intern_arrival(text.as_bytes());
    let ArrivalFacts { source, channel, .. } = known.arrival(id);
    (known.sources.text(source).into_owned(), channel)
}

#[test]
fn r9_an_arrival_that_finds_no_place_is_no_direct_one() {
    let mut known = dictionaries(24 * 1024);
    for number in 0..100 {
        known.intern_arrival(format!("https://{number}.flood.example/").as_bytes());
    }
    assert!(known.folded() > 0, "the flood is too small");
    let tagged = "\u{1f}utm_source=newsletter&utm_medium=email";
    for told in ["https://www.google.com/", tagged] {
        assert_eq!(arrived(&mut known, told), ("(other)".to_owned(), Channel::Referral), "{told}");
    }
    assert_eq!(arrived(&mut known, ""), ("Direct / None".to_owned(), Channel::Direct));
    known.set_own_hosts(OwnHosts::given(["example.org"]));
    assert_eq!(arrived(&mut known, tagged), ("(other)".to_owned(), Channel::Referral));
    assert_eq!(arrived(&mut known, ""), ("Direct / None".to_owned(), Channel::Direct));
}
