//! What a registry that is not there, or that lies, can do to a gateway: nothing, and it is said.

use std::time::Instant;

use fingerpost::policy::Digest;
use support::gateway::ConfigText;
use support::guests;
use support::registry::{Liar, Lie, digest, manifest, manifest_of};
use support::upstream::Upstream;

use super::{Folder, config, refused, started};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_that_was_missing_at_the_start_comes_as_soon_as_its_registry_has_it() {
    let (upstream, liar, component) = (Upstream::start().await, Liar::start().await, guests::component("good"));
    let pinned = liar.pinned(&digest(manifest(&component).to_string().as_bytes()));
    let gateway = started(&upstream, &config(&upstream, &pinned)).await;
    gateway.running().lifecycle.bring_missing().await;
    assert_eq!(gateway.client().chat("r", "hi").await.status, 503);
    liar.has(&manifest(&component));
    liar.blob(&digest(&component), Lie::Body(component.into()));
    gateway.running().lifecycle.bring_missing().await;
    assert_eq!(gateway.client().chat("r", "hi").await.status, 200);
    upstream.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bootstrap_that_was_missing_at_the_start_becomes_the_first_version_when_it_comes() {
    let (upstream, liar, component) = (Upstream::start().await, Liar::start().await, guests::component("good"));
    let pinned = liar.pinned(&digest(manifest(&component).to_string().as_bytes()));
    let deployed = format!(r#"{{ source = "deployed", bootstrap = {{ source = "oci", reference = "{pinned}" }} }}"#);
    let gateway = started(&upstream, &ConfigText::new(&upstream).policy(&deployed)).await;
    assert_eq!(gateway.client().chat("r", "hi").await.status, 503);
    liar.has(&manifest(&component));
    liar.blob(&digest(&component), Lie::Body(component.into()));
    gateway.running().lifecycle.bring_missing().await;
    assert_eq!(gateway.client().chat("r", "hi").await.status, 200);
    let status = gateway.operator().get("/admin/v1/routes/r/policy").await.json();
    assert_eq!(status["active"]["number"], 1, "{status}");
    upstream.finish().await;
}

/// What pulling says; never that it worked.
async fn pulled(folder: &Folder, reference: &str) -> String {
    let (said, done) = folder.policy(&["pull", reference, "--output", "pulled.wasm", "--timeout", "5"]).await;
    assert!(!done && !folder.path("pulled.wasm").exists(), "{said}");
    said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registry_that_gives_other_bytes_or_other_things_is_caught() {
    let (liar, folder) = (Liar::start().await, Folder::new());
    let component = guests::component("good");
    let (honest, blob) = (manifest(&component), digest(&component));
    let right = liar.has(&honest);
    liar.blob(&blob, Lie::Body(guests::component("traps").into()));
    assert!(pulled(&folder, &right).await.contains("gave other bytes for the component"));
    let wanted = digest(b"another manifest");
    liar.manifest(&wanted, Lie::Body(honest.to_string().into()));
    assert!(pulled(&folder, &liar.pinned(&wanted)).await.contains("gave other bytes for the manifest"));

    let wasm = "application/vnd.wasm.config.v0+json";
    let tar = "application/vnd.oci.image.layer.v1.tar+gzip";
    let image = manifest_of("application/vnd.oci.image.config.v1+json", &[(tar, b"x")]);
    let said = pulled(&folder, &liar.has(&image)).await;
    assert!(said.contains("is no policy") && said.contains(tar) && said.contains("image.config.v1+json"), "{said}");
    let said = pulled(&folder, &liar.has(&manifest_of(wasm, &[(tar, b"x")]))).await;
    assert!(said.contains("a layer of type") && said.contains(tar), "{said}");
    let said = pulled(&folder, &liar.has(&manifest_of(wasm, &[("application/wasm", b"x"), (tar, b"y")]))).await;
    assert!(said.contains("has 2 layers"), "{said}");
    for (status, body, part) in [
        (500, "out of\u{1b}[31m order", "with status 500: out of\\u{1b}[31m order"),
        (403, "{}", "refuses"),
        (429, r#"{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}"#, "slow down"),
    ] {
        liar.manifest(&wanted, Lie::Status(status, body));
        let said = pulled(&folder, &liar.pinned(&wanted)).await;
        assert!(said.contains(part), "{status}: {said}");
    }
    liar.manifest(&wanted, Lie::Redirect(format!("/v2/mine/manifests/{wanted}")));
    assert!(pulled(&folder, &liar.pinned(&wanted)).await.contains("redirects"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registry_that_sends_without_end_or_not_at_all_costs_neither_memory_nor_requests() {
    let (upstream, liar) = (Upstream::start().await, Liar::start().await);
    let gateway = started(&upstream, &ConfigText::new(&upstream)).await;
    let component = guests::component("good");
    let (right, wanted) = (liar.has(&manifest(&component)), digest(b"another manifest"));
    let blob = digest(&component);
    let registry = format!("[registries.\"{}\"]\ntimeout = \"4s\"", liar.host);
    let config = |reference: &str, engine: &str| config(&upstream, reference).engine(engine).more(&registry);

    liar.manifest(&wanted, Lie::Endless);
    let said = refused(&gateway, &config(&liar.pinned(&wanted), "")).await;
    assert!(said.contains("more than fits its memory") || said.contains("longer than 4 s"), "{said}");
    liar.blob(&blob, Lie::Endless);
    let said = refused(&gateway, &config(&right, "")).await;
    assert!(said.contains("larger than 8388608 bytes (`engine.component`)"), "{said}");

    liar.blob(&blob, Lie::Silence);
    let reloading = async { (refused(&gateway, &config(&right, "")).await, Instant::now()) };
    let asking = async {
        for _ in 0..5 {
            assert_eq!(gateway.client().chat("r", "hi").await.status, 200);
        }
        Instant::now()
    };
    let ((said, given_up), asked) = tokio::join!(reloading, asking);
    assert!(said.contains("took longer than 4 s"), "{said}");
    assert!(asked < given_up, "requests waited for a registry");

    liar.blob(&blob, Lie::Body(component.clone().into()));
    assert_eq!(gateway.reload(&config(&right, "")).await.status, 200, "an honest one is believed");
    let kept =
        gateway.dir().join("data/registry").join(Digest::of(manifest(&component).to_string().as_bytes()).to_string());
    assert_eq!(std::fs::read(kept.join("component.wasm")).unwrap(), component);
    upstream.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_component_that_is_larger_than_the_limit_is_not_even_fetched() {
    let (upstream, liar) = (Upstream::start().await, Liar::start().await);
    let component = guests::component("good");
    // There is no such blob: whoever asks for it hears another error.
    let right = liar.has(&manifest(&component));
    let gateway = started(
        &upstream,
        &ConfigText::new(&upstream)
            .engine("component = \"1KiB\"")
            .policy("{ source = \"builtin\", name = \"single\" }"),
    )
    .await;
    let said = refused(&gateway, &config(&upstream, &right).engine("component = \"1KiB\"")).await;
    assert!(said.contains("larger than 1024 bytes"), "{said}");
    upstream.finish().await;
}
