//! Traps in every decision.

use guest_kit::{Attempt, Behaviour, Facts, Recovered, Routed};

struct Traps;

impl Behaviour for Traps {
    fn route(_: Facts) -> Routed {
        panic!("this guest traps when it routes")
    }

    fn fallback(_: Facts, _: Vec<Attempt>) -> Recovered {
        panic!("this guest traps when it falls back")
    }
}

guest_kit::export!(Traps);
