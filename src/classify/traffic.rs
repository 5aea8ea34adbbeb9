//! What every hit adds to traffic (design.md R12): who sent it, what it asked for, how large the answer was.

use super::address::KeptAddress;
use super::method::Method;
use super::strings::WorkerLocalId;
use super::visitor::Visitor;

/// The traffic of a batch, in the worker's ids.
#[derive(Debug, Clone, Default)]
pub struct BatchTraffic {
    /// Who sent its hits; one may be here more than once.
    pub clients: Vec<BatchClient>,
    /// One entry for each hit of the batch, in their order.
    pub hits: Vec<HitTraffic>,
    /// The hits that failed, in their order.
    pub failures: Vec<BatchFailure>,
    /// The hits of which the log says how long the server took, in their order.
    pub loads: Vec<BatchLoad>,
    /// Which batch of its worker this is: caches hold indices into `clients` that are valid for one batch only.
    pub(super) serial: u32,
}

/// Who sent a hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchClient {
    /// The visitor; `None` if the hit carries a refusal of consent (R11).
    pub visitor: Option<Visitor>,
    /// The host asked for.
    pub host: WorkerLocalId,
    /// The user agent.
    pub agent: WorkerLocalId,
    /// The kept part of the address.
    pub address: KeptAddress<WorkerLocalId>,
}

/// What one hit adds, beside time, kind and status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HitTraffic {
    client: u32,
    path: u32,
    /// The bytes of the answer, and the method in the lowest three bits.
    bytes_and_method: u64,
}

/// A hit that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchFailure {
    /// The hit's index in the batch.
    pub hit: u32,
    /// Its referrer and campaign tags.
    pub arrival: WorkerLocalId,
    /// The path that it names as referrer, if that is a page of its own site or may be one.
    pub linked_from: Option<WorkerLocalId>,
}

/// How long the server took for a hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchLoad {
    /// The hit's index in the batch.
    pub hit: u32,
    /// In milliseconds.
    pub load: u32,
}

/// A client's index in the batch with that serial number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct InBatch {
    serial: u32,
    index: u32,
}

impl HitTraffic {
    const NONE: u32 = u32::MAX;
    const METHOD_BITS: u32 = 3;

    /// What a hit adds that nobody is known to have sent.
    pub const NOTHING: HitTraffic =
        HitTraffic { client: HitTraffic::NONE, path: HitTraffic::NONE, bytes_and_method: 0 };

    /// What a hit adds.
    #[inline]
    #[must_use]
    pub fn new(client: u32, path: Option<WorkerLocalId>, bytes: u64, method: Method) -> HitTraffic {
        let path = path.map_or(HitTraffic::NONE, u32::from);
        HitTraffic { client, path, bytes_and_method: bytes << HitTraffic::METHOD_BITS | method as u64 }
    }

    /// The index of who sent it in [`BatchTraffic::clients`].
    #[inline]
    #[must_use]
    pub fn client(self) -> usize {
        self.client as usize
    }

    /// The path that it asked for; that of an asset is left out unless it failed.
    #[inline]
    #[must_use]
    pub fn path(self) -> Option<WorkerLocalId> {
        (self.path != HitTraffic::NONE).then_some(WorkerLocalId(self.path))
    }

    /// The bytes of the answer.
    #[inline]
    #[must_use]
    pub fn bytes(self) -> u64 {
        self.bytes_and_method >> HitTraffic::METHOD_BITS
    }

    /// The method.
    #[inline]
    #[must_use]
    pub fn method(self) -> Method {
        Method::ALL[usize::try_from(self.bytes_and_method & 7).unwrap_or(0)]
    }
}

impl BatchTraffic {
    /// Clears it for reuse and keeps its memory.
    pub(super) fn clear(&mut self) {
        self.clients.clear();
        self.hits.clear();
        self.failures.clear();
        self.loads.clear();
        self.serial = 0;
    }

    /// The index of the next hit.
    pub(super) fn next(&self) -> u32 {
        u32::try_from(self.hits.len()).unwrap_or(u32::MAX)
    }

    /// The index of a client that was used before in this batch.
    #[inline]
    pub(super) fn index(&self, at: InBatch) -> Option<u32> {
        (at.serial == self.serial).then_some(at.index)
    }

    /// Adds a client.
    pub(super) fn add(&mut self, client: BatchClient) -> InBatch {
        let index = u32::try_from(self.clients.len()).unwrap_or(u32::MAX);
        self.clients.push(client);
        InBatch { serial: self.serial, index }
    }

    /// The index of a client that no cache knows: hits of one often follow each other.
    pub(super) fn index_of(&mut self, sender: BatchClient) -> u32 {
        match self.clients.last() {
            Some(last) if *last == sender => u32::try_from(self.clients.len() - 1).unwrap_or(u32::MAX),
            _ => self.add(sender).index,
        }
    }
}

impl InBatch {
    /// The index in the batch at hand.
    pub(super) fn index(self) -> u32 {
        self.index
    }
}

/// Whether a status says that the client left before an answer: neither success nor failure (R1). 499 is nginx's, 460
/// the AWS load balancer's.
#[must_use]
pub fn client_left(status: u16) -> bool {
    matches!(status, 0 | 460 | 499)
}

/// Whether a status is a failure (R12).
#[inline]
#[must_use]
pub fn is_failure(status: u16) -> bool {
    status >= 400 && !client_left(status)
}
