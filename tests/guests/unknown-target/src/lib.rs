//! Answers a target that no route has.

use guest_kit::{Attempt, Behaviour, Facts, Recovered, Recovery, Routed, Routing, recovered, routed, send};

struct UnknownTarget;

impl Behaviour for UnknownTarget {
    fn route(_: Facts) -> Routed {
        routed(Routing::Send(send(999)))
    }

    fn fallback(_: Facts, _: Vec<Attempt>) -> Recovered {
        recovered(Recovery::Send(send(999)))
    }
}

guest_kit::export!(UnknownTarget);
