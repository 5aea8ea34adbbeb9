//! Channels: the marketing channel of a session (R10). The definitions follow GA4's default channel group
//! (<https://support.google.com/analytics/answer/9756891>), in R10's order.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::category::Category;
use super::tags::{Tag, Tags, folded};
use crate::glob::Glob;

/// The source of a session that tells of none.
pub const DIRECT: &str = "Direct / None";

/// A channel that leads to a site.
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
    /// No known source: typed, bookmarked, or a resumed visit.
    Direct,
}

impl Channel {
    /// All channels, in R10's order.
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

    /// Its name on screen and in filters.
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

    /// The channel of this name, ignoring case.
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

/// A name that is not a channel's.
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

/// A rule of the user's: arrivals that match all its globs get its channel. A missing glob matches anything.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelRule {
    /// The source's name as displayed; case-insensitive.
    #[serde(default)]
    pub source: Option<String>,
    /// `utm_medium`; case-insensitive.
    #[serde(default)]
    pub medium: Option<String>,
    /// `utm_campaign`; case-insensitive.
    #[serde(default)]
    pub campaign: Option<String>,
    /// The channel's name.
    pub channel: Channel,
}

impl ChannelRule {
    /// Whether it has no globs and so matches every session.
    #[must_use]
    pub fn is_for_everything(&self) -> bool {
        self.source.is_none() && self.medium.is_none() && self.campaign.is_none()
    }

    fn matches(&self, signals: &ChannelSignals) -> bool {
        let fits = |pattern: &Option<String>, text: &str| {
            pattern.as_ref().is_none_or(|pattern| Glob::new(pattern).matches_ignoring_case(text))
        };
        fits(&self.source, &signals.source)
            && fits(&self.medium, &signals.medium)
            && fits(&self.campaign, &signals.campaign)
    }
}

/// What the rules of R10 depend on, in lower case.
#[derive(Debug, Clone)]
pub(super) struct ChannelSignals {
    source: String,
    category: Category,
    /// Whether the tagged source itself says advertising: `fb-ads`.
    paid_source: bool,
    medium: String,
    campaign: String,
    search_ad: bool,
}

/// Click ids that only search ads have.
const SEARCH_ADS: [Tag; 7] =
    [Tag::Gclid, Tag::Gbraid, Tag::Wbraid, Tag::GadSource, Tag::Dclid, Tag::Msclkid, Tag::Yclid];

impl ChannelSignals {
    pub(super) fn new(
        source: &str,
        category: Category,
        paid_source: bool,
        tags: &Tags<'_>,
    ) -> ChannelSignals {
        let tag = |tag| tags.value(tag).unwrap_or_default().to_lowercase();
        ChannelSignals {
            source: source.to_lowercase(),
            category,
            paid_source,
            medium: tag(Tag::UtmMedium),
            campaign: tag(Tag::UtmCampaign),
            search_ad: SEARCH_ADS.into_iter().any(|click_id| tags.has(click_id)),
        }
    }
}

/// The channel of an arrival: the first match among the user's rules, then among R10's.
pub(super) fn channel(signals: &ChannelSignals, user_rules: &[ChannelRule]) -> Channel {
    let users = user_rules.iter().find(|rule| rule.matches(signals)).map(|rule| rule.channel);
    users.unwrap_or_else(|| standard_channel(signals))
}

/// The condition of a channel.
type Condition = fn(&ChannelSignals) -> bool;

fn standard_channel(signals: &ChannelSignals) -> Channel {
    let rules: [(Channel, Condition); 18] = [
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
    rules.into_iter().find(|(_, holds)| holds(signals)).map_or(Channel::Direct, |(channel, _)| channel)
}

fn is_cross_network(signals: &ChannelSignals) -> bool {
    signals.campaign.contains("cross-network")
}

fn is_paid_shopping(signals: &ChannelSignals) -> bool {
    is_shopping(signals) && is_paid(signals)
}

fn is_paid_search(signals: &ChannelSignals) -> bool {
    signals.search_ad || (signals.category == Category::Search && is_paid(signals))
}

fn is_paid_social(signals: &ChannelSignals) -> bool {
    signals.category == Category::Social && is_paid(signals)
}

fn is_paid_video(signals: &ChannelSignals) -> bool {
    signals.category == Category::Video && is_paid(signals)
}

fn is_display(signals: &ChannelSignals) -> bool {
    ["display", "banner", "expandable", "interstitial", "cpm"].contains(&signals.medium.as_str())
}

/// `^(.*cp.*|ppc|retargeting|paid.*|ads?|sem|sponsored)$`, or a source that says so.
fn is_paid(signals: &ChannelSignals) -> bool {
    const MEDIUMS: [&str; 6] = ["ppc", "retargeting", "ad", "ads", "sem", "sponsored"];
    let medium = signals.medium.as_str();
    signals.paid_source || medium.contains("cp") || medium.starts_with("paid") || MEDIUMS.contains(&medium)
}

fn is_shopping(signals: &ChannelSignals) -> bool {
    signals.category == Category::Shopping || speaks_of_shopping(&signals.campaign)
}

/// `^(.*(([^a-df-z]|^)shop|shopping).*)$`: shop, eshop, e-shop and shopping, but not workshop.
fn speaks_of_shopping(campaign: &str) -> bool {
    campaign.match_indices("shop").any(|(at, _)| {
        let begins_word =
            campaign[..at].chars().next_back().is_none_or(|c| c == 'e' || !c.is_ascii_lowercase());
        begins_word || campaign[at..].starts_with("shopping")
    })
}

fn is_social(signals: &ChannelSignals) -> bool {
    const MEDIUMS: [&str; 4] = ["social", "social-network", "social-media", "sm"];
    signals.category == Category::Social || MEDIUMS.contains(&folded(&signals.medium).as_str())
}

fn is_video(signals: &ChannelSignals) -> bool {
    signals.category == Category::Video || signals.medium.contains("video")
}

fn is_ai_assistant(signals: &ChannelSignals) -> bool {
    signals.category == Category::Ai || folded(&signals.medium) == "ai-assistant"
}

fn is_search(signals: &ChannelSignals) -> bool {
    signals.category == Category::Search || signals.medium == "organic"
}

fn is_email(signals: &ChannelSignals) -> bool {
    let is_mail = |text: &str| {
        let word = folded(text);
        word == "email" || word == "e-mail" || word.split(['-', '.']).any(|part| part == "newsletter")
    };
    signals.category == Category::Mail || is_mail(&signals.source) || is_mail(&signals.medium)
}

fn is_affiliate(signals: &ChannelSignals) -> bool {
    ["affiliate", "affiliates"].contains(&signals.medium.as_str())
}

fn is_audio(signals: &ChannelSignals) -> bool {
    signals.medium == "audio"
}

fn is_sms(signals: &ChannelSignals) -> bool {
    signals.source == "sms" || signals.medium == "sms"
}

fn is_mobile_push(signals: &ChannelSignals) -> bool {
    let medium = signals.medium.as_str();
    let pushed = medium.ends_with("push") || medium.contains("mobile") || medium.contains("notification");
    pushed || signals.source == "firebase"
}

fn is_referral(signals: &ChannelSignals) -> bool {
    ["referral", "app", "link"].contains(&signals.medium.as_str())
        || !signals.source.eq_ignore_ascii_case(DIRECT)
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
