//! Going back: from a candidate to the active version, or from that to one before it. Here the pointer that requests read comes
//! before the store, for it must work on a disk that takes nothing. What is gone back to is admitted with what the route has today;
//! where it refuses that, people are offered the next one, and the gateway itself takes it.

use super::deployment::{line_of, refused};
use super::{ChangeError, Lifecycle, PolicyProblem, Refusing};
use crate::gateway::{RouteState, now_ms};
use crate::policy::{Engine, Module};
use crate::store::deployments::{Act, Standing, Version};

/// Who goes back, and how.
#[derive(Debug, Clone, Copy)]
pub struct Back<'a> {
    /// Who, by their own word.
    pub by: &'a str,
    /// Why.
    pub reason: &'a str,
    /// To which version; none: a candidate is given up, or else the latest version that was active before.
    pub to: Option<u64>,
    /// Whether the next version before is taken where one refuses what the route has today: nobody is there to choose.
    pub is_automatic: bool,
}

impl Lifecycle {
    /// Gives up the candidate, or where there is none, goes back to the version before; and quarantines what was given up. Gives
    /// the active version.
    ///
    /// # Errors
    /// When there is nothing to go back to, or the version before cannot be had. Where only the store fails, it has been gone
    /// back, and a restart would not know.
    pub async fn roll_back(&self, name: &str, back: Back<'_>) -> Result<Version, ChangeError> {
        let _change = self.simulated.lock().await;
        let route = self.route(name)?;
        let active = self.go_back(&route, back).await?;
        route.metrics.rolled_back("operator");
        let (by, reason, digest) = (back.by, back.reason, active.digest.short());
        tracing::info!(route = name, by, reason, version = active.number, digest, "an operator went back");
        Ok(active)
    }

    /// Goes back while the change is held.
    pub(super) async fn go_back(&self, route: &RouteState, back: Back<'_>) -> Result<Version, ChangeError> {
        let (name, line) = (route.setting.name.clone(), line_of(route));
        let (by, reason) = (back.by.to_owned(), back.reason.to_owned());
        if back.to.is_none()
            && let Some(trial) = route.trial.swap(None)
        {
            let (standing, withdrawn) = (self.standing(route).await?, trial.version());
            let Some(Standing { active, candidate: Some((version, _)), .. }) = standing else {
                return Err(ChangeError::NoCandidate(name));
            };
            debug_assert_eq!(version.number, withdrawn, "the store and the route know the same candidate");
            self.shelf
                .with(move |store| store.withdraw(Act { route: &name, line, by: &by, at: now_ms() }, &version, &reason))
                .await?;
            return Ok(active);
        }
        let Some(Standing { active, .. }) = self.standing(route).await? else {
            return Err(ChangeError::NothingEarlier(name));
        };
        let (earlier, module) = self.earlier(route, &active, back).await?;
        route.policy.install(earlier.name.clone(), module, earlier.settings.clone());
        route.trial.store(None);
        self.kept_out().remove(&route.setting.name);
        let to = earlier.clone();
        self.shelf
            .with(move |store| {
                store.roll_back(Act { route: &name, line, by: &by, at: now_ms() }, &active, &to, &reason)
            })
            .await?;
        Ok(earlier)
    }

    /// The version that is gone back to, admitted with what the route has today.
    async fn earlier(
        &self,
        route: &RouteState,
        active: &Version,
        back: Back<'_>,
    ) -> Result<(Version, Module), ChangeError> {
        let (name, line, from) = (route.setting.name.clone(), line_of(route), active.clone());
        let mut versions = self.shelf.with(move |store| store.returnable(&name, line, &from)).await?;
        let name = || route.setting.name.clone();
        if let Some(number) = back.to {
            let wanted = versions.into_iter().find(|one| one.number == number);
            let wanted = wanted.ok_or_else(|| ChangeError::NotReturnable(name(), number))?;
            return match self.admit_anew(route, &wanted).await {
                Ok(module) => Ok((wanted, module)),
                Err(problem) => Err(refused(route, problem)),
            };
        }
        versions.retain(|one| one.number < active.number);
        let mut refusing = None;
        for version in versions {
            match self.admit_anew(route, &version).await {
                Ok(module) => match refusing {
                    Some((first, problem)) if !back.is_automatic => {
                        let next = Some((version.number, version.digest));
                        return Err(ChangeError::EarlierRefuses(Box::new(Refusing::new(
                            name(),
                            &first,
                            problem,
                            next,
                        ))));
                    }
                    _ => return Ok((version, module)),
                },
                Err(problem) if problem.blames_version() => {
                    let (number, digest) = (version.number, version.digest.short());
                    tracing::warn!(route = &*route.setting.name, version = number, digest, %problem, "an earlier version is not let in");
                    refusing = refusing.or(Some((version, problem)));
                }
                Err(problem) => return Err(refused(route, problem)),
            }
        }
        Err(match refusing {
            Some((first, problem)) => {
                ChangeError::EarlierRefuses(Box::new(Refusing::new(name(), &first, problem, None)))
            }
            None => ChangeError::NothingEarlier(name()),
        })
    }

    /// A version of before with the route's present surroundings; where those are the same, as it was compiled then.
    async fn admit_anew(&self, route: &RouteState, version: &Version) -> Result<Module, PolicyProblem> {
        let setup = route.setup_with(&version.settings);
        let kept = Engine::key(&version.component, &setup);
        if let Some(module) = kept.and_then(|key| self.shelf.compiled_of(&route.setting.name, &key)) {
            return Ok(module);
        }
        let component = self.intake.component(version.component).await?;
        Ok(self.intake.engine().admit(component, &setup).await?)
    }
}
