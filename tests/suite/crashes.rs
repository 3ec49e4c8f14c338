//! What survives a process that is killed, and what happens when nothing can be written.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use fingerpost::ledger::{CostState, Ending};
use fingerpost::store::Reader;
use support::client::{Client, chat_body};
use support::gateway::{ConfigText, Gateway, KEY};
use support::upstream::{Reply, Upstream};

use crate::programs::{Process, program, shown};

const BUDGET: &str = "[[budgets]]\nid = \"acme-month\"\nscope = { tenant = \"acme\" }\nperiod = \"month\"\n\
                      limit = \"1000.00\"";

async fn start(dir: tempfile::TempDir, config: &ConfigText) -> Process {
    let text = config.text(&dir.path().join("data"));
    tokio::task::spawn_blocking(move || Process::start_on(dir, &text, &[])).await.expect("no panic")
}

/// Asks again and again until the gateway is gone; gives the ids of the answers that came.
async fn load(client: Client, stop: Arc<AtomicBool>) -> Vec<String> {
    let mut ids = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let asked = tokio::spawn({
            let client = client.clone();
            async move { client.post_chat(&chat_body("r", "hi")).await }
        });
        // The client panics where the connection breaks, as it does when the gateway dies.
        let Ok(answer) = asked.await else { break };
        ids.extend(answer.header("x-fingerpost-request-id").map(str::to_owned));
    }
    ids
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_kills_under_load_lose_no_request_and_count_none_twice() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x").usage(3, 100).head_after(Duration::from_millis(5)));
    let config = ConfigText::new(&upstream).server("max_connections = 512").more(BUDGET);
    let mut dir = tempfile::tempdir().expect("a folder can be made");
    support::gateway::share_compiled(&dir.path().join("data"));
    let mut answered = Vec::new();
    for round in 0..20 {
        let mut process = start(dir, &config).await;
        let stop = Arc::new(AtomicBool::new(false));
        let client = Client::new(process.public.parse().expect("an address"), KEY);
        let clients: Vec<_> = (0..8).map(|_| tokio::spawn(load(client.clone(), Arc::clone(&stop)))).collect();
        tokio::time::sleep(Duration::from_millis(60 + round * 7)).await;
        process.child.kill().expect("it can be killed");
        process.child.wait().expect("it ends");
        stop.store(true, Ordering::Relaxed);
        for client in clients {
            answered.extend(client.await.expect("no panic"));
        }
        dir = std::mem::replace(&mut process.dir, tempfile::tempdir().expect("a folder can be made"));
    }
    let gateway = Gateway::start_in(dir, &config).await;
    let records = gateway.records().await;
    let by_id: BTreeMap<_, _> = records.iter().map(|record| (&*record.request_id, record)).collect();
    assert!(
        by_id.len() == records.len() && answered.len() > 20,
        "{} records, {} answers",
        records.len(),
        answered.len()
    );
    assert!(answered.iter().all(|id| by_id.contains_key(&**id)), "an answer has no record");
    // Each request makes one attempt, and each attempt that the upstream saw is in one entry.
    let of =
        |state| records.iter().flat_map(|record| &record.attempts).filter(|entry| entry.cost_state == state).count();
    let (confirmed, exposed, hits) = (of(CostState::Confirmed), of(CostState::Exposure), upstream.hits("model-a"));
    assert!(confirmed <= hits && hits <= records.len(), "{confirmed} confirmed, {hits} billed, {exposed} exposed");
    let lost = records.iter().filter(|record| record.ending == Ending::Lost);
    assert!(lost.clone().all(|record| record.attempts[0].cost.0 > 0), "exposure is listed by request");
    let spent: u64 = records.iter().map(|record| record.cost.0).sum();
    let budgets = gateway.running().gateway.budgets.states(fingerpost::gateway::now_ms());
    assert_eq!(budgets[0].1.spent.0, spent);
    assert_eq!(budgets[0].1.reserved.0, 0);
    upstream.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_room_for_the_journal_nothing_goes_upstream_until_there_is_some() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    let dir = tempfile::tempdir().expect("a folder can be made");
    support::gateway::share_compiled(&dir.path().join("data"));
    let process = start(dir, &ConfigText::new(&upstream)).await;
    let client = Client::new(process.public.parse().expect("an address"), KEY);
    let pid = process.child.id().to_string();
    let limit = |size: &str| {
        let done = Command::new("prlimit").args(["--pid", &pid, &format!("--fsize={size}:")]).status();
        assert!(done.expect("prlimit runs").success());
    };
    assert_eq!(client.chat("r", "hi").await.status, 200);
    limit("0");
    let refused = client.chat("r", "hi").await;
    assert_eq!((refused.status.as_u16(), refused.error_code().as_deref()), (503, Some("ledger_unavailable")));
    assert_eq!(refused.header("retry-after"), Some("1"));
    let ready = || async { Client::new(process.admin.parse().expect("an address"), "").get("/health/ready").await };
    assert_eq!((ready().await.status.as_u16(), upstream.hits("model-a")), (503, 1));
    limit("unlimited");
    for _ in 0..200 {
        if ready().await.status == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(client.chat("r", "hi").await.status, 200);
    upstream.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_process_on_one_store_refuses_to_start_and_says_why() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let config = gateway.dir().join("fingerpost.toml");
    let second = tokio::task::spawn_blocking(move || {
        Command::new(program()).args(["serve", "--config"]).arg(config).output().expect("it runs")
    });
    let second = second.await.expect("no panic");
    assert!(!second.status.success());
    assert!(shown(&second).contains("another fingerpost serves from this folder"), "{}", shown(&second));
    assert!(Reader::open(&gateway.dir().join("data")).is_ok());
    upstream.finish().await;
}
