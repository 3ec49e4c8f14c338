//! A candidate on trial: the version of a route's policy that may take the active one's place. As a shadow it decides beside
//! the active version and changes nothing; as a canary it decides about a share of requests. What both do is counted, and
//! compared by whoever asks (`lifecycle/supervision.rs`).

mod comparison;
mod counts;
mod differences;
mod shadow;
mod surroundings;
mod verdict;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use comparison::{Comparison, Side, WindowProgress};
pub use counts::{Counted, Counts, DecisionEnd};
pub use differences::{Difference, Kind, Seen};
pub use shadow::{Question, Shadow, Shadows, question};
pub use verdict::{Finding, Scope, Verdict};

use crate::policy::{Digest, Generation};
use crate::store::deployments::Stage;

/// A candidate on trial.
#[derive(Debug)]
pub struct Trial {
    version: u64,
    generation: Arc<Generation>,
    stage: Stage,
    /// Lets each candidate have other requests.
    salt: u64,
    comparison: Comparison,
    shadow: Option<Shadow>,
}

/// Tells a trial from every other one of its route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The number of the version.
    pub version: u64,
    /// How it is tried.
    pub stage: Stage,
    /// The digest of its component and set-up.
    pub key: Digest,
}

/// How far a trial has come, to be gone on with by another process. Its size is bounded, as that of what is seen of a shadow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What the candidate did.
    pub candidate: Counted,
    /// What the active version did.
    pub active: Counted,
    /// The present window.
    pub window: WindowProgress,
    /// What was seen of a shadow.
    pub seen: Option<Seen>,
}

/// A request's part in a trial.
#[derive(Debug)]
pub struct Part {
    /// The trial.
    pub trial: Arc<Trial>,
    /// For whom the request counts.
    pub side: Side,
}

impl Part {
    /// Where the request counts.
    #[must_use]
    pub fn counts(&self) -> &Counts {
        self.trial.comparison.of(self.side)
    }
}

impl Trial {
    /// Begins to try a version, with nothing counted. A shadow needs `shadow`, and is never asked without it.
    #[must_use]
    pub fn new(version: u64, generation: Arc<Generation>, stage: Stage, shadow: Option<Shadow>) -> Self {
        let digest = generation.digest().into_bytes();
        let mut salt = [0; 8];
        salt.copy_from_slice(&digest[..8]);
        let scope = match stage {
            Stage::Shadow => Scope::Decisions,
            Stage::Canary(_) => Scope::Requests,
        };
        let (salt, comparison) = (u64::from_le_bytes(salt), Comparison::new(scope));
        Self { version, generation, stage, salt, comparison, shadow }
    }

    /// The number of the version.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The candidate.
    #[must_use]
    pub fn generation(&self) -> &Arc<Generation> {
        &self.generation
    }

    /// How it is tried.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// What both versions did.
    #[must_use]
    pub fn comparison(&self) -> &Comparison {
        &self.comparison
    }

    /// What was seen of it as a shadow.
    #[must_use]
    pub fn differences(&self) -> Option<Seen> {
        self.shadow.as_ref().map(Shadow::seen)
    }

    /// What tells it from every other one of its route.
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity { version: self.version, stage: self.stage, key: *self.generation.module().key() }
    }

    /// How far it has come.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let (candidate, active, window) = self.comparison.progress();
        Progress { candidate, active, window, seen: self.differences() }
    }

    /// Goes on from there, before any request takes part in it.
    pub fn resume(&self, progress: Progress) {
        let Progress { candidate, active, window, seen } = progress;
        self.comparison.resume(candidate, active, window);
        if let (Some(shadow), Some(seen)) = (&self.shadow, seen) {
            shadow.resume(seen);
        }
    }

    /// Whose the requests are that this number stands for: of a session, or else of the one request. The same number gets the
    /// same answer as long as the trial lasts, and a larger share only adds to a smaller one.
    #[must_use]
    pub fn side_of(&self, number: u64) -> Side {
        match self.stage {
            Stage::Canary(share) if mixed(number ^ self.salt) % 1000 < u64::from(share) => Side::Candidate,
            Stage::Canary(_) | Stage::Shadow => Side::Active,
        }
    }
}

/// Spreads numbers evenly: the finaliser of `splitmix64`.
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::mixed;

    #[test]
    fn a_share_of_numbers_in_a_row_is_that_share() {
        for share in [1, 50, 500] {
            let taken = (0..100_000_u64).filter(|number| mixed(*number) % 1000 < share).count();
            let expected = usize::try_from(share).unwrap() * 100;
            assert!(taken.abs_diff(expected) < expected / 4 + 30, "{taken} for {share} thousandths");
        }
    }
}
