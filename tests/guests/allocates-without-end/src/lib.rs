//! Takes memory until there is none, in every decision.

use guest_kit::{Attempt, Behaviour, Facts, Recovered, Routed};

struct AllocatesWithoutEnd;

impl Behaviour for AllocatesWithoutEnd {
    fn route(_: Facts) -> Routed {
        guest_kit::allocate_without_end()
    }

    fn fallback(_: Facts, _: Vec<Attempt>) -> Recovered {
        guest_kit::allocate_without_end()
    }
}

guest_kit::export!(AllocatesWithoutEnd);
