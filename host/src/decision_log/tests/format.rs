//! The layout of a decision, pinned.

use super::*;

/// An input in which nothing is left out.
fn full() -> Input {
    let state = wire::TargetState {
        allowed: true,
        availability: wire::Availability::Cooling,
        cooling_for: Some(1),
        samples: 2,
        success_permille: 3,
        first_token_p50: 4,
        latency_p95: 5,
        in_flight: 6,
        slots_left: 7,
        queue_left: 8,
        retries_left: 9,
        estimated_cost: 10,
        reserved_at_once: 11,
    };
    let budget = wire::Budget {
        id: "b".into(),
        scope: "tenant".into(),
        period: "day".into(),
        limit: 1,
        spent: 2,
        reserved: 3,
        own_reserved: 4,
        remaining: -5,
        resets_in: Some(6),
    };
    let failure = wire::Failure {
        kind: "server-error".into(),
        phase: "head".into(),
        fault: "provider".into(),
        processed: "maybe".into(),
        same_target_ok: true,
        other_target_ok: false,
        status: Some(503),
        code: Some("c".into()),
        retry_after: Some(1),
    };
    let attempt = wire::Attempt {
        number: 1,
        target: 2,
        failure,
        started: 3,
        duration: 4,
        first_token: Some(5),
        input_tokens: 6,
        output_tokens: 7,
        delivered_tokens: 8,
        committed: true,
        content: "text".into(),
        resumable: vec!["match".into()],
        cost: 9,
    };
    let session = wire::Session {
        target: Some(1),
        target_id: "a".into(),
        turns: 2,
        needs: vec!["tools".into()],
        cached_tokens: 3,
    };
    let facts = wire::Facts {
        targets: vec![state],
        budgets: vec![budget],
        session: Some(session),
        deferred: Some(wire::Deferred { queue: "q".into(), tries: 1, since: 2, review_target: Some(3) }),
        queues: vec![wire::QueueState { depth: 1, paused: true }],
        first_free_in: Some(1),
        ..facts("req_1", 5)
    };
    let standing = Standing {
        intended: Some(1),
        begun: Some(Begun { committed: true, target: 1, prefill: true, matching: false }),
        putting: Some(Putting { is_status_given: true, since: 1, now: 2, turns: vec![Some(3), None] }),
    };
    Input { facts, attempts: vec![attempt], standing }
}

fn every_kind_of_answer() -> Vec<Output> {
    use wire::{Answer, Failing, Hold, Recovery, Routing, Until};
    let limits = wire::Limits { connect: 1, first_byte: 2, first_token: 3, idle: 4, content_idle: 5, total: 6 };
    let send = |hold, session| wire::Send {
        target: 1,
        intended: 2,
        after: 3,
        limits: Some(limits),
        hold,
        as_stream: true,
        max_output_tokens: Some(4),
        degraded: Some("d".into()),
        payer: Some("p".into()),
        session,
    };
    let defer = |until| wire::Deferral { queue: 1, until, expires: 2 };
    let words = || wire::Explanation {
        rule: "r".into(),
        reason: "why".into(),
        considered: vec![(1, "fine".into())],
        notes: vec![("n".into(), "v".into())],
    };
    let routed =
        |decision| Output::Routed(wire::Routed { decision, traffic_class: Some("batch".into()), explanation: words() });
    let recovered =
        |decision| Output::Recovered(wire::Recovered { decision, cause: "error".into(), explanation: words() });
    let resume =
        wire::Resumption { send: send(Hold::All, wire::SessionUse::Once), how: "match".into(), other_model: true };
    let rejection = wire::Rejection { status: 400, code: "c".into(), message: "m".into() };
    vec![
        routed(Routing::Send(send(Hold::None, wire::SessionUse::Keep))),
        routed(Routing::Answer(Answer::Default(1))),
        routed(Routing::Defer(defer(Until::At(5)))),
        routed(Routing::Reject(rejection.clone())),
        recovered(Recovery::Send(send(Hold::Tokens(9), wire::SessionUse::Move))),
        recovered(Recovery::Send(send(Hold::FirstToken, wire::SessionUse::Move))),
        recovered(Recovery::Resume(resume)),
        recovered(Recovery::Answer(Answer::Cached(7))),
        recovered(Recovery::Defer(defer(Until::BudgetTurn(1)))),
        recovered(Recovery::Defer(defer(Until::Approval))),
        recovered(Recovery::Fail(Failing::Original(Some(1)))),
        recovered(Recovery::Fail(Failing::Custom(rejection))),
        Output::Failed("trap".into()),
    ]
}

#[test]
fn the_encoding_has_not_changed_without_the_number_of_the_format() {
    let mut block = encoded(&made(&route(), "req_1", 1_795_000_000_000), 0);
    for output in every_kind_of_answer() {
        let made = Made { input: full(), output, ..made(&route(), "req_1", 0) };
        let mut decision = encoded(&made, 1);
        // As if something had been left out of it.
        decision[10] = 1;
        block.extend(decision);
    }
    let known = (1, "5fa28f1ce80afec7e3d7daf2930f3996d80cec8fa2ac2b753e19dd844a175911");
    let digest = Digest::of(&block).to_string();
    assert_eq!((FORMAT, &*digest), known, "raise FORMAT, for logs of before cannot be read any more");
}
