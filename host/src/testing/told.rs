//! A policy's answer as the fields that a fixture can expect, with targets, queues and prepared answers by their names.

use serde_json::{Value as Json, json};

use super::expect::Actual;
use crate::consult::Said;
use crate::policy::wire::{
    Answer, Deferral, Explanation, Failing, Hold, Recovered, Recovery, Rejection, RouteSetup, Routed, Routing, Send,
    SessionUse, Until,
};
use crate::policy::{AdmissionError, PolicyFailure};

/// What `route` answered.
pub(super) fn routed(setup: &RouteSetup, routed: &Routed) -> Actual {
    let mut told = Telling { setup, fields: Actual::new() };
    match &routed.decision {
        Routing::Send(send) => told.send("send", send),
        Routing::Answer(answer) => told.answer(answer),
        Routing::Defer(deferral) => told.deferral(deferral),
        Routing::Reject(rejection) => told.rejection("reject", rejection),
    }
    if let Some(class) = &routed.traffic_class {
        told.put("traffic_class", class.as_str());
    }
    if let Some(cause) = routed.cause() {
        told.put("cause", cause);
    }
    told.explanation(&routed.explanation);
    told.fields
}

/// What `fallback` answered.
pub(super) fn recovered(setup: &RouteSetup, recovered: &Recovered) -> Actual {
    let mut told = Telling { setup, fields: Actual::new() };
    match &recovered.decision {
        Recovery::Send(send) => told.send("send", send),
        Recovery::Resume(resumption) => {
            told.send("resume", &resumption.send);
            told.put("how", resumption.how.as_str());
            told.put("other_model", resumption.other_model);
        }
        Recovery::Answer(answer) => told.answer(answer),
        Recovery::Defer(deferral) => told.deferral(deferral),
        Recovery::Fail(Failing::Original(number)) => {
            told.put("decision", "fail");
            if let Some(number) = number {
                told.put("original", *number);
            }
        }
        Recovery::Fail(Failing::Custom(rejection)) => told.rejection("fail", rejection),
    }
    told.put("cause", recovered.cause.as_str());
    told.explanation(&recovered.explanation);
    told.fields
}

/// A decision that did not come about.
pub(super) fn failed(failure: &PolicyFailure) -> Actual {
    let fields =
        [("decision", "none".into()), ("failure", failure.kind().into()), ("message", failure.to_string().into())];
    fields.into_iter().map(|(name, value): (&str, Json)| (name.to_owned(), value)).collect()
}

/// A policy that was not admitted for the set-up.
pub(super) fn not_admitted(error: &AdmissionError) -> Actual {
    let fields =
        [("decision", "none".into()), ("failure", "not-admitted".into()), ("message", error.to_string().into())];
    fields.into_iter().map(|(name, value): (&str, Json)| (name.to_owned(), value)).collect()
}

struct Telling<'a> {
    setup: &'a RouteSetup,
    fields: Actual,
}

impl Telling<'_> {
    fn put(&mut self, name: &str, value: impl Into<Json>) {
        self.fields.insert(name.to_owned(), value.into());
    }

    /// The name of an index, or what shows that there is none.
    fn named(names: &[String], index: u16) -> Json {
        names
            .get(usize::from(index))
            .map_or_else(|| format!("no such index: {index}").into(), |name| name.clone().into())
    }

    fn target(&self, index: u16) -> Json {
        match self.setup.targets.get(usize::from(index)) {
            Some(target) => target.id.clone().into(),
            None => format!("no such target: {index}").into(),
        }
    }

    fn send(&mut self, decision: &str, send: &Send) {
        self.put("decision", decision);
        self.put("target", self.target(send.target));
        self.put("intended", self.target(send.intended));
        self.put("after", send.after);
        self.put("hold", hold(&send.hold));
        self.put("as_stream", send.as_stream);
        self.put("session", session(send.session));
        if let Some(limits) = &send.limits {
            for (name, limit) in [
                ("limits.connect", limits.connect),
                ("limits.first_byte", limits.first_byte),
                ("limits.first_token", limits.first_token),
                ("limits.idle", limits.idle),
                ("limits.content_idle", limits.content_idle),
                ("limits.total", limits.total),
            ] {
                self.put(name, limit);
            }
        }
        if let Some(most) = send.max_output_tokens {
            self.put("max_output_tokens", most);
        }
        for (name, text) in [("degraded", &send.degraded), ("payer", &send.payer)] {
            if let Some(text) = text {
                self.put(name, text.as_str());
            }
        }
    }

    fn answer(&mut self, answer: &Answer) {
        self.put("decision", "answer");
        match answer {
            Answer::Cached(age) => {
                self.put("answer", "cached");
                self.put("max_age", *age);
            }
            Answer::Default(index) => self.put("answer", Self::named(&self.setup.default_answers, *index)),
        }
    }

    fn deferral(&mut self, deferral: &Deferral) {
        self.put("decision", "defer");
        self.put("queue", Self::named(&self.setup.queues, deferral.queue));
        let until = match deferral.until {
            Until::At(at) => json!(at),
            Until::BudgetTurn(index) => json!(format!("turn of budget {index}")),
            Until::Approval => json!("approval"),
        };
        self.put("until", until);
        self.put("expires", deferral.expires);
    }

    fn rejection(&mut self, decision: &str, rejection: &Rejection) {
        self.put("decision", decision);
        self.put("status", rejection.status);
        self.put("code", rejection.code.as_str());
        self.put("message", rejection.message.as_str());
    }

    fn explanation(&mut self, explanation: &Explanation) {
        self.put("rule", explanation.rule.as_str());
        self.put("reason", explanation.reason.as_str());
        for (index, verdict) in &explanation.considered {
            if let Json::String(name) = self.target(*index) {
                self.put(&format!("considered.{name}"), verdict.as_str());
            }
        }
        for (name, note) in &explanation.notes {
            self.put(&format!("notes.{name}"), note.as_str());
        }
    }
}

fn hold(hold: &Hold) -> Json {
    match hold {
        Hold::None => "none".into(),
        Hold::FirstToken => "first-token".into(),
        Hold::Tokens(count) => format!("tokens {count}").into(),
        Hold::All => "all".into(),
    }
}

const fn session(used: SessionUse) -> &'static str {
    match used {
        SessionUse::Keep => "keep",
        SessionUse::Move => "move",
        SessionUse::Once => "once",
    }
}
