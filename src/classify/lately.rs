//! Visitors who came lately: what follows from an address and an agent is worked out once while a visitor clicks along,
//! and not for every click.

use super::place::Country;
use super::strings::Local;
use super::visitor::{Network, Visitor};

/// What is known of a sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sender {
    /// Who it is, on this site (R4).
    pub(super) visitor: Visitor,
    /// The masked address (R11).
    pub(super) network: Network,
    /// Where the address is.
    pub(super) country: Country,
}

/// The senders of a worker's latest events. Each has one place, and whoever comes next to that place takes it: nothing
/// is remembered for long, which is also what R11 wants of addresses.
pub(super) struct Lately {
    places: Vec<Option<Place>>,
}

#[derive(Clone, Copy)]
struct Place {
    address: ShortText,
    agent: Local,
    site: Local,
    sender: Sender,
}

/// How many places there are: some more than visitors click along at a time on a busy site.
const PLACES: usize = 1024;

impl Lately {
    pub(super) fn new() -> Lately {
        Lately { places: vec![None; PLACES] }
    }

    /// The sender with that address and agent on that site; worked out by `find`, where it is not known.
    pub(super) fn sender(
        &mut self,
        address: &[u8],
        (agent, site): (Local, Local),
        find: impl FnOnce() -> Sender,
    ) -> Sender {
        let Some(address) = ShortText::new(address) else { return find() };
        let place = &mut self.places[address.mixed_with(agent) % PLACES];
        if let Some(known) = place
            && (known.address, known.agent, known.site) == (address, agent, site)
        {
            return known.sender;
        }
        let sender = find();
        *place = Some(Place { address, agent, site, sender });
        sender
    }
}

/// The longest address that is written out: IPv6 in brackets.
const LONGEST: usize = 48;

/// A text padded to a fixed length, so that comparing it is cheap.
#[derive(Clone, Copy, PartialEq, Eq)]
struct ShortText([u64; LONGEST / 8]);

impl ShortText {
    /// `None` for a text that is too long, or ends like the padding.
    fn new(text: &[u8]) -> Option<ShortText> {
        if text.len() > LONGEST || text.last() == Some(&0) {
            return None;
        }
        let mut words = [0; LONGEST / 8];
        let (chunks, rest) = text.as_chunks::<8>();
        for (word, chunk) in words.iter_mut().zip(chunks) {
            *word = u64::from_le_bytes(*chunk);
        }
        if !rest.is_empty() {
            words[chunks.len()] = rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
        }
        Some(ShortText(words))
    }

    /// A number in which every byte has its say, and so has the agent.
    fn mixed_with(&self, agent: Local) -> usize {
        let mix = |mixed: u64, word: &u64| (mixed.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (self.0.iter().fold(u64::from(agent.0), mix) >> 48) as usize
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn sender(number: u128) -> Sender {
        Sender { visitor: Visitor(number), network: Network(0), country: Country::UNKNOWN }
    }

    #[test]
    fn a_sender_is_found_once_and_told_apart_by_address_agent_and_site() {
        let (mut lately, found) = (Lately::new(), Cell::new(0));
        let mut ask = |address: &[u8], agent, site| {
            lately.sender(address, (Local(agent), Local(site)), || {
                found.set(found.get() + 1);
                sender(found.get())
            })
        };
        assert_eq!(ask(b"192.0.2.7", 1, 1), sender(1));
        assert_eq!(ask(b"192.0.2.7", 1, 1), sender(1));
        assert_eq!(ask(b"192.0.2.8", 1, 1), sender(2));
        assert_eq!(ask(b"192.0.2.7", 2, 1), sender(3));
        assert_eq!(ask(b"192.0.2.7", 1, 2), sender(4));
    }

    #[test]
    fn texts_of_every_length_are_told_apart_or_not_remembered() {
        for length in 0..=LONGEST {
            let (text, other) = (vec![b'1'; length], [vec![b'1'; length], vec![b'2']].concat());
            assert!(ShortText::new(&text) != ShortText::new(&other), "{length}");
        }
        assert!(ShortText::new(&[b'1'; LONGEST + 1]).is_none());
        assert!(ShortText::new(b"1\0").is_none());
    }
}
