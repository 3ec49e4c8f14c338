//! What follows a failure: another try at the same target, a step of the matrix, a wait, or the end; and what follows a stream
//! that broke.

use fingerpost_sdk::names::{cause, failure_kind};
use fingerpost_sdk::prelude::*;

use crate::actions::{Action, Actions};
use crate::ladder::{self, Way};
use crate::plan::Step;
use crate::situation::{Money, Situation};
use crate::survey::Survey;
use crate::{note_move, recovery_reason, resume, retry, retry_reason, send, step_reason, waiting};

/// What to do after a failure of which the caller has seen nothing.
pub(crate) fn recover(s: &Situation<'_>, attempts: &Attempts<'_>) -> Recovered {
    let lacks_budget = s.money == Money::Out || s.is_blocked();
    let recovered = match s.plan.on.get(&attempts.last().failure.kind) {
        _ if lacks_budget && s.plan.on_budget => without_budget(s, attempts),
        Some(actions) => by_actions(s, attempts, actions),
        None => by_matrix(s, attempts),
    };
    if lacks_budget { recovered.because_of(cause::BUDGET) } else { recovered }
}

fn by_matrix(s: &Situation<'_>, attempts: &Attempts<'_>) -> Recovered {
    let failure = &attempts.last().failure;
    let mut survey = Survey::new(s);
    let stop = retry::stop(s);
    // Another try at a target that was silent comes last where its tier has another, or had its turn already.
    let retries_last = stop.is_none()
        && retry::prefers_another(failure)
        && (ladder::another_equal(&mut Survey::new(s), s).is_some() || has_moved(attempts));
    let retries_first = stop.is_none() && !retries_last;
    let again = if retries_first { retried(&mut survey, s, attempts, s.plan.retries) } else { None };
    if let Some(retry) = again {
        return Recovered::send(retry, attempts, retry_reason().considering(survey.considered()));
    }
    if !failure.other_target_ok {
        let why = why("final-failure", "The failure would be the same at any other target.");
        return Recovered::fail(attempts, why.considering(survey.considered()));
    }
    if failure.is(failure_kind::CONTEXT_LENGTH) {
        return after_context_length(s, attempts, stop.is_none());
    }
    if let Some((step, way)) = ladder::climb(&mut survey, s, ladder::next_rung(s), stop.is_none()) {
        return go(s, attempts, step, way, survey);
    }
    if stop.is_none() {
        if let Some((step, target)) = ladder::another_equal(&mut survey, s) {
            return go(s, attempts, step, Way::Send(target), survey);
        }
        let again = if retries_last { retried(&mut survey, s, attempts, s.plan.retries) } else { None };
        if let Some(retry) = again {
            return Recovered::send(retry, attempts, retry_reason().considering(survey.considered()));
        }
        if let Some((target, wait)) = waiting::for_recovery(s) {
            let why = recovery_reason().considering(survey.considered());
            return Recovered::send(send(s, target).after(wait), attempts, why);
        }
    }
    exhausted(attempts, stop.unwrap_or("Every way on that the class has is used up or closed."), survey)
}

/// Whether more than one target was tried.
fn has_moved(attempts: &Attempts<'_>) -> bool {
    attempts.all().iter().any(|attempt| attempt.target != attempts.last().target)
}

/// What the config says is to be done after such a failure: the first action that is possible and was not used.
fn by_actions(s: &Situation<'_>, attempts: &Attempts<'_>, Actions(actions): &Actions) -> Recovered {
    let mut survey = Survey::new(s);
    let stop = retry::stop(s);
    let models = stop.is_none() && attempts.last().failure.other_target_ok;
    for action in actions {
        match action {
            Action::Retry if stop.is_none() => {
                if let Some(retry) = retried(&mut survey, s, attempts, s.plan.retries.max(1)) {
                    return Recovered::send(retry, attempts, retry_reason().considering(survey.considered()));
                }
            }
            Action::LargerContext if models && attempts.last().failure.is(failure_kind::CONTEXT_LENGTH) => {
                if let Some(target) = ladder::larger_context(&mut survey, s) {
                    return to_larger_context(s, attempts, target, survey);
                }
            }
            Action::Step(step) if !ladder::is_used(s, *step) => {
                if let Some(way) = ladder::take(&mut survey, s, *step, models) {
                    return go(s, attempts, *step, way, survey);
                }
            }
            Action::Retry | Action::LargerContext | Action::Step(_) => {}
            Action::Fail => break,
        }
    }
    let reason = "What the config says is to be done after such a failure is used up or closed.";
    exhausted(attempts, stop.unwrap_or(reason), survey)
}

/// The steps that the config leaves to a request whose budget is out.
fn without_budget(s: &Situation<'_>, attempts: &Attempts<'_>) -> Recovered {
    let mut survey = Survey::new(s);
    match ladder::without_model(&mut survey, s) {
        Some((step, way)) => go(s, attempts, step, way, survey),
        None => exhausted(attempts, retry::stop(s).unwrap_or_default(), survey),
    }
}

fn go(s: &Situation<'_>, attempts: &Attempts<'_>, step: Step, way: Way<'_>, survey: Survey<'_, '_>) -> Recovered {
    let why = step_reason(step).considering(survey.considered());
    match way {
        Way::Send(target) => Recovered::send(send(s, target), attempts, note_move(s, target, why)),
        Way::Answer(answer) => Recovered::answer(answer, attempts, why),
        Way::Defer(deferral) => Recovered::defer(deferral, attempts, why),
    }
}

fn exhausted(attempts: &Attempts<'_>, reason: &str, survey: Survey<'_, '_>) -> Recovered {
    Recovered::fail(attempts, why("exhausted", reason).considering(survey.considered()))
}

/// Another try at the target that failed just now, where it may be tried, at once or when it has cooled down for as long as
/// it asked for.
fn retried<'a>(survey: &mut Survey<'_, 'a>, s: &Situation<'a>, attempts: &Attempts<'_>, most: u32) -> Option<SendTo> {
    let wait = retry::wait(s, attempts, most)?;
    let target = survey.pick_after(wait, |target| target.index() == attempts.last().target)?;
    Some(send(s, target).after(wait))
}

fn after_context_length(s: &Situation<'_>, attempts: &Attempts<'_>, models: bool) -> Recovered {
    let mut survey = Survey::new(s);
    match if models { ladder::larger_context(&mut survey, s) } else { None } {
        Some(target) => to_larger_context(s, attempts, target, survey),
        None => {
            let reason = "The request does not fit the context window, and no larger one may be used.";
            Recovered::fail(attempts, why("context-length", reason).considering(survey.considered()))
        }
    }
}

fn to_larger_context<'a>(
    s: &Situation<'a>,
    attempts: &Attempts<'_>,
    target: Target<'a>,
    survey: Survey<'_, 'a>,
) -> Recovered {
    let reason = "The request does not fit the context window, and this target has a larger one.";
    let why = note_move(s, target, why("larger-context", reason).considering(survey.considered()));
    Recovered::send(send(s, target), attempts, why)
}

/// What to do about a stream that broke after the caller had seen a part of it.
pub(crate) fn repair(s: &Situation<'_>, attempts: &Attempts<'_>) -> Repaired {
    let mut survey = Survey::new(s);
    let way_on = match retry::stop_continuing(s) {
        None => resume::way_on(&mut survey, s, attempts).ok_or("Nothing can continue it."),
        Some(reason) => Err(reason),
    };
    let considered = survey.considered();
    match way_on {
        Ok(way) => {
            let reason = if way.at_another_model {
                "The stream broke after a part of it had reached the caller, and an equal model can continue it."
            } else {
                "The stream broke after a part of it had reached the caller, and the same model can continue it."
            };
            let why = note_move(s, way.target, why("resume", reason).considering(considered));
            let send = send(s, way.target).after(way.after);
            let repaired = Repaired::resume(send, way.how, attempts, why);
            if way.at_another_model { repaired.at_another_model() } else { repaired }
        }
        Err(reason) => {
            let reason = format!("A part of the answer has reached the caller. {reason}");
            Repaired::fail(attempts, why("stream-broken", reason).considering(considered))
        }
    }
}
