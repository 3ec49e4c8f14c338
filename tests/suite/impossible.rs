//! Requests that no target of their route can ever serve: a 400 that says why, which clients do not send again.

use serde_json::{Value, json};
use support::client::{Answer, chat_body};
use support::gateway::{ConfigText, Gateway};
use support::guests;
use support::upstream::{Reply, Upstream};

fn builtin(name: &str) -> String {
    format!("{{ source = \"builtin\", name = \"{name}\" }}")
}

/// Status, code and field of a refusal that forbids another try.
fn told(answer: &Answer) -> (u16, String, Value) {
    assert_eq!(answer.header("x-should-retry"), Some("false"), "{}", answer.body_text());
    let error = answer.json()["error"].clone();
    (answer.status.as_u16(), error["code"].as_str().unwrap_or_default().to_owned(), error["param"].clone())
}

/// A text that is reckoned at so many tokens.
fn tokens(count: usize) -> String {
    "x".repeat(count * 3)
}

#[tokio::test]
async fn a_prompt_larger_than_every_window_is_told_as_that_by_every_policy() {
    let upstream = Upstream::start().await;
    for policy in ["tiered", "single", "cheapest-healthy"] {
        let gateway = Gateway::start(&ConfigText::new(&upstream).policy(&builtin(policy))).await;
        let answer = gateway.client().chat("r", &tokens(230_000)).await;
        assert_eq!(told(&answer), (400, "context_length_exceeded".into(), json!("messages")), "{policy}");
        let message = answer.json()["error"]["message"].to_string();
        assert!(message.contains("maximum context length") && message.contains("200000 tokens"), "{message}");
        let mut body = chat_body("r", "hi");
        body["max_tokens"] = json!(300_000);
        let answer = gateway.client().post_chat(&body).await;
        assert_eq!(told(&answer).1, "context_length_exceeded", "{policy}");
        assert!(answer.body_text().contains("asks for up to 300000 of output"), "{}", answer.body_text());
        let streamed = gateway.client().stream("r", &tokens(230_000)).await;
        assert_eq!((streamed.status.as_u16(), streamed.header("x-should-retry")), (400, Some("false")), "{policy}");
    }
    upstream.finish().await;
}

#[tokio::test]
async fn a_need_that_no_target_has_is_named_with_its_field() {
    let upstream = Upstream::start().await;
    let image = json!([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://x/y.png"}}]}]);
    let plain = json!([{"role": "user", "content": "hi"}]);
    for policy in ["tiered", "single", "cheapest-healthy"] {
        let gateway = Gateway::start(&ConfigText::new(&upstream).features("").policy(&builtin(policy))).await;
        for (body, need, param) in [
            (json!({"model": "r", "messages": image}), "vision", "messages"),
            (json!({"model": "r", "messages": plain, "tools": [{"type": "function"}]}), "tools", "tools"),
            (
                json!({"model": "r", "messages": plain, "response_format": {"type": "json_schema"}}),
                "json-schema",
                "response_format",
            ),
        ] {
            let answer = gateway.client().post_chat(&body).await;
            assert_eq!(told(&answer), (400, "unsupported_feature".into(), json!(param)), "{policy} {need}");
            assert!(answer.body_text().contains(need), "{}", answer.body_text());
        }
    }
    upstream.finish().await;
}

#[tokio::test]
async fn a_target_that_could_serve_later_keeps_the_503_that_says_so() {
    let upstream = Upstream::start().await;
    upstream.on("model-b").reply(Reply::status(429).retry_after(60));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    // Only `b` is large enough.
    let first = gateway.client().chat("r", &tokens(150_000)).await;
    assert_eq!(first.status, 429, "{}", first.body_text());
    let second = gateway.client().chat("r", &tokens(150_000)).await;
    assert_eq!((second.status.as_u16(), second.error_code().as_deref()), (503, Some("no_target_available")));
    assert_eq!(second.header("x-should-retry"), None);
    upstream.finish().await;
}

#[tokio::test]
async fn what_the_callers_boundaries_shut_out_is_no_hope() {
    let upstream = Upstream::start().await;
    let only_p1 = "[tenants.acme.boundary]\nproviders = [\"p1\"]";
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(only_p1)).await;
    let answer = gateway.client().chat("r", &tokens(150_000)).await;
    assert_eq!(told(&answer).1, "context_length_exceeded");
    assert!(answer.body_text().contains("100000 tokens"), "{}", answer.body_text());
    upstream.finish().await;
}

#[tokio::test]
async fn without_a_policy_that_decides_it_is_told_as_well() {
    let upstream = Upstream::start().await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("traps.wasm");
    std::fs::write(&path, guests::component("traps")).unwrap();
    let gateway = Gateway::start_in(dir, &ConfigText::new(&upstream).policy_file(&path)).await;
    let answer = gateway.client().chat("r", &tokens(230_000)).await;
    assert_eq!(told(&answer).1, "context_length_exceeded");
    assert_eq!(gateway.client().chat("r", "hi").await.status, 503);
    upstream.finish().await;
}
