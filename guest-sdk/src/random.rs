//! Chance and stickiness without entropy: draws that follow from the request's seed, and a hash that is the same in
//! every build. Both are part of what makes a decision replay bit for bit.

/// Draws of one decision, by splitmix64. The same request and the same decision always draw the same numbers.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// Draws for the decision with this index of the request with this seed.
    ///
    /// The index is mixed in, since the seed is constant for the request and two decisions must not jitter alike.
    #[must_use]
    pub fn new(seed: u64, decision_index: u32) -> Random {
        Random(mix(seed ^ mix(u64::from(decision_index))))
    }

    /// The next draw, from all of `u64`.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// The next draw, below `bound`; 0 where `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        scale(self.draw(), bound)
    }
}

/// A hash of `text` that spreads over all of `u64` and never changes: FNV-1a, finished with splitmix64's mixer.
///
/// For keeping a session at the same target: [`pick_weighted`]`(sticky(session), &weights)`.
#[must_use]
pub fn sticky(text: &str) -> u64 {
    let fnv = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    mix(fnv)
}

/// The index that `number` (a draw or a hash) falls on, where index `i` has `weights[i]` of all. `None` where they are
/// all 0.
#[must_use]
pub fn pick_weighted(number: u64, weights: &[u32]) -> Option<usize> {
    let total: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
    let mut at = scale(number, total);
    for (index, weight) in weights.iter().enumerate() {
        match at.checked_sub(u64::from(*weight)) {
            Some(rest) => at = rest,
            None => return Some(index),
        }
    }
    None
}

/// Maps all of `u64` evenly onto `0..bound`, without the division of a remainder.
fn scale(number: u64, bound: u64) -> u64 {
    ((u128::from(number) * u128::from(bound)) >> 64) as u64
}

/// The finaliser of splitmix64.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_decision_draws_the_same_numbers() {
        let mut one = Random::new(7, 1);
        let mut other = Random::new(7, 1);
        assert_eq!([one.draw(), one.draw()], [other.draw(), other.draw()]);
    }

    #[test]
    fn the_next_decision_draws_other_numbers() {
        assert_ne!(Random::new(7, 0).draw(), Random::new(7, 1).draw());
    }

    #[test]
    fn a_hash_is_the_same_in_every_build() {
        assert_eq!(sticky("thread-1"), sticky("thread-1"));
        assert_ne!(sticky("thread-1"), sticky("thread-2"));
    }

    #[test]
    fn weights_are_kept_to_within_a_percent() {
        let mut counts = [0_u32; 3];
        for session in 0..100_000 {
            let number = sticky(&format!("session-{session}"));
            counts[pick_weighted(number, &[70, 0, 30]).expect("weights")] += 1;
        }
        assert!(counts[0].abs_diff(70_000) < 1_000, "{counts:?}");
        assert_eq!(counts[1], 0);
    }

    #[test]
    fn no_weight_picks_nothing() {
        assert_eq!(pick_weighted(42, &[0, 0]), None);
        assert_eq!(pick_weighted(42, &[]), None);
    }
}
