//! Where a tenant or a key may not go, no policy and no fallback goes.

use std::sync::Arc;

use support::client::Client;
use support::gateway::{ConfigText, Gateway};
use support::guests;
use support::upstream::{Reply, Upstream};

const ONLY_P1: &str = "[tenants.acme.boundary]\nproviders = [\"p1\"]";
const TIERED: &str = r#"{ source = "builtin", name = "tiered" }"#;

/// A provider of which nothing outside of `p1` may be reached.
async fn guarded() -> Upstream {
    let upstream = Upstream::start().await;
    upstream.on("model-b").reply(Reply::forbidden());
    upstream.on("model-d").reply(Reply::forbidden());
    upstream
}

#[tokio::test]
async fn fallback_never_leaves_the_boundary_though_everything_inside_fails() {
    let upstream = guarded().await;
    upstream.on("model-a").reply(Reply::status(500));
    upstream.on("model-c").reply(Reply::status(500));
    for policy in ["tiered", "single", "cheapest-healthy", "weighted"] {
        let weights =
            if policy == "weighted" { "[routes.r.routing]\nweights = { a = 1, b = 9, c = 1, d = 9 }\n" } else { "" };
        let config = ConfigText::new(&upstream)
            .policy(&format!("{{ source = \"builtin\", name = \"{policy}\" }}"))
            .bounds("downgrade = true\nupgrade = true\nmax_cost_multiple = \"100\"")
            .more(&format!("{weights}{ONLY_P1}"));
        let gateway = Gateway::start(&config).await;
        let answer = gateway.client().chat("r", "hi").await;
        let record = gateway.record(answer.header("x-fingerpost-request-id").unwrap()).await;
        assert_eq!(answer.status, 502, "{policy}");
        assert!(record.attempts.len() >= 2, "{policy}: {record:#?}");
        assert!(record.attempts.iter().all(|entry| &*entry.place.provider == "p1"), "{policy}: {record:#?}");
        assert!(record.decisions.iter().all(|decision| decision.overruled.is_none()), "{policy}: {record:#?}");
    }
    upstream.finish().await;
}

#[tokio::test]
async fn a_policy_that_leaves_the_boundary_is_overruled_and_the_static_order_stays_within() {
    let upstream = guarded().await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("guest.wasm");
    std::fs::write(&path, guests::component("disallowed-target")).unwrap();
    let config = ConfigText::new(&upstream)
        .policy_file(&path)
        .route("on_policy_failure = { action = \"static\", targets = [\"d\", \"b\", \"c\"] }")
        .more(ONLY_P1);
    let gateway = Gateway::start_in(dir, &config).await;
    let answer = gateway.client().chat("r", "hi").await;
    let record = gateway.record(answer.header("x-fingerpost-request-id").unwrap()).await;
    assert_eq!(answer.header("x-fingerpost-target"), Some("c"));
    assert_eq!(record.decisions[0].overruled.as_deref(), Some("out-of-boundary"));
    upstream.finish().await;
}

#[tokio::test]
async fn a_named_target_outside_of_the_boundary_is_neither_served_nor_listed() {
    let upstream = guarded().await;
    for policy in [TIERED, r#"{ source = "builtin", name = "single" }"#] {
        let gateway = Gateway::start(&ConfigText::new(&upstream).policy(policy).more(ONLY_P1)).await;
        assert_ne!(gateway.client().chat("b", "hi").await.header("x-fingerpost-target"), Some("b"));
        assert_eq!(gateway.client().chat("a", "hi").await.header("x-fingerpost-target"), Some("a"));
        let models = gateway.client().get("/v1/models").await.json();
        let ids: Vec<_> =
            models["data"].as_array().unwrap().iter().map(|model| model["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["r", "a", "c"]);
    }
    upstream.finish().await;
}

/// A route over four providers: in the EU with both terms, there with one, elsewhere with both, and nobody knows where.
fn four_places(upstream: &Upstream) -> ConfigText {
    let mut more = String::from(
        "[routes.places]\nclass = \"critical\"\ntargets = [\"t1\", \"t2\", \"t3\", \"t4\"]\n\
        policy = { source = \"builtin\", name = \"single\" }\n[routes.places.bounds]\nmax_attempts = 10\n",
    );
    for (number, says) in [
        (1, "terms = [\"zero-retention\", \"no-training\"]"),
        (2, "region = \"us\"\nterms = [\"zero-retention\", \"no-training\"]"),
        (3, "region = \"eu\"\nterms = [\"no-training\"]"),
        (4, "region = \"eu\"\nterms = [\"no-training\", \"zero-retention\"]"),
    ] {
        more += &format!(
            "[providers.q{number}]\nkind = \"openai\"\nbase_url = \"{}\"\n{says}\n[targets.t{number}]\nprovider = \"q{number}\"\n\
             tier = \"high\"\nprice = {{ input = \"1.00\", output = \"1.00\" }}\n",
            upstream.base_url()
        );
    }
    ConfigText::new(upstream).more(&more)
}

/// The targets that are tried when all fail.
async fn tried(config: &ConfigText, boundaries: &str) -> Vec<Arc<str>> {
    let gateway = Gateway::start(&config.clone().also(boundaries)).await;
    let answer = gateway.client().chat("places", "hi").await;
    let record = gateway.record(answer.header("x-fingerpost-request-id").expect("every answer has an id")).await;
    let mut targets: Vec<_> = record.attempts.into_iter().map(|entry| entry.place.target).collect();
    targets.sort();
    targets.dedup();
    targets
}

#[tokio::test]
async fn regions_and_terms_of_tenant_and_key_hold_together() {
    let upstream = Upstream::start().await;
    for model in ["t1", "t2", "t3", "t4"] {
        upstream.on(model).reply(Reply::status(500));
    }
    let config = four_places(&upstream);
    let eu = "[tenants.acme.boundary]\nregions = [\"eu\"]\n";
    let terms = "[keys.test.boundary]\nterms = [\"zero-retention\"]\n";
    assert_eq!(tried(&config, "").await, ["t1", "t2", "t3", "t4"].map(Arc::from));
    assert_eq!(tried(&config, eu).await, ["t3", "t4"].map(Arc::from));
    assert_eq!(tried(&config, terms).await, ["t1", "t2", "t4"].map(Arc::from));
    assert_eq!(tried(&config, &format!("{eu}{terms}")).await, ["t4"].map(Arc::from));
}

#[tokio::test]
async fn a_policy_is_set_up_with_the_regions_of_its_targets() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&four_places(&upstream)).await;
    let state = gateway.running().gateway.state.load_full();
    let regions: Vec<_> = state.routes["places"].setup.targets.iter().map(|target| &*target.region).collect();
    assert_eq!(regions, ["", "us", "eu", "eu"]);
}

#[tokio::test]
async fn a_caller_whose_boundaries_allow_no_target_hears_that_and_need_not_try_again() {
    let upstream = Upstream::start().await;
    for model in ["model-a", "model-b", "model-c", "model-d"] {
        upstream.on(model).reply(Reply::forbidden());
    }
    let dir = tempfile::tempdir().unwrap();
    let traps = dir.path().join("traps.wasm");
    std::fs::write(&traps, guests::component("traps")).unwrap();
    let builtin = |name| format!("{{ source = \"builtin\", name = \"{name}\" }}");
    let file = format!("{{ source = \"file\", path = \"{}\" }}", traps.display());
    for policy in [builtin("tiered"), builtin("single"), builtin("cheapest-healthy"), file] {
        let nowhere = "[tenants.acme.boundary]\nregions = [\"nowhere\"]";
        let config = ConfigText::new(&upstream).policy(&policy).more(nowhere);
        let gateway = Gateway::start(&config.route("on_policy_failure = { action = \"static\" }")).await;
        let answer = gateway.client().chat("r", "hi").await;
        assert_eq!(
            (answer.status.as_u16(), answer.error_code().as_deref()),
            (403, Some("no_allowed_target")),
            "{policy}"
        );
        assert!(answer.body_text().contains("boundaries"), "{}", answer.body_text());
        assert_eq!(answer.header("x-should-retry"), Some("false"), "{policy}");
    }
    upstream.finish().await;
}

#[tokio::test]
async fn a_key_made_on_the_command_line_has_its_tenants_boundary() {
    let upstream = guarded().await;
    upstream.on("model-a").reply(Reply::status(500));
    upstream.on("model-c").reply(Reply::status(500));
    let gateway = Gateway::start(&ConfigText::new(&upstream).more(ONLY_P1)).await;
    let client = Client::new(gateway.address(), &gateway.create_key("fresh").await);
    gateway.until(|| async { client.chat("r", "hi").await.status == 502 }).await;
    upstream.finish().await;
}

#[tokio::test]
async fn a_boundary_holds_from_the_reload_that_brings_it() {
    let upstream = Upstream::start().await;
    let gateway = Gateway::start(&ConfigText::new(&upstream)).await;
    assert_eq!(gateway.client().chat("r", "hi").await.header("x-fingerpost-target"), Some("a"));
    let only_p2 = "[keys.test.boundary]\nproviders = [\"p2\"]";
    assert_eq!(gateway.reload(&ConfigText::new(&upstream).more(only_p2)).await.status, 200);
    assert_eq!(gateway.client().chat("r", "hi").await.header("x-fingerpost-target"), Some("b"));
}
