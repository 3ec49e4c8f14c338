//! What is settled where a provider's usage is not to be believed, plain and streamed, and that an honest one is.

use fingerpost::ledger::{CostState, Entry};
use fingerpost::money::NanoUsd;
use serde_json::{Value, json};
use support::client::chat_body;
use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

/// One target alone on the route `s`, whose tokens cost so much that each is seen.
const PRICED: &str = "[routes.s]\ntargets = [\"e\"]\npolicy = { source = \"builtin\", name = \"single\" }\n[targets.e]\n\
    provider = \"p1\"\nmodel = \"model-e\"\ntier = \"high\"\n\
    features = [\"tools\", \"vision\"]\nprice = { input = \"1.25\", output = \"2.50\", cached_input = \"0.20\" }\n";

/// An answer of this text with this usage, in the form that the request asks for.
fn answer(text: &str, usage: &Value, is_stream: bool) -> Reply {
    let frame = |choice: Value, usage: Option<&Value>| {
        let mut frame = json!({"id": "x", "created": 1, "model": "m", "choices": [choice]});
        if let Some(usage) = usage {
            frame["usage"] = usage.clone();
        }
        frame
    };
    if !is_stream {
        let message = json!({"role": "assistant", "content": text});
        let body = frame(json!({"index": 0, "finish_reason": "stop", "message": message}), Some(usage));
        return Reply::body(body.to_string()).content_type("application/json");
    }
    let mut events = vec![frame(json!({"index": 0, "delta": {"content": text}}), None)];
    events.push(frame(json!({"index": 0, "delta": {}, "finish_reason": "stop"}), Some(usage)));
    stream(&events)
}

fn stream(events: &[Value]) -> Reply {
    let events: String = events.iter().map(|event| format!("data: {event}\n\n")).collect();
    Reply::body(events + "data: [DONE]\n\n").content_type("text/event-stream")
}

async fn gateway(upstream: &Upstream) -> Gateway {
    Gateway::start(&ConfigText::new(upstream).more(PRICED)).await
}

/// The entry of a request that gets this reply.
async fn entry(gateway: &Gateway, upstream: &Upstream, reply: Reply, body: &Value) -> Entry {
    upstream.on("model-e").only(reply);
    let answer = if body["stream"] == true {
        let answer = gateway.client().post_stream(body).await;
        assert!(answer.is_done(), "{:?}", answer.events);
        answer.header("x-fingerpost-request-id").expect("an id").to_owned()
    } else {
        let answer = gateway.client().post_chat(body).await;
        assert_eq!(answer.status, 200, "{}", answer.body_text());
        answer.header("x-fingerpost-request-id").expect("an id").to_owned()
    };
    let mut record = gateway.record(&answer).await;
    assert_eq!(record.attempts.len(), 1, "{record:#?}");
    record.attempts.remove(0)
}

/// The entries of a plain request and of a streamed one that get an answer of this text with this usage.
async fn entries(gateway: &Gateway, upstream: &Upstream, prompt: &str, text: &str, usage: &Value) -> [Entry; 2] {
    let mut body = chat_body("s", prompt);
    let plain = entry(gateway, upstream, answer(text, usage, false), &body).await;
    body["stream"] = true.into();
    [plain, entry(gateway, upstream, answer(text, usage, true), &body).await]
}

fn doubt(entry: &Entry) -> Option<&str> {
    entry.reported.as_ref().map(|reported| &*reported.doubt)
}

#[tokio::test]
async fn reasoning_beside_the_output_is_paid_for_and_both_figures_are_kept() {
    let upstream = Upstream::start().await;
    let gateway = gateway(&upstream).await;
    let usage = json!({"prompt_tokens": 10_120, "completion_tokens": 1_499, "total_tokens": 14_428,
        "prompt_tokens_details": {"cached_tokens": 128}, "completion_tokens_details": {"reasoning_tokens": 2_809}});
    for entry in entries(&gateway, &upstream, "hi", "hello", &usage).await {
        assert_eq!((entry.cost, entry.cost_state), (NanoUsd(23_285_600), CostState::Estimated));
        assert_eq!((entry.input_tokens, entry.output_tokens, entry.parts.reasoning), (10_120, 4_308, 2_809));
        let reported = entry.reported.expect("what the provider said");
        assert_eq!((reported.input_tokens, reported.output_tokens), (Some(10_120), Some(1_499)));
        assert_eq!((reported.cost, &*reported.doubt), (Some(NanoUsd(16_263_100)), "total"));
    }
    let usage = json!({"prompt_tokens": 1_000, "completion_tokens": 20, "total_tokens": 3_020});
    for entry in entries(&gateway, &upstream, "hi", "hello", &usage).await {
        assert_eq!((entry.input_tokens, entry.output_tokens, entry.cost_state), (1_000, 2_020, CostState::Estimated));
    }
    upstream.finish().await;
}

#[tokio::test]
async fn usage_below_what_was_sent_or_seen_is_settled_by_what_was_and_counted_by_provider() {
    let upstream = Upstream::start().await;
    let gateway = gateway(&upstream).await;
    let (prompt, text) = ("one two three four ".repeat(500), "five six seven ".repeat(400));
    for (usage, why) in [
        (json!({"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}), "input"),
        (json!({"prompt_tokens": 2_000, "completion_tokens": 1, "total_tokens": 2_001}), "output"),
        (json!({"prompt_tokens": 20, "completion_tokens": 1_200, "total_tokens": 1_220}), "input"),
        (json!({"completion_tokens": 1_200}), "incomplete"),
        (json!({"prompt_tokens": -35, "completion_tokens": 1_200}), "unreadable"),
        (json!([]), "unreadable"),
        (json!("many"), "unreadable"),
    ] {
        for entry in entries(&gateway, &upstream, &prompt, &text, &usage).await {
            assert_eq!((doubt(&entry), entry.cost_state), (Some(why), CostState::Estimated), "{usage}");
            assert!(entry.input_tokens >= 2_000 && entry.output_tokens >= 1_200, "{usage}: {entry:#?}");
            assert!(entry.input_tokens < 6_000 && entry.output_tokens < 3_000, "{usage}: {entry:#?}");
        }
    }
    let metrics = gateway.operator().get("/metrics").await.body_text();
    assert!(metrics.contains("fingerpost_implausible_usage_total{provider=\"p1\",doubt=\"input\"} 4"), "{metrics}");
    assert!(
        metrics.contains("fingerpost_implausible_usage_total{provider=\"p1\",doubt=\"unreadable\"} 6"),
        "{metrics}"
    );
    upstream.finish().await;
}

#[tokio::test]
async fn a_placeholder_in_the_first_chunk_is_no_count_and_a_later_usage_replaces_an_earlier_one() {
    let upstream = Upstream::start().await;
    let gateway = gateway(&upstream).await;
    let mut body = chat_body("s", "hi");
    body["stream"] = true.into();
    let usage = |output: u64| json!({"prompt_tokens": 9, "completion_tokens": output, "total_tokens": 9 + output});
    let delta = |usage: Option<Value>| {
        let mut chunk = json!({"choices": [{"index": 0, "delta": {"content": "w "}}]});
        chunk["usage"] = usage.unwrap_or(Value::Null);
        chunk
    };
    let end = json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]});
    let mut events = vec![delta(Some(usage(1)))];
    events.extend((0..300).map(|_| delta(None)));
    events.push(end.clone());
    let first = entry(&gateway, &upstream, stream(&events), &body).await;
    assert_eq!((first.output_tokens, doubt(&first)), (301, Some("output")));
    // Counts that run along are right with the last.
    let mut events: Vec<_> = (1..=300).map(|count| delta(Some(usage(count)))).collect();
    events.push(end.clone());
    let along = entry(&gateway, &upstream, stream(&events), &body).await;
    assert_eq!((along.output_tokens, along.cost_state), (300, CostState::Confirmed));
    events.push(json!({"choices": [], "usage": usage(450)}));
    let last = entry(&gateway, &upstream, stream(&events), &body).await;
    assert_eq!((last.output_tokens, last.cost_state), (450, CostState::Confirmed));
    upstream.finish().await;
}

#[tokio::test]
async fn cached_tokens_are_found_wherever_vendors_put_them() {
    let upstream = Upstream::start().await;
    let gateway = gateway(&upstream).await;
    for (more, input) in [
        (json!({"prompt_tokens": 50_000, "completion_tokens": 10, "cached_tokens": 49_000}), 50_000),
        (json!({"prompt_tokens": 50_000, "completion_tokens": 10, "prompt_cache_hit_tokens": 49_000}), 50_000),
        (json!({"input_tokens": 1_000, "output_tokens": 10, "cache_read_input_tokens": 49_000}), 50_000),
    ] {
        for entry in entries(&gateway, &upstream, "hi", "hello", &more).await {
            assert_eq!((entry.input_tokens, entry.parts.cached_input), (input, 49_000), "{more}");
            assert_eq!((entry.cost, entry.cost_state), (NanoUsd(1_250_000 + 9_800_000 + 25_000), CostState::Confirmed));
        }
    }
    let mut body = chat_body("s", "hi");
    body["stream"] = true.into();
    let usage = json!({"prompt_tokens": 30, "completion_tokens": 2, "total_tokens": 32});
    for chunk in [
        json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop", "usage": usage}]}),
        json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "x_groq": {"usage": usage}}),
    ] {
        let events = [json!({"choices": [{"index": 0, "delta": {"content": "hello there"}}]}), chunk];
        let entry = entry(&gateway, &upstream, stream(&events), &body).await;
        assert_eq!((entry.input_tokens, entry.output_tokens, entry.cost_state), (30, 2, CostState::Confirmed));
    }
    upstream.finish().await;
}

#[tokio::test]
async fn an_honest_usage_stays_confirmed() {
    let upstream = Upstream::start().await;
    let gateway = gateway(&upstream).await;
    // Prompt and answer, and what o200k_base or a tokenizer with longer tokens makes of them.
    for (prompt, text, input, output) in [
        ("hi".to_owned(), "hi".to_owned(), 1, 1),
        // A prompt of the provider's own, and reasoning that is not shown.
        ("hi".to_owned(), "hello".to_owned(), 4_000, 9_000),
        ("The quick brown fox jumps over the lazy dog. ".repeat(200), "Indeed it does. ".repeat(100), 2_007, 401),
        ("我想知道明天北京的天气怎么样，需要带伞吗？".repeat(100), "明天晴，不用带伞。".repeat(50), 1_100, 300),
        ("สวัสดีครับ".repeat(200), "สวัสดี".repeat(100), 500, 150),
        (" ".repeat(9_000), "=".repeat(4_000), 80, 40),
        ("x = [1, 2, 3]\n".repeat(300), "for i in range(10):\n    print(i)\n".repeat(60), 2_700, 600),
        ("https://example.com/a/very/long/path?with=many&parts=of&it\n".repeat(100), "🙂".repeat(200), 1_500, 250),
    ] {
        let usage = json!({"prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output});
        for entry in entries(&gateway, &upstream, &prompt, &text, &usage).await {
            assert_eq!((doubt(&entry), entry.cost_state), (None, CostState::Confirmed), "{prompt:.20}");
            assert_eq!((entry.input_tokens, entry.output_tokens), (input, output));
        }
    }
    upstream.finish().await;
}

#[tokio::test]
async fn calls_of_tools_and_images_are_no_text_that_has_to_be_counted() {
    let upstream = Upstream::start().await;
    let gateway = gateway(&upstream).await;
    let usage = json!({"prompt_tokens": 300, "completion_tokens": 12, "total_tokens": 312});
    let image = format!("data:image/png;base64,{}", "A1b2".repeat(50_000));
    let mut body = chat_body("s", "hi");
    body["messages"][0]["content"] =
        json!([{"type": "text", "text": "what is it?"}, {"type": "image_url", "image_url": {"url": image}}]);
    let seen = entry(&gateway, &upstream, answer("a cat", &usage, false), &body).await;
    assert_eq!((seen.input_tokens, doubt(&seen)), (300, None));
    let none =
        entry(&gateway, &upstream, answer("a cat", &json!({"prompt_tokens": 0, "completion_tokens": 2}), false), &body);
    let none = none.await;
    assert!(doubt(&none) == Some("input") && (2_000..3_000).contains(&none.input_tokens), "{none:#?}");
    let mut body = chat_body("s", "hi");
    body["stream"] = true.into();
    let parts = ["{\"", "city", "\":\"", "Paris", "\"}"].map(|part| {
        json!({"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "function": {"arguments": part}}]}}]})
    });
    let end = json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}], "usage": usage});
    let called = entry(&gateway, &upstream, stream(&[&parts[..], &[end]].concat()), &body).await;
    assert_eq!((called.output_tokens, called.cost_state), (12, CostState::Confirmed));
    upstream.finish().await;
}

#[tokio::test]
async fn a_wild_count_overflows_nothing_and_a_failure_without_an_answer_costs_nothing() {
    let upstream = Upstream::start().await;
    let gateway = gateway(&upstream).await;
    let most = u64::MAX;
    let wild = json!({"prompt_tokens": most, "completion_tokens": most, "total_tokens": most, "cached_tokens": most,
        "completion_tokens_details": {"reasoning_tokens": most}});
    for entry in entries(&gateway, &upstream, "hi", "hello", &wild).await {
        assert!(doubt(&entry) == Some("unreadable") && entry.cost < NanoUsd(1_000_000), "{entry:#?}");
    }
    let refused = json!({"error": {"message": "no", "code": "invalid_value"},
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}});
    upstream.on("model-e").only(Reply::body(refused.to_string()).status_is(400).content_type("application/json"));
    let said = gateway.client().chat("s", "hi").await;
    let record = gateway.record(said.header("x-fingerpost-request-id").expect("an id")).await;
    assert_eq!((record.attempts[0].cost_state, record.cost), (CostState::Nothing, NanoUsd::ZERO));
    upstream.finish().await;
}
