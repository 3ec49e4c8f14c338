//! Whole, paid answers with something odd about them, plain and streamed: each is given to the caller, and no target is asked
//! a second time for it.

use serde_json::{Value, json};
use support::client::chat_body;
use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

/// What came of a request.
struct Got {
    status: u16,
    raw: String,
    /// How often a provider was asked, and what came of each attempt, with how sure its cost is.
    attempts: Vec<String>,
    /// What the record says of the first.
    detail: Option<String>,
    metrics: String,
}

impl Got {
    /// Asserts that the answer was given, with this in it, after one call.
    fn assert_served(&self, with: &str, why: &str) {
        let served = self.attempts.len() == 1 && self.attempts[0].starts_with("ok");
        assert!(self.status == 200 && served && self.raw.contains(with), "{why}: {:?} {}", self.attempts, self.raw);
        assert!(!self.raw.contains("\"error\":{\"message\""), "{why}: {}", self.raw);
    }
}

async fn ask(reply: Reply, stream: bool) -> Got {
    ask_for(1, reply, stream).await
}

/// The same with so many choices wanted.
async fn ask_for(choices: u32, reply: Reply, stream: bool) -> Got {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(reply);
    upstream.on("model-b").reply(Reply::ok("from another"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let mut body = chat_body("r", "hi");
    (body["stream"], body["n"]) = (json!(stream), json!(choices));
    let answer = gateway.client().post_stream(&body).await;
    let record = gateway.record(answer.header("x-fingerpost-request-id").expect("an id")).await;
    let told = record.attempts.iter().map(|entry| format!("{} {}", entry.outcome, entry.cost_state.as_str()));
    let got = Got {
        status: answer.status.as_u16(),
        raw: String::from_utf8_lossy(&answer.raw).into_owned(),
        attempts: told.collect(),
        detail: record.attempts[0].detail.as_deref().map(str::to_owned),
        metrics: gateway.running().gateway.metrics.render(),
    };
    upstream.finish().await;
    got
}

/// A plain answer with this message and these further fields.
fn plain(message: &Value, finish_reason: &Value, more: &Value) -> String {
    let mut answer = json!({"id": "x", "object": "chat.completion", "created": 1, "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}]});
    merge(&mut answer, more);
    answer.to_string()
}

/// The same answer as a stream: a role, the message, the end.
fn events(message: &Value, finish_reason: &Value, more: &Value) -> Vec<String> {
    let chunk = |delta: &Value, finish_reason: &Value| {
        let mut chunk = json!({"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m",
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}]});
        merge(&mut chunk, more);
        format!("data: {chunk}\n\n")
    };
    let opening = chunk(&json!({"role": "assistant", "content": ""}), &Value::Null);
    vec![opening, chunk(message, &Value::Null), chunk(&json!({}), finish_reason), "data: [DONE]\n\n".into()]
}

fn merge(object: &mut Value, more: &Value) {
    for (name, value) in more.as_object().into_iter().flatten() {
        object[name] = value.clone();
    }
}

/// Asks for an answer with this message, plain and as a stream.
async fn both(message: &Value, finish_reason: &Value, more: &Value) -> [Got; 2] {
    let whole = Reply::body(plain(message, finish_reason, more));
    let stream = Reply::raw_events(events(message, finish_reason, more));
    [ask(whole, false).await, ask(stream, true).await]
}

fn says_hello() -> Value {
    json!({"content": "hello"})
}

#[tokio::test]
async fn a_usage_that_cannot_be_read_is_estimated_and_the_answer_is_given() {
    for usage in [
        json!({"prompt_tokens": -35, "completion_tokens": 7, "total_tokens": -28}),
        json!({"prompt_tokens": 9, "completion_tokens": "many", "total_tokens": 16}),
        json!({"prompt_tokens": {"text": 9}, "completion_tokens": [7]}),
        json!({"prompt_tokens": 1e308, "completion_tokens": 7}),
        json!({"prompt_tokens": 9, "completion_tokens": u64::MAX}),
        json!([]),
        json!([{"prompt_tokens": 9}]),
        json!("none"),
        json!(true),
        json!(7.5),
    ] {
        for got in both(&says_hello(), &json!("stop"), &json!({"usage": usage})).await {
            got.assert_served("hello", &usage.to_string());
            assert_eq!(got.attempts, ["ok estimated"], "{usage}");
        }
    }
}

#[tokio::test]
async fn a_finish_reason_that_nobody_knows_is_given_as_it_came_recorded_and_counted() {
    for reason in [json!("who knows"), json!("OTHER"), json!(7)] {
        for got in both(&says_hello(), &reason, &json!({})).await {
            got.assert_served("hello", &reason.to_string());
            assert!(got.raw.contains(&format!("\"finish_reason\":{reason}")), "{}", got.raw);
            let shown = reason.as_str().map_or_else(|| reason.to_string(), str::to_owned);
            assert_eq!(got.detail, Some(format!("it ended for the unknown reason `{shown}`")));
            assert!(
                got.metrics.contains("fingerpost_unknown_finish_reasons_total{provider=\"p1\"} 1"),
                "{}",
                got.metrics
            );
        }
    }
}

#[tokio::test]
async fn vendors_words_for_an_end_reach_the_caller_in_openais_and_are_not_unknown() {
    for (reason, given_as) in [("sensitive", "content_filter"), ("model_length", "length"), ("end_turn", "stop")] {
        for got in both(&says_hello(), &json!(reason), &json!({})).await {
            got.assert_served(&format!("\"finish_reason\":\"{given_as}\""), reason);
            assert!(got.detail.is_none() && !got.metrics.contains("unknown_finish_reasons_total{"), "{}", got.metrics);
        }
    }
}

#[tokio::test]
async fn only_a_finish_reason_that_says_failure_is_one() {
    for reason in ["error", "abort", "network_error", "insufficient_system_resource"] {
        let whole = ask(Reply::body(plain(&says_hello(), &json!(reason), &json!({}))), false).await;
        assert_eq!((whole.attempts[0].as_str(), whole.attempts.len()), ("stream-error estimated", 2), "{reason}");
        let stream = ask(Reply::raw_events(events(&says_hello(), &json!(reason), &json!({}))), true).await;
        assert!(stream.attempts[0].starts_with("stream-error") && stream.raw.contains("stream_error"), "{reason}");
    }
}

#[tokio::test]
async fn an_answer_without_text_is_one_if_it_carries_anything_else() {
    let image = json!([{"type": "image_url", "index": 0, "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}]);
    for (name, value) in [
        ("images", image),
        ("audio", json!({"id": "a", "data": "UklGRg=="})),
        ("refusal", json!("I cannot help with that.")),
        ("annotations", json!([{"type": "url_citation", "url_citation": {"url": "https://example.com"}}])),
        ("reasoning_details", json!([{"type": "reasoning.encrypted", "data": "c2VjcmV0"}])),
        ("thinking", json!("hm")),
        ("video", json!({"url": "https://example.com/v"})),
        ("a_field_of_next_year", json!(["x"])),
    ] {
        for got in both(&json!({"content": "", name: value}), &json!("stop"), &json!({})).await {
            got.assert_served(name, name);
        }
    }
}

#[tokio::test]
async fn one_whole_choice_of_three_that_were_asked_for_is_an_answer() {
    let (hello, stop) = (says_hello(), json!("stop"));
    let whole = Reply::body(plain(&hello, &stop, &Value::Null));
    let events = Reply::raw_events(events(&hello, &stop, &Value::Null));
    for (reply, stream) in [(whole, false), (events, true)] {
        ask_for(3, reply, stream).await.assert_served("hello", "one choice of three");
    }
}

#[tokio::test]
async fn an_answer_that_carries_nothing_is_still_none() {
    for message in [
        json!({"role": "assistant", "content": ""}),
        json!({"content": null, "images": [], "annotations": [], "refusal": null, "audio": {}}),
        json!({"content": "", "provider_specific_fields": {"refusal": null}, "id": "x", "index": 0}),
    ] {
        for got in both(&message, &json!("stop"), &json!({})).await {
            assert_eq!((got.attempts.len(), got.attempts[0].starts_with("empty")), (2, true), "{message}");
        }
    }
}

#[tokio::test]
async fn an_error_that_says_nothing_beside_an_answer_is_none_and_clients_do_not_raise_on_it() {
    for error in [json!(""), json!({}), json!([]), json!(false), json!(null), json!({"message": "", "code": 0})] {
        for got in both(&says_hello(), &json!("stop"), &json!({"error": error})).await {
            got.assert_served("hello", &error.to_string());
            assert!(got.raw.contains("\"error\":null"), "{}", got.raw);
        }
    }
}

#[tokio::test]
async fn odd_shapes_of_what_describes_a_choice_harm_nothing() {
    for (from, to) in [
        ("\"index\":0,", "\"index\":null,"),
        ("\"index\":0,", ""),
        ("\"index\":0,", "\"index\":\"0\","),
        ("\"finish_reason\":null", "\"finish_reason\":\"null\""),
        ("\"finish_reason\":null", "\"finish_reason\":\"\""),
        ("\"created\":1,", "\"created\":1.5,\"created\":null,"),
        ("\"id\":\"x\",", "\"id\":null,\"usage\":{},"),
        ("\"object\":\"chat.completion.chunk\",", ""),
        ("\"delta\":{}", "\"delta\":[]"),
        ("\"delta\":{}", "\"delta\":null"),
    ] {
        let odd = events(&says_hello(), &json!("stop"), &json!({})).into_iter().map(|event| event.replace(from, to));
        ask(Reply::raw_events(odd), true).await.assert_served("[DONE]", to);
        let odd = plain(&says_hello(), &json!("stop"), &json!({})).replace(from, to);
        ask(Reply::body(odd), false).await.assert_served("hello", to);
    }
    for finish_reason in [json!(null), json!("null"), json!("")] {
        let got = ask(Reply::body(plain(&says_hello(), &finish_reason, &json!({}))), false).await;
        got.assert_served("hello", &finish_reason.to_string());
    }
}

#[tokio::test]
async fn byte_order_marks_blanks_and_zero_bytes_around_json_harm_nothing() {
    let answer = plain(&says_hello(), &json!("stop"), &json!({}));
    for odd in [format!("\u{feff}{answer}"), format!("\n\n  {answer}\r\n"), format!("{answer}\0\0")] {
        let got = ask(Reply::body(odd.clone()), false).await;
        got.assert_served("hello", &odd);
        assert!(!got.raw.contains(['\u{feff}', '\0']), "{odd:?}");
    }
}

#[tokio::test]
async fn streams_with_byte_order_marks_and_with_any_line_end_are_read_and_given_as_all_clients_read_them() {
    let stream = events(&says_hello(), &json!("stop"), &json!({})).concat();
    for (name, odd) in [
        ("mark", format!("\u{feff}{stream}")),
        ("CRLF", stream.replace('\n', "\r\n")),
        ("CR", stream.replace('\n', "\r")),
        ("mixed", stream.replacen("\n\n", "\r\n\r", 1).replacen("\n\n", "\n\r\n", 1)),
        ("marks within", stream.replace("data: {", "data: \u{feff}{")),
        ("no space", stream.replace("data: ", "data:")),
        (
            "other lines",
            stream.replace("data: {", ": OPENROUTER PROCESSING\n\nevent: message\nid: 7\nretry: 10\ndata: {"),
        ),
    ] {
        for every in [1, 7, 4_096] {
            let reply = Reply::raw_events([odd.clone()]).split_every(every);
            let got = ask(reply, true).await;
            got.assert_served("\"hello\"", name);
            assert!(
                !got.raw.contains('\u{feff}') && !got.raw.replace("\r\n", "").contains('\r'),
                "{name}: {:?}",
                got.raw
            );
            assert!(got.raw.trim_end().ends_with("[DONE]"), "{name}");
        }
    }
}

#[tokio::test]
async fn many_headers_and_large_events_harm_nothing() {
    for count in [99, 120, 700] {
        let many = |reply: Reply| (0..count).fold(reply, |reply, at| reply.header(&format!("x-{at}"), "y"));
        ask(many(Reply::ok("hello")), false).await.assert_served("hello", "headers");
        ask(many(Reply::stream(["hello"])), true).await.assert_served("hello", "headers");
    }
    let large = "x".repeat(5 << 20);
    for got in both(&json!({"content": large}), &json!("stop"), &json!({})).await {
        got.assert_served(&large, "five megabytes");
    }
}

#[tokio::test]
async fn what_is_larger_than_an_answer_may_be_is_refused_by_name() {
    let upstream = Upstream::start().await;
    let event = events(&json!({"content": "x".repeat(300_000)}), &json!("stop"), &json!({}));
    upstream.on("model-a").reply(Reply::raw_events(event));
    let config = ConfigText::new(&upstream).server("max_answer = \"64KiB\"").bounds("max_attempts = 1");
    let gateway = Gateway::start(&config).await;
    let answer = gateway.client().stream("r", "hi").await;
    let record = gateway.record(answer.header("x-fingerpost-request-id").expect("an id")).await;
    assert_eq!(&*record.attempts[0].outcome, "garbled");
    assert!(record.attempts[0].detail.as_deref().expect("a detail").contains("server.max_answer"));
    upstream.finish().await;
}

#[tokio::test]
async fn an_answer_is_known_by_what_it_is_where_its_content_type_does_not_tell() {
    let answer = plain(&says_hello(), &json!("stop"), &json!({}));
    let stream = events(&says_hello(), &json!("stop"), &json!({}));
    for content_type in ["text/plain", "application/octet-stream", "Application/JSON; Charset=UTF-8", "text/json"] {
        for wants_stream in [false, true] {
            let whole = Reply::body(answer.clone()).content_type(content_type);
            ask(whole, wants_stream).await.assert_served("hello", content_type);
            let events = Reply::raw_events(stream.clone()).content_type(content_type);
            ask(events, wants_stream).await.assert_served("hello", content_type);
        }
    }
    let whole = Reply::body(answer).content_type("text/event-stream");
    for wants_stream in [false, true] {
        ask(whole.clone(), wants_stream).await.assert_served("hello", "an answer as events");
    }
    let error = Reply::error_in_200("rate_limit_exceeded", "slow down").content_type("text/event-stream");
    assert!(ask(error, true).await.attempts[0].starts_with("rate-limited"));
    for content_type in ["text/html", "image/png"] {
        let got = ask(Reply::body("<html>hello</html>").content_type(content_type), false).await;
        assert!(got.attempts[0].starts_with("wrong-content-type"), "{content_type}: {:?}", got.attempts);
    }
}

#[tokio::test]
async fn a_stream_serves_a_plain_request_and_a_plain_answer_a_stream() {
    let usage = json!({"usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}});
    let calls = json!([{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]);
    let message = json!({"role": "assistant", "content": "hello", "tool_calls": calls});
    let upstream = Upstream::start().await;
    let whole = Reply::body(plain(&message, &json!("tool_calls"), &usage));
    upstream.on("model-a").reply(whole).then(Reply::raw_events(events(&says_hello(), &json!("length"), &usage)));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let stream = gateway.client().stream("r", "hi").await;
    let delta = &stream.chunks()[0]["choices"][0]["delta"];
    assert_eq!((delta["content"].as_str(), &delta["tool_calls"][0]["index"]), (Some("hello"), &json!(0)));
    assert_eq!((stream.finish_reason().as_deref(), stream.is_done(), stream.usage()), (Some("tool_calls"), true, None));
    assert!(stream.header("content-type").is_some_and(|header| header.starts_with("text/event-stream")));
    let plain = gateway.client().chat("r", "hi").await;
    assert_eq!((plain.text().as_str(), &plain.json()["choices"][0]["finish_reason"]), ("hello", &json!("length")));
    assert_eq!(
        (plain.header("content-type"), &plain.json()["usage"]["prompt_tokens"]),
        (Some("application/json"), &json!(7))
    );
    for answered in [stream.header("x-fingerpost-request-id"), plain.header("x-fingerpost-request-id")] {
        let record = gateway.record(answered.expect("an id")).await;
        assert_eq!((record.input_tokens, record.output_tokens, record.attempts.len()), (7, 2, 1));
    }
    upstream.finish().await;
}

#[tokio::test]
async fn a_plain_request_says_that_it_wants_no_stream() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    for stream in [None, Some(json!(null)), Some(json!(false))] {
        let mut body = chat_body("r", "hi");
        if let Some(stream) = stream {
            body["stream"] = stream;
        }
        gateway.client().post_chat(&body).await;
    }
    assert!(upstream.requests().iter().all(|request| request.json()["stream"] == false));
    upstream.finish().await;
}
