//! Gives a megabyte of reason for every decision.

use guest_kit::{
    Attempt, Behaviour, Explanation, Facts, Failing, Recovered, Recovery, Routed, Routing, explanation, recovered,
    routed, send,
};

struct HugeReason;

impl Behaviour for HugeReason {
    fn route(_: Facts) -> Routed {
        Routed { explanation: huge(), ..routed(Routing::Send(send(0))) }
    }

    fn fallback(_: Facts, _: Vec<Attempt>) -> Recovered {
        Recovered { explanation: huge(), ..recovered(Recovery::Fail(Failing::Original(None))) }
    }
}

fn huge() -> Explanation {
    Explanation { reason: "because ".repeat(128 * 1024), ..explanation() }
}

guest_kit::export!(HugeReason);
