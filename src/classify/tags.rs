//! Campaign tags and click ids from a request's query (R9).
//!
//! Together with the referrer they form the *arrival text*, which is interned; the rest of the query is dropped (R11).
//! The text is canonical: it does not depend on the order of tags, and parsing and writing it gives it back.

#[cfg(test)]
mod tests;

use super::{emails, referrer};

/// What parts the referrer from the tags in an arrival text.
const SEPARATOR: u8 = 0x1f;
/// What parts arrivals, of which the first one that brings something counts.
const NEXT: u8 = 0x1e;
/// What stands before a referrer on the hit's own site, and before one that is on another.
const OWN: u8 = 0x1c;
const FOREIGN: u8 = 0x1d;
/// The longest arrival text, in bytes.
const LONGEST_TEXT: usize = 512;
/// The longest referrer where tags follow it: every host fits, and so do the longest `utm_source` and `utm_medium`.
const LONGEST_TAGGED_REFERRER: usize = 288;
/// The longest value of a tag, in bytes as it is written.
const LONGEST_VALUE: usize = 100;

/// What the host that a hit asked for says of its referrer (R9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The log names no host.
    Unknown,
    /// It is on the same site.
    Own,
    /// It is on another site.
    Foreign,
}

/// A parameter that says where a visitor came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// Who sent the visitor, said in short.
    Ref,
    /// Who sent the visitor, said in short.
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
    /// Every tag, in the order in which an arrival text has them: what is needed most comes first.
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

/// The tags of one query. Of a tag that stands there twice the first one counts.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tags<'a> {
    raw: [Option<&'a [u8]>; Tag::ALL.len()],
}

impl<'a> Tags<'a> {
    /// Finds the tags of a query (without its `?`).
    #[must_use]
    pub fn of_query(query: &'a [u8]) -> Tags<'a> {
        let mut tags = Tags::default();
        let mut rest = query;
        while !rest.is_empty() {
            let (parameter, next) = cut(rest, b'&');
            tags.note(parameter);
            rest = next;
        }
        tags
    }

    fn note(&mut self, parameter: &'a [u8]) {
        let (name, value) = cut(parameter, b'=');
        let Some(tag) = Tag::named(name) else { return };
        if !value.is_empty() || tag.is_click_id() {
            self.raw[tag as usize].get_or_insert(value);
        }
    }

    /// Whether the query has the tag.
    #[must_use]
    pub fn has(&self, tag: Tag) -> bool {
        self.raw[tag as usize].is_some()
    }

    /// The tag's value: decoded, e-mail addresses replaced, at most 100 bytes. None where nothing is left of it.
    #[must_use]
    pub fn value(&self, tag: Tag) -> Option<String> {
        let value = readable(self.raw[tag as usize]?);
        (!value.is_empty()).then_some(value)
    }

    /// Whether the query has no tag at all, as most have none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.raw.iter().all(Option::is_none)
    }

    /// Appends the tags as a query has them, in the order of [`Tag::ALL`], each as long as `out` stays within `end`
    /// bytes.
    fn write(&self, end: usize, out: &mut Vec<u8>) {
        let mut mark = SEPARATOR;
        for tag in Tag::ALL {
            let Some(raw) = self.raw[tag as usize] else { continue };
            let before = out.len();
            out.push(mark);
            if write_tag(tag, raw, out) == Appended::Whole && out.len() <= end {
                mark = b'&';
            } else {
                out.truncate(before);
            }
        }
    }
}

/// Whether there was anything to write of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Appended {
    Whole,
    /// Nothing is left of its value.
    Nothing,
}

fn write_tag(tag: Tag, raw: &[u8], out: &mut Vec<u8>) -> Appended {
    out.extend_from_slice(tag.name().as_bytes());
    if tag.is_click_id() {
        return Appended::Whole;
    }
    out.push(b'=');
    // Nearly all values are plain words; this is done for every pageview that a campaign brings.
    if is_plain(raw) {
        out.extend_from_slice(raw);
        return Appended::Whole;
    }
    let value = readable(raw);
    out.extend_from_slice(value.chars().flat_map(escaped).collect::<String>().as_bytes());
    if value.is_empty() { Appended::Nothing } else { Appended::Whole }
}

/// Whether a value is written as it stands.
fn is_plain(raw: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !raw.is_empty() && raw.len() <= LONGEST_VALUE && raw.iter().all(plain)
}

/// Appends the text by which an arrival is known: the referrer as `scheme://host/path`, nothing where there is none
/// (`-`), after a mark that says whose site it is on, where the host says it; then, where the query has tags, 0x1f and
/// the tags. It is UTF-8 of at most 512 bytes; a tag that no longer fits is left out whole.
pub fn arrival_text(referrer: &[u8], whose: Whose, tags: &Tags, out: &mut Vec<u8>) {
    let start = out.len();
    write_referrer(referrer, whose, LONGEST_TAGGED_REFERRER, out);
    let tags_at = out.len();
    tags.write(start + LONGEST_TEXT, out);
    if out.len() == tags_at {
        out.truncate(start);
        write_referrer(referrer, whose, LONGEST_TEXT, out);
    }
}

fn write_referrer(referrer: &[u8], whose: Whose, limit: usize, out: &mut Vec<u8>) {
    let mark = match whose {
        Whose::Unknown => return referrer::write(referrer, limit, out),
        Whose::Own => OWN,
        Whose::Foreign => FOREIGN,
    };
    let start = out.len();
    out.push(mark);
    referrer::write(referrer, limit - 1, out);
    if out.len() == start + 1 {
        out.truncate(start);
    }
}

/// The text of several arrivals, of which the first one counts that brings something (R9).
pub fn several<'a>(texts: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    texts.into_iter().collect::<Vec<_>>().join(&NEXT)
}

/// The arrivals that a text holds.
pub(super) fn parts(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == NEXT)
}

/// The referrer and the tags of one arrival's text, and what its host says of the referrer.
pub(super) fn split(text: &[u8]) -> (&[u8], Whose, Tags<'_>) {
    let (referrer, tags) = cut(text, SEPARATOR);
    let (referrer, whose) = match referrer {
        [OWN, rest @ ..] => (rest, Whose::Own),
        [FOREIGN, rest @ ..] => (rest, Whose::Foreign),
        _ => (referrer, Whose::Unknown),
    };
    (referrer, whose, Tags::of_query(tags))
}

/// What stands before and after the first `mark`.
fn cut(text: &[u8], mark: u8) -> (&[u8], &[u8]) {
    memchr::memchr(mark, text).map_or((text, &[]), |at| (&text[..at], &text[at + 1..]))
}

/// A value as people read it.
fn readable(raw: &[u8]) -> String {
    let decoded = percent_decoded(raw);
    let text = String::from_utf8_lossy(&decoded);
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let masked = emails::replaced(&plain);
    shortened(masked.trim()).trim_end().to_owned()
}

/// The value cut so that it is at most 100 bytes as it is written.
fn shortened(value: &str) -> &str {
    let mut written = 0;
    let end = value.char_indices().find(|&(_, c)| {
        written += escaped(c).map(char::len_utf8).sum::<usize>();
        written > LONGEST_VALUE
    });
    end.map_or(value, |(at, _)| &value[..at])
}

/// A character as a canonical value has it: only what would be read as something else is escaped.
fn escaped(c: char) -> impl Iterator<Item = char> {
    let code = match c {
        '%' => "%25",
        '&' => "%26",
        '+' => "%2B",
        _ => "",
    };
    let itself = code.is_empty().then_some(c);
    code.chars().chain(itself)
}

/// A form's value decoded: `%41` is a byte, `+` a space, and a `%` without two digits stands for itself.
pub(super) fn percent_decoded(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let [first, tail @ ..] = rest {
        let (byte, next) = match (first, tail) {
            (b'+', _) => (b' ', tail),
            (b'%', [high, low, after @ ..]) => match hexadecimal(*high, *low) {
                Some(byte) => (byte, after),
                None => (b'%', tail),
            },
            _ => (*first, tail),
        };
        out.push(byte);
        rest = next;
    }
    out
}

fn hexadecimal(high: u8, low: u8) -> Option<u8> {
    let digit = |c: u8| char::from(c).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? << 4 | digit(low)?)
}

/// A word of a tag, or a name that it may be, folded for comparison: without case and word separators.
pub(super) fn folded(name: &str) -> String {
    let fold = |letter| if matches!(letter, ' ' | '_') { '-' } else { letter };
    name.chars().flat_map(char::to_lowercase).map(fold).collect()
}
