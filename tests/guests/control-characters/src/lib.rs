//! Puts header breaks, terminal escapes, markup and NUL into every string that it answers or logs.
//!
//! `route` sends, or rejects where its config says `reject`; `fallback` gives up with an error of its own.

use std::sync::OnceLock;

use guest_kit::{
    Attempt, Behaviour, Explanation, Facts, Failing, Level, Problem, Recovered, Recovery, Rejection, Route, Routed,
    Routing, Send, log, send,
};

static REJECTS: OnceLock<bool> = OnceLock::new();

struct ControlCharacters;

impl Behaviour for ControlCharacters {
    fn configure(route: Route) -> Result<(), Vec<Problem>> {
        REJECTS.get_or_init(|| route.config.contains("reject"));
        Ok(())
    }

    fn route(_: Facts) -> Routed {
        log(Level::Error, &evil());
        let decision = if REJECTS.get() == Some(&true) {
            Routing::Reject(rejection())
        } else {
            let degraded = Some(evil());
            Routing::Send(Send { degraded, payer: Some(evil()), ..send(0) })
        };
        Routed { decision, traffic_class: Some(evil()), explanation: explanation() }
    }

    fn fallback(_: Facts, _: Vec<Attempt>) -> Recovered {
        Recovered { decision: Recovery::Fail(Failing::Custom(rejection())), cause: evil(), explanation: explanation() }
    }
}

fn evil() -> String {
    "ok\r\nx-evil: yes\r\n\r\n\u{1b}[2J\u{0}\u{7f}\u{9b}31m\u{202e}<script>alert(1)</script>".to_owned()
}

fn rejection() -> Rejection {
    Rejection { status: 400, code: evil(), message: evil() }
}

fn explanation() -> Explanation {
    Explanation { rule: evil(), reason: evil(), considered: vec![(0, evil())], notes: vec![(evil(), evil())] }
}

guest_kit::export!(ControlCharacters);
