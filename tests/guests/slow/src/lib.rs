//! Sends everything to the first target, after a hundred milliseconds or so of nothing.

use guest_kit::{Behaviour, Facts, Routed, Routing, routed, send};

struct Slow;

impl Behaviour for Slow {
    fn route(_: Facts) -> Routed {
        for turn in 0..50_000_000_u64 {
            std::hint::black_box(turn);
        }
        routed(Routing::Send(send(0)))
    }
}

guest_kit::export!(Slow);
