//! How a route's deployments look to operators.

use serde::Serialize;

use super::{ChangeError, Lifecycle};
use crate::config::{Name, PolicySource};
use crate::policy::{Digest, PolicyStatus, Settings};
use crate::store::deployments::{Audited, Quarantined, Stage, Standing, Version};
use crate::trial::{Counted, Seen, Verdict};

/// Versions and acts that a history shows.
const SHOWN: u32 = 100;

/// What a route's policy is, and what is tried in its place.
#[derive(Debug, Serialize)]
pub struct DeploymentStatus {
    /// The route.
    pub route: Name,
    /// Where its policy comes from: `builtin`, `file`, `oci` or `deployed`.
    pub source: &'static str,
    /// The generation that decides.
    pub policy: PolicyStatus,
    /// What the config's file says, whether it decides or not.
    pub file: FileSays,
    /// What keeps the policy out that the file names; none: nothing does.
    pub problem: Option<String>,
    /// The version that decides, or is to; none: there never was one.
    pub active: Option<Version>,
    /// What is on trial.
    pub candidate: Option<CandidateStatus>,
    /// What may not decide.
    pub quarantined: Vec<Quarantined>,
}

/// What the config's file says of a route's policy.
#[derive(Debug, Serialize)]
pub struct FileSays {
    /// What its sections say.
    pub settings: Settings,
    /// The component that its source names, by its digest; none: the source is `deployed`, and names none.
    pub component: Option<Digest>,
    /// Whether the version that decides has these settings, and this component where one is named.
    pub decides: bool,
}

/// How a candidate does.
#[derive(Debug, Serialize)]
pub struct CandidateStatus {
    /// The version.
    pub version: Option<Version>,
    /// How it is tried.
    pub stage: Stage,
    /// What it did since the trial began.
    pub candidate: Counted,
    /// What the active version did since then.
    pub active: Counted,
    /// What the present window says.
    pub result: Verdict,
}

/// What was done to a route.
#[derive(Debug, Serialize)]
pub struct History {
    /// The route.
    pub route: Name,
    /// Its latest versions, the latest first.
    pub versions: Vec<Version>,
    /// What was done, the latest first.
    pub audit: Vec<Audited>,
    /// What may not decide.
    pub quarantined: Vec<Quarantined>,
}

impl Lifecycle {
    /// What a route's policy is, and what is tried in its place.
    ///
    /// # Errors
    /// When there is no such route, or the store cannot be read.
    pub async fn status(&self, name: &str) -> Result<DeploymentStatus, ChangeError> {
        let route = self.route(name)?;
        let (active, tried, said) = match self.standing(&route).await? {
            Some(Standing { active, candidate, said }) => (Some(active), candidate.map(|(version, _)| version), said),
            None => (None, None, None),
        };
        let (settings, component) = (route.own_settings(), said.and_then(|said| said.component));
        let decides = route.policy.current().is_some_and(|present| {
            let is_named = |component: Digest| component == *present.module().component_digest();
            *present.settings() == settings && component.is_none_or(is_named)
        });
        let candidate = route.trial.load_full().map(|trial| {
            let (counted, beside) = trial.comparison().total();
            CandidateStatus {
                version: tried.filter(|version| version.number == trial.version()),
                stage: trial.stage(),
                candidate: counted,
                active: beside,
                result: trial.comparison().judge(&route.setting.canary),
            }
        });
        let asked = route.setting.name.clone();
        let quarantined = self.shelf.with(move |store| store.quarantined(&asked)).await?;
        Ok(DeploymentStatus {
            route: route.setting.name.clone(),
            source: match &route.setting.policy {
                PolicySource::Builtin(_) => "builtin",
                PolicySource::File(_) => "file",
                PolicySource::Oci(_) => "oci",
                PolicySource::Deployed(_) => "deployed",
            },
            policy: route.policy.status(),
            file: FileSays { settings, component, decides },
            problem: self.kept_out().get(&route.setting.name).cloned(),
            active,
            candidate,
            quarantined,
        })
    }

    /// What was done to a route's policy, and by whom.
    ///
    /// # Errors
    /// When there is no such route, or the store cannot be read.
    pub async fn history(&self, name: &str) -> Result<History, ChangeError> {
        let route = self.route(name)?.setting.name.clone();
        let asked = route.clone();
        let read = self.shelf.with(move |store| {
            Ok((store.versions(&asked, SHOWN)?, store.audited(&asked, SHOWN)?, store.quarantined(&asked)?))
        });
        let (versions, audit, quarantined) = read.await?;
        Ok(History { route, versions, audit, quarantined })
    }

    /// Where the route's shadow decided otherwise than the active version.
    ///
    /// # Errors
    /// When there is no such route, or it has no shadow.
    pub fn differences(&self, name: &str) -> Result<Seen, ChangeError> {
        let route = self.route(name)?;
        let name = || route.setting.name.clone();
        let trial = route.trial.load_full().ok_or_else(|| ChangeError::NoCandidate(name()))?;
        trial.differences().ok_or_else(|| ChangeError::NoShadow(name()))
    }
}
