//! What operators do to a route's policy: deploy a version, try it, promote it, release it. Each is one change: what can fail
//! comes first, then the store, then the pointer that requests read. Going back is `rollback.rs`.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::gates::{LetIn, Step, Steps};
use super::intake::{Candidate, label, own_name};
use super::{ChangeError, Lifecycle, PolicyProblem, Rehearsal, RouteProblem};
use crate::config::{Name, PolicySource};
use crate::gateway::{RouteState, now_ms};
use crate::policy::{Digest, Generation, Settings};
use crate::signature::Signature;
use crate::store::deployments::{Act, Line, NewVersion, Stage, Standing, Version, told};
use crate::trial::Trial;

/// A version to be deployed.
#[derive(Debug, Clone)]
pub struct Deploy {
    /// The component; none: that of the active version.
    pub component: Option<Bytes>,
    /// Its settings; none: those of the route's own sections, as they are now.
    pub settings: Option<Settings>,
    /// How long it took to arrive.
    pub took: Duration,
    /// Its detached signature.
    pub signature: Option<Signature>,
    /// Whether it is not asked what the route decided last.
    pub skip_rehearsal: bool,
    /// How it is tried; none: it decides from now on.
    pub stage: Option<Stage>,
    /// Who deploys it, by their own word.
    pub by: String,
}

/// A version that was deployed.
#[derive(Debug)]
pub struct Deployed {
    /// Its number among the route's versions.
    pub version: u64,
    /// The generation that decides for it.
    pub generation: Arc<Generation>,
    /// How it is tried; none: it is active.
    pub stage: Option<Stage>,
    /// The steps that it has passed.
    pub steps: Vec<Step>,
    /// What it answers to what the route decided last; none: it was not new.
    pub rehearsal: Option<Rehearsal>,
    /// Whether it was active already, so that nothing has changed.
    pub is_unchanged: bool,
}

impl Lifecycle {
    /// Admits a component with its settings, keeps both as a version, and lets it decide or puts it on trial. A candidate of
    /// before is given up, without being quarantined. Where the route's source is not `deployed`, the component is what the source
    /// says, and only the settings can be others.
    ///
    /// # Errors
    /// When it is not admitted or the component comes from elsewhere; then nothing has changed.
    pub async fn deploy(&self, name: &str, deploy: Deploy) -> Result<Deployed, ChangeError> {
        let _change = self.simulated.lock().await;
        let route = self.route(name)?;
        let failed = |problem| refused(&route, problem);
        let standing = self.standing(&route).await?;
        let component = self.component_of(&route, &deploy, standing.as_ref()).await?;
        let settings = deploy.settings.clone().unwrap_or_else(|| route.own_settings());
        let mut steps = Steps::begin();
        let let_in = self.let_in(&route, (&component, &settings), &deploy, &mut steps).await;
        let LetIn { module, signer, rehearsal } = match let_in {
            Ok(let_in) => let_in,
            Err(problem) => {
                let digest = settings.version_of(&Digest::of(&component));
                return Err(turned_away(&route, &deploy.by, digest, problem, steps));
            }
        };
        let steps = steps.passed().to_vec();
        let digest = settings.version_of(module.component_digest());
        if let Some(Standing { active, .. }) = standing.as_ref().filter(|standing| standing.active.digest == digest)
            && let Some(generation) = route.policy.current()
        {
            if deploy.stage.is_some() {
                return Err(ChangeError::AlreadyActive(route.setting.name.clone()));
            }
            // Asked again what was done already.
            let (version, rehearsal) = (active.number, Some(rehearsal));
            return Ok(Deployed { version, generation, stage: None, steps, rehearsal, is_unchanged: true });
        }
        if deploy.stage.is_some() && (standing.is_none() || route.policy.current().is_none()) {
            return Err(ChangeError::NoActive(route.setting.name.clone()));
        }
        let shadow = match deploy.stage {
            Some(stage) => {
                let setup = route.setup_with(&settings);
                self.intake.shadow_of(stage, component.clone(), &setup).await.map_err(failed)?
            }
            None => None,
        };
        let stage = deploy.stage;
        let new = NewVersion {
            digest: *module.component_digest(),
            name: self.name_of(&route, &component, standing.as_ref()),
            component,
            remark: remark(&deploy, &rehearsal),
            settings,
            signer: signer.map(|key| key.to_string()),
        };
        let version = self.keep(&route, new, stage, deploy.by).await?;
        let number = version.number;
        let generation = if let Some(stage) = stage {
            self.begin(&route, Candidate { version, stage, module, shadow }).await
        } else {
            let generation = route.policy.generation(version.name, module, version.settings);
            self.activate(&route, &generation);
            generation
        };
        let (route, digest, stage_told) = (&*route.setting.name, generation.short(), told(stage));
        tracing::info!(route, version = number, digest, stage = stage_told, "a policy was deployed");
        let rehearsal = Some(rehearsal);
        Ok(Deployed { version: number, generation, stage, steps, rehearsal, is_unchanged: false })
    }

    /// Lets the candidate decide from now on; or tries it in another way, where a stage is given.
    ///
    /// # Errors
    /// When there is none; then nothing has changed.
    pub async fn promote(&self, name: &str, stage: Option<Stage>, by: &str) -> Result<Deployed, ChangeError> {
        let _change = self.simulated.lock().await;
        let route = self.route(name)?;
        let (trial, version) = self.candidate(&route).await?;
        let (owned, number, by) = (version.clone(), version.number, by.to_owned());
        let (route_name, line) = (route.setting.name.clone(), line_of(&route));
        let mut generation = Arc::clone(trial.generation());
        if let Some(stage) = stage {
            let component =
                self.intake.component(version.component).await.map_err(|problem| refused(&route, problem))?;
            let shadow = self.intake.shadow_of(stage, component, &route.setup_with(&version.settings)).await;
            let shadow = shadow.map_err(|problem| refused(&route, problem))?;
            self.shelf
                .with(move |store| {
                    store.restage(Act { route: &route_name, line, by: &by, at: now_ms() }, &owned, stage)
                })
                .await?;
            let module = trial.generation().module().clone();
            generation = self.begin(&route, Candidate { version, stage, module, shadow }).await;
        } else {
            self.shelf
                .with(move |store| store.promote(Act { route: &route_name, line, by: &by, at: now_ms() }, &owned))
                .await?;
            self.activate(&route, &generation);
        }
        tracing::info!(route = &*route.setting.name, version = number, stage = told(stage), "a candidate was promoted");
        let (steps, rehearsal) = (Vec::new(), None);
        Ok(Deployed { version: number, generation, stage, steps, rehearsal, is_unchanged: false })
    }

    /// Lets a digest in again that was rolled back.
    ///
    /// # Errors
    /// When it is not quarantined. The beginning of a digest is enough, if it is that of no other.
    pub async fn release_digest(&self, name: &str, digest: &str, by: &str) -> Result<Digest, ChangeError> {
        let _change = self.simulated.lock().await;
        let route = self.route(name)?;
        let (route_name, line) = (route.setting.name.clone(), line_of(&route));
        let (who, start, by) = (by, digest.to_owned(), by.to_owned());
        let released = self.shelf.with(move |store| {
            let quarantined = store.quarantined(&route_name)?;
            let mut meant =
                quarantined.iter().filter(|one| !start.is_empty() && one.digest.to_string().starts_with(&start));
            let (Some(one), None) = (meant.next(), meant.next()) else { return Ok(None) };
            store.release(Act { route: &route_name, line, by: &by, at: now_ms() }, &one.digest)?;
            Ok(Some(one.digest))
        });
        let unknown = || ChangeError::NotQuarantined(route.setting.name.clone(), digest.to_owned());
        let released = released.await?.ok_or_else(unknown)?;
        tracing::info!(route = name, by = who, digest = released.short(), "a quarantined policy was released");
        Ok(released)
    }

    /// The component that is meant. Where the route's source says which it is, nobody else does.
    async fn component_of(
        &self,
        route: &RouteState,
        deploy: &Deploy,
        standing: Option<&Standing>,
    ) -> Result<Bytes, ChangeError> {
        let active = standing.map(|standing| standing.active.component);
        let Some(component) = &deploy.component else {
            let active = active.ok_or_else(|| ChangeError::NoActive(route.setting.name.clone()))?;
            return self.intake.component(active).await.map_err(|problem| refused(route, problem));
        };
        let source_of_truth = match &route.setting.policy {
            PolicySource::Deployed(_) => return Ok(component.clone()),
            PolicySource::Builtin(builtin) => format!("the binary (`{builtin}`)"),
            PolicySource::File(path) => format!("the file `{}`", path.display()),
            PolicySource::Oci(reference) => format!("a registry (`{reference}`)"),
        };
        let named = standing.and_then(|standing| standing.said.as_ref()?.component);
        if [active, named].contains(&Some(Digest::of(component))) {
            return Ok(component.clone());
        }
        Err(ChangeError::OtherSource { route: route.setting.name.clone(), source_of_truth })
    }

    /// What a component is called in headers and records.
    fn name_of(&self, route: &RouteState, component: &Bytes, standing: Option<&Standing>) -> Name {
        let digest = Digest::of(component);
        match standing.map(|standing| &standing.active).filter(|active| active.component == digest) {
            Some(active) => active.name.clone(),
            None if line_of(route) == Line::Source => label(&route.setting.policy),
            None => own_name(component).unwrap_or_else(|| label(&route.setting.policy)),
        }
    }

    /// Keeps what was let in as the route's next version.
    async fn keep(
        &self,
        route: &RouteState,
        new: NewVersion,
        stage: Option<Stage>,
        by: String,
    ) -> Result<Version, ChangeError> {
        let (name, line) = (route.setting.name.clone(), line_of(route));
        let kept = self
            .shelf
            .with(move |store| store.deploy(Act { route: &name, line, by: &by, at: now_ms() }, "deploy", &new, stage));
        Ok(kept.await?)
    }

    /// Puts a candidate on trial, with nothing counted.
    async fn begin(&self, route: &RouteState, candidate: Candidate) -> Arc<Generation> {
        self.trials.forget(route.setting.name.clone()).await;
        let trial = candidate.begin(&route.policy);
        let generation = Arc::clone(trial.generation());
        route.trial.store(Some(Arc::new(trial)));
        generation
    }

    /// Makes a generation the current one, ends the trial, and keeps what it replaces compiled.
    pub(super) fn activate(&self, route: &RouteState, generation: &Arc<Generation>) {
        if let Some(replaced) = route.policy.current() {
            self.shelf.keep_compiled(&route.setting.name, replaced.module().clone());
        }
        route.policy.activate(Arc::clone(generation));
        self.kept_out().remove(&route.setting.name);
        route.trial.store(None);
    }

    /// The route's candidate, and what the store has of it.
    async fn candidate(&self, route: &RouteState) -> Result<(Arc<Trial>, Version), ChangeError> {
        let none = || ChangeError::NoCandidate(route.setting.name.clone());
        let trial = route.trial.load_full().ok_or_else(none)?;
        let standing = self.standing(route).await?;
        let (version, _) = standing.and_then(|standing| standing.candidate).ok_or_else(none)?;
        Ok((trial, version))
    }

    pub(super) async fn standing(&self, route: &RouteState) -> Result<Option<Standing>, ChangeError> {
        let (name, line) = (route.setting.name.clone(), line_of(route));
        Ok(self.shelf.with(move |store| store.standing(&name, line)).await?)
    }
}

/// Whose word says which component the route has.
pub(super) fn line_of(route: &RouteState) -> Line {
    Line::of(&route.setting.policy)
}

/// What the history says of a deployment besides how it is tried.
fn remark(deploy: &Deploy, rehearsal: &Rehearsal) -> String {
    let settings = if deploy.settings.is_some() { "with settings of its own; " } else { "" };
    format!("{settings}{}", rehearsal.in_short())
}

pub(super) fn refused(route: &RouteState, problem: PolicyProblem) -> ChangeError {
    match problem {
        PolicyProblem::Store(error) => ChangeError::Store(error),
        PolicyProblem::Shadow(error) => ChangeError::Shadow(error),
        problem => ChangeError::Policies(vec![RouteProblem::new(&route.setting.name, problem)]),
    }
}

/// Refuses what failed one of the steps. Nothing of it is kept but a line of the log.
fn turned_away(route: &RouteState, by: &str, digest: Digest, problem: PolicyProblem, steps: Steps) -> ChangeError {
    let (step, route_name) = (problem.step(), &*route.setting.name);
    tracing::warn!(route = route_name, by, digest = digest.short(), step, %problem, "a deployment was refused");
    let mut refused = refused(route, problem);
    if let ChangeError::Policies(problems) = &mut refused
        && let [problem] = &mut problems[..]
    {
        problem.steps = Some(Box::new(steps.fail(step)));
    }
    refused
}
