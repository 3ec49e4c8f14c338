//! A policy made with the SDK that panics in every decision, so that a test sees its message and place arrive.

use fingerpost_sdk::prelude::*;

struct Panics;

impl Policy for Panics {
    type Config = NoConfig;

    fn configure(_: &Setup, _: NoConfig) -> Result<Self, Vec<Problem>> {
        Ok(Panics)
    }

    fn route(&self, facts: &Facts) -> Routed {
        panic!("no idea what to do with {}", facts.request.requested_model)
    }

    fn fallback(&self, _: &Facts, _: &Attempts) -> Recovered {
        panic!("no idea what to do next")
    }
}

fingerpost_sdk::export!(Panics);
