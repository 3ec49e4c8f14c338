//! Tries that can never be enough for the next step are a mistake: whoever wrote the step wants it.

use fingerpost_sdk::prelude::*;

use super::Config;
use crate::plan::{Class, Plan, Step};

impl Config {
    /// What of the matrix the configured numbers of tries keep from being reached, class by class and plan by plan.
    pub(super) fn unreachable(&self, setup: &Setup) -> Vec<Problem> {
        // Where there is nobody else to ask, nothing is missed.
        let others = setup.targets.len().saturating_sub(1);
        let mut problems = Vec::new();
        for class in Class::ALL {
            let plan = self.plan(class);
            let given = self.fallback.classes.of(class);
            let is_said = given.attempts.is_some() || given.retries.is_some() || given.rungs.is_some();
            let missed = missed(rungs(&plan, |_| true).take(others), plan.attempts, plan.retries).filter(|_| is_said);
            let path = format!("fallback.classes.{}.attempts", class.name());
            problems.extend(missed.map(|missed| missed.problem(path)));
        }
        for (name, cap) in &self.fallback.plans {
            // One try is all that such a plan is meant to have.
            let Some(attempts) = cap.attempts.filter(|attempts| *attempts > 1) else { continue };
            // A plan holds for all classes, so it is a mistake only where none of them gets anywhere.
            let mut found = Class::ALL.into_iter().map(|class| self.plan(class)).filter_map(|plan| {
                let retries = cap.retries.unwrap_or(u32::MAX).min(plan.retries);
                let attempts = attempts.min(plan.attempts);
                let first = rungs(&plan, |step| cap.opens(step)).take(others).next()?;
                Some(missed(std::iter::once(first), attempts, retries))
            });
            let all = found.try_fold(None, |_, missed| missed.map(Some)).flatten();
            problems.extend(all.map(|missed| missed.problem(format!("fallback.plans.{name}.attempts"))));
        }
        problems
    }
}

/// A rung that is never reached.
struct Missed {
    step: Step,
    attempts: u32,
    retries: u32,
    needed: u32,
}

impl Missed {
    fn problem(&self, path: String) -> Problem {
        let Missed { step, attempts, retries, needed } = self;
        let step = step.name();
        let message = format!(
            "{attempts} can never reach `{step}`: the first try, {retries} at the same target and every rung before it come \
             first; allow {needed}, or lower `retries`, or take the step out of `rungs`"
        );
        Problem::new(path, message)
    }
}

/// The rungs that call a model, each by the first of its steps that does.
fn rungs(plan: &Plan, open: impl Fn(Step) -> bool) -> impl Iterator<Item = Step> {
    plan.rungs.iter().filter_map(move |rung| rung.iter().copied().find(|step| step.calls_a_model() && open(*step)))
}

/// The first of these rungs that comes after the last try.
fn missed(rungs: impl Iterator<Item = Step>, attempts: u32, retries: u32) -> Option<Missed> {
    rungs.zip(1_u32..).find_map(|(step, rung)| {
        let needed = retries.saturating_add(1).saturating_add(rung);
        (needed > attempts).then_some(Missed { step, attempts, retries, needed })
    })
}
