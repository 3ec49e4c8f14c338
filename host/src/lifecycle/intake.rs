//! Where each route's policy comes from, and its way in: the source is asked for the component, `versions.rs` says which version
//! is wanted, signature and quarantine are checked, and the engine admits it. With the source `deployed` the component is what
//! the store says, and until the store says something, the bootstrap.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use super::PolicyProblem;
use super::error::OfVersion;
use super::registries::Registries;
use super::shelf::Shelf;
use super::versions::Wanted;
use crate::builtin;
use crate::config::{Name, PolicySource, Registry, Route};
use crate::gateway::with_settings;
use crate::policy::wire::RouteSetup;
use crate::policy::{Digest, Engine, EngineError, Module, RoutePolicy, Settings};
use crate::registry::Artifact;
use crate::signature::{self, PublicKey, Signed};
use crate::store::deployments::{Adopted, Line, NewVersion, Quarantined, Said, Stage, Standing, Version};
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

/// What a route is to run, admitted.
#[derive(Debug)]
pub(super) struct Admitted {
    pub(super) route: Name,
    pub(super) line: Line,
    pub(super) label: Name,
    pub(super) module: Module,
    pub(super) component: Bytes,
    pub(super) settings: Settings,
    pub(super) signer: Option<String>,
    /// What the config's file says, where that is to be noted.
    pub(super) said: Option<Said>,
    /// What the audit calls the coming of a new version; none: the active one goes on.
    pub(super) comes: Option<&'static str>,
    /// What the audit says besides.
    pub(super) remark: String,
    /// Whether what is on trial is given up.
    pub(super) ends_trial: bool,
    /// Why the active version goes on, where the config brings another one that is not let in.
    pub(super) kept_out: Option<PolicyProblem>,
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
pub(super) struct Found {
    pub(super) component: Bytes,
    pub(super) label: Name,
    pub(super) signer: Option<PublicKey>,
    /// What has just come from a registry, and is kept once it is let in.
    pub(super) arrived: Option<Artifact>,
}

impl Admitted {
    /// What the store has to note of it; none: nothing.
    pub(super) fn adopted(&self) -> Option<Adopted> {
        let new = |action| {
            let new = NewVersion {
                digest: *self.module.component_digest(),
                component: self.component.clone(),
                name: self.label.clone(),
                settings: self.settings.clone(),
                signer: self.signer.clone(),
                remark: self.remark.clone(),
            };
            (action, new)
        };
        let (said, new) = (self.said.clone()?, self.comes.map(new));
        Some(Adopted { route: self.route.clone(), line: self.line, said, new, ends_trial: self.ends_trial })
    }
}

impl Candidate {
    /// Puts it on trial, with nothing counted.
    pub(super) fn begin(self, policy: &RoutePolicy) -> Trial {
        let Self { version, stage, module, shadow } = self;
        Trial::new(version.number, policy.generation(version.name, module, version.settings), stage, shadow)
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

    /// Admits what the route is to run, and what the store has on trial. With `lenient` the active version goes on where the
    /// config brings one that is not let in, and a candidate that cannot be had is left out.
    pub(super) async fn admit(
        &self,
        route: &Route,
        registries: &BTreeMap<Name, Registry>,
        setup: &RouteSetup,
        lenient: bool,
    ) -> Result<Admitted, PolicyProblem> {
        let standing = self.standing(route).await?;
        let found = match (&standing, &route.policy) {
            // Once there is a version, the bootstrap counts no more.
            (Some(_), PolicySource::Deployed(_)) => None,
            (_, source) => Some(self.look(route, source, registries).await?),
        };
        self.admit_found(route, setup, standing, found, lenient).await
    }

    /// The same, once the component is found that the source names.
    pub(super) async fn admit_found(
        &self,
        route: &Route,
        setup: &RouteSetup,
        standing: Option<Standing>,
        found: Option<Found>,
        lenient: bool,
    ) -> Result<Admitted, PolicyProblem> {
        let (line, own) = (Line::of(&route.policy), Settings::of(&route.policy_config));
        let named = found.as_ref().map(|found| Digest::of(&found.component));
        let wanted = Wanted::by_file(&own, named.as_ref(), standing.as_ref());
        let wanted = wanted.ok_or_else(|| PolicyProblem::Gone(named.unwrap_or(Digest::of(b""))))?;
        let admitted = self.admit_wanted(route, setup, standing.as_ref(), found, &wanted).await;
        let mut admitted = match (admitted, &standing) {
            (Err(problem), Some(standing)) if lenient && wanted.is_new && problem.blames_version() => {
                let active = &standing.active;
                let (component, settings) = (active.component, active.settings.clone());
                let goes_on = Wanted { component, settings, is_new: false, is_said_anew: false };
                // Where it cannot go on either, what the config brings is to blame all the same.
                match self.admit_wanted(route, setup, Some(standing), None, &goes_on).await {
                    Ok(admitted) => Admitted { kept_out: Some(problem), ..admitted },
                    Err(_) => return Err(problem),
                }
            }
            (Err(problem), Some(standing))
                if !wanted.is_new && standing.active.settings != own && problem.blames_version() =>
            {
                return Err(OfVersion::problem(&route.name, &standing.active, false, problem));
            }
            (admitted, _) => admitted?,
        };
        if wanted.is_said_anew && admitted.kept_out.is_none() {
            admitted.said = Some(Said { settings: own, component: named.filter(|_| line == Line::Source) });
        }
        admitted.candidate = match self.candidate(&route.name, standing, setup).await {
            Err(problem) if lenient => {
                tracing::error!(route = &*route.name, %problem, "what was on trial cannot be tried any more");
                None
            }
            candidate => candidate?,
        };
        Ok(admitted)
    }

    /// Admits one version.
    async fn admit_wanted(
        &self,
        route: &Route,
        setup: &RouteSetup,
        standing: Option<&Standing>,
        found: Option<Found>,
        wanted: &Wanted,
    ) -> Result<Admitted, PolicyProblem> {
        let active = standing.map(|standing| &standing.active);
        let is_it = |found: &Found| Digest::of(&found.component) == wanted.component;
        let (component, label, signer, arrived) = match (found.filter(is_it), active) {
            (Some(Found { component, label, signer, arrived }), _) => {
                (component, label, signer.map(|key| key.to_string()), arrived)
            }
            (None, Some(active)) => {
                (self.component(wanted.component).await?, active.name.clone(), active.signer.clone(), None)
            }
            (None, None) => return Err(PolicyProblem::Gone(wanted.component)),
        };
        self.refuse_quarantined(&route.name, &wanted.component, &wanted.settings).await?;
        let module = self.engine.admit(component.clone(), &with_settings(setup, &wanted.settings)).await?;
        if let Some(arrived) = arrived {
            self.registries.let_in(&self.engine, arrived).await?;
        }
        let comes = if active.is_some() { "config" } else { "bootstrap" };
        Ok(Admitted {
            route: route.name.clone(),
            line: Line::of(&route.policy),
            label,
            module,
            component,
            settings: wanted.settings.clone(),
            signer,
            said: None,
            comes: wanted.is_new.then_some(comes),
            remark: String::new(),
            ends_trial: false,
            kept_out: None,
            candidate: None,
        })
    }

    /// What the versions of the route are doing.
    pub(super) async fn standing(&self, route: &Route) -> Result<Option<Standing>, PolicyProblem> {
        let (name, line) = (route.name.clone(), Line::of(&route.policy));
        self.shelf.with(move |store| store.standing(&name, line)).await.map_err(PolicyProblem::Store)
    }

    /// Looks where a source says.
    async fn look(
        &self,
        route: &Route,
        source: &PolicySource,
        registries: &BTreeMap<Name, Registry>,
    ) -> Result<Found, PolicyProblem> {
        let label = label(source);
        let found = |component, signer| Found { component, label, signer, arrived: None };
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

    /// What the store has on trial, with its own settings.
    async fn candidate(
        &self,
        route: &Name,
        standing: Option<Standing>,
        setup: &RouteSetup,
    ) -> Result<Option<Candidate>, PolicyProblem> {
        let Some((version, stage)) = standing.and_then(|standing| standing.candidate) else { return Ok(None) };
        let out = self.refuse_quarantined(route, &version.component, &version.settings).await;
        if matches!(out, Err(PolicyProblem::Quarantined { .. })) {
            // It was rolled back since, where the route had another source.
            return Ok(None);
        }
        out?;
        let component = self.component(version.component).await?;
        let setup = with_settings(setup, &version.settings);
        let module = self.engine.admit(component.clone(), &setup).await;
        let module = module.map_err(|error| OfVersion::problem(route, &version, true, error.into()))?;
        let shadow = self.shadow_of(stage, component, &setup).await?;
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
    pub(super) async fn refuse_quarantined(
        &self,
        route: &Name,
        component: &Digest,
        settings: &Settings,
    ) -> Result<(), PolicyProblem> {
        let (name, component, wanted) = (route.clone(), *component, settings.clone());
        let quarantined = self.shelf.with(move |store| store.quarantine_of(&name, &component, &wanted)).await;
        match quarantined.map_err(PolicyProblem::Store)? {
            Some(Quarantined { digest, reason, .. }) => {
                Err(PolicyProblem::Quarantined { route: route.clone(), digest, reason })
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
    let settings = Settings::of(&route.policy_config);
    let signed = Signed { component: artifact.component(), settings: &settings, is_own: true };
    Ok(signature::check(&route.trusted_keys, signed, artifact.signature(), beside)?)
}

/// Checks the signature that lies beside a file.
pub(super) fn check_beside(route: &Route, path: &Path, component: &[u8]) -> Result<Option<PublicKey>, PolicyProblem> {
    if route.trusted_keys.is_empty() {
        return Ok(None);
    }
    let beside = format!(", and put the signature into `{}`", signature::path_for(path).display());
    let settings = Settings::of(&route.policy_config);
    let signed = Signed { component, settings: &settings, is_own: true };
    Ok(signature::check(&route.trusted_keys, signed, signature::beside(path)?, &beside)?)
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

/// The name that a component carries, of the crate that it was built from; none: it carries none that a header could show.
pub(super) fn own_name(component: &[u8]) -> Option<Name> {
    let name = fingerpost_guest_build::component_name(component).ok().flatten()?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (!name.is_empty() && name.len() <= 64 && name.chars().all(is_plain)).then(|| name.into())
}
