//! Where and how a stream goes on that broke after the caller had seen a part of it: at the model that began where that can
//! be, else at another of its tier, and each time as a continuation of the text before a new answer that is compared.

use fingerpost_sdk::names::{failure_kind, resume_how};
use fingerpost_sdk::prelude::*;

use crate::plan::{Resume, ResumeAt};
use crate::retry;
use crate::situation::Situation;
use crate::survey::{Survey, own_obstacle};

/// How the answer goes on.
pub(crate) struct WayOn<'a> {
    pub(crate) target: Target<'a>,
    pub(crate) how: &'static str,
    /// How long to wait first, in milliseconds.
    pub(crate) after: u64,
    /// Whether it is another model than the one that began.
    pub(crate) at_another_model: bool,
}

/// The first way on there is, if there is any.
pub(crate) fn way_on<'a>(survey: &mut Survey<'_, 'a>, s: &Situation<'a>, attempts: &Attempts<'_>) -> Option<WayOn<'a>> {
    let began = s.facts.target(attempts.all().iter().find(|attempt| attempt.committed)?.target)?;
    let ways: &[&'static str] = match s.plan.resume {
        Resume::Never => &[],
        Resume::Prefill => &[resume_how::PREFILL, resume_how::MATCH],
        Resume::Match => &[resume_how::MATCH],
    };
    let may_leave = s.plan.resume_at == ResumeAt::SameTier && !s.strict;
    let models = if may_leave { &[false, true][..] } else { &[false] };
    // A target that stalled or sent garbage is the last to be asked again; and to wait is better than to end.
    for last_resort in [LastResort::None, LastResort::Spoilt, LastResort::Wait] {
        for at_another_model in models.iter().copied() {
            for how in ways.iter().copied().filter(|how| is_open(attempts, how)) {
                let suits = |target: Target<'_>| {
                    let is_same = target.model() == began.model();
                    let is_equal = target.tier_rank() == began.tier_rank();
                    (if at_another_model { !is_same && is_equal } else { is_same })
                        && (last_resort != LastResort::None || !is_spoilt(attempts, target))
                        && takes(attempts, target, how)
                };
                let found = match last_resort {
                    LastResort::Wait => {
                        let may = |target: Target<'a>| suits(target) && own_obstacle(s, target).is_none();
                        s.facts.soonest_for(s.intended, s.longest_retry_after(), may)
                    }
                    LastResort::None | LastResort::Spoilt => survey.pick(suits).map(|target| (target, 0)),
                };
                if let Some((target, after)) = found {
                    return Some(WayOn { target, how, after, at_another_model });
                }
            }
        }
    }
    None
}

/// What is done only where nothing better is left.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LastResort {
    None,
    /// A target that has spoilt the answer is asked again.
    Spoilt,
    /// One that cools down is waited for.
    Wait,
}

fn is_open(attempts: &Attempts<'_>, how: &str) -> bool {
    attempts.last().resumable.iter().any(|open| open == how)
}

/// Whether `target` may go on in this way: it takes a text that has begun and has not refused one; and once a new answer
/// has disagreed with what the caller has seen, none is compared any more.
fn takes(attempts: &Attempts<'_>, target: Target<'_>, how: &str) -> bool {
    if how == resume_how::PREFILL {
        return attempts.way_on(target) == Some(resume_how::PREFILL);
    }
    !attempts.all().iter().any(|attempt| attempt.failure.is(failure_kind::RESUME_MISMATCH))
}

/// Whether another target is to be asked first: this one has broken the answer twice, or in a way that it would again.
fn is_spoilt(attempts: &Attempts<'_>, target: Target<'_>) -> bool {
    let here = attempts.all().iter().filter(|attempt| attempt.target == target.index());
    let mut broke = here.filter(|attempt| !attempt.failure.is(failure_kind::PREFILL_REFUSED));
    let first = broke.next();
    first.is_some_and(|attempt| retry::prefers_another(&attempt.failure)) || broke.next().is_some()
}
