//! What budgets change of the matrix (R18, R19): every threshold of a tenant's monthly budget, from both sides, and what a
//! caller is told when the money is gone.

use fingerpost::account::period::Period;
use fingerpost::config::{BudgetPeriod, Zone};
use serde_json::json;
use support::client::Answer;
use support::upstream::Reply;

use super::stage::{ALL, ECONOMY, Stage, body};

/// A hundred dollars a month, and a route on which a token costs ten cents: a thousandth of it.
const MONTH: &str = "[[budgets]]\nid = \"acme-month\"\nscope = { tenant = \"acme\" }\nperiod = \"month\"\nlimit = \"100.00\"\n\
                     [targets.token]\nprovider = \"p1\"\nmodel = \"token\"\ntier = \"economy\"\ncontext_window = 100000\n\
                     price = { input = \"0.00\", output = \"100000.00\" }\n\
                     [routes.till]\nclass = \"critical\"\ntargets = [\"token\"]\n\
                     policy = { source = \"builtin\", name = \"single\" }\n";

/// A tenant that has spent so many thousandths of its month.
async fn spent(permille: u64) -> Stage {
    let stage = Stage::with(MONTH).await;
    spend(&stage, permille, permille).await;
    stage
}

/// Spends so many thousandths, of which some were reserved.
async fn spend(stage: &Stage, reserved: u64, permille: u64) {
    stage.upstream.on("token").reply(Reply::ok("x").usage(1, permille));
    let body = json!({"model": "till", "max_tokens": reserved, "messages": [{"role": "user", "content": "hi"}]});
    let answer = stage.client().post_chat(&body).await;
    assert_eq!(answer.status, 200, "{}", answer.body_text());
    stage.gateway.record(answer.header("x-fingerpost-request-id").expect("an id")).await;
}

/// Asks by each class's route, in the order of the matrix, and tells what came of it.
async fn each_class(stage: &Stage) -> Vec<String> {
    let mut told = Vec::new();
    for route in ["support_chat", "page_summary", "ticket_triage", "monthly_report", "prompt_lab"] {
        told.push(stage.ask(route).await);
    }
    told
}

#[tokio::test]
async fn below_70_percent_every_class_has_its_whole_fallback() {
    let stage = spent(699).await;
    stage.down(&["opus", "sonnet", "haiku"]);
    let told = each_class(&stage).await;
    assert_eq!(told[0], "opus opus gpt: 200, gpt for opus, error, served (same-tier)");
    assert_eq!(
        told[1],
        "sonnet sonnet gpt-nano: 200, gpt-nano for sonnet, error, downgrade, cheaper, served (cheaper-tier)"
    );
    assert_eq!(told[2], "haiku haiku gpt-nano: 200, gpt-nano for haiku, error, served (same-tier)");
    stage.finish().await;
}

#[tokio::test]
async fn from_70_percent_on_non_critical_traffic_falls_back_to_nothing_dearer() {
    let stage = spent(700).await;
    stage.queues("pause").await;
    stage.down(&["opus", "sonnet", "haiku"]);
    let told = each_class(&stage).await;
    assert_eq!(told[0], "opus opus gpt: 200, gpt for opus, error, served (same-tier)");
    assert_eq!(
        told[1],
        "sonnet sonnet gpt-nano: 200, gpt-nano for sonnet, error, downgrade, cheaper, served (cheaper-tier)"
    );
    assert_eq!(told[2], "haiku haiku: 202, error, deferred (queue)", "the other low-cost model is dearer");
    stage.finish().await;
}

#[tokio::test]
async fn below_80_percent_every_class_begins_at_its_own_tier() {
    let stage = spent(799).await;
    let told = each_class(&stage).await;
    assert_eq!(told[..2], ["opus: 200, opus, served (primary)", "sonnet: 200, sonnet, served (primary)"]);
    assert_eq!(told[2..4], ["haiku: 200, haiku, served (primary)", "haiku: 200, haiku, served (primary)"]);
    assert_eq!(told[4], "opus: 200, opus, served (primary)");
    stage.finish().await;
}

#[tokio::test]
async fn from_80_percent_on_non_critical_traffic_begins_a_tier_lower_and_says_so() {
    let stage = spent(800).await;
    let told = each_class(&stage).await;
    assert_eq!(told[0], "opus: 200, opus, served (primary)");
    let lower = "haiku: 200, haiku for sonnet, budget, downgrade, cheaper, served (budget-downgrade)";
    assert_eq!(told[1], lower, "interactive");
    // Nothing is lower than low-cost, and an experiment is about its very target.
    assert_eq!(told[2..4], ["haiku: 200, haiku, served (primary)", "haiku: 200, haiku, served (primary)"]);
    assert_eq!(told[4], "opus: 200, opus, served (primary)");
    stage.finish().await;
}

#[tokio::test]
async fn what_began_a_tier_lower_still_has_its_fallback() {
    let stage = spent(800).await;
    stage.down(&ECONOMY);
    let told = stage.ask("page_summary").await;
    assert_eq!(told, "haiku haiku gpt-nano: 200, default, error, served (default-answer)");
    stage.finish().await;
}

#[tokio::test]
async fn below_95_percent_every_class_is_served() {
    let stage = spent(949).await;
    let told = each_class(&stage).await;
    assert!(told.iter().all(|told| told.contains(": 200, ")), "{told:#?}");
    stage.finish().await;
}

#[tokio::test]
async fn from_95_percent_on_only_critical_traffic_is_served_and_keeps_its_fallback() {
    let stage = spent(950).await;
    let told = each_class(&stage).await;
    assert_eq!(told[0], "opus: 200, opus, served (primary)");
    assert_eq!(told[1], "nobody: 200, default, budget, served (budget-critical-only)");
    assert_eq!(told[2], "nobody: 202, budget, deferred (budget-critical-only)");
    assert_eq!(told[3], "nobody: 202, budget, deferred (budget-critical-only)");
    assert_eq!(told[4], "nobody: 429, budget, rejected (budget-critical-only)");
    stage.down(&["opus", "gpt"]);
    let last = "opus opus gpt sonnet: 200, sonnet for opus, error, downgrade, uncertain, served (cheaper-tier)";
    assert_eq!(stage.ask("support_chat").await, last);
    stage.finish().await;
}

#[tokio::test]
async fn batch_traffic_that_a_budget_blocks_waits_for_its_turn_and_uses_up_no_try() {
    let stage = spent(950).await;
    let (answer, _) = stage.tell("monthly_report").await;
    let waiting = stage.job(&answer, "waiting").await;
    assert_eq!(waiting["tries"], 0);
    let path = format!("/admin/v1/deferred/{}", waiting["id"].as_str().unwrap());
    let turn = stage.gateway.operator().get(&path).await.json()["not_before"].as_u64().unwrap();
    let month = Period::holding(BudgetPeriod::Month, &Zone::UTC, fingerpost::gateway::now_ms());
    assert_eq!(Some(turn * 1_000), month.end);
    stage.finish().await;
}

fn is_clear_quota_error(answer: &Answer, code: &str) -> bool {
    let told = (answer.status.as_u16(), answer.error_code(), answer.header("x-should-retry"));
    told == (429, Some(code.to_owned()), Some("false"))
}

#[tokio::test]
async fn a_budget_that_is_spent_out_refuses_every_class_before_any_call_and_clients_do_not_come_back() {
    let stage = spent(1_000).await;
    for route in ["support_chat", "page_summary", "ticket_triage", "monthly_report", "prompt_lab"] {
        let (answer, told) = stage.tell(route).await;
        assert_eq!(told, "nobody: 429, budget, rejected (budget-out)", "{route}");
        assert!(is_clear_quota_error(&answer, "insufficient_quota"), "{route}: {answer:?}");
        assert_eq!(answer.header("x-fingerpost-budget-remaining-percent"), Some("0"));
    }
    stage.finish().await;
}

#[tokio::test]
async fn a_balance_that_is_too_small_for_the_first_choice_moves_it_to_no_cheaper_model() {
    let credit =
        "[[budgets]]\nid = \"credit\"\nscope = { tenant = \"acme\" }\nperiod = \"prepaid\"\nlimit = \"0.002\"\n";
    let stage = Stage::with(credit).await;
    // A thousand tokens: $0.003 at the balanced model, $0.001 at the low-cost one.
    let mut body = body("page_summary");
    body["max_tokens"] = json!(1_000);
    let answer = stage.client().post_chat(&body).await;
    assert!(is_clear_quota_error(&answer, "request_exceeds_budget"), "{answer:?}");
    assert_eq!(stage.asked_since(0), "nobody");
    stage.finish().await;
}

#[tokio::test]
async fn a_budget_that_runs_out_on_the_way_stops_the_fallback_and_says_why() {
    let stage = Stage::with(MONTH).await;
    stage.down(&ALL);
    stage.upstream.on("opus").reply(Reply::status(500).head_after(std::time::Duration::from_secs(1)));
    let asking = tokio::spawn({
        let client = stage.client();
        async move { client.post_chat(&body("support_chat")).await }
    });
    stage.upstream.until_hits("opus", 1).await;
    spend(&stage, 999, 1_001).await;
    let answer = asking.await.expect("no panic");
    assert_eq!(answer.header("x-fingerpost-fallback-reason"), Some("budget"), "{answer:?}");
    assert_eq!(stage.asked_since(0), "opus token");
    stage.finish().await;
}

#[tokio::test]
async fn the_thresholds_are_the_config_s_to_set() {
    let own = "[routes.own]\nclass = \"interactive\"\ntargets = [\"sonnet\", \"haiku\"]\n\
               policy = { source = \"builtin\", name = \"tiered\" }\nfallback = { restrain_from = 100 }\n\
               routing = { budget = { downgrade_from = 200, critical_only_from = 300 } }\nbounds = { downgrade = true }\n";
    let stage = Stage::with(&format!("{MONTH}{own}")).await;
    spend(&stage, 199, 199).await;
    assert_eq!(stage.ask("own").await, "sonnet: 200, sonnet, served (primary)");
    spend(&stage, 1, 1).await;
    let lower = "haiku: 200, haiku for sonnet, budget, downgrade, cheaper, served (budget-downgrade)";
    assert_eq!(stage.ask("own").await, lower);
    spend(&stage, 100, 100).await;
    assert_eq!(stage.ask("own").await, "nobody: 429, budget, rejected (budget-critical-only)");
    assert_eq!(stage.ask("page_summary").await, "sonnet: 200, sonnet, served (primary)");
    stage.finish().await;
}
