//! What all requests share: the present config as routes and targets, the keys, the budgets, the ledger, the client. A new
//! config is published as one pointer; a request keeps the one that it began with.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::{ArcSwap, ArcSwapOption};

use crate::account::Budgets;
use crate::catalog::{Catalog, Target};
pub use crate::clock::now_ms;
use crate::config::{self, Bounds, Config, Name, OnPolicyFailure, TrafficClass};
use crate::decision_log::DecisionLog;
use crate::deferral::Deferrals;
use crate::downstream::Stalls;
use crate::idempotency::Runs;
use crate::ledger::Books;
use crate::limits::{Limits, Scope, ScopeKind};
use crate::policy::{Generation, RoutePolicy, Settings, wire};
use crate::session::Sessions;
use crate::store::{Answers, JournalHandle, LedgerHandle};
use crate::telemetry::access_log::AccessLog;
use crate::telemetry::metrics::{Metrics, RouteMetrics};
use crate::threshold::Thresholds;
use crate::trial::{Part, Side, Trial};
use crate::upstream::Upstream;

/// What all requests share.
#[derive(Debug)]
pub struct Gateway {
    /// The present config, resolved.
    pub state: ArcSwap<State>,
    /// The present keys.
    pub keys: ArcSwap<KeyRing>,
    /// What is spent and held.
    pub budgets: Budgets,
    /// The requests that wait.
    pub deferrals: Deferrals,
    /// Which target each session belongs to.
    pub sessions: Sessions,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Where a line for each request goes.
    pub access_log: AccessLog,
    /// The way to providers.
    pub upstream: Upstream,
    /// Where records go.
    pub ledger: LedgerHandle,
    /// Answers that are given again.
    pub answers: Arc<Answers>,
    /// Rate limits in use.
    pub limits: Limits,
    /// Runs that several requests may listen to.
    pub runs: Runs,
    /// Where requests are written before they go upstream.
    pub journal: JournalHandle,
    /// What becomes of records.
    pub books: Books,
    /// Where thresholds go that budgets cross.
    pub events: Thresholds,
    /// Where decisions go, for replays.
    pub decision_log: DecisionLog,
    /// Watches for callers that stop reading.
    pub stalls: Arc<Stalls>,
    /// Whether the gateway has been told to stop.
    pub draining: AtomicBool,
}

impl Gateway {
    /// Whether it takes traffic: it does not drain, ledger and journal are written, and all routes have a policy; or, if that
    /// is asked, any of them has.
    #[must_use]
    pub fn is_ready(&self, any_route: bool) -> bool {
        let state = self.state.load();
        let without = state.without_policy().len();
        let routes = if any_route { without < state.routes.len() } else { without == 0 };
        routes && !self.draining.load(Ordering::Acquire) && self.ledger.healthy() && self.journal.healthy()
    }
}

/// A config, resolved.
#[derive(Debug)]
pub struct State {
    /// The config itself.
    pub config: Arc<Config>,
    /// Its targets.
    pub catalog: Catalog,
    /// Its routes.
    pub routes: HashMap<Name, Arc<RouteState>>,
}

impl State {
    /// The routes that have no policy, in order.
    #[must_use]
    pub fn without_policy(&self) -> Vec<Name> {
        let without = self.routes.values().filter(|route| route.policy.current().is_none());
        let mut without: Vec<_> = without.map(|route| route.setting.name.clone()).collect();
        without.sort_unstable();
        without
    }
}

/// A route with everything that a request on it needs.
#[derive(Debug)]
pub struct RouteState {
    /// What the config says of it.
    pub setting: config::Route,
    /// Its targets, in its order.
    pub targets: Vec<Arc<Target>>,
    /// Its bounds, narrowed by each class.
    bounds: [Bounds; TrafficClass::ALL.len()],
    /// The static order of `on_policy_failure`; none: an error.
    pub static_order: Option<Vec<usize>>,
    /// Its policy.
    pub policy: Arc<RoutePolicy>,
    /// The candidate for its policy's place.
    pub trial: Arc<ArcSwapOption<Trial>>,
    /// What its policy is set up with, where its settings are those of the route's own sections.
    pub setup: wire::RouteSetup,
    /// Its rate limits.
    pub limits: Option<Arc<Scope>>,
    /// Its counters.
    pub metrics: RouteMetrics,
}

impl RouteState {
    /// Resolves a route of a valid config.
    #[must_use]
    pub fn new(
        config: &Config,
        setting: &config::Route,
        catalog: &Catalog,
        policy: Arc<RoutePolicy>,
        metrics: &Metrics,
        limits: &Limits,
    ) -> Self {
        let targets: Vec<_> = setting.targets.iter().filter_map(|id| catalog.get(id)).map(Arc::clone).collect();
        let place = |id: &Name| targets.iter().position(|target| target.setting.id == *id);
        let narrowed = |class: TrafficClass| match config.classes.get(&class) {
            Some(patch) => setting.bounds.clone().narrowed(patch),
            None => setting.bounds.clone(),
        };
        Self {
            bounds: TrafficClass::ALL.map(narrowed),
            static_order: match &setting.on_policy_failure {
                OnPolicyFailure::Static(order) => Some(order.iter().filter_map(place).collect()),
                OnPolicyFailure::Error => None,
            },
            setup: setup(setting, targets.iter().map(|target| &target.setting)),
            metrics: metrics.route(&setting.name),
            limits: limits.scope(ScopeKind::Route, &setting.name, setting.rate),
            setting: setting.clone(),
            targets,
            policy,
            trial: Arc::default(),
        }
    }

    /// The settings that stand in the route's own sections.
    #[must_use]
    pub fn own_settings(&self) -> Settings {
        Settings::of(&self.setting.policy_config)
    }

    /// What a version with these settings is set up with: everything else is the route's, as it is today.
    #[must_use]
    pub fn setup_with(&self, settings: &Settings) -> wire::RouteSetup {
        with_settings(&self.setup, settings)
    }

    /// Whether policies find the same here as there, their settings apart: then what was admitted there may decide here.
    #[must_use]
    pub fn surrounds_like(&self, other: &Self) -> bool {
        let nothing = Settings::default();
        self.setup_with(&nothing) == other.setup_with(&nothing)
    }

    /// The index of the target with this id.
    #[must_use]
    pub fn place_of(&self, id: &str) -> Option<usize> {
        self.targets.iter().position(|target| *target.setting.id == *id)
    }

    /// The generation that decides about a request, chosen by the number of its session, or else its own; and its
    /// part in the trial, if there is one.
    #[must_use]
    pub fn generation_for(&self, number: u64) -> (Option<Arc<Generation>>, Option<Part>) {
        let Some(trial) = self.trial.load_full() else { return (self.policy.current(), None) };
        let side = trial.side_of(number);
        let generation = match side {
            Side::Candidate => Some(Arc::clone(trial.generation())),
            Side::Active => self.policy.current(),
        };
        (generation, Some(Part { trial, side }))
    }

    /// The bounds of the route for a class.
    #[must_use]
    pub fn bounds(&self, class: TrafficClass) -> &Bounds {
        &self.bounds[class as usize]
    }
}

/// What a policy of the route is set up with; these are its targets, in its order.
pub fn setup<'a>(setting: &config::Route, targets: impl Iterator<Item = &'a config::Target>) -> wire::RouteSetup {
    let target = |target: &config::Target| wire::Target {
        id: target.id.to_string(),
        provider: target.provider.to_string(),
        model: target.model.to_string(),
        tier: target.tier.to_string(),
        tier_rank: target.tier_rank,
        context_window: target.context_window,
        features: target.features.iter().map(ToString::to_string).collect(),
        region: target.region.as_deref().unwrap_or_default().to_owned(),
    };
    wire::RouteSetup {
        name: setting.name.to_string(),
        traffic_class: setting.class.as_str().into(),
        targets: targets.map(target).collect(),
        queues: setting.queues.iter().map(|queue| queue.name.to_string()).collect(),
        default_answers: setting.default_answers.iter().map(|answer| answer.name.to_string()).collect(),
        config: Settings::of(&setting.policy_config).to_string(),
    }
}

/// A set-up with other settings.
#[must_use]
pub fn with_settings(setup: &wire::RouteSetup, settings: &Settings) -> wire::RouteSetup {
    wire::RouteSetup { config: settings.to_string(), ..setup.clone() }
}

/// A key with its tenant.
#[derive(Debug)]
pub struct Caller {
    /// The key.
    pub key: config::Key,
    /// Its tenant.
    pub tenant: config::Tenant,
    /// The rate limits of the tenant and of the key.
    pub limits: [Option<Arc<Scope>>; 2],
}

/// All keys by the SHA-256 of their secret.
#[derive(Debug, Default)]
pub struct KeyRing {
    /// The callers.
    pub callers: HashMap<[u8; 32], Arc<Caller>>,
    /// Keys of the store that open nothing: the config has no tenant of their name, so that nobody knows their budgets,
    /// boundaries and limits.
    pub shut: HashMap<[u8; 32], config::Key>,
}

impl KeyRing {
    /// The keys of a config and of the store.
    #[must_use]
    pub fn new(config: &Config, stored: Vec<config::Key>, limits: &Limits) -> Self {
        let mut ring = Self::default();
        for mut key in stored.into_iter().chain(config.keys.values().cloned()) {
            let digest = key.sha256;
            let Some(tenant) = config.tenants.get(&key.tenant).cloned() else {
                ring.shut.insert(digest, key);
                continue;
            };
            if !tenant.fallback {
                key.bounds.fallback = Some(false);
            }
            let limits = [
                limits.scope(ScopeKind::Tenant, &tenant.name, tenant.rate),
                limits.scope(ScopeKind::Key, &key.name, key.rate),
            ];
            ring.callers.insert(digest, Arc::new(Caller { key, tenant, limits }));
        }
        ring
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_key_without_a_tenant_in_the_config_is_shut_out() {
        let config = Config::builtin();
        let known = config.keys.values().next().unwrap().clone();
        let stray = config::Key { name: "stray".into(), tenant: "amce".into(), sha256: [1; 32], ..known.clone() };
        let stored = config::Key { name: "stored".into(), sha256: [2; 32], ..known };
        let ring = KeyRing::new(&config, vec![stray, stored], &Limits::default());
        assert!(ring.shut.contains_key(&[1; 32]) && !ring.callers.contains_key(&[1; 32]));
        assert!(ring.callers.contains_key(&[2; 32]) && ring.callers.len() == 2);
    }
}
