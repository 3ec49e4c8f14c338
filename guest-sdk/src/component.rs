//! What `export!` calls inside the component: the one place that knows that a decision's memory is thrown away whole.

use std::cell::OnceCell;
use std::mem::ManuallyDrop;
use std::thread::LocalKey;

use crate::record::{Attempt, DecisionFacts, Problem, Recovered, Routed, Setup};
use crate::{Configured, Policy};

/// The state of a component: empty before `configure`.
pub type State<P> = LocalKey<OnceCell<Configured<P>>>;

/// Configures the policy. The panic hook is set here and so becomes part of the snapshot.
///
/// # Errors
///
/// What is wrong with the config, or that the component is configured already.
pub fn configure<P: Policy>(setup: Setup, state: &'static State<P>) -> Result<(), Vec<Problem>> {
    crate::log::report_panics();
    let configured = Configured::new(setup)?;
    state.with(|state| state.set(configured)).map_err(|_| vec![Problem::new("", "the policy is configured already")])
}

/// Decides which target is first.
pub fn route<P: Policy>(facts: DecisionFacts, state: &'static State<P>) -> Routed {
    // The sandbox ends with the decision: freeing every string of the facts one by one would be time lost.
    let facts = ManuallyDrop::new(facts);
    state.with(|state| configured(state).route(&facts))
}

/// Decides what to do after a failed attempt.
pub fn fallback<P: Policy>(facts: DecisionFacts, attempts: Vec<Attempt>, state: &'static State<P>) -> Recovered {
    let facts = ManuallyDrop::new(facts);
    let attempts = ManuallyDrop::new(attempts);
    state.with(|state| configured(state).fallback(&facts, &attempts))
}

fn configured<P>(state: &OnceCell<Configured<P>>) -> &Configured<P> {
    state.get().expect("the host calls configure before anything else")
}
