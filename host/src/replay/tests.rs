//! What lies between two answers, and how a record is read for another set-up.

use super::compare::{change, differences, label};
use super::judge::Verdict;
use super::run::whatever_was_redacted;
use super::tally::Begun;
use super::translate::Mapping;
use super::*;
use crate::decision_log::{Input, Output, Standing};
use crate::policy::wire::{
    Attribute, Explanation, Hold, Rejection, RouteSetup, Routed, Routing, Send, SessionUse, Target,
};

fn setup(ids: &[&str]) -> RouteSetup {
    let target = |id: &&str| Target {
        id: (*id).into(),
        provider: "p".into(),
        model: "m".into(),
        tier: "t".into(),
        tier_rank: 0,
        context_window: 0,
        features: Vec::new(),
        region: String::new(),
    };
    RouteSetup {
        name: "r".into(),
        traffic_class: "critical".into(),
        targets: ids.iter().map(target).collect(),
        queues: Vec::new(),
        default_answers: Vec::new(),
        config: "{}".into(),
    }
}

fn send(target: u16, after: u64, rule: &str) -> Output {
    let send = Send {
        target,
        intended: target,
        after,
        limits: None,
        hold: Hold::FirstToken,
        as_stream: false,
        max_output_tokens: None,
        degraded: None,
        payer: None,
        session: SessionUse::Keep,
    };
    routed(Routing::Send(send), rule)
}

fn routed(decision: Routing, rule: &str) -> Output {
    let explanation =
        Explanation { rule: rule.into(), reason: String::new(), considered: vec![(0, "ok".into())], notes: Vec::new() };
    Output::Routed(Routed { decision, traffic_class: None, explanation })
}

fn reject() -> Output {
    routed(Routing::Reject(Rejection { status: 429, code: "later".into(), message: String::new() }), "a")
}

#[test]
fn the_least_change_that_explains_two_answers_is_named() {
    let was = send(0, 0, "a");
    let seen = |new: &Output| change(Some(&was), true, new, &Verdict::CarriedOut);
    assert_eq!(seen(&was), Change::Equal);
    assert_eq!(seen(&send(0, 0, "b")), Change::Words);
    assert_eq!(seen(&send(0, 9, "b")), Change::Details);
    assert_eq!(seen(&send(1, 9, "a")), Change::Target);
    assert_eq!(seen(&reject()), Change::Action);
    assert_eq!(change(Some(&was), true, &was, &Verdict::Overruled("x".into())), Change::Overruled);
    let failed = Output::Failed("trap".into());
    assert_eq!(change(Some(&was), true, &failed, &Verdict::NoAnswer), Change::Fails);
    assert_eq!(change(Some(&failed), false, &was, &Verdict::CarriedOut), Change::Mends);
    assert_eq!(change(Some(&failed), false, &failed, &Verdict::NoAnswer), Change::Equal);
    assert_eq!(change(None, true, &was, &Verdict::CarriedOut), Change::Target);
}

#[test]
fn answers_are_read_by_the_names_of_targets_whatever_their_numbers() {
    let (before, now) = (setup(&["a", "b"]), setup(&["new", "b", "a"]));
    let mapping = Mapping::new(&before, &now);
    let moved = mapping.output(send(0, 0, "a")).unwrap();
    assert_eq!((label(&send(0, 0, "a"), &before, None), label(&moved, &now, None)), ("send a".into(), "send a".into()));
    assert_eq!(differences((&send(0, 0, "a"), &before), (&moved, &now)), []);
    assert_eq!(mapping.unknown().collect::<Vec<_>>(), [0]);
    assert!(Mapping::new(&now, &before).output(send(0, 0, "a")).is_none(), "`new` is gone");
    let fields = differences((&send(0, 0, "a"), &before), (&send(1, 5, "a"), &before));
    let names: Vec<_> = fields.iter().map(|one| (&*one.field, &*one.recorded, &*one.replayed)).collect();
    assert!(names.contains(&("decision.send.target", "a", "b")), "{names:?}");
    assert!(names.contains(&("decision.send.after", "0", "5")), "{names:?}");
}

/// A decision of which the user and one of two attributes were redacted.
fn redacted() -> Input {
    let mut facts = crate::testing::scene::facts();
    facts.caller.user = Some("[redacted]".into());
    let attribute =
        |name: &str, value: &str| Attribute { name: name.into(), value: value.into(), source: "caller".into() };
    facts.request.attributes = vec![attribute("seats", "[redacted]"), attribute("plan", "gold")];
    Input { facts, attempts: Vec::new(), standing: Standing::default() }
}

#[test]
fn what_fails_on_what_was_redacted_is_told_from_what_fails_whatever_that_was() {
    let user = |input: &Input| input.facts.caller.user.clone();
    let of = |input: &Input, name: &str| {
        let found = input.facts.request.attributes.iter().find(|attribute| attribute.name == name);
        found.map(|attribute| attribute.value.clone())
    };
    let comes_of_something_else = |fails: &dyn Fn(&Input) -> bool| {
        assert!(fails(&redacted()), "it fails on the record");
        whatever_was_redacted(&redacted(), fails)
    };
    assert!(comes_of_something_else(&|input| input.facts.request.input_tokens == 1_000));
    assert!(comes_of_something_else(&|input| of(input, "plan").as_deref() == Some("gold")));
    assert!(!comes_of_something_else(&|input| user(input).is_some()));
    assert!(!comes_of_something_else(&|input| user(input).is_none_or(|user| !user.contains('@'))));
    assert!(!comes_of_something_else(&|input| of(input, "seats").is_none_or(|seats| seats.parse::<u32>().is_err())));
}

#[test]
fn a_request_is_counted_once_though_a_canary_and_the_active_version_both_began_it() {
    let mut begun = Begun::default();
    let ids: Vec<_> = (0..200_000).map(|number| format!("req_{number}")).collect();
    let twice = ids.iter().flat_map(|id| [id, id]).filter(|id| begun.is_new(id)).count();
    assert_eq!(twice, ids.len());
    let mut begun = Begun::default();
    let is_new: Vec<_> = ["a", "b", "a", "c", "b"].map(|id| begun.is_new(id)).into();
    assert_eq!(is_new, [true, true, false, true, false]);
}

#[test]
fn an_answer_that_is_overruled_is_marked_and_a_failure_is_one_already() {
    let setup = setup(&["a"]);
    assert_eq!(label(&send(0, 0, "x"), &setup, Some("too-dear")), "send a (overruled: too-dear)");
    assert_eq!(label(&Output::Failed("trap".into()), &setup, Some("trap")), "no answer trap");
}
