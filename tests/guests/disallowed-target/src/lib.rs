//! Always answers the last target, whatever tier the bounds end at.

use guest_kit::{Attempt, Behaviour, Facts, Recovered, Recovery, Routed, Routing, Send, recovered, routed, send};

struct DisallowedTarget;

impl Behaviour for DisallowedTarget {
    fn route(facts: Facts) -> Routed {
        routed(Routing::Send(last(&facts)))
    }

    fn fallback(facts: Facts, _: Vec<Attempt>) -> Recovered {
        recovered(Recovery::Send(last(&facts)))
    }
}

fn last(facts: &Facts) -> Send {
    send(facts.targets.len().saturating_sub(1) as u16)
}

guest_kit::export!(DisallowedTarget);
