//! The way of a policy into traffic: shadow, canary, active, and back. A bad one never takes a request down.

use std::path::Path;
use std::process::Command;

use fingerpost::signature::SigningKey;
use http::Method;
use serde_json::{Value, json};
use support::client::Answer;
use support::gateway::{ConfigText, Gateway};
use support::guests;
use support::hook::Hook;
use support::load::Load;
use support::upstream::{Reply, Upstream};

use crate::programs::{program, shown};

/// The route `r` sends everything to `c`, until something else is deployed; the guests send everything to `a`, which costs ten
/// times as much and is of a better tier.
pub(crate) fn config(upstream: &Upstream) -> ConfigText {
    ConfigText::new(upstream)
        .policy(r#"{ source = "deployed", bootstrap = { source = "builtin", name = "weighted" } }"#)
        .route("canary = { min_samples = 20, mean_margin = \"100\" }")
        .more("[routes.r.routing]\nweights = { c = 1 }")
}

async fn started(upstream: &Upstream) -> Gateway {
    upstream.on("model-a").reply(Reply::ok("a"));
    upstream.on("model-c").reply(Reply::ok("c"));
    Gateway::start(&config(upstream)).await
}

/// Runs `fingerpost policy …` against the gateway; what it said, and whether it was content.
pub(crate) async fn policy(gateway: &Gateway, words: &[&str]) -> (String, bool) {
    let mut command = Command::new(program());
    command.arg("policy").args(words).args(["--route", "r", "--by", "ann"]);
    command.args(["--admin", &format!("http://{}", gateway.running().admin)]);
    command.env("FINGERPOST_ADMIN_TOKEN", gateway.admin_token());
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("it ends").expect("it runs");
    (shown(&output), output.status.success())
}

pub(crate) async fn put(gateway: &Gateway, query: &str, component: Vec<u8>) -> Answer {
    gateway.operator().send(Method::PUT, &format!("/admin/v1/routes/r/policy?by=ann&{query}"), component).await
}

async fn post(gateway: &Gateway, what: &str) -> Answer {
    gateway.operator().send(Method::POST, &format!("/admin/v1/routes/r/policy/{what}"), "").await
}

pub(crate) async fn get(gateway: &Gateway, what: &str) -> Value {
    gateway.operator().get(&format!("/admin/v1/routes/r/policy{what}")).await.json()
}

fn target(answer: &Answer) -> &str {
    answer.header("x-fingerpost-target").unwrap_or("none")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shadow_that_runs_wild_is_dropped_and_holds_no_request_up() {
    let upstream = Upstream::start().await;
    upstream.on("model-c").reply(Reply::ok("c"));
    // Each of its decisions takes the two seconds that the clock on the wall allows.
    let gateway = Gateway::start(&config(&upstream).engine("fuel = 10000000000")).await;
    put(&gateway, "stage=shadow", guests::component("loops-forever")).await;
    let load = Load::start(&gateway, 4);
    let metrics = async || gateway.operator().get("/metrics").await.body_text();
    while !metrics().await.contains("outcome=\"dropped\"") {
        // A shadow that held requests up would let one pass a second, and this would take ten minutes.
        assert_eq!(gateway.client().chat("r", "hi").await.status, 200);
    }
    let (asked, failures) = load.stop().await;
    assert!(failures.is_empty() && asked > 500, "{failures:?} of {asked}");
    upstream.finish().await;
}

#[tokio::test]
async fn a_canary_that_traps_at_once_is_rolled_back_and_its_requests_are_served_by_the_active_version() {
    let upstream = Upstream::start().await;
    let gateway = started(&upstream).await;
    assert_eq!(put(&gateway, "stage=canary&share=90%25", guests::component("traps")).await.status, 200);
    let mut seen = Vec::new();
    while !get(&gateway, "").await["candidate"].is_null() {
        let answer = gateway.client().chat("r", "hi").await;
        assert_eq!((answer.status.as_u16(), target(&answer)), (200, "c"));
        seen.push(answer.header("x-fingerpost-request-id").unwrap().to_owned());
    }
    let mut taken_over = None;
    for id in &seen {
        let record = gateway.record(id).await;
        if record.decisions[0].overruled.as_deref() == Some("trap") {
            taken_over = Some(record);
        }
    }
    let record = taken_over.expect("some request was the canary's");
    assert_eq!(record.decisions[0].notes[0].0.as_ref(), "canary");
    assert_eq!((record.decisions.len(), &*record.policy.unwrap().name), (2, "weighted"));
    upstream.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_canary_that_costs_more_is_rolled_back_with_the_figures() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("a"));
    upstream.on("model-c").reply(Reply::ok("c"));
    let gateway = Gateway::start(&config(&upstream).route("canary = { min_samples = 20 }")).await;
    let load = Load::start(&gateway, 1);
    put(&gateway, "stage=canary&share=50%25", guests::component("good")).await;
    gateway.until(|| async { get(&gateway, "").await["candidate"].is_null() }).await;
    let (asked, failures) = load.stop().await;
    assert!(failures.is_empty(), "{failures:?} of {asked}");
    let reason = get(&gateway, "").await["quarantined"][0]["reason"].to_string();
    assert!(reason.contains("cost of a request"), "{reason}");
    upstream.finish().await;
}

#[tokio::test]
async fn an_active_version_that_is_set_aside_goes_back_by_itself_and_the_webhook_hears_of_it() {
    let upstream = Upstream::start().await;
    upstream.on("model-c").reply(Reply::ok("c"));
    let mut hook = Hook::start(&[200]).await;
    let dir = tempfile::tempdir().unwrap();
    let hooks = format!("{}\nallow_private = true", hook.config("ops", &dir));
    let config = config(&upstream).route("canary = { webhook = \"ops\" }").also(&hooks);
    let gateway = Gateway::start_in(dir, &config).await;
    put(&gateway, "", guests::component("traps")).await;
    gateway.until(|| async { gateway.client().chat("r", "hi").await.status == 200 }).await;
    let event = hook.body().await;
    assert_eq!((&event["type"], &event["was"]), (&json!("policy.rolled-back"), &json!("active")));
    assert_eq!(event["digest"], get(&gateway, "").await["quarantined"][0]["digest"]);
    assert_eq!(event["reason"], "it failed too often in a row (trap 5)");
    upstream.finish().await;
}

#[tokio::test]
async fn a_reload_with_other_surroundings_admits_both_versions_anew_and_the_bootstrap_of_the_config_changes_nothing() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("a"));
    upstream.on("model-b").reply(Reply::ok("b"));
    let deployed = |bootstrap: &str| {
        let bootstrap = format!(r#"bootstrap = {{ source = "builtin", name = "{bootstrap}" }}"#);
        ConfigText::new(&upstream).policy(&format!(r#"{{ source = "deployed", {bootstrap} }}"#))
    };
    let gateway = Gateway::start(&deployed("single")).await;
    put(&gateway, "", guests::component("good")).await;
    put(&gateway, "stage=canary&share=1%25", guests::labelled("good", "next")).await;
    let before = get(&gateway, "").await;
    let reloaded = gateway.reload(&deployed("tiered").of_route(r#"["b", "a"]"#)).await;
    assert_eq!(reloaded.status, 200, "{}", reloaded.body_text());
    let after = get(&gateway, "").await;
    assert_eq!(after["active"], before["active"]);
    assert_eq!(after["candidate"]["version"], before["candidate"]["version"]);
    assert_ne!(after["policy"]["generation"], before["policy"]["generation"]);
    assert_eq!(target(&gateway.client().chat("r", "hi").await), "b");
    put(&gateway, "", guests::labelled("good", "third")).await;
    assert_eq!(gateway.reload(&deployed("single")).await.status, 200);
    // What was compiled for the surroundings of before is of no use: going back admits the version anew.
    assert_eq!(post(&gateway, "rollback").await.json()["active"]["number"], 2);
    assert_eq!(target(&gateway.client().chat("r", "hi").await), "a");
    upstream.finish().await;
}

#[tokio::test]
async fn sessions_stay_with_the_version_that_they_began_with() {
    let upstream = Upstream::start().await;
    let gateway = started(&upstream).await;
    put(&gateway, "stage=canary&share=50%25", guests::component("good")).await;
    let mut by_target = std::collections::BTreeMap::new();
    for session in 0..20 {
        let turn = async || {
            let client = gateway.client().with_header("x-fingerpost-session", &session.to_string());
            client.chat("r", "hi").await.header("x-fingerpost-policy").unwrap().to_owned()
        };
        let first = turn().await;
        assert_eq!([turn().await, turn().await], [first.clone(), first.clone()]);
        *by_target.entry(first).or_insert(0) += 1;
    }
    assert_eq!(by_target.len(), 2, "{by_target:?}");
    upstream.finish().await;
}

#[tokio::test]
async fn a_canary_with_few_requests_is_held_whatever_they_say() {
    let upstream = Upstream::start().await;
    let gateway = started(&upstream).await;
    upstream.on("model-a").reply(Reply::error(400, "content_filter", "no"));
    put(&gateway, "stage=canary&share=50%25", guests::component("good")).await;
    for _ in 0..10 {
        gateway.client().chat("r", "hi").await;
    }
    gateway.running().lifecycle.look_after_trials().await;
    let candidate = &get(&gateway, "").await["candidate"];
    assert_eq!(candidate["result"]["verdict"], "inconclusive", "{candidate}");
    upstream.finish().await;
}

#[tokio::test]
async fn a_trial_its_history_and_a_quarantine_survive_a_restart() {
    let upstream = Upstream::start().await;
    let gateway = started(&upstream).await;
    put(&gateway, "", guests::labelled("good", "one")).await;
    put(&gateway, "", guests::labelled("good", "two")).await;
    assert_eq!(post(&gateway, "rollback").await.json()["active"]["number"], 2);
    put(&gateway, "stage=canary&share=20%25", guests::labelled("good", "three")).await;
    let [before, history] = [get(&gateway, "").await, get(&gateway, "/history").await];
    let gateway = Gateway::start_in(gateway.stop().await, &config(&upstream)).await;
    let after = get(&gateway, "").await;
    assert_eq!(after["candidate"]["stage"], json!({ "canary": 200 }));
    for field in ["active", "quarantined"] {
        assert_eq!(after[field], before[field]);
    }
    assert_eq!(get(&gateway, "/history").await, history);
    assert_eq!(put(&gateway, "", guests::labelled("good", "two")).await.error_code().as_deref(), Some("quarantined"));
    upstream.finish().await;
}

/// What a route's shadow has seen, as soon as it has compared so many decisions.
async fn compared(gateway: &Gateway, count: u64) -> Value {
    let seen = async || get(gateway, "/differences").await;
    let sum = |seen: &Value| seen["same"].as_u64().unwrap_or(0) + seen["different"].as_u64().unwrap_or(0);
    gateway.until(|| async { sum(&seen().await) == count }).await;
    seen().await
}

#[tokio::test]
async fn a_shadow_goes_on_after_a_restart_with_all_that_it_has_seen() {
    let upstream = Upstream::start().await;
    let gateway = started(&upstream).await;
    put(&gateway, "stage=shadow", guests::component("good")).await;
    for _ in 0..5 {
        gateway.client().chat("r", "hi").await;
    }
    let before = compared(&gateway, 5).await;
    let counted = get(&gateway, "").await["candidate"].clone();
    let gateway = Gateway::start_in(gateway.stop().await, &config(&upstream)).await;
    assert_eq!(get(&gateway, "/differences").await, before);
    assert_eq!(get(&gateway, "").await["candidate"], counted);
    gateway.client().chat("r", "hi").await;
    let after = compared(&gateway, 6).await;
    assert_eq!((&after["kinds"][0]["count"], after["latest"].as_array().unwrap().len()), (&json!(6), 6), "{after:#}");
    let (diff, _) = policy(&gateway, &["diff"]).await;
    assert!(diff.contains("send a") && diff.contains("send c"), "{diff}");
    upstream.finish().await;
}

#[tokio::test]
async fn a_canary_is_judged_by_what_it_did_before_a_restart_and_after_it() {
    let upstream = Upstream::start().await;
    let gateway = started(&upstream).await;
    put(&gateway, "stage=canary&share=50%25", guests::component("good")).await;
    let requests = async |gateway: &Gateway| {
        let candidate = get(gateway, "").await["candidate"].clone();
        let count = |side: &str| candidate[side]["requests"].as_u64().unwrap_or(0);
        (count("candidate"), count("active"), candidate["result"]["verdict"].clone())
    };
    for _ in 0..30 {
        gateway.client().chat("r", "hi").await;
    }
    let (candidate, active, verdict) = requests(&gateway).await;
    assert_eq!((candidate + active, verdict), (30, json!("inconclusive")), "20 of each side are wanted");
    let gateway = Gateway::start_in(gateway.stop().await, &config(&upstream)).await;
    assert_eq!(requests(&gateway).await, (candidate, active, json!("inconclusive")));
    for _ in 0..30 {
        gateway.client().chat("r", "hi").await;
    }
    gateway.until(|| async { requests(&gateway).await.2 == "not-worse" }).await;
    upstream.finish().await;
}

#[tokio::test]
async fn what_a_trial_has_counted_is_kept_while_it_goes_on_and_is_never_another_trials() {
    let upstream = Upstream::start().await;
    let gateway = started(&upstream).await;
    let kept = || {
        let trials = fingerpost::store::Trials::open(&gateway.dir().join("data")).and_then(|store| store.load());
        trials.expect("they can be read")
    };
    put(&gateway, "stage=shadow", guests::component("good")).await;
    gateway.client().chat("r", "hi").await;
    // Nobody stops the gateway for it, as nobody would ask a process that is killed.
    gateway.until(|| async { kept().first().is_some_and(|kept| kept.progress.candidate.decisions == 1) }).await;
    put(&gateway, "stage=shadow", guests::labelled("good", "next")).await;
    assert_eq!(get(&gateway, "/differences").await["different"], 0);
    gateway.until(|| async { kept().first().is_some_and(|kept| kept.identity.version == 3) }).await;
    assert_eq!(kept()[0].progress.candidate.decisions, 0);
    post(&gateway, "rollback").await;
    gateway.until(|| async { kept().is_empty() }).await;
    upstream.finish().await;
}

#[tokio::test]
async fn going_back_leads_through_what_was_active_and_ends_at_the_first() {
    let upstream = Upstream::start().await;
    let gateway = started(&upstream).await;
    for label in ["one", "two"] {
        put(&gateway, "", guests::labelled("good", label)).await;
    }
    assert_eq!(post(&gateway, "rollback").await.json()["active"]["number"], 2);
    assert_eq!(target(&gateway.client().chat("r", "hi").await), "a");
    assert_eq!(post(&gateway, "rollback").await.json()["active"]["name"], "weighted");
    assert_eq!(target(&gateway.client().chat("r", "hi").await), "c");
    let end = post(&gateway, "rollback").await;
    assert_eq!((end.status.as_u16(), end.error_code().as_deref()), (409, Some("nothing_earlier")));
    let digest = get(&gateway, "").await["quarantined"][0]["digest"].as_str().unwrap()[..12].to_owned();
    assert_eq!(post(&gateway, &format!("release?digest={digest}")).await.status, 200);
    assert_eq!(post(&gateway, &format!("release?digest={digest}")).await.status, 404);
    upstream.finish().await;
}

#[tokio::test]
async fn the_last_versions_stay_compiled_and_no_others() {
    let upstream = Upstream::start().await;
    let gateway = started(&upstream).await;
    for label in ["one", "two", "three", "four", "five", "six"] {
        put(&gateway, "", guests::labelled("good", label)).await;
    }
    let alive = || gateway.running().lifecycle.engine().alive();
    // The active one and three to go back to.
    assert_eq!((alive().modules, alive().generations), (4, 1));
    post(&gateway, "rollback").await;
    assert_eq!((alive().modules, alive().generations), (3, 1));
    upstream.finish().await;
}

#[tokio::test]
async fn what_cannot_be_done_says_so_and_changes_nothing() {
    let upstream = Upstream::start().await;
    let gateway = started(&upstream).await;
    let good = || guests::component("good");
    put(&gateway, "", good()).await;
    let before = get(&gateway, "").await["active"].clone();
    for (answer, code) in [
        (put(&gateway, "stage=shadow", good()).await, "already_active"),
        (put(&gateway, "stage=canary&share=100%25", good()).await, "invalid_query"),
        (put(&gateway, "colour=red", good()).await, "invalid_query"),
        (post(&gateway, "promote").await, "no_candidate"),
        (post(&gateway, "release?digest=").await, "not_quarantined"),
        (gateway.operator().get("/admin/v1/routes/r/policy/differences").await, "no_candidate"),
        (gateway.operator().get("/admin/v1/routes/none/policy").await, "unknown_route"),
    ] {
        assert_eq!(answer.error_code().as_deref(), Some(code), "{}", answer.body_text());
    }
    assert_eq!(get(&gateway, "").await["active"], before);
    upstream.finish().await;
}

#[tokio::test]
async fn a_route_with_trusted_keys_takes_only_what_they_signed() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("a"));
    let (key, _) = SigningKey::generate().unwrap();
    let trusted = format!(r#"{{ source = "deployed", trusted_keys = ["{}"] }}"#, key.public());
    let gateway = Gateway::start(&ConfigText::new(&upstream).policy(&trusted)).await;
    let good = guests::component("good");
    let (other, _) = SigningKey::generate().unwrap();
    let wrong = format!("signature={}", other.sign(&good));
    for query in ["", &wrong] {
        let refused = put(&gateway, query, good.clone()).await;
        assert_eq!((refused.status.as_u16(), refused.error_code().as_deref()), (422, Some("not_signed")));
    }
    let signed = put(&gateway, &format!("signature={}", key.sign(&good)), good).await;
    assert_eq!(signed.status, 200, "{}", signed.body_text());
    assert_eq!(get(&gateway, "").await["active"]["signer"], key.public().to_string());
    upstream.finish().await;
}

#[tokio::test]
async fn a_policy_file_of_a_route_with_trusted_keys_needs_its_signature_beside_it() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("a"));
    let (key, _) = SigningKey::generate().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("p.wasm");
    std::fs::write(&file, guests::component("good")).unwrap();
    let sign = |path: &Path| {
        let signature = key.sign(&std::fs::read(path).unwrap()).to_string();
        std::fs::write(fingerpost::signature::path_for(path), signature).unwrap();
    };
    let policy = format!(r#"{{ source = "file", path = "{}", trusted_keys = ["{}"] }}"#, file.display(), key.public());
    let gateway = Gateway::start_in(dir, &ConfigText::new(&upstream).policy(&policy)).await;
    let asked = async || gateway.client().chat("r", "hi").await;
    assert_eq!(asked().await.error_code().as_deref(), Some("policy_failed"));
    sign(&file);
    gateway.until(|| async { asked().await.status == 200 }).await;
    let first = asked().await.header("x-fingerpost-policy").map(str::to_owned);
    std::fs::write(&file, guests::labelled("good", "unsigned")).unwrap();
    assert!(gateway.running().lifecycle.refresh_file("r").await.is_err());
    assert_eq!(asked().await.header("x-fingerpost-policy").map(str::to_owned), first);
    upstream.finish().await;
}
