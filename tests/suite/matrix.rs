//! The matrix of traffic classes (R5 to R9) through a running gateway, decided by the policy that it ships with: a test a
//! class and column, each with who was asked in which order, what the caller got, and what the ledger says. What budgets
//! change of it (R18, R19) is `matrix/thresholds.rs`.

mod stage;
mod thresholds;

use std::time::Duration;

use serde_json::json;
use stage::{ALL, ECONOMY, Stage, body, story};
use support::upstream::Reply;

/// A cell a line: the class's route, the models that are down, and the story that follows.
macro_rules! cells {
    ($($name:ident: $route:literal, $down:expr => $told:literal;)*) => {$(
        #[tokio::test]
        async fn $name() {
            let stage = Stage::start().await;
            stage.down(&$down);
            assert_eq!(stage.ask($route).await, $told);
            stage.finish().await;
        }
    )*};
}

// R5: critical.

cells! {
    critical_traffic_begins_at_a_frontier_model: "support_chat", [] =>
        "opus: 200, opus, served (primary)";
    critical_traffic_goes_first_to_the_same_class_at_a_second_provider: "support_chat", ["opus"] =>
        "opus opus gpt: 200, gpt for opus, error, served (same-tier)";
    critical_traffic_goes_then_to_a_cheaper_model_whose_answer_is_marked_uncertain: "support_chat", ["opus", "gpt"] =>
        "opus opus gpt sonnet: 200, sonnet for opus, error, downgrade, uncertain, served (cheaper-tier)";
    critical_traffic_stops_after_two_providers_and_the_cheaper_model: "support_chat", ALL =>
        "opus opus gpt sonnet: 502, error, failed (exhausted)";
}

#[tokio::test]
async fn critical_traffic_begins_at_the_second_provider_where_the_first_is_known_to_be_down() {
    let stage = Stage::start().await;
    // A refused credential cools all targets of its provider at once.
    stage.upstream.on("opus").reply(Reply::status(401)).then(Reply::forbidden());
    let told = [stage.ask("support_chat").await, stage.ask("support_chat").await];
    assert_eq!(told[0], "opus gpt: 200, gpt for opus, error, served (same-tier)");
    assert_eq!(told[1], "gpt: 200, gpt for opus, error, served (same-tier)");
    stage.finish().await;
}

#[tokio::test]
async fn a_stream_whose_head_was_out_says_in_its_last_chunk_that_it_is_uncertain() {
    let stage = Stage::built("", |config| config.server("heartbeat = \"20ms\"")).await;
    let late = || Reply::status(500).head_after(Duration::from_millis(60));
    ["opus", "gpt"].iter().for_each(|model| drop(stage.upstream.on(model).reply(late())));
    let mut body = body("support_chat");
    body["stream"] = json!(true);
    let stream = stage.client().post_stream(&body).await;
    assert_eq!((stream.is_done(), stream.header("x-fingerpost-degraded")), (true, None));
    let told = stream.chunks().pop().expect("a chunk")["fingerpost"].clone();
    assert_eq!((&told["target"], &told["degraded"]), (&json!("sonnet"), &json!("uncertain")));
    stage.finish().await;
}

// R6: interactive.

cells! {
    interactive_traffic_begins_at_a_balanced_model: "page_summary", [] =>
        "sonnet: 200, sonnet, served (primary)";
    interactive_traffic_goes_first_to_a_cheaper_model_whose_answer_is_marked_cheaper: "page_summary", ["sonnet"] =>
        "sonnet sonnet gpt-nano: 200, gpt-nano for sonnet, error, downgrade, cheaper, served (cheaper-tier)";
    interactive_traffic_gets_the_prepared_answer_where_nothing_is_stored: "page_summary", ALL =>
        "sonnet sonnet gpt-nano: 200, default, error, served (default-answer)";
}

#[tokio::test]
async fn interactive_traffic_gets_the_stored_answer_before_the_prepared_one() {
    let stage = Stage::start().await;
    stage.ask("page_summary").await;
    let only = stage.client().with_header("cache-control", "only-if-cached");
    stage.gateway.until(|| async { only.post_chat(&body("page_summary")).await.status == 200 }).await;
    stage.down(&ALL);
    let (answer, told) = stage.tell("page_summary").await;
    assert_eq!(told, "sonnet sonnet gpt-nano: 200, cached, error, served (cached-answer)");
    assert_eq!(answer.text(), "Hello from sonnet.");
    stage.finish().await;
}

#[tokio::test]
async fn interactive_traffic_stops_at_its_budget_cap_and_critical_traffic_goes_on() {
    let stage = capped("interactive", "month", "sonnet").await;
    assert_eq!(stage.ask("page_summary").await, "nobody: 429, budget, rejected (budget-out)");
    assert_eq!(stage.ask("support_chat").await, "opus: 200, opus, served (primary)");
    stage.finish().await;
}

/// A class that has spent its cap, by an answer of this model.
async fn capped(class: &str, period: &str, model: &str) -> Stage {
    let cap = format!(
        "[[budgets]]\nid = \"cap\"\nscope = {{ class = \"{class}\" }}\nperiod = \"{period}\"\nlimit = \"0.01\"\n"
    );
    let stage = Stage::with(&cap).await;
    stage.upstream.on(model).reply(Reply::ok("long").usage(10, 10_000)).then(Reply::ok("x"));
    let route = if class == "internal" { "ticket_triage" } else { "page_summary" };
    assert_eq!(stage.ask(route).await, format!("{model}: 200, {model}, served (primary)"));
    stage
}

// R7: internal.

cells! {
    internal_traffic_begins_at_a_low_cost_model: "ticket_triage", [] =>
        "haiku: 200, haiku, served (primary)";
    internal_traffic_goes_first_to_a_low_cost_model_at_another_provider: "ticket_triage", ["haiku"] =>
        "haiku haiku gpt-nano: 200, gpt-nano for haiku, error, served (same-tier)";
}

#[tokio::test]
async fn internal_traffic_then_waits_in_a_queue_and_is_served_later() {
    let stage = Stage::start().await;
    stage.down(&ECONOMY);
    stage.queues("later/pause").await;
    let (answer, told) = stage.tell("ticket_triage").await;
    assert_eq!(told, "haiku haiku gpt-nano: 202, error, deferred (queue)");
    let before = stage.upstream.requests().len();
    stage.up(&ECONOMY);
    stage.queues("later/resume").await;
    let done = stage.job(&answer, "done").await;
    assert_eq!(done["response"]["body"]["choices"][0]["message"]["content"], "late");
    let run = stage.gateway.record(done["response"]["headers"]["x-fingerpost-request-id"].as_str().unwrap()).await;
    assert_eq!(story(&stage.asked_since(before), &run), "haiku: 200, haiku, served (primary)");
    assert_eq!(run.job.as_deref(), done["id"].as_str());
    stage.finish().await;
}

#[tokio::test]
async fn internal_traffic_stops_at_its_daily_budget_cap_and_is_not_queued() {
    let stage = capped("internal", "day", "haiku").await;
    assert_eq!(stage.ask("ticket_triage").await, "nobody: 429, budget, rejected (budget-out)");
    assert_eq!(stage.ask("support_chat").await, "opus: 200, opus, served (primary)");
    stage.finish().await;
}

// R8: batch.

cells! {
    batch_traffic_begins_at_the_cheapest_acceptable_model: "monthly_report", [] =>
        "haiku: 200, haiku, served (primary)";
}

#[tokio::test]
async fn batch_traffic_is_paused_first_and_resumed_later() {
    let stage = Stage::start().await;
    stage.down(&ALL);
    stage.queues("later/pause").await;
    let (answer, told) = stage.tell("monthly_report").await;
    assert_eq!(told, "haiku haiku: 202, error, deferred (queue)");
    stage.up(&ALL);
    stage.queues("later/resume").await;
    let done = stage.job(&answer, "done").await;
    assert_eq!((&done["tries"], &done["response"]["headers"]["x-fingerpost-target"]), (&json!(1), &json!("haiku")));
    stage.finish().await;
}

#[tokio::test]
async fn batch_traffic_goes_then_to_people() {
    let stage = Stage::start().await;
    stage.down(&ALL);
    let (answer, _) = stage.tell("monthly_report").await;
    let review = stage.job(&answer, "review").await;
    // The request and four runs, of which the last went to people: each a try and its retry, and nobody else is asked.
    assert_eq!((&review["tries"], stage.asked_since(0)), (&json!(4), ["haiku"; 10].join(" ")));
    let listed = stage.gateway.operator().get("/admin/v1/review").await.json();
    assert_eq!((&listed["review"][0]["id"], &listed["review"][0]["queue"]), (&review["id"], &json!("review")));
    let records = stage.gateway.records_after(5).await;
    assert!(records.iter().all(|record| record.job.as_deref() == review["id"].as_str()));
    assert_eq!(story("haiku", &records[0]), "haiku: 202, error, deferred (review)");
    stage.finish().await;
}

#[tokio::test]
async fn batch_traffic_stops_when_its_tries_are_used_up_whatever_people_say() {
    let stage = Stage::start().await;
    stage.down(&ALL);
    let (answer, _) = stage.tell("monthly_report").await;
    let id = stage.job(&answer, "review").await["id"].as_str().unwrap().to_owned();
    let before = stage.upstream.requests().len();
    let path = format!("/admin/v1/review/{id}/approve");
    stage.gateway.operator().send(http::Method::POST, &path, json!({"by": "ann"}).to_string()).await;
    let failed = stage.job(&answer, "failed").await;
    assert_eq!((&failed["response"]["status"], stage.asked_since(before)), (&json!(502), "haiku haiku".to_owned()));
    stage.finish().await;
}

#[tokio::test]
async fn batch_traffic_is_not_tried_again_where_the_retry_budget_of_a_target_is_out() {
    let stage = Stage::built("retry_budget = \"0\"", |config| config).await;
    stage.down(&ALL);
    stage.queues("later/pause").await;
    assert_eq!(stage.ask("monthly_report").await, "haiku: 202, error, deferred (queue)");
    stage.finish().await;
}

// R9: experiment.

cells! {
    an_experiment_begins_at_the_test_route_s_first_target: "prompt_lab", [] =>
        "opus: 200, opus, served (primary)";
    an_experiment_has_no_first_fallback: "prompt_lab", ["opus"] =>
        "opus: 502, error, failed (exhausted)";
}

#[tokio::test]
async fn an_experiment_has_no_second_fallback_though_an_answer_is_stored() {
    let stage = Stage::start().await;
    stage.ask("prompt_lab").await;
    let only = stage.client().with_header("cache-control", "only-if-cached");
    stage.gateway.until(|| async { only.post_chat(&body("prompt_lab")).await.status == 200 }).await;
    stage.down(&["opus"]);
    assert_eq!(stage.ask("prompt_lab").await, "opus: 502, error, failed (exhausted)");
    stage.finish().await;
}

#[tokio::test]
async fn an_experiment_stops_at_once_and_is_neither_retried_nor_queued() {
    let stage = Stage::start().await;
    stage.upstream.on("opus").reply(Reply::status(500)).then(Reply::forbidden());
    let (answer, _) = stage.tell("prompt_lab").await;
    assert_eq!((answer.status.as_u16(), answer.error_code().as_deref()), (502, Some("server_error")));
    let queues = stage.gateway.operator().get("/admin/v1/queues").await.json();
    assert!(queues["queues"].as_array().unwrap().iter().all(|queue| queue["jobs"] == json!({})), "{queues}");
    stage.finish().await;
}
