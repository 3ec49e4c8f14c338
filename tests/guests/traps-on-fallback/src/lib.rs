//! Sends everything to the first target, and traps as soon as that fails: a policy that looks well until something breaks.

use guest_kit::{Attempt, Behaviour, Facts, Recovered};

struct TrapsOnFallback;

impl Behaviour for TrapsOnFallback {
    fn fallback(_: Facts, _: Vec<Attempt>) -> Recovered {
        panic!("this guest never thought of failures")
    }
}

guest_kit::export!(TrapsOnFallback);
