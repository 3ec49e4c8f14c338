//! Settings travel with the version: on trial, into force and back, whatever the source; under one digest, which signatures and
//! quarantine cover, and which is shown everywhere.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Command, Output};

use fingerpost::policy::{Digest, Settings};
use fingerpost::signature::SigningKey;
use http::Method;
use serde_json::{Value, json};
use support::client::Answer;
use support::gateway::{ConfigText, Gateway};
use support::guests;
use support::upstream::{Reply, Upstream};

use crate::deploying::{get, policy, put};
use crate::programs::{program, shown};

/// The guest `good` sends to the target that its settings name.
const TO_B: &str = r#"{"target":1}"#;
const TO_C: &str = r#"{"target":2}"#;

/// A route whose own settings say nothing, so that `good` sends to `a`.
fn config(upstream: &Upstream) -> ConfigText {
    for model in ["a", "b", "c", "d"] {
        upstream.on(&format!("model-{model}")).reply(Reply::ok(model));
    }
    ConfigText::new(upstream).policy(r#"{ source = "deployed", bootstrap = { source = "builtin", name = "single" } }"#)
}

fn with(query: &str, settings: &str) -> String {
    format!("{query}&settings={}", settings.replace('"', "%22").replace(' ', "%20"))
}

async fn deployed(gateway: &Gateway, query: &str, settings: &str) -> Value {
    let answer = put(gateway, &with(query, settings), guests::component("good")).await;
    assert_eq!(answer.status, 200, "{}", answer.body_text());
    answer.json()
}

async fn post(gateway: &Gateway, what: &str) -> Answer {
    gateway.operator().send(Method::POST, &format!("/admin/v1/routes/r/policy/{what}"), "").await
}

async fn target(gateway: &Gateway) -> String {
    gateway.client().chat("r", "hi").await.header("x-fingerpost-target").unwrap_or("none").to_owned()
}

/// Runs the program.
async fn ran(words: &[&str]) -> Output {
    let mut command = Command::new(program());
    command.args(words);
    tokio::task::spawn_blocking(move || command.output()).await.expect("it ends").expect("it runs")
}

/// A file in the gateway's folder.
fn file(gateway: &Gateway, name: &str, contents: impl AsRef<[u8]>) -> String {
    let path: PathBuf = gateway.dir().join(name);
    std::fs::write(&path, contents).expect("it can be written");
    path.to_str().expect("a path").to_owned()
}

fn digest_of(component: &[u8], settings: &str) -> String {
    Settings::from_text(settings).version_of(&Digest::of(component)).to_string()
}

#[tokio::test]
async fn new_settings_go_on_canary_into_force_and_back_and_no_restart_or_reload_undoes_them() {
    let upstream = Upstream::start().await;
    let config = config(&upstream);
    let gateway = Gateway::start(&config).await;
    deployed(&gateway, "", TO_B).await;
    deployed(&gateway, "stage=canary&share=50%25", TO_C).await;
    let mut seen = BTreeSet::new();
    for _ in 0..40 {
        seen.insert(target(&gateway).await);
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["b", "c"], "each with its own settings");
    assert_eq!(post(&gateway, "promote").await.status, 200);
    assert_eq!(target(&gateway).await, "c");
    // The file says what it said before.
    assert_eq!(gateway.reload(&config).await.status, 200);
    let gateway = Gateway::start_in(gateway.stop().await, &config).await;
    assert_eq!(target(&gateway).await, "c");
    assert_eq!(post(&gateway, "rollback").await.json()["active"]["settings"], json!({ "target": 1 }));
    assert_eq!(target(&gateway).await, "b");
    let gateway = Gateway::start_in(gateway.stop().await, &config).await;
    assert_eq!(target(&gateway).await, "b");
    upstream.finish().await;
}

#[tokio::test]
async fn sections_that_change_make_a_version_of_what_decides_and_it_can_be_gone_back_from() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&config(&upstream)).await;
    deployed(&gateway, "", TO_B).await;
    deployed(&gateway, "stage=canary&share=1%25", TO_C).await;
    let changed =
        r#"{ source = "deployed", bootstrap = { source = "builtin", name = "tiered" }, config = { target = 3 } }"#;
    let changed = config(&upstream).policy(changed);
    let reloaded = gateway.reload(&changed).await;
    assert_eq!(reloaded.status, 200, "{}", reloaded.body_text());
    assert_eq!(target(&gateway).await, "d");
    let status = get(&gateway, "").await;
    assert_eq!((&status["active"]["number"], &status["active"]["settings"]), (&json!(4), &json!({ "target": 3 })));
    assert_eq!(status["candidate"]["version"]["settings"], json!({ "target": 2 }), "what is on trial stays so");
    let audit = get(&gateway, "/history").await["audit"][0].clone();
    assert_eq!((&audit["action"], &audit["actor"]), (&json!("config"), &json!("fingerpost")));
    post(&gateway, "rollback").await;
    assert_eq!(post(&gateway, "rollback").await.json()["active"]["number"], 2);
    assert_eq!(target(&gateway).await, "b");
    let (told, _) = policy(&gateway, &["status"]).await;
    assert!(
        told.contains("active        version 2, deployed (") && told.contains(r#"settings      {"target":1}"#),
        "{told}"
    );
    assert!(told.contains(r#"the file says settings {"target":3}: it counts again once"#), "{told}");
    // The version that the file asks for was rolled back; and the file still says what it said.
    assert_eq!(gateway.reload(&changed).await.status, 200);
    assert_eq!(target(&gateway).await, "b");
    upstream.finish().await;
}

#[tokio::test]
async fn sections_that_fail_on_what_was_decided_are_refused_and_a_start_goes_on_with_what_decided_before() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&config(&upstream)).await;
    deployed(&gateway, "", TO_B).await;
    assert_eq!(target(&gateway).await, "b");
    let says = |settings: &str| {
        let bootstrap = r#"bootstrap = { source = "builtin", name = "single" }"#;
        ConfigText::new(&upstream).policy(&format!(r#"{{ source = "deployed", {bootstrap}, config = {settings} }}"#))
    };
    let refused = gateway.reload(&says("{ target = 9 }")).await;
    assert_eq!(refused.error_code().as_deref(), Some("fails_rehearsal"), "{}", refused.body_text());
    let refused = gateway.reload(&says("{ refuse = true }")).await;
    assert!(
        refused.status == 422 && refused.body_text().contains("refuse: This config asks"),
        "{}",
        refused.body_text()
    );
    assert_eq!(target(&gateway).await, "b");
    let gateway = Gateway::start_in(gateway.stop().await, &says("{ refuse = true }")).await;
    assert_eq!(target(&gateway).await, "b");
    let status = get(&gateway, "").await;
    assert!(status["problem"].to_string().contains("This config asks"), "{status:#}");
    assert_eq!((&status["file"]["decides"], &status["file"]["settings"]), (&json!(false), &json!({ "refuse": true })));
    upstream.finish().await;
}

#[tokio::test]
async fn where_the_version_before_refuses_what_the_route_has_today_the_next_good_one_is_offered() {
    let upstream = Upstream::start().await;
    let weights = |target: &str| format!("[routes.r.routing]\nweights = {{ {target} = 1 }}");
    let weighted = r#"{ source = "deployed", bootstrap = { source = "builtin", name = "weighted" } }"#;
    let base = config(&upstream).policy(weighted);
    let gateway = Gateway::start(&base.clone().more(&weights("a"))).await;
    let weighted = fingerpost::builtin::component("weighted").unwrap().to_vec();
    assert_eq!(put(&gateway, &with("", r#"{"routing":{"weights":{"c":1}}}"#), weighted).await.status, 200);
    deployed(&gateway, "", TO_B).await;
    assert_eq!(target(&gateway).await, "b");
    // `c` is the route's no more, which is no version's affair.
    let without_c = base.of_route(r#"["a", "b", "d"]"#).more(&weights("a"));
    let reloaded = gateway.reload(&without_c).await;
    assert_eq!(reloaded.status, 200, "{}", reloaded.body_text());
    let refused = post(&gateway, "rollback").await;
    assert_eq!((refused.status.as_u16(), refused.error_code().as_deref()), (409, Some("earlier_refuses")));
    assert_eq!(refused.json()["error"]["next"]["number"], 1);
    let (told, done) = policy(&gateway, &["rollback"]).await;
    assert!(!done && told.contains("version 2 (") && told.contains("routing.weights.c"), "{told}");
    assert!(told.contains("`fingerpost policy rollback --route r --to 1`"), "{told}");
    assert_eq!(target(&gateway).await, "b", "nothing has changed");
    let (told, done) = policy(&gateway, &["rollback", "--to", "7"]).await;
    assert!(!done && told.contains("cannot go back to version 7"), "{told}");
    let (told, done) = policy(&gateway, &["rollback", "--to", "1"]).await;
    assert!(done && told.contains("Version 1 ("), "{told}");
    assert_eq!(target(&gateway).await, "a");
    upstream.finish().await;
}

#[tokio::test]
async fn a_reload_that_takes_away_what_a_versions_own_settings_name_says_which_version_that_is() {
    let upstream = Upstream::start().await;
    let base = config(&upstream);
    let gateway = Gateway::start(&base).await;
    let weighted = fingerpost::builtin::component("weighted").unwrap().to_vec();
    let to_c = r#"{"routing":{"weights":{"c":1}}}"#;
    let without_c = base.clone().of_route(r#"["a", "b", "d"]"#);
    assert_eq!(put(&gateway, &with("stage=shadow", to_c), weighted).await.status, 200);
    let refused = gateway.reload(&without_c).await;
    assert_eq!(refused.error_code().as_deref(), Some("not_admitted"), "{}", refused.body_text());
    for part in ["version 2 (", "which is on trial, has its own settings", "weights", "policy rollback --route r"] {
        assert!(refused.body_text().contains(part), "{part}: {}", refused.body_text());
    }
    assert_eq!(post(&gateway, "promote").await.status, 200);
    let refused = gateway.reload(&without_c).await;
    assert!(refused.body_text().contains("which decides, has its own settings"), "{}", refused.body_text());
    assert_eq!(target(&gateway).await, "c");
    upstream.finish().await;
}

#[tokio::test]
async fn the_gateway_itself_takes_the_next_good_version_where_nobody_is_there_to_choose() {
    let upstream = Upstream::start().await;
    let base = config(&upstream);
    let gateway = Gateway::start(&base).await;
    let weighted = fingerpost::builtin::component("weighted").unwrap().to_vec();
    put(&gateway, &with("", r#"{"routing":{"weights":{"c":1}}}"#), weighted).await;
    put(&gateway, "", guests::component("traps")).await;
    assert_eq!(gateway.reload(&base.of_route(r#"["a", "b", "d"]"#)).await.status, 200);
    gateway.until(|| async { gateway.client().chat("r", "hi").await.status == 200 }).await;
    assert_eq!(get(&gateway, "").await["active"]["number"], 1);
    upstream.finish().await;
}

#[tokio::test]
async fn a_version_is_quarantined_with_its_settings_and_the_same_component_with_others_is_not() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&config(&upstream)).await;
    let bad = deployed(&gateway, "stage=shadow", r#"{"target":1,"name":"x"}"#).await;
    post(&gateway, "rollback").await;
    // White space and order make no other version.
    let again = put(&gateway, &with("", r#"{ "name": "x",  "target": 1 }"#), guests::component("good")).await;
    assert_eq!(again.error_code().as_deref(), Some("quarantined"), "{}", again.body_text());
    deployed(&gateway, "", TO_B).await;
    assert_eq!(get(&gateway, "").await["quarantined"][0]["digest"], bad["digest"]);
    let digest = bad["digest"].as_str().unwrap();
    assert_eq!(post(&gateway, &format!("release?digest={}", &digest[..12])).await.status, 200);
    deployed(&gateway, "", r#"{"target":1,"name":"x"}"#).await;
    upstream.finish().await;
}

#[tokio::test]
async fn settings_of_whatever_source_are_tried_promoted_and_gone_back_from() {
    let upstream = Upstream::start().await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("good.wasm");
    std::fs::write(&path, guests::component("good")).unwrap();
    let file_config = config(&upstream).policy_file(&path);
    let gateway = Gateway::start_in(dir, &file_config).await;
    assert_eq!(target(&gateway).await, "a");
    let to_c = file(&gateway, "c.toml", "[policy.config]\ntarget = 2");
    let (told, done) = policy(&gateway, &["deploy", "--settings", &to_c, "--shadow"]).await;
    assert!(done && told.contains("Version 2 ("), "{told}");
    let (told, done) = policy(&gateway, &["promote"]).await;
    assert!(done, "{told}");
    assert_eq!(target(&gateway).await, "c");
    let gateway = Gateway::start_in(gateway.stop().await, &file_config).await;
    assert_eq!(target(&gateway).await, "c");
    // Another component comes from the file, with the settings that decide.
    std::fs::write(&path, guests::labelled("good", "next")).unwrap();
    gateway.until(|| async { get(&gateway, "").await["active"]["number"] == 3 }).await;
    assert_eq!(target(&gateway).await, "c");
    let other = put(&gateway, "", guests::component("traps")).await;
    assert_eq!(other.error_code().as_deref(), Some("other_source"), "{}", other.body_text());
    assert!(other.body_text().contains("settings alone can be deployed"), "{}", other.body_text());
    for number in [2, 1] {
        assert_eq!(post(&gateway, "rollback").await.json()["active"]["number"], number);
    }
    assert_eq!(target(&gateway).await, "a");
    let status = get(&gateway, "").await;
    assert_eq!((&status["source"], &status["file"]["decides"]), (&json!("file"), &json!(false)));
    upstream.finish().await;
}

#[tokio::test]
async fn a_built_in_policy_gets_other_settings_as_a_canary() {
    let upstream = Upstream::start().await;
    let weights = |target: &str| format!("[routing]\nweights = {{ {target} = 1 }}");
    let built_in = config(&upstream)
        .policy(r#"{ source = "builtin", name = "weighted" }"#)
        .more("[routes.r.routing]\nweights = { a = 1 }");
    let gateway = Gateway::start(&built_in).await;
    let settings = file(&gateway, "settings.toml", weights("b"));
    let (told, done) = policy(&gateway, &["deploy", "--settings", &settings, "--canary", "50%"]).await;
    assert!(done && told.contains("50.0 %"), "{told}");
    assert!(policy(&gateway, &["promote"]).await.1);
    assert_eq!(target(&gateway).await, "b");
    let gateway = Gateway::start_in(gateway.stop().await, &built_in).await;
    assert_eq!(target(&gateway).await, "b");
    let (told, done) = policy(&gateway, &["deploy", "--settings", &settings]).await;
    assert!(done && told.contains("decides on r already, with these settings: nothing has changed"), "{told}");
    assert!(policy(&gateway, &["rollback"]).await.1);
    assert_eq!(target(&gateway).await, "a");
    upstream.finish().await;
}

#[tokio::test]
async fn settings_that_come_with_an_upload_need_a_signature_that_covers_them() {
    let upstream = Upstream::start().await;
    let (key, secret) = SigningKey::generate().unwrap();
    let trusted = format!(
        r#"{{ source = "deployed", bootstrap = {{ source = "builtin", name = "single" }}, trusted_keys = ["{}"] }}"#,
        key.public()
    );
    let gateway = Gateway::start(&config(&upstream).policy(&trusted)).await;
    let good = guests::component("good");
    let signed = |signature: String, settings: &str| with(&format!("signature={signature}"), settings);
    let of_both = key.sign_version(&good, &Settings::from_text(TO_B)).to_string();
    let (other, _) = SigningKey::generate().unwrap();
    for (query, said) in [
        (signed(key.sign(&good).to_string(), TO_B), "covers the component alone"),
        (signed(of_both.clone(), TO_C), "for other settings"),
        (signed(of_both.clone(), "{}"), "for other settings"),
        (signed(other.sign_version(&good, &Settings::from_text(TO_B)).to_string(), TO_B), "for other settings"),
        (with("", TO_B), "it has no signature"),
        // Without the settings that it was made for.
        (format!("signature={of_both}"), "for other settings"),
    ] {
        let refused = put(&gateway, &query, good.clone()).await;
        assert_eq!(refused.error_code().as_deref(), Some("not_signed"), "{}", refused.body_text());
        assert!(refused.body_text().contains(said), "{said}: {}", refused.body_text());
    }
    // As an author does it.
    let component = file(&gateway, "good.wasm", &good);
    let (settings, secret) = (file(&gateway, "b.json", r#"{ "target": 1 }"#), file(&gateway, "key", secret));
    let sign = ["policy", "sign", component.as_str(), "--key", &secret, "--settings", &settings];
    let told = shown(&ran(&sign).await);
    assert!(told.contains(&digest_of(&good, TO_B)), "{told}");
    let (told, done) = policy(&gateway, &["deploy", &component, "--settings", &settings]).await;
    assert!(done, "{told}");
    assert_eq!(target(&gateway).await, "b");
    // Settings alone need a signature too: who holds the admin token and no key changes nothing.
    let alone = put(&gateway, &with("", TO_C), Vec::new()).await;
    assert_eq!(alone.error_code().as_deref(), Some("not_signed"), "{}", alone.body_text());
    upstream.finish().await;
}

#[tokio::test]
async fn a_version_has_one_digest_wherever_it_is_shown_and_keeps_its_crates_name() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&config(&upstream)).await;
    let component = fingerpost_guest_build::with_name(&guests::component("good"), "my-policy");
    let done = put(&gateway, &with("", TO_B), component.clone()).await.json();
    let digest = digest_of(&component, TO_B);
    assert_eq!((&done["digest"], &done["name"]), (&json!(digest), &json!("my-policy")));
    let answer = gateway.client().chat("r", "hi").await;
    let short = &digest[..12];
    assert_eq!(answer.header("x-fingerpost-policy"), Some(&*format!("my-policy; digest={short}")));
    let record = gateway.record(answer.header("x-fingerpost-request-id").unwrap()).await;
    assert_eq!(&*record.policy.unwrap().digest, digest);
    let (status, history) = (get(&gateway, "").await, get(&gateway, "/history").await);
    for shown in [
        &status["policy"]["digest"],
        &status["active"]["digest"],
        &history["audit"][0]["digest"],
        &history["versions"][0]["digest"],
    ] {
        assert_eq!(*shown, json!(digest));
    }
    for command in ["status", "history"] {
        let (told, _) = policy(&gateway, &[command]).await;
        assert!(told.contains(short), "{command}: {told}");
    }
    let (told, _) = policy(&gateway, &["status"]).await;
    assert!(told.contains("my-policy"), "{told}");
    let metrics = gateway.operator().get("/metrics").await.body_text();
    assert!(metrics.contains(&format!("generation=\"{short}\"")), "{metrics}");
    upstream.finish().await;
}

#[tokio::test]
async fn a_canary_with_other_settings_is_replayed_as_it_decided() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&config(&upstream)).await;
    deployed(&gateway, "", TO_B).await;
    deployed(&gateway, "stage=canary&share=50%25", TO_C).await;
    for _ in 0..20 {
        target(&gateway).await;
    }
    let folder = gateway.stop().await;
    let data = folder.path().join("data");
    let replayed = ran(&["replay", "--data-dir", data.to_str().unwrap()]).await;
    assert!(replayed.status.success(), "{}", shown(&replayed));
    upstream.finish().await;
}

#[tokio::test]
async fn what_is_no_settings_is_refused_with_its_place_and_what_would_be() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&config(&upstream)).await;
    let component = file(&gateway, "good.wasm", guests::component("good"));
    for (text, said) in [
        ("[routes.r.routing]\na = 1", ": routes: a file of settings has the sections of one route"),
        ("targets = [\"a\"]", "`targets` is the route's own"),
        ("[routing", "not valid TOML"),
        ("{ \"routing\": 3 }", "expected an object"),
        ("[policy.config]\nrefuse = true", "refuse: This config asks to be refused."),
    ] {
        let settings = file(&gateway, "settings.toml", text);
        let (told, done) = policy(&gateway, &["deploy", &component, "--settings", &settings]).await;
        assert!(!done && told.contains(said), "{text}: {told}");
    }
    for (kind, body) in [("component", "%"), ("settings", "3"), ("colour", "1")] {
        let body = format!("{{\"{kind}\": \"{body}\"}}");
        let refused = gateway.operator().send(Method::PUT, "/admin/v1/routes/r/policy", body).await;
        assert_eq!((refused.status.as_u16(), refused.error_code().as_deref()), (400, Some("invalid_upload")));
    }
    let nothing = put(&gateway, "", Vec::new()).await;
    assert_eq!(nothing.error_code().as_deref(), Some("invalid_upload"), "{}", nothing.body_text());
    assert_eq!(get(&gateway, "").await["active"]["number"], 1);
    upstream.finish().await;
}

#[tokio::test]
async fn the_history_says_who_even_where_nobody_gave_a_name() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&config(&upstream)).await;
    gateway.operator().send(Method::PUT, "/admin/v1/routes/r/policy", guests::component("good")).await;
    assert_eq!(get(&gateway, "/history").await["audit"][0]["actor"], "unnamed, on this machine");
    deployed(&gateway, "", TO_B).await;
    assert_eq!(get(&gateway, "/history").await["audit"][0]["actor"], "ann");
    upstream.finish().await;
}
