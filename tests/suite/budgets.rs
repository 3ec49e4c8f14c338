//! Money: reserved before it is spent, and nothing is asked of a provider that nobody can pay for.

use serde_json::json;
use support::gateway::{ConfigText, Gateway};
use support::hook::{Hook, body_of};
use support::upstream::{Reply, Upstream};

/// A budget for the tenant, in US dollars.
fn budget(limit: &str) -> String {
    format!(
        "[[budgets]]\nid = \"acme-month\"\nscope = {{ tenant = \"acme\" }}\nperiod = \"month\"\nlimit = \"{limit}\""
    )
}

/// A request that is estimated at, and costs, the same: `max_tokens` output tokens at $10 a million, and a little input.
fn body(max_tokens: u32) -> serde_json::Value {
    json!({"model": "r", "max_tokens": max_tokens, "messages": [{"role": "user", "content": "hi"}]})
}

#[tokio::test]
async fn a_spent_budget_is_told_as_such_before_any_call() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x").usage(1, 50_999)).reply(Reply::forbidden());
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(&budget("0.51"))).await;
    assert_eq!(gateway.client().post_chat(&body(50_000)).await.status, 200);
    let refused = gateway.client().post_chat(&body(50_000)).await;
    assert_eq!((refused.status.as_u16(), refused.error_code().as_deref()), (429, Some("insufficient_quota")));
    assert_eq!(refused.header("x-should-retry"), Some("false"));
    assert_eq!(upstream.hits("model-a"), 1);
    upstream.finish().await;
}

#[tokio::test]
async fn many_requests_at_once_never_spend_more_than_there_is() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x").usage(1, 9_999));
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(&budget("1.00"))).await;
    let client = || gateway.client();
    let asked: Vec<_> = (0..40)
        .map(|_| {
            tokio::spawn({
                let client = client();
                async move { client.post_chat(&body(10_000)).await }
            })
        })
        .collect();
    let mut served = 0;
    for answer in asked {
        served += usize::from(answer.await.unwrap().status == 200);
    }
    let spent: u64 = gateway.records_after(40).await.iter().map(|record| record.cost.0).sum();
    assert!(spent <= 1_000_000_000, "{spent}");
    assert!((1..=9).contains(&served), "each is estimated at a little over ten cents: {served}");
    upstream.finish().await;
}

#[tokio::test]
async fn what_was_spent_is_known_again_after_a_restart() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x").usage(1, 50_999)).reply(Reply::forbidden());
    let config = ConfigText::new(&upstream).more(&budget("0.51"));
    let gateway = Gateway::start(&config).await;
    gateway.client().post_chat(&body(50_000)).await;
    let dir = gateway.stop().await;
    let gateway = Gateway::start_in(dir, &config).await;
    assert_eq!(gateway.client().post_chat(&body(50_000)).await.error_code().as_deref(), Some("insufficient_quota"));
    upstream.finish().await;
}

#[tokio::test]
async fn failed_attempts_are_paid_under_the_same_reservation_and_shown_as_retry_spend() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x").usage(1, 999).finish_reason("error"));
    upstream.on("model-b").reply(Reply::ok("x").usage(1, 1_999));
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(&budget("9.00"))).await;
    let answer = gateway.client().post_chat(&body(2_000)).await;
    let record = gateway.record(answer.header("x-fingerpost-request-id").unwrap()).await;
    let entries: u64 = record.attempts.iter().map(|entry| entry.cost.0).sum();
    assert_eq!((record.cost.0, record.cost.0 - record.retry_cost.0), (entries, 20_000_000));
    assert!(record.retry_cost.0 > 0);
    upstream.finish().await;
}

/// Asks so often at once; how many were served, and the codes of the others.
async fn ask_at_once(gateway: &Gateway, times: usize, body: &serde_json::Value) -> (usize, Vec<String>) {
    let asked: Vec<_> = (0..times)
        .map(|_| {
            let (client, body) = (gateway.client(), body.clone());
            tokio::spawn(async move { client.post_chat(&body).await })
        })
        .collect();
    let (mut served, mut codes) = (0, Vec::new());
    for answer in asked {
        let answer = answer.await.expect("no panic");
        match answer.error_code() {
            None => served += 1,
            Some(code) => codes.push(code),
        }
    }
    (served, codes)
}

/// A million dollars a million tokens of output and nothing for input: what a request reserves is exact.
fn exact(limit: &str, wait: &str) -> (String, String) {
    let more = format!(
        "[targets.x]\nprovider = \"p1\"\nmodel = \"model-x\"\ntier = \"high\"\n\
         price = {{ input = \"0.00\", output = \"10000.00\" }}\n[routes.exact]\nclass = \"critical\"\n\
         targets = [\"x\"]\npolicy = {{ source = \"builtin\", name = \"single\" }}\n{}",
        budget(limit)
    );
    (more, format!("budget_wait = \"{wait}\""))
}

fn exact_body(max_tokens: u32) -> serde_json::Value {
    json!({"model": "exact", "max_tokens": max_tokens, "messages": [{"role": "user", "content": "hi"}]})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_200_clients_exactly_those_are_served_whom_the_budget_can_pay() {
    let upstream = Upstream::start().await;
    upstream.on("model-x").reply(Reply::ok("x").usage(1, 10));
    let (more, server) = exact("5.00", "30s");
    let gateway = Gateway::start(&ConfigText::new(&upstream).server(&server).more(&more)).await;
    let (served, codes) = ask_at_once(&gateway, 200, &exact_body(10)).await;
    assert_eq!((served, upstream.hits("model-x")), (50, 50));
    assert!(codes.len() == 150 && codes.iter().all(|code| code == "insufficient_quota"), "{codes:?}");
    upstream.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_told_that_a_budget_is_gone_while_money_remains() {
    let upstream = Upstream::start().await;
    upstream.on("model-x").reply(Reply::ok("x").usage(1, 10));
    let (more, server) = exact("5.00", "30s");
    let gateway = Gateway::start(&ConfigText::new(&upstream).server(&server).more(&more)).await;
    let (served, codes) = ask_at_once(&gateway, 200, &exact_body(100)).await;
    // The last dollar is less than one request may cost.
    assert_eq!((served, upstream.hits("model-x")), (41, 41));
    assert!(codes.iter().all(|code| code == "request_exceeds_budget"), "{codes:?}");
    assert_eq!(ask_at_once(&gateway, 9, &exact_body(10)).await, (9, Vec::new()));
    assert_eq!(ask_at_once(&gateway, 1, &exact_body(10)).await, (0, vec!["insufficient_quota".to_owned()]));
    upstream.finish().await;
}

#[tokio::test]
async fn money_that_requests_under_way_hold_is_waited_for_and_then_called_busy() {
    let upstream = Upstream::start().await;
    upstream.on("model-x").reply(Reply::silence());
    let (more, server) = exact("5.00", "50ms");
    let gateway = Gateway::start(&ConfigText::new(&upstream).server(&server).more(&more)).await;
    let holder = tokio::spawn({
        let client = gateway.client();
        async move { client.post_chat(&exact_body(500)).await }
    });
    upstream.until_hits("model-x", 1).await;
    let busy = gateway.client().post_chat(&exact_body(10)).await;
    assert_eq!((busy.status.as_u16(), busy.error_code().as_deref()), (429, Some("budget_busy")));
    assert_eq!((busy.header("retry-after"), busy.header("x-should-retry")), (Some("1"), None));
    holder.abort();
    assert_eq!(upstream.hits("model-x"), 1);
    upstream.finish().await;
}

#[tokio::test]
async fn a_key_says_which_status_and_how_much_it_is_told_of_a_spent_budget() {
    let upstream = Upstream::start().await;
    upstream.on("model-x").reply(Reply::ok("x").usage(1, 500));
    let (more, _) = exact("5.00", "1s");
    let key = format!(
        "[keys.open]\ntenant = \"acme\"\nquota_status = 402\nshow_amounts = true\nsha256 = \"{}\"",
        fingerpost::policy::Digest::of(b"fp-open")
    );
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(&more).also(&key)).await;
    let near = gateway.client().post_chat(&exact_body(500)).await;
    assert_eq!(near.header("x-fingerpost-budget-remaining-percent"), None);
    gateway.records_after(1).await;
    let told = gateway.client().post_chat(&exact_body(1)).await;
    assert_eq!(told.status, 429);
    assert!(told.body_text().contains("tenant") && told.body_text().contains("resets in"), "{}", told.body_text());
    assert!(!told.body_text().contains("5.00"));
    assert_eq!(told.header("x-fingerpost-budget-remaining-percent"), Some("0"));
    let open = support::client::Client::new(gateway.address(), "fp-open").post_chat(&exact_body(1)).await;
    assert_eq!((open.status.as_u16(), open.error_code().as_deref()), (402, Some("insufficient_quota")));
    assert!(open.body_text().contains("$5.00 of $5.00"), "{}", open.body_text());
    upstream.finish().await;
}

#[tokio::test]
async fn budgets_are_made_and_paid_into_while_the_gateway_runs() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x").usage(1, 49_999));
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(&budget("100.00"))).await;
    let send = async |method, path: &str, body: serde_json::Value| {
        gateway.operator().send(method, &format!("/admin/v1/budgets/{path}"), body.to_string()).await
    };
    let credit = json!({"scope": {"tenant": "acme"}, "period": "prepaid", "limit": "0.50", "thresholds": [80]});
    assert_eq!(send(http::Method::PUT, "credit", credit.clone()).await.json()["limit_usd"], "0.50");
    assert_eq!(gateway.client().post_chat(&body(40_000)).await.status, 200);
    gateway.records_after(1).await;
    assert_eq!(gateway.client().post_chat(&body(40_000)).await.error_code().as_deref(), Some("insufficient_quota"));
    let pay = json!({"amount": "2.00", "reference": "invoice 1"});
    let paid = send(http::Method::POST, "credit/top-ups", pay.clone()).await;
    assert_eq!(send(http::Method::POST, "credit/top-ups", pay).await.body_text(), paid.body_text());
    let other = json!({"amount": "3.00", "reference": "invoice 1"});
    assert_eq!(send(http::Method::POST, "credit/top-ups", other).await.status, 409);
    assert_eq!(gateway.client().post_chat(&body(40_000)).await.status, 200);
    assert_eq!(send(http::Method::PUT, "acme-month", credit).await.error_code().as_deref(), Some("of_config"));
    let listed = gateway.operator().get("/admin/v1/budgets").await.json();
    assert_eq!(
        (listed["budgets"][1]["limit_usd"].as_str(), listed["budgets"].as_array().unwrap().len()),
        (Some("2.50"), 2)
    );
    upstream.finish().await;
}

#[tokio::test]
async fn a_command_on_the_store_takes_effect_within_a_second_or_so() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let config = &gateway.running().gateway.state.load().config;
    let nothing = fingerpost::config::Budget {
        id: "stop".into(),
        scope: fingerpost::config::BudgetScope::Tenant("acme".into()),
        period: fingerpost::config::BudgetPeriod::Day,
        zone: fingerpost::config::Zone::UTC,
        limit: fingerpost::money::NanoUsd(0),
        since: 0,
        thresholds: [].into(),
        webhook: None,
    };
    fingerpost::store::StoredBudgets::open(&config.data_dir).unwrap().set(&nothing, config).unwrap();
    gateway.until(|| async { gateway.client().chat("r", "hi").await.status == 429 }).await;
    upstream.finish().await;
}

#[tokio::test]
async fn each_threshold_calls_the_webhook_until_it_succeeds_and_only_once_a_period() {
    let upstream = Upstream::start().await;
    upstream.on("model-x").reply(Reply::ok("x").usage(1, 100));
    let mut hook = Hook::start(&[503, 302, 200, 200]).await;
    let dir = tempfile::tempdir().unwrap();
    let (more, _) = exact("5.00", "1s");
    let hooks = format!("thresholds = [20, 95]\nwebhook = \"ops\"\n{}\nallow_private = true", hook.config("ops", &dir));
    let config = ConfigText::new(&upstream).more(&more).also(&hooks);
    let gateway = Gateway::start_in(dir, &config).await;
    gateway.client().post_chat(&exact_body(100)).await;
    let (first, again, third) = (hook.call().await, hook.call().await, hook.call().await);
    assert_eq!((body_of(&first)["id"].as_str(), body_of(&again)), (body_of(&third)["id"].as_str(), body_of(&third)));
    assert_eq!((&body_of(&first)["threshold_percent"], &body_of(&first)["budget"]), (&json!(20), &json!("acme-month")));
    assert!(first.contains("x-fingerpost-signature: t=") && first.contains(",v1="), "{first}");
    // A restart sees the same spend again.
    let gateway = Gateway::start_in(gateway.stop().await, &config).await;
    gateway.client().post_chat(&exact_body(375)).await;
    gateway.client().post_chat(&exact_body(100)).await;
    gateway.client().post_chat(&exact_body(100)).await;
    gateway.client().post_chat(&exact_body(100)).await;
    gateway.client().post_chat(&exact_body(100)).await;
    assert_eq!(hook.body().await["threshold_percent"], json!(95));
    let events = fingerpost::store::Events::open(&gateway.dir().join("data")).unwrap();
    gateway.until(|| async { events.due(u64::MAX, 9).unwrap().is_empty() }).await;
    upstream.finish().await;
}
