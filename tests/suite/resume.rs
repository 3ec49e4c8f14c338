//! A stream that breaks after the caller has seen a part of it, and goes on: as one correct answer, or not at all.

use serde_json::{Value, json};
use support::client::StreamAnswer;
use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

const STORY: [&str; 4] = ["Once upon a ", "time there ", "was a ", "king."];

/// A route whose policy resumes in this way, at the model that began.
fn resuming(upstream: &Upstream, how: &str) -> ConfigText {
    let resume = format!("resume = \"{how}\", resume_at = \"same-model\"");
    let route = format!("fallback = {{ classes = {{ critical = {{ {resume} }} }} }}");
    ConfigText::new(upstream)
        .policy(r#"{ source = "builtin", name = "tiered" }"#)
        .route(&route)
        .targets("prefill = \"assistant\"")
        .bounds("max_same_target = 3\nmax_attempts = 4")
}

/// The outcomes of all attempts, target by target.
async fn attempts(gateway: &Gateway, answer: &StreamAnswer) -> Vec<String> {
    let record = gateway.record(answer.header("x-fingerpost-request-id").expect("an id")).await;
    let attempts = record.attempts.iter().map(|entry| format!("{} {}", entry.place.target, entry.outcome));
    attempts.chain([format!("{:?}", record.ending)]).collect()
}

/// Fails unless the stream has one id, one role and ends as a whole answer does.
fn assert_one_answer(answer: &StreamAnswer, text: &str) {
    let raw = String::from_utf8_lossy(&answer.raw);
    assert_eq!((answer.text().as_str(), answer.is_done(), answer.error()), (text, true, None), "{raw}");
    let chunks = answer.chunks();
    assert!(chunks.iter().all(|chunk| chunk["id"] == chunks[0]["id"]), "{raw}");
    let roles = chunks.iter().filter(|chunk| chunk["choices"][0]["delta"]["role"].is_string());
    assert_eq!(roles.count(), 1, "{raw}");
}

#[tokio::test]
async fn by_match_the_same_answer_goes_on_where_it_broke() {
    for broken in [
        Reply::stream(STORY).cut_after(2),
        Reply::stream(STORY).reset_after(2),
        Reply::stream(STORY).end_after(2),
        Reply::stream(STORY).garbage_after(2),
        Reply::stream(STORY).error_event_after(2, "server_error", "x"),
    ] {
        let upstream = Upstream::start().await;
        upstream.on("model-a").reply(broken).then(Reply::stream(STORY).split_every(7));
        let gateway = Gateway::start(&resuming(&upstream, "match")).await;
        let answer = gateway.client().stream("r", "hi").await;
        assert_one_answer(&answer, &STORY.concat());
        assert_eq!(upstream.requests()[0].json()["messages"], upstream.requests()[1].json()["messages"]);
        assert_eq!(attempts(&gateway, &answer).await.last().map(String::as_str), Some("Served"));
        upstream.finish().await;
    }
}

#[tokio::test]
async fn by_prefill_the_model_is_given_what_the_caller_has_seen_and_a_smaller_limit() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(STORY).cut_after(2)).then(Reply::stream(["was a ", "king."]));
    let gateway = Gateway::start(&resuming(&upstream, "prefill")).await;
    let body = json!({"model": "r", "stream": true, "max_tokens": 100, "messages": [{"role": "user", "content": "x"}]});
    let answer = gateway.client().post_stream(&body).await;
    assert_one_answer(&answer, &STORY.concat());
    let resumed = upstream.requests()[1].json();
    assert_eq!(resumed["messages"][1], json!({"role": "assistant", "content": "Once upon a time there "}));
    assert!(resumed["max_tokens"].as_u64().is_some_and(|limit| limit < 100), "{resumed}");
    assert_eq!(attempts(&gateway, &answer).await, ["a cut", "a ok", "Served"]);
    upstream.finish().await;
}

#[tokio::test]
async fn another_provider_of_the_same_model_may_go_on_and_every_chunk_says_so() {
    let (first, second) = (Upstream::start().await, Upstream::start().await);
    first.on("model-a").reply(Reply::stream(STORY).cut_after(1)).then(Reply::status(500));
    second.on("model-a").reply(Reply::stream(STORY));
    let config =
        resuming(&first, "match").second_provider(&second).models(["model-a", "model-a", "model-c", "model-d"]);
    let gateway = Gateway::start(&config.bounds("max_same_target = 1")).await;
    let answer = gateway.client().stream("r", "hi").await;
    assert_one_answer(&answer, &STORY.concat());
    let chunks = answer.chunks();
    let from_b: Vec<_> = chunks.iter().filter(|chunk| chunk["fingerpost"]["target"] == "b").collect();
    assert_eq!(from_b.len(), STORY.len());
    let facts = &from_b.last().expect("a last one")["fingerpost"];
    assert_eq!((&facts["intended_target"], &facts["attempts"]), (&json!("a"), &json!(2)));
    assert!(facts["cost_usd"].is_string(), "{facts}");
    second.finish().await;
}

#[tokio::test]
async fn a_target_that_refuses_a_prefill_is_tried_by_match_and_never_hides_what_broke_the_stream() {
    let upstream = Upstream::start().await;
    let refusal = Reply::error(400, "invalid_request_error", "the last message must be the user's");
    let cut = Reply::stream(STORY).cut_after(2);
    upstream.on("model-a").reply(cut.clone()).then(refusal.clone()).then(Reply::stream(STORY));
    let gateway = Gateway::start(&resuming(&upstream, "prefill")).await;
    let answer = gateway.client().stream("r", "hi").await;
    assert_one_answer(&answer, &STORY.concat());
    assert_eq!(attempts(&gateway, &answer).await, ["a cut", "a prefill-refused", "a ok", "Served"]);
    upstream.on("model-c").reply(cut).then(refusal.clone()).then(refusal);
    upstream.finish().await;
}

#[tokio::test]
async fn a_refused_continuation_ends_in_the_error_that_broke_the_stream() {
    let upstream = Upstream::start().await;
    let refusal = Reply::error(400, "invalid_request_error", "no");
    upstream.on("model-a").reply(Reply::stream(STORY).cut_after(2)).then(refusal);
    let gateway = Gateway::start(&resuming(&upstream, "prefill")).await;
    let answer = gateway.client().stream("r", "hi").await;
    assert_eq!(answer.error().expect("an error")["code"], "cut");
    assert_eq!((answer.text().as_str(), answer.is_done()), ("Once upon a time there ", false));
    assert_eq!(attempts(&gateway, &answer).await.last().map(String::as_str), Some("Broken"));
    upstream.finish().await;
}

#[tokio::test]
async fn an_answer_that_disagrees_ends_the_stream_with_an_error_and_adds_nothing() {
    let upstream = Upstream::start().await;
    let other = Reply::stream(["Once upon a ", "midnight ", "dreary"]);
    upstream.on("model-a").reply(Reply::stream(STORY).cut_after(2)).then(other);
    let gateway = Gateway::start(&resuming(&upstream, "match")).await;
    let answer = gateway.client().stream("r", "hi").await;
    assert_eq!((answer.text().as_str(), answer.is_done()), ("Once upon a time there ", false));
    assert!(answer.error().is_some());
    assert_eq!(attempts(&gateway, &answer).await, ["a cut", "a resume-mismatch", "Broken"]);
    upstream.finish().await;
}

#[tokio::test]
async fn a_continuation_that_repeats_the_opening_is_cut_and_never_doubled() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(STORY).cut_after(2)).then(Reply::stream(STORY));
    let gateway = Gateway::start(&resuming(&upstream, "prefill")).await;
    let answer = gateway.client().stream("r", "hi").await;
    assert_one_answer(&answer, &STORY.concat());
    upstream.finish().await;
}

#[tokio::test]
async fn a_stream_that_breaks_between_its_last_word_and_its_finish_reason_is_whole_without_another_word() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(STORY).cut_after(4)).then(Reply::stream([]));
    let gateway = Gateway::start(&resuming(&upstream, "prefill")).await;
    let answer = gateway.client().stream("r", "hi").await;
    assert_one_answer(&answer, &STORY.concat());
    assert_eq!(attempts(&gateway, &answer).await, ["a cut", "a ok", "Served"]);
    upstream.finish().await;
}

#[tokio::test]
async fn the_arguments_of_a_tool_go_on_by_match_only() {
    let upstream = Upstream::start().await;
    let call = || Reply::tool_call("find", ["{\"q\"", ": \"x\"", "}"]).finish_reason("tool_calls");
    upstream.on("model-a").reply(call().cut_after(2)).then(call());
    let gateway = Gateway::start(&resuming(&upstream, "prefill")).await;
    let body = json!({"model": "r", "stream": true, "tools": [{"type": "function", "function": {"name": "find"}}],
        "messages": [{"role": "user", "content": "hi"}]});
    let answer = gateway.client().post_stream(&body).await;
    let calls = answer.chunks().into_iter().filter_map(|chunk| {
        chunk["choices"][0]["delta"]["tool_calls"][0]["function"]["arguments"].as_str().map(str::to_owned)
    });
    assert_eq!((calls.collect::<String>().as_str(), answer.is_done()), ("{\"q\": \"x\"}", true));
    let ids =
        answer.chunks().into_iter().filter(|chunk| chunk["choices"][0]["delta"]["tool_calls"][0]["id"].is_string());
    assert_eq!(ids.count(), 1);
    assert_eq!(upstream.requests()[1].json()["messages"].as_array().map(Vec::len), Some(1));
    upstream.finish().await;
}

#[tokio::test]
async fn several_choices_log_probabilities_and_sound_are_never_resumed() {
    for more in [json!({"n": 2}), json!({"logprobs": true}), json!({"audio": {"voice": "x", "format": "wav"}})] {
        let upstream = Upstream::start().await;
        upstream.on("model-a").reply(Reply::stream(STORY).cut_after(2)).then(Reply::forbidden());
        let gateway = Gateway::start(&resuming(&upstream, "prefill").features("\"audio\"")).await;
        let mut body = json!({"model": "r", "stream": true, "messages": [{"role": "user", "content": "x"}]});
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        let answer = gateway.client().post_stream(&body).await;
        assert!(answer.error().is_some() && !answer.is_done(), "{}", String::from_utf8_lossy(&answer.raw));
        assert_eq!(upstream.hits("model-a"), 1);
        upstream.finish().await;
    }
}

#[tokio::test]
async fn structured_output_goes_on_by_match_only() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["{\"a\"", ":1", "}"]).cut_after(1)).then(Reply::stream(["{\"a\":1}"]));
    let gateway = Gateway::start(&resuming(&upstream, "prefill").features("\"json-object\"")).await;
    let body = json!({"model": "r", "stream": true, "response_format": {"type": "json_object"},
        "messages": [{"role": "user", "content": "x"}]});
    let answer = gateway.client().post_stream(&body).await;
    assert_one_answer(&answer, "{\"a\":1}");
    assert_eq!(upstream.requests()[1].json()["messages"].as_array().map(Vec::len), Some(1));
    upstream.finish().await;
}

#[tokio::test]
async fn a_stop_sequence_across_the_break_ends_the_answer() {
    let upstream = Upstream::start().await;
    upstream
        .on("model-a")
        .reply(Reply::stream(["one two ", "ST"]).cut_after(2))
        .then(Reply::stream(["OP three", " four"]));
    let gateway = Gateway::start(&resuming(&upstream, "prefill")).await;
    let body = json!({"model": "r", "stream": true, "stop": ["STOP"], "stream_options": {"include_usage": true},
        "messages": [{"role": "user", "content": "x"}]});
    let answer = gateway.client().post_stream(&body).await;
    assert_one_answer(&answer, "one two ST");
    assert_eq!(answer.finish_reason().as_deref(), Some("stop"));
    assert!(answer.usage().is_some());
    upstream.finish().await;
}

#[tokio::test]
async fn the_usage_is_that_of_the_visible_answer_and_the_ledger_has_every_attempts_own() {
    let upstream = Upstream::start().await;
    let rest = Reply::stream(["was a ", "king."]).usage(30, 8);
    upstream.on("model-a").reply(Reply::stream(STORY).cut_after(2)).then(rest);
    let gateway = Gateway::start(&resuming(&upstream, "prefill")).await;
    let body = json!({"model": "r", "stream": true, "stream_options": {"include_usage": true},
        "messages": [{"role": "user", "content": "x"}]});
    let answer = gateway.client().post_stream(&body).await;
    let usage = answer.usage().expect("a usage");
    let count = |name: &str| usage[name].as_u64().expect("a count");
    assert_eq!(count("prompt_tokens") + count("completion_tokens"), count("total_tokens"));
    assert_eq!((count("total_tokens"), count("completion_tokens") > 8), (38, true));
    let record = gateway.record(answer.header("x-fingerpost-request-id").expect("an id")).await;
    assert_eq!((record.attempts[1].input_tokens, record.attempts[1].output_tokens), (30, 8));
    assert!(record.attempts[0].output_tokens > 0);
    upstream.finish().await;
}

#[tokio::test]
async fn a_stream_may_break_again_and_still_go_on() {
    let upstream = Upstream::start().await;
    upstream
        .on("model-a")
        .reply(Reply::stream(STORY).cut_after(1))
        .then(Reply::stream(["time there ", "was a "]).cut_after(1))
        .then(Reply::stream(["was a ", "king."]));
    let gateway = Gateway::start(&resuming(&upstream, "prefill")).await;
    let answer = gateway.client().stream("r", "hi").await;
    assert_one_answer(&answer, &STORY.concat());
    let begun: Vec<Value> =
        upstream.requests().iter().map(|request| request.json()["messages"][1]["content"].clone()).collect();
    assert_eq!(begun, [Value::Null, json!("Once upon a "), json!("Once upon a time there ")]);
    upstream.finish().await;
}
