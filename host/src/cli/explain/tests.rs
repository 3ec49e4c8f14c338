//! The timeline of a request, and what strangers try to do to it.

use clap::Parser;

use super::*;
use crate::ledger::{CostState, DecisionEntry, Ending, Entry, Record, Reported, TierChange};
use crate::money::NanoUsd;
use crate::store::Ledger;
use crate::store::arbitrary::plain;

#[derive(Parser)]
struct Typed {
    #[command(flatten)]
    args: ExplainArgs,
}

fn typed(records: &[Record], words: &[&str]) -> Result<String, ExplainError> {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, handle) = Ledger::open(dir.path()).unwrap();
    for record in records {
        handle.try_append(Box::new(record.clone())).unwrap();
    }
    ledger.close().unwrap();
    let args = Typed::try_parse_from(["explain"].iter().chain(words)).unwrap().args;
    let mut out = Vec::new();
    run(args, dir.path(), &mut out).map(|()| String::from_utf8(out).unwrap())
}

/// A request whose first attempt failed at once and whose second served.
fn fell_back() -> Record {
    let mut record = plain("req_1");
    let mut second = record.attempts[0].clone();
    second.place.target = "slow".into();
    (second.number, second.started_ms) = (2, 0);
    record.attempts[0] = Entry {
        outcome: "rate-limited".into(),
        status: Some(429),
        code: Some("too_many".into()),
        fault: Some("provider".into()),
        started_ms: 0,
        ..record.attempts[0].clone()
    };
    record.decisions.push(DecisionEntry {
        index: 1,
        target: Some("nowhere".into()),
        overruled: Some("unknown-target".into()),
        ..record.decisions[0].clone()
    });
    (record.serving, record.fallback_reason) = (Some(second.place.clone()), Some("quota".into()));
    (record.tier_change, record.retry_cost) = (TierChange::Downgrade, NanoUsd(60_000));
    record.session_moved_from = Some("fast\n".into());
    record.attempts.push(second);
    record
}

#[test]
fn a_usage_that_is_not_believed_is_told_with_both_figures_and_why() {
    let mut record = plain("req_1");
    record.attempts[0].cost_state = CostState::Estimated;
    let reported = Reported {
        input_tokens: Some(200),
        output_tokens: None,
        cost: Some(NanoUsd(1_000)),
        doubt: "incomplete".into(),
    };
    record.attempts[0].reported = Some(reported);
    let told = typed(&[record], &["req_1"]).unwrap();
    assert!(told.contains("200 tokens in, 50 out, 0.00006 US dollars, estimated"), "{told}");
    let said =
        "the provider counted 200 tokens in, no out, 0.000001 US dollars; not believed: input or output is missing";
    assert!(told.contains(said), "{told}");
}

#[test]
fn a_fallback_reads_in_the_order_in_which_it_happened() {
    let told = typed(&[fell_back()], &["req_1"]).unwrap();
    assert!(told.contains("facts       not all known: there is no decision log"), "{told}");
    assert!(told.contains("replay      not possible"), "{told}");
    let order = [
        "request req_1: served by slow, status 200, 480 ms",
        "received    2026-09-21",
        "who         tenant acme, key demo, feature chat",
        "policy      tiered 3f3f",
        "serving     slow (sim, sim-small), downgrade of tier",
        "because of  quota",
        "session     moved here from fast\\n for good",
        "decision 0  send fast",
        "rule primary: the first healthy target",
        "considered slow: second choice",
        "attempt 1   fast (sim, sim-small)",
        "rate-limited after 479 ms, first token after 119 ms, status 429, code too_many, fault: provider",
        "0.00006 US dollars, confirmed by the provider's usage, retry spend",
        "decision 1  send nowhere",
        "OVERRULED by the host: unknown-target (the policy named a target that the route does not have)",
        "attempt 2   slow",
        "from the static order of the route's `on_policy_failure`",
        "end         served by slow",
        "0.00006 of it for attempts that did not serve",
    ];
    let mut rest = &*told;
    for part in order {
        let (_, after) = rest.split_once(part).unwrap_or_else(|| panic!("no `{part}` in its place in:\n{told}"));
        rest = after;
    }
}

#[test]
fn nothing_that_strangers_write_reaches_the_terminal_raw() {
    let evil = "\u{1b}[2J\r\n\0\u{9b}31m\u{202e}\u{200b}";
    let mut record = plain("req_1");
    record.decisions[0].reason = evil.repeat(100_000).into();
    record.decisions[0].considered = vec![(evil.into(), evil.into())];
    record.requested_model = evil.into();
    record.who.user = Some(evil.into());
    record.attempts[0].detail = Some(evil.into());
    for words in [&["req_1"][..], &["req_1", "--json"]] {
        let told = typed(std::slice::from_ref(&record), words).unwrap();
        assert!(!told.chars().any(|c| c != '\n' && is_hidden(c)));
    }
    assert!(typed(&[record], &["req_1"]).unwrap().len() < 10_000);
}

#[test]
fn json_is_the_whole_record() {
    let mut record = fell_back();
    record.decisions[0].reason = "\u{202e}\u{e0041}\u{1b}\"é".into();
    let json = typed(&[record.clone()], &["req_1", "--json"]).unwrap();
    assert_eq!(serde_json::from_str::<Record>(&json).unwrap(), record);
}

#[test]
fn an_unknown_id_is_told_what_ids_look_like() {
    let said = typed(&[plain("req_77")], &["req_x"]).unwrap_err().to_string();
    assert!(said.contains("no request \"req_x\" in") && said.contains("ids look like req_77"), "{said}");
    assert!(said.contains("ledger.sqlite") && said.contains("`fingerpost usage`"), "{said}");
}

#[test]
fn a_beginning_of_several_ids_names_some() {
    let said = typed(&[plain("req_1"), plain("req_2")], &["req_"]).unwrap_err().to_string();
    assert!(said.contains("such as req_1, req_2"), "{said}");
}

#[test]
fn a_request_that_was_refused_before_any_attempt_has_a_short_life() {
    let mut record = Record { ending: Ending::Rejected, status: 429, serving: None, intended: None, ..plain("req_1") };
    (record.attempts, record.decisions, record.policy) = (Vec::new(), Vec::new(), None);
    let told = typed(&[record], &["req_1"]).unwrap();
    assert!(told.starts_with("request req_1: rejected, status 429") && told.contains("serving     nothing"), "{told}");
}
