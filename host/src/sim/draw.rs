//! Numbers from a seed: what simulated models say, and what simulated traffic is. Not for secrets.

/// Draws from a seed: splitmix64 over a digest of what the answer depends on. Not for secrets.
#[derive(Debug)]
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(seed: u64, texts: &[&str], number: u32) -> Self {
        // FNV-1a, with a separator that no UTF-8 text contains between the texts.
        let bytes = texts.iter().flat_map(|text| text.bytes().chain([0xff]));
        let digest = bytes
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        Self(digest ^ seed ^ (u64::from(number) << 32))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, which is small, so the bias of the remainder is of no account.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// A number above 0 and below 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        // The upper 53 bits are as many as such a number has; half a step keeps it off both ends.
        #[allow(clippy::cast_precision_loss, reason = "53 bits fit")]
        let bits = (self.next() >> 11) as f64;
        (bits + 0.5) / 9_007_199_254_740_992.0
    }
}
