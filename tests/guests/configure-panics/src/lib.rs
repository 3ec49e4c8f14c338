//! Panics in `configure`.

use guest_kit::{Behaviour, Problem, Route};

struct ConfigurePanics;

impl Behaviour for ConfigurePanics {
    fn configure(_: Route) -> Result<(), Vec<Problem>> {
        panic!("this guest panics when it is configured")
    }
}

guest_kit::export!(ConfigurePanics);
