//! The policy that ships with the gateway: the matrix of traffic classes, driven by config and conservative without
//! any.
//!
//! `plan.rs` is the matrix, `config/` what a deployer may change of routing and of fallback, `situation.rs` what a
//! decision starts from, `survey.rs` which target may serve, `ladder.rs` which rung comes next, `recover.rs` what follows
//! a failure, `resume.rs` how a broken stream goes on, and this file where a request begins.

mod actions;
mod config;
mod ladder;
mod nearest;
mod plan;
mod recover;
mod resume;
mod retry;
mod situation;
mod survey;
mod waiting;

#[cfg(test)]
mod tests;

use fingerpost_sdk::names::{cause, feature};
use fingerpost_sdk::prelude::*;

pub use actions::{Action, Actions, Steps};
pub use config::{BackoffConfig, Classes, Config, FallbackChange, FallbackConfig, PlanCap};
pub use config::{Reclassify, RoutingChange, RoutingConfig, Thresholds, TierNames, Upgrade};
use ladder::Way;
pub use plan::{Class, KeepBack, Level, Order, Plan, Resume, ResumeAt, Step};
use situation::{Meant, Money, Situation};
use survey::Survey;

/// The policy: its config, the matrix with the config's changes, and the names of the set-up looked up.
#[derive(Debug)]
pub struct Tiered {
    config: Config,
    /// By class, in the order of [`Class::ALL`].
    plans: [Plan; 5],
    queue: Option<u16>,
    review_queue: Option<u16>,
    default_answer: Option<u16>,
}

impl Policy for Tiered {
    type Config = Config;

    fn configure(setup: &Setup, config: Config) -> Result<Self, Vec<Problem>> {
        let problems = config.problems(setup);
        if !problems.is_empty() {
            return Err(problems);
        }
        let index = |names: &[String], name: &str| (0_u16..).zip(names).find(|(_, one)| *one == name).map(|(at, _)| at);
        let given = &config.fallback;
        let review_queue = index(&setup.queues, given.review_queue.as_deref().unwrap_or("review"));
        let other_queue = (0_u16..).zip(&setup.queues).map(|(at, _)| at).find(|at| Some(*at) != review_queue);
        let queue = given.queue.as_deref().map_or(other_queue, |name| index(&setup.queues, name));
        let first_answer = (!setup.default_answers.is_empty()).then_some(0);
        let default_answer =
            given.default_answer.as_deref().map_or(first_answer, |name| index(&setup.default_answers, name));
        let plans = Class::ALL.map(|class| config.plan(class));
        Ok(Tiered { config, plans, queue, review_queue, default_answer })
    }

    fn route(&self, facts: &Facts) -> Routed {
        let Some(s) = Situation::new(self, facts) else {
            let why = why("no-targets", "The route has no targets.");
            return Routed::reject(Rejection::unavailable("This route has no models."), why);
        };
        let routed = match not_as_intended(&s) {
            Some(cause) => route(&s).because_of(cause),
            None => route(&s),
        };
        if s.class.name() == facts.request.traffic_class { routed } else { routed.reclassify(s.class.name()) }
    }

    fn fallback(&self, facts: &Facts, attempts: &Attempts) -> Recovered {
        match Situation::new(self, facts) {
            Some(s) => recover::recover(&s, attempts),
            None => Recovered::fail(attempts, why("no-targets", "The route has no targets.")),
        }
    }

    fn repair(&self, facts: &Facts, attempts: &Attempts) -> Repaired {
        match Situation::new(self, facts) {
            Some(s) => recover::repair(&s, attempts),
            None => Repaired::fail(attempts, why("no-targets", "The route has no targets.")),
        }
    }
}

fingerpost_sdk::export!(Tiered);

fn route(s: &Situation<'_>) -> Routed {
    let mut survey = Survey::new(s);
    if s.money == Money::Out {
        return budget_out(s);
    }
    if s.is_blocked() {
        let reason = "What is left of the budget is kept for critical traffic.";
        return match ladder::without_model(&mut survey, s) {
            Some((_, way)) => go(s, way, why("budget-critical-only", reason)),
            None => Routed::reject(Rejection::quota(reason), why("budget-critical-only", reason)),
        };
    }
    if let Some(target) = ladder::first_choice(&mut survey, s) {
        let why = first_reason(s, target).considering(survey.considered());
        return go(s, Way::Send(target), why);
    }
    if let Some((target, wait)) = waiting::for_limit(s) {
        let why = note_move(s, target, limit_reason().considering(survey.considered()));
        return Routed::send(send(s, target).after(wait), why);
    }
    if survey.lacks_money {
        return budget_out(s);
    }
    let too_small = s.facts.misfit(s.intended) == Some(Obstacle::WindowTooSmall);
    let larger = if too_small { ladder::larger_context(&mut survey, s) } else { None };
    if let Some(target) = larger {
        let reason = "The request does not fit the context window of the intended target.";
        return go(s, Way::Send(target), why("larger-context", reason).considering(survey.considered()));
    }
    if let Some((step, way)) = ladder::climb(&mut survey, s, 0, true) {
        return go(s, way, step_reason(step).considering(survey.considered()));
    }
    if let Some((target, wait)) = waiting::for_recovery(s) {
        return Routed::send(send(s, target).after(wait), recovery_reason().considering(survey.considered()));
    }
    let why = why("none-usable", "No target that the class may use can take the request now.");
    Routed::reject(s.facts.refusal(), why.considering(survey.considered()))
}

/// Why routing does not choose the intended target; `None`: it does, or the request does not suit that target.
fn not_as_intended(s: &Situation<'_>) -> Option<&'static str> {
    if s.is_blocked() || s.home != s.intended.tier_rank() {
        Some(cause::BUDGET)
    } else if s.facts.obstacle(s.intended, s.intended) == Some(Obstacle::Cooling) {
        Some(if s.facts.why_cooling(s.intended) == Some(Cooling::Resting) { cause::QUOTA } else { cause::ERROR })
    } else {
        None
    }
}

fn budget_out(s: &Situation<'_>) -> Routed {
    let reason = "A budget that this request counts against does not hold what it would cost.";
    Routed::reject(s.facts.money_refusal(), why("budget-out", reason))
}

fn go(s: &Situation<'_>, way: Way<'_>, why: Explanation) -> Routed {
    let why = why.note("class", s.class.name());
    match way {
        Way::Send(target) => Routed::send(send(s, target), note_move(s, target, why)),
        Way::Answer(answer) => Routed::answer(answer, why),
        Way::Defer(deferral) => Routed::defer(deferral, why),
    }
}

fn first_reason(s: &Situation<'_>, target: Target<'_>) -> Explanation {
    if target != s.intended {
        return if s.home == s.intended.tier_rank() {
            why("same-tier", "The intended target cannot take the request now, and this one is of the same tier.")
        } else {
            why("budget-downgrade", "The budget is scarce, so traffic that is not critical begins a tier lower.")
        };
    }
    match s.meant {
        Meant::Reviewed => why("reviewed", "A reviewer chose this target."),
        Meant::Requested => why("requested-target", "The caller named this target and may do so."),
        Meant::Session => why("session-keep", "The session stays with the target that it belongs to."),
        Meant::Primary => why("primary", "It is the first choice of the tier that serves this traffic class."),
    }
}

fn step_reason(step: Step) -> Explanation {
    match step {
        Step::SameTier => why("same-tier", "The first choice does not serve, and this target is of the same tier."),
        Step::SamePrice => why("same-price", "The first choice does not serve, and this equal target costs the same."),
        Step::CheaperTier => why("cheaper-tier", "Nothing of the intended tier serves, and the class may go lower."),
        Step::BetterTier => why("better-tier", "Nothing else serves, and the config lets this caller go higher."),
        Step::CachedAnswer => why("cached-answer", "No model serves, and there is a stored answer to the request."),
        Step::DefaultAnswer => why("default-answer", "No model serves, and the route has a prepared answer."),
        Step::Queue => why("queue", "No model serves now, and the request may wait."),
        Step::Review => why("review", "The request has failed too often, so people decide about it."),
    }
}

fn limit_reason() -> Explanation {
    why("wait-for-limit", "The target limits its rate and asked for a moment, and no equal one is free.")
}

fn recovery_reason() -> Explanation {
    why("wait-for-recovery", "Nothing else may serve, and this target may be tried again soon.")
}

fn retry_reason() -> Explanation {
    why("retry", "The failure is transient, and the class allows another try at the same target.")
}

/// A try at `target` with what the class says about its limits, its mark and its session.
fn send(s: &Situation<'_>, target: Target<'_>) -> SendTo {
    let plan = s.plan;
    // A stream of sound takes other formats than a whole answer does.
    let as_stream = plan.as_stream && !s.facts.request.needs.iter().any(|need| need == feature::AUDIO);
    // Without a stream the head comes with the whole answer.
    let first_byte = if s.facts.request.streaming || as_stream { plan.first_token } else { plan.total };
    let limits = Limits {
        first_byte,
        first_token: plan.first_token,
        idle: plan.idle,
        content_idle: plan.content_idle,
        total: plan.total,
        ..Limits::default()
    };
    let send = target.send().intended(s.intended).limits(limits).hold(plan.hold.into());
    let send = if as_stream { send.as_stream() } else { send }.session(session_use(s, target));
    if target.tier_rank() > s.intended.tier_rank() { send.degraded(plan.degraded) } else { send }
}

/// A session moves to an equal target for good, since going back and forth would lose what the provider has cached; to
/// a worse one only this once, so that quality comes back, unless the old target no longer fits.
fn session_use(s: &Situation<'_>, target: Target<'_>) -> SessionUse {
    if s.facts.session.is_none() {
        return SessionUse::Keep;
    }
    let old = s.facts.session_target();
    let outgrown = old.is_some_and(|old| s.facts.misfit(old).is_some());
    if old == Some(target) {
        SessionUse::Keep
    } else if target.tier_rank() > s.intended.tier_rank() && !outgrown {
        SessionUse::Once
    } else {
        SessionUse::Move
    }
}

fn note_move(s: &Situation<'_>, target: Target<'_>, why: Explanation) -> Explanation {
    let old = s.facts.session_target();
    match old.filter(|old| *old != target) {
        Some(old) if s.facts.misfit(old).is_some() => why.note("session", "left a target that no longer fits it"),
        Some(_) => why.note("session", "left its target, which cannot take the request now"),
        None => why,
    }
}
