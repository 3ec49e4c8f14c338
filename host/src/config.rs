//! What the gateway is told to do, valid: every name resolved, every number in range. How it is read from a file, with
//! its mistakes, is in `config/`; nothing outside this module sees raw config.

mod access_log;
mod answers;
mod bounds;
mod builtin;
mod callers;
mod canary;
mod charging;
mod class;
mod decision_log;
mod defaults;
mod health;
mod json;
mod load;
mod money;
mod names;
pub(crate) mod nearest;
mod problems;
mod queue;
mod rate;
pub(crate) mod reader;
mod rehearsal;
mod sections;
mod session;
mod settings;
pub(crate) mod shapes;
mod target;
#[cfg(test)]
mod tests;
pub(crate) mod values;

pub use access_log::{AccessLogRules, LineFormat};
pub use answers::{AnswerLimits, CacheRule, CacheScope, DefaultAnswer};
pub use bounds::{AttemptLimits, Bounds, BoundsPatch};
pub use builtin::{BUILTIN_CONFIG, BUILTIN_POLICIES, DEMO_KEY};
pub use callers::{Key, Tenant};
pub use canary::CanaryRules;
pub use charging::{Charging, OnCancel, OutputRules, Payer, PriceSettings};
pub use class::TrafficClass;
pub use decision_log::DecisionLogRules;
pub use health::{HealthRules, Queue};
pub(crate) use load::read_document;
pub use money::{Budget, BudgetPeriod, BudgetScope, Sync, Webhook, Zone};
pub use names::{Named, UnknownName};
pub use problems::{ConfigError, Places, Position, Problem};
pub use queue::DeferralQueue;
pub use rate::Rate;
pub use rehearsal::RehearsalRules;
pub use session::{SessionNaming, SessionSource};
pub use settings::read_settings;
pub use target::{OutputLimitField, PrefillForm, Target};

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use serde::{Deserialize, Serialize};

use crate::registry::Reference;
use crate::signature::PublicKey;

/// The name of a route, tenant, key, target, provider or tier.
pub type Name = Arc<str>;

/// A whole config.
#[derive(Debug, Clone)]
pub struct Config {
    /// The side that callers see.
    pub server: Server,
    /// The side that operators see.
    pub admin: Admin,
    /// Where the ledger, the keys, the compiled policies and the admin token are kept.
    pub data_dir: PathBuf,
    /// How what is kept there reaches the disk.
    pub sync: Sync,
    /// The way to providers.
    pub upstream: UpstreamSettings,
    /// Limits of every policy.
    pub engine: EngineLimits,
    /// When targets are left alone, and how they come back.
    pub health: HealthRules,
    /// What is kept of answers.
    pub answers: AnswerLimits,
    /// What is kept of decisions.
    pub decision_log: DecisionLogRules,
    /// What is written of requests as they end.
    pub access_log: AccessLogRules,
    /// Providers, by name.
    pub providers: BTreeMap<Name, Provider>,
    /// Targets, by id. Tier ranks are resolved.
    pub targets: BTreeMap<Name, Target>,
    /// Routes, by name.
    pub routes: BTreeMap<Name, Route>,
    /// Tenants, by name.
    pub tenants: BTreeMap<Name, Tenant>,
    /// Keys that the config itself holds, by name; more live in the store.
    pub keys: BTreeMap<Name, Key>,
    /// Bounds that a traffic class adds to every route.
    pub classes: BTreeMap<TrafficClass, BoundsPatch>,
    /// Budgets of all scopes.
    pub budgets: Vec<Budget>,
    /// Prices beside those of the targets.
    pub prices: PriceSettings,
    /// What tenants are charged that have no such setting of their own.
    pub charging: Charging,
    /// Where requests wait that are put off, by name.
    pub queues: BTreeMap<Name, DeferralQueue>,
    /// Registries that policies come from, by host. One that is not here is spoken to with the defaults.
    pub registries: Arc<BTreeMap<Name, Registry>>,
    /// How long records of the ledger are kept; none: for ever.
    pub keep_records: Option<Duration>,
    /// Where events are sent, by name.
    pub webhooks: BTreeMap<Name, Webhook>,
    /// What was noticed while reading: nothing wrong, but worth a look.
    pub warnings: Vec<Problem>,
    /// Its file, and where in it things stand.
    pub places: Places,
}

/// The side that callers see.
#[derive(Debug, Clone)]
pub struct Server {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Certificate chain and key, PEM files; absent: plain HTTP.
    pub tls: Option<Tls>,
    /// The largest request body in bytes.
    pub max_body_bytes: usize,
    /// The largest plain (not streamed) upstream answer in bytes, and the most that a hold keeps.
    pub max_answer_bytes: usize,
    /// Connections at once.
    pub max_connections: usize,
    /// How long a caller may take to send its head, from its first byte.
    pub head_timeout: Duration,
    /// How long a connection is kept on which no request is under way.
    pub keep_alive: Duration,
    /// How long a caller may take to read what was sent to it, before its stream is given up.
    pub write_timeout: Duration,
    /// After how long without anything to say a stream gets a sign of life.
    pub heartbeat: Duration,
    /// How long open requests may go on after a signal to stop.
    pub drain: Duration,
    /// How long a request waits for money that requests under way hold.
    pub budget_wait: Duration,
}

/// A certificate chain and its private key.
#[derive(Debug, Clone)]
pub struct Tls {
    /// PEM file with the chain.
    pub certificate: PathBuf,
    /// PEM file with the key.
    pub key: PathBuf,
}

/// The way to providers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UpstreamSettings {
    /// Certificate authorities that are trusted besides the system's: certificates that can be one.
    pub authorities: Vec<CertificateDer<'static>>,
}

/// The side that operators see.
#[derive(Debug, Clone)]
pub struct Admin {
    /// Where to listen; loopback unless told otherwise.
    pub listen: SocketAddr,
    /// Whether `/metrics` asks for no token.
    pub open_metrics: bool,
}

/// Limits of every policy. See `docs/config.md` for what each one is good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineLimits {
    /// Fuel of one decision: a deterministic count of instructions.
    pub fuel: u64,
    /// The wall-clock backstop of one decision.
    pub wall_clock: Duration,
    /// Linear memory of one decision in bytes.
    pub memory_bytes: usize,
    /// The largest answer that the host lifts out of a decision, in bytes.
    pub output_bytes: usize,
    /// Log lines of one decision.
    pub log_lines: u32,
    /// Log lines of one route in a second.
    pub log_lines_per_second: u32,
    /// The largest component in bytes.
    pub component_bytes: usize,
    /// The wall clock of an admission.
    pub admission_time: Duration,
    /// The address space of the process that admits, in bytes.
    pub admission_memory_bytes: u64,
    /// Decisions of one route at once.
    pub decisions_in_flight: NonZeroU32,
    /// How many failures in a row set a generation aside.
    pub failures_until_set_aside: NonZeroU32,
}

/// A vendor, or something that speaks like one.
#[derive(Debug, Clone)]
pub struct Provider {
    /// Its name.
    pub name: Name,
    /// Where it is.
    pub endpoint: Endpoint,
    /// The secret to show it; none for a server that asks for none.
    pub credential: Option<Secret>,
    /// Where it runs, in the operator's words; none: unknown.
    pub region: Option<Name>,
    /// What holds there, in the operator's words: `zero-retention`, `no-training` and so on.
    pub terms: Vec<Name>,
    /// What it does with an answer that nobody waits for any more.
    pub on_cancel: OnCancel,
}

/// Where a provider is.
#[derive(Debug, Clone)]
pub enum Endpoint {
    /// Speaks OpenAI's dialect at this base URL (scheme, authority, path such as `/v1` without a final slash).
    OpenAi(http::Uri),
    /// A provider that the gateway itself plays, on a loopback port of its own.
    Simulated(Simulation),
}

/// How a simulated provider behaves.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Simulation {
    /// Until the first token.
    pub first_token: Duration,
    /// Between two tokens.
    pub per_token: Duration,
    /// Seed of everything random.
    pub seed: u64,
}

/// A secret value. It has no `Debug` that shows it and no `Display`.
#[derive(Clone)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Wraps a value that was read from the environment or from a file.
    #[must_use]
    pub fn new(value: &str) -> Self {
        Self(value.into())
    }

    /// The value itself, for the one place that sends it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// How a registry is spoken to.
#[derive(Debug, Clone)]
pub struct Registry {
    /// Name and password; none: those that `docker login` left, or nobody's.
    pub login: Option<(String, Secret)>,
    /// Whether it is spoken to without TLS; none: only where it runs on this machine.
    pub plain_http: Option<bool>,
    /// Authorities that are trusted besides the system's.
    pub authorities: Vec<CertificateDer<'static>>,
    /// How long a policy may take to come.
    pub timeout: Duration,
}

impl Default for Registry {
    fn default() -> Self {
        Self { login: None, plain_http: None, authorities: Vec::new(), timeout: defaults::REGISTRY_TIMEOUT }
    }
}

/// A named product use (R2).
#[derive(Debug, Clone)]
pub struct Route {
    /// Its name: what callers send as `model`.
    pub name: Name,
    /// The class of what nothing else classifies.
    pub class: TrafficClass,
    /// Ids of the targets it allows, in order. Never empty, never twice the same.
    pub targets: Vec<Name>,
    /// Where its policy comes from.
    pub policy: PolicySource,
    /// The policy's own config, a JSON object.
    pub policy_config: serde_json::Value,
    /// Keys of which one must have signed a policy; none: no signature is needed.
    pub trusted_keys: Vec<PublicKey>,
    /// What of the record a new policy is asked again before it decides.
    pub rehearsal: RehearsalRules,
    /// How a candidate is compared with the active version.
    pub canary: CanaryRules,
    /// What the host holds its requests to.
    pub bounds: Bounds,
    /// Limits of an attempt where the policy names none.
    pub limits: AttemptLimits,
    /// How output is limited.
    pub output: OutputRules,
    /// What happens when the policy fails.
    pub on_policy_failure: OnPolicyFailure,
    /// How its sessions are named.
    pub session: SessionNaming,
    /// Its response cache; none: it has none.
    pub cache: Option<CacheRule>,
    /// Answers that its policy may give in place of a model's, in order.
    pub default_answers: Vec<DefaultAnswer>,
    /// Whether an official SDK's own retry takes over the run whose caller vanished.
    pub adopt_retries: bool,
    /// How long a run that can be asked for again goes on after the last of its callers has gone.
    pub disconnect_grace: Duration,
    /// Its rate limits.
    pub rate: Rate,
    /// Attributes that every request of the route carries (`source = "route"`).
    pub attributes: BTreeMap<Name, Name>,
    /// The queues that its requests may be put into, in the order in which the policy numbers them.
    pub queues: Vec<DeferralQueue>,
    /// The share of its requests whose decisions are kept for replays, in thousandths.
    pub sample_permille: u32,
    /// Whether its callers understand a `202` that stands for an answer to come.
    pub is_async: bool,
    /// The webhook that hears of the end of its deferred requests, where neither they nor their key name one.
    pub webhook: Option<Name>,
}

/// Where a route's policy comes from: one source of truth a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicySource {
    /// One that the binary carries.
    Builtin(Name),
    /// A component file, watched.
    File(PathBuf),
    /// An artifact in a registry, by the digest of its manifest.
    Oci(Reference),
    /// What was deployed last over the admin API; until then this one.
    Deployed(Box<PolicySource>),
}

/// What happens when the policy traps, runs out or answers outside the bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnPolicyFailure {
    /// These targets in this order, skipping what was tried.
    Static(Vec<Name>),
    /// A clear 503.
    Error,
}
