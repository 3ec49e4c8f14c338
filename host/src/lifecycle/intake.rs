//! Where each route's policy comes from, and its way in: the one source of truth is asked for the component, signature and
//! quarantine are checked, and the engine admits it. With the source `deployed` that is what the store says, and until the
//! store says something, the bootstrap.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use super::PolicyProblem;
use super::registries::Registries;
use super::shelf::Shelf;
use crate::builtin;
use crate::config::{Name, PolicySource, Registry, Route};
use crate::policy::wire::RouteSetup;
use crate::policy::{Digest, Engine, EngineError, Module, RoutePolicy};
use crate::registry::Artifact;
use crate::signature::{self, PublicKey};
use crate::store::deployments::{Stage, Version};
use crate::trial::{Shadow, Shadows, Trial};

/// Finds and admits policies. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Intake {
    registries: Registries,
    engine: Engine,
    shelf: Shelf,
    /// Started with the first shadow.
    shadows: Arc<Mutex<Option<Shadows>>>,
}

/// What a route's source says, admitted.
#[derive(Debug)]
pub(super) struct Admitted {
    pub(super) route: Name,
    pub(super) label: Name,
    pub(super) module: Module,
    pub(super) component: Bytes,
    /// Whether it is kept as the route's first version.
    pub(super) is_bootstrap: bool,
    pub(super) signer: Option<PublicKey>,
    pub(super) candidate: Option<Candidate>,
}

/// A candidate, admitted.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) version: Version,
    pub(super) stage: Stage,
    pub(super) module: Module,
    pub(super) shadow: Option<Shadow>,
}

/// A component, where it was found.
struct Found {
    component: Bytes,
    label: Name,
    signer: Option<PublicKey>,
    is_bootstrap: bool,
    /// What has just come from a registry, and is kept once it is let in.
    arrived: Option<Artifact>,
}

impl Candidate {
    /// Puts it on trial, with nothing counted.
    pub(super) fn begin(self, policy: &RoutePolicy) -> Trial {
        let Self { version, stage, module, shadow } = self;
        Trial::new(version.number, policy.generation(version.name, module), stage, shadow)
    }
}

impl Intake {
    pub(super) fn new(registries: Registries, engine: Engine, shelf: Shelf) -> Self {
        Self { registries, engine, shelf, shadows: Arc::default() }
    }

    pub(super) fn registries(&self) -> &Registries {
        &self.registries
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Admits what the route's source says, and what the store has on trial. With `lenient` a candidate that cannot be had is
    /// left out.
    pub(super) async fn admit(
        &self,
        route: &Route,
        registries: &BTreeMap<Name, Registry>,
        setup: &RouteSetup,
        lenient: bool,
    ) -> Result<Admitted, PolicyProblem> {
        let found = self.find(route, registries).await?;
        let module = self.engine.admit(found.component.clone(), setup).await?;
        if let Some(arrived) = found.arrived {
            self.registries.let_in(&self.engine, arrived).await?;
        }
        let candidate = match self.candidate(route, setup).await {
            Err(problem) if lenient => {
                tracing::error!(route = &*route.name, %problem, "what was on trial cannot be tried any more");
                None
            }
            candidate => candidate?,
        };
        let Found { component, label, signer, is_bootstrap, .. } = found;
        Ok(Admitted { route: route.name.clone(), label, module, component, is_bootstrap, signer, candidate })
    }

    async fn find(&self, route: &Route, registries: &BTreeMap<Name, Registry>) -> Result<Found, PolicyProblem> {
        let PolicySource::Deployed(bootstrap) = &route.policy else {
            let found = self.look(route, &route.policy, registries).await?;
            self.refuse_quarantined(&route.name, Digest::of(&found.component)).await?;
            return Ok(found);
        };
        let name = route.name.clone();
        let standing = self.shelf.with(move |store| store.standing(&name)).await.map_err(PolicyProblem::Store)?;
        let Some(standing) = standing else {
            let found = self.look(route, bootstrap, registries).await?;
            self.refuse_quarantined(&route.name, Digest::of(&found.component)).await?;
            return Ok(Found { is_bootstrap: true, ..found });
        };
        let component = self.component(standing.active.digest).await?;
        let label = standing.active.name;
        Ok(Found { component, label, signer: None, is_bootstrap: false, arrived: None })
    }

    /// Looks where a source says.
    async fn look(
        &self,
        route: &Route,
        source: &PolicySource,
        registries: &BTreeMap<Name, Registry>,
    ) -> Result<Found, PolicyProblem> {
        let label = label(source);
        let found = |component, signer| Found { component, label, signer, is_bootstrap: false, arrived: None };
        match source {
            PolicySource::Builtin(name) => {
                let component = builtin::component(name).ok_or_else(|| PolicyProblem::UnknownBuiltin(name.clone()))?;
                Ok(found(component, None))
            }
            PolicySource::File(path) => {
                let component = read(path)?;
                let signer = check_beside(route, path, &component)?;
                Ok(found(component, signer))
            }
            PolicySource::Oci(reference) => {
                let (artifact, is_new) = self.registries.find(reference, registries).await?;
                let signer = check_along(route, &artifact)?;
                let found = found(artifact.component().clone(), signer);
                Ok(Found { arrived: is_new.then_some(artifact), ..found })
            }
            PolicySource::Deployed(bootstrap) => Box::pin(self.look(route, bootstrap, registries)).await,
        }
    }

    /// What the store has on trial for the route.
    async fn candidate(&self, route: &Route, setup: &RouteSetup) -> Result<Option<Candidate>, PolicyProblem> {
        if !matches!(route.policy, PolicySource::Deployed(_)) {
            return Ok(None);
        }
        let name = route.name.clone();
        let standing = self.shelf.with(move |store| store.standing(&name)).await.map_err(PolicyProblem::Store)?;
        let Some((version, stage)) = standing.and_then(|standing| standing.candidate) else { return Ok(None) };
        let component = self.component(version.digest).await?;
        let module = self.engine.admit(component.clone(), setup).await?;
        let shadow = self.shadow_of(stage, component, setup).await?;
        Ok(Some(Candidate { version, stage, module, shadow }))
    }

    /// Loads a component where shadows decide, if the stage is one.
    pub(super) async fn shadow_of(
        &self,
        stage: Stage,
        component: Bytes,
        setup: &RouteSetup,
    ) -> Result<Option<Shadow>, PolicyProblem> {
        if stage != Stage::Shadow {
            return Ok(None);
        }
        let shadows = self.shadows().map_err(PolicyProblem::Shadow)?;
        let module = shadows.engine().admit(component, setup).await?;
        Ok(Some(shadows.shadow(module)))
    }

    pub(super) async fn component(&self, digest: Digest) -> Result<Bytes, PolicyProblem> {
        let component = self.shelf.with(move |store| store.component(&digest)).await.map_err(PolicyProblem::Store)?;
        component.ok_or(PolicyProblem::Gone(digest))
    }

    /// Refuses what was rolled back on this route, wherever it comes from.
    pub(super) async fn refuse_quarantined(&self, route: &Name, digest: Digest) -> Result<(), PolicyProblem> {
        let name = route.clone();
        let quarantined = self.shelf.with(move |store| store.quarantine_of(&name, &digest)).await;
        match quarantined.map_err(PolicyProblem::Store)? {
            Some(quarantined) => {
                Err(PolicyProblem::Quarantined { route: route.clone(), digest, reason: quarantined.reason })
            }
            None => Ok(()),
        }
    }

    fn shadows(&self) -> Result<Shadows, EngineError> {
        let mut shadows = self.shadows.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shadows) = &*shadows {
            return Ok(shadows.clone());
        }
        let started = Shadows::start(&self.engine)?;
        Ok(shadows.insert(started).clone())
    }
}

/// Checks the signature that came along with an artifact.
pub(super) fn check_along(route: &Route, artifact: &Artifact) -> Result<Option<PublicKey>, PolicyProblem> {
    let beside = " and push it again with `fingerpost policy push`, which takes the signature along";
    Ok(signature::check(&route.trusted_keys, artifact.component(), artifact.signature(), beside)?)
}

/// Checks the signature that lies beside a file.
pub(super) fn check_beside(route: &Route, path: &Path, component: &[u8]) -> Result<Option<PublicKey>, PolicyProblem> {
    if route.trusted_keys.is_empty() {
        return Ok(None);
    }
    let beside = format!(", and put the signature into `{}`", signature::path_for(path).display());
    Ok(signature::check(&route.trusted_keys, component, signature::beside(path)?, &beside)?)
}

pub(super) fn read(path: &Path) -> Result<Bytes, PolicyProblem> {
    std::fs::read(path).map(Bytes::from).map_err(|error| PolicyProblem::Read(path.into(), error))
}

/// What a policy is called in headers and records.
pub(super) fn label(source: &PolicySource) -> Name {
    match source {
        PolicySource::Builtin(name) => name.clone(),
        PolicySource::File(path) => path.file_stem().unwrap_or_default().to_string_lossy().into(),
        PolicySource::Oci(reference) => reference.name().into(),
        PolicySource::Deployed(_) => "deployed".into(),
    }
}
