//! Campaign tags and click ids from a request's query (R9). The rest of the query is dropped (R11).

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::address::AddressKeeping;
use super::tag_value;

/// A parameter that says where a visitor came from. The most important ones come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Tag {
    /// Who sent the visitor.
    UtmSource,
    /// By what means: `cpc`, `email`, …
    UtmMedium,
    /// Google Ads.
    Gclid,
    /// Google Ads, from an app to the web.
    Gbraid,
    /// Google Ads, from the web to an app.
    Wbraid,
    /// Google's Campaign Manager and Display & Video 360.
    Dclid,
    /// Google Ads, where a browser leaves the click's own id out.
    GadSource,
    /// Microsoft Advertising.
    Msclkid,
    /// Facebook; on every outgoing link, not only on ads.
    Fbclid,
    /// X (Twitter).
    Twclid,
    /// `TikTok`.
    Ttclid,
    /// `LinkedIn`.
    LiFatId,
    /// Reddit.
    RdtCid,
    /// Pinterest.
    Epik,
    /// Snapchat.
    ScCid,
    /// Yandex Direct.
    Yclid,
    /// For which campaign.
    UtmCampaign,
    /// A short form of `utm_source`.
    Ref,
    /// A short form of `utm_source`.
    Source,
    /// For which search word.
    UtmTerm,
    /// By which of several links.
    UtmContent,
}

/// What other programs than Google Analytics call the `utm_` parameters: Matomo, and Piwik before it.
const OTHER_NAMES: [(&str, Tag); 15] = [
    ("mtm_source", Tag::UtmSource),
    ("pk_source", Tag::UtmSource),
    ("matomo_source", Tag::UtmSource),
    ("mtm_medium", Tag::UtmMedium),
    ("pk_medium", Tag::UtmMedium),
    ("matomo_medium", Tag::UtmMedium),
    ("mtm_campaign", Tag::UtmCampaign),
    ("pk_campaign", Tag::UtmCampaign),
    ("matomo_campaign", Tag::UtmCampaign),
    ("mtm_keyword", Tag::UtmTerm),
    ("pk_keyword", Tag::UtmTerm),
    ("matomo_keyword", Tag::UtmTerm),
    ("mtm_content", Tag::UtmContent),
    ("pk_content", Tag::UtmContent),
    ("matomo_content", Tag::UtmContent),
];

impl Tag {
    /// Every tag, in order.
    pub const ALL: [Tag; 21] = [
        Tag::UtmSource,
        Tag::UtmMedium,
        Tag::Gclid,
        Tag::Gbraid,
        Tag::Wbraid,
        Tag::Dclid,
        Tag::GadSource,
        Tag::Msclkid,
        Tag::Fbclid,
        Tag::Twclid,
        Tag::Ttclid,
        Tag::LiFatId,
        Tag::RdtCid,
        Tag::Epik,
        Tag::ScCid,
        Tag::Yclid,
        Tag::UtmCampaign,
        Tag::Ref,
        Tag::Source,
        Tag::UtmTerm,
        Tag::UtmContent,
    ];

    /// The parameter's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Tag::UtmSource => "utm_source",
            Tag::UtmMedium => "utm_medium",
            Tag::Gclid => "gclid",
            Tag::Gbraid => "gbraid",
            Tag::Wbraid => "wbraid",
            Tag::Dclid => "dclid",
            Tag::GadSource => "gad_source",
            Tag::Msclkid => "msclkid",
            Tag::Fbclid => "fbclid",
            Tag::Twclid => "twclid",
            Tag::Ttclid => "ttclid",
            Tag::LiFatId => "li_fat_id",
            Tag::RdtCid => "rdt_cid",
            Tag::Epik => "epik",
            Tag::ScCid => "sccid",
            Tag::Yclid => "yclid",
            Tag::UtmCampaign => "utm_campaign",
            Tag::Ref => "ref",
            Tag::Source => "source",
            Tag::UtmTerm => "utm_term",
            Tag::UtmContent => "utm_content",
        }
    }

    /// Whether the tag is a click id: it names one click, so only its name may be kept (R11).
    #[must_use]
    pub const fn is_click_id(self) -> bool {
        matches!(
            self,
            Tag::Gclid
                | Tag::Gbraid
                | Tag::Wbraid
                | Tag::Dclid
                | Tag::GadSource
                | Tag::Msclkid
                | Tag::Fbclid
                | Tag::Twclid
                | Tag::Ttclid
                | Tag::LiFatId
                | Tag::RdtCid
                | Tag::Epik
                | Tag::ScCid
                | Tag::Yclid
        )
    }

    fn named(name: &[u8]) -> Option<Tag> {
        let is_called = |wanted: &str| name.eq_ignore_ascii_case(wanted.as_bytes());
        let own = Tag::ALL.into_iter().find(|tag| is_called(tag.name()));
        own.or_else(|| OTHER_NAMES.into_iter().find_map(|(other, tag)| is_called(other).then_some(tag)))
    }
}

/// The tags of one query, in the order of [`Tag::ALL`], each once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tags<'a> {
    #[serde(borrow)]
    found: Vec<TagValue<'a>>,
}

/// A tag and its value; that of a click id is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct TagValue<'a> {
    tag: Tag,
    #[serde(borrow)]
    value: Cow<'a, str>,
}

impl<'a> Tags<'a> {
    /// Finds the tags of a query (without its `?`). If a tag occurs twice, the first one counts.
    #[must_use]
    pub fn of_query(query: &'a [u8]) -> Tags<'a> {
        let mut tags = Tags::default();
        let mut rest = query;
        while !rest.is_empty() {
            let (parameter, next) = cut(rest, b'&');
            tags.note(parameter);
            rest = next;
        }
        tags.found.retain(|TagValue { tag, value }| tag.is_click_id() || !value.is_empty());
        tags
    }

    fn note(&mut self, parameter: &'a [u8]) {
        let (name, raw) = cut(parameter, b'=');
        let Some(tag) = Tag::named(name) else { return };
        if raw.is_empty() && !tag.is_click_id() {
            return;
        }
        if let Err(place) = self.found.binary_search_by_key(&tag, |found| found.tag) {
            let value = if tag.is_click_id() { Cow::Borrowed("") } else { tag_value::readable(raw) };
            self.found.insert(place, TagValue { tag, value });
        }
    }

    /// Whether the query has the tag.
    #[must_use]
    pub fn has(&self, tag: Tag) -> bool {
        self.found.iter().any(|found| found.tag == tag)
    }

    /// The tag's value: decoded, e-mail addresses replaced, at most 100 bytes. `None` if the query lacks it.
    #[must_use]
    pub fn value(&self, tag: Tag) -> Option<&str> {
        let found = self.found.iter().find(|found| found.tag == tag)?;
        (!found.value.is_empty()).then_some(&found.value)
    }

    /// Whether the query has no tag at all, as most have none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Drops the tags that do not fit into `room` bytes; the most important ones stay.
    pub(super) fn fit(&mut self, mut room: usize) {
        self.found.retain(|found| {
            let left = room.checked_sub(found.length_in_query());
            room = left.unwrap_or(room);
            left.is_some()
        });
    }

    /// Masks addresses in the values.
    pub(super) fn mask(&mut self, keeping: AddressKeeping) {
        for TagValue { value, .. } in &mut self.found {
            if let Cow::Owned(masked) = keeping.of_text(value) {
                *value = Cow::Owned(masked);
            }
        }
    }
}

impl TagValue<'_> {
    /// Its length in a query, in bytes, with the mark before it.
    fn length_in_query(&self) -> usize {
        let value =
            if self.tag.is_click_id() { 0 } else { "=".len() + tag_value::length_in_query(&self.value) };
        "&".len() + self.tag.name().len() + value
    }
}

/// The parts before and after the first `mark`.
fn cut(text: &[u8], mark: u8) -> (&[u8], &[u8]) {
    memchr::memchr(mark, text).map_or((text, &[]), |at| (&text[..at], &text[at + 1..]))
}

/// A word of a tag, or a name that it may be, folded for comparison: without case and word separators.
pub(super) fn folded(name: &str) -> String {
    let fold = |letter| if matches!(letter, ' ' | '_') { '-' } else { letter };
    name.chars().flat_map(char::to_lowercase).map(fold).collect()
}
