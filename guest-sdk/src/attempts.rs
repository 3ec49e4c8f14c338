//! The failed attempts of a request, and what follows from one failure.

use crate::Target;
use crate::names::{cause, failure_kind, feature, resume_how};
use crate::record::{Attempt, Failure, Setup};

/// The failed attempts, oldest first. There is at least one.
#[derive(Debug, Clone, Copy)]
pub struct Attempts<'a> {
    setup: &'a Setup,
    all: &'a [Attempt],
    last: &'a Attempt,
}

impl<'a> Attempts<'a> {
    pub(crate) fn new(setup: &'a Setup, all: &'a [Attempt]) -> Option<Attempts<'a>> {
        all.last().map(|last| Attempts { setup, all, last })
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &'a [Attempt] {
        self.all
    }

    /// The one that failed just now.
    #[must_use]
    pub fn last(&self) -> &'a Attempt {
        self.last
    }

    /// How often `target` was tried.
    #[must_use]
    pub fn at(&self, target: Target<'_>) -> u32 {
        count(self.all, |attempt| attempt.target == target.index())
    }

    /// Whether `target` was tried.
    #[must_use]
    pub fn tried(&self, target: Target<'_>) -> bool {
        self.at(target) > 0
    }

    /// Whether any target of `provider` was tried.
    #[must_use]
    pub fn tried_provider(&self, provider: &str) -> bool {
        self.providers().any(|one| one == provider)
    }

    /// How many different providers have failed.
    #[must_use]
    pub fn failed_providers(&self) -> usize {
        // There are a handful of attempts at most, so looking back beats a set.
        self.providers()
            .enumerate()
            .filter(|(index, provider)| !self.providers().take(*index).any(|earlier| earlier == *provider))
            .count()
    }

    /// How many of them repeated the target of the one before.
    #[must_use]
    pub fn retries(&self) -> u32 {
        let pairs = self.all.iter().zip(self.all.iter().skip(1));
        pairs.fold(0, |sum, (one, next)| sum + u32::from(one.target == next.target))
    }

    /// What they cost together, in nano-USD, as far as known.
    #[must_use]
    pub fn cost(&self) -> u64 {
        self.all.iter().fold(0, |sum, attempt| sum.saturating_add(attempt.cost))
    }

    /// How the broken stream may go on at `target`, one of [`crate::names::resume_how`]: as a continuation where the target
    /// takes one and has not refused it, else by comparing a new answer; `None`: not at all.
    #[must_use]
    pub fn way_on(&self, target: Target<'_>) -> Option<&'static str> {
        let open = |how: &&'static str| self.last.resumable.iter().any(|one| one == *how);
        let refused = |how: &str| {
            let kind =
                if how == resume_how::PREFILL { failure_kind::PREFILL_REFUSED } else { failure_kind::RESUME_MISMATCH };
            self.all.iter().any(|attempt| attempt.target == target.index() && attempt.failure.is(kind))
        };
        let able = |how: &&'static str| *how != resume_how::PREFILL || target.has(feature::PREFILL);
        [resume_how::PREFILL, resume_how::MATCH].into_iter().filter(open).filter(able).find(|how| !refused(how))
    }

    fn providers(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let setup = self.setup;
        self.all.iter().filter_map(move |attempt| {
            setup.targets.get(usize::from(attempt.target)).map(|target| target.provider.as_str())
        })
    }
}

pub(crate) fn count(attempts: &[Attempt], what: impl Fn(&Attempt) -> bool) -> u32 {
    attempts.iter().fold(0, |sum, attempt| sum + u32::from(what(attempt)))
}

impl Failure {
    /// Whether the failure is of this kind, one of [`crate::names::failure_kind`].
    #[must_use]
    pub fn is(&self, kind: &str) -> bool {
        self.kind == kind
    }

    /// The cause of a fallback from this failure, one of [`crate::names::cause`].
    #[must_use]
    pub fn cause(&self) -> &'static str {
        match self.kind.as_str() {
            failure_kind::CONNECT_TIMEOUT
            | failure_kind::FIRST_BYTE_TIMEOUT
            | failure_kind::FIRST_TOKEN_TIMEOUT
            | failure_kind::IDLE_TIMEOUT
            | failure_kind::TOTAL_TIMEOUT => cause::LATENCY,
            failure_kind::RATE_LIMITED | failure_kind::QUOTA_EXHAUSTED => cause::QUOTA,
            _ => cause::ERROR,
        }
    }
}
