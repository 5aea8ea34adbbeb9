//! A worker's arrivals: interns their records, and compares a referrer's site with that of the hit's own host if the log
//! has it (design.md R9).

use crate::bytes;

use super::address::AddressKeeping;
use super::arrival_record::{ArrivalRecord, Whose};
use super::batch::NewStrings;
use super::referrer;
use super::site::{Sites, cleaned};
use super::strings::{InternResult, LocalHashes, WorkerLocalId};
use super::tags::Tags;

/// Interned arrivals, and a cache of referrers.
#[derive(Debug)]
pub(super) struct Arrivals {
    records: LocalRecords,
    /// Hashes of referrers as logged: most recur, and without tags they determine the arrival. What they say of people is
    /// not kept (R11).
    referrers: LocalHashes,
    known: Vec<KnownReferrer>,
    /// Bytes in the texts of `known`.
    known_bytes: usize,
}

/// The records that the worker has interned.
#[derive(Debug)]
struct LocalRecords {
    packed: LocalHashes,
    /// For the record that is being packed.
    scratch: Vec<u8>,
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
    /// What is kept of it.
    kept: Box<str>,
    /// Its site; empty if it has none.
    site: Box<[u8]>,
    /// Its arrival without tags, for each relation to the hit's own site.
    arrivals: [Option<WorkerLocalId>; 3],
}

impl Arrivals {
    pub(super) fn new() -> Arrivals {
        Arrivals {
            records: LocalRecords { packed: LocalHashes::new(), scratch: Vec::new() },
            referrers: LocalHashes::new(),
            known: Vec::new(),
            known_bytes: 0,
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
        let Arrivals { records, known, .. } = self;
        let KnownReferrer { kept, site, arrivals } = &mut known[at];
        let whose = whose_site(site, hit.site);
        if !query.is_empty() {
            let tags = Tags::of_query(query);
            if !tags.is_empty() {
                return records.number(ArrivalRecord::new(kept, whose, tags), hit.keeping, new);
            }
        }
        *arrivals[whose as usize].get_or_insert_with(|| {
            records.number(ArrivalRecord::new(kept, whose, Tags::default()), hit.keeping, new)
        })
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
                let new = KnownReferrer::new(referrer, sites);
                self.known_bytes += new.kept.len() + new.site.len();
                self.known.push(new);
                number.index()
            }
        }
    }

    /// Estimated memory, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let known = self.known_bytes + self.known.len() * size_of::<KnownReferrer>();
        self.records.packed.bytes() + self.referrers.bytes() + known
    }
}

impl KnownReferrer {
    fn new(referrer: &[u8], sites: &Sites) -> KnownReferrer {
        let page = referrer::parse(referrer).filter(|page| page.scheme != referrer::Scheme::AndroidApp);
        let site = page.map(|page| sites.site_of(&cleaned(page.host)).as_bytes().into());
        KnownReferrer {
            kept: referrer::kept(referrer).into(),
            site: site.unwrap_or_default(),
            arrivals: [None; 3],
        }
    }
}

impl LocalRecords {
    fn number(
        &mut self,
        record: ArrivalRecord<'_>,
        keeping: AddressKeeping,
        new: &mut NewStrings,
    ) -> WorkerLocalId {
        self.scratch.clear();
        record.pack(&mut self.scratch);
        match self.packed.number(&self.scratch) {
            InternResult::Before(arrival) => arrival,
            InternResult::First(arrival) => {
                self.scratch.clear();
                record.pack_masked(keeping, &mut self.scratch);
                new.arrivals.push(&self.scratch);
                arrival
            }
        }
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
    use super::super::arrival_record::unpacked;
    use super::super::tags::Tag;
    use super::*;

    fn records(hits: &[(&str, &str, &str)]) -> Vec<(Whose, String, Option<String>)> {
        let (mut arrivals, mut new, sites) = (Arrivals::new(), NewStrings::default(), Sites::default());
        let record = |(referrer, query, site): &(&str, &str, &str)| {
            let (referrer, query, site) = (referrer.as_bytes(), query.as_bytes(), site.as_bytes());
            let hit = HitOn { site, sites: &sites, keeping: AddressKeeping::Masked };
            let number = arrivals.number(referrer, query, &hit, &mut new);
            let record = unpacked(new.arrivals.get(number.index())).next().expect("a record");
            let source = record.tags.value(Tag::UtmSource).map(str::to_owned);
            (record.whose, record.referrer.to_owned(), source)
        };
        hits.iter().map(record).collect()
    }

    #[test]
    fn r9_a_hits_own_host_says_whose_site_its_referrer_is_on() {
        let page = "https://www.example.com/a";
        let app = "android-app://com.example/";
        let is = |whose, referrer: &str| (whose, referrer.to_owned(), None);
        assert_eq!(
            records(&[
                (page, "", "example.com"),
                (page, "", "forged.example"),
                (page, "", ""),
                (page, "", "example.com"),
                (page, "utm_source=x", "example.com"),
                ("-", "", "example.com"),
                ("android-app://com.example", "", "example.com"),
            ]),
            [
                is(Whose::Own, page),
                is(Whose::Foreign, page),
                is(Whose::Unknown, page),
                is(Whose::Own, page),
                (Whose::Own, page.to_owned(), Some("x".to_owned())),
                is(Whose::Unknown, ""),
                is(Whose::Foreign, app),
            ]
        );
    }

    #[test]
    fn r11_what_is_passed_on_of_an_arrival_holds_no_address() {
        let found = records(&[("http://192.0.2.7/x", "utm_source=192.0.2.7", "")]);
        assert_eq!(found, [(Whose::Unknown, "http://192.0.2.x/x".to_owned(), Some("192.0.2.x".to_owned()))]);
    }
}
