//! A policy file that has changed on disk, taken over.

use std::sync::Arc;

use super::gates::{Steps, Tried};
use super::intake::{self, label};
use super::rehearsal::Occasion;
use super::{ChangeError, Lifecycle, PolicyProblem, RouteProblem};
use crate::config::PolicySource;
use crate::policy::{Digest, Generation};

impl Lifecycle {
    /// Looks at a route's policy file again; if it changed, admits it and lets it decide. Gives the new generation.
    ///
    /// # Errors
    /// When it is not admitted; then nothing has changed.
    pub async fn refresh_file(&self, name: &str) -> Result<Option<Arc<Generation>>, ChangeError> {
        let _change = self.simulated.lock().await;
        let route = self.route(name)?;
        let PolicySource::File(path) = &route.setting.policy else { return Ok(None) };
        let failed = |problem: PolicyProblem| {
            self.kept_out().insert(route.setting.name.clone(), problem.to_string());
            ChangeError::Policies(vec![RouteProblem::new(&route.setting.name, problem)])
        };
        let component = intake::read(path).map_err(failed)?;
        let digest = Digest::of(&component);
        let present = route.policy.current();
        let is_present = present.is_some_and(|generation| *generation.module().component_digest() == digest);
        if is_present {
            self.kept_out().remove(name);
            return Ok(None);
        }
        if self.refused().get(name) == Some(&digest) {
            return Ok(None);
        }
        let tried = async {
            // A signature that comes later than its file changes what is said of the file: it is not remembered as refused.
            intake::check_beside(&route.setting, path, &component)?;
            self.try_new(&route, &component, Occasion::File, &mut Steps::begin()).await
        };
        let Tried { module, rehearsal } = tried.await.map_err(|problem| {
            use PolicyProblem::{Admission, OwnTests, Rehearsal};
            if matches!(problem, Admission(_) | OwnTests(_) | Rehearsal(_)) {
                self.refused().insert(route.setting.name.clone(), digest);
            }
            failed(problem)
        })?;
        self.kept_out().remove(name);
        tracing::info!(route = &*route.setting.name, rehearsal = rehearsal.in_short(), "a policy file was taken over");
        Ok(Some(route.policy.install(label(&route.setting.policy), module)))
    }
}
