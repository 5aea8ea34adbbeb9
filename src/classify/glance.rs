//! A glance at a path: whether it surely is what its ending says (design.md R1, R2).
//!
//! Most hits are parts of pages, and to look at up to 64 bytes of a path at once takes less than to look the path up.

use wide::{u8x16, u8x32};

/// Whether a path may have another spelling, or lie below a folder of four letters as `/wiki/` is: then its ending does
/// not say what it is.
#[inline(always)]
pub(super) fn needs_a_look(path: &[u8]) -> bool {
    let seen = match path.len() {
        16..=32 => ends(path, in_16),
        33..=64 => ends(path, in_32),
        _ => return short_or_long_needs_a_look(path),
    };
    seen.is_none_or(Marks::need_a_look)
}

/// How long the folders are that an ending says nothing below, slashes and all.
const FOLDER: usize = "/wiki/".len();
/// So much of a longer path is looked at together.
const PIECE: usize = 64;

#[inline(never)]
fn short_or_long_needs_a_look(path: &[u8]) -> bool {
    if path.len() < 16 {
        let mut padded = [0; 16];
        padded[..path.len()].copy_from_slice(path);
        return in_16(&padded).need_a_look();
    }
    // Pieces overlap, so that no folder lies in none of them.
    let starts = (0..path.len() - PIECE).step_by(PIECE - FOLDER).chain([path.len() - PIECE]);
    starts.map(|start| &path[start..start + PIECE]).any(needs_a_look)
}

/// What was seen, a bit for each byte.
#[derive(Clone, Copy)]
struct Marks {
    slashes: u64,
    /// What R1 spells in another way.
    odd: u64,
}

impl Marks {
    #[inline(always)]
    fn need_a_look(self) -> bool {
        (self.slashes & (self.slashes >> (FOLDER - 1))) | self.odd != 0
    }
}

/// The beginning and the end of a path are looked at together: where they overlap they find the same.
#[inline(always)]
fn ends<const N: usize>(path: &[u8], see: impl Fn(&[u8; N]) -> Marks) -> Option<Marks> {
    let (first, last) = (see(path.first_chunk()?), see(path.last_chunk()?));
    let shift = path.len() - N;
    Some(Marks { slashes: first.slashes | last.slashes << shift, odd: first.odd | last.odd << shift })
}

#[inline(always)]
fn in_16(bytes: &[u8; 16]) -> Marks {
    let bytes = u8x16::new(*bytes);
    let is = |byte| bytes.simd_eq(u8x16::splat(byte));
    // The highest bit counts, which bytes beyond ASCII have of themselves.
    let odd = is(b'%') | is(b';') | is(b'\\') | bytes;
    Marks { slashes: is(b'/').to_bitmask().into(), odd: odd.to_bitmask().into() }
}

#[inline(always)]
fn in_32(bytes: &[u8; 32]) -> Marks {
    let bytes = u8x32::new(*bytes);
    let is = |byte| bytes.simd_eq(u8x32::splat(byte));
    let odd = is(b'%') | is(b';') | is(b'\\') | bytes;
    Marks { slashes: is(b'/').to_bitmask().into(), odd: odd.to_bitmask().into() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nothing_odd_is_overlooked(path in "(/[a-z]{1,5}|[%;é\\\\]?[a-z]{1,9}){0,30}") {
            let path = path.as_bytes();
            let is_odd = |byte: &u8| !byte.is_ascii() || matches!(byte, b'%' | b';' | b'\\');
            let folder = path.windows(FOLDER).any(|six| six[0] == b'/' && six[FOLDER - 1] == b'/');
            prop_assert_eq!(needs_a_look(path), folder || path.iter().any(is_odd));
        }
    }
}
