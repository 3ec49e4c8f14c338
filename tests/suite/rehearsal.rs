//! A new policy is asked again what its route decided last: refused where it fails on that, told where it differs, and let in
//! where nothing can be asked.

use std::process::{Command, Output};

use serde_json::{Value, json};
use support::client::Answer;
use support::gateway::{ConfigText, Gateway};
use support::guests;
use support::load::Load;
use support::upstream::{Reply, Upstream};

use crate::deploying::{config, get, put};
use crate::programs::{program, shown};

/// A gateway on that config whose route `r` has decided so often.
async fn decided(config: &ConfigText, upstream: &Upstream, times: usize) -> Gateway {
    upstream.on("model-a").reply(Reply::ok("a"));
    upstream.on("model-c").reply(Reply::ok("c"));
    let gateway = Gateway::start(config).await;
    for _ in 0..times {
        assert_eq!(gateway.client().chat("r", "hi").await.status, 200);
    }
    gateway
}

fn played(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.body_text());
    answer.json()["rehearsal"]["played"].clone()
}

fn skipped(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body_text());
    answer.json()["rehearsal"]["skipped"]["why"].as_str().unwrap_or_default().to_owned()
}

/// What a command prints that was told, on the data of that gateway.
async fn ran(command: &str, gateway: &Gateway) -> Output {
    let mut program = Command::new(program());
    program.args(command.split_whitespace().skip(1)).arg("--data-dir").arg(gateway.dir().join("data"));
    tokio::task::spawn_blocking(move || program.output()).await.expect("no panic").expect("it runs")
}

#[tokio::test]
async fn a_policy_that_traps_on_what_was_decided_is_refused_and_the_answer_names_the_command_that_shows_it() {
    let upstream = Upstream::start().await;
    let gateway = decided(&config(&upstream), &upstream, 5).await;
    let before = (get(&gateway, "").await, get(&gateway, "/history").await);
    for stage in ["", "stage=shadow", "stage=canary&share=50%25"] {
        let refused = put(&gateway, stage, guests::component("traps")).await;
        assert_eq!((refused.status.as_u16(), refused.error_code().as_deref()), (422, Some("fails_rehearsal")));
        let said = refused.body_text();
        assert!(said.contains("of 5 recorded decisions") && said.contains("(trap 5)"), "{said}");
    }
    assert_eq!((get(&gateway, "").await, get(&gateway, "/history").await), before);
    let said = put(&gateway, "", guests::component("traps")).await.body_text();
    let file = gateway.dir().join("traps.wasm");
    std::fs::write(&file, guests::component("traps")).unwrap();
    let command = said.split('`').find(|part| part.starts_with("fingerpost replay")).expect("a command");
    let output = ran(&command.replace("FILE", file.to_str().unwrap()), &gateway).await;
    assert!(output.status.code() == Some(4) && shown(&output).contains("trap"), "{}", shown(&output));
    upstream.finish().await;
}

#[tokio::test]
async fn a_policy_that_traps_on_everything_is_refused_though_the_users_are_redacted() {
    let upstream = Upstream::start().await;
    let gateway = decided(&config(&upstream).also("[decision_log]\nredact = [\"user\"]"), &upstream, 0).await;
    let mut body = support::client::chat_body("r", "hi");
    body["user"] = json!("ann");
    for _ in 0..4 {
        assert_eq!(gateway.client().post_chat(&body).await.status, 200);
    }
    let refused = put(&gateway, "", guests::component("traps")).await;
    assert_eq!(refused.error_code().as_deref(), Some("fails_rehearsal"), "{}", refused.body_text());
    let said = refused.body_text();
    assert!(said.contains("of 4 recorded decisions") && said.contains("(trap 4)"), "{said}");
    assert_eq!(played(&put(&gateway, "", guests::component("good")).await)["compared"], 4);
    upstream.finish().await;
}

#[tokio::test]
async fn a_policy_that_decides_otherwise_is_let_in_and_the_differences_are_told_and_kept() {
    let upstream = Upstream::start().await;
    let gateway = decided(&config(&upstream), &upstream, 5).await;
    let told = played(&put(&gateway, "stage=shadow", guests::component("good")).await);
    assert_eq!((&told["decisions"], &told["compared"], &told["changed"]), (&json!(5), &json!(5), &json!(5)));
    assert_eq!(told["changes"], json!({ "target": 5 }));
    assert_eq!(told["transitions"], json!([{ "recorded": "send c", "replayed": "send a", "count": 5 }]));
    assert_eq!(told["rules"], json!({ "share": { "compared": 5, "changed": 5 } }));
    assert_eq!(gateway.record(told["example"].as_str().unwrap()).await.attempts.len(), 1);
    let detail = get(&gateway, "/history").await["audit"][0]["detail"].to_string();
    assert_eq!(detail, "\"shadow; rehearsed: 5 decisions, 5 with another effect (target 5)\"");
    upstream.finish().await;
}

#[tokio::test]
async fn only_the_latest_decisions_count_that_the_route_asks_for_and_none_of_other_routes() {
    let upstream = Upstream::start().await;
    let other = "[routes.other]\ntargets = [\"a\"]\npolicy = { source = \"builtin\", name = \"single\" }";
    let config = config(&upstream).also(other);
    let gateway = decided(&config.clone().route("rehearsal = { decisions = 3 }"), &upstream, 0).await;
    for _ in 0..4 {
        assert_eq!(gateway.client().chat("other", "hi").await.status, 200);
    }
    let empty = skipped(&put(&gateway, "", guests::labelled("good", "first")).await);
    assert!(empty.contains("has no decision of the route"), "{empty}");
    for _ in 0..5 {
        gateway.client().chat("r", "hi").await;
    }
    let told = played(&put(&gateway, "", guests::labelled("good", "second")).await);
    assert_eq!((&told["decisions"], &told["changes"]), (&json!(3), &json!({ "equal": 3 })));
    upstream.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_policies_end_by_their_limits_and_are_refused_for_what_they_did() {
    let upstream = Upstream::start().await;
    let gateway = decided(&config(&upstream), &upstream, 3).await;
    for (guest, kind) in [
        ("loops-forever", "out-of-fuel 3"),
        ("allocates-without-end", "(out-of-"),
        ("recurses", " 3)"),
        ("unknown-target", "unknown-target 3"),
        ("rejects-with-200", " 3)"),
    ] {
        let refused = put(&gateway, "stage=shadow", guests::component(guest)).await;
        assert_eq!(refused.error_code().as_deref(), Some("fails_rehearsal"), "{guest}: {}", refused.body_text());
        assert!(refused.body_text().contains(kind), "{guest}: {}", refused.body_text());
    }
    upstream.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rehearsal_takes_no_longer_than_it_may_and_says_that_it_was_cut_short() {
    let upstream = Upstream::start().await;
    let config = config(&upstream).engine("fuel = 10000000000").route("rehearsal = { time = \"100ms\" }");
    let gateway = decided(&config, &upstream, 5).await;
    // Each of its decisions would go on for minutes, and is ended by the clock on the wall.
    let refused = put(&gateway, "", guests::component("loops-forever")).await.body_text();
    assert!(refused.contains("of 1 recorded decisions") && refused.contains("(wall-clock 1)"), "{refused}");
    // It answers well, a hundred milliseconds later.
    let told = played(&put(&gateway, "", guests::component("slow")).await);
    assert!(told["is_cut_short"] == true && told["compared"].as_u64() < Some(5), "{told}");
    upstream.finish().await;
}

#[tokio::test]
async fn where_nothing_is_asked_a_policy_is_let_in_and_it_is_said_why() {
    let upstream = Upstream::start().await;
    let gateway = decided(&config(&upstream).route("rehearsal = { decisions = 0 }"), &upstream, 2).await;
    let off = skipped(&put(&gateway, "stage=shadow", guests::component("traps")).await);
    assert!(off.contains("rehearsal.decisions"), "{off}");
    let gateway = decided(&config(&upstream), &upstream, 2).await;
    let left_out = skipped(&put(&gateway, "rehearsal=skip&stage=shadow", guests::component("traps")).await);
    assert!(left_out.contains("left it out"), "{left_out}");
    let history = get(&gateway, "/history").await;
    assert_eq!(history["audit"][0]["detail"], "shadow; not rehearsed: whoever deployed left it out");
    assert_eq!(put(&gateway, "rehearsal=maybe", guests::component("good")).await.status, 400);
    let gateway = decided(&config(&upstream).also("[decision_log]\nenabled = false"), &upstream, 2).await;
    let no_log = skipped(&put(&gateway, "stage=shadow", guests::component("traps")).await);
    assert!(no_log.contains("no decision log"), "{no_log}");
    upstream.finish().await;
}

#[tokio::test]
async fn a_log_that_is_gone_keeps_no_policy_out() {
    let upstream = Upstream::start().await;
    let gateway = decided(&config(&upstream), &upstream, 2).await;
    gateway.running().gateway.decision_log.flush().await;
    std::fs::remove_dir_all(gateway.dir().join("data/decisions")).unwrap();
    let gone = skipped(&put(&gateway, "stage=shadow", guests::component("good")).await);
    assert!(gone.contains("there is no decision log"), "{gone}");
    upstream.finish().await;
}

#[tokio::test]
async fn what_failed_before_may_fail_again_so_that_half_a_remedy_gets_in() {
    let upstream = Upstream::start().await;
    let gateway = decided(&config(&upstream), &upstream, 0).await;
    put(&gateway, "", guests::component("traps")).await;
    for _ in 0..2 {
        assert_eq!(gateway.client().chat("r", "hi").await.error_code().as_deref(), Some("policy_failed"));
    }
    let told = played(&put(&gateway, "", guests::labelled("traps", "again")).await);
    assert_eq!(told["changes"], json!({ "equal": 2 }));
    let told = played(&put(&gateway, "", guests::component("good")).await);
    assert_eq!(told["changes"], json!({ "mends": 2 }));
    upstream.finish().await;
}

#[tokio::test]
async fn a_policy_file_that_fails_on_what_was_decided_is_not_taken_over() {
    let upstream = Upstream::start().await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.wasm");
    std::fs::write(&path, guests::component("good")).unwrap();
    upstream.on("model-a").reply(Reply::ok("a"));
    let gateway = Gateway::start_in(dir, &ConfigText::new(&upstream).policy_file(&path)).await;
    let policy = async || gateway.client().chat("r", "hi").await.header("x-fingerpost-policy").map(str::to_owned);
    let first = policy().await;
    std::fs::write(&path, guests::component("traps")).unwrap();
    let lifecycle = &gateway.running().lifecycle;
    // Whoever looks first, this or the watcher, remembers that it was refused.
    let refused = lifecycle.refresh_file("r").await;
    assert!(refused.map_or_else(|error| error.to_string().contains("(trap 1)"), |found| found.is_none()));
    assert_eq!(policy().await, first);
    std::fs::write(&path, guests::labelled("good", "next")).unwrap();
    gateway.until(|| async { policy().await != first }).await;
    upstream.finish().await;
}

#[tokio::test]
async fn a_config_that_names_a_policy_which_fails_on_what_was_decided_is_refused_as_a_whole() {
    let upstream = Upstream::start().await;
    let dir = tempfile::tempdir().unwrap();
    let [good, traps] = ["good", "traps"].map(|guest| {
        let path = dir.path().join(format!("{guest}.wasm"));
        std::fs::write(&path, guests::component(guest)).unwrap();
        ConfigText::new(&upstream).policy_file(&path)
    });
    let gateway = decided(&good, &upstream, 4).await;
    let refused = gateway.reload(&traps).await;
    assert_eq!((refused.status.as_u16(), refused.error_code().as_deref()), (422, Some("fails_rehearsal")));
    assert_eq!(gateway.client().chat("r", "hi").await.status, 200);
    let said = refused.body_text();
    assert!(said.contains("of 4 recorded decisions") && said.contains("(trap 4)"), "{said}");
    let command = said.split('`').find(|part| part.starts_with("fingerpost replay")).expect("a command");
    let words = command.replace("CONFIG", gateway.dir().join("fingerpost.toml").to_str().unwrap());
    let output = ran(&words, &gateway).await;
    assert!(output.status.code() == Some(4) && shown(&output).contains("trap"), "{}", shown(&output));
    // The way out that it names; and a start asks nothing, for it must serve.
    assert_eq!(gateway.reload(&traps.clone().route("rehearsal = { decisions = 0 }")).await.status, 200);
    let gateway = Gateway::start_in(gateway.stop().await, &traps).await;
    assert_eq!(gateway.client().chat("r", "hi").await.error_code().as_deref(), Some("policy_failed"));
    upstream.finish().await;
}

#[tokio::test]
async fn a_config_that_names_a_policy_which_fails_its_own_tests_is_refused() {
    let upstream = Upstream::start().await;
    let dir = tempfile::tempdir().unwrap();
    let (path, fixtures) = (dir.path().join("p.wasm"), dir.path().join("fixtures"));
    std::fs::create_dir(&fixtures).unwrap();
    let case = "[[setup.targets]]\nid = \"a\"\nprovider = \"p\"\n[[case]]\nname = \"never true\"\nexpect = { rule = \"another\" }\n";
    std::fs::write(fixtures.join("a.toml"), case).unwrap();
    std::fs::write(&path, fingerpost::testing::embed(guests::component("good").to_vec(), &fixtures).unwrap()).unwrap();
    let gateway = decided(&config(&upstream), &upstream, 0).await;
    let refused = gateway.reload(&ConfigText::new(&upstream).policy_file(&path)).await;
    assert!(refused.status == 422 && refused.body_text().contains("never true"), "{}", refused.body_text());
    assert_eq!(gateway.client().chat("r", "hi").await.status, 200);
    upstream.finish().await;
}

#[tokio::test]
async fn a_config_asks_only_routes_that_it_gives_another_component() {
    let upstream = Upstream::start().await;
    let gateway = decided(&config(&upstream), &upstream, 2).await;
    assert_eq!(put(&gateway, "rehearsal=skip", guests::component("traps")).await.status, 200);
    // It traps still, with another set-up; whoever gave it leave is not asked again.
    assert_eq!(gateway.reload(&config(&upstream).bounds("max_attempts = 3")).await.status, 200);
    assert_eq!(gateway.client().chat("r", "hi").await.error_code().as_deref(), Some("policy_failed"));
    upstream.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rehearsals_under_load_fail_no_request_and_leave_no_sandbox_behind() {
    let upstream = Upstream::start().await;
    let gateway = decided(&config(&upstream).route("rehearsal = { decisions = 200 }"), &upstream, 20).await;
    let load = Load::start(&gateway, 4);
    for round in 0..5 {
        let good = put(&gateway, "stage=shadow", guests::labelled("good", &format!("{round}"))).await;
        assert!(played(&good)["compared"].as_u64() > Some(0), "{}", good.body_text());
        let traps = put(&gateway, "stage=shadow", guests::component("loops-forever")).await;
        assert_eq!(traps.error_code().as_deref(), Some("fails_rehearsal"), "{}", traps.body_text());
    }
    let (asked, failures) = load.stop().await;
    assert!(failures.is_empty() && asked > 20, "{failures:?} of {asked}");
    // The active one and its shadow.
    assert_eq!(gateway.running().lifecycle.engine().alive().generations, 2);
    upstream.finish().await;
}
