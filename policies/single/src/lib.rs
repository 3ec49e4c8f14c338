//! The smallest useful policy: the first target of the route that can take the request; the next one that has not been
//! tried when that fails; and, where there is none, one retry.

use fingerpost_sdk::prelude::*;

/// The policy. It has no state and no config.
#[derive(Debug)]
pub struct Single;

impl Policy for Single {
    type Config = NoConfig;

    fn configure(_: &Setup, _: NoConfig) -> Result<Self, Vec<Problem>> {
        Ok(Single)
    }

    fn route(&self, facts: &Facts) -> Routed {
        match facts.usable().next() {
            Some(target) => Routed::send(target.send(), why("first-usable", "It comes first in the route.")),
            None => Routed::reject(Rejection::unavailable("Try again later."), why("none", "No target is usable.")),
        }
    }

    fn fallback(&self, facts: &Facts, attempts: &Attempts) -> Recovered {
        match facts.usable().min_by_key(|target| attempts.at(*target)).filter(|target| attempts.at(*target) < 2) {
            Some(target) => Recovered::send(target.send(), attempts, why("next", "It has been tried least.")),
            None => Recovered::fail(attempts, why("exhausted", "Every usable target has been tried.")),
        }
    }
}

fingerpost_sdk::export!(Single);
