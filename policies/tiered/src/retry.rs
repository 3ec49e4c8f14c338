//! Whether there is another try at all, and whether it goes to the same target.

use fingerpost_sdk::prelude::*;

use crate::situation::{Money, Situation};

/// What keeps the request from any further try; `None`: nothing does.
pub(crate) fn stop(s: &Situation<'_>) -> Option<&'static str> {
    let cap = s.policy.config.fallback.plans.get(&s.facts.caller.plan).and_then(|cap| cap.attempts);
    let most = cap.unwrap_or(u32::MAX).min(s.plan.attempts).min(s.facts.bounds.max_attempts);
    if s.money == Money::Out {
        Some("A budget is out.")
    } else if s.is_blocked() {
        Some("What is left of the budget is kept for critical traffic.")
    } else if s.facts.attempts().len() >= most as usize {
        Some("The request has had all the attempts that its class, its plan or the route allows.")
    } else if s.facts.request.elapsed >= s.plan.latency_window {
        Some("The latency window of the class is over.")
    } else if s.facts.request.time_left < s.policy.config.fallback.least_time {
        Some("Too little time is left for another try.")
    } else {
        None
    }
}

/// How long to wait before a retry at the target that just failed; `None`: no retry there.
pub(crate) fn wait(s: &Situation<'_>, attempts: &Attempts<'_>) -> Option<u64> {
    let failure = &attempts.last().failure;
    let of_kind = attempts.all().iter().filter(|attempt| attempt.failure.is(&failure.kind)).count();
    let by_kind = s.policy.config.fallback.retries_by_kind.get(&failure.kind);
    let by_plan = s.policy.config.fallback.plans.get(&s.facts.caller.plan).and_then(|cap| cap.retries);
    let so_far = attempts.retries();
    let most = by_plan.unwrap_or(u32::MAX).min(s.plan.retries);
    let kind_used_up = by_kind.is_some_and(|most| of_kind > *most as usize);
    if !failure.same_target_ok || so_far >= most || kind_used_up {
        return None;
    }
    let rest = s.plan.latency_window.saturating_sub(s.facts.request.elapsed).min(s.facts.request.time_left);
    let backoff = Backoff::from(s.policy.config.fallback.backoff);
    backoff.wait(so_far + 1, failure.retry_after, rest, &mut s.facts.random())
}
