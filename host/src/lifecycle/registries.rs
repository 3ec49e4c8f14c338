//! Policies that routes have from registries: found in the data folder, else brought, and kept there once they are let in. So
//! a registry is needed once for each digest.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::intake::{Admitted, Found, check_along, label};
use super::{ChangeError, Lifecycle, PolicyProblem, RouteProblem};
use crate::config::{Config, Name, PolicySource, Registry, Route};
use crate::gateway::RouteState;
use crate::policy::Engine;
use crate::registry::{self, Access, Artifact, Kept, Reference, RegistryError};
use crate::testing::run_own_fixtures;

/// How often a route that has no policy asks its registry again.
const EVERY: Duration = Duration::from_secs(30);

/// How long the question may take which digest a tag has: it only adds to an error.
const LOOK: Duration = Duration::from_secs(5);

/// Finds and keeps what registries have. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Registries {
    program: Arc<PathBuf>,
    kept: Kept,
    component_bytes: usize,
    /// Whether what is brought is kept.
    keeps: bool,
}

impl Registries {
    pub(super) fn new(engine: &Engine, data_dir: &Path) -> Self {
        let program = Arc::new(engine.program().to_owned());
        Self { program, kept: Kept::of(data_dir), component_bytes: engine.limits().component_bytes, keeps: true }
    }

    /// The same, without keeping anything.
    pub(super) fn looking(engine: &Engine, data_dir: &Path) -> Self {
        Self { keeps: false, ..Self::new(engine, data_dir) }
    }

    /// What a reference names, and whether it has come only now.
    pub(super) async fn find(
        &self,
        reference: &Reference,
        settings: &BTreeMap<Name, Registry>,
    ) -> Result<(Artifact, bool), RegistryError> {
        let (kept, wanted) = (self.kept.clone(), reference.clone());
        if let Some(artifact) = blocking(move || kept.find(&wanted)).await {
            return Ok((artifact, false));
        }
        let access = access(reference, settings)?;
        let artifact = registry::pull(&self.program, reference, &access, self.component_bytes).await?;
        tracing::info!(%reference, "a policy came from its registry");
        Ok((artifact, true))
    }

    /// Runs the tests that an admitted newcomer carries, and keeps it.
    pub(super) async fn let_in(&self, engine: &Engine, artifact: Artifact) -> Result<(), PolicyProblem> {
        run_own_fixtures(engine, artifact.component()).await.map_err(PolicyProblem::OwnTests)?;
        if !self.keeps {
            return Ok(());
        }
        let kept = self.kept.clone();
        if let Err(error) = blocking(move || kept.keep(&artifact)).await {
            tracing::warn!(%error, "a policy from a registry could not be kept: the next start needs the registry again");
        }
        Ok(())
    }

    /// Forgets what no route of this config names, but for the latest.
    pub(super) fn tidy(&self, config: &Config) {
        let named: Vec<_> = config.routes.values().filter_map(reference).filter_map(Reference::digest).collect();
        let kept = self.kept.clone();
        // Nobody waits for it.
        tokio::task::spawn_blocking(move || kept.tidy(&named));
    }
}

/// The routes of a config that name a policy by a tag alone, each with the digest that the tag has now.
pub async fn unpinned(config: &Config, program: &Path) -> Vec<RouteProblem> {
    let mut problems = Vec::new();
    for route in config.routes.values() {
        let Some(reference) = reference(route).filter(|reference| reference.digest().is_none()) else { continue };
        let now = match access(reference, &config.registries) {
            Ok(access) => {
                let access = access.within(LOOK);
                registry::digest_of_tag(program, reference, &access).await.map(|digest| reference.pinned(digest))
            }
            Err(error) => Err(error),
        };
        let problem = PolicyProblem::Unpinned { reference: reference.clone(), now: Box::new(now) };
        problems.push(RouteProblem::new(&route.name, problem));
    }
    problems
}

/// Asks registries again for the policies of routes that have none, until told to stop: a registry that was away at the start
/// is not away for ever.
pub async fn bring_missing(lifecycle: Arc<Lifecycle>, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        lifecycle.bring_missing().await;
    }
}

impl Lifecycle {
    /// Asks the registries of all routes without a policy once more.
    pub async fn bring_missing(&self) {
        let state = self.gateway.state.load_full();
        for route in state.routes.values().filter(|route| route.policy.current().is_none()) {
            match self.bring(route, &state.config).await {
                Ok(true) => tracing::info!(route = &*route.setting.name, "the policy came from its registry after all"),
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "a route still has no policy"),
            }
        }
    }

    /// Brings the policy of a route that has none. Gives whether there is one now.
    async fn bring(&self, route: &RouteState, config: &Config) -> Result<bool, ChangeError> {
        let Some(reference) = reference(&route.setting) else { return Ok(false) };
        let (name, Some(digest)) = (&route.setting.name, reference.digest()) else { return Ok(false) };
        if self.refused().get(name) == Some(&digest) || self.is_deployed(route).await? {
            return Ok(false);
        }
        let failed = |problem: PolicyProblem| {
            self.kept_out().insert(name.clone(), problem.to_string());
            ChangeError::Policies(vec![RouteProblem::new(name, problem)])
        };
        // Other changes do not wait for a registry.
        let found = self.intake.registries().find(reference, &config.registries).await;
        let (artifact, _) = found.map_err(|error| failed(error.into()))?;
        let _change = self.simulated.lock().await;
        let present = self.route(name)?;
        let is_as_before = present.setting.policy == route.setting.policy && present.policy.current().is_none();
        if !is_as_before || self.is_deployed(&present).await? {
            return Ok(false);
        }
        let admitted = self.admit_brought(&present, artifact).await.map_err(|problem| {
            self.refused().insert(name.clone(), digest);
            failed(problem)
        })?;
        self.shelf.adopt(std::slice::from_ref(&admitted)).await?;
        self.put_in_force(&present, admitted);
        self.kept_out().remove(name);
        Ok(true)
    }

    /// Whether something was deployed to the route, so that its bootstrap counts no more.
    async fn is_deployed(&self, route: &RouteState) -> Result<bool, ChangeError> {
        let has_bootstrap = matches!(route.setting.policy, PolicySource::Deployed(_));
        Ok(has_bootstrap && self.standing(route).await?.is_some())
    }

    async fn admit_brought(&self, route: &RouteState, artifact: Artifact) -> Result<Admitted, PolicyProblem> {
        let signer = check_along(&route.setting, &artifact)?;
        let (component, label) = (artifact.component().clone(), label(origin(&route.setting)));
        let found = Found { component, label, signer, arrived: Some(artifact) };
        let standing = self.intake.standing(&route.setting).await?;
        self.intake.admit_found(&route.setting, &route.setup, standing, Some(found), false).await
    }
}

/// Where a route's policy comes from, or its first one.
fn origin(route: &Route) -> &PolicySource {
    match &route.policy {
        PolicySource::Deployed(bootstrap) => bootstrap,
        source => source,
    }
}

/// What a route has from a registry, if it has anything from one.
fn reference(route: &Route) -> Option<&Reference> {
    match origin(route) {
        PolicySource::Oci(reference) => Some(reference),
        _ => None,
    }
}

fn access(reference: &Reference, settings: &BTreeMap<Name, Registry>) -> Result<Access, RegistryError> {
    match settings.get(reference.host()) {
        Some(settings) => Access::new(reference, settings),
        None => Access::new(reference, &Registry::default()),
    }
}

async fn blocking<T: Send + 'static>(what: impl FnOnce() -> T + Send + 'static) -> T {
    let done = tokio::task::spawn_blocking(what).await;
    done.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}
