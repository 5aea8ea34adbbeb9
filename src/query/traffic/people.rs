//! How many clients a row has: exactly up to 64, by a sketch above (design.md R12).
//!
//! Clients are counted by the order in which they came first, which is the same in every run.

use crate::ids::ClientId;
use crate::query::view::Count;

/// The clients of a row.
#[derive(Debug, Clone)]
pub(super) enum People {
    /// Each of them once, in order.
    Few(Vec<ClientId>),
    /// A `HyperLogLog`: of each register the greatest position of a first one-bit. The standard error is
    /// 1.04 ÷ √1024 = 3 %.
    Many(Box<[u8; REGISTERS]>),
}

const EXACT: usize = 64;
const REGISTERS_LOG2: u32 = 10;
const REGISTERS: usize = 1 << REGISTERS_LOG2;
/// The bias of 1,024 registers (Flajolet et al., 2007).
const BIAS: f64 = 0.7213 / (1.0 + 1.079 / 1024.0);

impl Default for People {
    fn default() -> People {
        People::Few(Vec::new())
    }
}

impl People {
    pub(super) fn add(&mut self, client: ClientId) {
        match self {
            People::Many(registers) => note(registers, client),
            People::Few(few) => {
                if let Err(at) = few.binary_search(&client) {
                    few.insert(at, client);
                }
                if few.len() > EXACT {
                    let mut registers = Box::new([0; REGISTERS]);
                    note_all(&mut registers, few);
                    *self = People::Many(registers);
                }
            }
        }
    }

    pub(super) fn merge(&mut self, other: &People) {
        match (&mut *self, other) {
            (_, People::Few(few)) => few.iter().for_each(|&client| self.add(client)),
            (People::Many(mine), People::Many(theirs)) => {
                mine.iter_mut().zip(theirs.iter()).for_each(|(mine, &theirs)| *mine = theirs.max(*mine));
            }
            (People::Few(few), People::Many(theirs)) => {
                let mut registers = theirs.clone();
                note_all(&mut registers, few);
                *self = People::Many(registers);
            }
        }
    }

    pub(super) fn count(&self) -> Count {
        match self {
            People::Few(few) => Count::Exact(few.len() as u64),
            People::Many(registers) => Count::About(estimate(registers)),
        }
    }
}

fn note_all(registers: &mut [u8; REGISTERS], clients: &[ClientId]) {
    for &client in clients {
        note(registers, client);
    }
}

fn note(registers: &mut [u8; REGISTERS], client: ClientId) {
    let hash = mixed(client.0.into());
    let at = usize::try_from(hash >> (u64::BITS - REGISTERS_LOG2)).unwrap_or(0);
    let position = (hash << REGISTERS_LOG2).leading_zeros() + 1;
    registers[at] = u8::try_from(position).unwrap_or(u8::MAX).max(registers[at]);
}

/// A number whose bits look random: the finalizer of `SplitMix64`.
fn mixed(number: u64) -> u64 {
    let mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count is not negative")]
fn estimate(registers: &[u8; REGISTERS]) -> u64 {
    let size = REGISTERS as f64;
    let sum: f64 = registers.iter().map(|&register| (-f64::from(register)).exp2()).sum();
    let raw = BIAS * size * size / sum;
    let empty: f64 = registers.iter().map(|&register| if register == 0 { 1.0 } else { 0.0 }).sum();
    // While many are empty, how many there are tells more.
    let counted = if raw < 2.5 * size && empty > 0.0 { size * (size / empty).ln() } else { raw };
    counted.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(clients: std::ops::Range<u32>) -> People {
        let mut people = People::default();
        clients.for_each(|client| people.add(ClientId(client)));
        people
    }

    #[test]
    fn r12_people_are_exact_up_to_64_and_near_above() {
        assert_eq!(of(0..64).count(), Count::Exact(64));
        for count in [65, 500, 3_000, 100_000] {
            let Count::About(about) = of(0..count).count() else { panic!("{count} are many") };
            let error = (about as f64 / f64::from(count) - 1.0).abs();
            assert!(error < 0.1, "{count}: {about}");
        }
    }

    #[test]
    fn parts_merge_to_the_whole_however_large() {
        for (first, second) in [(0..10, 5..30), (0..60, 30..90), (0..500, 490..510), (0..20, 0..900)] {
            let whole = of(first.start..second.end).count();
            let (mut one, other) = (of(first.clone()), of(second.clone()));
            one.merge(&other);
            let (mut turned, other) = (of(second), of(first));
            turned.merge(&other);
            assert_eq!([one.count(), turned.count()], [whole; 2]);
        }
    }
}
