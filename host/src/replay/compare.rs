//! What lies between two answers: nothing, other words, other details, another target, another action, or none at all.

use serde::Serialize;
use serde_json::{Value, json};

use super::judge::Verdict;
use super::report::Difference;
use crate::decision_log::Output;
use crate::policy::wire::{Answer, Deferral, Failing, Recovery, RouteSetup, Routing, Send};

/// How a new answer differs from a recorded one, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// The same, byte for byte.
    Equal,
    /// The same is done; rule, reason, cause or notes are others.
    Words,
    /// The same target or answer; waits, limits, hold or something like that are others.
    Details,
    /// Another target, queue, prepared answer or error.
    Target,
    /// Something else is done: another action.
    Action,
    /// The record has no answer that was carried out, the candidate has.
    Mends,
    /// The candidate's answer would be overruled.
    Overruled,
    /// The candidate gives no answer.
    Fails,
}

impl Change {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Equal,
        Self::Words,
        Self::Details,
        Self::Target,
        Self::Action,
        Self::Mends,
        Self::Overruled,
        Self::Fails,
    ];

    /// Its name in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Words => "words",
            Self::Details => "details",
            Self::Target => "target",
            Self::Action => "action",
            Self::Mends => "mends",
            Self::Overruled => "overruled",
            Self::Fails => "fails",
        }
    }

    /// What it means, for people.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Equal => "the same, byte for byte",
            Self::Words => "the same is done, and explained in other words",
            Self::Details => "the same is done with other waits, limits or marks",
            Self::Target => "the same action with another target, queue or error",
            Self::Action => "something else is done",
            Self::Mends => "an answer where the record has none that was carried out",
            Self::Overruled => "an answer that the host would overrule",
            Self::Fails => "no answer: a trap or a limit",
        }
    }

    /// Whether an answer that was carried out has become one that would not be.
    #[must_use]
    pub const fn is_refused(self) -> bool {
        matches!(self, Self::Overruled | Self::Fails)
    }

    /// Whether a caller could notice it.
    #[must_use]
    pub const fn has_effect(self) -> bool {
        !matches!(self, Self::Equal | Self::Words)
    }
}

/// Compares two answers in the numbers of one set-up. `recorded` is none where what it names is gone; `was_carried_out`
/// says whether the host did what the record says.
pub(super) fn change(recorded: Option<&Output>, was_carried_out: bool, new: &Output, verdict: &Verdict) -> Change {
    match verdict {
        Verdict::NoAnswer if was_carried_out => return Change::Fails,
        Verdict::Overruled(_) if was_carried_out => return Change::Overruled,
        Verdict::CarriedOut if !was_carried_out => return Change::Mends,
        _ => {}
    }
    match recorded {
        None => Change::Target,
        Some(recorded) if recorded == new => Change::Equal,
        Some(recorded) if same_decision(recorded, new) => Change::Words,
        Some(recorded) if action(recorded) != action(new) => Change::Action,
        Some(recorded) if object(recorded) != object(new) => Change::Target,
        Some(_) => Change::Details,
    }
}

fn same_decision(one: &Output, other: &Output) -> bool {
    match (one, other) {
        (Output::Routed(one), Output::Routed(other)) => {
            one.decision == other.decision && one.traffic_class == other.traffic_class
        }
        (Output::Recovered(one), Output::Recovered(other)) => one.decision == other.decision,
        _ => false,
    }
}

/// What is done.
pub(super) fn action(output: &Output) -> &'static str {
    match output {
        Output::Routed(routed) => match &routed.decision {
            Routing::Send(_) => "send",
            Routing::Answer(_) => "answer",
            Routing::Defer(_) => "defer",
            Routing::Reject(_) => "reject",
        },
        Output::Recovered(recovered) => match &recovered.decision {
            Recovery::Send(_) => "send",
            Recovery::Resume(_) => "resume",
            Recovery::Answer(_) => "answer",
            Recovery::Defer(_) => "defer",
            Recovery::Fail(_) => "fail",
        },
        Output::Failed(_) => "no answer",
    }
}

/// The try that is wanted, where one is.
pub(super) fn sent(output: &Output) -> Option<&Send> {
    match output {
        Output::Routed(routed) => match &routed.decision {
            Routing::Send(send) => Some(send),
            _ => None,
        },
        Output::Recovered(recovered) => match &recovered.decision {
            Recovery::Send(send) => Some(send),
            Recovery::Resume(resumption) => Some(&resumption.send),
            _ => None,
        },
        Output::Failed(_) => None,
    }
}

/// What it is done with, by number.
#[derive(PartialEq, Eq)]
enum Object<'a> {
    Target(u16),
    Stored,
    Prepared(u16),
    Queue(u16),
    Error(u16, &'a str),
    Original(Option<u32>),
    Kind(&'a str),
}

fn answered(answer: Answer) -> Object<'static> {
    match answer {
        Answer::Cached(_) => Object::Stored,
        Answer::Default(index) => Object::Prepared(index),
    }
}

fn object(output: &Output) -> Object<'_> {
    let queue = |deferral: &Deferral| Object::Queue(deferral.queue);
    match output {
        Output::Routed(routed) => match &routed.decision {
            Routing::Send(send) => Object::Target(send.target),
            Routing::Answer(answer) => answered(*answer),
            Routing::Defer(deferral) => queue(deferral),
            Routing::Reject(rejection) => Object::Error(rejection.status, &rejection.code),
        },
        Output::Recovered(recovered) => match &recovered.decision {
            Recovery::Send(send) => Object::Target(send.target),
            Recovery::Resume(resumption) => Object::Target(resumption.send.target),
            Recovery::Answer(answer) => answered(*answer),
            Recovery::Defer(deferral) => queue(deferral),
            Recovery::Fail(Failing::Custom(rejection)) => Object::Error(rejection.status, &rejection.code),
            Recovery::Fail(Failing::Original(number)) => Object::Original(*number),
        },
        Output::Failed(kind) => Object::Kind(kind),
    }
}

/// The rule that decided; empty where there is no answer.
pub(super) fn rule(output: &Output) -> &str {
    match output {
        Output::Routed(routed) => &routed.explanation.rule,
        Output::Recovered(recovered) => &recovered.explanation.rule,
        Output::Failed(_) => "",
    }
}

/// An answer in a few words, such as `send gpt-large`; and the bound that the host overrules it by, where it does.
pub(super) fn label(output: &Output, setup: &RouteSetup, overruled: Option<&str>) -> String {
    let object = match object(output) {
        Object::Target(index) => target(setup, index),
        Object::Stored => "stored".to_owned(),
        Object::Prepared(index) => named(&setup.default_answers, index),
        Object::Queue(index) => named(&setup.queues, index),
        Object::Error(status, code) => format!("{status} {code}"),
        Object::Original(_) => "with an attempt's error".to_owned(),
        Object::Kind(kind) => kind.to_owned(),
    };
    // A failure has its kind there, and is marked already.
    let overruled = overruled.filter(|_| !matches!(output, Output::Failed(_)));
    let mark = overruled.map_or_else(String::new, |bound| format!(" (overruled: {bound})"));
    format!("{} {object}{mark}", action(output))
}

fn named(names: &[String], index: u16) -> String {
    names.get(usize::from(index)).cloned().unwrap_or_else(|| format!("#{index}"))
}

/// A target's id, or its number where there is none.
pub(super) fn target(setup: &RouteSetup, index: u16) -> String {
    let known = setup.targets.get(usize::from(index));
    known.map_or_else(|| format!("#{index}"), |target| target.id.clone())
}

/// An answer as JSON, with names in place of numbers.
fn shown(output: &Output, setup: &RouteSetup) -> Value {
    let mut value = match output {
        Output::Routed(routed) => json!(routed),
        Output::Recovered(recovered) => json!(recovered),
        Output::Failed(kind) => return json!({ "no_answer": kind }),
    };
    if let Some(considered) = value.pointer_mut("/explanation/considered").and_then(Value::as_array_mut) {
        let named = |pair: &Value| {
            let index = pair[0].as_u64().and_then(|index| u16::try_from(index).ok()).unwrap_or(u16::MAX);
            (target(setup, index), pair[1].clone())
        };
        let named = considered.iter().map(named).collect();
        value["explanation"]["considered"] = Value::Object(named);
    }
    name_targets(&mut value["decision"], setup);
    value["decision"] = json!({ action(output): inner(value["decision"].take()) });
    value
}

/// The content of an enum's only variant.
fn inner(value: Value) -> Value {
    match value {
        Value::Object(map) if map.len() == 1 => map.into_iter().next().map_or(Value::Null, |(_, value)| value),
        other => other,
    }
}

fn name_targets(value: &mut Value, setup: &RouteSetup) {
    let Value::Object(map) = value else { return };
    for (name, value) in map {
        match value.as_u64().and_then(|index| u16::try_from(index).ok()) {
            Some(index) if name == "target" || name == "intended" => *value = target(setup, index).into(),
            Some(index) if name == "queue" => *value = named(&setup.queues, index).into(),
            _ => name_targets(value, setup),
        }
    }
}

/// Where two answers differ, each in the names of its own set-up.
pub(super) fn differences(one: (&Output, &RouteSetup), other: (&Output, &RouteSetup)) -> Vec<Difference> {
    let mut found = Vec::new();
    walk("", &shown(one.0, one.1), &shown(other.0, other.1), &mut found);
    found
}

/// Differences of one decision that are listed.
const LISTED: usize = 12;

fn walk(path: &str, one: &Value, other: &Value, found: &mut Vec<Difference>) {
    if one == other || found.len() >= LISTED {
        return;
    }
    if let (Value::Object(a), Value::Object(b)) = (one, other) {
        let more = b.keys().filter(|key| !a.contains_key(*key));
        for key in a.keys().chain(more) {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            let none = Value::Null;
            walk(&path, a.get(key).unwrap_or(&none), b.get(key).unwrap_or(&none), found);
        }
        return;
    }
    let text = |value: &Value| match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    found.push(Difference { field: path.to_owned(), recorded: text(one), replayed: text(other) });
}
