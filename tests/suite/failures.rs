//! What callers are told of failures, and what they are not. Every fault by itself is in `faults.rs`.

use http::Method;
use serde_json::{Value, json};
use support::client::chat_body;
use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

#[tokio::test]
async fn what_the_caller_did_wrong_is_told_in_the_providers_own_words_and_tried_nowhere_else() {
    for (code, status) in [("invalid_value", 400), ("content_policy_violation", 400), ("unprocessable", 422)] {
        let upstream = Upstream::start().await;
        upstream.on("model-a").reply(Reply::error(status, code, "the very words"));
        upstream.on("model-b").reply(Reply::forbidden());
        let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
        let answer = gateway.client().chat("r", "hi").await;
        assert_eq!(answer.status.as_u16(), status);
        assert_eq!(answer.json()["error"]["message"], "the very words");
        assert_eq!(answer.header("x-should-retry"), Some("false"));
        upstream.finish().await;
    }
}

#[tokio::test]
async fn the_operators_fault_never_shows_the_providers_words() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::error(401, "invalid_api_key", "sk-secret is wrong"));
    let gateway = Gateway::start(&ConfigText::new(&upstream).bounds("max_attempts = 1")).await;
    let answer = gateway.client().chat("r", "hi").await;
    assert_eq!((answer.status.as_u16(), answer.error_code().as_deref()), (502, Some("upstream_account")));
    assert!(!answer.body_text().contains("sk-secret"));
    upstream.finish().await;
}

#[tokio::test]
async fn the_wait_that_a_provider_asks_for_reaches_the_caller() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::status(429).retry_after(90));
    let gateway = Gateway::start(&ConfigText::new(&upstream).bounds("max_attempts = 1")).await;
    let answer = gateway.client().chat("r", "hi").await;
    assert_eq!((answer.header("retry-after"), answer.header("x-should-retry")), (Some("90"), Some("false")));
    upstream.finish().await;
}

#[tokio::test]
async fn an_error_that_comes_with_a_200_never_reaches_the_caller_as_one() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::error_in_200("content_filter", "no"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let answer = gateway.client().chat("r", "hi").await;
    let record = gateway.record(answer.header("x-fingerpost-request-id").unwrap()).await;
    assert_eq!(
        (answer.status.as_u16(), record.status, answer.error_code().as_deref()),
        (400, 400, Some("content_filter"))
    );
    upstream.finish().await;
}

/// An error in the list that Gemini's endpoint for OpenAI's clients puts it into.
fn in_a_list(status: u16, error: &Value) -> Reply {
    Reply::body(json!([{ "error": error }]).to_string()).status_is(status).content_type("application/json")
}

#[tokio::test]
async fn a_prompt_that_is_too_long_is_tried_at_another_model_in_whichever_words_it_is_told() {
    let google = json!({"code": 400, "status": "INVALID_ARGUMENT",
        "message": "The input token count (1066750) exceeds the maximum number of tokens allowed (1048575)."});
    let plain = |status, body: Value| Reply::body(body.to_string()).status_is(status).content_type("application/json");
    for reply in [
        in_a_list(400, &google),
        plain(
            400,
            json!({"object": "error", "code": 400,
            "message": "The input (61709 tokens) is longer than the model's context length (40960 tokens)."}),
        ),
        plain(
            400,
            json!({"code": "Client specified an invalid argument",
            "error": "This model's maximum prompt length is 131072 but the request contains 136973 tokens."}),
        ),
        plain(422, json!({"error": "Input validation error: `inputs` must have less than 4096 tokens. Given: 4545"})),
        plain(200, json!({"error": {"message": "Input is too long for requested model."}})),
    ] {
        for streamed in [false, true] {
            let upstream = Upstream::start().await;
            upstream.on("model-a").reply(reply.clone());
            upstream.on("model-b").reply(Reply::ok("fits"));
            let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
            let mut body = chat_body("r", "hi");
            body["stream"] = streamed.into();
            let answer = gateway.client().send(Method::POST, "/v1/chat/completions", body.to_string()).await;
            assert_eq!(
                (answer.status.as_u16(), answer.body_text().contains("fits")),
                (200, true),
                "{}",
                answer.body_text()
            );
            let record = gateway.record(answer.header("x-fingerpost-request-id").unwrap()).await;
            assert_eq!(&*record.attempts[0].outcome, "context-length");
            upstream.finish().await;
        }
    }
}

#[tokio::test]
async fn a_key_of_the_gateways_that_is_refused_with_a_400_is_the_operators_fault() {
    let upstream = Upstream::start().await;
    let error = json!({"code": 400, "message": "API key not valid. Please pass a valid API key.", "status": "INVALID_ARGUMENT",
        "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]});
    upstream.on("model-a").reply(in_a_list(400, &error));
    upstream.on("model-b").reply(Reply::ok("fine"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let answer = gateway.client().chat("r", "hi").await;
    let record = gateway.record(answer.header("x-fingerpost-request-id").unwrap()).await;
    assert_eq!((answer.status.as_u16(), answer.header("x-fingerpost-target")), (200, Some("b")));
    assert_eq!((&*record.attempts[0].outcome, record.attempts[0].fault.as_deref()), ("invalid-key", Some("operator")));
    upstream.finish().await;
}

#[tokio::test]
async fn the_callers_own_error_reaches_it_out_of_its_list() {
    let upstream = Upstream::start().await;
    let error = json!({"code": 400, "message": "Unknown name \"x\": Cannot find field.", "status": "INVALID_ARGUMENT"});
    upstream.on("model-a").reply(in_a_list(400, &error));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let answer = gateway.client().chat("r", "hi").await;
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (400, &error));
    upstream.finish().await;
}

#[tokio::test]
async fn a_wait_that_stands_only_in_the_body_cools_the_target_and_reaches_the_caller() {
    let info = json!({"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "Quota exceeded.",
        "details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "39.2s"}]});
    let words =
        "Rate limit reached for model `m` on tokens per minute (TPM): Limit 6. Please try again in 39.2s. Need more?";
    for (reply, asked) in [
        (in_a_list(429, &info), "40"),
        (Reply::error(429, "rate_limit_exceeded", words), "40"),
        (Reply::error(413, "rate_limit_exceeded", words), "40"),
        (Reply::error(503, "", "overloaded, retry after 2 minutes"), "120"),
        (Reply::error(429, "", words).retry_after(7), "7"),
        (Reply::error(429, "", words).header("x-ratelimit-reset-tokens", "6m0s"), "40"),
        (Reply::error_in_200("rate_limit_exceeded", words), "40"),
    ] {
        let upstream = Upstream::start().await;
        upstream.on("model-a").reply(reply);
        let gateway = Gateway::start(&ConfigText::new(&upstream).bounds("max_attempts = 1")).await;
        let answer = gateway.client().chat("r", "hi").await;
        assert_eq!(answer.header("retry-after"), Some(asked), "{}", answer.body_text());
        assert!(!answer.body_text().contains("TPM"), "no word of the provider's: {}", answer.body_text());
        let targets = gateway.operator().get("/admin/v1/targets").await.json();
        let seen = targets["targets"].as_array().unwrap().iter().find(|seen| seen["target"] == "a").unwrap();
        assert_eq!(seen["state"], "cooling", "{seen}");
        upstream.finish().await;
    }
}
