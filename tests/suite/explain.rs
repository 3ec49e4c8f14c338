//! What an operator is told of a request: the same by the command and over the admin side, with the facts of its decisions,
//! and with a command that makes them again.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use support::gateway::{ConfigText, Gateway};
use support::guests;
use support::upstream::{Reply, Upstream};

use crate::deploying::{config, put};
use crate::programs::{program, shown};

async fn ran(data: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(program());
    command.args(words).arg("--data-dir").arg(data);
    tokio::task::spawn_blocking(move || command.output().expect("it runs")).await.expect("no panic")
}

async fn looked_up(gateway: &Gateway, id: &str) -> Value {
    gateway.record(id).await;
    gateway.running().gateway.decision_log.flush().await;
    gateway.operator().get(&format!("/admin/v1/requests/{id}")).await.json()
}

#[tokio::test]
async fn the_command_and_the_admin_side_tell_the_same_and_the_replay_command_works_as_pasted() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::status(500));
    upstream.on("model-b").reply(Reply::ok("x").usage(100, 10));
    let budget = "[[budgets]]\nid = \"month\"\nscope = { tenant = \"acme\" }\nperiod = \"month\"\nlimit = \"9.00\"";
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(budget)).await;
    let answer = gateway.client().chat("r", "hi").await;
    let id = answer.header("x-fingerpost-request-id").unwrap().to_owned();
    let told = looked_up(&gateway, &id).await;
    let data = gateway.dir().join("data");
    let command: Value = serde_json::from_slice(&ran(&data, &["explain", &id, "--json"]).await.stdout).unwrap();
    assert_eq!(command, told);
    let facts = &told["facts"];
    assert_eq!((facts.as_array().unwrap().len(), &told["facts_missing"]), (2, &Value::Null), "{told:#}");
    assert_eq!((&facts[1]["decision"], &facts[0]["budgets"][0]["limit"]), (&json!(1), &json!(9_000_000_000_u64)));
    assert_eq!((&facts[0]["targets"][0]["target"], &facts[0]["targets"][0]["allowed"]), (&json!("a"), &json!(true)));
    let text = shown(&ran(&data, &["explain", &id]).await);
    for part in ["saw: ", "bounds: ", "target a: available", "budget month (tenant): ", "9.00 US dollars left"] {
        assert!(text.contains(part), "`{part}` is missing in:\n{text}");
    }
    let replay = told["replay"].as_str().unwrap().strip_prefix("fingerpost ").unwrap().to_owned();
    assert!(text.contains(&replay), "{text}");
    let line = format!("'{}' {replay}", program().display());
    let made_again = Command::new("sh").args(["-c", &line]).output().unwrap();
    assert_eq!(made_again.status.code(), Some(0), "{}", shown(&made_again));
    upstream.finish().await;
}

#[tokio::test]
async fn what_was_not_logged_is_said_and_no_command_is_shown_that_would_fail() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    let gateway = Gateway::start(&ConfigText::new(&upstream).route("sample = \"0\"")).await;
    let answer = gateway.client().chat("r", "hi").await;
    let id = answer.header("x-fingerpost-request-id").unwrap();
    let told = looked_up(&gateway, id).await;
    assert_eq!((&told["facts"], &told["replay"]), (&json!([null]), &Value::Null), "{told:#}");
    assert!(told["facts_missing"].as_str().unwrap().contains("`sample`"), "{told:#}");
    let text = shown(&ran(&gateway.dir().join("data"), &["explain", id]).await);
    assert!(text.contains("replay      not possible"), "{text}");
    upstream.finish().await;
}

#[tokio::test]
async fn what_was_overruled_is_named_with_why_and_with_who_chose_instead() {
    let upstream = Upstream::start().await;
    upstream.on("model-b").reply(Reply::ok("static"));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("guest.wasm");
    std::fs::write(&path, guests::component("disallowed-target")).unwrap();
    let order = "on_policy_failure = { action = \"static\", targets = [\"b\", \"a\"] }";
    let config = ConfigText::new(&upstream).policy_file(&path).route(order).bounds("worst_tier = \"high\"");
    let gateway = Gateway::start_in(dir, &config).await;
    let answer = gateway.client().chat("r", "hi").await;
    let id = answer.header("x-fingerpost-request-id").unwrap();
    let told = looked_up(&gateway, id).await;
    let target = told["decisions"][0]["target"].as_str().expect("what was overruled has a target").to_owned();
    let text = shown(&ran(&gateway.dir().join("data"), &["explain", id]).await);
    let order = [
        &format!("decision 0  send {target}"),
        "OVERRULED by the host: below-quality-floor (the target is below the quality floor)",
        "attempt 1   b (p2, model-b)",
        "from the static order of the route's `on_policy_failure`, not from the policy",
    ];
    let mut rest = &*text;
    for part in order {
        rest = rest.split_once(part).unwrap_or_else(|| panic!("no `{part}` in its place in:\n{text}")).1;
    }
    upstream.finish().await;
}

#[tokio::test]
async fn each_decision_names_its_version_where_a_canary_left_the_request_to_the_active_one() {
    let upstream = Upstream::start().await;
    upstream.on("model-c").reply(Reply::ok("c"));
    let gateway = Gateway::start(&config(&upstream)).await;
    put(&gateway, "stage=canary&share=90%25", guests::component("traps")).await;
    let id = loop {
        let answer = gateway.client().chat("r", "hi").await;
        let id = answer.header("x-fingerpost-request-id").unwrap().to_owned();
        if gateway.record(&id).await.decisions.len() == 2 {
            break id;
        }
    };
    let told = looked_up(&gateway, &id).await;
    let data = gateway.dir().join("data");
    let text = shown(&ran(&data, &["explain", &id]).await);
    for facts in told["facts"].as_array().unwrap() {
        let by = format!("by {} {}", facts["policy"].as_str().unwrap(), facts["digest"].as_str().unwrap());
        assert_eq!(text.matches(&by).count(), 1, "`{by}` in:\n{text}");
    }
    // The active version decided, and the host chose nothing.
    let active = told["policy"]["digest"].as_str().unwrap();
    let left = format!("the active version decides from here on, weighted {active}");
    assert!(text.contains(&left) && !text.contains("static order"), "`{left}` in:\n{text}");
    let order = ["decision 0  no answer", "the policy FAILED: trap", &left, "decision 1  send c", "attempt 1"];
    let places: Vec<_> = order.iter().map(|part| text.find(part)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} in:\n{text}");
    let replayed = shown(&ran(&data, &["replay", "--request", &id]).await);
    assert!(replayed.contains("2 decisions of 1 request,"), "{replayed}");
    upstream.finish().await;
}

#[tokio::test]
async fn a_beginning_that_several_requests_share_is_told_apart_from_an_unknown_id() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    for _ in 0..2 {
        gateway.client().chat("r", "hi").await;
    }
    gateway.records_after(2).await;
    for (id, status, code) in [("req_", 409, "several_requests"), ("req_none", 404, "unknown_request")] {
        let answer = gateway.operator().get(&format!("/admin/v1/requests/{id}")).await;
        assert_eq!((answer.status.as_u16(), answer.error_code().as_deref()), (status, Some(code)));
    }
    upstream.finish().await;
}
