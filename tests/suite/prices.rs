//! What things cost, what tenants are charged for them, and what is reserved before: by kind, tier, limit and slice.

use std::time::Duration;

use fingerpost::ledger::{CostState, Ending};
use fingerpost::money::NanoUsd;
use fingerpost::price::ServiceTier;
use serde_json::{Value, json};
use support::client::chat_body;
use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

/// A target `e` with these lines, alone on a route `s`.
fn one_more(lines: &str) -> String {
    format!(
        "[routes.s]\ntargets = [\"e\"]\npolicy = {{ source = \"builtin\", name = \"single\" }}\n\
         [targets.e]\nprovider = \"p1\"\nmodel = \"model-e\"\ntier = \"high\"\n{lines}\n"
    )
}

fn budget(limit: &str) -> String {
    format!("[[budgets]]\nid = \"day\"\nscope = {{ tenant = \"acme\" }}\nperiod = \"day\"\nlimit = \"{limit}\"\n")
}

/// A plain answer with this usage.
fn answer(usage: &Value) -> Reply {
    let body = json!({"id": "x", "object": "chat.completion", "created": 1, "model": "m", "service_tier": "flex",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "hi"}}],
        "usage": usage});
    Reply::body(body.to_string()).content_type("application/json")
}

/// So many words of a token each, one a chunk, each in a read of its own.
fn words(count: usize) -> Reply {
    Reply::stream(vec!["w "; count]).pause(Duration::from_millis(4))
}

#[tokio::test]
async fn every_kind_of_token_and_the_tier_of_the_answer_have_their_price_in_the_ledger() {
    let upstream = Upstream::start().await;
    upstream.on("model-e").reply(answer(&json!({"prompt_tokens": 100, "completion_tokens": 10,
        "prompt_tokens_details": {"cached_tokens": 40}, "cache_creation_input_tokens": 10,
        "completion_tokens_details": {"reasoning_tokens": 4}})));
    let prices = "[targets.e.price]\ninput = \"9\"\noutput = \"9\"\nrequest = \"0.000001\"\n\
        batch = { input = \"1\", cached_input = \"0.1\", cache_write = \"2\", output = \"10\", reasoning = \"20\" }";
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(&one_more(prices))).await;
    let said = gateway.client().chat("s", "hi").await;
    let entry = gateway.record(said.header("x-fingerpost-request-id").unwrap()).await.attempts.remove(0);
    assert_eq!(entry.cost, NanoUsd(1_000 + 50 * 1_000 + 40 * 100 + 10 * 2_000 + 6 * 10_000 + 4 * 20_000));
    assert_eq!((entry.parts.cached_input, entry.parts.cache_write, entry.parts.reasoning), (40, 10, 4));
    assert_eq!((entry.service_tier, entry.price_version.map(|version| version.len())), (ServiceTier::Batch, Some(12)));
    upstream.finish().await;
}

#[tokio::test]
async fn tenants_are_charged_with_a_mark_up_and_the_operator_may_pay_for_failures() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x").usage(1, 999).finish_reason("error"));
    upstream.on("model-b").reply(Reply::ok("x").usage(1, 999));
    let config = ConfigText::new(&upstream)
        .more("[charging]\nfailed_attempts = \"operator\"\nmarkup = \"2\"\n[tenants.acme.charging]\nmarkup = \"1.5\"");
    let gateway = Gateway::start(&config.also(&budget("1"))).await;
    let said = gateway.client().chat("r", "hi").await;
    let record = gateway.record(said.header("x-fingerpost-request-id").unwrap()).await;
    assert!(record.attempts[0].cost > NanoUsd::ZERO && record.attempts[0].charge == NanoUsd::ZERO);
    assert_eq!((record.attempts[1].cost, record.charge), (NanoUsd(10_000_000), NanoUsd(15_000_000)));
    upstream.finish().await;
}

#[tokio::test]
async fn budgets_count_the_charge_and_not_the_cost() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x").usage(1, 999)).reply(Reply::forbidden());
    let config = ConfigText::new(&upstream).more(&budget("0.04")).also("[charging]\nmarkup = \"3\"");
    let gateway = Gateway::start(&config).await;
    let body = json!({"model": "r", "max_tokens": 1_000, "messages": [{"role": "user", "content": "hi"}]});
    assert_eq!(gateway.client().post_chat(&body).await.status, 200);
    assert_eq!(gateway.client().post_chat(&body).await.error_code().as_deref(), Some("request_exceeds_budget"));
    upstream.finish().await;
}

#[tokio::test]
async fn an_unknown_price_reserves_by_the_default_and_is_recorded_as_unknown() {
    let upstream = Upstream::start().await;
    upstream.on("model-e").reply(Reply::ok("x").usage(10, 10)).reply(Reply::forbidden());
    let config = |unknown: &str| ConfigText::new(&upstream).more(&one_more("")).also(&budget("0.01")).also(unknown);
    let cheap = "[prices]\nunknown = { input = \"1\", output = \"1\" }";
    let gateway = Gateway::start(&config(cheap)).await;
    let said = gateway.client().chat("s", "hi").await;
    let record = gateway.record(said.header("x-fingerpost-request-id").unwrap()).await;
    assert_eq!((record.attempts[0].cost_state, record.cost_known), (CostState::Unknown, false));
    assert_eq!(said.header("x-fingerpost-cost-usd"), None);
    gateway.reload(&config("")).await;
    // 1,024 tokens at the dearest price in wide use are more than a cent.
    assert_eq!(gateway.client().chat("s", "hi").await.error_code().as_deref(), Some("request_exceeds_budget"));
    upstream.finish().await;
}

#[tokio::test]
async fn a_target_gets_its_price_and_what_it_can_do_from_the_list_and_operators_see_where_from() {
    let upstream = Upstream::start().await;
    upstream.on("model-e").reply(Reply::ok("x").usage(1_000, 1_000));
    let config = ConfigText::new(&upstream).more(&one_more("catalog = \"openai/gpt-4.1\""));
    let gateway = Gateway::start(&config).await;
    let said = gateway.client().chat("s", "hi").await;
    assert_eq!(said.header("x-fingerpost-cost-usd"), Some("0.01"));
    let seen = gateway.operator().get("/admin/v1/targets").await.json();
    let price = |id: &str| {
        let targets = seen["targets"].as_array().unwrap().iter();
        targets.filter(|target| target["target"] == id).map(|target| target["price"].clone()).next().unwrap()
    };
    assert!(price("e")["source"].as_str().unwrap().starts_with("openai/gpt-4.1 in the list"), "{seen}");
    assert_eq!((&price("a")["source"], &price("a")["input"]), (&json!("the config"), &json!("10.00")));
    upstream.finish().await;
}

#[tokio::test]
async fn a_route_limits_requests_without_a_limit_and_the_caller_sees_it() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    let config = ConfigText::new(&upstream).route("default_max_output_tokens = 100\nclamp = true");
    let gateway = Gateway::start(&config).await;
    let said = gateway.client().chat("r", "hi").await;
    assert_eq!(said.header("x-fingerpost-max-output-tokens"), Some("100"));
    let record = gateway.record(said.header("x-fingerpost-request-id").unwrap()).await;
    assert!(record.decisions[0].notes.contains(&("max-output-tokens".into(), "100".into())));
    let own = json!({"model": "r", "max_tokens": 7, "messages": [{"role": "user", "content": "hi"}]});
    assert_eq!(gateway.client().post_chat(&own).await.header("x-fingerpost-max-output-tokens"), None);
    let sent: Vec<_> = upstream.requests().iter().map(|request| request.json()["max_tokens"].clone()).collect();
    assert_eq!(sent, [json!(100), json!(7)]);
    upstream.finish().await;
}

#[tokio::test]
async fn a_stream_whose_next_slice_nobody_pays_for_ends_with_insufficient_quota() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(words(200));
    // 11 tokens of input and 19 of output: two slices and no third.
    let config = ConfigText::new(&upstream).targets("slice = 8").more(&budget("0.0003"));
    let gateway = Gateway::start(&config).await;
    let stream = gateway.client().stream("r", "hi").await;
    let error = stream.error().expect("an error event");
    assert_eq!((stream.status.as_u16(), error["code"].as_str()), (200, Some("insufficient_quota")));
    assert_eq!(stream.text().matches("w ").count(), 16);
    upstream.until_abandoned("model-a").await;
    let record = gateway.records_after(1).await.remove(0);
    assert_eq!((record.ending, record.fallback_reason.as_deref()), (Ending::Broken, Some("budget")));
    assert_eq!((&*record.attempts[0].outcome, record.attempts.len()), ("unpaid", 1));
    assert!(record.attempts[0].output_tokens <= 16 + 8, "{record:#?}");
    upstream.finish().await;
}

#[tokio::test]
async fn many_streams_at_once_overspend_by_one_slice_each_at_most() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(words(60).usage(11, 60));
    let (limit, slice, streams) = (10_000_000_u64, 8_u64, 20_usize);
    let config = ConfigText::new(&upstream).targets("slice = 8").more(&budget("0.01"));
    let gateway = Gateway::start(&config).await;
    let open: Vec<_> = (0..streams)
        .map(|_| {
            let client = gateway.client();
            tokio::spawn(async move { client.stream("r", "hi").await })
        })
        .collect();
    let mut whole = 0;
    for stream in open {
        whole += usize::from(stream.await.unwrap().is_done());
    }
    let spent: u64 = gateway.records_after(streams).await.iter().map(|record| record.charge.0).sum();
    assert!(spent <= limit + streams as u64 * slice * 10_000, "{spent}");
    assert!(whole < streams && spent > limit / 2, "{whole} whole, {spent} spent");
    upstream.finish().await;
}

#[tokio::test]
async fn a_stream_reserves_a_slice_where_a_target_with_hidden_tokens_reserves_all() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(words(3).usage(11, 3));
    let mut body = chat_body("r", "hi");
    (body["stream"], body["max_tokens"]) = (json!(true), json!(50_000));
    // Half a dollar at most, and a cent of budget.
    let config = ConfigText::new(&upstream).more(&budget("0.01"));
    let gateway = Gateway::start(&config).await;
    assert!(gateway.client().post_stream(&body).await.is_done());
    gateway.reload(&config.targets("hidden_tokens = true")).await;
    assert_eq!(gateway.client().post_chat(&body).await.error_code().as_deref(), Some("request_exceeds_budget"));
    assert_eq!(upstream.hits("model-a"), 1);
    upstream.finish().await;
}

#[tokio::test]
async fn what_a_cancelled_answer_may_still_cost_depends_on_the_provider() {
    let upstream = Upstream::start().await;
    upstream.on("model-e").reply(words(500));
    let exposed = async |lines: &str| {
        let lines = format!(
            "price = {{ input = \"1\", output = \"1\" }}\n[providers.p9]\nkind = \"openai\"\nbase_url = \"{}\"\n{lines}",
            upstream.base_url()
        );
        let more = one_more(&lines).replace("\"p1\"", "\"p9\"");
        let gateway = Gateway::start(&ConfigText::new(&upstream).more(&more)).await;
        let mut body = chat_body("s", "hi");
        (body["stream"], body["max_tokens"]) = (json!(true), json!(1_000));
        let mut open = gateway.client().open_body(&body).await;
        open.until_text("w ").await;
        drop(open);
        let record = gateway.records_after(1).await.remove(0);
        let entry = &record.attempts[0];
        assert_eq!((&*entry.outcome, entry.cost_state), ("cancelled", CostState::Estimated));
        (entry.exposure.0, entry.output_tokens)
    };
    assert_eq!(exposed("on_cancel = \"stops\"").await.0, 0);
    let (exposure, seen) = exposed("on_cancel = \"runs-on\"").await;
    assert_eq!(exposure, (1_000 - seen) * 1_000);
    upstream.finish().await;
}

#[tokio::test]
async fn input_is_counted_by_the_tokenizer_of_the_model_once_it_is_loaded() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(words(1));
    let config = ConfigText::new(&upstream).targets("tokenizer = \"o200k\"\nstream_usage = false");
    let gateway = Gateway::start(&config).await;
    // Three around the message, three before the answer, one each for the role and the word.
    gateway
        .until(|| async {
            gateway.client().stream("r", "hi").await;
            gateway.records().await.first().is_some_and(|record| record.attempts[0].input_tokens == 8)
        })
        .await;
    upstream.finish().await;
}
