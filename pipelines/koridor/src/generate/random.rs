//! Pseudo-random numbers that are the same everywhere.

/// A small generator of pseudo-random numbers (SplitMix64): the same seed gives the same file
/// everywhere.
pub(super) struct Random(pub(super) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A share from 0 up to 1.
    pub(super) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// One of a list; `None` of an empty one.
    pub(super) fn pick<'list, T>(&mut self, list: &'list [T]) -> Option<&'list T> {
        list.get((self.next() % (list.len() as u64).max(1)) as usize)
    }
}
