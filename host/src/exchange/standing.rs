//! What a decision's check depends on beside the facts, for the decision log.

use super::Exchange;
use crate::decision_log::{Begun, Putting, Standing};
use crate::gateway::now_ms;

impl Exchange {
    /// How it stands before its next decision.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let index = |index: usize| u16::try_from(index).unwrap_or(u16::MAX);
        let ways = self.ways();
        let deferring = self.deferrable.is_some().then(|| self.deferring());
        Standing {
            intended: self.intended.map(index),
            begun: self.begun.as_ref().map(|begun| Begun {
                committed: self.is_committed(),
                target: index(begun.target),
                prefill: ways.prefill,
                matching: ways.matching,
            }),
            putting: deferring.map(|deferring| Putting {
                is_status_given: deferring.is_status_given,
                since: deferring.since,
                now: now_ms(),
                turns: deferring.turns.to_vec(),
            }),
        }
    }
}
