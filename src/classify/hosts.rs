//! A worker's hosts: each spelling is normalized once (design.md R4).

use crate::bytes;

use super::batch::NewStrings;
use super::classifier::Shared;
use super::site::cleaned;
use super::strings::{InternResult, LocalStrings, WorkerLocalId};

/// The hosts that a worker has seen.
#[derive(Debug)]
pub(super) struct Hosts {
    /// As logged.
    spellings: LocalStrings,
    meanings: Vec<HostMeaning>,
    /// As displayed.
    shown: LocalStrings,
    /// The last spelling: a cache of one entry, because most logs have a single host or none.
    last: Option<WorkerLocalId>,
}

/// The host and site of a spelling.
#[derive(Debug)]
struct HostMeaning {
    host: WorkerLocalId,
    site: Box<str>,
}

impl Hosts {
    pub(super) fn new() -> Hosts {
        Hosts { spellings: LocalStrings::new(), meanings: Vec::new(), shown: LocalStrings::new(), last: None }
    }

    /// The id of a host's spelling.
    pub(super) fn spelling(&mut self, host: &[u8], shared: &Shared, new: &mut NewStrings) -> WorkerLocalId {
        if let Some(last) = self.last
            && bytes::same(self.spellings.text(last), host)
        {
            return last;
        }
        let spelling = match self.spellings.number(host) {
            InternResult::Before(spelling) => spelling,
            InternResult::First(spelling) => {
                let meaning = self.meaning(host, shared, new);
                self.meanings.push(meaning);
                spelling
            }
        };
        self.last = Some(spelling);
        spelling
    }

    fn meaning(&mut self, host: &[u8], shared: &Shared, new: &mut NewStrings) -> HostMeaning {
        let host = cleaned(host);
        let site = shared.sites.site_of(&host);
        let shown = shared.addresses.host(&host);
        let number = match self.shown.number(shown.as_bytes()) {
            InternResult::Before(number) => number,
            InternResult::First(number) => {
                new.hosts.push(shown.as_bytes());
                new.host_sites.push(shared.addresses.host(site).as_bytes());
                number
            }
        };
        HostMeaning { host: number, site: site.into() }
    }

    /// The host of a spelling.
    pub(super) fn host(&self, spelling: WorkerLocalId) -> WorkerLocalId {
        self.meanings[spelling.index()].host
    }

    /// The site of a spelling's host (R4).
    pub(super) fn site(&self, spelling: WorkerLocalId) -> &[u8] {
        self.meanings[spelling.index()].site.as_bytes()
    }

    /// Estimated memory, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.spellings.bytes() + self.shown.bytes() + self.meanings.len() * size_of::<HostMeaning>()
    }
}
