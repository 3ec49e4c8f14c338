//! `fallback = "none"` of a route, a key or a tenant (R42): the first choice serves, or the request fails clearly, whatever the
//! policy says and where there is none.

use serde_json::json;
use support::client::Client;
use support::gateway::{ConfigText, Gateway};
use support::guests;
use support::upstream::{Reply, Upstream};

const TIERED: &str = r#"{ source = "builtin", name = "tiered" }"#;

/// A key `kept` with the secret of that name, of the tenant `strict`, with these lines in the one and in the other.
fn kept(key: &str, tenant: &str) -> String {
    let sha256 = fingerpost::policy::Digest::of(b"kept");
    format!(
        "[tenants.strict]\n{tenant}\n[keys.kept]\ntenant = \"strict\"\nsha256 = \"{sha256}\"\ndefault_route = \"r\"\n{key}"
    )
}

#[tokio::test]
async fn a_route_a_key_or_a_tenant_is_kept_from_any_fallback_and_still_retried() {
    const NONE: &str = "fallback = \"none\"";
    for (route, key, tenant) in [(NONE, "", ""), ("", NONE, ""), ("", "", NONE)] {
        let upstream = Upstream::start().await;
        upstream.on("model-a").reply(Reply::status(500));
        upstream.on("model-b").reply(Reply::forbidden());
        let config = ConfigText::new(&upstream).policy(TIERED).route(route).more(&kept(key, tenant));
        let gateway = Gateway::start(&config).await;
        let answer = Client::new(gateway.address(), "kept").chat("r", "hi").await;
        assert_eq!((answer.status.as_u16(), upstream.hits("model-a")), (502, 2), "{route} {key} {tenant}");
        let record = gateway.record(answer.header("x-fingerpost-request-id").expect("an id")).await;
        assert!(record.decisions.iter().all(|decision| decision.overruled.is_none()), "the policy knows it");
        upstream.finish().await;
    }
}

#[tokio::test]
async fn others_of_the_same_gateway_fall_back_as_ever() {
    let upstream = Upstream::start().await;
    upstream.on("model-a").reply(Reply::status(500));
    upstream.on("model-b").reply(Reply::ok("saved"));
    let config = ConfigText::new(&upstream).policy(TIERED).more(&kept("fallback = \"none\"", ""));
    let gateway = Gateway::start(&config).await;
    let answer = gateway.client().chat("r", "hi").await;
    assert_eq!((answer.status.as_u16(), answer.header("x-fingerpost-target")), (200, Some("b")));
    upstream.finish().await;
}

#[tokio::test]
async fn a_stream_that_is_kept_from_any_fallback_goes_on_at_its_own_target_only() {
    let upstream = Upstream::start().await;
    let parts = ["Once upon a ", "time there ", "was a king."];
    upstream.on("model-a").reply(Reply::stream(parts).cut_after(2)).then(Reply::stream(parts));
    upstream.on("model-b").reply(Reply::forbidden());
    let route = "fallback = \"none\"";
    let config = ConfigText::new(&upstream).policy(TIERED).route(route).targets("prefill = \"assistant\"");
    let gateway = Gateway::start(&config).await;
    let mut body = support::client::chat_body("r", "hi");
    body["stream"] = json!(true);
    let answer = gateway.client().post_stream(&body).await;
    assert_eq!((answer.text(), answer.is_done()), (parts.concat(), true));
    upstream.finish().await;
}

#[tokio::test]
async fn without_a_policy_only_the_first_of_the_static_order_is_tried() {
    let upstream = Upstream::start().await;
    upstream.on("model-b").reply(Reply::status(500));
    upstream.on("model-a").reply(Reply::forbidden());
    let dir = tempfile::tempdir().expect("a folder can be made");
    let file = dir.path().join("traps.wasm");
    std::fs::write(&file, guests::component("traps")).expect("the component can be written");
    let route = "on_policy_failure = { action = \"static\", targets = [\"b\", \"a\"] }\nfallback = \"none\"";
    let config = ConfigText::new(&upstream).policy_file(&file).route(route);
    let gateway = Gateway::start_in(dir, &config).await;
    assert_eq!(gateway.client().chat("r", "hi").await.status, 502);
    upstream.finish().await;
}
