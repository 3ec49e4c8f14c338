//! Answers with every kind of decision that there is: the attribute `kind` of the request names it. Between them the answers
//! use every record and every case of the interface. It logs at every level, and notes digests of all that it was given, so
//! that one look at an answer tells whether everything arrived as it was sent.

use std::fmt::{Debug, Write};
use std::sync::OnceLock;

use guest_kit::{
    Answer, Attempt, Behaviour, Deferral, Explanation, Facts, Failing, Hold, Level, Limits, Problem, Recovered,
    Recovery, Rejection, Resumption, Route, Routed, Routing, Send, SessionUse, Until, log, recovered, routed, send,
};

/// The digest of the set-up.
static SETUP: OnceLock<String> = OnceLock::new();

struct EveryDecision;

impl Behaviour for EveryDecision {
    fn configure(route: Route) -> Result<(), Vec<Problem>> {
        if route.config.contains("refuse") {
            let message = "This config asks to be refused.".to_owned();
            return Err(vec![Problem { path: "refuse".to_owned(), message }]);
        }
        SETUP.get_or_init(|| digest(&route));
        Ok(())
    }

    fn route(facts: Facts) -> Routed {
        log(Level::Debug, "A request came.");
        log(Level::Info, kind(&facts));
        let decision = match kind(&facts) {
            "send-with-everything" => Routing::Send(with_everything()),
            "answer-cached" => Routing::Answer(Answer::Cached(60_000)),
            "answer-default" => Routing::Answer(Answer::Default(1)),
            "defer-until-an-instant" => Routing::Defer(deferral(Until::At(1_795_000_060_000))),
            "defer-until-a-budget-turns" => Routing::Defer(deferral(Until::BudgetTurn(1))),
            "defer-until-approval" => Routing::Defer(deferral(Until::Approval)),
            "reject" => Routing::Reject(rejection()),
            _ => Routing::Send(Send { hold: Hold::None, session: SessionUse::Once, ..send(0) }),
        };
        let traffic_class = (kind(&facts) == "send-with-everything").then(|| "batch".to_owned());
        Routed { traffic_class, explanation: explanation(&facts, &[]), ..routed(decision) }
    }

    fn fallback(facts: Facts, attempts: Vec<Attempt>) -> Recovered {
        log(Level::Warn, "An attempt failed.");
        log(Level::Error, kind(&facts));
        let decision = match kind(&facts) {
            "resume" => Recovery::Resume(Resumption { send: send(1), how: "match".to_owned(), other_model: true }),
            "answer" => Recovery::Answer(Answer::Default(0)),
            "defer" => Recovery::Defer(deferral(Until::Approval)),
            "fail-with-an-attempts-error" => Recovery::Fail(Failing::Original(Some(1))),
            "fail-with-the-most-telling-error" => Recovery::Fail(Failing::Original(None)),
            "fail-with-an-error-of-its-own" => Recovery::Fail(Failing::Custom(rejection())),
            _ => Recovery::Send(Send { intended: 0, after: 250, hold: Hold::All, ..send(1) }),
        };
        Recovered { explanation: explanation(&facts, &attempts), cause: "latency".to_owned(), ..recovered(decision) }
    }
}

/// A try that leaves nothing to the route.
fn with_everything() -> Send {
    Send {
        target: 1,
        intended: 0,
        after: 100,
        limits: Some(Limits {
            connect: 1_000,
            first_byte: 2_000,
            first_token: 3_000,
            idle: 4_000,
            content_idle: 5_000,
            total: 6_000,
        }),
        hold: Hold::Tokens(8),
        as_stream: true,
        max_output_tokens: Some(256),
        degraded: Some("cheaper".to_owned()),
        payer: Some("house".to_owned()),
        session: SessionUse::Move,
    }
}

fn deferral(until: Until) -> Deferral {
    Deferral { queue: 0, until, expires: 1_795_000_120_000 }
}

fn rejection() -> Rejection {
    Rejection { status: 429, code: "quota_exceeded".to_owned(), message: "Ask again tomorrow – or never.".to_owned() }
}

fn explanation(facts: &Facts, attempts: &[Attempt]) -> Explanation {
    let setup = SETUP.get().expect("configure comes before every decision").clone();
    Explanation {
        rule: kind(facts).to_owned(),
        reason: "The request asks for this kind of decision.".to_owned(),
        considered: vec![(0, "too dear".to_owned()), (1, String::new())],
        notes: vec![
            ("setup".to_owned(), setup),
            ("facts".to_owned(), digest(facts)),
            ("attempts".to_owned(), digest(&attempts)),
        ],
    }
}

fn kind(facts: &Facts) -> &str {
    let named = facts.request.attributes.iter().find(|attribute| attribute.name == "kind");
    named.map_or("send", |attribute| attribute.value.as_str())
}

/// A digest (FNV-1a) of all that a value holds.
fn digest(value: &impl Debug) -> String {
    struct Fnv(u64);

    impl Write for Fnv {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            for byte in text.bytes() {
                self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
            Ok(())
        }
    }

    let mut fnv = Fnv(0xcbf2_9ce4_8422_2325);
    // A hash takes whatever is written.
    let _ = write!(fnv, "{value:?}");
    format!("{:016x}", fnv.0)
}

guest_kit::export!(EveryDecision);
