//! Whether there is another try at all, and whether it goes to the same target.

use fingerpost_sdk::names::failure_kind;
use fingerpost_sdk::prelude::*;
use fingerpost_sdk::record::Failure;

use crate::situation::{Money, Situation};

/// What keeps the request from any further try; `None`: nothing does.
pub(crate) fn stop(s: &Situation<'_>) -> Option<&'static str> {
    no_further(s, s.facts.attempts().len()).or_else(|| too_late(s))
}

/// What keeps a stream that broke from being continued. The window of the class is about how long a caller waits for the
/// beginning, which this one has; and a target that does not take an answer that has begun did not try to give one.
pub(crate) fn stop_continuing(s: &Situation<'_>) -> Option<&'static str> {
    let attempts = s.facts.attempts().iter();
    let tried = attempts.filter(|attempt| !attempt.failure.is(failure_kind::PREFILL_REFUSED)).count();
    no_further(s, tried).or_else(|| no_time(s))
}

fn no_further(s: &Situation<'_>, tried: usize) -> Option<&'static str> {
    if s.money == Money::Out {
        Some("A budget is out.")
    } else if s.is_blocked() {
        Some("What is left of the budget is kept for critical traffic.")
    } else if tried >= s.most_attempts() as usize {
        Some("The request has had all the attempts that its class, its plan or the route allows.")
    } else {
        None
    }
}

fn too_late(s: &Situation<'_>) -> Option<&'static str> {
    if s.facts.request.elapsed >= s.plan.latency_window {
        Some("The latency window of the class is over.")
    } else {
        no_time(s)
    }
}

fn no_time(s: &Situation<'_>) -> Option<&'static str> {
    let is_over = s.facts.request.time_left < s.policy.config.fallback.least_time;
    is_over.then_some("Too little time is left for another try.")
}

/// Whether another target of the same tier is to be asked rather than this one again: it was silent for as long as it may
/// be, limits its rate or asks for a wait, or sends what nobody can read. Another try there would most likely cost the same
/// time again.
pub(crate) fn prefers_another(failure: &Failure) -> bool {
    let asks = failure.retry_after.is_some_and(|wait| wait > 0);
    let kinds = [
        failure_kind::CONNECT_TIMEOUT,
        failure_kind::FIRST_BYTE_TIMEOUT,
        failure_kind::FIRST_TOKEN_TIMEOUT,
        failure_kind::IDLE_TIMEOUT,
        failure_kind::TOTAL_TIMEOUT,
        failure_kind::RATE_LIMITED,
        failure_kind::GARBLED,
    ];
    asks || kinds.iter().any(|kind| failure.is(kind))
}

/// How long to wait before a retry at the target that just failed, of `most` in all that the class allows; `None`: no
/// retry there.
pub(crate) fn wait(s: &Situation<'_>, attempts: &Attempts<'_>, most: u32) -> Option<u64> {
    let failure = &attempts.last().failure;
    let of_kind = attempts.all().iter().filter(|attempt| attempt.failure.is(&failure.kind)).count();
    let by_kind = s.policy.config.fallback.retries_by_kind.get(&failure.kind);
    let by_plan = s.cap.and_then(|cap| cap.retries);
    let so_far = attempts.retries();
    let most = by_plan.unwrap_or(u32::MAX).min(most);
    let kind_used_up = by_kind.is_some_and(|most| of_kind > *most as usize);
    if !failure.same_target_ok || so_far >= most || kind_used_up {
        return None;
    }
    let config = s.policy.config.fallback.backoff;
    let backoff = Backoff { longest_retry_after: s.longest_retry_after(), ..config.into() };
    backoff.wait(so_far + 1, failure.retry_after, s.window_left(), &mut s.facts.random())
}
