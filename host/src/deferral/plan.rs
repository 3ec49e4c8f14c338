//! A policy's wish to put a request off, checked.

use crate::config::DeferralQueue;
use crate::decision::Overruled;
use crate::policy::wire;

/// A request will be put off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeferPlan {
    /// The queue's index in the route's queues.
    pub queue: usize,
    /// The instant before which it does not run, in milliseconds since the Unix epoch. Under review: when it was put
    /// there.
    pub not_before: u64,
    /// The instant at which it is given up.
    pub expires_at: u64,
    /// Whether people decide first.
    pub review: bool,
}

/// Where and until when a request may be put off.
#[derive(Debug, Clone, Copy)]
pub struct Deferring<'a> {
    /// The route's queues.
    pub queues: &'a [DeferralQueue],
    /// When the period of each budget turns that the decision saw; none for prepaid.
    pub turns: &'a [Option<u64>],
    /// Whether the bounds let it be put off.
    pub is_allowed: bool,
    /// Whether the caller has a status already, so that it can get no 202 any more.
    pub is_status_given: bool,
    /// When it was put off first; now, where it was not.
    pub since: u64,
    /// The present instant.
    pub now: u64,
}

impl Deferring<'_> {
    /// For a request whose route has no queue.
    pub const NOWHERE: Deferring<'static> =
        Deferring { queues: &[], turns: &[], is_allowed: false, is_status_given: false, since: 0, now: 0 };

    /// Whether any deferral can be carried out.
    #[must_use]
    pub const fn is_possible(&self) -> bool {
        self.is_allowed && !self.is_status_given && !self.queues.is_empty()
    }

    /// Checks a deferral. What would wait for longer than the queue lets it is given up when the queue says.
    ///
    /// # Errors
    /// When the route may not put off, or has no such queue, or the request could not go on before it is given up.
    pub fn check(&self, deferral: &wire::Deferral) -> Result<DeferPlan, Overruled> {
        if self.is_status_given {
            return Err(Overruled::AfterCommit);
        }
        let queue = usize::from(deferral.queue);
        let Some(there) = self.queues.get(queue).filter(|_| self.is_allowed) else {
            return Err(Overruled::CannotDefer);
        };
        let not_before = match deferral.until {
            wire::Until::At(at) if !there.review => at.max(self.now),
            wire::Until::BudgetTurn(budget) if !there.review => {
                self.turns.get(usize::from(budget)).copied().flatten().ok_or(Overruled::CannotDefer)?
            }
            wire::Until::Approval if there.review => self.now,
            // People decide about what is under review, and nobody looks at anything else.
            wire::Until::At(_) | wire::Until::BudgetTurn(_) | wire::Until::Approval => {
                return Err(Overruled::CannotDefer);
            }
        };
        let longest = u64::try_from(there.ttl.as_millis()).unwrap_or(u64::MAX);
        let expires_at = deferral.expires.min(self.since.saturating_add(longest));
        if not_before >= expires_at {
            return Err(Overruled::DeferredTooLong);
        }
        Ok(DeferPlan { queue, not_before, expires_at, review: there.review })
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::time::Duration;

    use super::*;
    use wire::Until;

    fn queue(name: &str, review: bool) -> DeferralQueue {
        DeferralQueue {
            name: name.into(),
            concurrency: NonZeroU32::MIN,
            tries: NonZeroU32::MIN,
            ttl: Duration::from_millis(1_000),
            per_tenant: NonZeroU32::MIN,
            review,
            webhook: None,
        }
    }

    fn checked(queue_index: u16, until: Until, expires: u64) -> Result<(u64, u64), Overruled> {
        let queues = [queue("later", false), queue("review", true)];
        let turns = [Some(5_500), None];
        let deferring = Deferring {
            queues: &queues,
            turns: &turns,
            is_allowed: true,
            is_status_given: false,
            since: 5_000,
            now: 5_100,
        };
        let plan = deferring.check(&wire::Deferral { queue: queue_index, until, expires })?;
        Ok((plan.not_before, plan.expires_at))
    }

    #[test]
    fn a_request_waits_for_an_instant_a_turn_or_people() {
        assert_eq!(checked(0, Until::At(5_400), 5_900), Ok((5_400, 5_900)));
        assert_eq!(checked(0, Until::At(3), 5_900), Ok((5_100, 5_900)));
        assert_eq!(checked(0, Until::BudgetTurn(0), 5_900), Ok((5_500, 5_900)));
        assert_eq!(checked(1, Until::Approval, 5_900), Ok((5_100, 5_900)));
    }

    #[test]
    fn nobody_waits_longer_than_the_queue_lets_it() {
        assert_eq!(checked(0, Until::At(5_400), u64::MAX), Ok((5_400, 6_000)));
        assert_eq!(checked(0, Until::At(6_000), u64::MAX), Err(Overruled::DeferredTooLong));
        assert_eq!(checked(0, Until::At(5_400), 5_100), Err(Overruled::DeferredTooLong));
    }

    #[test]
    fn what_names_nothing_is_overruled() {
        for (queue, until) in [
            (2, Until::At(5_400)),
            (0, Until::BudgetTurn(1)),
            (0, Until::BudgetTurn(7)),
            (0, Until::Approval),
            (1, Until::At(5_400)),
        ] {
            assert_eq!(checked(queue, until, 5_900), Err(Overruled::CannotDefer), "{queue} {until:?}");
        }
    }
}
