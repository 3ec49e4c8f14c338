//! An exchange's part in the trial of a candidate: whom it counts for, and what becomes of it when a canary fails.

use std::time::Duration;

use super::{Exchange, millis};
use crate::ledger::{Ending, PolicyMark};
use crate::money::NanoUsd;
use crate::trial::{DecisionEnd, Part, Side};

impl Exchange {
    /// Counts a decision for the trial.
    pub fn note_decision(&self, end: DecisionEnd, fuel: u64, took: Duration) {
        if let Some(part) = &self.trial {
            part.counts().decided(end, fuel, took);
        }
    }

    /// Counts the request's end for the trial.
    pub fn note_ending(&self, ending: Ending, cost: NanoUsd) {
        if let Some(part) = &self.trial {
            part.counts().ended(ending, cost, millis(self.arrived.elapsed()));
        }
    }

    /// Goes over to the active version, for all decisions to come, if a canary has decided so far and there is an active one.
    /// How the request ends counts for neither then.
    pub fn leave_canary(&mut self) -> bool {
        let Some(Part { trial, side: Side::Candidate }) = &self.trial else { return false };
        let Some(active) = self.route.policy.current() else { return false };
        let canary = trial.version().to_string();
        self.note("canary", &format!("version {canary} gave no decision, and the active one goes on"));
        if let Some(decision) = self.decisions.last_mut() {
            decision.left_to = Some(PolicyMark::of(&active));
        }
        (self.trial, self.generation) = (None, Some(active));
        if !self.is_committed() {
            // What the canary meant binds nobody else: the active version decides as if it were the first to.
            self.intended = None;
        }
        true
    }
}
