//! What a caller gets of a stream that continues a broken one.

use super::*;
use crate::dialect::openai::chunk::Progress;

fn chunk(delta: &str) -> String {
    format!(
        r#"{{"id":"first","created":7,"model":"m","choices":[{{"index":0,"delta":{delta},"finish_reason":null}}]}}"#
    )
}

/// What the caller has seen after these deltas.
fn seen(deltas: &[&str]) -> Seen {
    let mut progress = Progress::new(1).keeping();
    for delta in deltas {
        progress.observe(chunk(delta).as_bytes()).expect("a good chunk");
    }
    progress.delivered.and_then(|delivered| delivered.read()).expect("something that can be continued")
}

fn continuation(how: How, seen: Seen) -> Continuation {
    let stops = ["STOP".to_owned()];
    let beginning = Beginning { seen, tokens: 5, input_tokens: 10, stops: &stops, include_usage: true, target: "b" };
    Continuation::new(how, beginning)
}

/// The deltas that the caller gets of these, each from a stream with an id of its own.
fn given(continuation: &mut Continuation, deltas: &[&str]) -> Result<Vec<Value>, Mismatch> {
    let mut given = Vec::new();
    for delta in deltas {
        let data = chunk(delta).replace("first", "second");
        if let Taken::Event(event) = continuation.take(data.as_bytes())? {
            let chunk: Value = serde_json::from_slice(&event[6..]).expect("JSON");
            assert_eq!((&chunk["id"], &chunk["fingerpost"]["target"]), (&json!("first"), &json!("b")));
            given.push(chunk["choices"][0]["delta"].clone());
        }
    }
    Ok(given)
}

#[test]
fn a_match_swallows_what_was_seen_and_passes_on_the_rest() {
    let mut continuation = continuation(How::Match, seen(&[r#"{"content":"Once upon"}"#]));
    let deltas = given(
        &mut continuation,
        &[
            r#"{"role":"assistant","content":""}"#,
            r#"{"content":"Once "}"#,
            r#"{"content":"upon a"}"#,
            r#"{"content":" time"}"#,
        ],
    );
    assert_eq!(deltas, Ok(vec![json!({"content": " a"}), json!({"content": " time"})]));
    assert_eq!(continuation.seen().text(Channel::Content), "Once upon a time");
}

#[test]
fn a_match_that_disagrees_or_ends_too_early_is_none() {
    let mut other = continuation(How::Match, seen(&[r#"{"content":"Once upon"}"#]));
    assert!(given(&mut other, &[r#"{"content":"Once again"}"#]).is_err());
    let mut short = continuation(How::Match, seen(&[r#"{"content":"Once upon"}"#]));
    given(&mut short, &[r#"{"content":"Once"}"#]).expect("so far it agrees");
    let end = br#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#;
    assert_eq!((short.take(end), short.finish().is_err()), (Ok(Taken::Nothing), true));
    let mut unthinking = continuation(How::Match, seen(&[r#"{"reasoning":"hm"}"#, r#"{"content":"A"}"#]));
    assert!(given(&mut unthinking, &[r#"{"content":"AB"}"#]).is_err());
}

#[test]
fn a_tool_call_goes_on_under_the_id_that_the_caller_knows() {
    let mut continuation = continuation(
        How::Match,
        seen(&[
            r#"{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"find","arguments":"{\"q"}}]}"#,
        ]),
    );
    let deltas = given(
        &mut continuation,
        &[
            r#"{"tool_calls":[{"index":0,"id":"c9","type":"function","function":{"name":"find","arguments":""}}]}"#,
            r#"{"tool_calls":[{"index":0,"function":{"arguments":"{\"q\":"}}]}"#,
            r#"{"tool_calls":[{"index":1,"id":"c3","function":{"name":"two","arguments":"{}"}}]}"#,
        ],
    )
    .expect("it agrees");
    assert_eq!(deltas[0], json!({"tool_calls": [{"index": 0, "function": {"arguments": "\":"}}]}));
    assert_eq!(deltas[1]["tool_calls"][0]["id"], "c3");
}

#[test]
fn a_prefill_passes_on_what_follows_and_shows_no_second_thought() {
    let mut continuation = continuation(How::Prefill, seen(&[r#"{"content":"Once upon"}"#]));
    let deltas = given(&mut continuation, &[r#"{"reasoning_content":"hm"}"#, r#"{"role":"assistant","content":" a"}"#]);
    assert_eq!(deltas, Ok(vec![json!({"content": " a"})]));
}

#[test]
fn the_usage_is_that_of_the_visible_answer() {
    let mut continuation = continuation(How::Prefill, seen(&[r#"{"content":"Once"}"#]));
    let data = br#"{"choices":[],"usage":{"prompt_tokens":15,"completion_tokens":20,"total_tokens":35}}"#;
    let Ok(Taken::Event(event)) = continuation.take(data) else { panic!("an event") };
    let chunk: Value = serde_json::from_slice(&event[6..]).expect("JSON");
    assert_eq!(chunk["usage"], json!({"prompt_tokens": 10, "completion_tokens": 25, "total_tokens": 35}));
}

#[test]
fn a_stop_sequence_across_the_break_ends_the_answer_with_its_usage() {
    let mut continuation = continuation(How::Prefill, seen(&[r#"{"content":"and ST"}"#]));
    let Ok(Taken::End(events)) = continuation.take(chunk(r#"{"content":"OP it"}"#).as_bytes()) else {
        panic!("an end")
    };
    let text = String::from_utf8(events.to_vec()).expect("UTF-8");
    let mut events = text.split("data: ").skip(1).map(|event| serde_json::from_str::<Value>(event).expect("JSON"));
    let (end, usage) = (events.next().expect("two"), events.next().expect("two"));
    assert_eq!((&end["choices"][0]["delta"], &end["choices"][0]["finish_reason"]), (&json!({}), &json!("stop")));
    assert_eq!(usage["usage"]["prompt_tokens"], 10);
}

#[test]
fn nothing_that_cannot_be_compared_is_shown_before_all_agrees() {
    let again = || continuation(How::Match, seen(&[r#"{"content":"Once upon"}"#]));
    let details = given(&mut again(), &[r#"{"content":"Once ","reasoning_details":[{"text":"hm"}]}"#]);
    assert_eq!(details, Ok(vec![]));
    for delta in [r#"{"function_call":{"name":"f"}}"#, r#"{"content":[{"text":"Once"}]}"#, r#"{"audio":{"data":"x"}}"#]
    {
        assert!(given(&mut again(), &[delta]).is_err(), "{delta}");
    }
    assert!(again().take(br#"{"choices":[[0,null,{"content":"a"}]]}"#).is_err());
    assert!(again().take(br#"{"choices":[{"index":0,"delta":{"content":"\ud83d"}}]}"#).is_err());
}

#[test]
fn what_was_shown_and_cannot_be_compared_is_continued_no_further() {
    let mut fresh = continuation(How::Match, seen(&[r#"{"role":"assistant"}"#]));
    given(&mut fresh, &[r#"{"function_call":{"name":"f"}}"#]).expect("it is the beginning");
    assert!(!fresh.is_resumable() && fresh.tokens_passed() > 0);
}
