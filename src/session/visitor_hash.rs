//! Hashing visitors, who are hashes already.

/// Visitors are hashes already: their lower half is as good as any hash of them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct VisitorHasher;

impl std::hash::BuildHasher for VisitorHasher {
    type Hasher = LowerHalf;

    fn build_hasher(&self) -> LowerHalf {
        LowerHalf(0)
    }
}

/// Takes a 128-bit number's lower half.
#[derive(Debug)]
pub(super) struct LowerHalf(u64);

impl std::hash::Hasher for LowerHalf {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut padded = [0; 8];
            padded[..chunk.len()].copy_from_slice(chunk);
            self.0 = self.0.rotate_left(5) ^ u64::from_le_bytes(padded);
        }
    }

    fn write_u128(&mut self, number: u128) {
        #[expect(clippy::cast_possible_truncation, reason = "half of it is meant")]
        let half = number as u64;
        self.0 = half;
    }
}
