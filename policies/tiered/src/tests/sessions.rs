//! Sessions: they keep their model, and move only deliberately.

use fingerpost_sdk::names::class::{CRITICAL, INTERACTIVE};
use fingerpost_sdk::names::failure_kind::SERVER_ERROR;
use fingerpost_sdk::prelude::SessionUse;

use super::*;

fn session_use(routed: &Routed) -> Option<SessionUse> {
    routed.sent().map(|send| send.session)
}

#[test]
fn a_session_keeps_its_model() {
    let routed = scene(INTERACTIVE).session(Some(GPT_MINI)).routed();
    assert_eq!(routed.told(), ("session-keep", to(GPT_MINI)));
    assert_eq!(session_use(&routed), Some(SessionUse::Keep));
}

#[test]
fn a_new_session_belongs_to_the_target_that_serves_it_first() {
    let routed = scene(INTERACTIVE).session(None).routed();
    assert_eq!(session_use(&routed), Some(SessionUse::Move));
}

#[test]
fn a_session_keeps_its_model_while_the_budget_is_scarce() {
    let routed = scene(INTERACTIVE).session(Some(SONNET)).budget_used(800).routed();
    assert_eq!(routed.told(), ("session-keep", to(SONNET)));
}

#[test]
fn a_session_moves_for_good_to_an_equal_target_and_says_so() {
    let routed = scene(CRITICAL).session(Some(OPUS)).cooling(OPUS).routed();
    assert_eq!(routed.told(), ("same-tier", to(GPT)));
    assert_eq!(session_use(&routed), Some(SessionUse::Move));
    assert!(routed.explanation.notes.iter().any(|(name, _)| name == "session"));
}

#[test]
fn a_session_goes_to_a_worse_target_only_this_once() {
    let scene = scene(CRITICAL).session(Some(OPUS));
    let recovered = scene.after(&[(OPUS, SERVER_ERROR), (GPT, SERVER_ERROR), (GPT, SERVER_ERROR)]);
    assert_eq!(recovered.told(), ("cheaper-tier", to(SONNET)));
    assert_eq!(recovered.sent().map(|send| send.session), Some(SessionUse::Once));
}

#[test]
fn a_session_that_outgrew_its_target_moves_to_a_larger_window() {
    let mut scene = scene(INTERACTIVE).session(Some(SONNET));
    scene.facts.request.input_tokens = 200_000;
    scene.setup.targets[usize::from(GPT_MINI)].context_window = 1_000_000;
    let routed = scene.routed();
    assert_eq!(routed.told().1, to(GPT_MINI));
    assert_eq!(session_use(&routed), Some(SessionUse::Move));
}

#[test]
fn a_session_moves_only_to_a_target_that_can_do_what_earlier_turns_needed() {
    let mut scene = scene(CRITICAL).session(Some(OPUS)).cooling(OPUS);
    scene.setup.targets[usize::from(GPT)].features = vec!["vision".into()];
    if let Some(session) = &mut scene.facts.session {
        session.needs = vec!["tools".into()];
    }
    let routed = scene.routed();
    assert_eq!(routed.told(), ("cheaper-tier", to(SONNET)));
    assert_eq!(verdict(&routed.explanation.considered, GPT), "lacks a feature that the session has used");
}

#[test]
fn a_session_below_the_floor_does_not_stay_there() {
    let routed = scene(CRITICAL).session(Some(HAIKU)).routed();
    assert_eq!(routed.told(), ("primary", to(OPUS)));
}
