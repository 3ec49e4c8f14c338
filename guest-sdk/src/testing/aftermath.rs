//! What a gateway would show after attempts that failed: which targets are left alone then, and what the request meant.

use super::Scene;
use crate::names::{attribute, failure_kind};
use crate::record::{Attempt, Availability, TargetState};

/// For how many milliseconds a gateway leaves a target alone that does not know the model, or refuses the credential, where
/// its config says nothing else.
const REFUSED: u64 = 30_000;

impl Scene {
    /// These attempts failed: the facts are those of the decision that follows. What rests since it asked for it and what
    /// refused the gateway is left alone, unless it was said to be already, and the first attempt's target was meant, unless
    /// another was.
    #[must_use]
    pub fn after_attempts(mut self, attempts: &[Attempt]) -> Scene {
        self.facts.request.decision_index = u32::try_from(attempts.len()).unwrap_or(u32::MAX);
        let is_meant = self.facts.request.attributes.iter().any(|one| one.name == attribute::INTENDED);
        if let Some(first) = attempts.first().filter(|_| !is_meant) {
            self = self.intended(first.target);
        }
        let end = |attempt: &Attempt| attempt.started.saturating_add(attempt.duration);
        let now = attempts.iter().map(end).max().unwrap_or(0).max(self.facts.request.elapsed);
        for attempt in attempts {
            let asked = attempt.failure.retry_after.unwrap_or(0);
            let left = |time: u64| time.saturating_sub(now - end(attempt));
            match attempt.failure.kind.as_str() {
                failure_kind::RATE_LIMITED | failure_kind::OVERLOADED if left(asked) > 0 => {
                    self = self.rests(attempt.target, left(asked));
                }
                failure_kind::UNKNOWN_MODEL | failure_kind::NOT_FOUND => {
                    leave_alone(&mut self.facts.targets[usize::from(attempt.target)], left(asked.max(REFUSED)));
                }
                failure_kind::INVALID_KEY | failure_kind::QUOTA_EXHAUSTED => {
                    let provider = &self.setup.targets[usize::from(attempt.target)].provider;
                    let all = self.facts.targets.iter_mut().zip(&self.setup.targets);
                    for (state, _) in all.filter(|(_, spec)| spec.provider == *provider) {
                        leave_alone(state, left(asked.max(REFUSED)));
                    }
                }
                _ => {}
            }
        }
        self.facts.first_free_in = self.facts.first_free_in.or(first_free_in(&self.facts.targets));
        self
    }

    fn rests(mut self, index: u16, millis: u64) -> Scene {
        if leave_alone(&mut self.facts.targets[usize::from(index)], millis) {
            let id = self.setup.targets[usize::from(index)].id.clone();
            self = self.attribute(attribute::RESTING, &id);
        }
        self
    }
}

/// Where every allowed target is left alone: until the first of them may be tried.
pub(super) fn first_free_in(targets: &[TargetState]) -> Option<u64> {
    let allowed = || targets.iter().filter(|target| target.allowed);
    if allowed().any(|target| target.availability != Availability::Cooling) {
        return None;
    }
    allowed().filter_map(|target| target.cooling_for).min()
}

/// Leaves a target alone for so many milliseconds; `true`: it was not before.
fn leave_alone(state: &mut TargetState, millis: u64) -> bool {
    let is_new = state.availability == Availability::Available && millis > 0;
    if is_new {
        (state.availability, state.cooling_for) = (Availability::Cooling, Some(millis));
    }
    is_new
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::failure_kind::{INVALID_KEY, RATE_LIMITED, SERVER_ERROR};
    use crate::testing::{failed, failures, target};

    fn left(scene: &Scene) -> Vec<Option<u64>> {
        scene.facts.targets.iter().map(|state| state.cooling_for).collect()
    }

    #[test]
    fn what_asked_for_a_wait_rests_and_what_refused_the_credential_is_left_alone_with_its_provider() {
        let scene = Scene::of([target("a", "one"), target("b", "one"), target("c", "two")]);
        let mut limited = failed(2, RATE_LIMITED);
        limited.failure.retry_after = Some(2_000);
        assert_eq!(left(&scene.clone().after_attempts(&[limited.clone()])), [None, None, Some(2_000)]);
        assert_eq!(left(&scene.clone().after_attempts(&[failed(0, INVALID_KEY)])), [Some(30_000), Some(30_000), None]);
        assert_eq!(left(&scene.clone().after_attempts(&[failed(0, SERVER_ERROR)])), [None; 3]);
        let later = Attempt { number: 2, started: 1_000, ..failed(0, SERVER_ERROR) };
        assert_eq!(left(&scene.after_attempts(&[limited, later])), [None, None, Some(1_000)]);
    }

    #[test]
    fn the_first_attempt_was_at_what_is_meant_unless_the_scene_says_otherwise() {
        let scene = Scene::of([target("a", "one"), target("b", "one")]);
        let meant = |scene: &Scene| scene.facts.request.attributes.last().map(|one| one.value.clone());
        assert_eq!(meant(&scene.clone().after_attempts(&failures(&[(1, SERVER_ERROR)]))), Some("b".into()));
        assert_eq!(meant(&scene.intended(0).after_attempts(&failures(&[(1, SERVER_ERROR)]))), Some("a".into()));
    }
}
