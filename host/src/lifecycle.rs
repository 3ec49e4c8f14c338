//! How a config and its policies become what requests see: components are found where each route's source says, admitted
//! all together, and published as one pointer. One change at a time. What operators do to a single route's policy is
//! `lifecycle/deployment.rs`.

mod deployment;
mod error;
mod gates;
mod intake;
mod preview;
mod registries;
mod rehearsal;
mod rollback;
mod shelf;
mod simulated;
mod stored;
mod supervision;
mod trials;
mod versions;
mod view;
mod watched;

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use tokio::sync::{Mutex, MutexGuard};

pub use deployment::{Deploy, Deployed};
pub use error::{ChangeError, OfVersion, PolicyProblem, Refusing, RouteProblem};
pub use gates::{Step, Steps};
pub use preview::preview;
pub use registries::{bring_missing, unpinned};
pub use rehearsal::{Occasion, OfRule, Played, Refusal, Rehearsal, Skipped};
pub use rollback::Back;
pub use supervision::supervise;
pub use view::{CandidateStatus, DeploymentStatus, FileSays, History};

use self::intake::{Admitted, Intake};
use self::registries::Registries;
use self::shelf::Shelf;
use self::trials::KeptTrials;
use crate::catalog::{self, Catalog};
use crate::config::{Budget, Config, Name, Named, UnknownName};
use crate::gateway::{Gateway, KeyRing, RouteState, State, now_ms};
use crate::policy::{Digest, Engine, RoutePolicy};
use crate::sim::SimProvider;
use crate::store::{Keys, StoreError, StoredBudgets};
use crate::webhook::Webhooks;

/// Changes what requests see.
#[derive(Debug)]
pub struct Lifecycle {
    gateway: Arc<Gateway>,
    intake: Intake,
    shelf: Shelf,
    data_dir: PathBuf,
    config_file: Option<PathBuf>,
    webhooks: Webhooks,
    trials: KeptTrials,
    /// Held for the whole of a change. Simulated providers keep running from one config to the next.
    simulated: Mutex<BTreeMap<Name, SimProvider>>,
    /// The last file of a route that was not admitted, so that it is not tried again and again.
    refused: std::sync::Mutex<HashMap<Name, Digest>>,
    /// Why a route does not run what its source names.
    kept_out: std::sync::Mutex<HashMap<Name, String>>,
}

/// Nothing else changes while this lives.
#[derive(Debug)]
pub struct Change<'a> {
    _held: MutexGuard<'a, BTreeMap<Name, SimProvider>>,
}

/// The routes of a config with what was admitted for them, and what was not.
struct Prepared {
    routes: HashMap<Name, Arc<RouteState>>,
    admitted: Vec<Admitted>,
    problems: Vec<RouteProblem>,
}

impl Lifecycle {
    /// Starts with nothing published. `config_file` is what a reload reads.
    ///
    /// # Errors
    /// When the deployments or the trials in the data folder cannot be opened.
    pub fn open(
        gateway: Arc<Gateway>,
        engine: Engine,
        data_dir: PathBuf,
        config_file: Option<PathBuf>,
        webhooks: Webhooks,
    ) -> Result<Self, StoreError> {
        let (shelf, trials) = (Shelf::open(&data_dir)?, KeptTrials::open(&data_dir)?);
        Ok(Self {
            gateway,
            intake: Intake::new(Registries::new(&engine, &data_dir), engine, shelf.clone()),
            shelf,
            data_dir,
            config_file,
            webhooks,
            trials,
            simulated: Mutex::default(),
            refused: std::sync::Mutex::default(),
            kept_out: std::sync::Mutex::default(),
        })
    }

    /// Publishes a config with all of its policies, or changes nothing. With `lenient`, as at the start, a route whose
    /// policy cannot be had is published without one: the others must serve, and it has its `on_policy_failure`.
    ///
    /// # Errors
    /// With everything that stands in the way.
    pub async fn publish(&self, config: Config, lenient: bool) -> Result<(), ChangeError> {
        // No config that leaves open which policy it means is put in force, not even at the start.
        let unpinned = unpinned(&config, self.intake.engine().program()).await;
        if !unpinned.is_empty() {
            return Err(ChangeError::Policies(unpinned));
        }
        let mut simulated = self.simulated.lock().await;
        simulated::start(&config, &mut simulated).await?;
        let addresses = simulated.iter().map(|(name, provider)| (name.clone(), provider.base_url())).collect();
        let present = self.gateway.state.load_full();
        let catalog = catalog::build(&config, &addresses, &present.catalog, &self.gateway.metrics)?;
        let mut prepared = self.prepare(&config, &catalog, &present, lenient).await;
        // A start runs what has decided before; what a config brings later has to show what it does.
        if !lenient && prepared.problems.is_empty() {
            self.try_brought(&config, &present, &mut prepared).await;
        }
        let Prepared { routes, mut admitted, problems } = prepared;
        for problem in &problems {
            tracing::error!(route = &*problem.route, problem = %problem.problem, "a policy was not admitted");
        }
        if !problems.is_empty() && !lenient {
            return Err(ChangeError::Policies(problems));
        }
        warn_of_fixed(&present.config, &config, lenient);
        let keys = Keys::open(&self.data_dir)?.load()?;
        let budgets = StoredBudgets::open(&self.data_dir)?.in_force(&config)?;
        stored::tell_of_strays(&config, &keys, &budgets);
        let spent = self.spent_before(&budgets).await?;
        self.shelf.adopt(&admitted).await?;
        // From here on nothing can fail: it is published whole.
        let goes_on = |one: &mut Admitted| {
            let problem = one.kept_out.take()?;
            tracing::error!(route = &*one.route, %problem, "what the config brings is not let in; what decided before goes on");
            Some(RouteProblem::new(&one.route, problem))
        };
        let kept_out: Vec<_> = problems.into_iter().chain(admitted.iter_mut().filter_map(goes_on)).collect();
        *self.kept_out() = kept_out.into_iter().map(|one| (one.route, one.problem.to_string())).collect();
        catalog.values().for_each(|target| target.health.put_in_force());
        let before = |budget: &Budget| spent.get(&budget.id).copied().unwrap_or_default();
        self.gateway.events.crossed(self.gateway.budgets.configure(&budgets, now_ms(), before));
        for one in admitted {
            if let Some(route) = routes.get(&one.route) {
                self.put_in_force(route, one);
            }
        }
        self.gateway.keys.store(Arc::new(KeyRing::new(&config, keys, &self.gateway.limits)));
        simulated.retain(|name, _| config.providers.contains_key(name));
        self.intake.registries().tidy(&config);
        self.gateway.state.store(Arc::new(State { config: Arc::new(config), catalog, routes }));
        Ok(())
    }

    /// Builds all routes and admits their policies, side by side. Nothing is installed yet.
    async fn prepare(&self, config: &Config, catalog: &Catalog, present: &State, lenient: bool) -> Prepared {
        let mut routes = HashMap::new();
        let mut admissions = tokio::task::JoinSet::new();
        for setting in config.routes.values() {
            let earlier = present.routes.get(&setting.name);
            let policy = Arc::new(RoutePolicy::succeeding(
                earlier.map(|route| &*route.policy),
                setting.name.clone(),
                &config.engine,
            ));
            let mut route =
                RouteState::new(config, setting, catalog, policy, &self.gateway.metrics, &self.gateway.limits);
            if let Some(earlier) = earlier.filter(|earlier| earlier.surrounds_like(&route)) {
                // The policy, its generation and what is known of its failures stay, and so does its trial, unless the config
                // brings another version.
                route.policy = Arc::clone(&earlier.policy);
                route.trial = Arc::clone(&earlier.trial);
            }
            let (intake, setting, setup) = (self.intake.clone(), setting.clone(), route.setup.clone());
            let settings = Arc::clone(&config.registries);
            admissions.spawn(async move {
                let admitted = intake.admit(&setting, &settings, &setup, lenient).await;
                admitted.map_err(|problem| RouteProblem::new(&setting.name, problem))
            });
            routes.insert(route.setting.name.clone(), Arc::new(route));
        }
        let (mut admitted, mut problems) = (Vec::new(), Vec::new());
        while let Some(joined) = admissions.join_next().await {
            match joined {
                Ok(Ok(one)) => admitted.push(one),
                Ok(Err(problem)) => problems.push(problem),
                Err(error) => tracing::error!(%error, "an admission panicked"),
            }
        }
        Prepared { routes, admitted, problems }
    }

    /// Lets what was admitted for a route decide, unless the route runs it already, and try what is to be tried.
    fn put_in_force(&self, route: &RouteState, admitted: Admitted) {
        let Admitted { label, module, settings, comes, candidate, .. } = admitted;
        let present = route.policy.current();
        let is_present = present
            .as_ref()
            .is_some_and(|generation| generation.module().key() == module.key() && *generation.name() == label);
        if !is_present {
            match present {
                Some(replaced) => self.shelf.keep_compiled(&route.setting.name, replaced.module().clone()),
                // What was kept for going back has other surroundings.
                None => self.shelf.forget_compiled(&route.setting.name),
            }
            route.policy.install(label, module, settings);
        }
        let Some(candidate) = candidate else { return route.trial.store(None) };
        let goes_on = |trial: Arc<crate::trial::Trial>| {
            let key = trial.generation().module().key();
            trial.version() == candidate.version.number
                && trial.stage() == candidate.stage
                && key == candidate.module.key()
        };
        // What was counted beside another active version says nothing of this one.
        if !(is_present && route.trial.load_full().is_some_and(goes_on)) {
            let trial = candidate.begin(&route.policy);
            if comes.is_some() {
                self.trials.begin_anew(&route.setting.name);
            }
            self.trials.resume(&route.setting.name, &trial);
            route.trial.store(Some(Arc::new(trial)));
        }
    }

    /// Reads the config file again and publishes it.
    ///
    /// # Errors
    /// With everything that stands in the way; then nothing has changed.
    pub async fn reload(&self) -> Result<(), ChangeError> {
        let file = self.config_file.as_deref().ok_or(ChangeError::NoConfigFile)?;
        let mut config = Config::load(file)?;
        // The data folder may have been given on the command line, and it never moves while the gateway runs.
        config.data_dir.clone_from(&self.data_dir);
        self.publish(config, false).await
    }

    /// Lets a generation that was set aside decide again.
    ///
    /// # Errors
    /// When there is no such route.
    pub fn release(&self, name: &str) -> Result<(), ChangeError> {
        self.route(name).map(|route| route.policy.release())
    }

    /// What runs the policies.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        self.intake.engine()
    }

    /// Holds off every other change.
    pub async fn change(&self) -> Change<'_> {
        Change { _held: self.simulated.lock().await }
    }

    fn refused(&self) -> std::sync::MutexGuard<'_, HashMap<Name, Digest>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn kept_out(&self) -> std::sync::MutexGuard<'_, HashMap<Name, String>> {
        self.kept_out.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn route(&self, name: &str) -> Result<Arc<RouteState>, ChangeError> {
        let state = self.gateway.state.load();
        state.config.require(Named::Route, name)?;
        let route = state.routes.get(name).cloned();
        route.ok_or_else(|| UnknownName::among(Named::Route, name, state.config.names(Named::Route)).into())
    }
}

/// Says what of a new config takes effect only at the next start.
fn warn_of_fixed(present: &Config, new: &Config, is_start: bool) {
    let differs = |a: &dyn std::fmt::Debug, b: &dyn std::fmt::Debug| format!("{a:?}") != format!("{b:?}");
    for (section, changed) in [
        ("data", differs(&present.sync, &new.sync)),
        ("server", differs(&present.server, &new.server)),
        ("admin", differs(&present.admin, &new.admin)),
        ("upstream", differs(&present.upstream, &new.upstream)),
        ("engine", differs(&present.engine, &new.engine)),
        ("decision_log", differs(&present.decision_log, &new.decision_log)),
    ] {
        if changed && !is_start {
            tracing::warn!("[{section}] has changed; of it only sizes of bodies are in force before the next start");
        }
    }
}
