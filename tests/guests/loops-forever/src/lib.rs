//! Never comes back from a decision.

use guest_kit::{Attempt, Behaviour, Facts, Recovered, Routed};

struct LoopsForever;

impl Behaviour for LoopsForever {
    fn route(_: Facts) -> Routed {
        loop {
            std::hint::spin_loop();
        }
    }

    fn fallback(_: Facts, _: Vec<Attempt>) -> Recovered {
        loop {
            std::hint::spin_loop();
        }
    }
}

guest_kit::export!(LoopsForever);
