//! How a session arrived, derived once from each distinct record of an arrival (R9, R10).

#[cfg(test)]
mod tests;

use super::arrival_record::{ArrivalRecord, Whose};
use super::category::Category;
use super::channel::{self, Channel, ChannelSignals, DIRECT};
use super::host;
use super::own_hosts::OwnHosts;
use super::referrer::{self, Referrer, Scheme};
use super::source::{NamedSource, Sources, TaggedSource};
use super::tags::{Tag, Tags};

/// How a session arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Who sent the visitor (R9), or [`DIRECT`].
    pub source: String,
    /// The channel (R10).
    pub channel: Channel,
    /// `utm_medium`, or empty.
    pub medium: String,
    /// `utm_campaign`, or empty.
    pub campaign: String,
    /// Whether the visitor came from the site's own pages: an earlier visit goes on.
    pub resumed: bool,
    /// Whether it says where the visitor came from.
    pub brings: Brings,
    /// Whether its meaning may change as own hosts become known.
    pub unsettled: bool,
    /// Whether its referrer is spam (R3).
    pub spam: bool,
}

/// Whether an arrival says where the visitor came from: by a tag or a foreign referrer (R9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brings {
    /// It does not.
    Nothing,
    /// It does unless the referrer turns out to be the site's own.
    Perhaps,
    /// It does.
    Something,
}

/// The meaning of an arrival's records on a site with these own hosts. The first one that brings something counts, or
/// else the first.
#[must_use]
pub fn arrival<'a>(
    records: impl IntoIterator<Item = ArrivalRecord<'a>>,
    own: &OwnHosts,
    sources: &Sources,
) -> Arrival {
    let (mut first, mut unsettled) = (None, false);
    for record in records {
        let one = Single::read(record, own, sources);
        unsettled |= one.unsettled;
        if one.brings_now() {
            return Arrival { unsettled, ..one.arrival(sources) };
        }
        first = first.or(Some(one));
    }
    let first = first.unwrap_or_else(|| Single::read(ArrivalRecord::default(), own, sources));
    Arrival { unsettled, ..first.arrival(sources) }
}

/// The referrer of the record that counts, as [`arrival`] finds it.
#[must_use]
pub fn referrer<'a>(
    records: impl IntoIterator<Item = ArrivalRecord<'a>>,
    own: &OwnHosts,
    sources: &Sources,
) -> &'a str {
    let mut first = None;
    for record in records {
        let referrer = record.referrer;
        if Single::read(record, own, sources).brings_now() {
            return referrer;
        }
        first = first.or(Some(referrer));
    }
    first.unwrap_or_default()
}

/// The referrer that only inference can tell to be the site's own: its hit names no host, and no table knows its
/// site.
#[must_use]
pub fn possibly_own<'a>(record: &ArrivalRecord<'a>, sources: &Sources) -> Option<Referrer<'a>> {
    let page = referrer::parse(record.referrer.as_bytes())?;
    let host = host::normal(page.host).filter(|_| page.scheme != Scheme::AndroidApp)?;
    (record.whose == Whose::Unknown && !sources.knows_host(&host)).then_some(page)
}

/// One record, read.
struct Single<'a> {
    tags: Tags<'a>,
    origin: Sender,
    unsettled: bool,
    spam: bool,
}

impl<'a> Single<'a> {
    fn read(record: ArrivalRecord<'a>, own: &OwnHosts, sources: &Sources) -> Single<'a> {
        if let Some(origin) = tagged(&record.tags, sources) {
            return Single { tags: record.tags, origin, unsettled: false, spam: false };
        }
        let unsettled = !own.are_given() && possibly_own(&record, sources).is_some();
        let ArrivalRecord { referrer, whose, tags } = record;
        let referrer = referrer.as_bytes();
        let spam = referrer::parse(referrer).and_then(|page| host::normal(page.host));
        let spam = spam.is_some_and(|host| sources.is_spam(&host));
        let origin = referred_origin(referrer, whose, own, sources);
        Single { tags, origin, unsettled, spam }
    }

    /// Whether it brings a tag or a foreign referrer, as far as own hosts are known by now.
    fn brings_now(&self) -> bool {
        !self.tags.is_empty() || self.origin.is_foreign
    }

    fn brings(&self) -> Brings {
        match (self.tags.is_empty(), self.unsettled) {
            (true, true) => Brings::Perhaps,
            _ if self.brings_now() => Brings::Something,
            _ => Brings::Nothing,
        }
    }

    fn arrival(self, sources: &Sources) -> Arrival {
        let (tags, origin) = (&self.tags, &self.origin);
        let signals = ChannelSignals::new(&origin.source, origin.category, origin.paid, tags);
        Arrival {
            channel: channel::channel(&signals, sources.channel_rules()),
            medium: tags.value(Tag::UtmMedium).unwrap_or_default().to_owned(),
            campaign: tags.value(Tag::UtmCampaign).unwrap_or_default().to_owned(),
            resumed: origin.resumed,
            brings: self.brings(),
            unsettled: self.unsettled,
            spam: self.spam,
            source: self.origin.source,
        }
    }
}

/// Where a visitor came from.
struct Sender {
    source: String,
    category: Category,
    /// Whether the tag that names it says that it is advertising (R10).
    paid: bool,
    resumed: bool,
    /// Whether it comes from a referrer on another site or an app.
    is_foreign: bool,
}

impl Sender {
    fn known(known: &NamedSource) -> Sender {
        Sender { category: known.category, ..Sender::unknown(&known.name) }
    }

    fn unknown(source: &str) -> Sender {
        Sender {
            source: source.to_owned(),
            category: Category::Site,
            paid: false,
            resumed: false,
            is_foreign: false,
        }
    }

    fn direct() -> Sender {
        Sender::unknown(DIRECT)
    }

    fn resumed() -> Sender {
        Sender { resumed: true, ..Sender::direct() }
    }
}

/// The source that the tags name: `utm_source`, else a click id, else `ref`, else `source`.
fn tagged(tags: &Tags<'_>, sources: &Sources) -> Option<Sender> {
    let said = |tag| tags.value(tag).map(|word| spoken_of(word, sources));
    said(Tag::UtmSource)
        .or_else(|| clicked(tags, sources))
        .or_else(|| said(Tag::Ref))
        .or_else(|| said(Tag::Source))
}

/// The source that a tagger's word stands for; an unknown word is its own source, case ignored.
fn spoken_of(word: &str, sources: &Sources) -> Sender {
    if let Some(TaggedSource { source, paid }) = sources.of_word(word) {
        return Sender { paid, ..Sender::known(source) };
    }
    from_address(word.as_bytes(), sources).unwrap_or_else(|| Sender::unknown(&word.to_lowercase()))
}

fn clicked(tags: &Tags<'_>, sources: &Sources) -> Option<Sender> {
    let click_id = Tag::ALL.into_iter().find(|&tag| tag.is_click_id() && tags.has(tag))?;
    Some(spoken_of(giver(click_id)?, sources))
}

/// The source that issues a click id.
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
fn referred_origin(referrer: &[u8], whose: Whose, own: &OwnHosts, sources: &Sources) -> Sender {
    let Some(page) = referrer::parse(referrer) else { return Sender::direct() };
    if page.scheme != Scheme::AndroidApp && is_own(page.host, whose, own, sources) {
        return Sender::resumed();
    }
    let foreign = |origin| Sender { is_foreign: true, ..origin };
    from_address(referrer, sources).map_or_else(Sender::direct, foreign)
}

/// Whether a referrer's host is the site's own. A host in a table is never inferred to be own.
fn is_own(host: &[u8], whose: Whose, own: &OwnHosts, sources: &Sources) -> bool {
    let is_known = || host::normal(host).is_some_and(|host| sources.knows_host(&host));
    match whose {
        Whose::Own => true,
        Whose::Foreign => own.are_given() && own.contains(host),
        Whose::Unknown => own.contains(host) && (own.are_given() || !is_known()),
    }
}

/// The source that an address belongs to: its known name, else its registrable domain or the app's id.
fn from_address(address: &[u8], sources: &Sources) -> Option<Sender> {
    let address = referrer::parse(address)?;
    let host = host::normal(address.host)?;
    if address.scheme == Scheme::AndroidApp {
        return Some(sources.of_app(&host).map_or_else(|| Sender::unknown(&host), Sender::known));
    }
    Some(sources.of_host(&host).map_or_else(|| unknown_host(&host), Sender::known))
}

/// First labels of hosts on which customers of a provider read their mail.
const WEBMAIL: [&str; 8] = ["webmail", "mail", "email", "owa", "roundcube", "zimbra", "poczta", "posta"];

/// A host that no table knows, by its registrable domain.
fn unknown_host(host: &str) -> Sender {
    let domain = host::registrable(host);
    let label = host.strip_suffix(domain).and_then(|above| above.split('.').next());
    let is_webmail = label.is_some_and(|label| WEBMAIL.contains(&label));
    let category = if is_webmail { Category::Mail } else { Category::Site };
    Sender { category, ..Sender::unknown(domain) }
}
