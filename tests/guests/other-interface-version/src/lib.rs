//! Speaks `fingerpost:policy@0.2.0`, with types of its own.

mod bindings {
    use super::OtherInterfaceVersion;

    wit_bindgen::generate!({ world: "policy", path: "wit", generate_all });

    export!(OtherInterfaceVersion);
}

use bindings::fingerpost::policy::log::log;
use bindings::{DecisionFacts, Guest, RouteSetup, Routed};

struct OtherInterfaceVersion;

impl Guest for OtherInterfaceVersion {
    fn configure(_: RouteSetup) -> Result<(), String> {
        Ok(())
    }

    fn route(_: DecisionFacts) -> Routed {
        log("Hello from the future.");
        Routed { target: 0, reason: "The first target serves.".to_owned() }
    }

    fn fallback(facts: DecisionFacts) -> Routed {
        Self::route(facts)
    }
}
