//! Recorded decisions made again: the same policies answer the same, byte for byte, in another process and after a
//! restart; what a candidate would change is found and said; and what must not be in the log is not.

use std::path::Path;
use std::process::{Command, Output as Ran};

use fingerpost::builtin;
use fingerpost::config::Config;
use fingerpost::decision_log::{Log, Selection};
use fingerpost::policy::EngineOptions;
use fingerpost::replay::{Against, Candidate, Change, Report, Setting, Unanswered, replay};
use serde_json::Value;
use support::decisions::Recorder;
use support::gateway::{ConfigText, Gateway, admit_program};
use support::guests;
use support::upstream::{Reply, Upstream};

use crate::bounds::{nonsense, unreliable};
use crate::programs::{program, shown};

/// Runs `fingerpost replay` in a process of its own.
async fn ran(data: &Path, words: &[&str]) -> Ran {
    let mut command = Command::new(program());
    command.arg("replay").arg("--data-dir").arg(data).args(words);
    tokio::task::spawn_blocking(move || command.output().expect("it runs")).await.expect("no panic")
}

async fn told(data: &Path, words: &[&str]) -> (Option<i32>, Value) {
    let ran = ran(data, &[words, &["--json"]].concat()).await;
    let json = serde_json::from_slice(&ran.stdout).unwrap_or_else(|_| panic!("{}", shown(&ran)));
    (ran.status.code(), json)
}

async fn replayed(data: &Path, selection: Selection, against: Against) -> Report {
    let log = Log::open(data).expect("there is a log");
    let options = EngineOptions {
        admit_program: admit_program(),
        ..EngineOptions::new(data.join("compiled")).expect("this program is known")
    };
    replay(log, selection, against, options).await.unwrap_or_else(|error| panic!("{error}"))
}

fn candidate(component: &[u8]) -> Candidate {
    Candidate { name: "candidate".into(), component: Some(component.to_vec().into()), setting: None, settings: None }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_decisions_of_every_policy_are_made_again_byte_for_byte_by_another_process() {
    const EACH: usize = 10_000;
    let dir = tempfile::tempdir().unwrap();
    let mut recorder = Recorder::start(dir.path(), 1, "").await;
    recorder.decide(EACH / 2).await;
    assert_eq!(recorder.kept(), (4 * EACH as u64 / 2, 0));
    recorder.log.close();
    // After a restart the log goes on in another segment.
    let mut recorder = Recorder::start(dir.path(), 2, "").await;
    recorder.decide(EACH / 2).await;
    recorder.log.close();
    // Side by side, as long as it takes on one core.
    let mut replays = tokio::task::JoinSet::new();
    for policy in builtin::names() {
        let data = dir.path().to_owned();
        replays.spawn(async move { told(&data, &["--route", policy]).await });
    }
    for (code, report) in replays.join_all().await {
        assert_eq!((code, &report["compared"]), (Some(0), &Value::from(EACH)), "{report:#}");
        assert_eq!(report["changes"], serde_json::json!({ "equal": EACH }));
        let fuel = &report["fuel"];
        assert_eq!((&fuel["decisions"], &fuel["differing"]), (&Value::from(EACH), &Value::from(0)), "{report:#}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_gateway_decided_is_made_again_after_its_end_and_by_the_request() {
    let upstream = unreliable().await;
    let mut config = ConfigText::new(&upstream);
    for policy in ["tiered", "weighted", "cheapest-healthy"] {
        let weights = if policy == "weighted" { "[routes.weighted.routing]\nweights = { a = 1, b = 1 }" } else { "" };
        config = config.also(&format!(
            "[routes.{policy}]\ntargets = [\"a\", \"b\", \"c\", \"d\"]\npolicy = {{ source = \"builtin\", name = \"{policy}\" }}\n{weights}"
        ));
    }
    let mut dir = tempfile::tempdir().unwrap();
    let mut last = String::new();
    for _ in 0..2 {
        let gateway = Gateway::start_in(dir, &config).await;
        for route in ["r", "tiered", "weighted", "cheapest-healthy"] {
            for _ in 0..25 {
                let answer = gateway.client().chat(route, "hi").await;
                last = answer.header("x-fingerpost-request-id").unwrap().to_owned();
            }
        }
        dir = gateway.stop().await;
    }
    let data = dir.path().join("data");
    let (code, report) = told(&data, &[]).await;
    assert_eq!((code, &report["requests"]), (Some(0), &Value::from(200)), "{report:#}");
    assert!(report["compared"].as_u64() > Some(220), "fallbacks were decided as well: {report:#}");
    let (code, one) = told(&data, &["--request", &last]).await;
    assert_eq!((code, &one["requests"]), (Some(0), &Value::from(1)), "{one:#}");
    let none = ran(&data, &["--request", "req_nowhere"]).await;
    assert!(none.status.code() == Some(1) && shown(&none).contains("no recorded decision"), "{}", shown(&none));
    upstream.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_that_compares_nothing_is_no_success_and_says_what_matched_nothing() {
    let upstream = Upstream::start().await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.wasm");
    std::fs::write(&path, "no component").unwrap();
    let gateway = Gateway::start_in(dir, &ConfigText::new(&upstream).policy_file(&path)).await;
    let answer = gateway.client().chat("r", "hi").await;
    let id = answer.header("x-fingerpost-request-id").unwrap().to_owned();
    let data = gateway.stop().await;
    let data = data.path().join("data");
    for words in [["--route", "r"], ["--request", &*id]] {
        let (code, report) = told(&data, &words).await;
        assert_eq!((code, &report["unanswered"]), (Some(1), &serde_json::json!({ "machine": 1 })), "{report:#}");
    }
    let none = shown(&ran(&data, &["--route", "nope"]).await);
    assert!(none.contains("of route `nope`") && none.contains("those of route `r`, made between"), "{none}");
    assert_eq!(ran(&data, &["--limit", "0"]).await.status.code(), Some(2));
    upstream.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_candidate_would_change_is_told_with_its_cost_and_with_what_nobody_knows() {
    let dir = tempfile::tempdir().unwrap();
    let mut recorder = Recorder::start(dir.path(), 3, "").await;
    recorder.decide(500).await;
    recorder.log.close();
    let page = dir.path().join("report.html");
    let words =
        ["--route", "single", "--candidate", "cheapest-healthy", "--limit", "300", "--html", page.to_str().unwrap()];
    let (code, report) = told(dir.path(), &words).await;
    assert!(matches!(code, Some(0 | 4)), "{report:#}");
    assert_eq!(report["read"]["decisions"], 300);
    let count = |what: &Value| what.as_object().unwrap().values().filter_map(Value::as_u64).sum::<u64>();
    let unanswered = count(&report["unanswered"]);
    assert_eq!(count(&report["changes"]) + unanswered, 300, "{report:#}");
    assert!(report["changes"]["target"].as_u64() > Some(20), "{report:#}");
    assert!(report["cost"]["replayed"].as_u64() < report["cost"]["recorded"].as_u64(), "{report:#}");
    assert!(report["attempts"]["unknown"].as_u64() > Some(20), "{report:#}");
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("<svg") && page.contains("Projected cost") && !page.contains("src="), "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_try_that_a_request_made_later_history_knows_how_it_went() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::status(500));
    upstream.on("model-b").reply(Reply::ok("x"));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    gateway.client().chat("r", "hi").await;
    upstream.on("model-b").reply(Reply::status(500));
    upstream.on("model-c").reply(Reply::ok("x"));
    gateway.client().chat("r", "hi").await;
    let dir = gateway.stop().await;
    let data = dir.path().join("data");
    let next = dir.path().join("next.toml");
    let weighted = ConfigText::new(&upstream)
        .policy(r#"{ source = "builtin", name = "weighted" }"#)
        .more("[routes.r.routing]\nweights = { b = 1 }");
    std::fs::write(&next, weighted.text(&data)).unwrap();
    let (_, report) = told(&data, &["--route", "r", "--candidate-config", next.to_str().unwrap()]).await;
    let expected = serde_json::json!({ "made": 0, "failed_later": 1, "went_on_later": 1, "unknown": 0 });
    assert_eq!(
        (&report["changes"], &report["attempts"]),
        (&serde_json::json!({ "target": 2 }), &expected),
        "{report:#}"
    );
    let later = report["read"]["decisions"].as_u64().unwrap() - 2;
    assert!(later >= 3 && report["unanswered"]["after-divergence"] == later, "{report:#}");
    upstream.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn targets_of_a_candidate_are_matched_by_their_ids_and_new_ones_are_closed() {
    let dir = tempfile::tempdir().unwrap();
    let mut recorder = Recorder::start(dir.path(), 4, "").await;
    recorder.decide(300).await;
    recorder.log.close();
    let selection = Selection { route: Some("cheapest-healthy".into()), ..Selection::default() };
    let text = support::decisions::config(dir.path());
    let with = |targets: &str| {
        let all = "targets = [\"north-frontier\", \"south-frontier\", \"north-balanced\", \"south-balanced\", \"north-economy\", \"south-economy\"]";
        let config = Config::parse(&text.replace(all, targets), Path::new("f.toml")).unwrap();
        let setting = Setting::new(&config, &config.routes["cheapest-healthy"]);
        Against::Candidate(Candidate {
            name: "moved".into(),
            component: None,
            setting: Some(Box::new(setting)),
            settings: None,
        })
    };
    // The tier to use is that of the first target, so that stays where it is.
    let moved = "targets = [\"north-frontier\", \"south-economy\", \"south-frontier\", \"south-balanced\", \"north-economy\", \"north-balanced\"]";
    let report = replayed(dir.path(), selection.clone(), with(moved)).await;
    let same = report.count(Change::Equal) + report.count(Change::Words);
    assert!(same * 10 > report.compared * 9 && report.compared > 250, "{:?}", report.changes);
    assert!(report.unknown_targets.is_empty());
    let fewer = "targets = [\"north-frontier\", \"south-frontier\"]";
    let report = replayed(dir.path(), selection, with(fewer)).await;
    assert!(report.unanswered[&Unanswered::TargetGone] > 20, "{:?}", report.unanswered);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_candidate_that_fails_or_breaks_bounds_ends_with_an_exit_code_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let mut recorder = Recorder::start(dir.path(), 5, "").await;
    recorder.decide(100).await;
    recorder.log.close();
    for (guest, changed) in
        [("traps", Change::Fails), ("loops-forever", Change::Fails), ("unknown-target", Change::Overruled)]
    {
        let file = dir.path().join(format!("{guest}.wasm"));
        std::fs::write(&file, guests::component(guest)).unwrap();
        let words = ["--route", "single", "--limit", "50", "--candidate", file.to_str().unwrap()];
        let (code, report) = told(dir.path(), &words).await;
        assert_eq!(code, Some(4), "{guest}: {report:#}");
        let count = report["changes"][changed.as_str()].as_u64().unwrap_or(0);
        assert!(count > 20 && Some(count) == report["compared"].as_u64(), "{guest}: {report:#}");
    }
    let file = dir.path().join("other.wasm");
    std::fs::write(&file, guests::component("other-interface-version")).unwrap();
    let refused = shown(&ran(dir.path(), &["--candidate", file.to_str().unwrap()]).await);
    assert_eq!(refused.matches("does not fit the interface").count(), 1, "{refused}");
    let missing = ran(dir.path(), &["--candidate", "nowhere.wasm"]).await;
    assert!(missing.status.code() == Some(1) && shown(&missing).contains("tiered"), "{}", shown(&missing));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_check_of_a_replay_says_of_nonsense_what_the_gateway_said() {
    let upstream = unreliable().await;
    let dir = tempfile::tempdir().unwrap();
    let config = nonsense(&upstream, dir.path(), "queues = [\"later\"]")
        .bounds("max_attempts = 4\nmax_same_target = 1\ndeadline = \"20s\"\ndowngrade = false\nmin_output_tokens = 50\nmay_defer = true")
        .more("[queues.later]\nttl = \"1h\"");
    let gateway = Gateway::start_in(dir, &config).await;
    for _ in 0..150 {
        gateway.client().with_header("prefer", "respond-async").chat("r", "hi").await;
    }
    let dir = gateway.stop().await;
    let data = dir.path().join("data");
    let config = Config::load(&dir.path().join("fingerpost.toml")).unwrap();
    let mut setting = Setting::new(&config, &config.routes["r"]);
    // A queue that no set-up names changes nothing but makes the check be made anew.
    setting.rules.queues.push(fingerpost::decision_log::QueueRule { ttl: 1, review: true });
    let again = Candidate { setting: Some(Box::new(setting)), ..candidate(&guests::component("nonsense")) };
    let report = replayed(&data, Selection::default(), Against::Candidate(again)).await;
    assert!(report.verdicts.recorded.len() >= 4, "nonsense breaks many bounds: {:?}", report.verdicts);
    assert_eq!(report.verdicts.recorded, report.verdicts.replayed);
    assert_eq!(report.count(Change::Equal), report.compared, "{:?}", report.changes);
    let recorded = replayed(&data, Selection::default(), Against::Recorded).await;
    assert!(recorded.is_equal() && recorded.compared > 150, "{:?}", recorded.changes);
    upstream.finish().await;
}

/// All that is in the log, as text.
fn everything(data: &Path) -> String {
    let mut text = String::new();
    let log = Log::open(data).expect("there is a log");
    log.visit(&Selection::default(), |background, stored| {
        let background = log.background(&background).expect("it is kept");
        let output = serde_json::to_string(&stored.output()?).expect("it is JSON");
        text.push_str(&output);
        text.push_str(&serde_json::to_string(&(stored.input()?, background)).expect("it is JSON"));
        Ok(std::ops::ControlFlow::Continue(()))
    })
    .expect("it can be read");
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_texts_of_providers_secrets_and_what_is_redacted_are_nowhere_in_the_log() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::error(500, "oops", "words-of-the-provider"));
    upstream.on("model-b").reply(Reply::ok("words-of-the-model"));
    let dir = tempfile::tempdir().unwrap();
    let config = ConfigText::new(&upstream)
        .policy(r#"{ source = "builtin", name = "tiered" }"#)
        .credential(&dir, "sk-secret-of-the-provider")
        .more("[decision_log]\nredact = [\"user\", \"Secret-Project\"]");
    let gateway = Gateway::start_in(dir, &config).await;
    let body = serde_json::json!({
        "model": "r",
        "user": "user-of-the-caller",
        "metadata": { "secret-project": "moonbase", "feature": "chat" },
        "messages": [{ "role": "user", "content": "words-of-the-caller" }],
    });
    assert_eq!(gateway.client().post_chat(&body).await.status, 200);
    let dir = gateway.stop().await;
    let text = everything(&dir.path().join("data"));
    assert!(text.contains("secret-project") && text.contains("[redacted]") && text.contains("\"chat\""), "{text}");
    let absent = ["words-of", "sk-secret", support::gateway::KEY, "user-of-the-caller", "moonbase"];
    assert!(absent.iter().all(|word| !text.contains(word)), "{text}");
    let report = replayed(&dir.path().join("data"), Selection::default(), Against::Recorded).await;
    assert!(report.is_equal() && report.redacted == report.compared && report.compared > 1, "{report:#?}");
    upstream.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_route_keeps_the_decisions_of_its_share_of_requests() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    let other =
        "[routes.half]\ntargets = [\"a\"]\nsample = \"0.5\"\npolicy = { source = \"builtin\", name = \"single\" }";
    let gateway = Gateway::start(&ConfigText::new(&upstream).route("sample = \"0\"").more(other)).await;
    for route in ["r", "half"].repeat(100) {
        gateway.client().chat(route, "hi").await;
    }
    let dir = gateway.stop().await;
    let report = replayed(&dir.path().join("data"), Selection::default(), Against::Recorded).await;
    assert!((20..=80).contains(&report.requests), "{}", report.requests);
    assert_eq!(report.groups.route.keys().collect::<Vec<_>>(), ["half"]);
    upstream.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failures_of_the_machine_are_recorded_and_not_compared_and_those_of_the_policy_are() {
    let upstream = Upstream::start().await;
    upstream.on("model-b").reply(Reply::ok("static"));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("policy.wasm");
    let order = "on_policy_failure = { action = \"static\", targets = [\"b\"] }";
    let mut dir = dir;
    for guest in ["recurses", "traps", "loops-forever"] {
        std::fs::write(&path, guests::component(guest)).unwrap();
        let config = ConfigText::new(&upstream).policy_file(&path).route(order);
        let gateway = Gateway::start_in(dir, &config).await;
        for _ in 0..3 {
            gateway.client().chat("r", "hi").await;
        }
        dir = gateway.stop().await;
    }
    let report = replayed(&dir.path().join("data"), Selection::default(), Against::Recorded).await;
    assert_eq!((report.compared, report.is_equal()), (6, true), "{report:#?}");
    assert_eq!(report.unanswered[&Unanswered::Machine], 3);
    upstream.finish().await;
}
