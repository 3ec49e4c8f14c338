//! Imports a clock of WASI, and sends to the target that the time names.

#[allow(clippy::too_many_arguments)]
mod bindings {
    use super::ImportsWasi;

    wit_bindgen::generate!({
        world: "guest:clocked/clocked",
        path: ["wit/clocks.wit", "../../../wit", "wit/clocked.wit"],
        generate_all,
    });

    export!(ImportsWasi);
}

use bindings::fingerpost::policy::decisions::{Explanation, Failing, Recovery, Routing, Send, SessionUse};
use bindings::fingerpost::policy::setup::{Problem, Route};
use bindings::wasi::clocks::monotonic_clock::now;
use bindings::{Attempt, DecisionFacts, Guest, Recovered, Routed};

struct ImportsWasi;

impl Guest for ImportsWasi {
    fn configure(_: Route) -> Result<(), Vec<Problem>> {
        Ok(())
    }

    fn route(facts: DecisionFacts) -> Routed {
        let target = (now() % facts.targets.len().max(1) as u64) as u16;
        let send = Send {
            target,
            intended: target,
            after: 0,
            limits: None,
            hold: bindings::fingerpost::policy::common::Hold::All,
            as_stream: false,
            max_output_tokens: None,
            degraded: None,
            payer: None,
            session: SessionUse::Keep,
        };
        Routed { decision: Routing::Send(send), traffic_class: None, explanation: explanation() }
    }

    fn fallback(_: DecisionFacts, _: Vec<Attempt>) -> Recovered {
        Recovered {
            decision: Recovery::Fail(Failing::Original(None)),
            cause: "error".to_owned(),
            explanation: explanation(),
        }
    }
}

fn explanation() -> Explanation {
    Explanation {
        rule: "clock".to_owned(),
        reason: "The clock says so.".to_owned(),
        considered: Vec::new(),
        notes: Vec::new(),
    }
}
