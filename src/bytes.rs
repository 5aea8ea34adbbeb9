//! Looking at several bytes at once, as one number: what is asked of every line must not branch on each byte, for
//! nobody can guess how long a name or a number in it is.
//!
//! The first byte of a text is the lowest one of the number.

/// Where the first byte is that is this one; 16 where there is none.
#[inline]
#[must_use]
pub fn first_equal(bytes: u128, byte: u8) -> usize {
    const ONES: u128 = u128::MAX / 255;
    let zero_where_equal = bytes ^ (ONES * u128::from(byte));
    // The lowest bit that is set is right; those above it may not be.
    let equal = zero_where_equal.wrapping_sub(ONES) & !zero_where_equal & (ONES << 7);
    equal.trailing_zeros() as usize / 8
}

/// The same as [`first_equal`] for half as many bytes, where they are enough: 8 where there is none.
#[inline]
#[must_use]
pub fn first_equal_of_8(bytes: u64, byte: u8) -> usize {
    const ONES: u64 = u64::MAX / 255;
    let zero_where_equal = bytes ^ (ONES * u64::from(byte));
    let equal = zero_where_equal.wrapping_sub(ONES) & !zero_where_equal & (ONES << 7);
    equal.trailing_zeros() as usize / 8
}

/// How many digits the bytes begin with; 8 where all are.
#[inline]
#[must_use]
pub fn digits(bytes: u64) -> usize {
    const ONES: u64 = u64::MAX / 255;
    let numbers = bytes ^ (ONES * u64::from(b'0'));
    // A digit is below ten now; of other bytes the highest bit is set, or gets set by what makes ten too many.
    let others = (numbers | ((numbers & (ONES * 0x7f)) + ONES * 0x76)) & (ONES << 7);
    others.trailing_zeros() as usize / 8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_first_byte_is_found_as_one_by_one(text in "[./0-9\u{0}a]{16}", byte in "[./0a]") {
            let (text, byte) = (text.as_bytes().first_chunk().copied().unwrap_or_default(), byte.as_bytes()[0]);
            let found = text.iter().position(|&one| one == byte).unwrap_or(16);
            prop_assert_eq!(first_equal(u128::from_le_bytes(text), byte), found);
            let half = text.first_chunk().copied().map(u64::from_le_bytes).unwrap_or_default();
            prop_assert_eq!(first_equal_of_8(half, byte), found.min(8));
        }

        #[test]
        fn digits_are_counted_as_one_by_one(text in prop::array::uniform8(prop_oneof![b'0'..=b'9', any::<u8>()])) {
            let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
            prop_assert_eq!(digits(u64::from_le_bytes(text)), count);
        }
    }
}
