//! Stopping: open requests end, nothing of the ledger is lost.

use std::time::Duration;

use support::gateway::{ConfigText, Gateway};
use support::upstream::{Reply, Upstream};

#[tokio::test]
async fn an_open_stream_ends_properly_before_the_gateway_does_and_is_in_the_ledger() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::stream(["a", "b", "c", "d"]).pause(Duration::from_millis(100)));
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let mut stream = gateway.client().open("r", "hi").await;
    stream.until_events(2).await;
    let id = stream.headers()["x-fingerpost-request-id"].to_str().unwrap().to_owned();
    let stopping = tokio::spawn(gateway.stop());
    let answer = stream.finish().await;
    assert_eq!((answer.text().as_str(), answer.is_done()), ("abcd", true));
    let dir = stopping.await.unwrap();
    let reader = fingerpost::store::Reader::open(&dir.path().join("data")).unwrap();
    assert!(matches!(reader.record(&id).unwrap(), fingerpost::store::Found::One(_)));
    upstream.finish().await;
}

#[tokio::test]
async fn a_second_gateway_on_the_same_data_does_not_start() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    let config = fingerpost::config::Config::load(&gateway.dir().join("fingerpost.toml")).unwrap();
    let options =
        fingerpost::serve::Options { config_file: None, admit_program: Some(support::gateway::admit_program()) };
    let error = fingerpost::serve::start(config, options).await.expect_err("the folder is taken");
    assert!(error.to_string().contains("data"), "{error}");
}
