//! The README's policy: the first target of the route that can take the request, then each of the others once.

use fingerpost_sdk::prelude::*;

struct FirstUsable;

impl Policy for FirstUsable {
    type Config = NoConfig;

    fn configure(_: &Setup, _: NoConfig) -> Result<Self, Vec<Problem>> {
        Ok(FirstUsable)
    }

    fn route(&self, facts: &Facts) -> Routed {
        match facts.usable().next() {
            Some(target) => Routed::send(target.send(), why("first-usable", "It comes first in the route.")),
            None => Routed::reject(facts.refusal(), why("none", "No target is usable.")),
        }
    }

    fn fallback(&self, facts: &Facts, attempts: &Attempts) -> Recovered {
        match facts.usable().find(|target| !attempts.tried(*target)) {
            Some(target) => Recovered::send(target.send(), attempts, why("next", "It has not been tried yet.")),
            None => Recovered::fail(attempts, why("exhausted", "Every usable target has been tried.")),
        }
    }
}

fingerpost_sdk::export!(FirstUsable);
