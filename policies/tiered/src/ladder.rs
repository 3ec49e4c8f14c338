//! The interpreter of a plan: takes its rungs one after the other until one is possible.

use fingerpost_sdk::prelude::*;

use crate::plan::{Level, Step};
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

/// What this step comes to now; `None`: it is not possible.
pub(crate) fn take<'a>(survey: &mut Survey<'_, 'a>, s: &Situation<'a>, step: Step, models: bool) -> Option<Way<'a>> {
    if !s.opens(step) || (step.calls_a_model() && !models) {
        return None;
    }
    match step {
        Step::SameTier | Step::SamePrice | Step::CheaperTier | Step::BetterTier => {
            survey.pick(|target| s.is_step(step, target) && !tried(s, target)).map(Way::Send)
        }
        Step::CachedAnswer => {
            let fresh = s.facts.cached_answer_age.is_some_and(|age| age <= s.plan.cached_age);
            let may = fresh && !s.facts.is_kept_from_fallback();
            may.then_some(Way::Answer(Answer::Cached(s.plan.cached_age)))
        }
        Step::DefaultAnswer => {
            let answer = s.policy.default_answer.filter(|_| !s.strict && !s.facts.is_kept_from_fallback());
            answer.map(|index| Way::Answer(Answer::Default(index)))
        }
        Step::Queue => waiting::retry_later(s).map(Way::Defer),
        Step::Review => waiting::ask_people(s).map(Way::Defer),
    }
}

pub(crate) fn tried(s: &Situation<'_>, target: Target<'_>) -> bool {
    s.facts.attempts().iter().any(|attempt| attempt.target == target.index())
}

/// The targets that were fallbacks: all that were tried but the first choice.
fn fallbacks<'a>(s: &Situation<'a>) -> impl Iterator<Item = Target<'a>> {
    // Where the money made the request begin a tier lower, its first target is no fallback.
    let lowered = s.home != s.intended.tier_rank();
    let attempts = s.facts.attempts();
    let begun = attempts.first().filter(|_| lowered).map(|first| first.target);
    let others = attempts.iter().map(|attempt| attempt.target).filter(move |target| Some(*target) != begun);
    others.filter_map(|target| s.facts.target(target))
}

/// Whether an attempt has used this step.
pub(crate) fn is_used(s: &Situation<'_>, step: Step) -> bool {
    fallbacks(s).any(|target| s.is_step(step, target))
}

/// The rung after the last one that an attempt has used.
pub(crate) fn next_rung(s: &Situation<'_>) -> usize {
    let uses = |rung: &[Step], target| rung.iter().any(|step| s.is_step(*step, target));
    let used = fallbacks(s).filter_map(|target| s.plan.rungs.iter().position(|rung| uses(rung, target)));
    used.max().map_or(0, |rung| rung + 1)
}

/// Another target of the tier that the request is at, where the class has a step to one, used up or not.
pub(crate) fn another_equal<'a>(survey: &mut Survey<'_, 'a>, s: &Situation<'a>) -> Option<(Step, Target<'a>)> {
    let equals = [Step::SameTier, Step::SamePrice].into_iter();
    let has = |step: &Step| s.opens(*step) && s.plan.rungs.iter().flatten().any(|one| one == step);
    equals.filter(has).find_map(|step| {
        let target = survey.pick(|target| s.is_step(step, target) && !tried(s, target))?;
        Some((step, target))
    })
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
