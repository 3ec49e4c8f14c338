//! Putting a request off: until a target may be tried, or into a queue, and when it is given up.

use fingerpost_sdk::names::period;
use fingerpost_sdk::prelude::*;

use crate::ladder;
use crate::plan::Step;
use crate::situation::Situation;
use crate::survey::own_obstacle;

/// The first choice, or one like it, that asked to be left alone for a while that is worth waiting for, and how long to wait.
/// `None`: there is none.
pub(crate) fn for_limit<'a>(s: &Situation<'a>) -> Option<(Target<'a>, u64)> {
    soonest(s, |target| match s.facts.why_cooling(target) {
        Some(Cooling::Resting) if ladder::is_first_choice(s, target) => asked_wait(s, target),
        _ => None,
    })
}

/// The target to wait for where nothing else is left, the nearest in quality first, and how long to wait. `None`: nothing is
/// worth waiting for.
pub(crate) fn for_recovery<'a>(s: &Situation<'a>) -> Option<(Target<'a>, u64)> {
    let longest = s.policy.config.fallback.wait_for_recovery.unwrap_or(s.plan.patience);
    let is_open = |step: &Step, target| s.opens(*step) && s.is_step(*step, target);
    let has_rung = |target| target == s.intended || s.plan.rungs.iter().flatten().any(|step| is_open(step, target));
    // One that has failed this very request is not worth a wait while others only have to be asked.
    let is_new = |target| s.facts.first_free_in.is_some() || !ladder::tried(s, target);
    soonest(s, |target| match s.facts.why_cooling(target)? {
        _ if !has_rung(target) => None,
        Cooling::Resting => asked_wait(s, target),
        Cooling::Recovering if is_new(target) => Some(0),
        Cooling::Failed if is_new(target) => s.facts.wait_for(target).filter(|wait| *wait <= longest),
        _ => None,
    })
}

/// How long a target asked to be left alone still, unless that is more than is waited for.
fn asked_wait(s: &Situation<'_>, target: Target<'_>) -> Option<u64> {
    s.facts.wait_for(target).filter(|wait| *wait <= s.longest_retry_after())
}

/// Of the targets that only have to be waited for, the nearest in quality and then the soonest, with some chance in the wait:
/// everybody was told the same instant.
fn soonest<'a>(s: &Situation<'a>, wait: impl Fn(Target<'a>) -> Option<u64>) -> Option<(Target<'a>, u64)> {
    let waits = s.facts.targets().filter_map(|target| Some((target, wait(target)?)));
    let possible = waits.filter(|(target, _)| {
        let obstacle = s.facts.obstacle_once_cooled(*target, s.intended);
        obstacle.is_none() && own_obstacle(s, *target).is_none()
    });
    let (target, wait) = possible.min_by_key(|(target, wait)| (target.tier_rank().abs_diff(s.home), *wait))?;
    let wait = s.facts.with_chance(wait);
    (wait.saturating_add(s.policy.config.fallback.least_time) <= s.window_left()).then_some((target, wait))
}

/// Into the queue for later retries, unless the request has come out of it too often.
pub(crate) fn retry_later(s: &Situation<'_>) -> Option<Deferral> {
    let tries = s.facts.deferred.map_or(0, |deferred| deferred.tries);
    if tries >= s.plan.queue_tries {
        return None;
    }
    let scarce = if s.is_blocked() { scarce_budget(s) } else { None };
    if let Some((budget, resets_in)) = scarce {
        return defer(s, s.policy.queue, Until::BudgetTurn(budget), resets_in);
    }
    // 2^10 times the first wait is past any sensible expiry.
    let wait = s.policy.config.fallback.queue_wait.saturating_mul(1 << tries.min(10));
    // Whatever failed together is not to come back together.
    let jitter = s.facts.random().below(wait / 4 + 1);
    let wait = wait.saturating_add(jitter);
    defer(s, s.policy.queue, Until::At(s.facts.now().saturating_add(wait)), wait)
}

/// Into the queue in which people decide, unless the request comes from there.
pub(crate) fn ask_people(s: &Situation<'_>) -> Option<Deferral> {
    let queue = s.policy.review_queue?;
    let name = s.facts.setup.queues.get(usize::from(queue))?;
    let comes_from_there = s.facts.deferred.is_some_and(|deferred| deferred.queue == *name);
    if comes_from_there { None } else { defer(s, Some(queue), Until::Approval, 0) }
}

fn defer(s: &Situation<'_>, queue: Option<u16>, until: Until, wait: u64) -> Option<Deferral> {
    let queue = queue.filter(|_| s.facts.bounds.may_defer)?;
    let now = s.facts.now();
    let since = s.facts.deferred.map_or(now, |deferred| deferred.since);
    let waits_from = match until {
        // The turn of a month may be later than a request may wait otherwise, and many wait for it together.
        Until::BudgetTurn(_) => now.saturating_add(wait),
        Until::At(_) | Until::Approval => since,
    };
    let expires = waits_from.saturating_add(s.policy.config.fallback.queue_expiry);
    (now.saturating_add(wait) < expires).then_some(Deferral { queue, until, expires })
}

/// The periodic budget of which the greatest share is used, and the duration until it turns.
fn scarce_budget(s: &Situation<'_>) -> Option<(u16, u64)> {
    let periodic = (0_u16..).zip(s.facts.budgets).filter(|(_, budget)| budget.period != period::PREPAID);
    let (index, budget) = periodic.max_by_key(|(_, budget)| budget.used_permille())?;
    Some((index, budget.resets_in?))
}
