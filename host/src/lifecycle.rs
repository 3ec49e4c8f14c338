//! How a config and its policies become what requests see: components are found where each route's source says, admitted
//! all together, and published as one pointer. One change at a time.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use bytes::Bytes;
use tokio::sync::{Mutex, MutexGuard};

use crate::builtin;
use crate::catalog::{self, Catalog, CatalogError};
use crate::config::{Budget, Config, ConfigError, Endpoint, Name, PolicySource};
use crate::gateway::{Gateway, KeyRing, RouteState, State, now_ms};
use crate::money::NanoUsd;
use crate::policy::{AdmissionError, Digest, Engine, Generation, Module, RoutePolicy};
use crate::sim::{self, SimControl, SimModel, SimProvider};
use crate::store::{Keys, Reader, StoreError, StoredBudgets};
use crate::testing::run_own_fixtures;

/// Changes what requests see.
#[derive(Debug)]
pub struct Lifecycle {
    gateway: Arc<Gateway>,
    engine: Engine,
    data_dir: PathBuf,
    config_file: Option<PathBuf>,
    /// Held for the whole of a change. Simulated providers keep running from one config to the next.
    simulated: Mutex<BTreeMap<Name, SimProvider>>,
    /// The last file of a route that was not admitted, so that it is not tried again and again.
    refused: std::sync::Mutex<HashMap<Name, Digest>>,
}

/// Nothing else changes while this lives.
#[derive(Debug)]
pub struct Change<'a> {
    _held: MutexGuard<'a, BTreeMap<Name, SimProvider>>,
}

/// A change that was not made. What was there before goes on.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The config file is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The gateway runs on its embedded defaults.
    #[error("there is no config file to read again: the gateway was started without --config")]
    NoConfigFile,
    /// A target cannot be built.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// A simulated provider does not start.
    #[error("simulated provider `{0}` failed to start: {1}")]
    Simulated(Name, io::Error),
    /// Policies were not admitted.
    #[error("{problems}", problems = list(.0))]
    Policies(Vec<RouteProblem>),
    /// There is no such route.
    #[error("there is no route `{0}`")]
    UnknownRoute(Name),
    /// The route's policy comes from elsewhere.
    #[error(
        "the policy of route `{route}` comes from {source_of_truth}: change it there, or set `policy.source = \"deployed\"`"
    )]
    OtherSource {
        /// The route.
        route: Name,
        /// Where its policy comes from.
        source_of_truth: String,
    },
    /// The deployed component cannot be kept.
    #[error("failed to keep the component of route `{0}` in the data folder: {1}")]
    Keep(Name, io::Error),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A route whose policy cannot be had.
#[derive(Debug)]
pub struct RouteProblem {
    /// The route.
    pub route: Name,
    /// Why.
    pub problem: PolicyProblem,
}

impl RouteProblem {
    /// Whether the policy itself is at fault, rather than this machine.
    #[must_use]
    pub fn blames_policy(&self) -> bool {
        match &self.problem {
            PolicyProblem::UnknownBuiltin(_) | PolicyProblem::Read(..) | PolicyProblem::OwnTests(_) => true,
            PolicyProblem::Admission(refusal) => refusal.blames_policy(),
        }
    }
}

/// Why a policy cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum PolicyProblem {
    /// There is no built-in policy of that name.
    #[error("there is no built-in policy `{0}`; there are: {known}", known = builtin::names().collect::<Vec<_>>().join(", "))]
    UnknownBuiltin(Name),
    /// The file cannot be read.
    #[error("failed to read `{path}`: {1}", path = .0.display())]
    Read(PathBuf, io::Error),
    /// It was not admitted.
    #[error("{0}")]
    Admission(AdmissionError),
    /// It fails the tests that it carries.
    #[error("the policy fails its own tests: {}", .0.join("; "))]
    OwnTests(Vec<String>),
}

fn list(problems: &[RouteProblem]) -> String {
    problems.iter().map(|one| format!("route `{}`: {}", one.route, one.problem)).collect::<Vec<_>>().join("\n")
}

impl Lifecycle {
    /// Starts with nothing published.
    #[must_use]
    pub fn new(gateway: Arc<Gateway>, engine: Engine, data_dir: PathBuf, config_file: Option<PathBuf>) -> Self {
        Self {
            gateway,
            engine,
            data_dir,
            config_file,
            simulated: Mutex::default(),
            refused: std::sync::Mutex::default(),
        }
    }

    /// Publishes a config with all of its policies, or changes nothing. With `lenient`, as at the start, a route whose
    /// policy cannot be had is published without one: the others must serve, and it has its `on_policy_failure`.
    ///
    /// # Errors
    /// With everything that stands in the way.
    pub async fn publish(&self, config: Config, lenient: bool) -> Result<(), ChangeError> {
        let mut simulated = self.simulated.lock().await;
        start_simulated(&config, &mut simulated).await?;
        let addresses = simulated.iter().map(|(name, provider)| (name.clone(), provider.base_url())).collect();
        let present = self.gateway.state.load_full();
        let catalog = catalog::build(&config, &addresses, &present.catalog, &self.gateway.metrics)?;
        let (routes, admitted, problems) = self.routes(&config, &catalog, &present).await;
        for problem in &problems {
            tracing::error!(route = &*problem.route, problem = %problem.problem, "a policy was not admitted");
        }
        if !problems.is_empty() && !lenient {
            return Err(ChangeError::Policies(problems));
        }
        warn_of_fixed(&present.config, &config, lenient);
        let keys = Keys::open(&self.data_dir)?.load()?;
        let budgets = StoredBudgets::open(&self.data_dir)?.in_force(&config)?;
        let spent = self.spent_before(&budgets).await?;
        // From here on nothing can fail: it is published whole.
        catalog.values().for_each(|target| target.health.put_in_force());
        let before = |budget: &Budget| spent.get(&budget.id).copied().unwrap_or_default();
        self.gateway.events.crossed(self.gateway.budgets.configure(&budgets, now_ms(), before));
        for (name, label, module) in admitted {
            if let Some(route) = routes.get(&name) {
                install(route, label, module);
            }
        }
        self.gateway.keys.store(Arc::new(KeyRing::new(&config, keys, &self.gateway.limits)));
        simulated.retain(|name, _| config.providers.contains_key(name));
        self.gateway.state.store(Arc::new(State { config: Arc::new(config), catalog, routes }));
        Ok(())
    }

    /// What the ledger knows of budgets that are new, in their present periods. It may have to read much, so it does not
    /// do so on a thread that serves requests.
    async fn spent_before(&self, budgets: &[Budget]) -> Result<HashMap<Name, NanoUsd>, StoreError> {
        let unknown = self.gateway.budgets.unknown(budgets, now_ms());
        if unknown.is_empty() {
            return Ok(HashMap::new());
        }
        // What is settled already and not yet written counts as well.
        self.gateway.ledger.flush().await;
        let reader = Reader::open(&self.data_dir)?;
        let reading = tokio::task::spawn_blocking(move || {
            unknown.into_iter().map(|(budget, since)| Ok((budget.id, reader.spent(&budget.scope, since)?))).collect()
        });
        reading.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
    }

    /// Builds all routes and admits their policies, side by side. Nothing is installed yet.
    async fn routes(
        &self,
        config: &Config,
        catalog: &Catalog,
        present: &State,
    ) -> (HashMap<Name, Arc<RouteState>>, Vec<(Name, Name, Module)>, Vec<RouteProblem>) {
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
            if let Some(earlier) = earlier.filter(|earlier| earlier.setup == route.setup) {
                // The same set-up: the policy, its generation and what is known of its failures stay.
                route.policy = Arc::clone(&earlier.policy);
            }
            let (engine, setup) = (self.engine.clone(), route.setup.clone());
            let (name, source, dir) = (setting.name.clone(), setting.policy.clone(), self.data_dir.clone());
            admissions.spawn(async move {
                let admitted = admit(&engine, &name, &source, &dir, &setup).await;
                (name, admitted)
            });
            routes.insert(setting.name.clone(), Arc::new(route));
        }
        let (mut admitted, mut problems) = (Vec::new(), Vec::new());
        while let Some(joined) = admissions.join_next().await {
            match joined {
                Ok((name, Ok((label, module)))) => admitted.push((name, label, module)),
                Ok((name, Err(problem))) => problems.push(RouteProblem { route: name, problem }),
                Err(error) => tracing::error!(%error, "an admission panicked"),
            }
        }
        (routes, admitted, problems)
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

    /// Admits a component for a route whose source is `deployed`, keeps it and lets it decide from now on.
    ///
    /// # Errors
    /// When it is not admitted or the route's policy comes from elsewhere; then nothing has changed.
    pub async fn deploy(&self, name: &str, component: Bytes) -> Result<Arc<Generation>, ChangeError> {
        let _change = self.simulated.lock().await;
        let route = self.route(name)?;
        let source_of_truth = match &route.setting.policy {
            PolicySource::Deployed(_) => None,
            PolicySource::Builtin(builtin) => Some(format!("the binary (`{builtin}`)")),
            PolicySource::File(path) => Some(format!("the file `{}`", path.display())),
        };
        if let Some(source_of_truth) = source_of_truth {
            return Err(ChangeError::OtherSource { route: route.setting.name.clone(), source_of_truth });
        }
        let failed = |problem| ChangeError::Policies(vec![RouteProblem { route: route.setting.name.clone(), problem }]);
        let admitted = self.engine.admit(component.clone(), &route.setup).await;
        let module = admitted.map_err(|error| failed(PolicyProblem::Admission(error)))?;
        // Only those who bring a new one wait for that: a gateway that starts again runs what has passed before.
        let tested = run_own_fixtures(&self.engine, &component).await;
        tested.map_err(|failures| failed(PolicyProblem::OwnTests(failures)))?;
        let path = deployed_path(&self.data_dir, name);
        keep(&path, &component).map_err(|error| ChangeError::Keep(route.setting.name.clone(), error))?;
        Ok(route.policy.install("deployed".into(), module))
    }

    /// Looks at a route's policy file again; if it changed, admits it and lets it decide. Gives the new generation.
    ///
    /// # Errors
    /// When it is not admitted; then nothing has changed.
    pub async fn refresh_file(&self, name: &str) -> Result<Option<Arc<Generation>>, ChangeError> {
        let _change = self.simulated.lock().await;
        let route = self.route(name)?;
        let PolicySource::File(path) = &route.setting.policy else { return Ok(None) };
        let failed = |problem| ChangeError::Policies(vec![RouteProblem { route: route.setting.name.clone(), problem }]);
        let bytes = std::fs::read(path).map_err(|error| failed(PolicyProblem::Read(path.clone(), error)))?;
        let digest = Digest::of(&bytes);
        let present = route.policy.current();
        let is_present = present.is_some_and(|generation| *generation.module().component_digest() == digest);
        if is_present || self.refused().get(name) == Some(&digest) {
            return Ok(None);
        }
        let component = Bytes::from(bytes);
        let admitted = async {
            let module = self.engine.admit(component.clone(), &route.setup).await.map_err(PolicyProblem::Admission)?;
            let tested = run_own_fixtures(&self.engine, &component).await;
            tested.map(|()| module).map_err(PolicyProblem::OwnTests)
        };
        let module = admitted.await.map_err(|problem| {
            self.refused().insert(route.setting.name.clone(), digest);
            failed(problem)
        })?;
        Ok(Some(route.policy.install(label(&route.setting.policy), module)))
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
        &self.engine
    }

    /// The control of a simulated provider.
    pub async fn simulated(&self, provider: &str) -> Option<SimControl> {
        self.simulated.lock().await.get(provider).map(SimProvider::control)
    }

    /// Holds off every other change.
    pub async fn change(&self) -> Change<'_> {
        Change { _held: self.simulated.lock().await }
    }

    /// Reads the keys of the store again.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn refresh_keys(&self, keys: &Keys, _change: &Change<'_>) -> Result<(), StoreError> {
        let config = Arc::clone(&self.gateway.state.load().config);
        self.gateway.keys.store(Arc::new(KeyRing::new(&config, keys.load()?, &self.gateway.limits)));
        Ok(())
    }

    /// Takes over budgets and payments of the store.
    ///
    /// # Errors
    /// When the store or the ledger cannot be read.
    pub async fn refresh_budgets(&self, _change: &Change<'_>) -> Result<(), StoreError> {
        let config = Arc::clone(&self.gateway.state.load().config);
        let budgets = StoredBudgets::open(&self.data_dir)?.in_force(&config)?;
        let spent = self.spent_before(&budgets).await?;
        let before = |budget: &Budget| spent.get(&budget.id).copied().unwrap_or_default();
        self.gateway.events.crossed(self.gateway.budgets.configure(&budgets, now_ms(), before));
        Ok(())
    }

    fn refused(&self) -> std::sync::MutexGuard<'_, HashMap<Name, Digest>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn route(&self, name: &str) -> Result<Arc<RouteState>, ChangeError> {
        self.gateway.state.load().routes.get(name).cloned().ok_or_else(|| ChangeError::UnknownRoute(name.into()))
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
    ] {
        if changed && !is_start {
            tracing::warn!("[{section}] has changed; of it only sizes of bodies are in force before the next start");
        }
    }
}

/// Installs a module unless the route already runs it.
fn install(route: &RouteState, label: Name, module: Module) {
    let same = |generation: Arc<Generation>| generation.module().key() == module.key() && *generation.name() == label;
    if !route.policy.current().is_some_and(same) {
        route.policy.install(label, module);
    }
}

async fn admit(
    engine: &Engine,
    route: &str,
    source: &PolicySource,
    data_dir: &Path,
    setup: &crate::policy::wire::RouteSetup,
) -> Result<(Name, Module), PolicyProblem> {
    let deployed = deployed_path(data_dir, route);
    let (source, bytes) = match source {
        PolicySource::Deployed(_) if deployed.exists() => (source, read(&deployed)?),
        PolicySource::Deployed(bootstrap) => (&**bootstrap, component(bootstrap)?),
        source => (source, component(source)?),
    };
    let module = engine.admit(bytes, setup).await.map_err(PolicyProblem::Admission)?;
    Ok((label(source), module))
}

fn component(source: &PolicySource) -> Result<Bytes, PolicyProblem> {
    match source {
        PolicySource::Builtin(name) => {
            builtin::component(name).ok_or_else(|| PolicyProblem::UnknownBuiltin(name.clone()))
        }
        PolicySource::File(path) => read(path),
        PolicySource::Deployed(bootstrap) => component(bootstrap),
    }
}

fn read(path: &Path) -> Result<Bytes, PolicyProblem> {
    std::fs::read(path).map(Bytes::from).map_err(|error| PolicyProblem::Read(path.into(), error))
}

/// What a policy is called in headers and records.
fn label(source: &PolicySource) -> Name {
    match source {
        PolicySource::Builtin(name) => name.clone(),
        PolicySource::File(path) => path.file_stem().unwrap_or_default().to_string_lossy().into(),
        PolicySource::Deployed(_) => "deployed".into(),
    }
}

/// Where a route's deployed component is kept. Names of routes may hold slashes, so it is the digest of the name.
fn deployed_path(data_dir: &Path, route: &str) -> PathBuf {
    data_dir.join("deployed").join(format!("{}.wasm", Digest::of(route.as_bytes()).short()))
}

/// Writes a file so that a crash leaves the old one or the new one.
fn keep(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let partial = path.with_extension("partial");
    std::fs::write(&partial, bytes)?;
    std::fs::File::open(&partial)?.sync_all()?;
    std::fs::rename(&partial, path)?;
    std::fs::File::open(folder)?.sync_all()
}

/// Starts the simulated providers that do not run yet.
async fn start_simulated(config: &Config, running: &mut BTreeMap<Name, SimProvider>) -> Result<(), ChangeError> {
    for provider in config.providers.values() {
        let Endpoint::Simulated(simulation) = &provider.endpoint else { continue };
        if running.contains_key(&provider.name) {
            continue;
        }
        let models = config
            .targets
            .values()
            .filter(|target| target.provider == provider.name)
            .map(|target| SimModel::new(&target.model).with_context_window(target.context_window))
            .collect();
        let started = sim::start(&provider.name, simulation, models).await;
        let started = started.map_err(|error| ChangeError::Simulated(provider.name.clone(), error))?;
        running.insert(provider.name.clone(), started);
    }
    Ok(())
}
