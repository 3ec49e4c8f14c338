//! Putting a request off: until a target may be tried again, or into a queue, and when it is given up.

use fingerpost_sdk::names::period;
use fingerpost_sdk::prelude::*;

use crate::situation::Situation;
use crate::survey::own_obstacle;

/// The target to wait for where all are cooling, the nearest in quality first, and how long to wait. `None`: nothing is
/// worth waiting for.
pub(crate) fn for_recovery<'a>(s: &Situation<'a>) -> Option<(Target<'a>, u64)> {
    let config = &s.policy.config.fallback;
    let longest = config.wait_for_recovery;
    s.facts.first_free_in.filter(|wait| *wait <= longest)?;
    let has_rung = |target| s.step_to(target).is_none_or(|step| s.plan.rungs.iter().flatten().any(|one| *one == step));
    let possible = s.facts.targets().filter(|target| {
        let obstacle = s.facts.obstacle_once_cooled(*target, s.intended);
        obstacle.is_none() && own_obstacle(s, *target).is_none() && has_rung(*target)
    });
    let waits =
        possible.filter_map(|target| Some((target, target.state().cooling_for.filter(|wait| *wait <= longest)?)));
    let (target, wait) = waits.min_by_key(|(target, wait)| (target.tier_rank().abs_diff(s.home), *wait))?;
    // Everybody was told the same instant.
    let wait = wait.saturating_add(s.facts.random().below(wait / 4 + 1));
    let rest = s.plan.latency_window.saturating_sub(s.facts.request.elapsed).min(s.facts.request.time_left);
    (wait.saturating_add(config.least_time) <= rest).then_some((target, wait))
}

/// Into the queue for later retries, unless the request has come out of it too often.
pub(crate) fn retry_later(s: &Situation<'_>) -> Option<Deferral> {
    let tries = s.facts.deferred.map_or(0, |deferred| deferred.tries);
    if tries >= s.plan.queue_tries {
        return None;
    }
    if s.is_blocked()
        && let Some((budget, resets_in)) = scarce_budget(s)
    {
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
