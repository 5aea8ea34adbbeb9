//! How a session arrived, derived once from each distinct arrival text (R9, R10).

use super::channel::{self, Channel, Way};
use super::host;
use super::own_hosts::OwnHosts;
use super::referrer::{self, Scheme};
use super::source::{Category, Known, Sources, Spoken};
use super::tags::{self, Tag, Tags};

/// The source of a session that tells of none.
pub const DIRECT: &str = "Direct / None";

/// How a session arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Who sent the visitor (R9), or [`DIRECT`].
    pub source: String,
    /// By which kind of way (R10).
    pub channel: Channel,
    /// `utm_medium`, or empty.
    pub medium: String,
    /// `utm_campaign`, or empty.
    pub campaign: String,
    /// Whether the visitor came from the site's own pages: an earlier visit goes on.
    pub resumed: bool,
}

/// What an arrival text (see [`tags::arrival_text`]) says, on a site with these own hosts.
#[must_use]
pub fn arrival(text: &[u8], own: &OwnHosts, sources: &Sources) -> Arrival {
    let (referrer, tags) = tags::split(text);
    let origin = tagged(&tags, sources).unwrap_or_else(|| referred(referrer, own, sources));
    let way = Way::new(&origin.source, origin.category, origin.paid, &tags);
    Arrival {
        channel: channel::channel(&way, sources.channel_rules()),
        source: origin.source,
        medium: tags.value(Tag::UtmMedium).unwrap_or_default(),
        campaign: tags.value(Tag::UtmCampaign).unwrap_or_default(),
        resumed: origin.resumed,
    }
}

/// Where a visitor came from.
struct Origin {
    source: String,
    category: Category,
    /// Whether the tag that names it says that it is advertising (R10).
    paid: bool,
    resumed: bool,
}

impl Origin {
    fn known(known: &Known) -> Origin {
        Origin { category: known.category, ..Origin::unknown(&known.name) }
    }

    fn unknown(source: &str) -> Origin {
        Origin { source: source.to_owned(), category: Category::Site, paid: false, resumed: false }
    }

    fn direct() -> Origin {
        Origin::unknown(DIRECT)
    }

    fn resumed() -> Origin {
        Origin { resumed: true, ..Origin::direct() }
    }
}

/// The source that the tags name: `utm_source`, else a click id, else `ref`, else `source`.
fn tagged(tags: &Tags<'_>, sources: &Sources) -> Option<Origin> {
    let said = |tag| tags.value(tag).map(|word| spoken_of(&word, sources));
    said(Tag::UtmSource)
        .or_else(|| clicked(tags, sources))
        .or_else(|| said(Tag::Ref))
        .or_else(|| said(Tag::Source))
}

/// The source that a tagger's word stands for; an unknown word is its own source, case ignored.
fn spoken_of(word: &str, sources: &Sources) -> Origin {
    if let Some(Spoken { source, paid }) = sources.of_word(word) {
        return Origin { paid, ..Origin::known(source) };
    }
    from_address(word.as_bytes(), sources).unwrap_or_else(|| Origin::unknown(&word.to_lowercase()))
}

fn clicked(tags: &Tags<'_>, sources: &Sources) -> Option<Origin> {
    let click_id = Tag::ALL.into_iter().find(|&tag| tag.is_click_id() && tags.has(tag))?;
    Some(spoken_of(giver(click_id)?, sources))
}

/// Who gives out a click id.
fn giver(click_id: Tag) -> Option<&'static str> {
    match click_id {
        Tag::Gclid | Tag::Gbraid | Tag::Wbraid | Tag::Dclid | Tag::GadSource => Some("Google"),
        Tag::Msclkid => Some("Bing"),
        Tag::Fbclid => Some("Facebook"),
        Tag::Twclid => Some("X (Twitter)"),
        Tag::Ttclid => Some("TikTok"),
        Tag::LiFatId => Some("LinkedIn"),
        Tag::RdtCid => Some("Reddit"),
        Tag::Epik => Some("Pinterest"),
        Tag::ScCid => Some("Snapchat"),
        Tag::Yclid => Some("Yandex"),
        _ => None,
    }
}

/// The source that the referrer names; the site's own pages are none.
fn referred(referrer: &[u8], own: &OwnHosts, sources: &Sources) -> Origin {
    let internal = referrer::parse(referrer)
        .is_some_and(|page| page.scheme != Scheme::AndroidApp && own.contains(page.host));
    if internal {
        return Origin::resumed();
    }
    from_address(referrer, sources).unwrap_or_else(Origin::direct)
}

/// The source that an address belongs to: its known name, else its registrable domain or the app's id.
fn from_address(address: &[u8], sources: &Sources) -> Option<Origin> {
    let address = referrer::parse(address)?;
    let host = host::normal(address.host)?;
    if address.scheme == Scheme::AndroidApp {
        return Some(sources.of_app(&host).map_or_else(|| Origin::unknown(&host), Origin::known));
    }
    Some(sources.of_host(&host).map_or_else(|| unknown_host(&host), Origin::known))
}

/// What providers call the host that their customers read their mail on.
const WEBMAIL: [&str; 8] = ["webmail", "mail", "email", "owa", "roundcube", "zimbra", "poczta", "posta"];

/// A host that no table knows, by its registrable domain.
fn unknown_host(host: &str) -> Origin {
    let domain = host::registrable(host);
    let label = host.strip_suffix(domain).and_then(|above| above.split('.').next());
    let is_webmail = label.is_some_and(|label| WEBMAIL.contains(&label));
    let category = if is_webmail { Category::Mail } else { Category::Site };
    Origin { category, ..Origin::unknown(domain) }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::classify::source::Additions;

    /// What R9 and R10 say of arrivals on example.com.
    const RULES: &str = include_str!("fixtures/arrivals.toml");

    static KNOWN: LazyLock<Sources> = LazyLock::new(|| Sources::new(&Additions::default()));

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Rules {
        rule: Vec<Rule>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Rule {
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
        let mut text = Vec::new();
        tags::arrival_text(referrer, &Tags::of_query(query), &mut text);
        arrival(&text, &OwnHosts::given(["example.com"]), sources)
    }

    #[test]
    fn arrivals_are_what_the_rules_say() {
        let rules: Rules = toml::from_str(RULES).expect("fixtures");
        for Rule { says, arrivals } in rules.rule {
            for wanted in arrivals {
                let found = arrive(wanted.referrer.as_bytes(), wanted.query.as_bytes(), &KNOWN);
                let expected = Arrival {
                    source: wanted.source,
                    channel: Channel::named(&wanted.channel).expect("a channel"),
                    medium: wanted.medium,
                    campaign: wanted.campaign,
                    resumed: wanted.resumed,
                };
                assert_eq!(found, expected, "{says}: {} ? {}", wanted.referrer, wanted.query);
            }
        }
    }

    #[test]
    fn the_users_rules_come_first() {
        let rule = |rule| toml::from_str(rule).expect("a rule");
        let partners = rule("source = \"google\"\ncampaign = \"partner-*\"\nchannel = \"affiliates\"");
        let posters = rule("medium = \"qr*\"\nchannel = \"Display\"");
        let channels = vec![partners, posters];
        let sources = Sources::new(&Additions { channels, ..Additions::default() });
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
        fn any_text_has_a_source(text in proptest::collection::vec(any::<u8>(), 0..200)) {
            for text in [text.clone(), [b"http://", text.as_slice()].concat(), [b"\x1fref=", text.as_slice()].concat()] {
                prop_assert!(!arrival(&text, &OwnHosts::given(["example.com"]), &KNOWN).source.is_empty());
            }
        }
    }
}
