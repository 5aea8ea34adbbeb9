//! Arrivals are what R9 and R10 say.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::classify::source::SourceAdditions;

/// What R9 and R10 say of arrivals on example.com.
const RULES: &str = include_str!("../fixtures/arrivals.toml");

static KNOWN: LazyLock<Sources> = LazyLock::new(|| Sources::new(&SourceAdditions::default()));

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct FixtureRules {
    rule: Vec<FixtureRule>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct FixtureRule {
    says: String,
    arrivals: Vec<Fixture>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Fixture {
    referrer: String,
    query: String,
    source: String,
    channel: String,
    medium: String,
    campaign: String,
    resumed: bool,
}

impl Default for Fixture {
    fn default() -> Fixture {
        Fixture {
            referrer: "-".to_owned(),
            query: String::new(),
            source: DIRECT.to_owned(),
            channel: Channel::Direct.name().to_owned(),
            medium: String::new(),
            campaign: String::new(),
            resumed: false,
        }
    }
}

fn arrive(referrer: &[u8], query: &[u8], sources: &Sources) -> Arrival {
    let referrer = referrer::kept(referrer);
    let record = ArrivalRecord::new(&referrer, Whose::Unknown, Tags::of_query(query));
    arrival([record], &OwnHosts::given(["example.com"]), sources)
}

#[test]
fn r9_r10_arrivals_are_what_the_rules_say() {
    let rules: FixtureRules = toml::from_str(RULES).expect("fixtures");
    for FixtureRule { says, arrivals } in rules.rule {
        for wanted in arrivals {
            let found = arrive(wanted.referrer.as_bytes(), wanted.query.as_bytes(), &KNOWN);
            let expected = Arrival {
                source: wanted.source,
                channel: Channel::named(&wanted.channel).expect("a channel"),
                medium: wanted.medium,
                campaign: wanted.campaign,
                resumed: wanted.resumed,
                ..found.clone()
            };
            assert_eq!(found, expected, "{says}: {} ? {}", wanted.referrer, wanted.query);
        }
    }
}

#[test]
fn r10_the_users_rules_come_first() {
    let rule = |rule| toml::from_str(rule).expect("a rule");
    let partners = rule("source = \"google\"\ncampaign = \"partner-*\"\nchannel = \"affiliates\"");
    let posters = rule("medium = \"qr*\"\nchannel = \"Display\"");
    let channels = vec![partners, posters];
    let sources = Sources::new(&SourceAdditions { channels, ..SourceAdditions::default() });
    for (query, channel) in [
        ("utm_source=adwords&utm_medium=cpc&utm_campaign=Partner-7", Channel::Affiliates),
        ("utm_source=adwords&utm_medium=cpc&utm_campaign=other", Channel::PaidSearch),
        ("utm_source=poster&utm_medium=QR-code", Channel::Display),
    ] {
        assert_eq!(arrive(b"-", query.as_bytes(), &sources).channel, channel, "{query}");
    }
}

proptest! {
    #[test]
    fn r9_whatever_is_said_has_a_source(said in proptest::collection::vec(any::<u8>(), 0..200)) {
        for (referrer, query) in [("", ""), ("http://", ""), ("", "ref="), ("http://", "utm_source=")] {
            let [referrer, query] = [referrer, query].map(|before| [before.as_bytes(), &said].concat());
            prop_assert!(!arrive(&referrer, &query, &KNOWN).source.is_empty());
        }
    }
}
