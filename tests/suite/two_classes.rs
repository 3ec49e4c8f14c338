//! `docs/two-classes.md`: its ten lines do what the page says, and each step of its growth is a config that still does.

use std::path::Path;

use fingerpost::config::Config;
use fingerpost::serve::{Options, Running, start};
use support::client::Client;
use support::gateway::{admit_program, share_compiled};
use support::upstream::{Reply, Upstream};
use toml::{Table, Value};

/// The secret of the page's key.
const KEY: &str = "fp-demo-key";

/// The configs of the page, in their order.
fn blocks() -> Vec<Table> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/two-classes.md");
    let page = std::fs::read_to_string(path).expect("the page is there");
    let blocks = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.map(|block| block.parse().unwrap_or_else(|error| panic!("{error}\n{block}"))).collect()
}

/// Puts one table over another.
fn merge(into: &mut Table, given: Table) {
    for (name, value) in given {
        match (into.get_mut(&name), value) {
            (Some(Value::Table(present)), Value::Table(value)) => merge(present, value),
            (_, value) => drop(into.insert(name, value)),
        }
    }
}

/// A gateway on the first so many blocks, whose providers are all this upstream.
async fn grown(steps: usize, upstream: &Upstream, folder: &Path) -> Running {
    let mut config = Table::new();
    blocks().into_iter().take(steps).for_each(|block| merge(&mut config, block));
    let here = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[admin]\nlisten = \"127.0.0.2:0\"\n[data]\ndir = \"{}\"\n[engine]\nwall_clock = \"2s\"",
        folder.join("data").display()
    );
    merge(&mut config, here.parse().expect("TOML"));
    for (_, provider) in config["providers"].as_table_mut().expect("providers") {
        let provider = provider.as_table_mut().expect("a provider");
        provider.remove("credential");
        provider.insert("base_url".into(), upstream.base_url().into());
    }
    let file = folder.join("fingerpost.toml");
    std::fs::write(&file, config.to_string()).expect("the config can be written");
    share_compiled(&folder.join("data"));
    let valid = Config::load(&file).unwrap_or_else(|error| panic!("{error}"));
    let options = Options { config_file: Some(file), admit_program: Some(admit_program()) };
    start(valid, options).await.unwrap_or_else(|error| panic!("{error}"))
}

/// Who was asked, and what the answer says about itself.
async fn ask(running: &Running, upstream: &Upstream, route: &str) -> String {
    let before = upstream.requests().len();
    let answer = Client::new(running.public, KEY).chat(route, "hi").await;
    let asked: Vec<_> = upstream.requests().iter().skip(before).filter_map(|request| request.model()).collect();
    let marked = answer.header("x-fingerpost-degraded").unwrap_or("unmarked");
    format!("{}: {} {marked}", asked.join(" "), answer.status.as_u16())
}

#[tokio::test]
async fn the_ten_lines_retry_once_and_then_serve_a_marked_cheaper_answer() {
    let (upstream, folder) = (Upstream::start().await, tempfile::tempdir().expect("a folder can be made"));
    let running = grown(2, &upstream, folder.path()).await;
    assert_eq!(ask(&running, &upstream, "support").await, "large-1: 200 unmarked");
    upstream.on("large-1").reply(Reply::status(500));
    assert_eq!(ask(&running, &upstream, "support").await, "large-1 large-1 small-1: 200 uncertain");
    assert_eq!(ask(&running, &upstream, "rest").await, "large-1 large-1 small-1: 200 cheaper");
    upstream.finish().await;
}

#[test]
fn the_ten_lines_are_ten() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/two-classes.md");
    let page = std::fs::read_to_string(path).expect("the page is there");
    let block = page.split("```toml\n").nth(2).and_then(|rest| rest.split("```").next()).expect("the block");
    assert!(block.lines().filter(|line| !line.is_empty()).count() <= 10, "{block}");
}

#[tokio::test]
async fn a_second_provider_comes_before_the_cheaper_model_on_critical_traffic() {
    let (upstream, folder) = (Upstream::start().await, tempfile::tempdir().expect("a folder can be made"));
    let running = grown(3, &upstream, folder.path()).await;
    upstream.on("large-1").reply(Reply::status(500));
    assert_eq!(ask(&running, &upstream, "support").await, "large-1 large-1 twin-1: 200 unmarked");
    upstream.finish().await;
}

#[tokio::test]
async fn every_step_of_the_growth_is_a_config_that_serves() {
    for steps in 4..=blocks().len() {
        let (upstream, folder) = (Upstream::start().await, tempfile::tempdir().expect("a folder can be made"));
        let running = grown(steps, &upstream, folder.path()).await;
        assert_eq!(ask(&running, &upstream, "support").await, "large-1: 200 unmarked", "{steps}");
        if steps >= 6 {
            upstream.on("large-1").reply(Reply::status(429));
            assert_eq!(ask(&running, &upstream, "rest").await, "large-1 small-1: 200 cheaper", "{steps}");
        }
        if steps >= 7 {
            assert_eq!(ask(&running, &upstream, "contracts").await, "large-1 large-1: 429 unmarked");
        }
        upstream.finish().await;
    }
}
