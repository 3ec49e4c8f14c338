//! What survives a process that is killed, and what happens when nothing can be written.

mod audit;
mod load;

use std::process::Command;
use std::time::Duration;

use audit::Audit;
use fingerpost::store::Reader;
use fingerpost::store::queue::Jobs;
use support::client::Client;
use support::gateway::{ConfigText, Gateway, KEY};
use support::upstream::{Reply, Upstream};

use crate::programs::{Process, program, shown};

async fn start(dir: tempfile::TempDir, config: &ConfigText) -> Process {
    let text = config.text(&dir.path().join("data"));
    tokio::task::spawn_blocking(move || Process::start_on(dir, &text, &[])).await.expect("no panic")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_kills_under_load_lose_nothing_and_count_nothing_twice() {
    let upstream = Upstream::start().await;
    load::script(&upstream);
    let config = load::config(&upstream);
    let mut dir = tempfile::tempdir().expect("a folder can be made");
    support::gateway::share_compiled(&dir.path().join("data"));
    let (mut seen, mut latest) = (Vec::new(), Vec::new());
    for round in 0..20 {
        let mut process = start(dir, &config).await;
        let client = Client::new(process.public.parse().expect("an address"), KEY);
        seen.extend(load::repeat(&client, latest).await);
        let callers = load::callers(&client, round);
        tokio::time::sleep(Duration::from_millis(60 + round * 7)).await;
        process.child.kill().expect("it can be killed");
        process.child.wait().expect("it ends");
        let of_callers = callers.join_all().await;
        latest = load::latest_keyed(&of_callers);
        seen.extend(of_callers.into_iter().flatten());
        dir = std::mem::replace(&mut process.dir, tempfile::tempdir().expect("a folder can be made"));
    }
    let gateway = Gateway::start_in(dir, &config).await;
    seen.extend(load::repeat(&gateway.client(), latest).await);
    let jobs = Jobs::open(&gateway.dir().join("data")).expect("the queue can be opened");
    gateway.until(|| async { jobs.depths().expect("the queue can be read").is_empty() }).await;
    let in_flight = &gateway.running().gateway.metrics.in_flight;
    gateway.until(|| async { in_flight.get() == 0 }).await;
    let records = gateway.records().await;
    let audit = Audit { gateway: &gateway, upstream: &upstream, seen, records };
    audit.every_answer_has_its_one_record();
    audit.entries_say_what_was_billed();
    audit.budgets_agree();
    audit.stored_answers_are_of_one_run_that_was_billed_once();
    audit.jobs_are_over_in_one_way().await;
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
