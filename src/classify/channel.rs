//! Channels: which kind of way led to the site (R10). The definitions are those of GA4's default channel group
//! (<https://support.google.com/analytics/answer/9756891>), in R10's order.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::arrival::DIRECT;
use super::source::{Category, folded};
use super::tags::{Tag, Tags};
use crate::glob::Glob;

/// A way that leads to a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Channel {
    /// Ads that run on several networks at once.
    CrossNetwork,
    /// Ads in shops and price comparisons.
    PaidShopping,
    /// Ads on search engines.
    PaidSearch,
    /// Ads on social networks.
    PaidSocial,
    /// Ads on video sites.
    PaidVideo,
    /// Banners.
    Display,
    /// Any other ads.
    PaidOther,
    /// Links in shops and price comparisons.
    OrganicShopping,
    /// Links on social networks.
    OrganicSocial,
    /// Links on video sites.
    OrganicVideo,
    /// Links in the answers of assistants.
    AiAssistants,
    /// Results of search engines.
    OrganicSearch,
    /// Mails.
    Email,
    /// Links of partners who are paid for them.
    Affiliates,
    /// Audio ads.
    Audio,
    /// Text messages.
    Sms,
    /// Notifications on phones.
    MobilePush,
    /// Links on any other site.
    Referral,
    /// No source is known: typed, bookmarked, or a visit resumed.
    Direct,
}

impl Channel {
    /// Every channel, in R10's order.
    pub const ALL: [Channel; 19] = [
        Channel::CrossNetwork,
        Channel::PaidShopping,
        Channel::PaidSearch,
        Channel::PaidSocial,
        Channel::PaidVideo,
        Channel::Display,
        Channel::PaidOther,
        Channel::OrganicShopping,
        Channel::OrganicSocial,
        Channel::OrganicVideo,
        Channel::AiAssistants,
        Channel::OrganicSearch,
        Channel::Email,
        Channel::Affiliates,
        Channel::Audio,
        Channel::Sms,
        Channel::MobilePush,
        Channel::Referral,
        Channel::Direct,
    ];

    /// The channel's name, as it is shown and as filters write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Channel::CrossNetwork => "Cross-network",
            Channel::PaidShopping => "Paid Shopping",
            Channel::PaidSearch => "Paid Search",
            Channel::PaidSocial => "Paid Social",
            Channel::PaidVideo => "Paid Video",
            Channel::Display => "Display",
            Channel::PaidOther => "Paid Other",
            Channel::OrganicShopping => "Organic Shopping",
            Channel::OrganicSocial => "Organic Social",
            Channel::OrganicVideo => "Organic Video",
            Channel::AiAssistants => "AI Assistants",
            Channel::OrganicSearch => "Organic Search",
            Channel::Email => "Email",
            Channel::Affiliates => "Affiliates",
            Channel::Audio => "Audio",
            Channel::Sms => "SMS",
            Channel::MobilePush => "Mobile Push",
            Channel::Referral => "Referral",
            Channel::Direct => "Direct",
        }
    }

    /// The channel of this name, case ignored.
    #[must_use]
    pub fn named(name: &str) -> Option<Channel> {
        Channel::ALL.into_iter().find(|channel| channel.name().eq_ignore_ascii_case(name.trim()))
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

/// A name that no channel has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no channel is called `{0}`; there are {names}", names = Channel::ALL.map(Channel::name).join(", "))]
pub struct UnknownChannel(String);

impl From<Channel> for String {
    fn from(channel: Channel) -> String {
        channel.name().to_owned()
    }
}

impl TryFrom<String> for Channel {
    type Error = UnknownChannel;

    fn try_from(name: String) -> Result<Channel, UnknownChannel> {
        Channel::named(&name).ok_or(UnknownChannel(name))
    }
}

/// A rule of the user's: what matches all its globs comes by its channel. A glob that is left out matches anything.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelRule {
    /// The source's name, as it is shown; case ignored.
    #[serde(default)]
    pub source: Option<String>,
    /// `utm_medium`; case ignored.
    #[serde(default)]
    pub medium: Option<String>,
    /// `utm_campaign`; case ignored.
    #[serde(default)]
    pub campaign: Option<String>,
    /// The channel's name.
    pub channel: Channel,
}

impl ChannelRule {
    /// Whether it asks for nothing, and so takes every session.
    #[must_use]
    pub fn is_for_everything(&self) -> bool {
        self.source.is_none() && self.medium.is_none() && self.campaign.is_none()
    }

    fn matches(&self, way: &Way) -> bool {
        let fits = |pattern: &Option<String>, text: &str| {
            pattern.as_ref().is_none_or(|pattern| Glob::new(pattern).matches_ignoring_case(text))
        };
        fits(&self.source, &way.source)
            && fits(&self.medium, &way.medium)
            && fits(&self.campaign, &way.campaign)
    }
}

/// What the rules of R10 look at, all of it in lower case.
#[derive(Debug, Clone)]
pub(super) struct Way {
    source: String,
    category: Category,
    /// Whether the source's tag itself says that it is advertising: `fb-ads`.
    paid_source: bool,
    medium: String,
    campaign: String,
    search_ad: bool,
}

/// Click ids that only advertisements of search engines bear.
const SEARCH_ADS: [Tag; 7] =
    [Tag::Gclid, Tag::Gbraid, Tag::Wbraid, Tag::GadSource, Tag::Dclid, Tag::Msclkid, Tag::Yclid];

impl Way {
    pub(super) fn new(source: &str, category: Category, paid_source: bool, tags: &Tags<'_>) -> Way {
        let tag = |tag| tags.value(tag).unwrap_or_default().to_lowercase();
        Way {
            source: source.to_lowercase(),
            category,
            paid_source,
            medium: tag(Tag::UtmMedium),
            campaign: tag(Tag::UtmCampaign),
            search_ad: SEARCH_ADS.into_iter().any(|click_id| tags.has(click_id)),
        }
    }
}

/// The channel of an arrival: the user's rules first, then R10's; the first match wins.
pub(super) fn channel(way: &Way, user_rules: &[ChannelRule]) -> Channel {
    let users = user_rules.iter().find(|rule| rule.matches(way)).map(|rule| rule.channel);
    users.unwrap_or_else(|| standard_channel(way))
}

/// Whether a way leads by a channel.
type Rule = fn(&Way) -> bool;

fn standard_channel(way: &Way) -> Channel {
    let rules: [(Channel, Rule); 18] = [
        (Channel::CrossNetwork, is_cross_network),
        (Channel::PaidShopping, is_paid_shopping),
        (Channel::PaidSearch, is_paid_search),
        (Channel::PaidSocial, is_paid_social),
        (Channel::PaidVideo, is_paid_video),
        (Channel::Display, is_display),
        (Channel::PaidOther, is_paid),
        (Channel::OrganicShopping, is_shopping),
        (Channel::OrganicSocial, is_social),
        (Channel::OrganicVideo, is_video),
        (Channel::AiAssistants, is_ai_assistant),
        (Channel::OrganicSearch, is_search),
        (Channel::Email, is_email),
        (Channel::Affiliates, is_affiliate),
        (Channel::Audio, is_audio),
        (Channel::Sms, is_sms),
        (Channel::MobilePush, is_mobile_push),
        (Channel::Referral, is_referral),
    ];
    rules.into_iter().find(|(_, holds)| holds(way)).map_or(Channel::Direct, |(channel, _)| channel)
}

fn is_cross_network(way: &Way) -> bool {
    way.campaign.contains("cross-network")
}

fn is_paid_shopping(way: &Way) -> bool {
    is_shopping(way) && is_paid(way)
}

fn is_paid_search(way: &Way) -> bool {
    way.search_ad || (way.category == Category::Search && is_paid(way))
}

fn is_paid_social(way: &Way) -> bool {
    way.category == Category::Social && is_paid(way)
}

fn is_paid_video(way: &Way) -> bool {
    way.category == Category::Video && is_paid(way)
}

fn is_display(way: &Way) -> bool {
    ["display", "banner", "expandable", "interstitial", "cpm"].contains(&way.medium.as_str())
}

/// `^(.*cp.*|ppc|retargeting|paid.*|ads?|sem|sponsored)$`, or a source that says so.
fn is_paid(way: &Way) -> bool {
    const MEDIUMS: [&str; 6] = ["ppc", "retargeting", "ad", "ads", "sem", "sponsored"];
    let medium = way.medium.as_str();
    way.paid_source || medium.contains("cp") || medium.starts_with("paid") || MEDIUMS.contains(&medium)
}

fn is_shopping(way: &Way) -> bool {
    way.category == Category::Shopping || speaks_of_shopping(&way.campaign)
}

/// `^(.*(([^a-df-z]|^)shop|shopping).*)$`: shop, eshop, e-shop and shopping, but not workshop.
fn speaks_of_shopping(campaign: &str) -> bool {
    campaign.match_indices("shop").any(|(at, _)| {
        let begins_word =
            campaign[..at].chars().next_back().is_none_or(|c| c == 'e' || !c.is_ascii_lowercase());
        begins_word || campaign[at..].starts_with("shopping")
    })
}

fn is_social(way: &Way) -> bool {
    const MEDIUMS: [&str; 4] = ["social", "social-network", "social-media", "sm"];
    way.category == Category::Social || MEDIUMS.contains(&folded(&way.medium).as_str())
}

fn is_video(way: &Way) -> bool {
    way.category == Category::Video || way.medium.contains("video")
}

fn is_ai_assistant(way: &Way) -> bool {
    way.category == Category::Ai || folded(&way.medium) == "ai-assistant"
}

fn is_search(way: &Way) -> bool {
    way.category == Category::Search || way.medium == "organic"
}

fn is_email(way: &Way) -> bool {
    let is_mail = |text: &str| {
        let word = folded(text);
        word == "email" || word == "e-mail" || word.split(['-', '.']).any(|part| part == "newsletter")
    };
    way.category == Category::Mail || is_mail(&way.source) || is_mail(&way.medium)
}

fn is_affiliate(way: &Way) -> bool {
    ["affiliate", "affiliates"].contains(&way.medium.as_str())
}

fn is_audio(way: &Way) -> bool {
    way.medium == "audio"
}

fn is_sms(way: &Way) -> bool {
    way.source == "sms" || way.medium == "sms"
}

fn is_mobile_push(way: &Way) -> bool {
    let medium = way.medium.as_str();
    let pushed = medium.ends_with("push") || medium.contains("mobile") || medium.contains("notification");
    pushed || way.source == "firebase"
}

fn is_referral(way: &Way) -> bool {
    ["referral", "app", "link"].contains(&way.medium.as_str()) || !way.source.eq_ignore_ascii_case(DIRECT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r10_channels_are_known_by_their_names() {
        for channel in Channel::ALL {
            assert_eq!(Channel::named(&channel.name().to_uppercase()), Some(channel));
        }
        let error = Channel::try_from("Organic".to_owned()).expect_err("no such channel");
        assert!(error.to_string().contains("`Organic`; there are Cross-network, Paid Shopping"), "{error}");
    }

    #[test]
    fn r10_campaigns_speak_of_shopping_by_whole_words() {
        for campaign in ["shop", "summer-shop", "eshop", "e-shop", "my_shop_2", "windowshopping", "1shop"] {
            assert!(speaks_of_shopping(campaign), "{campaign}");
        }
        for campaign in ["workshop", "bishop", "sho", ""] {
            assert!(!speaks_of_shopping(campaign), "{campaign}");
        }
    }
}
