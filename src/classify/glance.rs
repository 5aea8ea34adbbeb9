//! A cheap test whether a path's extension can be trusted without normalizing the path (design.md R1, R2).
//!
//! Most hits are assets. Testing up to 64 bytes at once is cheaper than a hash lookup of the path.

use wide::{u8x16, u8x32};

/// Whether a path may have another spelling, or lie below a four-letter folder like `/wiki/`: then its extension does
/// not decide.
#[inline(always)]
pub(super) fn needs_a_look(path: &[u8]) -> bool {
    let seen = match path.len() {
        16..=32 => ends(path, in_16),
        33..=64 => ends(path, in_32),
        _ => return short_or_long_needs_a_look(path),
    };
    seen.is_none_or(BlockMask::need_a_look)
}

/// The length of the folders under which extensions are ignored, slashes included.
const FOLDER: usize = "/wiki/".len();
/// The width of a block; longer paths are tested in several.
const PIECE: usize = 64;

#[inline(never)]
fn short_or_long_needs_a_look(path: &[u8]) -> bool {
    if path.len() < 16 {
        let mut padded = [0; 16];
        padded[..path.len()].copy_from_slice(path);
        return in_16(&padded).need_a_look();
    }
    // Blocks overlap so that no folder falls between two.
    let starts = (0..path.len() - PIECE).step_by(PIECE - FOLDER).chain([path.len() - PIECE]);
    starts.map(|start| &path[start..start + PIECE]).any(needs_a_look)
}

/// Bit masks over the bytes of a block.
#[derive(Clone, Copy)]
struct BlockMask {
    slashes: u64,
    /// Bytes that R1 normalizes.
    odd: u64,
}

impl BlockMask {
    #[inline(always)]
    fn need_a_look(self) -> bool {
        (self.slashes & (self.slashes >> (FOLDER - 1))) | self.odd != 0
    }
}

/// Tests the first and the last N bytes; where they overlap they agree.
#[inline(always)]
fn ends<const N: usize>(path: &[u8], see: impl Fn(&[u8; N]) -> BlockMask) -> Option<BlockMask> {
    let (first, last) = (see(path.first_chunk()?), see(path.last_chunk()?));
    let shift = path.len() - N;
    Some(BlockMask { slashes: first.slashes | last.slashes << shift, odd: first.odd | last.odd << shift })
}

#[inline(always)]
fn in_16(bytes: &[u8; 16]) -> BlockMask {
    let bytes = u8x16::new(*bytes);
    let is = |byte| bytes.simd_eq(u8x16::splat(byte));
    // Only the high bit of each byte counts; bytes beyond ASCII have it set.
    let odd = is(b'%') | is(b';') | is(b'\\') | bytes;
    BlockMask { slashes: is(b'/').to_bitmask().into(), odd: odd.to_bitmask().into() }
}

#[inline(always)]
fn in_32(bytes: &[u8; 32]) -> BlockMask {
    let bytes = u8x32::new(*bytes);
    let is = |byte| bytes.simd_eq(u8x32::splat(byte));
    let odd = is(b'%') | is(b';') | is(b'\\') | bytes;
    BlockMask { slashes: is(b'/').to_bitmask().into(), odd: odd.to_bitmask().into() }
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
