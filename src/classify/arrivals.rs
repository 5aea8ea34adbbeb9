//! A worker's arrivals: interns referrers and tags, and compares a referrer's site with that of the hit's own host if
//! the log has it (design.md R9).

use crate::bytes;

use super::address::AddressKeeping;
use super::batch::NewStrings;
use super::referrer;
use super::site::{Sites, cleaned};
use super::strings::{InternResult, LocalStrings, WorkerLocalId};
use super::tags::{self, Tags, Whose};

/// Interned arrivals, and a cache of referrers.
#[derive(Debug)]
pub(super) struct Arrivals {
    texts: LocalStrings,
    text: Vec<u8>,
    /// Referrers as logged: most recur, and without tags they determine the arrival.
    referrers: LocalStrings,
    known: Vec<KnownReferrer>,
}

/// A hit's own site, and how much of addresses is kept.
pub(super) struct HitOn<'a> {
    /// The site; empty if the log has no host.
    pub(super) site: &'a [u8],
    pub(super) sites: &'a Sites,
    pub(super) keeping: AddressKeeping,
}

/// A referrer seen before.
#[derive(Debug)]
struct KnownReferrer {
    /// Its site; empty if it has none.
    site: Box<[u8]>,
    /// Its arrival without tags, for each relation to the hit's own site.
    arrivals: [Option<WorkerLocalId>; 3],
}

impl Arrivals {
    pub(super) fn new() -> Arrivals {
        Arrivals {
            texts: LocalStrings::new(),
            text: Vec::new(),
            referrers: LocalStrings::new(),
            known: Vec::new(),
        }
    }

    /// The id of a hit's arrival. The hit's own host tells whose site the referrer is on.
    pub(super) fn number(
        &mut self,
        referrer: &[u8],
        query: &[u8],
        hit: &HitOn,
        new: &mut NewStrings,
    ) -> WorkerLocalId {
        let at = self.referrer(referrer, hit.sites);
        let whose = whose_site(&self.known[at].site, hit.site);
        if !query.is_empty() {
            let tags = Tags::of_query(query);
            if !tags.is_empty() {
                return self.arrival(referrer, whose, &tags, (hit.keeping, new));
            }
        }
        if let Some(arrival) = self.known[at].arrivals[whose as usize] {
            return arrival;
        }
        let arrival = self.arrival(referrer, whose, &Tags::default(), (hit.keeping, new));
        self.known[at].arrivals[whose as usize] = Some(arrival);
        arrival
    }

    /// The path of a referrer on the hit's own site, or on any site if the log has no host.
    pub(super) fn own_path<'r>(&mut self, referrer: &'r [u8], hit: &HitOn) -> Option<&'r [u8]> {
        let at = self.referrer(referrer, hit.sites);
        let is_own = whose_site(&self.known[at].site, hit.site) != Whose::Foreign;
        let page = referrer::parse(referrer).filter(|page| page.scheme != referrer::Scheme::AndroidApp);
        page.filter(|_| is_own).map(|page| page.path)
    }

    /// The index of a referrer, which is added if new.
    fn referrer(&mut self, referrer: &[u8], sites: &Sites) -> usize {
        match self.referrers.number(referrer) {
            InternResult::Before(number) => number.index(),
            InternResult::First(number) => {
                let page =
                    referrer::parse(referrer).filter(|page| page.scheme != referrer::Scheme::AndroidApp);
                let site = page.map(|page| sites.site_of(&cleaned(page.host)).as_bytes().into());
                self.known.push(KnownReferrer { site: site.unwrap_or_default(), arrivals: [None; 3] });
                number.index()
            }
        }
    }

    fn arrival(
        &mut self,
        referrer: &[u8],
        whose: Whose,
        tags: &Tags,
        (keeping, new): (AddressKeeping, &mut NewStrings),
    ) -> WorkerLocalId {
        self.text.clear();
        tags::arrival_text(referrer, whose, tags, &mut self.text);
        match self.texts.number(&self.text) {
            InternResult::Before(arrival) => arrival,
            InternResult::First(arrival) => {
                new.arrivals.push(&keeping.text(&self.text));
                arrival
            }
        }
    }

    /// Estimated memory, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.texts.bytes() + self.referrers.bytes() + self.known.len() * size_of::<KnownReferrer>()
    }
}

/// Compares the site of a referrer with that of the hit.
fn whose_site(referrers: &[u8], hits: &[u8]) -> Whose {
    match (hits.is_empty(), bytes::same(referrers, hits)) {
        (true, _) => Whose::Unknown,
        (false, true) => Whose::Own,
        (false, false) => Whose::Foreign,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(hits: &[(&str, &str, &str)]) -> Vec<String> {
        let (mut arrivals, mut new, sites) = (Arrivals::new(), NewStrings::default(), Sites::default());
        let text = |(referrer, query, site): &(&str, &str, &str)| {
            let (referrer, query, site) = (referrer.as_bytes(), query.as_bytes(), site.as_bytes());
            let number = arrivals.number(
                referrer,
                query,
                &HitOn { site, sites: &sites, keeping: AddressKeeping::Masked },
                &mut new,
            );
            String::from_utf8_lossy(arrivals.texts.text(number)).into_owned()
        };
        hits.iter().map(text).collect()
    }

    #[test]
    fn r9_a_hits_own_host_says_whose_site_its_referrer_is_on() {
        let page = "https://www.example.com/a";
        assert_eq!(
            texts(&[
                (page, "", "example.com"),
                (page, "", "forged.example"),
                (page, "", ""),
                (page, "", "example.com"),
                (page, "utm_source=x", "example.com"),
                ("-", "", "example.com"),
                ("android-app://com.example", "", "example.com"),
            ]),
            [
                "\u{1c}https://www.example.com/a",
                "\u{1d}https://www.example.com/a",
                "https://www.example.com/a",
                "\u{1c}https://www.example.com/a",
                "\u{1c}https://www.example.com/a\u{1f}utm_source=x",
                "",
                "\u{1d}android-app://com.example/",
            ]
        );
    }
}
