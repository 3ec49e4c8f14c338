//! A policy file that has changed on disk, taken over.

use std::sync::Arc;

use super::intake::{self, label};
use super::{ChangeError, Lifecycle, PolicyProblem, RouteProblem};
use crate::config::PolicySource;
use crate::policy::{Digest, Generation};
use crate::testing::run_own_fixtures;

impl Lifecycle {
    /// Looks at a route's policy file again; if it changed, admits it and lets it decide. Gives the new generation.
    ///
    /// # Errors
    /// When it is not admitted; then nothing has changed.
    pub async fn refresh_file(&self, name: &str) -> Result<Option<Arc<Generation>>, ChangeError> {
        let _change = self.simulated.lock().await;
        let route = self.route(name)?;
        let PolicySource::File(path) = &route.setting.policy else { return Ok(None) };
        let failed = |problem| ChangeError::Policies(vec![RouteProblem { route: route.setting.name.clone(), problem }]);
        let component = intake::read(path).map_err(failed)?;
        let digest = Digest::of(&component);
        let present = route.policy.current();
        let is_present = present.is_some_and(|generation| *generation.module().component_digest() == digest);
        if is_present || self.refused().get(name) == Some(&digest) {
            return Ok(None);
        }
        let admitted = async {
            // A signature that comes later than its file changes what is said of the file: it is not remembered as refused.
            intake::check_beside(&route.setting, path, &component)?;
            self.intake.refuse_quarantined(&route.setting.name, digest).await?;
            let module = self.intake.engine().admit(component.clone(), &route.setup).await?;
            let tested = run_own_fixtures(self.intake.engine(), &component).await;
            tested.map(|()| module).map_err(PolicyProblem::OwnTests)
        };
        let module = admitted.await.map_err(|problem| {
            if matches!(problem, PolicyProblem::Admission(_) | PolicyProblem::OwnTests(_)) {
                self.refused().insert(route.setting.name.clone(), digest);
            }
            failed(problem)
        })?;
        Ok(Some(route.policy.install(label(&route.setting.policy), module)))
    }
}
