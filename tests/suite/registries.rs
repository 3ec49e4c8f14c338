//! Policies in OCI registries: pushed, pulled and run from the real server; and what a registry that lies can do, which is
//! nothing but fail in words.

mod lies;

use std::path::{Path, PathBuf};
use std::process::Command;

use fingerpost::signature::SigningKey;
use http::Method;
use support::client::Answer;
use support::gateway::{ConfigText, Gateway};
use support::guests;
use support::registry::{PASSWORD, Registry, USER, digest};
use support::upstream::{Reply, Upstream};

use crate::programs::{program, shown};

/// A folder with the component of `good` in it.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder can be made");
        std::fs::write(dir.path().join("good.wasm"), guests::component("good")).expect("it can be written");
        Self(dir)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs `fingerpost policy …` in it, as nobody in particular; what it said, and whether it was content.
    async fn policy(&self, words: &[&str]) -> (String, bool) {
        self.policy_with(words, &[]).await
    }

    /// The same with these variables.
    async fn policy_with(&self, words: &[&str], variables: &[(&str, &str)]) -> (String, bool) {
        let mut command = Command::new(program());
        command.current_dir(self.0.path()).env("DOCKER_CONFIG", self.0.path());
        command.arg("policy").args(words).envs(variables.iter().copied());
        let output = tokio::task::spawn_blocking(move || command.output()).await.expect("it ends").expect("it runs");
        (shown(&output), output.status.success())
    }

    /// Pushes `good.wasm`; gives the reference to put into a config.
    async fn push(&self, to: &str) -> String {
        let (said, done) = self.policy(&["push", "good.wasm", to]).await;
        assert!(done, "{said}");
        after(&said, "reference")
    }
}

/// What follows a word at the beginning of a line.
fn after(said: &str, word: &str) -> String {
    let line = said.lines().find_map(|line| line.strip_prefix(word)).unwrap_or_else(|| panic!("{word}: {said}"));
    line.trim().to_owned()
}

fn config(upstream: &Upstream, reference: &str) -> ConfigText {
    ConfigText::new(upstream).policy(&format!(r#"{{ source = "oci", reference = "{reference}" }}"#))
}

async fn started(upstream: &Upstream, config: &ConfigText) -> Gateway {
    upstream.on("model-a").reply(Reply::ok("a"));
    Gateway::start(config).await
}

/// What a gateway says of a config when it is told to take it over.
async fn refused(gateway: &Gateway, config: &ConfigText) -> String {
    let answer = gateway.reload(config).await;
    assert_ne!(answer.status, 200);
    answer.body_text()
}

/// The name of the policy that decided.
fn policy_of(answer: &Answer) -> &str {
    answer.header("x-fingerpost-policy").and_then(|said| said.split(';').next()).unwrap_or("none")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_goes_to_a_registry_and_comes_back_byte_for_byte_with_its_signature() {
    let (registry, folder) = (Registry::start(), Folder::new());
    let (said, done) = folder.policy(&["keygen", "key"]).await;
    assert!(done, "{said}");
    let (said, done) = folder.policy(&["sign", "good.wasm", "--key", "key"]).await;
    assert!(done, "{said}");
    let (said, done) = folder.policy(&["push", "good.wasm", &registry.reference("team/mine:1.0")]).await;
    assert!(done && after(&said, "signed") == "yes" && said.contains("policy deploy oci://"), "{said}");
    let pinned = after(&said, "reference");
    for reference in [&pinned, &registry.reference("team/mine:1.0")] {
        let (said, done) = folder.policy(&["pull", reference, "--output", "back.wasm"]).await;
        assert!(done && after(&said, "reference") == pinned, "{said}");
        assert_eq!(std::fs::read(folder.path("back.wasm")).unwrap(), guests::component("good"));
        let read = |name| std::fs::read_to_string(folder.path(name)).unwrap();
        assert_eq!(read("back.wasm.sig"), read("good.wasm.sig"));
        std::fs::remove_file(folder.path("back.wasm.sig")).unwrap();
    }
    assert_eq!(
        after(&folder.policy(&["push", "good.wasm", &registry.reference("team/mine:2")]).await.0, "reference"),
        pinned
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_route_runs_a_policy_by_its_digest_and_needs_the_registry_only_once() {
    let (upstream, registry, folder) = (Upstream::start().await, Registry::start(), Folder::new());
    let pinned = folder.push(&registry.reference("mine:1.0")).await;
    let gateway = started(&upstream, &config(&upstream, &pinned)).await;
    let answer = gateway.client().chat("r", "hi").await;
    assert_eq!((answer.status.as_u16(), policy_of(&answer)), (200, "mine"), "{}", answer.body_text());
    let status = gateway.operator().get("/admin/v1/routes/r/policy").await.json();
    assert_eq!(status["source"], "oci");
    let put = gateway.operator().send(Method::PUT, "/admin/v1/routes/r/policy", guests::component("slow")).await;
    assert!(put.status == 409 && put.body_text().contains(&pinned), "{}", put.body_text());
    drop(registry);
    let dir = gateway.stop().await;
    let gateway = Gateway::start_in(dir, &config(&upstream, &pinned)).await;
    assert_eq!(gateway.client().chat("r", "hi").await.status, 200);
    upstream.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registry_that_is_away_at_the_start_is_named_and_costs_the_other_routes_nothing() {
    let (upstream, registry, folder) = (Upstream::start().await, Registry::start(), Folder::new());
    let pinned = folder.push(&registry.reference("mine:1.0")).await;
    let host = registry.host.clone();
    drop(registry);
    let other =
        "[routes.other]\nclass = \"critical\"\ntargets = [\"a\"]\npolicy = { source = \"builtin\", name = \"single\" }";
    let gateway = started(&upstream, &config(&upstream, &pinned).more(other)).await;
    assert_eq!(gateway.client().chat("r", "hi").await.status, 503);
    assert_eq!(gateway.client().chat("other", "hi").await.status, 200);
    let said = refused(&gateway, &config(&upstream, &pinned).more(other)).await;
    assert!(
        said.contains("failed to reach the registry") && said.contains(&host) && said.contains("refused"),
        "{said}"
    );
    upstream.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tag_alone_is_refused_with_the_digest_that_it_has_now() {
    let (upstream, registry, folder) = (Upstream::start().await, Registry::start(), Folder::new());
    let pinned = folder.push(&registry.reference("mine:1.0")).await;
    let tagged = registry.reference("mine:1.0");
    let gateway = started(&upstream, &ConfigText::new(&upstream)).await;
    let said = refused(&gateway, &config(&upstream, &tagged)).await;
    assert!(said.contains(&pinned) && said.contains("names a tag"), "{said}");
    let file = folder.path("fingerpost.toml");
    std::fs::write(&file, config(&upstream, &tagged).text(&folder.path("data"))).unwrap();
    for command in ["check", "serve --config"] {
        let mut checked = Command::new(program());
        checked.args(command.split(' ')).arg(&file);
        let checked = tokio::task::spawn_blocking(move || checked.output()).await.unwrap().unwrap();
        assert!(!checked.status.success() && shown(&checked).contains(&pinned), "{}", shown(&checked));
    }
    let (said, done) = folder.policy(&["deploy", &tagged, "--route", "r", "--token", "fpa-none"]).await;
    assert!(!done && said.contains(&pinned), "{said}");
    drop(registry);
    let said = refused(&gateway, &config(&upstream, &tagged)).await;
    assert!(said.contains("could not be asked") && said.contains("failed to reach"), "{said}");
    upstream.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_is_deployed_by_its_digest_with_the_signature_that_came_along() {
    let (upstream, registry, folder) = (Upstream::start().await, Registry::start(), Folder::new());
    let key = SigningKey::generate().unwrap().0;
    let signature = key.sign(&guests::component("good"));
    let policy = |keys: &str| format!(r#"{{ source = "deployed", trusted_keys = ["{keys}"] }}"#);
    let gateway = started(&upstream, &ConfigText::new(&upstream).policy(&policy(&key.public().to_string()))).await;
    let (admin, token) = (format!("http://{}", gateway.running().admin), gateway.admin_token().to_owned());
    let deploy = async |reference: &str| {
        folder.policy(&["deploy", reference, "--route", "r", "--admin", &admin, "--token", &token]).await
    };
    let unsigned = folder.push(&registry.reference("mine:unsigned")).await;
    let (said, done) = deploy(&unsigned).await;
    assert!(!done && said.contains("it has no signature"), "{said}");
    std::fs::write(folder.path("good.wasm.sig"), signature.to_string()).unwrap();
    let signed = folder.push(&registry.reference("mine:signed")).await;
    assert_ne!(signed, unsigned);
    let (said, done) = deploy(&signed).await;
    assert!(done && said.contains("decides on r"), "{said}");
    upstream.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trusted_keys_hold_for_what_comes_from_a_registry() {
    let (upstream, registry, folder) = (Upstream::start().await, Registry::start(), Folder::new());
    let (key, stranger) = (SigningKey::generate().unwrap().0, SigningKey::generate().unwrap().0);
    let with = |reference: &str| {
        let policy = format!(r#"{{ source = "oci", reference = "{reference}", trusted_keys = ["{}"] }}"#, key.public());
        ConfigText::new(&upstream).policy(&policy)
    };
    let gateway = started(&upstream, &ConfigText::new(&upstream)).await;
    let unsigned = folder.push(&registry.reference("mine:1")).await;
    let said = refused(&gateway, &with(&unsigned)).await;
    assert!(said.contains("it has no signature") && said.contains("policy push"), "{said}");
    let sign = |key: &SigningKey| {
        std::fs::write(folder.path("good.wasm.sig"), key.sign(&guests::component("good")).to_string()).unwrap();
    };
    sign(&stranger);
    let strange = folder.push(&registry.reference("mine:2")).await;
    let said = refused(&gateway, &with(&strange)).await;
    assert!(said.contains("by a key that the route does not trust"), "{said}");
    sign(&key);
    let signed = folder.push(&registry.reference("mine:3")).await;
    let answer = gateway.reload(&with(&signed)).await;
    assert_eq!(answer.status, 200, "{}", answer.body_text());
    upstream.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registry_that_asks_who_it_is_gets_a_name_and_a_password_and_nobody_sees_them() {
    let (upstream, registry, folder) = (Upstream::start().await, Registry::start_with_login(), Folder::new());
    let reference = registry.reference("mine:1.0");
    let push = ["push", "good.wasm", &reference];
    let (said, done) = folder.policy(&push).await;
    assert!(!done && said.contains("without a name and a password") && said.contains("docker login"), "{said}");
    let as_user = |password| [("FINGERPOST_REGISTRY_USERNAME", USER), ("FINGERPOST_REGISTRY_PASSWORD", password)];
    let (said, done) = folder.policy_with(&push, &as_user("wrong-password")).await;
    assert!(!done && said.contains("`ann`") && !said.contains("wrong-password"), "{said}");
    let (said, done) = folder.policy_with(&push, &as_user(PASSWORD)).await;
    assert!(done && !said.contains(PASSWORD), "{said}");
    let pinned = after(&said, "reference");
    // What `docker login` leaves: base64 of name and password.
    let auths = format!(r#"{{ "auths": {{ "{}": {{ "auth": "YW5uOmh1bnRlcjItcmVnaXN0cnk=" }} }} }}"#, registry.host);
    std::fs::write(folder.path("config.json"), auths).unwrap();
    let (said, done) = folder.policy(&["pull", &pinned]).await;
    assert!(done && folder.path("mine.wasm").exists(), "{said}");

    let secret = folder.path("registry-password");
    std::fs::write(&secret, PASSWORD).unwrap();
    let login = |file: &Path| {
        let registry = &registry.host;
        format!("[registries.\"{registry}\"]\nusername = \"{USER}\"\npassword = {{ file = \"{}\" }}", file.display())
    };
    let gateway = started(&upstream, &config(&upstream, &pinned).more(&login(&secret))).await;
    assert_eq!(policy_of(&gateway.client().chat("r", "hi").await), "mine");
    std::fs::write(&secret, "wrong-password").unwrap();
    let other = registry.reference(&format!("other@{}", digest(b"other")));
    let said = refused(&gateway, &config(&upstream, &other).more(&login(&secret))).await;
    assert!(said.contains("refuses") && said.contains("ann") && !said.contains("wrong-password"), "{said}");
    upstream.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registry_speaks_tls_with_an_authority_that_is_trusted_and_with_no_other() {
    let (upstream, registry, folder) = (Upstream::start().await, Registry::start_with_tls(), Folder::new());
    let reference = format!("oci://{}/mine:1", registry.host.replace("127.0.0.1", "localhost"));
    let certificate = registry.certificate();
    let ca = certificate.to_str().unwrap();
    let (said, done) = folder.policy(&["push", "good.wasm", &reference, "--ca", ca]).await;
    assert!(done, "{said}");
    let pinned = after(&said, "reference");
    let with = |ca: &Path| {
        let registry = pinned.split('/').nth(2).unwrap();
        let more = format!("[registries.\"{registry}\"]\nca = \"{}\"", ca.display());
        config(&upstream, &pinned).more(&more)
    };
    let gateway = started(&upstream, &ConfigText::new(&upstream)).await;
    let said = refused(&gateway, &with(&Registry::start_with_tls().certificate())).await;
    assert!(said.contains("over https") && said.contains("certificate"), "{said}");
    let answer = gateway.reload(&with(&certificate)).await;
    assert_eq!(answer.status, 200, "{}", answer.body_text());
    upstream.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_there_and_what_cannot_be_pushed_is_told() {
    let (registry, folder) = (Registry::start(), Folder::new());
    std::fs::write(folder.path("core.wasm"), guests::core("good")).unwrap();
    std::fs::write(folder.path("wasi.wasm"), guests::component("imports-wasi")).unwrap();
    let (mine, digested) = (registry.reference("mine:1"), registry.reference(&format!("mine@{}", digest(b"x"))));
    for (words, part) in [
        (["pull", &mine], "has no oci://"),
        (["pull", &digested], "has no oci://"),
        (["pull", "oci://mine:1"], "names no registry"),
        (["pull", "mine.wasm"], "does not begin with `oci://`"),
        (["pull", "oci://no-such-host.invalid/mine:1"], "over https"),
    ] {
        let (said, done) = folder.policy(&words).await;
        assert!(!done && said.contains(part), "{words:?}: {said}");
    }
    for (file, to, part) in [
        ("core.wasm", &mine, "core module"),
        ("wasi.wasm", &mine, "a policy has no operating system"),
        ("good.wasm", &digested, "name a tag"),
        ("none.wasm", &mine, "failed to read `none.wasm`"),
    ] {
        let (said, done) = folder.policy(&["push", file, to]).await;
        assert!(!done && said.contains(part), "{file}: {said}");
    }
}
