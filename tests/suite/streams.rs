//! Streams on their way to the caller: hold and commit, endings, callers that leave.

use std::time::Duration;

use serde_json::{Value, json};
use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

#[tokio::test]
async fn tokens_arrive_as_they_come_and_not_all_at_the_end() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["one", "two", "three"]).pause(Duration::from_millis(100)));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let mut stream = gateway.client().open("r", "hi").await;
    let early = stream.until_text("one").await;
    assert!(!early.contains("three"));
    assert_eq!(stream.finish().await.text(), "onetwothree");
    upstream.finish().await;
}

#[tokio::test]
async fn a_missing_done_is_added_once_the_answer_is_complete() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["a"]).without_done());
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let answer = gateway.client().stream("r", "hi").await;
    assert_eq!((answer.text().as_str(), answer.is_done(), answer.error()), ("a", true, None));
    upstream.finish().await;
}

#[tokio::test]
async fn a_tool_call_passes_through_whole() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::tool_call("find", ["{\"q\"", ": 1}"]).finish_reason("tool_calls"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let body = json!({"model": "r", "stream": true, "tools": [{"type": "function", "function": {"name": "find"}}],
        "messages": [{"role": "user", "content": "hi"}]});
    let answer = gateway.client().post_stream(&body).await;
    let arguments: String = answer
        .chunks()
        .iter()
        .filter_map(|chunk| {
            chunk["choices"][0]["delta"]["tool_calls"][0]["function"]["arguments"].as_str().map(String::from)
        })
        .collect();
    assert_eq!((arguments.as_str(), answer.finish_reason().as_deref()), ("{\"q\": 1}", Some("tool_calls")));
    upstream.finish().await;
}

#[tokio::test]
async fn a_caller_that_leaves_in_the_middle_ends_the_call_upstream_and_is_recorded() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["a"; 500]).pause(Duration::from_millis(20)));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let mut stream = gateway.client().open("r", "hi").await;
    stream.until_events(3).await;
    let id = stream.headers()["x-fingerpost-request-id"].to_str().unwrap().to_owned();
    drop(stream);
    upstream.until_abandoned("model-a").await;
    let record = gateway.record(&id).await;
    assert_eq!((format!("{:?}", record.ending), &*record.attempts[0].outcome), ("Abandoned".into(), "cancelled"));
    assert!(record.attempts[0].output_tokens > 0 && record.cost.0 > 0);
}

#[tokio::test]
async fn a_caller_that_leaves_before_the_head_ends_the_call_upstream_too() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::silence());
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let client = gateway.client();
    let asking = tokio::spawn(async move { client.chat("r", "hi").await });
    upstream.until_hits("model-a", 1).await;
    asking.abort();
    upstream.until_abandoned("model-a").await;
    let records = gateway.records_after(1).await;
    assert_eq!(format!("{:?}", records[0].ending), "Abandoned");
}

#[tokio::test]
async fn several_choices_are_complete_only_when_each_that_began_has_ended() {
    let upstream = Upstream::start().await;
    let chunk = |choice: Value| format!("data: {}\n\n", json!({"id": "x", "choices": [choice]}));
    let begins = |index| chunk(json!({"index": index, "delta": {"content": "a"}, "finish_reason": null}));
    let ends = chunk(json!({"index": 0, "delta": {}, "finish_reason": "stop"}));
    upstream.on("model-a").reply(Reply::raw_events([begins(0), begins(1), ends, "data: [DONE]\n\n".into()]));
    let gateway = Gateway::start(&ConfigText::new(&upstream).bounds("max_attempts = 1")).await;
    let body = json!({"model": "r", "stream": true, "n": 2, "messages": [{"role": "user", "content": "hi"}]});
    let answer = gateway.client().post_stream(&body).await;
    assert!(answer.error().is_some() && !answer.is_done());
    upstream.finish().await;
}

/// A route whose policy keeps this much of a stream back, as TOML.
fn holding(upstream: &Upstream, hold: &str) -> ConfigText {
    let route = format!("fallback = {{ classes = {{ critical = {{ hold = {hold} }} }} }}");
    ConfigText::new(upstream).policy(r#"{ source = "builtin", name = "tiered" }"#).route(&route)
}

#[tokio::test]
async fn what_is_held_back_can_fail_unseen_and_is_streamed_afterwards() {
    for (hold, broken) in [
        ("\"first-token\"", Reply::stream(["a", "b", "c"]).cut_after(0)),
        ("{ tokens = 2 }", Reply::stream(["a", "b", "c"]).cut_after(1)),
        ("\"all\"", Reply::stream(["a", "b", "c"]).garbage_after(3)),
    ] {
        let upstream = Upstream::start().await;
        upstream.on("model-a").reply(broken).then(Reply::stream(["x", "y", "z"]));
        // Where the answer was garbled, the equal target is asked next.
        upstream.on("model-b").reply(Reply::stream(["x", "y", "z"]));
        let gateway = Gateway::start(&holding(&upstream, hold)).await;
        let answer = gateway.client().stream("r", "hi").await;
        assert_eq!((answer.text().as_str(), answer.is_done()), ("xyz", true), "{hold}");
        assert_eq!(answer.header("x-fingerpost-attempts"), Some("2"));
        upstream.finish().await;
    }
}

#[tokio::test]
async fn a_stream_that_broke_before_its_first_token_goes_on_elsewhere_under_the_same_id() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["a", "b"]).cut_after(0));
    upstream.on("model-b").reply(Reply::stream(["x", "y"]));
    let config = holding(&upstream, "\"none\"").bounds("max_same_target = 1");
    let gateway = Gateway::start(&config).await;
    let answer = gateway.client().stream("r", "hi").await;
    let chunks = answer.chunks();
    assert_eq!((answer.text().as_str(), answer.is_done(), answer.error()), ("xy", true, None));
    assert!(chunks.iter().all(|chunk| chunk["id"] == chunks[0]["id"]));
    assert_eq!(chunks.last().expect("a last one")["fingerpost"]["target"], "b");
    upstream.finish().await;
}

#[tokio::test]
async fn a_plain_request_called_as_a_stream_notices_a_slow_first_token_and_comes_back_whole() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("late").first_token_after(Duration::MAX));
    upstream.on("model-b").reply(Reply::stream(["in ", "time"]).usage(7, 2));
    let route = "fallback = { classes = { critical = { as_stream = true, first_token = 300, retries = 0 } } }";
    let config = ConfigText::new(&upstream).policy(r#"{ source = "builtin", name = "tiered" }"#).route(route);
    let gateway = Gateway::start(&config).await;
    let answer = gateway.client().chat("r", "hi").await;
    assert_eq!((answer.text().as_str(), answer.header("content-type")), ("in time", Some("application/json")));
    assert_eq!(
        (&answer.json()["object"], &answer.json()["usage"]["prompt_tokens"]),
        (&json!("chat.completion"), &json!(7))
    );
    let record = gateway.record(answer.header("x-fingerpost-request-id").unwrap()).await;
    assert_eq!(&*record.attempts[0].outcome, "first-token-timeout");
    assert!(record.attempts[1].first_token_ms.is_some() && upstream.requests()[1].streams());
    upstream.finish().await;
}

#[tokio::test]
async fn a_stream_that_has_to_wait_gets_signs_of_life_and_its_last_chunk_tells_who_served() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::status(500).head_after(Duration::from_millis(300)));
    upstream.on("model-b").reply(Reply::stream(["a", "b"]));
    let gateway = Gateway::start(&ConfigText::new(&upstream).server("heartbeat = \"50ms\"")).await;
    let answer = gateway.client().stream("r", "hi").await;
    assert!(answer.raw.starts_with(b": waiting\n\n"));
    assert_eq!((answer.text().as_str(), answer.is_done()), ("ab", true));
    assert_eq!(answer.header("x-fingerpost-target"), None);
    let facts = answer.chunks().last().expect("a last one")["fingerpost"].clone();
    assert_eq!(
        (&facts["target"], &facts["intended_target"], &facts["attempts"]),
        (&json!("b"), &json!("a"), &json!(2))
    );
    upstream.finish().await;
}

#[tokio::test]
async fn a_failure_after_the_first_sign_of_life_is_an_error_event() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::status(500).head_after(Duration::from_millis(300)));
    let config = ConfigText::new(&upstream).server("heartbeat = \"50ms\"").bounds("max_attempts = 1");
    let gateway = Gateway::start(&config).await;
    let answer = gateway.client().stream("r", "hi").await;
    assert_eq!((answer.status.as_u16(), answer.is_done()), (200, false));
    assert_eq!(answer.error().expect("an error")["code"], "server_error");
    let record = gateway.record(answer.header("x-fingerpost-request-id").unwrap()).await;
    assert_eq!((format!("{:?}", record.ending), record.status), ("Failed".into(), 200));
    upstream.finish().await;
}

#[tokio::test]
async fn a_caller_that_stops_reading_is_given_up_and_its_target_is_not_blamed() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::big(64 << 20));
    let gateway = Gateway::start(&ConfigText::new(&upstream).server("write_timeout = \"300ms\"")).await;
    let mut stream = gateway.client().open("r", "hi").await;
    stream.until_events(2).await;
    upstream.until_abandoned("model-a").await;
    let record = &gateway.records_after(1).await[0];
    assert_eq!((format!("{:?}", record.ending), &*record.attempts[0].outcome), ("Abandoned".into(), "cancelled"));
    assert_eq!(record.attempts[0].detail.as_deref(), Some("the caller stopped reading"));
    assert!(matches!(stream.finish().await.ended, support::client::Ended::Broken));
}

#[tokio::test]
async fn data_in_several_lines_and_signs_of_life_with_data_harm_no_stream() {
    let upstream = Upstream::start().await;
    let pretty = "data: {\"choices\": [\ndata:  {\"index\": 0, \"delta\": {\"content\": \"b\"}}]}\n\ndata: {\"type\":\"ping\"}\n\n";
    upstream.on("model-a").reply(Reply::stream(["a", "c"]).event_after(1, pretty));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let answer = gateway.client().stream("r", "hi").await;
    assert_eq!((answer.text().as_str(), answer.is_done(), answer.error()), ("abc", true, None));
    assert!(!String::from_utf8_lossy(&answer.raw).contains("ping"));
    upstream.finish().await;
}

/// A stream of these events, whatever was asked.
fn events(events: &str) -> Reply {
    Reply::body(events.to_owned()).content_type("text/event-stream")
}

const WHOLE: &str = "data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"}}]}\n\n\
     data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Yes\"},\"finish_reason\":\"stop\"}]}\n\n";

#[tokio::test]
async fn what_comes_behind_a_whole_answer_takes_nothing_from_it() {
    for behind in ["data: {\"type\":\"ping\"}\n\n", "data: {\"choi\n\n", "data: \r{}\n\n", ": hello\n\n"] {
        for server in ["", "heartbeat = \"50ms\""] {
            let upstream = Upstream::start().await;
            let delay = Duration::from_millis(if server.is_empty() { 0 } else { 150 });
            upstream.on("model-a").reply(events(&format!("{WHOLE}{behind}")).head_after(delay));
            let gateway = Gateway::start(&ConfigText::new(&upstream).server(server)).await;
            let answer = gateway.client().stream("r", "hi").await;
            assert_eq!((answer.text().as_str(), answer.is_done(), answer.error()), ("Yes", true, None), "{behind}");
            upstream.finish().await;
        }
    }
}

#[tokio::test]
async fn an_end_without_a_token_is_not_shown_before_another_target_answers() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream([]));
    upstream.on("model-b").reply(Reply::stream(["x"]));
    let gateway = Gateway::start(&holding(&upstream, "\"none\"").bounds("max_same_target = 1")).await;
    let answer = gateway.client().stream("r", "hi").await;
    let ends = answer.chunks().iter().filter(|chunk| chunk["choices"][0]["finish_reason"].is_string()).count();
    assert_eq!((answer.text().as_str(), answer.is_done(), ends), ("x", true, 1));
    upstream.finish().await;
}

#[tokio::test]
async fn an_error_in_another_shape_reaches_the_caller_in_openais_as_an_event_too() {
    let upstream = Upstream::start().await;
    let refusal = Reply::body("{\"detail\":\"no such parameter\"}").status_is(400);
    upstream.on("model-a").reply(refusal.head_after(Duration::from_millis(200)));
    let gateway = Gateway::start(&ConfigText::new(&upstream).server("heartbeat = \"50ms\"")).await;
    let answer = gateway.client().stream("r", "hi").await;
    assert_eq!(answer.error().expect("an error event")["message"], "no such parameter");
    upstream.finish().await;
}

#[tokio::test]
async fn chunks_in_shapes_that_no_client_reads_are_no_part_of_an_answer() {
    for chunk in ["{\"id\":\"x\",\"choices\":[[0,null,{\"content\":\"a\"}]]}", "[null,null,null,[]]"] {
        let upstream = Upstream::start().await;
        upstream.on("model-a").reply(Reply::stream(["a", "b"]).event_after(1, &format!("data: {chunk}\n\n")));
        let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
        let answer = gateway.client().stream("r", "hi").await;
        assert_eq!(answer.error().expect("an error event")["code"], "garbled");
        upstream.finish().await;
    }
}
