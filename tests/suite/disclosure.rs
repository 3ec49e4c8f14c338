//! What a caller is told of how its request was decided: only with a key that may know, in the form that it asks for, and
//! never as a part of an answer that somebody else is given.

use serde_json::{Value, json};
use support::client::{Answer, Client, StreamAnswer, chat_body};
use support::gateway::{ConfigText, Gateway};
use support::guests;
use support::queues::{down, id_of, resume, up};
use support::upstream::{Reply, Upstream};

const ASKS: &str = "x-fingerpost-explain";
const TELLS: &str = "x-fingerpost-explanation";
const STATIC: &str = "on_policy_failure = { action = \"static\", targets = [\"b\", \"a\"] }";

/// The key `curious`, which may ask.
fn curious() -> String {
    let digest = fingerpost::policy::Digest::of(b"fp-curious");
    format!("[keys.curious]\ntenant = \"acme\"\nmay_explain = true\nsha256 = \"{digest}\"")
}

/// Its caller, asking for this.
fn asks(gateway: &Gateway, how: &str) -> Client {
    Client::new(gateway.address(), "fp-curious").with_header(ASKS, how)
}

async fn started(upstream: &Upstream) -> Gateway {
    Gateway::start(&ConfigText::new(upstream).also(&curious())).await
}

fn in_header(answer: &Answer) -> Value {
    serde_json::from_str(answer.header(TELLS).expect("it was asked for")).expect("JSON")
}

fn in_body(answer: &Answer) -> Value {
    answer.json()["fingerpost"]["explanation"].clone()
}

fn in_last_chunk(answer: &StreamAnswer) -> Value {
    assert!(answer.is_done(), "{answer:?}");
    let chunks = answer.chunks();
    assert!(chunks[..chunks.len() - 1].iter().all(|chunk| chunk.get("fingerpost").is_none()));
    chunks.last().expect("there is one")["fingerpost"]["explanation"].clone()
}

fn id(answer: &Answer) -> Value {
    json!(answer.header("x-fingerpost-request-id").expect("every answer has one"))
}

#[tokio::test]
async fn a_caller_that_may_know_is_told_decisions_attempts_cost_and_policy_and_nothing_of_the_operators() {
    let upstream = Upstream::start().await;
    let failed = Reply::error(500, "secret_code", "secret words of the provider");
    upstream.on("model-a").reply(failed.clone()).then(Reply::status(500)).then(Reply::status(500));
    upstream.on("model-b").reply(Reply::ok("x").usage(100, 10));
    let gateway = started(&upstream).await;
    let answer = asks(&gateway, "body").chat("r", "hi").await;
    let told = in_body(&answer);
    assert_eq!((&told["request_id"], &told["route"], &told["class"]), (&id(&answer), &json!("r"), &json!("critical")));
    let record = gateway.record(told["request_id"].as_str().unwrap()).await;
    assert_eq!(told["decisions"].as_array().unwrap().len(), record.decisions.len());
    let first = &told["decisions"][0];
    assert_eq!((&first["decision"], &first["target"], &first["index"]), (&json!("send"), &json!("a"), &json!(0)));
    assert_eq!(
        (&first["rule"], &first["reason"]),
        (&json!(record.decisions[0].rule), &json!(record.decisions[0].reason))
    );
    assert_eq!(
        (&told["attempts"][0]["target"], &told["attempts"][0]["outcome"]),
        (&json!("a"), &json!("server-error"))
    );
    assert_eq!(told["attempts"].as_array().unwrap().last().unwrap()["outcome"], "ok");
    let policy = record.policy.unwrap();
    assert_eq!((&told["policy"]["name"], &told["policy"]["digest"]), (&json!(policy.name), &json!(policy.digest)));
    assert_eq!(told["cost_usd"].as_str(), answer.header("x-fingerpost-cost-usd"));
    assert!(!answer.body_text().contains("secret") && answer.header(TELLS).is_none());
    assert!(upstream.requests().iter().all(|request| request.header(ASKS).is_none()), "it is the gateway's own");
    upstream.finish().await;
}

#[tokio::test]
async fn but_for_the_field_a_body_arrives_byte_for_byte() {
    let upstream = Upstream::start().await;
    let odd = "{ \"id\":\"x\",\"object\":\"chat.completion\" ,\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\
               \"content\":\"\\u0041\"},\"finish_reason\":\"stop\"}],\"new\":1.50e3 }\n";
    upstream.on("model-a").reply(Reply::body(odd));
    let gateway = started(&upstream).await;
    let (plain, told) = (asks(&gateway, "header").chat("r", "hi").await, asks(&gateway, "body").chat("r", "hi").await);
    assert_eq!(plain.body_text(), odd);
    let before = odd.strip_suffix("}\n").unwrap();
    let text = told.body_text();
    assert!(
        text.starts_with(&format!("{before},\"fingerpost\":{{\"explanation\":")) && text.ends_with("}\n"),
        "{text}"
    );
    assert_eq!(in_header(&plain)["decisions"][0]["target"], "a");
    upstream.finish().await;
}

#[tokio::test]
async fn a_stream_tells_in_its_last_chunk_all_or_in_its_head_what_is_known_then() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["one ", "two"]).usage(100, 10));
    let gateway = started(&upstream).await;
    let silent = gateway.client().stream("r", "hi").await;
    let head = asks(&gateway, "header").stream("r", "hi").await;
    assert_eq!((&head.raw, head.text().as_str()), (&silent.raw, "one two"), "a header changes no byte of the body");
    let known: Value = serde_json::from_str(head.header(TELLS).unwrap()).unwrap();
    assert_eq!((&known["serving"], &known["attempts"], known.get("cost_usd")), (&json!("a"), &json!([]), None));
    let body = asks(&gateway, "body").stream("r", "hi").await;
    let told = in_last_chunk(&body);
    assert_eq!(
        (&told["attempts"][0]["outcome"], told["cost_usd"].is_string(), body.text()),
        (&json!("ok"), true, "one two".into())
    );
    upstream.finish().await;
}

#[tokio::test]
async fn a_stream_whose_head_went_out_for_signs_of_life_tells_at_its_end_whatever_the_form() {
    let upstream = Upstream::start().await;
    let late = std::time::Duration::from_millis(600);
    upstream.on("model-a").reply(Reply::stream(["late"]).first_token_after(late));
    let config = ConfigText::new(&upstream).server("heartbeat = \"100ms\"").also(&curious());
    let gateway = Gateway::start(&config).await;
    let answer = asks(&gateway, "header").stream("r", "hi").await;
    assert!(answer.header(TELLS).is_none());
    let last = answer.chunks().pop().unwrap();
    assert_eq!(
        (&last["fingerpost"]["target"], &last["fingerpost"]["explanation"]["route"]),
        (&json!("a"), &json!("r"))
    );
    upstream.finish().await;
}

#[tokio::test]
async fn a_key_that_may_not_know_is_served_all_the_same_and_told_that() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    let gateway = started(&upstream).await;
    for how in ["header", "body", "nonsense"] {
        let answer = gateway.client().with_header(ASKS, how).chat("r", "hi").await;
        assert_eq!((answer.status.as_u16(), answer.header(TELLS)), (200, Some("not-allowed")), "{how}");
        assert!(answer.json().get("fingerpost").is_none());
    }
    let silent = gateway.client().chat("r", "hi").await;
    assert!(silent.header(TELLS).is_none());
    upstream.finish().await;
}

#[tokio::test]
async fn a_header_that_is_none_or_comes_twice_is_refused_with_what_to_write() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::forbidden());
    let gateway = started(&upstream).await;
    for client in [
        asks(&gateway, "yes"),
        asks(&gateway, ""),
        asks(&gateway, "header, body"),
        asks(&gateway, "body").with_header(ASKS, "body"),
    ] {
        let answer = client.chat("r", "hi").await;
        assert_eq!((answer.status.as_u16(), answer.error_code().as_deref()), (400, Some("invalid_explain")));
        assert!(
            answer.body_text().contains("`header`") && answer.body_text().contains("`body`"),
            "{}",
            answer.body_text()
        );
    }
    upstream.finish().await;
}

#[tokio::test]
async fn an_error_tells_what_was_overruled_and_why_whatever_the_policy_wrote() {
    let upstream = Upstream::start().await;
    upstream.on("model-b").reply(Reply::ok("static"));
    let bounds = |config: ConfigText| config.bounds("worst_tier = \"high\"").also(&curious());
    for (guest, overruled) in [
        ("disallowed-target", "below-quality-floor"),
        ("control-characters", "class-not-allowed"),
        ("huge-reason", "output-too-large"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("guest.wasm");
        std::fs::write(&path, guests::component(guest)).unwrap();
        let gateway = Gateway::start_in(dir, &bounds(ConfigText::new(&upstream).policy_file(&path))).await;
        let error = asks(&gateway, "body").chat("r", "hi").await;
        assert_eq!((error.status.as_u16(), error.error_code().as_deref()), (503, Some("policy_failed")), "{guest}");
        let first = &in_body(&error)["decisions"][0];
        assert_eq!(first["overruled"], overruled, "{first:#}");
        assert!(first["overruled_because"].as_str().unwrap().len() > 20, "{first:#}");
        let head = asks(&gateway, "header").chat("r", "hi").await;
        assert_eq!(in_header(&head)["decisions"][0]["overruled"], overruled);
        let value = head.headers[TELLS].as_bytes();
        assert!(value.iter().all(|byte| (b' '..=b'~').contains(byte)) && value.len() <= 4096, "{value:?}");
        if guest == "disallowed-target" {
            assert!(first["target"].is_string(), "what was overruled is named: {first:#}");
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("guest.wasm");
    std::fs::write(&path, guests::component("traps")).unwrap();
    let gateway =
        Gateway::start_in(dir, &ConfigText::new(&upstream).policy_file(&path).route(STATIC).also(&curious())).await;
    let served = in_body(&asks(&gateway, "body").chat("r", "hi").await);
    assert_eq!((&served["decisions"][0]["overruled"], &served["attempts"][0]["target"]), (&json!("trap"), &json!("b")));
    upstream.finish().await;
}

#[tokio::test]
async fn targets_outside_of_the_callers_boundaries_are_not_named() {
    let upstream = Upstream::start().await;
    upstream.on("model-b").reply(Reply::ok("x"));
    let config = ConfigText::new(&upstream)
        .policy(r#"{ source = "builtin", name = "cheapest-healthy" }"#)
        .also(&curious())
        .also("boundary = { providers = [\"p2\"] }");
    upstream.on("model-d").reply(Reply::ok("x"));
    let gateway = Gateway::start(&config).await;
    let answer = asks(&gateway, "body").chat("r", "hi").await;
    let record = gateway.record(answer.header("x-fingerpost-request-id").unwrap()).await;
    let names = |told: &Value| told["decisions"][0]["considered"].as_array().map_or(0, Vec::len);
    let told = in_body(&answer);
    assert!(names(&told) > 0 && names(&told) < record.decisions[0].considered.len(), "{told:#}");
    assert!(
        !told.to_string().contains("\"target\":\"a\"") && !told.to_string().contains("\"target\":\"c\""),
        "{told:#}"
    );
    upstream.finish().await;
}

#[tokio::test]
async fn an_answer_that_is_given_again_tells_each_request_its_own_story_and_keeps_none() {
    let upstream = Upstream::start().await;
    upstream
        .on("model-a")
        .reply(Reply::ok("once").usage(100, 10))
        .then(Reply::stream(["o", "nce"]))
        .then(Reply::forbidden());
    let gateway = started(&upstream).await;
    let keyed = |how: &str, key: &str| asks(&gateway, how).with_header("idempotency-key", key);
    let first = keyed("body", "k1").chat("r", "hi").await;
    assert_eq!(
        (in_body(&first)["request_id"].clone(), in_body(&first)["attempts"][0]["target"].clone()),
        (id(&first), json!("a"))
    );
    let again = keyed("body", "k1").chat("r", "hi").await;
    let told = in_body(&again);
    assert_eq!((&told["request_id"], &told["replayed_from"]), (&id(&again), &id(&first)));
    assert_eq!((&told["decisions"], &told["attempts"], &told["cost_usd"]), (&json!([]), &json!([]), &json!("0.00")));
    let head = keyed("header", "k1").chat("r", "hi").await;
    assert_eq!(in_header(&head)["replayed_from"], id(&first));
    assert!(head.json().get("fingerpost").is_none(), "what is kept is the answer alone");

    let mut streamed = chat_body("r", "hi");
    streamed["stream"] = json!(true);
    let first = keyed("body", "k2").post_stream(&streamed).await;
    assert_eq!(in_last_chunk(&first)["attempts"][0]["outcome"], "ok");
    let again = keyed("body", "k2").post_stream(&streamed).await;
    assert_eq!(in_last_chunk(&again)["replayed_from"], json!(first.header("x-fingerpost-request-id").unwrap()));
    let head = keyed("header", "k2").post_stream(&streamed).await;
    assert!(head.header(TELLS).is_some() && head.chunks().iter().all(|chunk| chunk.get("fingerpost").is_none()));
    upstream.finish().await;
}

#[tokio::test]
async fn the_cache_and_the_queue_keep_no_explanation() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("stored"));
    let config = ConfigText::new(&upstream).route("cache = { ttl = \"1h\" }").also(&curious());
    let gateway = Gateway::start(&config).await;
    assert!(in_body(&asks(&gateway, "body").chat("r", "hi").await).is_object());
    let only = Client::new(gateway.address(), "fp-curious").with_header("cache-control", "only-if-cached");
    gateway.until(|| async { only.chat("r", "hi").await.status == 200 }).await;
    assert!(only.chat("r", "hi").await.json().get("fingerpost").is_none());
    let hit = only.with_header(ASKS, "body").chat("r", "hi").await;
    assert_eq!((&in_body(&hit)["request_id"], &in_body(&hit)["decisions"]), (&id(&hit), &json!([])));
    gateway.stop().await;

    down(&upstream);
    let gateway = Gateway::start(&support::queues::config(&upstream, "batch", "").also(&curious())).await;
    support::queues::pause(&gateway).await;
    let put_off = asks(&gateway, "body").with_header("prefer", "respond-async").chat("r", "hi").await;
    let last = in_body(&put_off)["decisions"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["decision"], "defer", "{last:#}");
    up(&upstream);
    resume(&gateway).await;
    let path = format!("/v1/deferred/{}", id_of(&put_off));
    let caller = Client::new(gateway.address(), "fp-curious");
    gateway.until(|| async { caller.get(&path).await.json()["status"] == "done" }).await;
    assert!(caller.get(&path).await.json()["response"]["body"].get("fingerpost").is_none());
    upstream.finish().await;
}

#[tokio::test]
async fn a_request_that_its_rate_limit_refuses_is_told_that_nothing_was_decided() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    let config = ConfigText::new(&upstream).also(&curious()).also("rate = { requests = 1 }");
    let gateway = Gateway::start(&config).await;
    asks(&gateway, "body").chat("r", "hi").await;
    let refused = asks(&gateway, "body").chat("r", "hi").await;
    let told = in_body(&refused);
    assert_eq!((refused.status.as_u16(), &told["request_id"], &told["decisions"]), (429, &id(&refused), &json!([])));
    upstream.finish().await;
}
