//! Rejects every request with a status that says all is well.

use guest_kit::{
    Attempt, Behaviour, Facts, Failing, Recovered, Recovery, Rejection, Routed, Routing, recovered, routed,
};

struct RejectsWith200;

impl Behaviour for RejectsWith200 {
    fn route(_: Facts) -> Routed {
        routed(Routing::Reject(rejection()))
    }

    fn fallback(_: Facts, _: Vec<Attempt>) -> Recovered {
        recovered(Recovery::Fail(Failing::Custom(rejection())))
    }
}

fn rejection() -> Rejection {
    Rejection { status: 200, code: "fine".to_owned(), message: "All is well.".to_owned() }
}

guest_kit::export!(RejectsWith200);
