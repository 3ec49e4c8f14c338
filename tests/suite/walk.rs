//! The whole way as a newcomer goes it, with the program's own commands, under traffic: a new policy that looks well and that
//! nobody should have deployed.

use std::fs;
use std::process::Output;

use support::gateway::Gateway;
use support::load::Load;
use support::upstream::{Reply, Upstream};

use crate::deploying::{config, get, policy};
use crate::lab;
use crate::programs::shown;

/// Makes the policy, breaks it, and builds it: what a newcomer believes of failures, no provider has promised.
fn crate_with_a_flaw() -> Vec<Output> {
    let run = |script: &str| lab::command(script).output().expect("bash runs");
    let folder = lab::lab().join("my-policy");
    let source = folder.join("src/lib.rs");
    let text = fs::read_to_string(&source).expect("it is there");
    let begin = "fn fallback(&self, facts: &Facts, attempts: &Attempts) -> Recovered {\n";
    let flaw = "let wait = attempts.last().failure.retry_after.expect(\"every provider says when to come back\");\n\
                fingerpost_sdk::log::info(wait);\n";
    let flawed = text.replacen(begin, &format!("{begin}{flaw}"), 1);
    assert_ne!(flawed, text);
    // The route's config has weights for the policy of before, which this one passes over.
    let flawed = flawed.replace("#[serde(deny_unknown_fields, default)]", "#[serde(default)]");
    fs::write(&source, flawed).expect("it can be written");
    // The tests that come with a new policy would have told.
    for file in ["fixtures/fallback.toml", "scenarios/outage.toml"] {
        fs::remove_file(folder.join(file)).expect("it is there");
    }
    vec![run("cd my-policy && fingerpost policy test"), run("cd my-policy && fingerpost policy build")]
}

async fn of_candidate(gateway: &Gateway) -> serde_json::Value {
    get(gateway, "").await["candidate"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newcomers_policy_goes_from_nothing_to_a_canary_and_back_by_itself_when_it_traps_and_no_request_fails() {
    let upstream = Upstream::start().await;
    for (model, text) in [("model-a", "a"), ("model-c", "c")] {
        upstream.on(model).reply(Reply::ok(text));
    }
    // A target that cools down soon would hide the flaw from the canary.
    let patient = "[health]\nfailures_in_a_row = 1000000\nfailure_rate = \"1\"\nsamples = 64";
    let gateway = Gateway::start(&config(&upstream).also(patient)).await;
    // Both take a while, and neither is what is tested.
    let _turn = tokio::task::spawn_blocking(lab::turn).await.expect("no panic");
    let load = Load::start(&gateway, 2);
    for (output, said) in tokio::task::spawn_blocking(crate_with_a_flaw)
        .await
        .expect("no panic")
        .iter()
        .zip(["next: fingerpost policy bench", "fingerpost policy deploy my-policy.wasm"])
    {
        assert!(output.status.success() && shown(output).contains(said), "{}", shown(output));
    }
    let file = lab::lab().join("my-policy/my-policy.wasm");
    let file = file.to_str().expect("a path");

    let (said, done) = policy(&gateway, &["deploy", file, "--shadow"]).await;
    assert!(done && said.contains("rehearsed ") && said.contains("send c -> send a"), "{said}");
    assert!(said.contains("next: fingerpost policy diff --route r"), "{said}");
    gateway.until(|| async { get(&gateway, "/differences").await["different"].as_u64() > Some(20) }).await;
    let (diff, _) = policy(&gateway, &["diff"]).await;
    assert!(diff.contains("send c") && diff.contains("send a") && diff.contains("first-usable"), "{diff}");
    assert!(diff.contains("next: fingerpost policy promote --route r --canary 5%"), "{diff}");
    assert_eq!(upstream.hits("model-a"), 0, "a shadow calls nobody");

    let (said, done) = policy(&gateway, &["promote", "--canary", "50%"]).await;
    assert!(done && said.contains("50.0 %") && said.contains("next: fingerpost policy status"), "{said}");
    upstream.until_hits("model-a", 10).await;
    let (status, _) = policy(&gateway, &["status"]).await;
    assert!(status.contains("canary of 50.0 %") && status.contains("next: "), "{status}");

    // An error that says nothing of when to come back.
    upstream.on("model-a").reply(Reply::status(500));
    gateway.until(|| async { of_candidate(&gateway).await.is_null() }).await;
    let (asked, failures) = load.stop().await;
    assert!(failures.is_empty(), "{failures:?} of {asked}");
    let (history, _) = policy(&gateway, &["history"]).await;
    for what in
        ["withdraw", "fingerpost", "failures of the policy", "ann", "canary of 50.0 %", "rehearsed: ", "bootstrap"]
    {
        assert!(history.contains(what), "{what}: {history}");
    }
    let (said, done) = policy(&gateway, &["deploy", file, "--shadow"]).await;
    assert!(!done && said.contains("quarantined") && said.contains("policy release"), "{said}");
    let metrics = gateway.operator().get("/metrics").await.body_text();
    assert!(metrics.contains(r#"policy_rollbacks_total{route="r",outcome="automatic"} 1"#), "{metrics}");
    upstream.finish().await;
}
