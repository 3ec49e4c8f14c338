//! Jobs whose rate limits let nothing more through for now: they are left where they are, so that a long queue of one key
//! neither asks in vain again and again nor stands in the way of others.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::store::queue::Payer;

/// Whose jobs meet a limit, and until when (milliseconds since the Unix epoch). Only in memory: after a start the first
/// job of each finds it out anew.
#[derive(Debug, Default)]
pub(super) struct Paces(Mutex<BTreeMap<Payer, u64>>);

impl Paces {
    /// Leaves these jobs where they are until that instant.
    pub(super) fn hold(&self, whose: Payer, until: u64) {
        let mut held = self.held();
        let known = held.entry(whose).or_insert(until);
        *known = (*known).max(until);
    }

    /// Whose jobs are left where they are now.
    pub(super) fn present(&self, now: u64) -> Vec<Payer> {
        let mut held = self.held();
        held.retain(|_, until| *until > now);
        held.keys().cloned().collect()
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<Payer, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_are_left_alone_until_the_last_instant_that_was_named() {
        let paces = Paces::default();
        let whose = |key: &str| Payer { tenant: "acme".into(), key: key.into(), route: "r".into() };
        paces.hold(whose("a"), 20);
        paces.hold(whose("a"), 10);
        paces.hold(whose("b"), 15);
        assert_eq!(paces.present(14), [whose("a"), whose("b")]);
        assert_eq!(paces.present(15), [whose("a")]);
        assert!(paces.present(20).is_empty());
    }
}
