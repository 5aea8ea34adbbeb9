//! Counts per input that tell whether it is parsed correctly, for its doubts (`doubts.rs`).

use crate::classify::batch::{Batch, Majority};
use crate::query::sketch::Sketch;

/// The counts of one input.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// Events: hits that count for a session.
    pub(super) events: u64,
    /// Events with an address.
    pub(super) with_address: u64,
    /// Hits known to have a user agent.
    pub(super) with_agent: u64,
    /// Events with a load time.
    pub(super) with_load: u64,
    /// Distinct hosts, about, and how many of them cannot be hosts.
    pub(super) hosts: u64,
    pub(super) no_hosts: u64,
    senders: Majority,
    visitors: Sketch,
}

impl Evidence {
    /// Counts a batch.
    pub(super) fn count(&mut self, batch: &Batch) {
        self.events += batch.events.len() as u64 - batch.fields.marks;
        self.with_address += batch.fields.addresses;
        self.with_agent += batch.fields.agents;
        self.with_load += batch.fields.loads;
        self.senders.merge(batch.fields.senders);
        for event in batch.events.iter().filter(|event| !event.what.is_mark()) {
            self.visitors.add(event.visitor.0);
        }
        for host in batch.new.hosts.iter().filter(|host| !host.is_empty()) {
            self.hosts += 1;
            self.no_hosts += u64::from(!may_be_host(host));
        }
    }

    /// A lower bound of the events from the most frequent address, if it has more than half of them.
    pub(super) fn of_one_address(&self) -> u64 {
        self.senders.at_least(self.events)
    }

    /// Estimated number of visitors.
    pub(super) fn visitors(&self) -> u64 {
        self.visitors.estimate()
    }
}

/// Whether a name can be a host: it contains a letter, or it is an address.
fn may_be_host(name: &[u8]) -> bool {
    let bare = name.strip_prefix(b"[").unwrap_or(name);
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:[]%".contains(byte) || *byte >= 0x80;
    if !bare.iter().all(is_plain) {
        return false;
    }
    let host = bare.split(|&byte| byte == b':').next().unwrap_or(bare);
    // A masked digit is an `x` (R11).
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() && *byte != b'x' || *byte >= 0x80;
    let has_letter = host.iter().any(is_letter);
    has_letter || memchr::memchr_iter(b':', bare).count() > 2 || host.split(|&byte| byte == b'.').count() == 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_numbers_are_no_hosts() {
        for name in [
            "shop.example",
            "localhost:8080",
            "192.0.2.7:443",
            "[2001:db8::7]:443",
            "2001:db8::7",
            "xn--a.example",
        ] {
            assert!(may_be_host(name.as_bytes()), "{name}");
        }
        for name in ["0.003", "14:02:33", "200", "1795528953.250", "Mozilla/5.0", "GET /"] {
            assert!(!may_be_host(name.as_bytes()), "{name}");
        }
    }
}
