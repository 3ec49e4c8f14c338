//! Takes memory until there is none, in `configure`.

use guest_kit::{Behaviour, Problem, Route};

struct ConfigureAllocates;

impl Behaviour for ConfigureAllocates {
    fn configure(_: Route) -> Result<(), Vec<Problem>> {
        guest_kit::allocate_without_end()
    }
}

guest_kit::export!(ConfigureAllocates);
