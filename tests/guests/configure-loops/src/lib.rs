//! Never comes back from `configure`.

use guest_kit::{Behaviour, Problem, Route};

struct ConfigureLoops;

impl Behaviour for ConfigureLoops {
    fn configure(_: Route) -> Result<(), Vec<Problem>> {
        loop {
            std::hint::spin_loop();
        }
    }
}

guest_kit::export!(ConfigureLoops);
