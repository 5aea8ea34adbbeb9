//! Where sessions came from, told once more: R9 and R10 for the few referrers and tags that `traffic` knows. Nothing here
//! asks dwell's own rules or tables.

use dwell::time::Span;

use super::Hit;
use super::rig::OWN_HOST;

/// How a session arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    pub source: String,
    pub channel: &'static str,
    pub campaign: String,
    pub resumed: bool,
    pub referrer: String,
}

/// What a tag's word stands for, and by which channel it leads when nothing else is said.
const WORDS: [(&str, &str, &str); 2] =
    [("newsletter", "newsletter", "Email"), ("fb-ads", "Facebook", "Paid Social")];
/// What a referrer's host stands for.
const HOSTS: [(&str, &str, &str); 2] =
    [("www.google.com", "Google", "Organic Search"), ("news.example", "news.example", "Referral")];

/// R9: the first event's or, where that brings nothing, that of the latest redirect or error shortly before.
pub fn arrival(first: &Hit, hits: &[Hit]) -> Arrival {
    let is_shortly_before =
        |hit: &&Hit| hit.time <= first.time && first.time.since(hit.time) <= Span::seconds(30);
    let mut before = hits.iter().filter(|hit| hit.deed.is_note()).filter(is_shortly_before).rev();
    let arrived = if brings(first) { None } else { before.find(|hit| brings(hit)) };
    read(arrived.unwrap_or(first))
}

/// Whether a hit brings a tag or a foreign referrer.
fn brings(hit: &Hit) -> bool {
    !hit.query.is_empty() || (!hit.referrer.starts_with('-') && !is_own(hit))
}

fn host(hit: &Hit) -> &'static str {
    hit.referrer.split('/').nth(2).unwrap_or("")
}

fn is_own(hit: &Hit) -> bool {
    super::site(host(hit)) == OWN_HOST
}

fn read(hit: &Hit) -> Arrival {
    let (source, channel) = source(hit);
    Arrival {
        source: source.to_owned(),
        channel,
        campaign: tag(hit, "utm_campaign").to_owned(),
        resumed: is_own(hit) && tag(hit, "utm_source").is_empty(),
        referrer: hit.referrer.trim_start_matches('-').to_owned(),
    }
}

/// The source, and R10.
fn source(hit: &Hit) -> (&'static str, &'static str) {
    let tagged = WORDS.iter().find(|(word, ..)| *word == tag(hit, "utm_source"));
    if let Some((_, source, channel)) = tagged {
        return (source, channel);
    }
    let referred = HOSTS.iter().find(|(name, ..)| *name == host(hit));
    referred.map_or(("Direct / None", "Direct"), |(_, source, channel)| (source, channel))
}

fn tag(hit: &Hit, name: &str) -> &'static str {
    let mut parameters = hit.query.trim_start_matches('?').split('&').filter_map(|one| one.split_once('='));
    parameters.find(|(found, _)| *found == name).map_or("", |(_, value)| value)
}
