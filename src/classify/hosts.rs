//! The hosts that a worker knows: what each is, worked out once however it is spelled (design.md R4).

use crate::bytes;

use super::batch::NewStrings;
use super::classifier::Shared;
use super::site::cleaned;
use super::strings::{Local, LocalStrings, Seen};

/// The hosts that a worker has met.
#[derive(Debug)]
pub(super) struct Hosts {
    /// As the log spells them.
    spellings: LocalStrings,
    meanings: Vec<Meaning>,
    /// As they are shown.
    shown: LocalStrings,
    /// The last spelling: most servers' logs have one host, or none.
    last: Option<Local>,
}

/// What a spelling of a host means.
#[derive(Debug)]
struct Meaning {
    host: Local,
    site: Box<str>,
}

impl Hosts {
    pub(super) fn new() -> Hosts {
        Hosts { spellings: LocalStrings::new(), meanings: Vec::new(), shown: LocalStrings::new(), last: None }
    }

    /// The number of a host's spelling.
    pub(super) fn spelling(&mut self, host: &[u8], shared: &Shared, new: &mut NewStrings) -> Local {
        if let Some(last) = self.last
            && bytes::same(self.spellings.text(last), host)
        {
            return last;
        }
        let spelling = match self.spellings.number(host) {
            Seen::Before(spelling) => spelling,
            Seen::First(spelling) => {
                let meaning = self.meaning(host, shared, new);
                self.meanings.push(meaning);
                spelling
            }
        };
        self.last = Some(spelling);
        spelling
    }

    fn meaning(&mut self, host: &[u8], shared: &Shared, new: &mut NewStrings) -> Meaning {
        let host = cleaned(host);
        let site = shared.sites.site_of(&host);
        let shown = shared.addresses.host(&host);
        let number = match self.shown.number(shown.as_bytes()) {
            Seen::Before(number) => number,
            Seen::First(number) => {
                new.hosts.push(shown.as_bytes());
                new.host_sites.push(shared.addresses.host(site).as_bytes());
                number
            }
        };
        Meaning { host: number, site: site.into() }
    }

    /// The host that a spelling stands for.
    pub(super) fn host(&self, spelling: Local) -> Local {
        self.meanings[spelling.index()].host
    }

    /// The site of the host that a spelling stands for (R4).
    pub(super) fn site(&self, spelling: Local) -> &[u8] {
        self.meanings[spelling.index()].site.as_bytes()
    }

    /// How many bytes they take, roughly.
    pub(super) fn bytes(&self) -> usize {
        self.spellings.bytes() + self.shown.bytes() + self.meanings.len() * size_of::<Meaning>()
    }
}
