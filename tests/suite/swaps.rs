//! Policies change while requests run: by file, by upload, by reload. No request fails, and nothing piles up.

use fingerpost::policy::Settings;
use http::Method;
use support::gateway::{ConfigText, Gateway};
use support::load::Load;
use support::upstream::{Reply, Upstream};
use support::{guests, hostile};

const DEPLOYED: &str = r#"{ source = "deployed", bootstrap = { source = "builtin", name = "single" } }"#;
const PUT: &str = "/admin/v1/routes/r/policy";

fn policy_of(answer: &support::client::Answer) -> String {
    answer.header("x-fingerpost-policy").unwrap_or_default().to_owned()
}

#[tokio::test]
async fn an_uploaded_policy_decides_from_the_next_request_on_and_survives_a_restart() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    let config = ConfigText::new(&upstream).policy(DEPLOYED);
    let gateway = Gateway::start(&config).await;
    assert!(policy_of(&gateway.client().chat("r", "hi").await).starts_with("single;"));
    let deployed = gateway.operator().send(Method::PUT, PUT, guests::component("good")).await;
    assert_eq!(deployed.status, 200, "{}", deployed.body_text());
    assert!(policy_of(&gateway.client().chat("r", "hi").await).starts_with("deployed;"));
    let gateway = Gateway::start_in(gateway.stop().await, &config).await;
    assert!(policy_of(&gateway.client().chat("r", "hi").await).starts_with("deployed;"));
    upstream.finish().await;
}

#[tokio::test]
async fn a_module_that_is_not_admitted_changes_nothing_and_says_why() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    let gateway = Gateway::start(&ConfigText::new(&upstream).policy(DEPLOYED)).await;
    let before = policy_of(&gateway.client().chat("r", "hi").await);
    for (component, why) in [
        (hostile::not_wasm(), "WebAssembly"),
        (hostile::core_module(), "core module"),
        (guests::component("imports-wasi"), "wasi"),
        (guests::component("other-interface-version"), "0.2.0"),
        (guests::component("configure-panics"), "trapped"),
    ] {
        let refused = gateway.operator().send(Method::PUT, PUT, component).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body_text().contains(why), "{why}: {}", refused.body_text());
        assert_eq!(policy_of(&gateway.client().chat("r", "hi").await), before);
    }
    upstream.finish().await;
}

#[tokio::test]
async fn uploading_where_another_source_is_the_truth_is_a_conflict_that_says_so() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let refused = gateway.operator().send(Method::PUT, PUT, guests::component("good")).await;
    assert_eq!((refused.status.as_u16(), refused.error_code().as_deref()), (409, Some("other_source")));
}

#[tokio::test]
async fn a_policy_file_that_changes_on_disk_is_taken_over_and_a_broken_one_is_not() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.wasm");
    std::fs::write(&path, guests::component("good")).unwrap();
    let gateway = Gateway::start_in(dir, &ConfigText::new(&upstream).policy_file(&path)).await;
    let first = policy_of(&gateway.client().chat("r", "hi").await);
    std::fs::write(&path, hostile::not_wasm()).unwrap();
    let partial = path.with_extension("tmp");
    std::fs::write(&partial, guests::labelled("good", "second")).unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    assert_eq!(policy_of(&gateway.client().chat("r", "hi").await), first);
    std::fs::rename(&partial, &path).unwrap();
    gateway.until(|| async { policy_of(&gateway.client().chat("r", "hi").await) != first }).await;
    upstream.finish().await;
}

#[tokio::test]
async fn a_reload_takes_over_a_good_config_and_leaves_everything_as_it_was_with_a_bad_one() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    let config = ConfigText::new(&upstream);
    let gateway = Gateway::start(&config).await;
    let more =
        "[routes.new]\nclass = \"batch\"\ntargets = [\"a\"]\npolicy = { source = \"builtin\", name = \"single\" }";
    let bad = gateway.reload(&config.clone().more("[routes.new]\nclass = \"nothing\"")).await;
    assert_eq!(bad.status, 422);
    assert!(bad.body_text().contains("routes.new.class"), "{}", bad.body_text());
    assert_eq!(gateway.reload(&config.more(more)).await.status, 200);
    assert_eq!(gateway.client().chat("new", "hi").await.header("x-fingerpost-route"), Some("new"));
    upstream.finish().await;
}

/// Resident memory of this process in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/statm").expect("Linux says so");
    let pages: u64 = status.split(' ').nth(1).and_then(|pages| pages.parse().ok()).expect("a number of pages");
    pages * 4096
}

#[test]
fn ten_thousand_swaps_and_fifty_admissions_under_load_fail_no_request_and_leave_memory_as_it_was() {
    guests::build_all();
    // In a process of its own, so that nothing counts that other tests hold.
    let test = std::env::current_exe().expect("the test knows its own program");
    let words = ["--exact", "swaps::swaps_and_admissions_in_a_process_of_their_own", "--ignored", "--nocapture"];
    let output = std::process::Command::new(test).args(words).output().expect("it runs");
    let said = crate::programs::shown(&output);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

/// The swaps of which the first warm everything up: caches, pools and the allocator's own.
const SWAPS: usize = 10_000;
const WARM_UP: usize = 2_000;
/// A version that was never seen before comes every so many swaps: fifty of them in all, forty after the warm-up.
const EACH: usize = 200;
/// By how much memory may grow after the warm-up. Measured: less than one MiB; and 18 more where each of the forty versions
/// stays, which is half a MiB of code and tables for each.
const MARGIN: u64 = 10 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the test above runs it in a process of its own"]
async fn swaps_and_admissions_in_a_process_of_their_own() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::ok("x"));
    // On a busy machine all this takes longer, and callers ask more often meanwhile.
    upstream.forget_requests();
    let gateway = Gateway::start(&ConfigText::new(&upstream).policy(DEPLOYED)).await;
    let engine = gateway.running().lifecycle.engine().clone();
    let route = gateway.running().gateway.state.load().routes["r"].clone();
    let admit =
        async |label: &str| engine.admit(guests::labelled("good", label).into(), &route.setup).await.expect("good");
    let versions = [admit("a").await, admit("b").await];
    let load = Load::start(&gateway, 2);
    let mut before = 0;
    for swap in 0..SWAPS {
        route.policy.install("good".into(), versions[swap % 2].clone(), Settings::default());
        if swap % EACH == 0 {
            let fresh = admit(&format!("fresh-{swap}")).await;
            route.policy.install("good".into(), fresh, Settings::default());
            // Each of them has decided about something.
            let asked = load.asked();
            gateway.until(|| async { load.asked() > asked + 2 }).await;
        }
        if swap == WARM_UP {
            before = resident();
        }
        tokio::task::yield_now().await;
    }
    let grown = resident().saturating_sub(before);
    assert!(grown < MARGIN, "memory has grown by {} KiB", grown >> 10);
    let (asked, failures) = load.stop().await;
    drop(versions);
    assert!(failures.is_empty() && asked > 100, "{failures:?} of {asked}");
    gateway.until(|| async { engine.alive().generations == 1 }).await;
    assert_eq!(engine.alive().modules, 1);
    upstream.finish().await;
}
