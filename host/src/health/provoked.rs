//! Failures that the content of a request can provoke: they say something about a target only once they come from several
//! callers and several requests. Otherwise one caller with one odd prompt would take the target from all others.

use std::hash::{DefaultHasher, Hash, Hasher};

/// From so many keys they have to come.
const KEYS: usize = 3;

/// So many different bodies have to fail.
const BODIES: usize = 3;

/// What is kept at most: of more callers the latest count.
const KEPT: usize = 64;

/// What is kept of one key at most, so that one that sends a lot drives nobody else's out.
const KEPT_OF_ONE: usize = 4;

/// The request that a failure came from: whose it is, and what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    key: u64,
    body: u64,
    request: u64,
}

impl Origin {
    /// Of a request with this seed, of a key of a tenant. Reads the whole body.
    #[must_use]
    pub fn new((tenant, key): (&str, &str), body: &[u8], seed: u64) -> Self {
        let hash = |text: &dyn Fn(&mut DefaultHasher)| {
            let mut hasher = DefaultHasher::new();
            text(&mut hasher);
            hasher.finish()
        };
        Self { key: hash(&|hasher| (tenant, key).hash(hasher)), body: hash(&|hasher| body.hash(hasher)), request: seed }
    }
}

/// The latest of them, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Provoked(Vec<(u64, Origin)>);

impl Provoked {
    /// Takes one in that came at `now`; what came before `oldest` is forgotten. `true`: it counts. Another try of a request
    /// whose failure is known does not.
    pub(super) fn takes_in(&mut self, origin: Origin, now: u64, oldest: u64) -> bool {
        self.0.retain(|(at, _)| *at >= oldest);
        let is_known = self.0.iter().any(|(_, one)| one.request == origin.request);
        let alike = |(_, one): &(u64, Origin)| (one.key, one.body) == (origin.key, origin.body);
        let of_key = |(_, one): &(u64, Origin)| one.key == origin.key;
        let goes = if let Some(place) = self.0.iter().position(alike) {
            Some(place)
        } else if self.0.iter().filter(|one| of_key(one)).count() >= KEPT_OF_ONE {
            self.0.iter().position(of_key)
        } else {
            (self.0.len() >= KEPT).then_some(0)
        };
        if let Some(place) = goes {
            self.0.remove(place);
        }
        self.0.push((now, origin));
        !is_known && self.are_several(KEYS, |one| one.key) && self.are_several(BODIES, |one| one.body)
    }

    /// Forgets all: it begins anew.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    fn are_several(&self, needed: usize, of: fn(&Origin) -> u64) -> bool {
        let is_new = |place: &usize| !self.0[..*place].iter().any(|(_, one)| of(one) == of(&self.0[*place].1));
        (0..self.0.len()).filter(is_new).take(needed).count() == needed
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn origin(key: u8, body: u8, seed: u64) -> Origin {
        Origin::new(("acme", &key.to_string()), &[body], seed)
    }

    /// Which of them count, one each millisecond.
    fn counted(failures: &[(u8, u8)]) -> Vec<bool> {
        let mut provoked = Provoked::default();
        let numbered = (1..).zip(failures);
        numbered.map(|(now, (key, body))| provoked.takes_in(origin(*key, *body, now), now, 0)).collect()
    }

    #[test]
    fn three_keys_with_three_bodies_count_from_the_third_on() {
        assert_eq!(counted(&[(1, 1), (2, 2), (3, 3), (1, 1)]), [false, false, true, true]);
    }

    #[test]
    fn few_keys_or_few_bodies_never_count() {
        let of_two: Vec<_> = (0..200).map(|number| (number % 2, number)).collect();
        let with_two: Vec<_> = (0..200).map(|number| (number, number % 2)).collect();
        assert!(!counted(&of_two).contains(&true) && !counted(&with_two).contains(&true));
    }

    #[test]
    fn another_try_of_a_request_does_not_count_again() {
        let mut provoked = Provoked::default();
        let mut takes = |key, seed| provoked.takes_in(origin(key, key, seed), 1, 0);
        assert_eq!(
            [takes(1, 1), takes(2, 2), takes(3, 3), takes(3, 3), takes(3, 4)],
            [false, false, true, false, true]
        );
    }

    #[test]
    fn what_is_too_old_is_forgotten() {
        let mut provoked = Provoked::default();
        provoked.takes_in(origin(1, 1, 1), 1_000, 0);
        provoked.takes_in(origin(2, 2, 2), 2_000, 0);
        assert!(!provoked.takes_in(origin(3, 3, 3), 3_000, 1_001));
        assert!(provoked.takes_in(origin(4, 4, 4), 3_001, 1_002));
    }

    #[test]
    fn one_that_sends_a_lot_drives_nobody_elses_out() {
        let mut failures = vec![(1, 1), (2, 2)];
        failures.extend((0..200).map(|body| (9, body)));
        assert_eq!(counted(&failures).last(), Some(&true));
    }

    proptest! {
        #[test]
        fn little_is_kept_and_what_counts_comes_from_several(failures in vec((0_u8..90, 0_u8..9, 0_u64..99), 1..300)) {
            let mut provoked = Provoked::default();
            for (now, (key, body, seed)) in (1..).zip(failures) {
                let counts = provoked.takes_in(origin(key, body, seed), now, now.saturating_sub(200));
                let kept = |of: fn(&Origin) -> u64| {
                    provoked.0.iter().map(|(_, one)| of(one)).collect::<std::collections::BTreeSet<_>>().len()
                };
                prop_assert!(provoked.0.len() <= KEPT);
                prop_assert!(!counts || kept(|one| one.key) >= KEYS && kept(|one| one.body) >= BODIES);
            }
        }
    }
}
