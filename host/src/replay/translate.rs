//! From the set-up of a record to that of a candidate: targets, queues and prepared answers go by their names, whatever
//! their order. What the candidate does not have any more cannot be asked about.

use std::borrow::Cow;

use super::run::Unanswered;
use crate::decision_log::{Input, Output};
use crate::facts::first_free_in;
use crate::policy::wire::{Answer, Availability, QueueState, Recovery, RouteSetup, Routing, Send, TargetState};

/// From the indices of one set-up to those of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mapping {
    /// Whether all is where it was.
    is_same: bool,
    /// Where each recorded target is now.
    targets: Vec<Option<u16>>,
    /// Where each target was; none: the record knows nothing of it.
    former: Vec<Option<usize>>,
    queues: Vec<Option<u16>>,
    former_queues: Vec<Option<usize>>,
    answers: Vec<Option<u16>>,
}

/// Where each of these names is among those.
fn places<'a>(names: impl Iterator<Item = &'a String>, among: &[&String]) -> Vec<Option<usize>> {
    names.map(|name| among.iter().position(|other| *other == name)).collect()
}

fn narrow(places: Vec<Option<usize>>) -> Vec<Option<u16>> {
    places.into_iter().map(|place| place.and_then(|place| u16::try_from(place).ok())).collect()
}

impl Mapping {
    /// From a recorded set-up to that of a candidate.
    pub(super) fn new(recorded: &RouteSetup, candidate: &RouteSetup) -> Self {
        let ids = |setup: &'_ RouteSetup| setup.targets.iter().map(|target| target.id.clone()).collect::<Vec<_>>();
        let (before, now) = (ids(recorded), ids(candidate));
        let is_same = before == now
            && recorded.queues == candidate.queues
            && recorded.default_answers == candidate.default_answers;
        let among = |from: &[String], to: &[String]| places(from.iter(), &to.iter().collect::<Vec<_>>());
        Self {
            is_same,
            targets: narrow(among(&before, &now)),
            former: among(&now, &before),
            queues: narrow(among(&recorded.queues, &candidate.queues)),
            former_queues: among(&candidate.queues, &recorded.queues),
            answers: narrow(among(&recorded.default_answers, &candidate.default_answers)),
        }
    }

    /// Targets of the candidate of which the record knows nothing.
    pub(super) fn unknown(&self) -> impl Iterator<Item = usize> {
        self.former.iter().enumerate().filter(|(_, place)| place.is_none()).map(|(index, _)| index)
    }

    fn target(&self, recorded: u16) -> Result<u16, Unanswered> {
        self.targets.get(usize::from(recorded)).copied().flatten().ok_or(Unanswered::TargetGone)
    }

    /// What the candidate would have seen.
    pub(super) fn input<'a>(&self, recorded: &'a Input) -> Result<Cow<'a, Input>, Unanswered> {
        if self.is_same {
            return Ok(Cow::Borrowed(recorded));
        }
        let mut input = recorded.clone();
        let facts = &mut input.facts;
        let state = |former: &Option<usize>| {
            former.and_then(|place| facts.targets.get(place).cloned()).unwrap_or(NOTHING_KNOWN)
        };
        facts.targets = self.former.iter().map(state).collect();
        facts.first_free_in = first_free_in(&facts.targets);
        let queue = |former: &Option<usize>| {
            former.and_then(|place| facts.queues.get(place).cloned()).unwrap_or(QueueState { depth: 0, paused: false })
        };
        facts.queues = self.former_queues.iter().map(queue).collect();
        let moved = |target: Option<u16>| target.map(|target| self.target(target)).transpose();
        facts.request.requested_target = moved(facts.request.requested_target)?;
        if let Some(session) = &mut facts.session {
            // A conversation whose target is gone belongs to none: that is what the gateway would say.
            session.target = session.target.and_then(|target| self.target(target).ok());
            session.cached_tokens = if session.target.is_some() { session.cached_tokens } else { 0 };
        }
        if let Some(deferred) = &mut facts.deferred {
            deferred.review_target = moved(deferred.review_target)?;
        }
        for attempt in &mut input.attempts {
            attempt.target = self.target(attempt.target)?;
        }
        input.standing.intended = moved(input.standing.intended)?;
        if let Some(begun) = &mut input.standing.begun {
            begun.target = self.target(begun.target)?;
        }
        Ok(Cow::Owned(input))
    }

    /// Verdicts on targets that are gone are left out: nobody can say the same of them.
    fn considered(&self, output: &mut Output) {
        let explanation = match output {
            Output::Routed(routed) => &mut routed.explanation,
            Output::Recovered(recovered) => &mut recovered.explanation,
            Output::Failed(_) => return,
        };
        explanation.considered.retain_mut(|(index, _)| match self.target(*index) {
            Ok(now) => {
                *index = now;
                true
            }
            Err(_) => false,
        });
    }

    /// What was recorded, in the candidate's numbers; none: it names what the candidate does not have.
    pub(super) fn output(&self, output: Output) -> Option<Output> {
        if self.is_same {
            return Some(output);
        }
        let send = |send: &mut Send| {
            send.target = self.target(send.target).ok()?;
            send.intended = self.target(send.intended).ok()?;
            Some(())
        };
        let answer = |answer: &mut Answer| match answer {
            Answer::Cached(_) => Some(()),
            Answer::Default(index) => {
                *index = self.answers.get(usize::from(*index)).copied().flatten()?;
                Some(())
            }
        };
        let queue = |queue: &mut u16| {
            *queue = self.queues.get(usize::from(*queue)).copied().flatten()?;
            Some(())
        };
        let mut output = output;
        self.considered(&mut output);
        match &mut output {
            Output::Routed(routed) => match &mut routed.decision {
                Routing::Send(to) => send(to)?,
                Routing::Answer(with) => answer(with)?,
                Routing::Defer(deferral) => queue(&mut deferral.queue)?,
                Routing::Reject(_) => {}
            },
            Output::Recovered(recovered) => match &mut recovered.decision {
                Recovery::Send(to) => send(to)?,
                Recovery::Resume(resumption) => send(&mut resumption.send)?,
                Recovery::Answer(with) => answer(with)?,
                Recovery::Defer(deferral) => queue(&mut deferral.queue)?,
                Recovery::Fail(_) => {}
            },
            Output::Failed(_) => {}
        }
        Some(output)
    }
}

/// A target of which the record knows nothing: closed, so that no decision rests on what nobody knows.
const NOTHING_KNOWN: TargetState = TargetState {
    allowed: false,
    availability: Availability::Available,
    cooling_for: None,
    samples: 0,
    success_permille: 1000,
    first_token_p50: 0,
    latency_p95: 0,
    in_flight: 0,
    slots_left: 0,
    queue_left: 0,
    retries_left: 0,
    estimated_cost: 0,
    reserved_at_once: 0,
};
