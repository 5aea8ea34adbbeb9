//! Visitors: keyed hashes of who sent a hit (design.md R4, R11).

use serde::{Deserialize, Serialize};

use std::hash::{BuildHasherDefault, Hasher};

use siphasher::sip::SipHasher24;

use super::address::Address;

/// A visitor: a keyed hash that reveals neither address nor agent. Among a million visitors two collide once in some
/// tens of millions of runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Visitor(pub u64);

impl Visitor {
    /// The visitor's pseudonym on screen, such as `otter-4f2a` (R11).
    #[must_use]
    pub fn alias(self) -> String {
        let at = usize::try_from(self.0 >> 32).unwrap_or(0) % ANIMALS.len();
        format!("{}-{:04x}", ANIMALS[at], self.0 & 0xffff)
    }
}

/// Builds hashers for maps by visitor.
pub type ByVisitor = BuildHasherDefault<VisitorHasher>;

/// The identity hash: visitors are hashes already.
#[derive(Debug, Clone, Copy, Default)]
pub struct VisitorHasher(u64);

impl Hasher for VisitorHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// A logged-in user on whatever device: a keyed hash that links sessions, but does not split them (R4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct User(pub u64);

impl User {
    /// Nobody was named.
    pub const NONE: User = User(0);
}

/// The random key of one run, made at start-up and never written to disk.
#[derive(Clone)]
pub struct VisitorKey {
    hasher: SipHasher24,
}

/// The hash state after the user agent, computed once per distinct agent and continued for each event.
#[derive(Debug, Clone, Copy)]
pub struct AgentDigest(SipHasher24);

impl VisitorKey {
    /// A key from 16 random bytes.
    #[must_use]
    pub fn new(random: &[u8; 16]) -> VisitorKey {
        VisitorKey { hasher: SipHasher24::new_with_key(random) }
    }

    /// The digest of a user agent; a missing one counts as `-`.
    #[must_use]
    pub fn agent(&self, agent: &[u8]) -> AgentDigest {
        let agent = if agent.is_empty() { b"-" } else { agent };
        let digest = finished(self.hasher, |hasher| hasher.write(agent));
        let mut hasher = self.hasher;
        hasher.write_u64(digest);
        AgentDigest(hasher)
    }

    /// The visitor of a site, an address and an agent.
    #[must_use]
    pub fn visitor(&self, site: &[u8], address: &Address, agent: &AgentDigest) -> Visitor {
        Visitor(finished(agent.0, |hasher| {
            address.hash_into(hasher);
            // Last, because it is the only part of variable length.
            if !site.is_empty() {
                hasher.write(site);
            }
        }))
    }

    /// The hash of the address alone.
    #[must_use]
    pub(super) fn sender(&self, address: &Address) -> Visitor {
        Visitor(finished(self.hasher, |hasher| address.hash_into(hasher)))
    }

    /// The visitor of an `anonymousId`: one browser on one device, whoever is signed in. So a session continues when
    /// its visitor signs in, and a user's sessions on several devices stay apart (R4).
    #[must_use]
    pub fn device(&self, site: &[u8], device: &[u8]) -> Visitor {
        Visitor(finished(self.hasher, |hasher| hash_named(hasher, TAG_DEVICE, device, site)))
    }

    /// The visitor of a user id without a device: agents tell devices apart (R4).
    #[must_use]
    pub fn user(&self, site: &[u8], user: &[u8], agent: &AgentDigest) -> Visitor {
        Visitor(finished(agent.0, |hasher| hash_named(hasher, TAG_USER, user, site)))
    }

    /// The user of a user id, on whatever device (R4); nobody if it is empty.
    #[must_use]
    pub fn person(&self, site: &[u8], user: &[u8]) -> User {
        if user.is_empty() {
            return User::NONE;
        }
        let visitor = Visitor(finished(self.hasher, |hasher| hash_named(hasher, TAG_PERSON, user, site)));
        // 0 is reserved for `User::NONE`.
        User(visitor.0.max(1))
    }
}

fn finished(mut hasher: SipHasher24, feed: impl FnOnce(&mut SipHasher24)) -> u64 {
    feed(&mut hasher);
    hasher.finish()
}

const TAG_DEVICE: u64 = 1 << 56;
const TAG_USER: u64 = 2 << 56;
const TAG_PERSON: u64 = 9 << 56;

fn hash_named(hasher: &mut SipHasher24, tag: u64, name: &[u8], site: &[u8]) {
    hasher.write_u64(tag);
    hasher.write_u64(name.len() as u64);
    hasher.write(name);
    hasher.write(site);
}

const ANIMALS: [&str; 64] = [
    "badger", "beaver", "bison", "bobcat", "camel", "civet", "cobra", "condor", "coyote", "crane", "dingo",
    "dove", "eagle", "egret", "elk", "falcon", "ferret", "finch", "fox", "gecko", "gibbon", "goose",
    "grouse", "hare", "hawk", "heron", "ibex", "iguana", "jackal", "jaguar", "koala", "lark", "lemur",
    "lion", "llama", "lynx", "magpie", "marten", "mole", "moose", "newt", "ocelot", "orca", "osprey",
    "otter", "owl", "panda", "parrot", "puffin", "puma", "quail", "rabbit", "raven", "robin", "salmon",
    "seal", "shrew", "stork", "swan", "tapir", "tiger", "toucan", "walrus", "wren",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn visitor(site: &str, address: &str, agent: &str) -> Visitor {
        let key = VisitorKey::new(&[7; 16]);
        key.visitor(site.as_bytes(), &Address::parse(address.as_bytes()), &key.agent(agent.as_bytes()))
    }

    #[test]
    fn r4_a_visitor_is_site_address_and_agent() {
        let one = visitor("a.example", "192.0.2.7", "x");
        assert_eq!(one, visitor("a.example", "192.0.2.7", "x"));
        assert_ne!(one, visitor("b.example", "192.0.2.7", "x"));
        assert_ne!(one, visitor("a.example", "192.0.2.8", "x"));
        assert_ne!(one, visitor("a.example", "192.0.2.7", "y"));
    }

    #[test]
    fn r4_ipv6_counts_by_its_64_and_mapped_addresses_as_ipv4() {
        assert_eq!(visitor("", "2001:db8::1", "x"), visitor("", "2001:db8:0:0:ffff::2", "x"));
        assert_eq!(visitor("", "[2001:db8::1]", "x"), visitor("", "2001:db8::1", "x"));
        assert_ne!(visitor("", "2001:db8::1", "x"), visitor("", "2001:db8:0:1::1", "x"));
        assert_eq!(visitor("", "::ffff:192.0.2.7", "x"), visitor("", "192.0.2.7", "x"));
    }

    #[test]
    fn r4_the_hash_depends_on_the_run() {
        let key = VisitorKey::new(&[8; 16]);
        let other = key.visitor(b"", &Address::parse(b"192.0.2.7"), &key.agent(b"x"));
        assert_ne!(other, visitor("", "192.0.2.7", "x"));
    }

    #[test]
    fn r4_devices_stay_apart_and_go_on_when_someone_signs_in() {
        let key = VisitorKey::new(&[7; 16]);
        let agents = [key.agent(b"x"), key.agent(b"y")];
        assert_eq!(key.device(b"a.example", b"d1"), key.device(b"a.example", b"d1"));
        assert_ne!(key.device(b"a.example", b"d1"), key.device(b"a.example", b"d2"));
        assert_ne!(key.device(b"a.example", b"d1"), key.device(b"b.example", b"d1"));
        assert_ne!(key.user(b"a.example", b"u", &agents[0]), key.user(b"a.example", b"u", &agents[1]));
        assert_ne!(key.user(b"a.example", b"u", &agents[0]), key.device(b"a.example", b"u"));
    }
}
