//! What operators see of traffic while it runs: the metrics of a board, and a line for each request.

use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

/// A gateway whose first target fails and whose second serves, after one request.
async fn fell_back(upstream: &Upstream, config: &ConfigText) -> Gateway {
    upstream.on("model-a").reply(Reply::status(500));
    upstream.on("model-b").reply(Reply::ok("x").usage(10, 4));
    let gateway = Gateway::start(config).await;
    gateway.client().chat("r", "hi").await;
    gateway.records_after(1).await;
    gateway
}

#[tokio::test]
async fn a_board_shows_latencies_by_route_and_target_tenants_budgets_and_the_health_of_targets() {
    let upstream = Upstream::start().await;
    let budget =
        "[[budgets]]\nid = \"acme-month\"\nscope = { tenant = \"acme\" }\nperiod = \"month\"\nlimit = \"20.00\"\n";
    let gateway = fell_back(&upstream, &ConfigText::new(&upstream).also(budget)).await;
    let metrics = gateway.operator().get("/metrics").await.body_text();
    for line in [
        "fingerpost_request_duration_seconds_count{route=\"r\"} 1",
        "fingerpost_first_token_seconds_count{route=\"r\"} 1",
        "fingerpost_attempt_duration_seconds_count{target=\"a\"} 1",
        "fingerpost_attempt_duration_seconds_count{target=\"b\"} 1",
        "fingerpost_attempt_first_token_seconds_count{target=\"a\"} 0",
        "fingerpost_tenant_requests_total{tenant=\"acme\"} 1",
        "fingerpost_tenant_tokens_total{tenant=\"acme\"} 25",
        "fingerpost_budget_limit_usd{budget=\"acme-month\"} 20.0",
        "fingerpost_budget_reserved_usd{budget=\"acme-month\"} 0.0",
        "fingerpost_target_state{target=\"b\",state=\"available\"} 1",
        "fingerpost_target_in_flight{target=\"b\"} 0",
        "fingerpost_target_success_ratio{target=\"a\"} 0.0",
        "fingerpost_target_success_ratio{target=\"b\"} 1.0",
    ] {
        assert!(metrics.contains(line), "{line} is missing in:\n{metrics}");
    }
    upstream.finish().await;
}

#[tokio::test]
async fn an_access_log_has_a_line_for_each_request_also_for_those_without_a_key() {
    let upstream = Upstream::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("access.log");
    let config = ConfigText::new(&upstream).also(&format!("[access_log]\nformat = \"json\"\nfile = {file:?}\n"));
    let gateway = fell_back(&upstream, &config).await;
    support::client::Client::new(gateway.address(), "no-key").chat("r", "hi").await;
    gateway.client().with_header("x-fingerpost-route", "nowhere").chat("r", "hi").await;
    for path in ["/v1/embeddings", "/health/live"] {
        gateway.client().get(path).await;
    }
    gateway.stop().await;
    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = lines
        .iter()
        .map(|line| (line["status"].as_u64().unwrap(), line["ending"].as_str().unwrap_or("none")))
        .collect();
    assert_eq!(told, [(200, "served"), (401, "rejected"), (404, "rejected"), (404, "none")]);
    assert_eq!(lines[3]["path"], "/v1/embeddings");
    assert_eq!(
        (&lines[0]["target"], &lines[0]["attempts"], &lines[0]["output_tokens"]),
        (&"b".into(), &2.into(), &4.into())
    );
    assert_eq!((&lines[1]["reason"], &lines[2]["reason"]), (&"invalid_api_key".into(), &"model_not_found".into()));
    upstream.finish().await;
}

#[tokio::test]
async fn without_a_setting_there_is_no_access_log() {
    let upstream = Upstream::start().await;
    let gateway = fell_back(&upstream, &ConfigText::new(&upstream)).await;
    let metrics = gateway.operator().get("/metrics").await.body_text();
    assert!(metrics.contains("fingerpost_access_log_lost_total 0"), "{metrics}");
    assert!(format!("{:?}", gateway.running().gateway.access_log).contains("None"));
    upstream.finish().await;
}
