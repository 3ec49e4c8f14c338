//! The interpreter of a plan: takes its rungs one after the other until one is possible.

use fingerpost_sdk::names::{failure_kind, resume_how};
use fingerpost_sdk::prelude::*;

use crate::plan::{Level, Resume, Step};
use crate::situation::{Meant, Situation};
use crate::survey::Survey;
use crate::waiting;

/// What a step comes to.
pub(crate) enum Way<'a> {
    /// To a target.
    Send(Target<'a>),
    /// To an answer without a model.
    Answer(Answer),
    /// To a queue.
    Defer(Deferral),
}

/// The first way that the rungs from `from` on allow, with the step that it is. Without `models` only the steps that
/// call none are considered.
pub(crate) fn climb<'a>(
    survey: &mut Survey<'_, 'a>,
    s: &Situation<'a>,
    from: usize,
    models: bool,
) -> Option<(Step, Way<'a>)> {
    let steps = s.plan.rungs.iter().skip(from).flatten();
    first_possible(survey, s, steps, models)
}

/// What is possible while the budget is kept for critical traffic.
pub(crate) fn without_model<'a>(survey: &mut Survey<'_, 'a>, s: &Situation<'a>) -> Option<(Step, Way<'a>)> {
    first_possible(survey, s, s.plan.blocked.iter(), false)
}

fn first_possible<'a, 'p>(
    survey: &mut Survey<'_, 'a>,
    s: &Situation<'a>,
    mut steps: impl Iterator<Item = &'p Step>,
    models: bool,
) -> Option<(Step, Way<'a>)> {
    steps.find_map(|step| take(survey, s, *step, models).map(|way| (*step, way)))
}

fn take<'a>(survey: &mut Survey<'_, 'a>, s: &Situation<'a>, step: Step, models: bool) -> Option<Way<'a>> {
    match step {
        Step::SameTier | Step::CheaperTier | Step::BetterTier if !models => None,
        Step::SameTier => {
            let failed = failed_providers(s);
            let elsewhere = |target: Target<'_>| failed.iter().all(|provider| *provider != target.provider());
            survey.pick(|target| s.step_to(target) == Some(step) && elsewhere(target)).map(Way::Send)
        }
        Step::CheaperTier | Step::BetterTier => {
            survey.pick(|target| s.step_to(target) == Some(step) && !tried(s, target)).map(Way::Send)
        }
        Step::CachedAnswer => {
            let fresh = s.facts.cached_answer_age.is_some_and(|age| age <= s.plan.cached_age);
            fresh.then_some(Way::Answer(Answer::Cached(s.plan.cached_age)))
        }
        Step::DefaultAnswer => {
            let answer = s.policy.default_answer.filter(|_| !s.strict);
            answer.map(|index| Way::Answer(Answer::Default(index)))
        }
        Step::Queue => waiting::retry_later(s).map(Way::Defer),
        Step::Review => waiting::ask_people(s).map(Way::Defer),
    }
}

pub(crate) fn tried(s: &Situation<'_>, target: Target<'_>) -> bool {
    s.facts.attempts().iter().any(|attempt| attempt.target == target.index())
}

/// The providers that a step to another provider must avoid.
fn failed_providers<'a>(s: &Situation<'a>) -> Vec<&'a str> {
    let tried = s.facts.attempts().iter().filter_map(|attempt| s.facts.target(attempt.target));
    tried.map(|target| target.provider()).collect()
}

/// The rung after the last one that an attempt has used.
pub(crate) fn next_rung(s: &Situation<'_>) -> usize {
    // Where the money made the request begin a tier lower, its first target is no fallback.
    let lowered = s.home != s.intended.tier_rank();
    let begun = s.facts.attempts().first().filter(|_| lowered).map(|first| first.target);
    let used = s.facts.attempts().iter().filter(|attempt| Some(attempt.target) != begun).filter_map(|attempt| {
        let step = s.step_to(s.facts.target(attempt.target)?)?;
        s.plan.rungs.iter().position(|rung| rung.contains(&step))
    });
    used.max().map_or(0, |rung| rung + 1)
}

/// The first choice of a routing decision: the intended target, or where the matrix chose it, one like it.
pub(crate) fn first_choice<'a>(survey: &mut Survey<'_, 'a>, s: &Situation<'a>) -> Option<Target<'a>> {
    let lowered = s.home != s.intended.tier_rank();
    let intended = if lowered { None } else { survey.pick(|target| target == s.intended) };
    if intended.is_some() {
        return intended;
    }
    survey.pick(|target| is_first_choice(s, target) && (lowered || target != s.intended))
}

/// Whether a target can be the first choice of a routing decision.
pub(crate) fn is_first_choice(s: &Situation<'_>, target: Target<'_>) -> bool {
    let alone = s.meant == Meant::Requested || s.plan.primary == Level::First;
    target.tier_rank() == s.home && (target == s.intended || !alone)
}

/// A target with a larger context window than the one that was too small, the nearest in quality first.
pub(crate) fn larger_context<'a>(survey: &mut Survey<'_, 'a>, s: &Situation<'a>) -> Option<Target<'a>> {
    if s.plan.larger_context { survey.pick(|target| !tried(s, target) && target != s.intended) } else { None }
}

/// How, and at which target, the broken stream can go on: only at the same model, so that it never changes silently, and
/// not once a new answer has disagreed.
pub(crate) fn resumption<'a>(
    survey: &mut Survey<'_, 'a>,
    s: &Situation<'a>,
    attempts: &Attempts<'_>,
) -> Option<(Target<'a>, &'static str)> {
    let began = attempts.all().iter().find(|attempt| attempt.committed)?;
    let model = s.facts.target(began.target)?.model();
    if attempts.all().iter().any(|attempt| attempt.failure.is(failure_kind::RESUME_MISMATCH)) {
        return None;
    }
    let ways: &[&str] = match s.plan.resume {
        Resume::Never => &[],
        Resume::Prefill => &[resume_how::PREFILL, resume_how::MATCH],
        Resume::Match => &[resume_how::MATCH],
    };
    let is_open = |how: &str| attempts.last().resumable.iter().any(|open| open == how);
    ways.iter().filter(|how| is_open(how)).find_map(|how| {
        let able = |target: Target<'_>| *how == resume_how::MATCH || attempts.way_on(target) == Some(*how);
        let target = survey.pick(|target| target.model() == model && able(target))?;
        Some((target, *how))
    })
}
