//! The trait that an author implements, and what stands between it and the component's exports.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::record::{Attempt, DecisionFacts, Problem, Routed, Setup};
use crate::{Attempts, Facts, Recovered, Repaired, config, record, why};

/// A policy: which target first, and what now that it failed.
///
/// Every decision starts from the state that [`Policy::configure`] left behind and is forgotten afterwards, so a
/// decision depends on its facts alone.
pub trait Policy: Sized + 'static {
    /// The policy's own config. Give it `#[serde(deny_unknown_fields)]`, so that a misspelt field is reported, and
    /// defaults, so that `{}` is enough. [`NoConfig`] where there is nothing to configure.
    type Config: DeserializeOwned;

    /// Called once, at deployment. Check the config against the set-up here and report every problem at once: a
    /// policy that is configured wrongly never takes traffic.
    ///
    /// # Errors
    ///
    /// What is wrong with the config.
    fn configure(setup: &Setup, config: Self::Config) -> Result<Self, Vec<Problem>>;

    /// Which target first? Called once a request.
    fn route(&self, facts: &Facts<'_>) -> Routed;

    /// What now? Called after each failure of which the caller has seen nothing yet.
    fn fallback(&self, facts: &Facts<'_>, attempts: &Attempts<'_>) -> Recovered;

    /// What now that a stream broke after the caller has seen a part of it? Without an implementation of its own, a
    /// policy ends the stream with an error.
    fn repair(&self, facts: &Facts<'_>, attempts: &Attempts<'_>) -> Repaired {
        let _ = facts;
        Repaired::fail(attempts, why("stream-broken", "A part of the answer has reached the caller already."))
    }
}

/// The config of a policy that has none: only `{}` is accepted.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoConfig {}

impl Problem {
    /// Something wrong at `path`, like `tiers[2].name`; an empty path means the whole config.
    #[must_use]
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Problem {
        Problem { path: path.into(), message: message.into() }
    }
}

/// A policy with its set-up: what the component's exports call, and what [`crate::testing`] calls natively.
#[derive(Debug)]
pub struct Configured<P> {
    setup: Setup,
    policy: P,
}

impl<P: Policy> Configured<P> {
    /// Reads the set-up's config and configures the policy with it.
    ///
    /// # Errors
    ///
    /// What is wrong with the config.
    pub fn new(setup: Setup) -> Result<Configured<P>, Vec<Problem>> {
        let config = config::read(&setup.config).map_err(|problem| vec![problem])?;
        let policy = P::configure(&setup, config)?;
        Ok(Configured { setup, policy })
    }

    /// Decides which target is first.
    pub fn route(&self, facts: &DecisionFacts) -> Routed {
        self.policy.route(&Facts::new(&self.setup, facts, &[]))
    }

    /// Decides what to do after a failed attempt.
    pub fn fallback(&self, facts: &DecisionFacts, attempts: &[Attempt]) -> record::Recovered {
        let facts = Facts::new(&self.setup, facts, attempts);
        let Some(attempts) = facts.failed() else {
            // The host never asks without a failed attempt; an author is spared the case.
            return record::Recovered {
                decision: record::Recovery::Fail(record::Failing::Original(None)),
                cause: crate::names::cause::ERROR.to_owned(),
                explanation: why("no-attempt", "There is no failed attempt to recover from."),
            };
        };
        if attempts.all().iter().any(|attempt| attempt.committed) {
            self.policy.repair(&facts, &attempts).into()
        } else {
            self.policy.fallback(&facts, &attempts).into()
        }
    }
}

/// Exports a [`Policy`] from the component. On other targets than Wasm it only checks that the type is one, so that a
/// policy can be unit-tested natively.
#[macro_export]
macro_rules! export {
    ($policy:ty) => {
        const _: () = {
            const fn is_policy<P: $crate::Policy>() {}
            is_policy::<$policy>();
        };

        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code)] // Exported functions take what crosses the component boundary by pointer.
        const _: () = {
            ::std::thread_local! {
                static CONFIGURED: ::std::cell::OnceCell<$crate::Configured<$policy>> =
                    const { ::std::cell::OnceCell::new() };
            }

            struct Component;

            impl $crate::bindings::Guest for Component {
                fn configure(
                    setup: $crate::record::Setup,
                ) -> ::std::result::Result<(), ::std::vec::Vec<$crate::record::Problem>> {
                    $crate::component::configure(setup, &CONFIGURED)
                }
                fn route(facts: $crate::record::DecisionFacts) -> $crate::record::Routed {
                    $crate::component::route(facts, &CONFIGURED)
                }
                fn fallback(
                    facts: $crate::record::DecisionFacts,
                    attempts: ::std::vec::Vec<$crate::record::Attempt>,
                ) -> $crate::record::Recovered {
                    $crate::component::fallback(facts, attempts, &CONFIGURED)
                }
            }

    $crate::bindings::export_component!(Component with_types_in $crate::bindings);
        };
    };
}
