//! What operators hear of a policy that is not let in: how far it came, and why the route does not run it.

use http::Method;
use serde_json::{Value, json};
use support::client::Answer;
use support::gateway::{ConfigText, Gateway};
use support::guests;
use support::upstream::{Reply, Upstream};

use crate::deploying::{config, get, policy, put};

fn names(steps: &Value) -> Vec<&str> {
    steps.as_array().into_iter().flatten().filter_map(|step| step["name"].as_str()).collect()
}

fn steps(refused: &Answer) -> (Value, Value) {
    let said = refused.json();
    (said["error"]["steps"].clone(), said["error"]["failed"]["name"].clone())
}

#[tokio::test]
async fn a_refused_deployment_says_how_far_it_came_and_which_step_it_failed() {
    let upstream = Upstream::start().await;
    upstream.on("model-c").reply(Reply::ok("c"));
    let gateway = Gateway::start(&config(&upstream)).await;
    let (passed, failed) = steps(&put(&gateway, "", b"no component".to_vec()).await);
    assert_eq!((names(&passed), failed), (vec!["upload", "size", "signature", "quarantine"], json!("admission")));
    gateway.client().chat("r", "hi").await;
    let (passed, failed) = steps(&put(&gateway, "", guests::component("traps")).await);
    assert!(names(&passed).ends_with(&["fixtures"]) && failed == "rehearsal", "{passed} {failed}");
    let file = gateway.dir().join("traps.wasm");
    std::fs::write(&file, guests::component("traps")).unwrap();
    let (said, done) = policy(&gateway, &["deploy", file.to_str().unwrap(), "--activate"]).await;
    assert!(!done && said.lines().any(|line| line.starts_with("rehearsal") && line.ends_with("failed")), "{said}");
    upstream.finish().await;
}

#[tokio::test]
async fn a_component_that_is_too_large_is_refused_in_words_even_while_it_is_still_being_sent() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&config(&upstream).engine("component = \"1MiB\"")).await;
    let refused = put(&gateway, "", vec![0; 40 << 20]).await;
    assert_eq!((refused.status.as_u16(), refused.error_code().as_deref()), (413, Some("body_too_large")));
    assert!(refused.body_text().contains("1048576 bytes that `engine.component` allows"), "{}", refused.body_text());
    upstream.finish().await;
}

#[tokio::test]
async fn the_status_says_what_keeps_a_policy_out_until_it_is_in() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("a"));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.wasm");
    std::fs::write(&path, "no component").unwrap();
    let gateway = Gateway::start_in(dir, &ConfigText::new(&upstream).policy_file(&path)).await;
    let problem = get(&gateway, "").await["problem"].to_string();
    assert!(problem.contains("not WebAssembly"), "{problem}");
    let (said, _) = policy(&gateway, &["status"]).await;
    assert!(said.contains("active        nothing") && said.contains("problem       "), "{said}");
    std::fs::write(&path, guests::component("good")).unwrap();
    gateway.until(|| async { get(&gateway, "").await["problem"].is_null() }).await;
    assert_eq!(gateway.client().chat("r", "hi").await.status, 200);
    upstream.finish().await;
}

#[tokio::test]
async fn a_deployment_that_is_let_in_ends_what_kept_the_last_one_out() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("a"));
    let missing = r#"{ source = "deployed", bootstrap = { source = "file", path = "/nowhere/p.wasm" } }"#;
    let gateway = Gateway::start(&ConfigText::new(&upstream).policy(missing)).await;
    let problem = get(&gateway, "").await["problem"].to_string();
    assert!(problem.contains("/nowhere/p.wasm"), "{problem}");
    assert_eq!(put(&gateway, "", guests::component("good")).await.status, 200);
    assert!(get(&gateway, "").await["problem"].is_null());
    assert_eq!(gateway.client().chat("r", "hi").await.status, 200);
    upstream.finish().await;
}

#[tokio::test]
async fn a_canary_has_no_differences_and_that_is_what_is_said() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&config(&upstream)).await;
    assert_eq!(put(&gateway, "stage=canary&share=50%25", guests::component("good")).await.status, 200);
    let path = "/admin/v1/routes/r/policy/differences";
    let refused = gateway.operator().send(Method::GET, path, "").await;
    assert_eq!(refused.error_code().as_deref(), Some("no_shadow"));
    assert!(refused.body_text().contains("is a canary"), "{}", refused.body_text());
    upstream.finish().await;
}
