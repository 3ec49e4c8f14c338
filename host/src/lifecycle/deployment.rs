//! What operators do to a route's policy: deploy a version, try it, promote it, go back. Each is one change: what can fail
//! comes first, then the store, then the pointer that requests read. Only going back is the other way round, for it must
//! work on a disk that takes nothing.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::gates::{LetIn, Step, Steps};
use super::intake::{Candidate, label};
use super::{ChangeError, Lifecycle, PolicyProblem, Rehearsal, RouteProblem};
use crate::config::PolicySource;
use crate::gateway::{RouteState, now_ms};
use crate::policy::{Digest, Generation, Module};
use crate::signature::Signature;
use crate::store::deployments::{Act, NewVersion, Stage, Standing, Version, told};
use crate::trial::Trial;

/// A version to be deployed.
#[derive(Debug, Clone)]
pub struct Deploy {
    /// The component.
    pub component: Bytes,
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
}

impl Lifecycle {
    /// Admits a component for a route whose source is `deployed`, keeps it, and lets it decide or puts it on trial. A candidate
    /// of before is given up, without being quarantined.
    ///
    /// # Errors
    /// When it is not admitted or the route's policy comes from elsewhere; then nothing has changed.
    pub async fn deploy(&self, name: &str, deploy: Deploy) -> Result<Deployed, ChangeError> {
        let _change = self.simulated.lock().await;
        let route = self.deployable(name)?;
        let failed = |problem| refused(&route, problem);
        let mut steps = Steps::begin();
        let let_in = self.let_in(&route, &deploy, &mut steps).await;
        let LetIn { module, signer, rehearsal } = match let_in {
            Ok(let_in) => let_in,
            Err(problem) => return Err(turned_away(&route, &deploy, problem, steps)),
        };
        let steps = steps.passed().to_vec();
        let standing = self.standing(&route).await?;
        let is_active = |standing: &Standing| standing.active.digest == *module.component_digest();
        if let Some(Standing { active, .. }) = standing.as_ref().filter(|standing| is_active(standing))
            && let Some(generation) = route.policy.current()
        {
            if deploy.stage.is_some() {
                return Err(ChangeError::AlreadyActive(route.setting.name.clone()));
            }
            // Asked again what was done already.
            return Ok(Deployed { version: active.number, generation, stage: None, steps, rehearsal: Some(rehearsal) });
        }
        if deploy.stage.is_some() && (standing.is_none() || route.policy.current().is_none()) {
            return Err(ChangeError::NoActive(route.setting.name.clone()));
        }
        let shadow = match deploy.stage {
            Some(stage) => {
                self.intake.shadow_of(stage, deploy.component.clone(), &route.setup).await.map_err(failed)?
            }
            None => None,
        };
        let (stage, signer) = (deploy.stage, signer.map(|key| key.to_string()));
        let version = self.keep(&route, deploy, &module, signer, &rehearsal).await?;
        let number = version.number;
        let generation = if let Some(stage) = stage {
            self.begin(&route, Candidate { version, stage, module, shadow }).await
        } else {
            let generation = route.policy.generation(version.name, module);
            self.activate(&route, &generation);
            generation
        };
        tracing::info!(route = &*route.setting.name, version = number, stage = told(stage), "a policy was deployed");
        Ok(Deployed { version: number, generation, stage, steps, rehearsal: Some(rehearsal) })
    }

    /// Lets the candidate decide from now on; or tries it in another way, where a stage is given.
    ///
    /// # Errors
    /// When there is none; then nothing has changed.
    pub async fn promote(&self, name: &str, stage: Option<Stage>, by: &str) -> Result<Deployed, ChangeError> {
        let _change = self.simulated.lock().await;
        let route = self.deployable(name)?;
        let (trial, version) = self.candidate(&route).await?;
        let (owned, number, by) = (version.clone(), version.number, by.to_owned());
        let route_name = route.setting.name.clone();
        let mut generation = Arc::clone(trial.generation());
        if let Some(stage) = stage {
            let component = self.intake.component(version.digest).await.map_err(|problem| refused(&route, problem))?;
            let shadow = self.intake.shadow_of(stage, component, &route.setup).await;
            let shadow = shadow.map_err(|problem| refused(&route, problem))?;
            self.shelf
                .with(move |store| store.restage(Act { route: &route_name, by: &by, at: now_ms() }, &owned, stage))
                .await?;
            let module = trial.generation().module().clone();
            generation = self.begin(&route, Candidate { version, stage, module, shadow }).await;
        } else {
            self.shelf
                .with(move |store| store.promote(Act { route: &route_name, by: &by, at: now_ms() }, &owned))
                .await?;
            self.activate(&route, &generation);
        }
        tracing::info!(route = &*route.setting.name, version = number, stage = told(stage), "a candidate was promoted");
        Ok(Deployed { version: number, generation, stage, steps: Vec::new(), rehearsal: None })
    }

    /// Gives up the candidate, or where there is none, goes back to the version before; and quarantines what was given up. Gives
    /// the active version.
    ///
    /// # Errors
    /// When there is nothing to go back to, or the version before cannot be had. Where only the store fails, it has been gone
    /// back, and a restart would not know.
    pub async fn roll_back(&self, name: &str, by: &str, reason: &str) -> Result<Version, ChangeError> {
        let _change = self.simulated.lock().await;
        let route = self.deployable(name)?;
        let active = self.go_back(&route, by, reason).await?;
        route.metrics.rolled_back("operator");
        tracing::info!(route = name, by, reason, version = active.number, "an operator went back");
        Ok(active)
    }

    /// Lets a digest in again that was rolled back.
    ///
    /// # Errors
    /// When it is not quarantined. The beginning of a digest is enough, if it is that of no other.
    pub async fn release_digest(&self, name: &str, digest: &str, by: &str) -> Result<Digest, ChangeError> {
        let _change = self.simulated.lock().await;
        let route = self.route(name)?;
        let route_name = route.setting.name.clone();
        let (who, start, by) = (by, digest.to_owned(), by.to_owned());
        let released = self.shelf.with(move |store| {
            let quarantined = store.quarantined(&route_name)?;
            let mut meant =
                quarantined.iter().filter(|one| !start.is_empty() && one.digest.to_string().starts_with(&start));
            let (Some(one), None) = (meant.next(), meant.next()) else { return Ok(None) };
            store.release(Act { route: &route_name, by: &by, at: now_ms() }, &one.digest)?;
            Ok(Some(one.digest))
        });
        let unknown = || ChangeError::NotQuarantined(route.setting.name.clone(), digest.to_owned());
        let released = released.await?.ok_or_else(unknown)?;
        tracing::info!(route = name, by = who, digest = released.short(), "a quarantined policy was released");
        Ok(released)
    }

    /// Goes back while the change is held.
    pub(super) async fn go_back(&self, route: &RouteState, by: &str, reason: &str) -> Result<Version, ChangeError> {
        let name = route.setting.name.clone();
        let (by, reason) = (by.to_owned(), reason.to_owned());
        if let Some(trial) = route.trial.swap(None) {
            let (standing, withdrawn) = (self.standing(route).await?, trial.version());
            let Some(Standing { active, candidate: Some((version, _)) }) = standing else {
                return Err(ChangeError::NoCandidate(name));
            };
            debug_assert_eq!(version.number, withdrawn, "the store and the route know the same candidate");
            self.shelf
                .with(move |store| store.withdraw(Act { route: &name, by: &by, at: now_ms() }, &version, &reason))
                .await?;
            return Ok(active);
        }
        let Some(Standing { active, .. }) = self.standing(route).await? else {
            return Err(ChangeError::NothingEarlier(name));
        };
        let (asked, from) = (name.clone(), active.clone());
        let earlier = self.shelf.with(move |store| store.before(&asked, &from)).await?;
        let Some(earlier) = earlier else { return Err(ChangeError::NothingEarlier(name)) };
        let module = match self.shelf.compiled_of(&name, &earlier.digest) {
            Some(module) => module,
            None => {
                let admitted = async {
                    let component = self.intake.component(earlier.digest).await?;
                    Ok(self.intake.engine().admit(component, &route.setup).await?)
                };
                admitted.await.map_err(|problem| refused(route, problem))?
            }
        };
        route.policy.install(earlier.name.clone(), module);
        self.kept_out().remove(&route.setting.name);
        let to = earlier.clone();
        self.shelf
            .with(move |store| store.roll_back(Act { route: &name, by: &by, at: now_ms() }, &active, &to, &reason))
            .await?;
        Ok(earlier)
    }

    /// Keeps what was let in as the route's next version.
    async fn keep(
        &self,
        route: &RouteState,
        deploy: Deploy,
        module: &Module,
        signer: Option<String>,
        rehearsal: &Rehearsal,
    ) -> Result<Version, ChangeError> {
        let Deploy { component, stage, by, .. } = deploy;
        let new = NewVersion {
            digest: *module.component_digest(),
            component,
            name: label(&route.setting.policy),
            config: route.setting.policy_config.to_string(),
            signer,
            remark: rehearsal.in_short(),
        };
        let name = route.setting.name.clone();
        let kept = self
            .shelf
            .with(move |store| store.deploy(Act { route: &name, by: &by, at: now_ms() }, "deploy", &new, stage));
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
    fn activate(&self, route: &RouteState, generation: &Arc<Generation>) {
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
        let name = route.setting.name.clone();
        Ok(self.shelf.with(move |store| store.standing(&name)).await?)
    }

    /// A route whose policy is what was deployed.
    fn deployable(&self, name: &str) -> Result<Arc<RouteState>, ChangeError> {
        let route = self.route(name)?;
        let source_of_truth = match &route.setting.policy {
            PolicySource::Deployed(_) => return Ok(route),
            PolicySource::Builtin(builtin) => format!("the binary (`{builtin}`)"),
            PolicySource::File(path) => format!("the file `{}`", path.display()),
            PolicySource::Oci(reference) => format!("a registry (`{reference}`)"),
        };
        Err(ChangeError::OtherSource { route: route.setting.name.clone(), source_of_truth })
    }
}

fn refused(route: &RouteState, problem: PolicyProblem) -> ChangeError {
    match problem {
        PolicyProblem::Store(error) => ChangeError::Store(error),
        PolicyProblem::Shadow(error) => ChangeError::Shadow(error),
        problem => ChangeError::Policies(vec![RouteProblem::new(&route.setting.name, problem)]),
    }
}

/// Refuses what failed one of the steps. Nothing of it is kept but a line of the log.
fn turned_away(route: &RouteState, deploy: &Deploy, problem: PolicyProblem, steps: Steps) -> ChangeError {
    let (digest, step) = (Digest::of(&deploy.component), problem.step());
    let (route_name, by) = (&*route.setting.name, &*deploy.by);
    tracing::warn!(route = route_name, by, digest = digest.short(), step, %problem, "a deployment was refused");
    let mut refused = refused(route, problem);
    if let ChangeError::Policies(problems) = &mut refused
        && let [problem] = &mut problems[..]
    {
        problem.steps = Some(Box::new(steps.fail(step)));
    }
    refused
}
