//! A whole gateway inside the test's process: real sockets on loopback, a data folder of its own, one fake provider behind
//! it. The config is text, as a user writes it.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fingerpost::config::Config;
use fingerpost::ledger::Record;
use fingerpost::serve::{Options, Running, start};
use fingerpost::store::{Found, Keys, NewKey, Reader};

use crate::client::{Answer, Client};
use crate::upstream::Upstream;

/// The secret of the key `test` of every gateway.
pub const KEY: &str = "fp-test-key";

/// The program that admits policies: cargo builds it beside the folder of the tests' own programs.
pub fn admit_program() -> PathBuf {
    let test = std::env::current_exe().expect("the test knows its own program");
    test.ancestors().nth(2).expect("cargo keeps tests in target/PROFILE/deps").join("admit")
}

/// A config in the making: two providers at one fake upstream, four targets in two tiers, one route.
///
/// | target | provider | model | tier | window |
/// |---|---|---|---|---|
/// | `a` | `p1` | `model-a` | `high` | 100,000 |
/// | `b` | `p2` | `model-b` | `high` | 200,000 |
/// | `c` | `p1` | `model-c` | `low` | 100,000 |
/// | `d` | `p2` | `model-d` | `low` | 100,000 |
#[derive(Debug, Clone)]
pub struct ConfigText {
    tiers: String,
    providers: [String; 2],
    policy: String,
    class: &'static str,
    server: String,
    upstream: String,
    features: String,
    models: [&'static str; 4],
    credential: String,
    targets: String,
    engine: String,
    route: String,
    of_route: &'static str,
    bounds: String,
    limits: String,
    more: String,
}

impl ConfigText {
    /// The route `r`, decided by `single`. The authority of an upstream that speaks TLS is trusted.
    pub fn new(upstream: &Upstream) -> Self {
        Self {
            tiers: r#"["high", "low"]"#.into(),
            providers: [upstream.base_url(), upstream.base_url()],
            policy: r#"{ source = "builtin", name = "single" }"#.into(),
            class: "critical",
            server: String::new(),
            upstream: upstream.ca_file().map(|ca| format!("ca = \"{}\"", ca.display())).unwrap_or_default(),
            features: "\"tools\"".into(),
            models: ["model-a", "model-b", "model-c", "model-d"],
            credential: String::new(),
            targets: String::new(),
            engine: String::new(),
            route: String::new(),
            of_route: r#"["a", "b", "c", "d"]"#,
            bounds: String::new(),
            limits: String::new(),
            more: String::new(),
        }
    }

    /// With these tiers, as TOML; `high` and `low` must be among them.
    pub fn tiers(mut self, tiers: &str) -> Self {
        self.tiers = tiers.into();
        self
    }

    /// With this `policy`, as TOML.
    pub fn policy(mut self, policy: &str) -> Self {
        self.policy = policy.into();
        self
    }

    /// With this component file as its policy.
    pub fn policy_file(self, path: &Path) -> Self {
        let policy = format!(r#"{{ source = "file", path = "{}" }}"#, path.display());
        self.policy(&policy)
    }

    /// With this class.
    pub fn class(mut self, class: &'static str) -> Self {
        self.class = class;
        self
    }

    /// With the provider `p2` at another upstream.
    pub fn second_provider(self, upstream: &Upstream) -> Self {
        self.second_base_url(&upstream.base_url())
    }

    /// With the provider `p2` at this base URL.
    pub fn second_base_url(mut self, base_url: &str) -> Self {
        self.providers[1] = base_url.into();
        self
    }

    /// With the provider `p1` at this base URL.
    pub fn first_base_url(mut self, base_url: &str) -> Self {
        self.providers[0] = base_url.into();
        self
    }

    /// With this credential for both providers, kept in a file of that folder.
    pub fn credential(mut self, dir: &tempfile::TempDir, secret: &str) -> Self {
        let path = dir.path().join("credential");
        std::fs::write(&path, secret).expect("the credential can be written");
        self.credential = format!("credential = {{ file = \"{}\" }}", path.display());
        self
    }

    /// With these features at every target, as TOML strings.
    pub fn features(mut self, features: &str) -> Self {
        self.features = features.into();
        self
    }

    /// With these models at the targets `a` to `d`.
    pub fn models(mut self, models: [&'static str; 4]) -> Self {
        self.models = models;
        self
    }

    /// With these lines in every target.
    pub fn targets(mut self, lines: &str) -> Self {
        self.targets = lines.into();
        self
    }

    /// With these lines in `server`.
    pub fn server(mut self, lines: &str) -> Self {
        self.server = lines.into();
        self
    }

    /// With these lines in `upstream`, in place of the authority of a provider that speaks TLS.
    pub fn upstream(mut self, lines: &str) -> Self {
        self.upstream = lines.into();
        self
    }

    /// With these lines in `engine`.
    pub fn engine(mut self, lines: &str) -> Self {
        self.engine = lines.into();
        self
    }

    /// With these of the targets on the route.
    pub fn of_route(mut self, targets: &'static str) -> Self {
        self.of_route = targets;
        self
    }

    /// With these lines in the route's own table.
    pub fn route(mut self, lines: &str) -> Self {
        self.route = lines.into();
        self
    }

    /// With these lines in the route's `bounds`.
    pub fn bounds(mut self, lines: &str) -> Self {
        self.bounds = lines.into();
        self
    }

    /// With these lines in the route's `limits`.
    pub fn limits(mut self, lines: &str) -> Self {
        self.limits = lines.into();
        self
    }

    /// With these lines at the end.
    pub fn more(mut self, lines: &str) -> Self {
        self.more = lines.into();
        self
    }

    /// With these lines after those at the end.
    pub fn also(mut self, lines: &str) -> Self {
        self.more = format!("{}\n{lines}", self.more);
        self
    }

    /// The whole config for a gateway with this data folder.
    pub fn text(&self, data_dir: &Path) -> String {
        let Self { providers, policy, class, server, credential, engine, route, bounds, limits, more, .. } = self;
        let Self { tiers, upstream, features, models, targets, of_route, .. } = self;
        let mut text = format!(
            "tiers = {tiers}\n[server]\nlisten = \"127.0.0.1:0\"\ndrain = \"2s\"\n{server}\n[admin]\nlisten = \"127.0.0.2:0\"\n\
             [data]\ndir = \"{}\"\n[upstream]\n{upstream}\n[engine]\nwall_clock = \"2s\"\n{engine}\n[tenants.acme]\nplan = \"pro\"\n\
             [keys.test]\ntenant = \"acme\"\nsha256 = \"{}\"\ndefault_route = \"r\"\nmay_name_targets = true\n",
            data_dir.display(),
            sha256(KEY)
        );
        for (provider, base_url) in ["p1", "p2"].iter().zip(providers) {
            let _ =
                writeln!(text, "[providers.{provider}]\nkind = \"openai\"\nbase_url = \"{base_url}\"\n{credential}");
        }
        let all = [
            ("a", "p1", "high", 10, 100_000),
            ("b", "p2", "high", 10, 200_000),
            ("c", "p1", "low", 1, 100_000),
            ("d", "p2", "low", 1, 100_000),
        ];
        for ((id, provider, tier, price, window), model) in all.into_iter().zip(models) {
            let _ = writeln!(
                text,
                "[targets.{id}]\nprovider = \"{provider}\"\nmodel = \"{model}\"\ntier = \"{tier}\"\nfeatures = [{features}]\n\
                 context_window = {window}\nprice = {{ input = \"{price}.00\", output = \"{price}.00\" }}\n{targets}"
            );
        }
        let _ = writeln!(
            text,
            "[routes.r]\nclass = \"{class}\"\ntargets = {of_route}\npolicy = {policy}\n{route}\n\
             [routes.r.bounds]\n{bounds}\n[routes.r.limits]\n{limits}\n{more}"
        );
        text
    }
}

fn sha256(text: &str) -> String {
    fingerpost::policy::Digest::of(text.as_bytes()).to_string()
}

/// Lets all gateways of all tests share their compiled policies, which are named by what they were compiled from: each is
/// admitted once instead of in every test.
pub fn share_compiled(data: &Path) {
    let shared = admit_program().with_file_name("compiled-for-tests");
    std::fs::create_dir_all(&shared).expect("a folder can be made");
    std::fs::create_dir_all(data).expect("a folder can be made");
    let link = data.join("compiled");
    if !link.exists() {
        std::os::unix::fs::symlink(shared, link).expect("a link can be made");
    }
}

/// A gateway that runs.
pub struct Gateway {
    running: Running,
    admin_token: String,
    dir: tempfile::TempDir,
}

impl Gateway {
    /// Starts one on this config.
    pub async fn start(config: &ConfigText) -> Self {
        let dir = tempfile::tempdir().expect("a folder can be made");
        Self::start_in(dir, config).await
    }

    /// Starts one whose config and data are in this folder.
    pub async fn start_in(dir: tempfile::TempDir, config: &ConfigText) -> Self {
        let file = dir.path().join("fingerpost.toml");
        std::fs::write(&file, config.text(&dir.path().join("data"))).expect("the config can be written");
        share_compiled(&dir.path().join("data"));
        let valid = Config::load(&file).unwrap_or_else(|error| panic!("{error}"));
        let options = Options { config_file: Some(file), admit_program: Some(admit_program()) };
        let running = start(valid, options).await.unwrap_or_else(|error| panic!("{error}"));
        // Only the first start in a folder shows it.
        let noted = dir.path().join("admin-token");
        if let Some(token) = &running.new_admin_token {
            std::fs::write(&noted, token).expect("the token can be noted");
        }
        let admin_token = std::fs::read_to_string(noted).unwrap_or_default();
        Self { running, admin_token, dir }
    }

    /// What runs.
    pub fn running(&self) -> &Running {
        &self.running
    }

    /// Where callers reach it.
    pub fn address(&self) -> SocketAddr {
        self.running.public
    }

    /// A caller with the key `test`.
    pub fn client(&self) -> Client {
        Client::new(self.running.public, KEY)
    }

    /// An operator with the admin token.
    pub fn operator(&self) -> Client {
        Client::new(self.running.admin, &self.admin_token)
    }

    /// The token of its admin side.
    pub fn admin_token(&self) -> &str {
        &self.admin_token
    }

    /// Its folder: `fingerpost.toml`, and `data` below it.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Replaces the config file and has it read again.
    pub async fn reload(&self, config: &ConfigText) -> Answer {
        let file = self.dir.path().join("fingerpost.toml");
        std::fs::write(file, config.text(&self.dir.path().join("data"))).expect("the config can be written");
        self.operator().send(http::Method::POST, "/admin/v1/reload", "").await
    }

    /// The record of the request that this was the answer to.
    pub async fn record(&self, id: &str) -> Record {
        // The answer is out before its record is queued by a hair.
        for _ in 0..200 {
            self.running.gateway.ledger.flush().await;
            let reader = Reader::open(&self.dir.path().join("data")).expect("the ledger can be read");
            if let Found::One(record) = reader.record(id).expect("the ledger can be read") {
                return *record;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("there is no record of {id}")
    }

    /// All records, the latest first, as soon as there are so many.
    pub async fn records_after(&self, count: usize) -> Vec<Record> {
        self.until(|| async { self.records().await.len() >= count }).await;
        self.records().await
    }

    /// Waits until something holds, and fails the test if it does not within a while.
    pub async fn until<F: Future<Output = bool>>(&self, holds: impl Fn() -> F) {
        for _ in 0..500 {
            if holds().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("what was waited for never came");
    }

    fn keys(&self) -> Keys {
        Keys::open(&self.dir.path().join("data")).expect("the keys can be opened")
    }

    /// Makes a key in the store, as `fingerpost keys create` does; gives its secret.
    pub async fn create_key(&self, name: &str) -> String {
        self.create_key_of(name, "acme").await
    }

    /// The same for any tenant.
    pub async fn create_key_of(&self, name: &str, tenant: &str) -> String {
        let new = NewKey {
            name: name.into(),
            tenant: tenant.into(),
            default_route: None,
            routes: None,
            may_name_targets: false,
            may_explain: false,
        };
        self.keys().create(&new).expect("the key can be made").1.expose().to_owned()
    }

    /// Revokes a key in the store.
    pub async fn revoke_key(&self, name: &str) {
        self.keys().revoke(name).expect("the key can be revoked");
    }

    /// All records, the latest first.
    pub async fn records(&self) -> Vec<Record> {
        self.running.gateway.ledger.flush().await;
        let reader = Reader::open(&self.dir.path().join("data")).expect("the ledger can be read");
        reader.recent(100_000).expect("the ledger can be read")
    }

    /// Stops it and gives back its folder, for a next start.
    pub async fn stop(self) -> tempfile::TempDir {
        self.running.stop().await;
        self.dir
    }
}
